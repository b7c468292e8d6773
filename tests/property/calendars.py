"""Random working calendars over 2023-2027, random times in them, and a slow but obviously correct model of addition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from petitions.adapters.reference import parsed
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.shared.records import HANOI

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YEARS = range(2023, 2028)
SEED = WorkingCalendar.load(parsed("calendars.json"))
DAY = timedelta(days=1)

PATTERNS: list[list[list[str]]] = [
    [["08:00", "12:00"], ["13:30", "17:30"]],
    [["08:00", "11:30"], ["13:30", "17:00"]],
    [["07:00", "12:00"], ["12:00", "16:45"]],
    [["09:15", "10:05"]],
]

minutes = st.integers(0, 60 * 24 * 200).map(lambda number: timedelta(minutes=number))


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    day = draw(st.dates(date(2023, 2, 1), date(2027, 12, 31)))
    edges = [0, 479, 480, 481, 720, 721, 809, 810, 1049, 1050, 1051, 1439]
    minute = draw(st.one_of(st.sampled_from(edges), st.integers(0, 1439)))
    return datetime.combine(day, datetime.min.time(), HANOI) + timedelta(minutes=minute)


@st.composite
def random_calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Draw calendars with 3 to 7 working weekdays, and up to 40 days off and 8 working rest days a year."""
    worked = draw(st.sets(st.integers(0, 6), min_size=3))
    week = {name: draw(st.sampled_from(PATTERNS)) if place in worked else [] for place, name in enumerate(WEEKDAYS)}
    years = []
    for year in YEARS:
        picks = draw(st.sets(st.integers(0, 364), max_size=48))
        days = [date(year, 1, 1) + timedelta(days=pick) for pick in sorted(picks)]
        off = [day for day in days if day.weekday() in worked]
        extra = [day for day in days if day.weekday() not in worked][:8]
        years.append(
            {
                "year": year,
                "source": "random",
                "provisional": False,
                "off": {day.isoformat(): "nghỉ" for day in off},
                "extra_working": [day.isoformat() for day in extra],
            }
        )
    raw: dict[str, Any] = {
        "version": "random",
        "weekdays": week,
        "extra_working_spans": draw(st.sampled_from(PATTERNS)),
        "years": years,
    }
    return WorkingCalendar.load(raw)


calendars = st.one_of(st.just(SEED), random_calendars())


def spans_from(calendar: WorkingCalendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the working periods in order, beginning with the first one that ends at `start` or later."""
    day = start.astimezone(HANOI).date()
    while calendar.covers(day):
        for opening, closing in calendar.spans(day):
            end = datetime.combine(day, closing, HANOI)
            if end >= start:
                yield datetime.combine(day, opening, HANOI), end
        day += DAY


def slow_add(calendar: WorkingCalendar, start: datetime, hours: timedelta) -> datetime:
    """Return the time that is some working hours later, found by going through the working periods one by one."""
    left = hours
    for opening, closing in spans_from(calendar, start):
        begin = max(start, opening)
        if closing - begin >= left and (closing > begin or left == timedelta(0)):
            return (begin + left).astimezone(UTC)
        left -= closing - begin
    raise AssertionError("the test left the calendar")
