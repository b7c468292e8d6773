"""An erasure reaches every stored field despite all interruptions. Records kept by law lose the filer's identity."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.language.searching import KeyKind
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import LegalBasis
from petitions.domain.shared.identity import pseudonym
from petitions.domain.understanding.commands import Ask, Talk, Tell
from petitions.errors import Retryable
from petitions.ports.files import Download
from petitions.usecases.dead_letters.keep_dead_letter import DeadLetter, KeepDeadLetter
from petitions.usecases.shared.relay import RelayUnpublished
from tests import media
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import answered
from tests.unit.privacy.erased import CODE, HMAC, SENTENCE, asks, everything, forgets, plant, sweep, tells, unsealed
from tests.unit.privacy.planting import SPELLED
from tests.unit.world import ID_KEY, USER, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.PUBLISHED])
def test_marks_remain_only_in_the_restricted_file_without_the_filer(
    world: World, capsys: pytest.CaptureFixture[str], state: State
) -> None:
    made = plant(world, state)
    assert len(made.marks) > 60
    assert [mark for mark in made.gone() if mark not in everything(world)] == []
    assert [mark for place, mark, _ in made.marks if place == "Petition.content" and mark in unsealed(world)] != []
    asks(world)
    sweep(world)
    tells(world)
    sweep(world)
    left = everything(world)
    assert world.public.paths("sealed") == []
    assert world.public.paths("statuses") == [f"statuses/{CODE}"]
    assert [mark for mark in (*made.gone(), *SPELLED, USER, "vếtthưchết", "vếtđầu", "vếtlạc") if mark in left] == []
    assert [mark for mark in (*made.kept(), *made.permanent()) if mark not in left] == []
    assert world.kept.objects == {}
    assert world.store.documents["officers/sxd-head"]["filters"] == []
    published = [mark for place, mark, _ in made.marks if place == "Publication.answer"]
    assert (published[0] in repr(world.public.documents)) is (state is State.PUBLISHED)
    assert world.store.paths("dead_letters") == world.store.paths("notices")[1:] == []
    petition = world.petitions()[0]
    assert world.store.documents[f"petitions/{CODE}"]["words"] == petition.words
    assert "ten" not in petition.words
    assert set(world.store.documents[f"petitions/{CODE}"]["found_by"]) == set(petition.found_by)
    assert not [key for key in petition.found_by if key[0] in {KeyKind.NAME, KeyKind.SLIP}]
    assert (petition.state, petition.citizen, petition.restricted_at is not None) == (state, HMAC, True)
    logged = capsys.readouterr().out
    assert "erasure_done" in logged
    assert [mark for mark in (*made.gone(), *made.kept(), *SPELLED, USER) if mark in logged] == []
    deed = world.store.documents[f"erasures/{HMAC}"]
    assert (deed["stage"], deed["by"], deed["kept"], deed["known"]) == ("done", "zalo", [CODE], [])
    (audit,) = [item for path, item in world.store.documents.items() if path.startswith("audit/erasure-")]
    assert (audit["citizen"], audit["role"], audit["what"]) == (HMAC, "citizen", "erasure")


def test_when_the_law_keeps_the_file_no_longer_its_words_go_too(world: World) -> None:
    made = plant(world, State.CLOSED)
    asks(world)
    sweep(world)
    tells(world)
    sweep(world)
    world.clock.advance(days=3654)
    due = world.store.documents[f"erasures/{HMAC}"]["next_attempt_at"]
    assert due < world.clock.now()
    sweep(world)
    left = everything(world)
    assert [mark for mark in (*made.gone(), *made.kept(), *SPELLED) if mark in left] == []
    deed = world.store.documents[f"erasures/{HMAC}"]
    assert (deed["kept"], "next_attempt_at" in deed) == ([], False)


def test_a_sweep_that_dies_at_any_write_is_gone_on_with(world: World) -> None:
    made = plant(world)
    asks(world)
    for number in range(100):
        world.store.crash = ("before", "after")[number % 2]
        sweep(world, 11)
        if world.store.documents[f"erasures/{HMAC}"]["stage"] == "telling":
            break
    world.store.crash = None
    tells(world)
    RelayUnpublished(world.store, world.publisher, world.clock)()
    sweep(world, 400)
    left = everything(world)
    assert [mark for mark in (*made.gone(), *SPELLED, USER) if mark in left] == []
    assert world.store.documents[f"erasures/{HMAC}"]["stage"] == "done"
    assert len(world.store.paths(f"petitions/{CODE}/history")) == 2


def test_citizen_is_informed_of_kept_data_and_the_age_of_backups(world: World) -> None:
    petition = world.files(SENTENCE)
    world.types("xóa dữ liệu của tôi")
    reply = world.types("1")
    assert petition.code in reply
    for words in ("7 ngày", "98 ngày", "Cổng Dịch vụ công quốc gia", "rút"):
        assert words in reply
    sweep(world)
    assert world.replies() == [reply]
    assert world.citizen()["zalo_id"] == USER
    tells(world)
    sweep(world)
    assert world.replies() == []
    assert world.citizen()["zalo_id"] == ""
    assert world.store.paths(f"citizens/{HMAC}/inputs") == []


@pytest.mark.parametrize("state", ["sent", "undeliverable"])
def test_deletion_is_requested_from_zalo_before_the_id_is_erased(world: World, state: str) -> None:
    world.types("Xin chào")
    asks(world)
    (nudged,) = [
        dict(message.data)["id"] for message in world.publisher.of("notices") if "profile-" in message.data["id"]
    ]
    profile = world.store.documents[f"notices/{nudged}"]
    assert (profile["channel"], profile["kind"], profile["citizen"]) == ("profile", "profile_erased", HMAC)
    (notice_path,) = [path for path in world.store.paths("notices") if "erased-" in path]
    world.store.update(notice_path, {"state": "sent"})
    sweep(world, 3)
    assert world.citizen()["zalo_id"] == USER
    forgets(world, state)
    sweep(world)
    assert (world.citizen()["zalo_id"], world.store.paths("notices")) == ("", [])


def test_citizen_out_of_reach_is_erased_all_the_same(world: World) -> None:
    world.types("xin chào")
    asks(world)
    sweep(world, 3)
    assert world.citizen()["zalo_id"] == USER
    world.clock.at = world.store.documents[f"erasures/{HMAC}"]["asked_at"] + timedelta(hours=48, microseconds=-1)
    world.erase()
    assert world.citizen()["zalo_id"] == USER
    sweep(world)
    assert world.citizen()["zalo_id"] == ""
    assert world.replies() == []


def test_earlier_messages_are_dropped_and_later_ones_start_anew(world: World) -> None:
    world.files(SENTENCE)
    early = world.event("user_send_text", {"text": "đến muộn"})
    officers = world.event("oa_send_text", {"text": "cán bộ nhắn"}, sender={"id": "oa", "admin_id": "1"})
    officers = officers.replace(b'"recipient": {"id": "oa"}', f'"recipient": {{"id": "{USER}"}}'.encode())
    asks(world)
    sweep(world)
    tells(world)
    sweep(world)
    before = {path: dict(item) for path, item in world.store.documents.items() if not path.startswith("inbox/")}
    world.intake(early)
    world.intake(officers)
    after = {path: dict(item) for path, item in world.store.documents.items() if not path.startswith("inbox/")}
    assert after == before
    assert "đồng ý" in means(world, "Chuyện mới về giấy phép xây dựng", Tell()).lower()
    assert world.citizen()["zalo_id"] == USER
    assert "consent" not in world.citizen()


def test_a_conversation_that_begins_while_the_erasure_runs_is_not_touched_by_it(world: World) -> None:
    old = world.files(SENTENCE)
    asks(world)
    means(world, "Chuyện mới về giấy phép xây dựng nhà ở riêng lẻ", Tell())
    world.types("1")
    sweep(world)
    tells(world)
    sweep(world)
    assert world.citizen()["zalo_id"] == USER
    assert world.talk()["draft"]["parts"]
    assert len(world.store.paths(f"citizens/{HMAC}/inputs")) == 2
    assert world.store.documents[f"erasures/{HMAC}"]["kept"] == [old.code]


def test_returning_citizen_may_withdraw_a_kept_petition(world: World) -> None:
    petition = world.files(SENTENCE)
    asks(world)
    sweep(world)
    tells(world)
    sweep(world)
    world.types("rút phản ánh", "1")
    assert world.petitions()[0].state is State.WITHDRAWN
    assert world.petitions()[0].legal_basis is LegalBasis.CONSENT
    assert petition.code in world.last_reply()


@pytest.mark.parametrize("words", ["xem lại phản ánh", "tôi đã gửi gì", "phản ánh của tôi"])
@pytest.mark.parametrize("swept", [True, False])
def test_returning_citizen_reads_nothing_of_earlier_messages(world: World, words: str, *, swept: bool) -> None:
    petition = world.files(SENTENCE)
    asks(world)
    if swept:
        sweep(world)
        tells(world)
        sweep(world)
    means(world, "Xin chào", Talk())
    reply = means(world, words, Ask(topic="draft"))
    assert petition.code in reply
    assert "đã được xóa" in reply
    assert SENTENCE not in reply
    assert "khai sinh" not in reply
    assert "https://" not in reply
    assert "https://" not in world.types(petition.code)


def test_the_answer_is_read_by_its_code_after_an_erasure(world: World) -> None:
    petition = answered(world)
    asks(world)
    sweep(world)
    tells(world)
    sweep(world)
    assert petition.reply is not None
    assert petition.reply.with_basis not in means(world, "xem lại phản ánh", Ask(topic="draft"))
    assert petition.reply.with_basis in world.types(petition.code)


def test_citizen_is_informed_that_zalo_keeps_messages_on_the_phone(world: World) -> None:
    world.files(SENTENCE)
    assert "vẫn nằm trong ứng dụng Zalo" in world.types("xóa dữ liệu của tôi", "1")


def test_a_file_that_is_being_fetched_is_waited_for(world: World) -> None:
    world.types(SENTENCE, "1")
    url = "https://f1.zdn.vn/1.jpg"
    world.links.links[url] = Download(media.jpeg())
    image = {"attachments": [{"type": "image", "payload": {"url": url}}]}
    world.intake(world.event("user_send_image", image))

    def meanwhile() -> None:
        asks(world)
        sweep(world)
        assert len(world.store.paths(f"citizens/{HMAC}/inputs")) == 1

    world.kept.after_put = meanwhile
    world.fetch()
    assert world.kept.objects
    sweep(world, 2)
    assert world.kept.objects == {}
    assert world.store.paths(f"citizens/{HMAC}/inputs") == []
    world.delivered = 0
    world.fetch()  # messages left in the backlog
    assert world.kept.objects == {}


def test_a_notice_that_is_being_sent_is_waited_for(world: World) -> None:
    world.types("xin chào")
    path = world.store.paths("notices")[0]
    lease = {"id": "a", "number": 1, "started_at": world.clock.now(), "lease_until": world.clock.now()}
    lease["lease_until"] = world.clock.now() + timedelta(seconds=90)
    world.store.update(path, {"state": "sending", "attempt": lease})
    asks(world)
    sweep(world)
    assert path in world.store.paths("notices")
    sweep(world)
    assert path not in world.store.paths("notices")


def test_a_dead_letter_that_arrives_after_the_erasure_is_not_kept_unless_it_is_newer(world: World) -> None:
    world.types("xin chào")
    old = world.event("user_send_text", {"text": "cũ"})
    asks(world)
    new = world.event("user_send_text", {"text": "mới"})
    keep = KeepDeadLetter(world.store, world.clock, ID_KEY)
    attributes = {"CloudPubSubDeadLetterSourceSubscription": "zalo-events-intake"}
    keep(DeadLetter("1", old, attributes, HMAC))
    keep(DeadLetter("2", new, attributes, HMAC))
    assert world.store.paths("dead_letters") == ["dead_letters/zalo-events-intake:2"]


def test_a_second_request_of_the_same_citizen_is_carried_out_again(world: World) -> None:
    asks(world)
    asks(world)
    sweep(world, 2)
    assert len(world.store.paths("audit")) == 2
    assert world.store.documents[f"erasures/{HMAC}"]["stage"] == "telling"


def test_a_second_request_still_finds_what_the_first_knew_of_the_citizen(world: World) -> None:
    """The first request has cleared the citizen's record, and its erasure is unfinished when the second comes."""
    world.types(SENTENCE, "1", "xong", "Phường Yên Hòa", "Trần Văn Bách", "Số 8 ngõ 44 phố Trung Kính")
    keep = KeepDeadLetter(world.store, world.clock, ID_KEY)
    keep(DeadLetter("0", b"ong Tran Van Bach", {"consumer": "x", "message_id": "0"}, ""))
    asks(world)
    known = world.store.documents[f"erasures/{HMAC}"]["known"]
    asks(world)
    assert world.store.documents[f"erasures/{HMAC}"]["known"] == known != []
    sweep(world, 2)
    assert world.store.paths("dead_letters") == []


@pytest.mark.parametrize(("channel", "minutes", "at_rest"), [
    ("zalo", None, True), ("zalo", 0, False), ("zalo", 10, True), ("profile", None, True), ("profile", 10, False),
])  # fmt: skip
def test_an_erasure_waits_for_no_notice_that_will_never_be_known_to_have_come(
    world: World, channel: str, minutes: int | None, *, at_rest: bool
) -> None:
    """A reply of unknown outcome is final once a later one was sent, or after ten minutes.

    Zalo's deletion of the profile is requested until it succeeds.
    """
    asks(world)
    for path in world.store.paths("notices"):
        document, now = world.store.documents[path], world.clock.now()
        document.pop("next_attempt_at", None)
        document.update({"state": "unknown", "error": "not_json"})
        if document["channel"] == channel and minutes is not None:
            began = now - timedelta(minutes=minutes)
            attempt = {"id": "a", "number": 1, "started_at": began, "lease_until": began}
            route = "cs_free" if channel == "zalo" else None
            document.update({"next_attempt_at": now + timedelta(seconds=30), "attempt": attempt, "route": route})
    sweep(world, 2)
    assert (world.store.documents[f"erasures/{HMAC}"]["stage"] == "done") is at_rest


def test_one_erasure_that_fails_stops_no_other(world: World) -> None:
    plant(world)
    world.intake(world.event("user_send_text", {"text": "xin chào"}, user="8"))
    asks(world)
    world.intake(world.event("user_withdraw", user_id="8", sender={"id": "8"}))
    world.kept.failing = True
    world.clock.advance(minutes=1)
    world.erase()
    assert world.store.documents[f"erasures/{HMAC}"]["tries"] == 1
    assert world.store.documents[f"erasures/{pseudonym(ID_KEY, '8')}"]["stage"] == "telling"
    world.kept.failing = False
    sweep(world, 60)
    further = world.store.documents[f"erasures/{HMAC}"]
    assert (further["stage"], further.get("tries")) == ("telling", None), "what went on has failed no more"


def test_messages_that_stayed_behind_hold_nothing_and_go_out_in_vain(world: World) -> None:
    world.types("xin chào")
    world.publisher.failing = True
    with pytest.raises(Retryable):
        world.intake(world.event("user_send_text", {"text": "vếtchưagửi"}))
    world.publisher.failing = False
    asks(world)
    sweep(world)
    world.clock.advance(minutes=1)
    RelayUnpublished(world.store, world.publisher, world.clock)()
    assert "vếtchưagửi" not in everything(world)
    assert all(set(message.data) <= {"schema", "id", "citizen", "input"} for message in world.publisher.published)


def test_a_saved_work_list_goes_if_it_was_made_to_find_the_citizen(world: World) -> None:
    plant(world)
    saved = [
        {"id": "a", "name": "Đơn của bà ấy", "query": "q=V%E1%BA%BFt+D%E1%BA%A5u+T%C3%AAn&state=new", "text": ""},
        {"id": "b", "name": "Số điện thoại", "query": "state=new", "text": "0912 345 678"},
        {"id": "c", "name": "Vỉa hè", "query": "q=v%E1%BB%89a+h%C3%A8", "text": "vỉa hè"},
    ]
    world.store.update("officers/sxd-head", {"filters": saved})
    asks(world)
    sweep(world)
    assert world.store.documents["officers/sxd-head"]["filters"] == saved[2:]


@pytest.mark.parametrize("how", ["event", "chat"])
def test_names_in_an_unfiled_draft_are_erased_from_dead_letters(world: World, how: str) -> None:
    world.types(SENTENCE, "1", "xong", "Phường Yên Hòa", "Trần Văn Bách", "Số 8 ngõ 44 phố Trung Kính")
    keep = KeepDeadLetter(world.store, world.clock, ID_KEY)
    for number, words in enumerate((b"ong Tran Van Bach", "ngõ 44".encode(), "ngõ 45".encode())):
        keep(DeadLetter(str(number), words, {"consumer": "x", "message_id": str(number)}, ""))
    if how == "event":
        asks(world)
    else:
        world.types("xóa dữ liệu của tôi", "1")
    assert world.store.documents[f"erasures/{HMAC}"]["known"] != []
    sweep(world)
    assert world.store.paths("dead_letters") == ["dead_letters/x:2"]
    assert world.store.documents[f"erasures/{HMAC}"]["known"] == []
