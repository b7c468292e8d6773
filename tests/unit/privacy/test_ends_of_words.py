"""Expired texts are deleted and counted by kind: chats, guidance, filters, mails and difficulties."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from petitions.domain.citizen.guidance import Guidance, guidance_path
from petitions.domain.difficulties.difficulty import Difficulty, DifficultyFile
from petitions.domain.files.attachment import copy_name
from petitions.domain.mailbox.mail import Mail, MailFile, MailState
from petitions.domain.officers.officer import SavedFilter, officer_path, with_filters
from petitions.domain.shared.retention import CHATS_KEPT_FOR, RECORDS_KEPT_FOR
from petitions.ports.store import DELETE, Fields
from petitions.usecases.privacy.end_retention import EndRetention
from tests.fakes import FakeFiles
from tests.unit.petition.handling import officer
from tests.unit.privacy.erased import HMAC
from tests.unit.privacy.planting import Planter
from tests.unit.world import World

TICK = timedelta(microseconds=1)


@pytest.fixture
def world() -> World:
    return World()


def guidance(world: World, end: datetime, name: str) -> str:
    record = Guidance(citizen=HMAC, kind="question", text="Hỏi", at=end - CHATS_KEPT_FOR)
    world.store.create(guidance_path(name), record.stored())
    return guidance_path(name)


def mail(world: World, end: datetime, name: str) -> str:
    file = Planter()(MailFile, object=f"object-{name}", sha256="aa")
    record = Planter()(Mail, id=name, state=MailState.REJECTED, words_until=end, files=[file])
    world.kept.put(copy_name(f"object-{name}", "aa"), b"pdf", "application/pdf")
    world.store.create(f"mails/{name}", record.stored())
    return f"mails/{name}"


def difficulty(world: World, end: datetime, name: str) -> str:
    file = Planter()(DifficultyFile, media_type="image/png", object=f"object-{name}", sha256="aa")
    record = Planter()(Difficulty, id=name, closed_at=end - RECORDS_KEPT_FOR, files=[file])
    world.kept.put(copy_name(f"object-{name}", "aa"), b"png", "image/png")
    world.store.create(f"difficulties/{name}", record.stored())
    return f"difficulties/{name}"


Plant = Callable[[World, datetime, str], str]


@pytest.mark.parametrize("plant", [guidance, mail, difficulty])
def test_a_record_ends_with_its_time_and_neither_before_nor_others_with_it(world: World, plant: Plant) -> None:
    end = world.clock.now() + timedelta(days=1)
    first, second = plant(world, end, "first"), plant(world, end + timedelta(minutes=1), "second")
    ends = EndRetention(world.store, world.clock, world.kept)
    world.clock.advance(seconds=86_400 - 1e-6)
    assert ends() == 0
    assert {first, second} <= set(world.store.documents)
    world.clock.advance(seconds=1e-6)
    assert ends() == 1
    assert first not in world.store.documents
    assert second in world.store.documents
    assert not [name for name in world.kept.objects if "first" in name]
    assert ends() == 0


def test_the_number_is_of_all_that_ended(world: World) -> None:
    now = world.clock.now()
    for number, plant in enumerate((guidance, mail, mail, difficulty, difficulty, difficulty, difficulty)):
        plant(world, now - TICK, f"n{number}")
    assert EndRetention(world.store, world.clock, world.kept)() == 7


def test_a_filter_ends_by_itself_and_the_next_one_at_its_own_time(world: World) -> None:
    end, later = world.clock.now() + timedelta(minutes=1), world.clock.now() + timedelta(minutes=2)
    whose = officer("SXD")
    filters = [
        SavedFilter(id=str(number), name=f"Tên {number}", query="", until=until)
        for number, until in enumerate((end, later, None))
    ]
    world.store.create(officer_path(whose.id), with_filters(whose, filters).stored())
    ends = EndRetention(world.store, world.clock, world.kept)

    def left() -> list[str]:
        return [one["id"] for one in world.store.documents[officer_path(whose.id)]["filters"]]

    assert (ends(), left()) == (0, ["0", "1", "2"])
    world.clock.advance(seconds=61)
    assert (ends(), left()) == (1, ["1", "2"])
    world.clock.advance(seconds=60)
    assert (ends(), left(), ends()) == (1, ["2"], 0)


class BusyFiles(FakeFiles):
    """A bucket whose first erasure is so slow that an officer reopens a record meanwhile."""

    def __init__(self, world: World, path: str, changes: Fields) -> None:
        super().__init__()
        self.objects = world.kept.objects
        self.world, self.path, self.changes = world, path, changes

    def erase(self, folder: str) -> int:
        self.world.store.update(self.path, self.changes)
        return super().erase(folder)


def test_a_mail_that_is_in_use_again_keeps_its_files(world: World) -> None:
    now = world.clock.now()
    ended, taken = mail(world, now - 2 * TICK, "ended"), mail(world, now - TICK, "taken")
    again = {"state": MailState.NEW.value, "words_until": DELETE}
    EndRetention(world.store, world.clock, BusyFiles(world, taken, again))()
    assert world.store.paths("mails") == [taken]
    assert ended not in world.store.documents
    assert world.store.documents[taken]["state"] == MailState.NEW.value
    assert list(world.kept.objects) == [copy_name("object-taken", "aa")]


def test_a_difficulty_that_is_opened_or_closed_again_meanwhile_stays(world: World) -> None:
    now = world.clock.now()
    for changes in ({"closed_at": DELETE}, {"closed_at": now}):
        path = difficulty(world, now - TICK, f"d{len(world.store.documents)}")
        EndRetention(world.store, world.clock, BusyFiles(world, path, changes))()
        assert path in world.store.documents


def saved_filter(world: World, end: datetime, name: str) -> str:
    whose = officer("SXD", name=name)
    made = with_filters(whose, [SavedFilter(id="1", name="T", query="", until=end)])
    world.store.create(officer_path(whose.id), made.stored())
    return officer_path(whose.id)


@pytest.mark.parametrize("plant", [guidance, mail, difficulty, saved_filter])
def test_one_that_cannot_end_is_logged_and_stops_no_other(
    world: World, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    end = world.clock.now() - TICK
    first, second = plant(world, end - TICK, "first"), plant(world, end, "second")
    before = dict(world.store.documents[first])
    world.store.crash = "before"
    EndRetention(world.store, world.clock, world.kept)()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if line["metric"] == "retention_not_ended"] == [
        {"severity": "WARNING", "message": "retention not ended", "metric": "retention_not_ended", "reason": "crash"}
    ]
    assert world.store.documents[first] == before
    assert not world.store.documents.get(second, {}).get("filters")
    EndRetention(world.store, world.clock, world.kept)()
    assert not world.store.documents.get(first, {}).get("filters")
    assert {first, second} & set(world.store.documents) == ({first, second} if plant is saved_filter else set())
