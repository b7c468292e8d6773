"""Conflicting changes of the portal and of officers: every row of the table, with the resulting state and history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import Petition, Rating
from petitions.domain.portal.portal_conflicts import (
    CONFLICT_RULES,
    ConflictCondition,
    ConflictRule,
    Winner,
    decide_conflict,
)
from petitions.domain.portal.portal_differences import DIFFERENCE_REPAIRS, DifferenceKind
from petitions.domain.portal.portal_items import PortalAnswer, PortalChange, PortalRating, PortalStatus
from tests.portal_parts import approved
from tests.unit.portal.model import CODE, NATIONAL, PortalWorld, unit_code

ROWS = [(rule, state) for rule in CONFLICT_RULES for state in sorted(rule.states)]


def change(kind: str, at: datetime, **more: Any) -> PortalChange:
    fields: dict[str, Any] = {"id": "TD1", "kind": kind, "code": CODE, "national_code": NATIONAL, "text": "Lý do"}
    fields |= {"at": at, "raw": {}, "unit": unit_code("SNV"), "level": 3}
    return PortalChange(**(fields | more))


def unit_of(came: PortalChange) -> str:
    return reference.national_units().unit_of(came.unit) or ""


def world_for(rule: ConflictRule, state: State) -> tuple[PortalWorld, PortalChange]:
    world = PortalWorld()
    now = world.clock.now()
    more: dict[str, Any] = {"state": state, "unit": "SXD"}
    if state is State.AWAITING_CITIZEN:
        more["came_from"] = State.NEW
    if rule.kind in {"returned", "rated"} or state in {State.ANSWERED, State.PUBLISHED, State.CLOSED}:
        more["reply"] = approved("Đã thay bóng đèn.", now - timedelta(hours=1))
    if rule.when is ConflictCondition.ANSWERED_SINCE:
        more["reply"] = approved("Đã thay bóng đèn.", now + timedelta(minutes=5))
    if rule.when is ConflictCondition.RATED_SINCE:
        more["rating"] = Rating(level=1, at=now + timedelta(minutes=5))
    world.file(**more)
    world.push(CODE)
    unit = "SXD" if rule.when is ConflictCondition.SAME_UNIT else "SNV"
    return world, change(rule.kind, now, unit=unit_code(unit))


@pytest.mark.parametrize(("rule", "state"), ROWS, ids=[f"{rule.kind}-{rule.when}-{state}" for rule, state in ROWS])
def test_every_row(rule: ConflictRule, state: State) -> None:
    world, came = world_for(rule, state)
    before = world.petition()
    assert decide_conflict(before, rule.kind, came.at or world.clock.now(), unit_of(came)).wins is rule.wins
    world.portal.feed = [came]
    world.clock.advance(minutes=10)
    world.pull()
    after = world.petition()
    count = len(world.portal.effects)
    world.push(CODE)
    fresh = [item for _, item in world.portal.effects[count:]]
    {Winner.PORTAL: portal_won, Winner.LOCAL: local_won, Winner.BOTH: nothing_done}[rule.wins](
        world, before, after, came
    )
    if rule.wins is Winner.LOCAL:
        assert isinstance(fresh[0], PortalStatus)
    if rule.wins is Winner.LOCAL and before.reply:
        assert any(isinstance(item, PortalAnswer | PortalRating) for item in fresh[1:]), "ours is told again"


def portal_won(world: PortalWorld, before: Petition, after: Petition, came: PortalChange) -> None:
    entry = last_line(world, after)
    assert (after.version, entry.role) == (before.version + 1, "portal")
    decided = came.kind in {"returned", "transferred", "moved", "sent_back"}
    assert entry.filer_text == ("Lý do" if decided else None), "the portal's reason is for the filer to read"
    if came.kind == "supplemented":
        assert [(addition.text, addition.at) for addition in after.additions] == [("Lý do", came.at)]
        waited = before.state is State.AWAITING_CITIZEN
        assert (after.state, entry.action) == ((before.came_from, "supplement") if waited else (before.state, "added"))
        return
    if came.kind == "withdrawn":
        assert after.state is State.WITHDRAWN
        return
    assert "Thay cho" in (entry.reason or ""), "the history says what was overridden"
    if came.kind == "rated":
        assert after.rating == Rating(level=3, at=came.at or world.clock.now(), reason="Lý do")
        return
    expected = {
        "returned": State.REDO,
        "transferred": State.TRANSFERRED_OUT,
        "sent_back": State.ACCEPTED,
        "answered": State.CLOSED,
    }
    if came.kind == "moved":
        assert after.unit == "SNV"
        assert after.state in {State.ASSIGNED, State.ACCEPTED, before.state}
    else:
        assert after.state is expected[came.kind or ""]
    assert after.reply is not None or before.reply is None, "an answer is never lost"


def local_won(world: PortalWorld, before: Petition, after: Petition, came: PortalChange) -> None:
    entry = last_line(world, after)
    assert (entry.action, entry.role, after.version) == ("portal_overruled", "system", before.version + 1)
    assert ("không rút được" if came.kind == "withdrawn" else "Không áp dụng") in (entry.reason or "")
    assert (after.state, after.unit, after.reply, after.rating) == (
        before.state,
        before.unit,
        before.reply,
        before.rating,
    )
    assert came.id


def nothing_done(world: PortalWorld, before: Petition, after: Petition, came: PortalChange) -> None:
    assert after.version == before.version, came
    assert len(world.store.paths("portal_differences")) == 0


def last_line(world: PortalWorld, petition: Petition) -> HistoryEntry:
    return HistoryEntry.model_validate(world.store.documents[history_path(petition.code, petition.version)])


@pytest.mark.parametrize("kind", ["returned", "transferred", "moved", "sent_back", "answered"])
@pytest.mark.parametrize("state", sorted(State))
def test_unlisted_conflict_is_for_a_person(kind: str, state: State) -> None:
    world = PortalWorld()
    world.file(state=state, unit="SXD")
    rule = decide_conflict(world.petition(), kind, world.clock.now(), "SNV")
    named = any(row.kind == kind and state in row.states for row in CONFLICT_RULES)
    assert (rule.wins is Winner.PERSON) is not named
    if not named:
        world.portal.feed = [change(kind, world.clock.now())]
        world.pull()
        assert world.petition().version == 1
        [path] = world.store.paths("portal_differences")
        assert world.store.documents[path]["reason"] == f"state_{state}"


def moved_twice(second_at: timedelta) -> Petition:
    world = PortalWorld()
    world.file(state=State.IN_PROGRESS, unit="SXD")
    now = world.clock.now()
    world.portal.feed = [change("moved", now)]
    world.pull()
    world.clock.advance(minutes=5)
    world.portal.feed = [change("moved", now + second_at, id="TD2", unit=unit_code("VPUB"))]
    world.pull()
    return world.petition()


def test_a_change_that_comes_after_a_later_one_changes_nothing() -> None:
    petition = moved_twice(timedelta(minutes=-1))
    assert (petition.unit, petition.version) == ("SNV", 2)


def test_the_second_of_two_decisions_of_one_instant_is_not_taken_for_an_older_one() -> None:
    petition = moved_twice(timedelta())
    assert (petition.unit, petition.version) == ("VPUB", 3)


def test_every_difference_has_a_repair() -> None:
    assert set(DIFFERENCE_REPAIRS) == set(DifferenceKind)
