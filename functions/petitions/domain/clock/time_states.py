"""The time state of a clock: within its term, nearly due, overdue, or stopped on time or late (LAW 7.5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import PetitionClock, TimeState
from petitions.domain.clock.deadline_rules import TermUnit
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import utc

NEARLY_DUE_PART = 0.25
"""The part of the working time that is left when a clock in hours becomes nearly due.

A clock in days becomes nearly due when the last working day before the due day opens.
"""


def time_state(clock: PetitionClock, calendar: WorkingCalendar, now: datetime) -> TimeState:
    """Return the state of the clock at `now`, or at its pause if it is paused. The due instant itself is on time."""
    if clock.stopped_at is not None:
        return TimeState.ON_TIME if clock.stopped_at in clock.deadline else TimeState.LATE
    at = clock.paused_at or utc(now)
    if clock.deadline.is_over(at):
        return TimeState.OVERDUE
    if clock.rule.unit is TermUnit.WORKING_HOURS:
        near = instant_of_remaining_part(clock, calendar, NEARLY_DUE_PART)
    else:
        near = calendar.opening_at(clock.due_at, -1)
    return TimeState.WITHIN if at in Until(near) else TimeState.NEARLY_DUE


def instant_of_remaining_part(clock: PetitionClock, calendar: WorkingCalendar, part: float) -> datetime:
    """Return the instant at which no more than `part` (0 to 1) of the working time of a clock in hours remains."""
    whole = timedelta(hours=clock.rule.amount + clock.extended)
    return calendar.subtract_working_hours(clock.due_at, whole * part)
