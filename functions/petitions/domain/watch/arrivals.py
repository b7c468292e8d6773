"""Detect that Zalo has stopped sending events, from their usual frequency in every hour of the week.

People write several messages at once, so single events are not counted. Time is split into slots of five minutes, each
with an event or without.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.shared.records import HANOI, Instant, Root, replace

SLOT = timedelta(minutes=5)
HOURS = 7 * 24
SUNDAY = 6
ENOUGH = 4 * 12
"""The number of slots of five minutes to observe before an hour of the week can be judged: four weeks."""
REMEMBERED = 16 * 12
"""The number of slots of an hour at which both its counts are halved, so that newer weeks count more."""
TOO_MANY = 15.0
"""The number of slots in which events were to be expected, from which a time without any counts as silence.

If slots were independent, chance alone would cause such a silence once in three million times.
"""


class Arrivals(Root):
    """The counts of observed slots, stored as `watch/arrivals`."""

    looked_until: Instant
    missed: float = 0.0
    """The number of slots with an event to be expected since the last event."""
    slots: list[int] = Field(default_factory=lambda: [0] * HOURS)
    """The number of slots observed, by hour of the week."""
    busy: list[int] = Field(default_factory=lambda: [0] * HOURS)
    """The number of observed slots with an event, by hour of the week."""

    @property
    def is_silent(self) -> bool:
        """Return whether an event is long overdue."""
        return self.missed >= TOO_MANY

    def after_slot(self, until: datetime, hour: int, *, busy: bool) -> Arrivals:
        """Return the counts after one more slot of five minutes, ended at `until`, with an event if `busy`."""
        expected = self.busy[hour] / self.slots[hour] if self.slots[hour] >= ENOUGH else 0.0
        slots, busies = list(self.slots), list(self.busy)
        slots[hour], busies[hour] = slots[hour] + 1, busies[hour] + busy
        if slots[hour] >= REMEMBERED:
            slots[hour], busies[hour] = slots[hour] // 2, busies[hour] // 2
        missed = 0.0 if busy else self.missed + expected
        return replace(self, looked_until=until, missed=missed, slots=slots, busy=busies)

    def after_gap(self, until: datetime) -> Arrivals:
        """Return the counts after a time without observation, for instance during a pause of schedules."""
        return replace(self, looked_until=until, missed=0.0)


def hour_of_week(at: datetime, calendar: WorkingCalendar) -> int:
    """Return the hour of the week in Hanoi, from 0 for the first hour of Monday.

    A day off from Monday to Friday counts as a Sunday.
    """
    local = at.astimezone(HANOI)
    is_off = local.weekday() < SUNDAY - 1 and not calendar.is_working_day(local.date())
    return (SUNDAY if is_off else local.weekday()) * 24 + local.hour
