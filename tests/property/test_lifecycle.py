"""Random steps of petitions: those outside the table are refused, and clocks follow the others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.adapters.reference import parsed
from petitions.domain.clock.clock_effects import apply_effects
from petitions.domain.clock.clocks import DeadlineRules, PetitionClock
from petitions.domain.lifecycle.lifecycle import (
    CAME_FROM,
    FILING_EFFECTS,
    FINAL_STATES,
    OPEN_STATES,
    TRANSITIONS,
    Action,
    ClockEffect,
    ForbiddenTransition,
    Role,
    State,
    allowed,
    transition,
    ways_back,
)
from petitions.domain.shared.records import HANOI
from tests.property.calendars import SEED

RULES = DeadlineRules.load(parsed("deadline_rules.json"))


def _reachable() -> set[State]:
    seen, ahead = set[State](), [State.NEW]
    while ahead:
        state = ahead.pop()
        if state in seen:
            continue
        seen.add(state)
        for row in TRANSITIONS:
            if state in row.sources:
                ahead += ways_back(state) if row.to == CAME_FROM else [State(row.to)]
    return seen


def test_every_state_is_reachable_and_has_an_exit_or_is_final() -> None:
    assert _reachable() == set(State)
    for state in State:
        exits = [row for role in Role for row in allowed(state, role) if row.to != state]
        assert bool(exits) != (state in FINAL_STATES)


def test_an_end_can_be_reached_from_everywhere() -> None:
    ending = set(FINAL_STATES)
    while True:
        more = {
            source
            for row in TRANSITIONS
            for source in row.sources
            if (ways_back(source) if row.to == CAME_FROM else {row.to}) & ending
        }
        if more <= ending:
            break
        ending |= more
    assert ending == set(State)


@settings(max_examples=300)
@given(
    st.sampled_from(State),
    st.sampled_from(Action),
    st.sampled_from(Role),
    st.one_of(st.none(), st.sampled_from(State)),
)
def test_what_is_not_allowed_is_refused_with_words(
    state: State, action: Action, role: Role, came_from: State | None
) -> None:
    rows = [row for row in allowed(state, role) if row.action is action]
    possible = bool(rows) and (rows[0].to != CAME_FROM or came_from in ways_back(state))
    if possible:
        step = transition(state, action, role, came_from)
        assert step.to == (came_from if rows[0].to == CAME_FROM else rows[0].to)
        assert (step.came_from is not None) == (step.to in {State.AWAITING_CITIZEN, State.MERGED})
    else:
        with pytest.raises(ForbiddenTransition) as caught:
            transition(state, action, role, came_from)
        assert len(str(caught.value)) > 20


@settings(max_examples=60)
@given(st.data())
def test_clocks_follow_any_life(data: st.DataObject) -> None:
    at = datetime(2026, 1, 5, 9, tzinfo=HANOI)
    state, came_from = State.NEW, None
    clocks: dict[str, PetitionClock] = _effects({}, FILING_EFFECTS, at)
    for _ in range(data.draw(st.integers(1, 25))):
        choices = sorted(
            {(row.action, role) for role in Role for row in allowed(state, role) if row.action is not Action.UNMERGE}
        )  # its clocks go on by other means
        if not choices:
            break
        at += timedelta(minutes=data.draw(st.integers(0, 5000)))
        action, role = data.draw(st.sampled_from(choices))
        step = transition(state, action, role, came_from)
        state, came_from = step.to, step.came_from
        before, clocks = clocks, _effects(clocks, step.effects, at)
        for name, old in before.items():
            new = clocks[name]
            assert new.due_version >= old.due_version
            if new.due_at != old.due_at:
                assert new.due_version > old.due_version
        running = {name for name, clock in clocks.items() if clock.is_running}
        if state is State.AWAITING_CITIZEN:
            overdue = {name for name, clock in clocks.items() if clock.paused_at and clock.paused_at > clock.due_at}
            assert running - overdue == {"supplement"}
        elif state in OPEN_STATES:
            assert running & {"reception", "answer"}
            assert "supplement" not in running
        else:
            assert not running
            assert all(clock.stopped_at is not None for clock in clocks.values())


def _effects(
    clocks: dict[str, PetitionClock], effects: tuple[ClockEffect, ...], at: datetime
) -> dict[str, PetitionClock]:
    return apply_effects(clocks, effects, rules=RULES, calendar=SEED, petition_class="pakn", level="normal", at=at)
