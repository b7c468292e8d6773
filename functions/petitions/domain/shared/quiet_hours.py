"""Quiet hours, in which no message may make a phone ring: 22:00 to 07:00 in Hanoi.

These hours satisfy both readings of Zalo's limits (PLATFORM 3.5).
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from petitions.domain.shared.edges import Interval, Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.local_day import next_day

MORNING = time(7)
NIGHT = time(22)


def next_morning(now: datetime) -> datetime:
    """Return the next 07:00 in Hanoi after `now`, in UTC."""
    local = hanoi(now)
    day = local.date() if local.time() in Until(MORNING) else next_day(local.date())
    return datetime.combine(day, MORNING, local.tzinfo).astimezone(UTC)


def after_quiet_hours(now: datetime) -> datetime:
    """Return `now`, or the next morning if `now` is in the quiet hours."""
    return now if hanoi(now).time() in Interval(MORNING, NIGHT) else next_morning(now)
