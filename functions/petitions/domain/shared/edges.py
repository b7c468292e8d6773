"""Ends of times, days and counts that state whether the boundary itself is included.

Code that decides by an instant or a minimum uses one of these values instead of choosing between `<` and `<=` anew.
`tests/unit/shared/test_edges.py` lists the comparisons outside this module. The values are pure: callers pass the
instant. Instants are aware datetimes, days are dates of Hanoi's calendar.
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
    """The time from `since` until before `until`, such as a period, a window or the validity of a rule.

    Adjacent intervals share no instant and leave none out.

    >>> from datetime import date
    >>> march = Interval(date(2026, 3, 1), date(2026, 4, 1))
    >>> date(2026, 3, 1) in march, date(2026, 4, 1) in march
    (True, False)
    """

    since: T
    until: T

    def __contains__(self, at: T) -> bool:
        """Return whether `at` is in the interval, including its beginning but not its end."""
        return self.since <= at < self.until

    @property
    def is_empty(self) -> bool:
        """Return whether the interval contains nothing, because its end is not after its beginning."""
        return self.until <= self.since

    def is_over(self, at: T) -> bool:
        """Return whether the interval has ended by `at`. True at its end."""
        return self.until <= at


def lasting(since: datetime, length: timedelta) -> Interval[datetime]:
    return Interval(since, since + length)


@dataclass(frozen=True)
class Until(Generic[T]):
    """A time that ends at an instant and excludes it, such as a lease or the validity of a token or a cached value.

    >>> from datetime import date
    >>> date(2026, 3, 31) in Until(date(2026, 4, 1)), date(2026, 4, 1) in Until(date(2026, 4, 1))
    (True, False)
    """

    at: T

    def __contains__(self, at: T) -> bool:
        """Return whether this instant is before the end."""
        return at < self.at

    def is_over(self, at: T) -> bool:
        """Return whether the time has ended by this instant. True at the end itself."""
        return self.at <= at


def lasts_for(until: datetime, margin: timedelta, now: datetime) -> bool:
    """Return whether the time `now` plus `margin` is still before `until`.

    Raise ValueError for a negative margin, with which an ended time would count as lasting.
    """
    if margin < timedelta():
        raise ValueError(f"a margin is time that must be left: {margin}")
    return now + margin in Until(until)


@dataclass(frozen=True)
class UpTo(Generic[T]):
    """A time that ends at an instant and includes it, such as a deadline or a last day.

    >>> from datetime import date
    >>> date(2026, 4, 1) in UpTo(date(2026, 4, 1)), date(2026, 4, 2) in UpTo(date(2026, 4, 1))
    (True, False)
    """

    at: T

    def __contains__(self, at: T) -> bool:
        """Return whether this instant is in time. True at the deadline itself."""
        return at <= self.at

    def is_over(self, at: T) -> bool:
        """Return whether this instant is too late. False at the deadline itself."""
        return self.at < at


@dataclass(frozen=True)
class AtLeast(Generic[N]):
    """An inclusive minimum of a number or duration.

    >>> AtLeast(30).is_met_by(30), AtLeast(30).is_met_by(29)
    (True, False)
    """

    least: N

    def is_met_by(self, number: N) -> bool:
        """Return whether the number or duration reaches the minimum."""
        return number >= self.least


@dataclass(frozen=True)
class AtMost:
    """An inclusive maximum of a count.

    >>> AtMost(10).has_room(9), AtMost(10).has_room(10)
    (True, False)
    """

    most: int

    def has_room(self, count: int) -> bool:
        """Return whether one more is allowed in addition to `count`."""
        return count < self.most
