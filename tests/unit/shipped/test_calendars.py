"""The shipped working calendar: hours and days off with sources, compared with `holidays` (PLATFORM 8.3)."""

from __future__ import annotations

from datetime import date, time, timedelta

import holidays
import pytest

from tests import law

CALENDAR = law.packaged().calendar
YEARS = {year["year"]: year for year in law.packaged_data("calendars.json")["years"]}
SOURCES = {
    2023: ["5034/TB-LĐTBXH"],
    2024: ["5015/TB-LĐTBXH", "1570/TB-LĐTBXH"],
    2025: ["6150/TB-BLĐTBXH"],
    2026: ["9441/TB-BNV", "12729/VPCP-KGVX", "28/2026/QH16"],
    2027: ["Dự kiến"],
    2028: ["Dự kiến", "28/2026/QH16"],
}
"""What announced the days off of a year (LAW 4.2, LAW 4.3), or the word for a year without an announcement."""


def test_offices_work_forty_hours_from_monday_to_friday() -> None:
    """The hours are those of LAW 4.1."""
    monday = date(2026, 11, 30)
    hours = [(time(8), time(12)), (time(13, 30), time(17, 30))]
    for number in range(7):
        day = monday + timedelta(days=number)
        assert [*CALENDAR.spans(day)] == (hours if number < 5 else [])


@pytest.mark.parametrize("year", SOURCES)
def test_a_year_names_its_source(year: int) -> None:
    assert [text for text in SOURCES[year] if text not in YEARS[year]["source"]] == []
    assert YEARS[year]["provisional"] is ("Dự kiến" in SOURCES[year])


def test_no_other_year_is_given() -> None:
    assert set(YEARS) == set(SOURCES)


@pytest.mark.parametrize(("year", "days"), [(2023, 249), (2024, 251), (2025, 250), (2026, 249), (2027, 249)])
def test_working_days_of_the_years(year: int, days: int) -> None:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    assert sum(CALENDAR.is_working_day(first + timedelta(days=number)) for number in range(length)) == days


def test_worked_saturdays_names_and_provisional_years() -> None:
    assert CALENDAR.is_working_day(date(2026, 8, 22))
    assert CALENDAR.is_extra(date(2026, 8, 22))
    assert CALENDAR.spans(date(2026, 8, 22)) == CALENDAR.spans(date(2026, 8, 21))
    assert not CALENDAR.is_working_day(date(2026, 8, 29))
    assert CALENDAR.off_name(date(2026, 11, 24)) == "Ngày Văn hóa Việt Nam"
    assert CALENDAR.off_name(date(2026, 11, 28)) is None
    assert CALENDAR.is_provisional(date(2027, 2, 4))
    assert not CALENDAR.is_provisional(date(2026, 12, 31))


# Days on which the library and the notices differ, with the reasons. A difference that is not here fails: either a
# notice was missed, or the library learned of one.
DOCUMENTED: dict[date, str] = {
    date(2026, 1, 2): "off against Saturday 10/1 by 12729/VPCP-KGVX, later than the library's data",
    date(2026, 1, 10): "worked for Friday 2/1 by 12729/VPCP-KGVX, later than the library's data",
}


def test_differences_from_the_holidays_library_are_documented() -> None:
    years = range(2023, 2029)
    library = holidays.country_holidays("VN", years=years)
    differences = {}
    for number in range((date(2029, 1, 1) - date(2023, 1, 1)).days):
        day = date(2023, 1, 1) + timedelta(days=number)
        if library.is_working_day(day) is not CALENDAR.is_working_day(day):
            differences[day] = f"library {library.get(day)!r}, ours {CALENDAR.off_name(day)!r}"
    undocumented = {day: words for day, words in differences.items() if day not in DOCUMENTED}
    assert not undocumented, "\n".join(f"{day}: {words}" for day, words in undocumented.items())
    assert set(DOCUMENTED) <= set(differences), "documented differences that no longer exist"
