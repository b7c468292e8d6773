"""How often Zalo's events arrive, by hour of the week, and how unlikely it is that none has come for so long.

People write in bursts, so events are not counted: a slot of five minutes has had an event, or has not.
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
"""The slots of an hour of the week that must have been watched before it is judged: four weeks."""
REMEMBERED = 16 * 12
"""The slots of an hour after which both its counts are halved, so that newer weeks count more."""
TOO_MANY = 15.0
"""Expected slots without an event that mean silence. If they were independent, chance alone would do it once in
three million times."""


class Arrivals(Root):
    """The counts, `watch/arrivals`."""

    looked_until: Instant
    missed: float = 0.0
    """The number of slots with an event that were to be expected since the last event."""
    slots: list[int] = Field(default_factory=lambda: [0] * HOURS)
    """The slots watched, by hour of the week."""
    busy: list[int] = Field(default_factory=lambda: [0] * HOURS)
    """Those of them with an event."""

    @property
    def is_silent(self) -> bool:
        """Return whether an event should have come long ago."""
        return self.missed >= TOO_MANY

    def after_slot(self, until: datetime, hour: int, *, busy: bool) -> Arrivals:
        """Return the counts after one more slot, which ended at `until`."""
        expected = self.busy[hour] / self.slots[hour] if self.slots[hour] >= ENOUGH else 0.0
        slots, busies = list(self.slots), list(self.busy)
        slots[hour], busies[hour] = slots[hour] + 1, busies[hour] + busy
        if slots[hour] >= REMEMBERED:
            slots[hour], busies[hour] = slots[hour] // 2, busies[hour] // 2
        missed = 0.0 if busy else self.missed + expected
        return replace(self, looked_until=until, missed=missed, slots=slots, busy=busies)

    def after_gap(self, until: datetime) -> Arrivals:
        """Return the counts after a time without observation, as while the schedules are paused."""
        return replace(self, looked_until=until, missed=0.0)


def hour_of_week(at: datetime, calendar: WorkingCalendar) -> int:
    """Return the hour of the week in Hanoi, from Monday's first one, 0. A weekday off is like a Sunday."""
    local = at.astimezone(HANOI)
    is_off = local.weekday() < SUNDAY - 1 and not calendar.is_working_day(local.date())
    return (SUNDAY if is_off else local.weekday()) * 24 + local.hour
