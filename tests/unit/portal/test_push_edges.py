"""Edge cases of pushing and repairing: calls in doubt, units without a code, decisions on a difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.petition.petition import petition_path
from petitions.domain.portal.national_units import NationalUnits, UnitCodes
from petitions.domain.portal.portal_change import inbound_id
from petitions.domain.portal.portal_differences import (
    Difference,
    DifferenceKind,
    DifferenceRepair,
    breaker_path,
    difference_path,
)
from petitions.domain.portal.portal_items import PortalReply
from petitions.domain.shared.outcome import Outcome
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.usecases.portal import desk_differences, pull_changes
from petitions.usecases.portal.desk_differences import MAX_REASON, MIN_REASON, DeskDifferences
from petitions.usecases.portal.portal_breaker import FAILURES, PortalBreaker
from petitions.usecases.portal.push_petition import PUSH_BARRED_FOR
from tests.fakes import FakeClock, FakeIds, FakeStore
from tests.portal_parts import approved
from tests.unit.petition.handling import COORDINATOR, officer
from tests.unit.portal.foreign import filed
from tests.unit.portal.model import CODE, CODE_2, CODE_3, NATIONAL, PortalWorld, refused_but_looked_up
from tests.unit.portal.test_nightly import NightWorld
from tests.unit.portal.test_pull import PullWorld

TICK = timedelta(microseconds=1)


@pytest.fixture
def world() -> PortalWorld:
    return PortalWorld()


def test_a_submission_whose_end_is_unknown_stays_open_until_a_look_up_is_answered(world: PortalWorld) -> None:
    world.file()
    began = world.clock.now()
    world.portal.before = lambda _: PortalReply(Outcome.UNKNOWN, "no_answer")
    world.push(CODE)
    assert world.petition().sync.submitting_since == began
    world.portal.before = lambda _: PortalReply(Outcome.REFUSED, "503")
    world.clock.advance(minutes=5)
    world.sweep()
    assert world.portal.asked[-1] == f"look up {CODE}:1"
    assert world.petition().sync.submitting_since == began, "nothing was made, so nothing is known of the first call"
    world.portal.before = refused_but_looked_up
    world.clock.advance(hours=1)
    world.sweep()
    assert world.petition().sync.submitting_since is None, "a clear refusal proves that none took effect"


def test_a_later_line_whose_end_is_unknown_is_no_open_submission(world: PortalWorld) -> None:
    world.file()
    world.push(CODE)
    world.line("accept", State.ACCEPTED)
    world.portal.before = lambda _: PortalReply(Outcome.UNKNOWN, "no_answer")
    world.push(CODE)
    sync = world.petition().sync
    assert (sync.handled_seq, sync.attempt, sync.submitting_since) == (1, 1, None)


def test_what_was_filed_there_is_never_an_open_submission(world: PortalWorld) -> None:
    world.file(source="portal", sync={"national_code": NATIONAL})
    world.portal.before = lambda _: PortalReply(Outcome.UNKNOWN, "no_answer")
    world.push(CODE)
    sync = world.petition().sync
    assert (sync.handled_seq, sync.attempt, sync.submitting_since) == (0, 1, None)


def test_the_unit_of_the_line_is_the_one_whose_code_is_missing(world: PortalWorld) -> None:
    world.file(unit="SXD")
    world.push(CODE)
    world.line("assign", State.ASSIGNED, updates={"unit": "CATP"})
    world.store.update(petition_path(CODE), {"unit": "SXD"})
    world.push(CODE)
    (path,) = world.store.paths("portal_differences")
    assert world.store.documents[path]["here"] == "CATP"


@pytest.mark.parametrize("size", [1, 2, 3])
def test_all_stored_changes_are_applied_in_one_run_whatever_the_page(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(pull_changes, "PAGE", size)
    world = PullWorld()
    for code in (CODE_2, CODE_3):
        world.file(code)
        world.approve(code=code)
    world.portal.feed = [
        world.change(number, code=code, national_code="") for number, code in enumerate((CODE, CODE_2, CODE_3), 1)
    ]
    assert world.pull() == 3
    assert [world.petition(code).state for code in (CODE, CODE_2, CODE_3)] == [State.REDO] * 3


def test_a_breaker_tries_once_at_the_end_of_its_pause_and_tells_of_each_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    store, clock = FakeStore(), FakeClock()
    one, other = PortalBreaker(store, clock), PortalBreaker(store, clock)
    for _ in range(FAILURES):
        one.note(down=True)
    assert capsys.readouterr().out.count("portal_breaker_open") == 1
    until = one.resumes_at()
    clock.at = until - TICK
    assert not other.admits()
    assert not other._take_trial(clock.now()), "also not for who read of it before the pause was made longer"
    clock.at = until
    assert other.admits()
    assert not one.admits()
    other.note(down=False)
    assert capsys.readouterr().out.count("portal_breaker_closed") == 1


def difference(world: NightWorld, name: str = "d", **more: Any) -> str:
    fields: dict[str, Any] = {
        "id": name, "kind": DifferenceKind.ANSWER, "code": CODE, "national_code": NATIONAL, "reason": "tell_now",
        "repair": DifferenceRepair.TELL_NOW, "found_at": world.clock.now(), "seen_at": world.clock.now(),
    }  # fmt: skip
    world.store.create(difference_path(name), Difference.model_validate(fields | more).stored())
    return name


@pytest.mark.parametrize(
    ("length", "fits"), [(MIN_REASON - 1, False), (MIN_REASON, True), (MAX_REASON, True), (MAX_REASON + 1, False)]
)
def test_a_difference_is_dismissed_with_a_reason_of_some_length(length: int, *, fits: bool) -> None:
    world = NightWorld()
    name, desk = difference(world), DeskDifferences(world.store, world.clock, FakeIds())
    if not fits:
        with pytest.raises(Rejected):
            desk.dismiss(COORDINATOR, name, f"  {'x' * length} ")
        assert world.store.documents[difference_path(name)]["state"] == "open"
        return
    assert desk.dismiss(COORDINATOR, name, f"  {'x' * length} ").state == "dismissed"
    (entry,) = [world.store.documents[path] for path in world.store.paths("audit")]
    assert (entry["reason"], entry["action"], entry["code"]) == ("x" * length, "portal_dismiss", CODE)


def test_coordinators_alone_see_and_decide_on_differences() -> None:
    world = NightWorld()
    name, desk = difference(world), DeskDifferences(world.store, world.clock, FakeIds())
    for who in (officer("SXD", Role.HEAD), officer("SNV", Role.INSPECTOR), officer("VPUB")):
        for act in (
            lambda who=who: desk(who),
            lambda who=who: desk.repair(who, name),
            lambda who=who: desk.dismiss(who, name, "đã xử lý tay"),
        ):
            with pytest.raises(Forbidden):
                act()
    assert [one.id for one in desk(COORDINATOR).differences] == [name]
    assert desk.repair(COORDINATOR, name).state == "wanted"
    with pytest.raises(Conflict):
        desk.repair(COORDINATOR, name)
    for unknown in ("none", "a/b", ""):
        with pytest.raises(NotFound):
            desk.repair(COORDINATOR, unknown)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_differences_are_listed_once_in_pages_the_newest_first(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(desk_differences, "PAGE", size)
    world = NightWorld()
    desk = DeskDifferences(world.store, world.clock, FakeIds())
    for name in "abc":
        world.clock.advance(seconds=1)
        difference(world, name)
    difference(world, "over", state="repaired")
    found, after = [], ""
    while True:
        page = desk(COORDINATOR, after)
        assert len(page.differences) <= size
        found += [one.id for one in page.differences]
        if page.next is None:
            break
        after = page.next
    assert found == ["c", "b", "a"]


def test_a_repair_reads_both_sides_as_they_are_now() -> None:
    world = NightWorld()
    record = world.both(1)
    world.there.records.clear()
    world.there.alone.append(record)
    name = difference(world)
    assert world.parts.repair(name, "an").state == "repaired"
    assert world.lines()[-1] == "portal_repair"
    world.there.outcome = Outcome.UNKNOWN
    with pytest.raises(Conflict):
        world.parts.repair(difference(world, "e"), "an")


@pytest.mark.parametrize("pause", [timedelta(seconds=1), timedelta(hours=1)])
def test_a_push_that_is_shut_out_waits_for_the_end_of_the_pause_and_a_while_at_least(
    world: PortalWorld, pause: timedelta
) -> None:
    world.file()
    now = world.clock.now()
    shut = {"open": True, "since": now, "pauses": 1, "until": now + pause, "schema": 1}
    world.store.create(breaker_path(), shut)
    world.push(CODE)
    sync = world.petition().sync
    assert (sync.next_at, sync.attempt, sync.refusals) == (now + max(pause, PUSH_BARRED_FOR), 0, 0)
    assert world.portal.asked == []


@pytest.mark.parametrize(
    ("reply", "refusals"),
    [
        (PortalReply(Outcome.REFUSED, "400"), 2),
        (PortalReply(Outcome.REFUSED, "connect", down=True), 0),
        (PortalReply(Outcome.UNKNOWN, "no_answer"), 0),
    ],
)
def test_only_clear_refusals_in_a_row_are_counted(world: PortalWorld, reply: PortalReply, refusals: int) -> None:
    world.file()
    world.portal.before = lambda _: PortalReply(Outcome.REFUSED, "400")
    world.push(CODE)
    assert world.petition().sync.refusals == 1
    world.portal.before = lambda what: None if what.startswith("look up") else reply
    world.clock.advance(hours=1)
    world.push(CODE)
    assert world.petition().sync.refusals == refusals


@pytest.mark.parametrize(
    ("kind", "there", "line", "level"),
    [
        (DifferenceKind.RATING, {"level": 3}, "rated", 3),
        (DifferenceKind.STATE, {"state": "new"}, "portal_repair", None),
        (DifferenceKind.STATE, {}, "portal_repair", None),
    ],
)
def test_an_operators_repair_takes_over_what_the_portal_decided_and_tells_the_rest(
    kind: DifferenceKind, there: dict[str, Any], line: str, level: int | None
) -> None:
    world = NightWorld()
    answer = approved("Đã thay bóng đèn.", world.clock.now() - timedelta(hours=1))
    record = world.both(1, reply=answer, state=State.ANSWERED)
    later = world.clock.now() + timedelta(seconds=1)
    same: dict[str, Any] = {"state": "answered", "answer": answer.with_basis, "at": later}
    world.there.alone = [replace(record, **(same | there))]
    assert world.parts.repair(difference(world, kind=kind), "an").by == "an"
    assert world.lines()[-1] == line
    rating = world.petition().rating
    assert (rating.level if rating else None) == level


def test_an_operators_repair_files_what_is_missing_here() -> None:
    world = NightWorld()
    world.there.alone = [world.record(1, code="", petition=filed(world, NATIONAL).petition)]
    world.parts.repair(difference(world, kind=DifferenceKind.MISSING_HERE, code=""), "an")
    (path,) = world.store.paths("petitions")
    assert world.store.documents[path]["sync"]["national_code"] == NATIONAL


def test_a_difference_of_no_petition_is_dismissed_with_no_code_in_the_audit() -> None:
    world = NightWorld()
    name, desk = difference(world, code=""), DeskDifferences(world.store, world.clock, FakeIds())
    desk.dismiss(COORDINATOR, name, "đã bổ sung mã")
    (entry,) = [world.store.documents[path] for path in world.store.paths("audit")]
    assert "code" not in entry


def test_a_code_of_a_unit_that_never_was_ours_is_of_nobody() -> None:
    codes = UnitCodes(version="test", source="test", units={"SXD": "000.00.07.H26", "XYZ": "000.00.99.H26"})
    units = NationalUnits(codes, reference.directory())
    assert (units.unit_of("000.00.07.H26"), units.unit_of("000.00.99.H26")) == ("SXD", None)
    assert units.name_of("000.00.99.H26") == "000.00.99.H26"


def test_a_change_is_stored_under_the_same_name_as_ever() -> None:
    """Under another name, changes applied before an update would be applied again."""
    assert inbound_id("TD1") == "ee98cc44c8cd8b1dc3f6b21c612e86f94bb01500"
