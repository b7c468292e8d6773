from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.clock.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.shared.reference_data import ReferenceFaults
from tests.unit.clock.seeds import CALENDAR, at

HOURS = [
    ("2026-11-23 16:00", 8, "2026-11-25 16:00"),
    ("2026-11-23 16:00", 4, "2026-11-25 10:30"),
    ("2026-11-24 09:00", 8, "2026-11-25 17:30"),
    ("2026-11-25 12:30", 4, "2026-11-25 17:30"),
    ("2026-11-25 17:30", 8, "2026-11-26 17:30"),
    ("2026-11-27 17:00", 4, "2026-11-30 11:30"),
    ("2026-08-21 16:30", 8, "2026-08-22 16:30"),
    ("2026-01-09 15:00", 8, "2026-01-10 15:00"),
    ("2026-08-28 17:00", 4, "2026-09-03 11:30"),
    ("2026-02-13 14:00", 8, "2026-02-23 14:00"),
]
WORKING_DAYS = [
    ("2026-11-23", 2, "2026-11-26"),
    ("2026-11-23", 15, "2026-12-15"),
    ("2026-11-24", 15, "2026-12-15"),
    ("2026-02-13", 2, "2026-02-24"),
    ("2024-04-26", 5, "2024-05-07"),
]
CALENDAR_DAYS = [
    ("2026-11-09", 15, "2026-11-25"),
    ("2026-11-23", 20, "2026-12-14"),
    ("2026-08-16", 15, "2026-09-03"),
]
MOMENTS = ["00:00", "07:59", "08:00", "12:30", "17:30", "23:59"]


@pytest.mark.parametrize(("start", "hours", "due"), HOURS)
def test_vectors_in_working_hours(start: str, hours: int, due: str) -> None:
    result = CALENDAR.add_working_hours(at(start), timedelta(hours=hours))
    assert result == at(due)
    assert result.tzinfo is UTC


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(("start", "days", "due"), WORKING_DAYS)
def test_vectors_in_working_days_at_any_time_of_the_first_day(start: str, days: int, due: str, moment: str) -> None:
    assert CALENDAR.add_working_days(at(f"{start} {moment}"), days) == at(f"{due} 17:30")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(("start", "days", "due"), CALENDAR_DAYS)
def test_vectors_in_calendar_days_at_any_time_of_the_first_day(start: str, days: int, due: str, moment: str) -> None:
    assert CALENDAR.add_calendar_days(at(f"{start} {moment}"), days) == at(f"{due} 17:30")


def test_the_day_is_hanois_and_not_that_of_utc() -> None:
    late_sunday_in_utc = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # Monday 00:00 in Hanoi
    assert CALENDAR.add_working_days(late_sunday_in_utc, 1) == at("2026-11-25 17:30")
    assert CALENDAR.add_working_days(late_sunday_in_utc - timedelta(seconds=1), 1) == at("2026-11-23 17:30")


def test_nothing_is_now_or_the_next_opening() -> None:
    nothing = timedelta(0)
    assert CALENDAR.add_working_hours(at("2026-11-25 09:00"), nothing) == at("2026-11-25 09:00")
    assert CALENDAR.add_working_hours(at("2026-11-25 17:30"), nothing) == at("2026-11-25 17:30")
    assert CALENDAR.add_working_hours(at("2026-11-24 09:00"), nothing) == at("2026-11-25 08:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-23 11:59", "2026-11-23 11:59"),
        ("2026-11-23 12:00", "2026-11-23 13:30"),
        ("2026-11-23 17:30", "2026-11-25 08:00"),
        ("2026-11-28 10:00", "2026-11-30 08:00"),
    ],
)
def test_next_working_instant(moment: str, expected: str) -> None:
    assert CALENDAR.next_working_instant(at(moment)) == at(expected)
    assert CALENDAR.is_working_time(at(moment)) is (moment == expected)


@pytest.mark.parametrize(
    ("moment", "days", "expected"),
    [
        ("2026-11-25 17:30", -1, "2026-11-23 08:00"),
        ("2026-11-25 17:30", 0, "2026-11-25 08:00"),
        ("2026-11-25 17:30", 1, "2026-11-26 08:00"),
        ("2026-11-24 10:00", -1, "2026-11-23 08:00"),
        ("2026-11-24 10:00", 0, "2026-11-25 08:00"),
        ("2026-11-24 10:00", 1, "2026-11-25 08:00"),
        ("2026-11-27 10:00", 2, "2026-12-01 08:00"),
        ("2026-11-30 10:00", -2, "2026-11-26 08:00"),
    ],
)
def test_opening_so_many_working_days_away(moment: str, days: int, expected: str) -> None:
    assert CALENDAR.opening_at(at(moment), days) == at(expected)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-23 16:00", "2026-11-25 16:00", 480),
        ("2026-11-25 16:00", "2026-11-23 16:00", -480),
        ("2026-11-24 00:00", "2026-11-24 23:59", 0),
        ("2026-11-25 11:59", "2026-11-25 13:31", 2),
    ],
)
def test_elapsed_working_time(start: str, end: str, minutes: int) -> None:
    assert CALENDAR.elapsed_working(at(start), at(end)) == timedelta(minutes=minutes)


def test_closings_between() -> None:
    assert CALENDAR.closings_between(at("2026-11-23 10:00"), at("2026-11-23 17:29")) == 0
    assert CALENDAR.closings_between(at("2026-11-23 10:00"), at("2026-11-23 17:30")) == 1
    assert CALENDAR.closings_between(at("2026-11-23 17:30"), at("2026-11-25 09:00")) == 0
    assert CALENDAR.closings_between(at("2026-11-27 10:00"), at("2026-12-01 09:00")) == 2


def test_naive_instants_are_refused() -> None:
    naive = datetime(2026, 11, 23, 16)  # noqa: DTZ001 - the fault that is tested
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.add_working_hours(naive, timedelta(hours=1))
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.add_working_days(naive, 1)


@pytest.mark.parametrize("days", [0, -1])
def test_terms_in_days_have_a_day(days: int) -> None:
    with pytest.raises(ValueError, match="one day or more"):
        CALENDAR.add_working_days(at("2026-11-23 16:00"), days)
    with pytest.raises(ValueError, match="one day or more"):
        CALENDAR.add_calendar_days(at("2026-11-23 16:00"), days)


def test_negative_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_hours(at("2026-11-23 16:00"), timedelta(hours=-1))
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.subtract_working_hours(at("2026-11-23 16:00"), timedelta(hours=-1))


def test_the_years_after_the_last_one_are_ordinary_weeks_until_their_data_come() -> None:
    new_year, monday, saturday = date(2029, 1, 1), date(2029, 1, 8), date(2029, 1, 6)
    assert CALENDAR.is_assumed(monday)
    assert CALENDAR.is_provisional(monday)
    assert not CALENDAR.is_assumed(date(2028, 12, 29))
    assert CALENDAR.is_working_day(new_year)  # no data makes it a day off
    assert not CALENDAR.is_working_day(saturday)
    assert CALENDAR.off_name(monday) is None
    assert not CALENDAR.is_extra(saturday)
    assert CALENDAR.add_working_hours(at("2028-12-29 17:00"), timedelta(hours=1)) == at("2029-01-01 08:30")
    assert CALENDAR.add_calendar_days(at("2028-12-22 10:00"), 15) == at("2029-01-08 17:30")


def test_days_outside_the_calendar_are_reported_clearly() -> None:
    with pytest.raises(CalendarRangeError, match=r"2032-01-05 is outside the working calendar .*2023-2031"):
        CALENDAR.is_working_day(date(2032, 1, 5))
    with pytest.raises(CalendarRangeError, match="outside"):
        CALENDAR.add_working_hours(at("2022-12-30 10:00"), timedelta(hours=1))
    with pytest.raises(CalendarRangeError, match="leaves"):
        CALENDAR.add_working_hours(at("2031-12-31 17:00"), timedelta(hours=1))
    with pytest.raises(CalendarRangeError, match="leaves"):
        CALENDAR.add_working_days(at("2031-12-31 10:00"), 1)
    with pytest.raises(CalendarRangeError, match="outside"):
        CALENDAR.add_calendar_days(at("2031-12-31 10:00"), 1)
    with pytest.raises(CalendarRangeError, match="leaves"):
        CALENDAR.subtract_working_hours(at("2023-01-03 09:00"), timedelta(hours=2))
    with pytest.raises(CalendarRangeError, match="leaves"):
        CALENDAR.next_working_instant(at("2031-12-31 18:00"))


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2032, 1, 1)])
@pytest.mark.parametrize("name", ["is_assumed", "is_provisional", "is_working_day", "spans", "off_name", "is_extra"])
def test_no_question_about_a_day_outside_is_answered(name: str, day: date) -> None:
    assert not CALENDAR.covers(day)
    with pytest.raises(CalendarRangeError, match="outside"):
        getattr(CALENDAR, name)(day)


@pytest.mark.parametrize("day", [date(2023, 1, 1), date(2031, 12, 31)])
def test_the_first_and_the_last_day_are_in_the_calendar(day: date) -> None:
    assert CALENDAR.covers(day)
    assert isinstance(CALENDAR.is_working_day(day), bool)


def test_one_extra_working_day_needs_working_time() -> None:
    raw: dict[str, Any] = copy.deepcopy(parsed("calendars.json"))
    raw["extra_working_spans"] = []
    assert any(not year["extra_working"] for year in raw["years"])
    with pytest.raises(ReferenceFaults, match="extra working days have no working time"):
        WorkingCalendar.load(raw)
    for year in raw["years"]:
        year["extra_working"] = []
    assert WorkingCalendar.load(raw)


def test_every_fault_is_listed() -> None:
    raw: dict[str, Any] = copy.deepcopy(parsed("calendars.json"))
    raw["weekdays"]["monday"] = [["08:00", "12:00"], ["11:00", "17:30"]]
    raw["years"][0]["off"]["2023-01-01"] = "Chủ nhật"
    raw["years"][1]["extra_working"] = ["2024-05-04", "2024-05-04", "2024-05-06"]
    raw["years"][2]["off"]["2026-03-02"] = "năm khác"
    raw["years"][3]["year"] = 2029
    with pytest.raises(ReferenceFaults) as caught:
        WorkingCalendar.load(raw)
    text = "\n".join(caught.value.faults)
    for expected in (
        "monday: spans",
        "2023-01-01: off, but no working day",
        "2024: an extra working day is given twice",
        "2024-05-06: extra working day, but worked anyway",
        "2026-03-02: is not in 2025",
        "years: must follow each other",
    ):
        assert expected in text


def test_faults_of_form_are_all_listed_with_their_place() -> None:
    raw: dict[str, Any] = copy.deepcopy(parsed("calendars.json"))
    raw["years"][0]["provisional"] = "perhaps"
    raw["years"][1]["off"] = {"2024-13-01": "?"}
    raw["surprise"] = 1
    with pytest.raises(ReferenceFaults) as caught:
        WorkingCalendar.load(raw)
    assert len(caught.value.faults) == 3
    assert any(fault.startswith("years.0.provisional: ") for fault in caught.value.faults)


def test_a_week_without_work_is_refused() -> None:
    raw: dict[str, Any] = copy.deepcopy(parsed("calendars.json"))
    raw["weekdays"] = {name: [] for name in raw["weekdays"]}
    with pytest.raises(ReferenceFaults, match="no day is worked"):
        WorkingCalendar.load(raw)
    raw["years"] = []
    with pytest.raises(ReferenceFaults, match="none given"):
        WorkingCalendar.load(raw)
