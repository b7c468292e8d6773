"""The edges of times, days and counts: whether the boundary itself still belongs to what it ends.

Code that decides by an instant or a minimum says with one of these values which side its boundary is on, instead of
choosing between `<` and `<=` anew. `tests/unit/shared/test_edges.py` names the comparisons that stand elsewhere.
The values are pure: who asks brings the instant. Instants are aware datetimes, days are dates of Hanoi's calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar

T = TypeVar("T", datetime, date, time, int, str)
"""An instant or a day. Also a time of the day, an instant in microseconds, and a day as ISO text (2026-11-23)."""
N = TypeVar("N", int, timedelta)


@dataclass(frozen=True)
class Interval(Generic[T]):
    """The time from `since` until before `until`: a period, a window, the validity of a rule.

    Intervals that follow each other share no instant and leave none out.

    >>> from datetime import date
    >>> march = Interval(date(2026, 3, 1), date(2026, 4, 1))
    >>> date(2026, 3, 1) in march, date(2026, 4, 1) in march
    (True, False)
    """

    since: T
    until: T

    def __contains__(self, at: T) -> bool:
        """Return whether `at` is in the interval. Its beginning is, its end is not."""
        return self.since <= at < self.until

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is in the interval, because it ends where it begins or before."""
        return self.until <= self.since

    def is_over(self, at: T) -> bool:
        """Return whether the interval has ended by `at`. At its end it has."""
        return self.until <= at


def lasting(since: datetime, length: timedelta) -> Interval[datetime]:
    """Return the interval that begins at `since` and has this length."""
    return Interval(since, since + length)


@dataclass(frozen=True)
class Until(Generic[T]):
    """What lasts until an instant and no longer: a lease, a waiting time, the validity of a token or a cached value.

    >>> from datetime import date
    >>> date(2026, 3, 31) in Until(date(2026, 4, 1)), date(2026, 4, 1) in Until(date(2026, 4, 1))
    (True, False)
    """

    at: T

    def __contains__(self, at: T) -> bool:
        """Return whether it still lasts at this instant. At its end it does not."""
        return at < self.at

    def is_over(self, at: T) -> bool:
        """Return whether it has ended by this instant. At its end it has."""
        return self.at <= at


def lasts_for(until: datetime, margin: timedelta, now: datetime) -> bool:
    """Return whether what lasts until `until` still lasts when the time `margin` has passed.

    Raise ValueError for a negative margin, with which something that has ended would count as lasting.
    """
    if margin < timedelta():
        raise ValueError(f"a margin is time that must be left: {margin}")
    return now + margin in Until(until)


@dataclass(frozen=True)
class UpTo(Generic[T]):
    """What goes up to an instant and includes it: a deadline, a last day, the past that an erasure is about.

    >>> from datetime import date
    >>> date(2026, 4, 1) in UpTo(date(2026, 4, 1)), date(2026, 4, 2) in UpTo(date(2026, 4, 1))
    (True, False)
    """

    at: T

    def __contains__(self, at: T) -> bool:
        """Return whether this instant is in time. The deadline itself is."""
        return at <= self.at

    def is_over(self, at: T) -> bool:
        """Return whether this instant is too late. The deadline itself is not."""
        return self.at < at


@dataclass(frozen=True)
class AtLeast(Generic[N]):
    """A minimum, which is enough.

    >>> AtLeast(30).is_met_by(30), AtLeast(30).is_met_by(29)
    (True, False)
    """

    least: N

    def is_met_by(self, number: N) -> bool:
        """Return whether the number or duration is enough."""
        return number >= self.least


@dataclass(frozen=True)
class AtMost:
    """The most that is allowed of something counted.

    >>> AtMost(10).has_room(9), AtMost(10).has_room(10)
    (True, False)
    """

    most: int

    def has_room(self, count: int) -> bool:
        """Return whether one more is allowed where there are `count`."""
        return count < self.most
