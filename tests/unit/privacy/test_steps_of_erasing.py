"""The steps of an erasure: those left for later, the order of deletion, and other people's data, which stays."""

from __future__ import annotations

import copy
import dataclasses
from datetime import timedelta

import pytest

from petitions.adapters import reference
from petitions.domain.files.attachment import Attachment, AttachmentState
from petitions.domain.lifecycle.states import Role, State
from petitions.domain.mailbox.mail import Mail, MailState
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Attempt, Notice, NoticeState
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.privacy.personal_data import kept_until
from petitions.domain.shared.identity import pseudonym
from petitions.errors import NotFound, Rejected, Retryable
from petitions.usecases.dead_letters.keep_dead_letter import DeadLetter, KeepDeadLetter
from petitions.usecases.privacy import erase_citizen
from petitions.usecases.privacy.erase_at_the_desk import EraseAtTheDesk
from petitions.usecases.privacy.erase_citizen import BUDGET
from petitions.usecases.privacy.restrict_petition import Masks, _forget_mail
from tests.fakes import FakeClock, FakeFiles
from tests.unit.petition.handling import officer
from tests.unit.privacy.erased import CODE, HMAC, OBJECT, SENTENCE, asks, plant, sweep, tells
from tests.unit.privacy.planting import WHO, Planter
from tests.unit.world import ID_KEY, USER, World

COORDINATOR = officer("VPUB", Role.COORDINATOR)
DEED = f"erasures/{HMAC}"
ANOTHER = pseudonym(ID_KEY, "777")


@pytest.fixture
def world() -> World:
    return World()


def desk(world: World) -> EraseAtTheDesk:
    return EraseAtTheDesk(world.store, world.publisher, world.clock, world.ids, reference.texts(), ID_KEY)


class SlowFiles(FakeFiles):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock

    def erase(self, folder: str) -> int:
        self.clock.advance(seconds=BUDGET.total_seconds() + 1)
        return super().erase(folder)


def test_an_erasure_that_takes_long_is_put_off_at_once_and_gone_on_with() -> None:
    clock = FakeClock()
    world = World(clock=clock, kept=SlowFiles(clock))
    plant(world)
    asks(world)
    world.erase()
    deed = world.store.documents[DEED]
    assert (deed["stage"], deed["next_attempt_at"]) == ("erasing", clock.now())
    assert world.store.paths(f"citizens/{HMAC}/inputs") != []
    sweep(world, 20)
    assert world.store.documents[DEED]["stage"] == "telling"
    assert world.store.paths(f"citizens/{HMAC}/inputs") == []


def test_a_file_that_is_being_fetched_holds_up_no_other_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase_citizen, "PAGE", 1)
    plant(world)
    asks(world)
    path = f"citizens/{HMAC}/inputs"
    planted = world.store.documents.pop(f"{path}/k")
    lease = world.clock.now() + timedelta(minutes=5)
    fetched = Attachment(id="k-1", state=AttachmentState.FETCHING, next_at=lease)
    for number, files in enumerate(([fetched.stored()], [], [])):
        at = planted["at"] + timedelta(seconds=number)
        world.store.create(f"{path}/{number}", {**copy.deepcopy(planted), "at": at, "files": files})
    sweep(world)
    assert world.store.paths(path) == [f"{path}/0"]
    assert world.store.documents[DEED]["stage"] == "erasing"
    sweep(world, 1)
    assert all(known["name"] for known in world.store.documents[DEED]["known"])
    sweep(world, 5)
    assert world.store.paths(path) == []
    assert world.store.documents[DEED]["stage"] == "telling"


def test_what_accuses_the_coordinators_waits_until_it_is_over_if_they_ask(world: World) -> None:
    plant(world)
    hidden = {"state": State.IN_PROGRESS.value, "accused": "VPUB"}
    shown = copy.deepcopy(world.store.documents[petition_path(CODE)])
    other = "HN-261123-0000-001C"
    world.store.create(petition_path(other), {**shown, "code": other, "source": "zalo", "unit": "VPUB"})
    world.store.update(petition_path(CODE), hidden)
    desk(world)(COORDINATOR, other, "Bà gọi yêu cầu xóa")
    sweep(world)
    found = world.store.documents
    assert "restricted_at" in found[petition_path(other)]
    assert "restricted_at" not in found[petition_path(CODE)]
    assert Petition.model_validate(found[petition_path(CODE)]).contact.phone == WHO["phone"]
    due = found[DEED]["next_attempt_at"]
    assert due == world.clock.now() + timedelta(days=1)
    world.store.update(petition_path(CODE), {"state": State.REFUSED.value})
    world.clock.advance(days=1)
    sweep(world)
    assert "restricted_at" in world.store.documents[petition_path(CODE)]


def test_a_coordinator_begins_it_for_a_citizen_with_the_reason_in_the_audit(world: World) -> None:
    petition = world.files(SENTENCE)
    before = world.citizen()["contact"]
    desk(world)(COORDINATOR, petition.code, "  Bà gọi yêu cầu xóa  ")
    deed = world.store.documents[DEED]
    assert (deed["by"], deed["stage"], deed["asked_at"]) == ("officer", "erasing", world.clock.now())
    assert before in [{name: one[name] for name in before} for one in deed["known"]]
    assert world.citizen().get("contact") is None
    (audit,) = [item for path, item in world.store.documents.items() if path.startswith("audit/erasure-")]
    assert (audit["officer"], audit["code"], audit["citizen"]) == (COORDINATOR.id, petition.code, HMAC)
    assert audit["reason"] == "Bà gọi yêu cầu xóa"
    sweep(world)
    assert world.replies() != []
    with pytest.raises(Rejected):
        desk(world)(COORDINATOR, petition.code, "Bà gọi yêu cầu xóa lần nữa")


@pytest.mark.parametrize("reason", ["", " gọi.  ", "x" * 501])
def test_no_erasure_without_a_reason_of_five_to_five_hundred_characters(world: World, reason: str) -> None:
    petition = world.files(SENTENCE)
    with pytest.raises(Rejected):
        desk(world)(COORDINATOR, petition.code, reason)
    assert DEED not in world.store.documents


@pytest.mark.parametrize("reason", ["viết.", "x" * 500])
def test_a_reason_of_five_and_one_of_five_hundred_characters_will_do(world: World, reason: str) -> None:
    desk(world)(COORDINATOR, world.files(SENTENCE).code, reason)
    assert DEED in world.store.documents


def test_nobody_else_begins_it_and_none_of_a_code_that_is_none(world: World) -> None:
    petition = world.files(SENTENCE)
    below = f"{petition.code}/history/1"
    for who, code in (
        (officer(petition.unit), petition.code),
        (COORDINATOR, petition.code.lower()),
        (COORDINATOR, below),
    ):
        with pytest.raises(NotFound):
            desk(world)(who, code, "Bà gọi yêu cầu xóa")
    assert DEED not in world.store.documents


def test_notices_of_others_about_the_petition_stay(world: World) -> None:
    """A merged petition's filer keeps the notices about it, while a mail to the erased filer is deleted."""
    plant(world)
    at = world.clock.now() - timedelta(minutes=1)
    about = About(code=CODE, seq=1)
    theirs = Notice(
        id="of-another", citizen="another", channel="zalo", kind=NoticeKind.REPLY, text="x", about=about, created_at=at
    )
    post = Notice(id="by-mail", channel="email", kind=NoticeKind.REPLY, text="x", about=about, created_at=at)
    for made in (theirs, post):
        world.store.create(f"notices/{made.id}", made.stored())
    asks(world)
    sweep(world)
    assert "notices/of-another" in world.store.documents
    assert "notices/by-mail" not in world.store.documents


class BrokenFolder(FakeFiles):
    broken = True

    def erase(self, folder: str) -> int:
        if self.broken and OBJECT in folder:
            raise Retryable("Cloud Storage is down", reason="storage")
        return super().erase(folder)


def test_files_go_before_the_documents_that_name_them() -> None:
    files = BrokenFolder()
    world = World(kept=files)
    plant(world)
    asks(world)
    sweep(world, 3)
    assert world.store.paths(f"petitions/{CODE}/attachments") != []
    assert files.objects != {}
    files.broken = False
    sweep(world, 60)
    assert world.store.paths(f"petitions/{CODE}/attachments") == []
    assert files.objects == {}


def test_a_petition_without_a_word_to_hide_is_restricted_too(world: World) -> None:
    petition = world.files(SENTENCE)
    person_of_nothing = Masks(lambda text: text, lambda text: text)
    bare = {"contact": {"name": "", "phone": ""}, "content": "", "title": "", "address": ""}
    world.store.update(petition_path(petition.code), bare)
    restrict = world.erase.restrict
    for version in (2, 2):
        world.store.transact(lambda tx: restrict._restrict(tx, petition.code, person_of_nothing))
        stored = world.petitions()[0]
        assert stored.restricted_at == world.clock.now()
        assert stored.version - petition.version == version - 1


def test_a_petition_that_is_restricted_again_was_restricted_when_it_was_first(world: World) -> None:
    petition, restrict = world.files(SENTENCE), world.erase.restrict
    nothing = Masks(lambda text: text, lambda text: text)
    world.store.transact(lambda tx: restrict._restrict(tx, petition.code, nothing))
    first = world.clock.now()
    world.clock.advance(days=1)
    world.store.update(petition_path(petition.code), {"content": SENTENCE})
    world.store.transact(lambda tx: restrict._restrict(tx, petition.code, Masks(lambda _: "…", lambda _: "…")))
    stored = world.petitions()[0]
    assert (stored.content, stored.restricted_at) == ("…", first)


@pytest.mark.parametrize(("state", "goes"), [("sending", False), ("sent", True), ("waiting", True)])
def test_a_mail_to_the_filer_goes_with_the_data_unless_it_is_just_being_sent(
    world: World, state: str, *, goes: bool
) -> None:
    now = world.clock.now()
    attempt = Attempt(id="a", number=1, started_at=now, lease_until=now + timedelta(seconds=30))
    mail = Notice(
        id="m", kind=NoticeKind.RECEIPT, channel="email", text="t", created_at=now, state=NoticeState(state),
        attempt=attempt,
    )  # fmt: skip
    world.store.create("notices/m", mail.stored())
    assert world.store.transact(lambda tx: _forget_mail(tx, path="notices/m", now=now)) == goes
    assert ("notices/m" in world.store.documents) != goes
    assert world.store.transact(lambda tx: _forget_mail(tx, path="notices/none", now=now))


def test_an_erasure_waits_for_a_mail_that_is_being_stored(world: World) -> None:
    plant(world)
    stored = Planter()(Mail, sender=WHO["email"], state=MailState.ARRIVING, arrived_at=world.clock.now(), files=[])
    world.store.create("mails/coming", stored.stored())
    asks(world)
    sweep(world)
    assert "mails/coming" in world.store.documents
    assert world.store.documents[DEED]["stage"] == "erasing"
    world.store.update("mails/coming", {"state": MailState.NEW.value})
    sweep(world)
    assert "mails/coming" not in world.store.documents
    tells(world)
    sweep(world)
    assert USER not in repr(world.store.documents[f"citizens/{HMAC}"])


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (NoticeState.PLANNED, NoticeState.CANCELLED),
        (NoticeState.WAITING, NoticeState.CANCELLED),
        (NoticeState.UNKNOWN, NoticeState.CANCELLED),
        (NoticeState.SENT, NoticeState.SENT),
        (NoticeState.UNDELIVERABLE, NoticeState.UNDELIVERABLE),
    ],
)
def test_only_a_mail_that_is_not_out_yet_is_cancelled(world: World, state: NoticeState, after: NoticeState) -> None:
    plant(world)
    world.store.update("notices/theirs", {"state": state.value})
    asks(world)
    sweep(world)
    left = world.store.documents["notices/theirs"]
    assert (left["state"], left["text"]) == (after, "")


class LosingFiles(FakeFiles):
    """A bucket during whose first erasure another worker deletes a message."""

    def __init__(self, world: World, path: str) -> None:
        super().__init__()
        self.world, self.path = world, path

    def erase(self, folder: str) -> int:
        self.world.store.documents.pop(self.path, None)
        return super().erase(folder)


def test_a_message_that_is_gone_meanwhile_is_erased(world: World) -> None:
    plant(world)
    path = f"citizens/{HMAC}/inputs"
    planted = world.store.documents[f"{path}/k"]
    world.store.create(f"{path}/later", {**planted, "at": planted["at"] + timedelta(seconds=1)})
    asks(world)
    world.erase = dataclasses.replace(world.erase, files=LosingFiles(world, f"{path}/later"))
    sweep(world, 2)
    assert world.store.paths(path) == []
    assert world.store.documents[DEED]["stage"] == "telling"


def test_a_backup_that_came_back_before_the_end_is_emptied_of_the_id_too(world: World) -> None:
    plant(world)
    before = copy.deepcopy(world.store.documents[f"citizens/{HMAC}"])
    asks(world)
    sweep(world)
    world.store.documents[f"citizens/{HMAC}"] = before
    tells(world)
    sweep(world)
    deed, citizen = world.store.documents[DEED], world.store.documents[f"citizens/{HMAC}"]
    assert (deed["stage"], citizen["zalo_id"], citizen["last_interaction_at"]) == ("done", "", deed["until"])


def test_a_citizen_is_told_of_their_own_published_petitions_alone(world: World) -> None:
    """A merged petition may belong to another filer by now."""
    plant(world, State.PUBLISHED)
    path, citizen = petition_path(CODE), f"citizens/{HMAC}"
    own = {"code": CODE, "filed_at": world.clock.now() - timedelta(days=1), "title": ""}
    world.store.update(citizen, {"petitions": [own]})
    assert "publication" in world.store.documents[path]
    world.store.update(path, {"citizen": "another"})
    asks(world)
    theirs = tells(world)
    other = World()
    plant(other, State.PUBLISHED)
    other.store.update(citizen, {"petitions": [own]})
    asks(other)
    mine = tells(other)
    assert (theirs.count(CODE), mine.count(CODE)) == (1, 2)


def test_it_is_looked_at_again_when_the_first_of_the_kept_ones_ends_and_each_minute_before(world: World) -> None:
    plant(world, State.CLOSED)
    stored = world.store.documents[petition_path(CODE)]
    earlier = stored["filed_at"] - timedelta(days=400)
    other = {**copy.deepcopy(stored), "code": "HN-261123-0000-001C", "filed_at": earlier}
    world.store.create(petition_path(other["code"]), other)
    asks(world)
    sweep(world)
    deed = world.store.documents[DEED]
    assert (deed["stage"], deed["next_attempt_at"]) == ("telling", world.clock.now() + timedelta(minutes=1))
    tells(world)
    sweep(world)
    deed = world.store.documents[DEED]
    kept = {petition.code: petition for petition in world.petitions()}
    assert set(deed["kept"]) == set(kept)
    assert deed["next_attempt_at"] == kept_until(kept[other["code"]], 10) < kept_until(kept[CODE], 10)


def test_a_letter_of_somebody_else_that_names_the_citizen_stays(world: World) -> None:
    plant(world)
    keep = KeepDeadLetter(world.store, world.clock, ID_KEY)
    attributes = {"consumer": "zalo-events-intake", "message_id": "another"}
    kept = keep(DeadLetter("5", f"Hỏi giúp {WHO['phone']}".encode(), attributes, ANOTHER))
    assert world.store.documents[f"dead_letters/{kept}"]["citizen"] == ANOTHER
    asks(world)
    sweep(world)
    assert world.store.paths("dead_letters") == [f"dead_letters/{kept}"]


def test_the_notice_is_planned_after_the_erased_time_also_if_zalos_clock_is_ahead(world: World) -> None:
    plant(world)
    ahead = world.clock.now() + timedelta(minutes=3)
    asks(world, timestamp=str(int(ahead.timestamp() * 1000)))
    deed = world.store.documents[DEED]
    assert deed["until"] >= ahead
    notices = [
        document
        for path, document in world.store.documents.items()
        if path.startswith(("notices/erased", "notices/profile"))
    ]
    assert len(notices) == 2
    for notice in notices:
        assert deed["until"] < notice["created_at"] < deed["until"] + timedelta(seconds=1)
    sweep(world)
    assert deed["notice"] in {path.partition("/")[2] for path in world.store.paths("notices")}
