"""Periods of whole days in Hanoi, and the stored documents and spans of time that make up a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from petitions.domain.shared.edges import Interval, Until
from petitions.domain.shared.local_day import instants_of

FIRST_DAY = date(2020, 1, 1)
"""The first day that a period may have. Before it there are no petitions."""
MOST_DAYS = 5 * 366
DAY = timedelta(days=1)
_MOST_BY_DAY, _MOST_BY_WEEK = 31, 27 * 7


@dataclass(frozen=True)
class Period:
    """The days from `since` until before `until`."""

    since: date
    until: date

    def __post_init__(self) -> None:
        """Raise ValueError if the period has no day, begins before FIRST_DAY or has more than MOST_DAYS days."""
        if self.since in Until(FIRST_DAY) or self.interval.is_empty or self.days > MOST_DAYS:
            raise ValueError(f"no period: {self.since} to {self.until}")

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    @property
    def last(self) -> date:
        return self.until - DAY

    @property
    def interval(self) -> Interval[date]:
        """Return the period as an interval of days."""
        return Interval(self.since, self.until)

    @property
    def instants(self) -> Interval[datetime]:
        """Return the period as an interval of instants."""
        return instants_of(self.since, self.until)

    @property
    def before(self) -> tuple[date, date]:
        """Return the first day of the equally long period just before, and the day after its last."""
        return self.since - timedelta(days=self.days), self.since

    def __contains__(self, day: str) -> bool:
        """Return whether the day (ISO) is in the period."""
        return date.fromisoformat(day) in self.interval

    def documents(self, today: date) -> dict[str, int]:
        """Return the stored days and months (2026-11-20, 2026-11) to read, with 1 to add or -1 to subtract them.

        If most of a month is in the period, the month is added and the days outside are subtracted. So a month costs at
        most 16 documents. Days after `today` have no numbers.
        """
        found: dict[str, int] = {}
        end = min(self.until, today + DAY)
        for first in _months(self.since, end):
            after = min(next_month(first), today + DAY)
            inside = list(_days(max(first, self.since), min(after, end)))
            outside = [*_days(first, max(first, self.since)), *_days(min(after, end), after)]
            whole = len(outside) < len(inside)
            found |= {f"{first:%Y-%m}": 1} if whole else {}
            found |= {day.isoformat(): -1 if whole else 1 for day in (outside if whole else inside)}
        return found

    def months(self, today: date) -> list[str]:
        """Return the months (2026-11) in which the period has days, up to `today`."""
        return [f"{first:%Y-%m}" for first in _months(self.since, min(self.until, today + DAY))]

    def steps(self, today: date) -> list[tuple[date, date]]:
        """Return the spans for a chart, up to `today`: days, weeks or months as (first day, day after the last).

        There are at most a few dozen.
        """
        end = min(self.until, today + DAY)
        starts = [self.since]
        while (following := self._next(starts[-1])) in Until(end):
            starts.append(following)
        return list(zip(starts, [*starts[1:], end], strict=True)) if self.since in Until(end) else []

    @property
    def step(self) -> str:
        """Return the length of the spans in `steps`: day, week or month."""
        return "day" if self.days <= _MOST_BY_DAY else "week" if self.days <= _MOST_BY_WEEK else "month"

    def _next(self, day: date) -> date:
        if self.step == "day":
            return day + DAY
        return day + timedelta(days=7 - day.weekday()) if self.step == "week" else next_month(day)


def next_month(day: date) -> date:
    """Return the first day of the month after that of `day`."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months(since: date, until: date) -> Iterator[date]:
    first = since.replace(day=1)
    while first in Until(until):
        yield first
        first = next_month(first)


def _days(since: date, until: date) -> Iterator[date]:
    yield from (since + timedelta(days=number) for number in range((until - since).days))


NAMED_PERIODS = ("4w", "12w", "26w", "53w", "month", "last_month", "quarter", "last_quarter", "year", "last_year")
"""The names of periods that end today or lie just before: "4w" is four weeks with the present one."""


def named_period(name: str, today: date) -> Period:
    """Return a period of NAMED_PERIODS. Raise KeyError for another name."""
    if name not in NAMED_PERIODS:
        raise KeyError(name)
    end = today + DAY
    if name.endswith("w"):
        return Period(today - timedelta(days=today.weekday() + 7 * (int(name[:-1]) - 1)), end)
    starts = {
        "month": today.replace(day=1),
        "quarter": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        "year": today.replace(month=1, day=1),
    }
    start = starts[name.removeprefix("last_")]
    if not name.startswith("last_"):
        return Period(start, end)
    inside = start - DAY
    return Period(named_period(name.removeprefix("last_"), inside).since, start)
