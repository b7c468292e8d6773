"""A unit's own officers cannot hide a delay or exceed the longest deadline, whatever actions they take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.clock.ledger import HOURS_A_DAY
from petitions.domain.clock.punctuality import STEPS, late_steps
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, Role, State, allowed
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.petition.petition import Petition
from petitions.errors import Rejected
from tests.particulars import particulars
from tests.unit.clock.seeds import CALENDAR, RULES
from tests.unit.petition.handling import act, officer, routed
from tests.unit.world import World

MINUTES = (1, 2, 45, 61, 300, 24 * 60, 3 * 24 * 60, 30 * 24 * 60)
STEP = st.tuples(st.integers(0, 200), st.sampled_from(MINUTES))
ENDING = {Action.REFUSE, Action.TRANSFER_OUT, Action.WITHDRAW, Action.GIVE_BACK}
"""Actions that end the work on a petition. They are drawn rarely, because nothing can happen afterwards."""
LONGEST_EXTENSION = 20
"""The longest extension in working days, by the rules for answers."""


def latest(clock: PetitionClock, level: str) -> datetime:
    """Return the latest allowed deadline: the time of its level plus all extensions and pauses.

    An extension or pause made at another level stays (LAW 7.1).
    """
    term = RULES.find(clock.name, "pakn", Level(level), clock.started_at)
    assert term.max_pause is not None
    if term.unit == "working_hours":
        hours = term.amount + term.max_extension + term.max_pause
        at = CALENDAR.closing_after(clock.started_at, 1 + hours // HOURS_A_DAY)
        if clock.name is ClockName.TRANSFER:
            return max(at, latest(clock, Level.NORMAL))
        return CALENDAR.add_calendar_days(at, LONGEST_EXTENSION) if clock.name is ClockName.ANSWER else at
    add = CALENDAR.add_working_days if term.unit == "working_days" else CALENDAR.add_calendar_days
    at = add(clock.started_at, term.amount + max(term.max_extension, clock.extension_used))
    return add(at, term.max_pause) if term.max_pause else at


def overdue(petition: Petition, now: datetime) -> set[ClockName]:
    clocks = ((name, petition.clocks.get(name)) for name in STEPS)
    return {
        name for name, clock in clocks if clock and not clock.stopped_at and clock.late_from and clock.late_from < now
    }


def tried(world: World, petition: Petition, choice: int) -> bool:
    """Try an action as an officer of the unit. Return whether it was carried out."""
    rows = [(row.action, role) for role in (Role.OFFICER, Role.HEAD) for row in allowed(petition.state, role)]
    rows = [item for item in rows if item[0] not in ENDING or not choice % 10]
    action, role = rows[choice % len(rows)]
    given = particulars(action, petition)
    if action is Action.SET_LEVEL:
        given["level"] = list(Level)[choice % len(Level)]
    if action is Action.EXTEND:
        given["amount"] = 1 + choice % LONGEST_EXTENSION
    try:
        act(world, officer(petition.unit, role, role.value), petition, action, **given)
    except Rejected:
        return False
    return True


def life(steps: list[tuple[int, int]]) -> Iterator[tuple[World, Petition, set[ClockName]]]:
    """Take these steps. After every step, yield the system, the petition and the clocks that were late up to then."""
    world, late = World(), set[ClockName]()
    unit = routed(world).unit
    for choice, minutes in steps:
        world.clock.advance(minutes=minutes)
        world.reminders()
        [petition] = world.petitions()
        if petition.unit != unit or petition.state not in OPEN_STATES:
            return
        late |= overdue(petition, world.clock.now())
        tried(world, petition, choice)
        yield world, world.petitions()[0], late


@settings(max_examples=150)
@given(st.lists(STEP, min_size=8, max_size=40))
def test_a_unit_alone_makes_nothing_late_timely_and_no_deadline_later_than_declared(
    steps: list[tuple[int, int]],
) -> None:
    for world, petition, late in life(steps):
        assert late <= {*late_steps(petition.clocks), *overdue(petition, world.clock.now())}
        for name in STEPS:
            clock = petition.clocks.get(name)
            if clock:
                assert clock.due_at <= latest(clock, petition.level), (name, clock.explanation)
                assert clock.late_from is None or clock.late_from <= latest(clock, petition.level)
        if petition.state is State.ANSWERED:
            line = world.store.documents[f"petitions/{petition.code}/history/{petition.version}"]
            assert ("late" in line["figures"]["events"]) is bool(late_steps(petition.clocks))
        if late and petition.state in OPEN_STATES and not late <= set(late_steps(petition.clocks)):
            # Overdue petitions stay in sight, whatever state they are brought to.
            assert petition.due_at
            assert petition.due_at < world.clock.now()


def test_the_walk_comes_to_answers_late_and_in_time() -> None:
    """The property proves nothing about steps that never occur in the random lives."""
    forward = (Action.ACCEPT, Action.ASSIGN, Action.START, Action.SUBMIT_ANSWER, Action.APPROVE)
    for minutes, expected in ((1, "on_time"), (3 * 24 * 60, "late")):
        world = World()
        petition = routed(world)
        for action in forward:
            world.clock.advance(minutes=minutes)
            name = "other" if action is Action.APPROVE else "head"
            petition = act(
                world, officer(petition.unit, Role.HEAD, name), petition, action, **particulars(action, petition)
            )
        line = world.store.documents[f"petitions/{petition.code}/history/{petition.version}"]
        assert line["figures"]["events"][expected] == 1
