"""Starts, stops, pauses and resumes the clocks of a petition as a transition of its state demands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import PetitionClock, pause, resume, start_clock, stop_clock
from petitions.domain.clock.deadline_rules import DeadlineRules
from petitions.domain.lifecycle.states import ClockEffect, ClockName, ClockVerb, Level
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import utc


def apply_effects(
    clocks: Mapping[str, PetitionClock],
    effects: Iterable[ClockEffect],
    *,
    rules: DeadlineRules,
    calendar: WorkingCalendar,
    petition_class: str,
    level: str,
    at: datetime,
) -> dict[str, PetitionClock]:
    """Return the clocks after a transition.

    A start ends a run that is under way and begins another. A stop, pause or resume is skipped if the clock does not
    run, is already paused, or is not paused. Raise NoRuleError if no deadline rule applies, or CalendarRangeError
    beyond the calendar.
    """
    after = dict(clocks)
    for effect in effects:
        name, clock = effect.clock, after.get(effect.clock)
        if effect.verb is ClockVerb.START:
            if clock is not None and clock.stopped_at is None:
                clock = stop_clock(clock, calendar, at)
            term = rules.find(name, petition_class, Level(level), at)
            received = _received(after, at) if name is ClockName.ANSWER else None
            after[name] = start_clock(name, term, rules.version, calendar, at, clock, received)
        elif clock is None or clock.stopped_at is not None:
            continue
        elif effect.verb is ClockVerb.STOP:
            after[name] = stop_clock(clock, calendar, at)
        elif effect.verb is ClockVerb.PAUSE and clock.paused_at is None:
            after[name] = pause(clock, calendar, at)
        elif effect.verb is ClockVerb.RESUME and clock.paused_at is not None:
            after[name] = resume(clock, calendar, at)
    return after


def _received(clocks: Mapping[str, PetitionClock], at: datetime) -> datetime | None:
    """Return the filing time of a petition accepted at `at`, or None if the answer is being given again."""
    reception = clocks.get(ClockName.RECEPTION)
    if reception is None or reception.stopped_at is None or reception.stopped_at in Until(utc(at)):
        return None
    return reception.started_at
