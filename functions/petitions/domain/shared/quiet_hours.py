"""When nobody is to be disturbed: 22:00 to 07:00 in Hanoi, inside both of Zalo's own bounds (PLATFORM 3.5)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from petitions.domain.shared.instants import hanoi

MORNING = time(7)
NIGHT = time(22)


def next_morning(now: datetime) -> datetime:
    """The next 07:00 after `now`."""
    local = hanoi(now)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, local.tzinfo).astimezone(UTC)


def waking(now: datetime) -> datetime:
    """`now`, or the morning after it when it is night."""
    return now if MORNING <= hanoi(now).time() < NIGHT else next_morning(now)
