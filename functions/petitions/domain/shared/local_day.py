"""A day of Hanoi's calendar as an interval of instants, with a count of the instants in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from petitions.domain.shared.edges import Interval
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import HANOI


@dataclass(frozen=True)
class LocalDay:
    """A day of Hanoi's calendar, from midnight until before the next midnight there."""

    day: date

    def __contains__(self, at: datetime) -> bool:
        """Return whether the instant is on this day. Raise ValueError if it is naive."""
        return hanoi(at).date() == self.day

    def count(self, instants: Iterable[datetime]) -> int:
        return sum(at in self for at in instants)


def local_day(at: datetime) -> LocalDay:
    """Return the day in Hanoi that contains the instant. Raise ValueError if it is naive."""
    return LocalDay(hanoi(at).date())


def midnight(day: date) -> datetime:
    """Return the instant, on Hanoi's clock, at which the day begins there."""
    return datetime.combine(day, time(), HANOI)


def instants_of(since: date, until: date) -> Interval[datetime]:
    """Return the instants of the days from `since` until before `until`."""
    return Interval(midnight(since), midnight(until))


def next_day(day: date) -> date:
    return day + timedelta(days=1)
