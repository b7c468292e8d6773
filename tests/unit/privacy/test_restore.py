"""After a restore from a backup, which contains erased citizens again, their erasures are repeated."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest

from infra.operate.cli import main
from infra.operate.recovery import erasures as erasures_module
from infra.operate.recovery.erasures import apply_again, erasures
from infra.operate.target import OpenedTarget
from petitions.domain.citizen.citizen import Citizen
from petitions.domain.petition.petition import Contact
from petitions.domain.privacy.erasure import Erasure, contacts_of, erasure_path
from petitions.usecases.privacy.erase_citizen import EraseCitizen, empty_again
from petitions.usecases.privacy.mask_elsewhere import MaskElsewhere
from petitions.usecases.privacy.restrict_petition import RestrictPetition
from tests.fakes import FakeClock, FakeStore
from tests.unit.privacy.erased import HMAC, asks, plant, sweep, tells
from tests.unit.privacy.planting import SPELLED
from tests.unit.world import USER, World


def restored(documents: dict[str, dict[str, object]]) -> FakeStore:
    store = FakeStore()
    for path, fields in documents.items():
        store.create(path, fields)
    return store


def test_restored_database_erases_again_but_not_citizens_who_returned() -> None:
    world = World()
    made = plant(world)
    world.types("xin chào", user="7")
    backup = copy.deepcopy(world.store.documents)
    asks(world)
    world.intake(world.event("user_withdraw", user_id="7", sender={"id": "7"}))
    sweep(world)
    tells(world)
    sweep(world)
    again = restored(backup)
    contacts = contacts_of(Citizen.model_validate(backup[f"citizens/{HMAC}"]))
    assert apply_again(world.store, again, world.clock) == 2
    assert again.documents[f"citizens/{HMAC}"]["erased_at"]
    entered = dict(erasures(again))
    assert entered[HMAC].known == contacts != [], "what a restored petition may still name"
    assert apply_again(world.store, again, world.clock) == 2
    restrict = RestrictPetition(again, world.publisher, world.clock, world.ids, world.kept)
    erase = EraseCitizen(again, world.clock, world.kept, restrict, MaskElsewhere(again, restrict), years=10)
    world.clock.advance(minutes=1)
    assert erase() == 2
    left = repr(again.documents)
    assert [mark for mark in (*made.gone(), *SPELLED, USER) if mark in left] == []
    assert {deed.stage for _, deed in erasures(again)} == {"done"}


def test_a_conversation_that_began_after_the_erasure_survives_a_restore_from_then() -> None:
    world = World()
    world.files()
    asks(world)
    sweep(world)
    tells(world)
    sweep(world)
    world.types("Chuyện mới về giấy phép xây dựng nhà ở riêng lẻ", "1")
    again = restored(copy.deepcopy(world.store.documents))
    before = copy.deepcopy(again.documents[f"citizens/{HMAC}"])
    apply_again(world.store, again, world.clock)
    assert [deed.known for _, deed in erasures(again)] == [[]], "their new contact data are not erased"
    restrict = RestrictPetition(again, world.publisher, world.clock, world.ids, world.kept)
    EraseCitizen(again, world.clock, world.kept, restrict, MaskElsewhere(again, restrict), years=10)()
    assert again.documents[f"citizens/{HMAC}"] == before
    assert len(again.paths(f"citizens/{HMAC}/inputs")) == 2


@pytest.mark.parametrize(("words", "status", "entered"), [([], 1, 0), (["--yes"], 0, 1)])
def test_the_command_asks_before_it_enters_erasures_again(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    status: int,
    entered: int,
) -> None:
    world = World()
    world.files()
    backup = restored(copy.deepcopy(world.store.documents))
    asks(world)
    sweep(world)
    opened = OpenedTarget("stack x", "p", backup, world.publisher, world.clock)
    monkeypatch.setattr(erasures_module, "target", lambda _: opened)
    monkeypatch.setattr(erasures_module, "FirestoreStore", lambda _project, _database: world.store)
    capsys.readouterr()
    assert main(["erasures"]) == 0
    assert capsys.readouterr().out == "stack x: nobody was erased\n"
    assert main(["erasures", "--from", "petitions", *words]) == status
    assert capsys.readouterr().out.startswith("stack x: 1 erasures of petitions are applied again\n")
    assert len(backup.paths("erasures")) == entered
    assert main(["erasures"]) == 0
    assert (HMAC in capsys.readouterr().out) == bool(entered)


@pytest.mark.parametrize("first", ["none", "older", "same"])
def test_a_restored_citizen_is_emptied_up_to_the_last_erasure_whatever_was_erased_before(first: str) -> None:
    asked = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    before = {"none": None, "older": asked - timedelta(days=30), "same": asked}[first]
    written = asked + timedelta(minutes=1 if first == "same" else -1)
    contact = Contact(name="Trần Thị Bưởi", phone="0912345678")
    citizen = Citizen(zalo_id="7", last_interaction_at=written, contact=contact, erased_at=before)
    deed = Erasure(by="citizen", asked_at=asked, until=asked)
    store = restored({f"citizens/{HMAC}": citizen.stored()})
    store.transact(lambda tx: empty_again(tx, HMAC, deed))
    left = Citizen.model_validate(store.documents[f"citizens/{HMAC}"])
    assert (left.contact is None, left.erased_at) == (first != "same", asked)


@pytest.mark.parametrize("next_attempt_at", [None, datetime(2036, 11, 24, 2, 0, tzinfo=UTC)])
def test_an_erasure_entered_again_is_due_at_once_even_if_the_law_keeps_a_file(next_attempt_at: datetime | None) -> None:
    asked, clock = datetime(2026, 11, 24, 2, 0, tzinfo=UTC), FakeClock()
    done = Erasure(by="citizen", asked_at=asked, until=asked, stage="done", next_attempt_at=next_attempt_at)
    former, to = restored({erasure_path(HMAC): done.stored()}), FakeStore()
    assert apply_again(former, to, clock) == 1
    again = Erasure.model_validate(to.documents[erasure_path(HMAC)])
    assert (again.stage, again.next_attempt_at) == ("erasing", clock.now())
