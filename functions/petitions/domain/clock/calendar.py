"""Arithmetic of working time: terms in working hours, in working days, and in calendar days.

Terms follow the Civil Code (LAW 3.5). A term in days does not count its first day and ends at closing time. If its last
day is a day off, it ends on the next working day instead. A term in hours runs from the instant itself. Instants are
aware: any time zone in, UTC out.

The first few years after the last year of the data count as ordinary weeks. When their data come, the deadlines in
these years are computed again. Beyond them every function raises CalendarRangeError.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any, Self

from petitions.domain.clock.calendar_data import CalendarData, Spans
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.fingerprint import with_version
from petitions.domain.shared.instants import hanoi, utc
from petitions.domain.shared.records import HANOI
from petitions.domain.shared.reference_data import parse

NO_TIME = timedelta(0)

ASSUMED_YEARS = 3
"""The number of years after the last year of the data that count as ordinary weeks, so that filing never fails."""


class CalendarRangeError(ValueError):
    """Raised for a day beyond the calendar's years. An administrator must add a year to it."""


class WorkingCalendar:
    """One version of the working calendar.

    The constructor lays out all working time once, so that its methods only search it by bisection.
    """

    def __init__(self, data: CalendarData) -> None:
        self.data = data
        self.version = data.version
        self._first = date(data.years[0].year, 1, 1)
        self._last = date(data.years[-1].year + ASSUMED_YEARS, 12, 31)
        length = (self._last - self._first).days + 1
        all_days = (self._first + timedelta(days=number) for number in range(length))
        self._days = [day for day in all_days if data.spans(day)]
        worked = [
            (
                datetime.combine(day, opening, HANOI).astimezone(UTC),
                datetime.combine(day, closing, HANOI).astimezone(UTC),
            )
            for day in self._days
            for opening, closing in data.spans(day)
        ]
        self._openings = [opening for opening, _ in worked]
        self._closings = [closing for _, closing in worked]
        self._done = list(accumulate(closing - opening for opening, closing in worked))

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> Self:
        """Return the calendar read from its document. Raise ReferenceFaults with all faults."""
        return cls(parse(CalendarData, with_version(raw), "working calendar"))

    def covers(self, day: date) -> bool:
        """Return whether the day is in the calendar's years or in the assumed years after them."""
        return day not in Until(self._first) and day in UpTo(self._last)

    def is_assumed(self, day: date) -> bool:
        """Return whether the day is in one of the assumed years. Raise CalendarRangeError for a day beyond them."""
        self._check(day)
        return self.data.year_of(day) is None

    def is_provisional(self, day: date) -> bool:
        """Return whether the day's year has only provisional data or none, because its official notice has not come."""
        self._check(day)
        year = self.data.year_of(day)
        return year is None or year.provisional

    def is_working_day(self, day: date) -> bool:
        """Return whether the day has any working time."""
        return bool(self.spans(day))

    def spans(self, day: date) -> Spans:
        """Return the day's working time as (opening, closing) pairs on Hanoi's clock, in order. Empty for a day off."""
        self._check(day)
        return self.data.spans(day)

    def off_name(self, day: date) -> str | None:
        """Return the name of the holiday on a weekday. None for a working day and for an ordinary day of rest."""
        self._check(day)
        year = self.data.year_of(day)
        return year.off.get(day) if year else None

    def is_extra(self, day: date) -> bool:
        """Return whether the day is a day of rest worked in exchange for another day off."""
        self._check(day)
        year = self.data.year_of(day)
        return year is not None and day in year.extra_working

    def is_working_time(self, at: datetime) -> bool:
        """Return whether the instant lies in working time. An opening instant does, a closing instant does not."""
        self._check(hanoi(at).date())
        place = bisect_right(self._openings, utc(at)) - 1
        return place >= 0 and utc(at) in Until(self._closings[place])

    def next_working_instant(self, at: datetime) -> datetime:
        """Return the instant itself if it lies in working time, else the next opening."""
        if self.is_working_time(at):
            return utc(at)
        return self._opening_from(bisect_left(self._openings, utc(at)))

    def elapsed_working(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from start to end. It is negative if end is before start."""
        return self._worked_until(end) - self._worked_until(start)

    def add_working_hours(self, start: datetime, hours: timedelta) -> datetime:
        """Return the first instant, not before `start`, by which `hours` of working time have passed.

        A term that ends at a closing time ends there, not at the next opening. A term of no hours that starts outside
        working time ends at the next opening. Raise ValueError for negative hours.
        """
        if hours < NO_TIME:
            raise ValueError("working hours to add must not be negative")
        begun = self._worked_until(start)
        if hours == NO_TIME:
            place = bisect_left(self._closings, utc(start))
            return max(utc(start), self._opening_from(place))
        return self._instant_of(begun + hours)

    def subtract_working_hours(self, end: datetime, hours: timedelta) -> datetime:
        """Return the first instant from which no more than `hours` of working time remain until `end`.

        Raise ValueError for negative hours.
        """
        if hours < NO_TIME:
            raise ValueError("working hours to subtract must not be negative")
        return self._instant_of(self._worked_until(end) - hours)

    def add_working_days(self, start: datetime, n: int) -> datetime:
        """Return the closing time of the n-th working day after the day of `start`. Raise ValueError unless n >= 1."""
        if n < 1:
            raise ValueError("a term in days must be one day or more")
        return self.closing(self._working_day(bisect_right(self._days, self._day_of(start)) + n - 1))

    def add_calendar_days(self, start: datetime, n: int) -> datetime:
        """Return the closing time of the n-th day after the day of `start`, or of the next working day if it is off.

        Raise ValueError unless n >= 1.
        """
        if n < 1:
            raise ValueError("a term in days must be one day or more")
        return self.closing(self.roll_forward(self._day_of(start) + timedelta(days=n)))

    def roll_forward(self, day: date) -> date:
        """Return the day itself if it is a working day, else the next working day."""
        self._check(day)
        return self._working_day(bisect_left(self._days, day))

    def closings_between(self, start: datetime, end: datetime) -> int:
        """Return the number of working days that ended after `start` and not after `end`."""
        return max(0, self._closed_until(end) - self._closed_until(start))

    def closing_after(self, at: datetime, n: int) -> datetime:
        """Return the closing time of the n-th working day that ends after the instant, with n >= 1."""
        return self.closing(self._working_day(self._closed_until(at) + n - 1))

    def opening_at(self, at: datetime, working_days: int) -> datetime:
        """Return the opening time of the day `working_days` before (if negative) or after the day of `at`.

        Zero means the day itself, or the next working day if it is off. The result is never before the calendar's first
        working day.
        """
        day = self._day_of(at)
        if working_days > 0:
            place = bisect_right(self._days, day) + working_days - 1
        else:
            place = max(0, bisect_left(self._days, day) + working_days)
        return self.opening(self._working_day(place))

    def opening(self, day: date) -> datetime:
        """Return the instant at which a working day begins."""
        return datetime.combine(day, self.spans(day)[0][0], HANOI).astimezone(UTC)

    def closing(self, day: date) -> datetime:
        """Return the instant at which a working day ends."""
        return datetime.combine(day, self.spans(day)[-1][1], HANOI).astimezone(UTC)

    def _check(self, day: date) -> None:
        if not self.covers(day):
            raise CalendarRangeError(
                f"{day} is outside the working calendar {self.version} ({self._first.year}-{self._last.year})"
            )

    def _day_of(self, at: datetime) -> date:
        day = hanoi(at).date()
        self._check(day)
        return day

    def _worked_until(self, at: datetime) -> timedelta:
        self._day_of(at)
        place = bisect_right(self._openings, utc(at)) - 1
        if place < 0:
            return NO_TIME
        before = self._done[place - 1] if place else NO_TIME
        return before + min(utc(at), self._closings[place]) - self._openings[place]

    def _instant_of(self, worked: timedelta) -> datetime:
        place = bisect_left(self._done, worked)
        if worked < NO_TIME or place >= len(self._done):
            raise CalendarRangeError(f"the term leaves the working calendar {self.version}")
        return self._closings[place] - (self._done[place] - worked)

    def _opening_from(self, place: int) -> datetime:
        if place >= len(self._openings):
            raise CalendarRangeError(f"the term leaves the working calendar {self.version}")
        return self._openings[place]

    def _working_day(self, place: int) -> date:
        if not 0 <= place < len(self._days):
            raise CalendarRangeError(f"the term leaves the working calendar {self.version}")
        return self._days[place]

    def _closed_until(self, at: datetime) -> int:
        day = self._day_of(at)
        place = bisect_left(self._days, day)
        today = place < len(self._days) and self._days[place] == day and Until(self.closing(day)).is_over(utc(at))
        return place + today
