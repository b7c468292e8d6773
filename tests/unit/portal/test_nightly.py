from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.portal.portal_differences import night_path
from petitions.domain.portal.portal_items import PortalPage, PortalRecord
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import HANOI
from petitions.usecases.portal import reconcile_portal
from petitions.usecases.portal.reconcile_portal import BUDGET, WINDOW
from tests.fakes import FakeClock
from tests.portal_parts import approved
from tests.unit.portal.model import CODE, CODE_2, CODE_3, NATIONAL, ModelPortal, PortalWorld, unit_code

CODES = (CODE, CODE_2, CODE_3)


def national(number: int) -> str:
    return f"PAKN.20261123.{number:04}"


@dataclass
class ListingPortal(ModelPortal):
    clock: FakeClock = field(default_factory=FakeClock)
    records: list[PortalRecord] = field(default_factory=list)
    alone: list[PortalRecord] = field(default_factory=list)
    """The records that are found by their code and listed by no page."""
    outcome: Outcome = Outcome.OK
    takes_time: timedelta = timedelta(0)
    codes: tuple[str, ...] = ()
    pages: list[int] = field(default_factory=list)

    def records_since(self, since: datetime, page: int) -> PortalPage[PortalRecord]:
        self.pages.append(page)
        self.clock.advance(seconds=self.takes_time.total_seconds())
        start = (page - 1) * self.page_size
        rest = [one for one in self.records if one.at is None or one.at >= since][start:]
        found = tuple(rest[: self.page_size]) if self.outcome is Outcome.OK else ()
        return PortalPage(self.outcome, items=found, more=len(rest) > self.page_size)

    def fetch(self, national_code: str) -> PortalPage[PortalRecord]:
        found = [one for one in self.alone if one.national_code == national_code]
        return PortalPage(self.outcome, items=tuple(found))

    def units(self) -> PortalPage[str]:
        return PortalPage(Outcome.OK, items=self.codes)


class NightWorld(PortalWorld):
    def __init__(self) -> None:
        clock = FakeClock()
        self.there = ListingPortal(clock=clock)
        super().__init__(clock=clock, portal=self.there)

    def both(self, number: int = 1, **more: Any) -> PortalRecord:
        sync = {"national_code": national(number), "handled_seq": 1, "told_at": self.clock.now()}
        self.file(CODES[number - 1], **{"unit": "SXD", "state": State.IN_PROGRESS, "sync": sync, **more})
        record = self.record(number)
        self.there.records.append(record)
        return record

    def record(self, number: int = 1, **more: Any) -> PortalRecord:
        made = PortalRecord(
            national(number), CODES[number - 1], "", "in_progress", unit_code("SXD"), "", 0, away=False,
            returned=False, at=self.clock.now(), petition=None,
        )  # fmt: skip
        return replace(made, **more)

    def night(self) -> dict[str, Any]:
        return self.parts.reconcile()

    def lines(self, number: int = 1) -> list[str]:
        paths = self.store.paths(f"petitions/{CODES[number - 1]}/history")
        return [self.store.documents[path]["action"] for path in paths]


@pytest.fixture
def world() -> NightWorld:
    return NightWorld()


def test_equal_sides_are_counted_and_stored_under_the_day(world: NightWorld) -> None:
    world.both(1)
    world.both(2)
    figures = world.night()
    assert figures["complete"]
    assert (figures["here"], figures["there"], figures["equal"], figures["waiting"]) == (2, 2, 2, 0)
    assert (figures["states_here"], figures["states_there"]) == ({"in_progress": 2}, {"in_progress": 2})
    assert (figures["differences"], figures["repaired"]) == ({}, 0)
    path = night_path(world.clock.now().astimezone(HANOI).date())
    assert world.store.documents[path] == figures
    world.both(3)
    assert world.night()["here"] == world.store.documents[path]["here"] == 3


def test_what_is_not_pushed_yet_is_counted_as_waiting_and_compared_with_nothing(world: NightWorld) -> None:
    record = world.both(1)
    world.there.records[0] = replace(record, state="answered")
    sync = world.store.documents[f"petitions/{CODE}"]["sync"]
    world.store.update(f"petitions/{CODE}", {"sync": {**sync, "next_at": world.clock.now()}})
    world.file(CODE_2)
    figures = world.night()
    assert (figures["waiting"], figures["here"], figures["there"], figures["equal"]) == (2, 2, 1, 0)
    assert figures["differences"] == {}


def test_what_may_not_go_there_waits_for_ever(world: NightWorld) -> None:
    world.file(CODE, classified=None, sync={"handled_seq": 1})
    figures = world.night()
    assert (figures["waiting"], figures["here"], figures["differences"]) == (1, 1, {})


def test_a_change_of_the_portal_that_is_not_applied_yet_is_waited_for(world: NightWorld) -> None:
    record = world.both(1)
    world.there.records[:] = [replace(record, state="answered"), world.record(2)]
    at = world.clock.now()
    for number in (1, 2):
        fields = {"id": f"c{number}", "kind": "moved", "state": "new", "at": at, "received_at": at, "raw": {}}
        fields |= {"code": "", "national_code": national(number), "text": "", "unit": ""}
        world.store.create(f"portal_inbound/c{number}", fields)
    figures = world.night()
    assert (figures["waiting"], figures["here"], figures["there"]) == (2, 1, 2)
    assert figures["differences"] == {}


def test_what_the_portal_does_not_list_is_asked_for_by_its_code(world: NightWorld) -> None:
    record = world.both(1)
    world.there.records.clear()
    world.there.alone.append(record)
    figures = world.night()
    assert (figures["here"], figures["there"], figures["equal"], figures["differences"]) == (1, 1, 1, {})
    world.there.alone.clear()
    figures = world.night()
    assert (figures["here"], figures["there"], figures["equal"]) == (1, 0, 0)
    assert figures["differences"] == {"missing_there": 1}
    assert world.petition().sync.handled_seq == 0, "it is told from its first line"


def test_two_records_of_one_petition_are_left_to_a_person(world: NightWorld) -> None:
    record = world.both(1)
    world.there.records.append(replace(record, national_code=national(7)))
    figures = world.night()
    assert (figures["differences"], figures["repaired"], figures["equal"]) == ({"twin": 1}, 0, 1)
    (path,) = world.store.paths("portal_differences")
    stored = world.store.documents[path]
    assert (stored["state"], stored["here"], stored["there"]) == ("open", NATIONAL, national(7))
    assert stored["reason"] == "person"


def test_several_differences_are_told_by_one_line_and_all_are_settled(world: NightWorld) -> None:
    answer = approved("Đã thay bóng đèn.", world.clock.now() - timedelta(hours=1))
    record = world.both(1, reply=answer, state=State.ANSWERED)
    world.there.records[0] = replace(record, state="new", answer="Khác")
    figures = world.night()
    assert figures["differences"] == {"state": 1, "answer": 1}
    assert figures["repaired"] == 2
    assert world.lines().count("portal_repair") == 1
    assert {one["state"] for one in _differences(world)} == {"repaired"}


def test_what_the_portal_decided_is_taken_and_what_is_ours_is_told_after_it(world: NightWorld) -> None:
    answer = approved("Đã thay bóng đèn.", world.clock.now() - timedelta(hours=1))
    record = world.both(1, reply=answer, state=State.ANSWERED)
    changed = replace(record, state="answered", answer="Khác", level=3, at=world.clock.now() + timedelta(seconds=1))
    world.there.records[0] = changed
    figures = world.night()
    assert figures["differences"] == {"answer": 1, "rating": 1}
    assert {one["kind"]: one["reason"] for one in _differences(world)} == {"answer": "tell_now", "rating": "rated"}
    rating = world.petition().rating
    assert rating
    assert rating.level == 3
    assert world.lines()[-2:] == ["rated", "portal_repair"]
    assert world.lines().count("portal_repair") == 1


def _differences(world: NightWorld) -> list[dict[str, Any]]:
    return [world.store.documents[path] for path in world.store.paths("portal_differences")]


@pytest.mark.parametrize(("size", "asked"), [(1, 3), (2, 2), (3, 1)])
def test_all_pages_are_read_on_both_sides(
    world: NightWorld, monkeypatch: pytest.MonkeyPatch, size: int, asked: int
) -> None:
    monkeypatch.setattr(reconcile_portal, "PAGE", size)
    for number in (1, 2, 3):
        world.both(number)
        world.clock.advance(seconds=1)
    world.there.page_size = size
    figures = world.night()
    assert figures["complete"]
    assert (figures["here"], figures["there"], figures["equal"]) == (3, 3, 3)
    assert len(world.there.pages) >= asked
    world.there.records.clear()
    for number in (1, 2, 3):
        world.there.alone.append(world.record(number))
    figures = world.night()
    assert (figures["complete"], figures["here"], figures["equal"]) == (True, 3, 3)


def test_a_night_that_takes_too_long_is_incomplete(world: NightWorld) -> None:
    for number in (1, 2, 3):
        world.both(number)
        world.clock.advance(seconds=1)
    world.there.page_size, world.there.takes_time = 1, BUDGET
    figures = world.night()
    assert not figures["complete"]
    assert len(world.there.pages) == 2, "the page at the end of its time is still read"
    world.there.page_size = 3
    assert world.night()["complete"]
    world.there.takes_time = BUDGET + timedelta(microseconds=1)
    assert not world.night()["complete"], "nothing of ours can be read any more"


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.REFUSED])
def test_a_portal_that_does_not_answer_makes_it_incomplete_and_no_difference(
    world: NightWorld, outcome: Outcome
) -> None:
    world.both(1)
    world.there.outcome = outcome
    assert (world.night()["complete"], _differences(world)) == (False, [])
    assert not world.parts.reconcile._read_here(  # asked for alone, it does not answer either
        reconcile_portal._Night(since=world.clock.now() - WINDOW, began=world.clock.now())
    )
    assert _differences(world) == []


def test_while_the_portal_is_shut_out_it_is_not_asked(world: NightWorld) -> None:
    world.both(1)
    for _ in range(20):
        world.breaker.note(down=True)
    assert not world.night()["complete"]
    assert world.there.pages == []


def test_petitions_from_before_the_window_are_left(world: NightWorld) -> None:
    now = world.clock.now()
    tick = timedelta(microseconds=1)
    for code, at in ((CODE, now - WINDOW - tick), (CODE_2, now - WINDOW), (CODE_3, now)):
        world.file(code, sync={"handled_seq": 1}, filed_at=at)
    figures = world.night()
    assert (figures["here"], figures["differences"]) == (2, {"missing_there": 2})


def test_our_units_that_the_portal_does_not_know_are_counted_if_it_names_any(
    world: NightWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    units = world.parts.apply.units
    everyone = [unit.code for unit in units.directory.units] + [ward.code for ward in units.directory.wards]
    coded = sorted({code for unit in everyone if (code := units.code_of(unit))})
    assert world.night()["units_unknown"] == 0
    world.there.codes = tuple(coded[2:])
    assert "portal_units_unknown" not in capsys.readouterr().out
    assert world.night()["units_unknown"] == 2
    assert "portal_units_unknown" in capsys.readouterr().out
    world.there.codes = tuple(coded)
    assert world.night()["units_unknown"] == 0


def test_a_record_with_our_code_teaches_its_national_code_and_that_is_repaired_at_once(world: NightWorld) -> None:
    world.both(1, sync={"handled_seq": 1, "told_at": world.clock.now()})
    assert world.petition().sync.national_code is None
    figures = world.night()
    assert (figures["differences"], figures["repaired"], figures["equal"]) == ({"code": 1}, 1, 1)
    assert world.petition().sync.national_code == NATIONAL
    assert world.night()["differences"] == {}
