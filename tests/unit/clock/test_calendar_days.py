"""A day of the working calendar marked through the form beside its JSON."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.clock.calendar_days import with_day

CALENDAR: dict[str, Any] = {
    "version": "v",
    "years": [
        {"year": 2026, "source": "TB 1", "off": {"2026-01-01": "Tết"}, "extra_working": ["2026-01-10"]},
        {"year": 2027, "source": "TB 2", "off": {"2027-01-01": "Tết"}, "extra_working": []},
    ],
}


def year(day: str, what: str, name: str = "", basis: str = "QĐ 9") -> dict[str, Any]:
    """Return the calendar of 2026 with one day marked, after checking that nothing else changed."""
    after = with_day(CALENDAR, day, what, name, basis)
    assert (after["version"], after["years"][1]) == ("v", CALENDAR["years"][1])
    found: dict[str, Any] = after["years"][0]
    return found


def test_a_day_off_joins_the_others_in_their_order() -> None:
    assert year("2026-05-01", "off", "Quốc tế Lao động") == {
        "year": 2026,
        "source": "TB 1; QĐ 9",
        "off": {"2026-01-01": "Tết", "2026-05-01": "Quốc tế Lao động"},
        "extra_working": ["2026-01-10"],
    }
    assert list(year("2026-12-31", "off", "x")["off"]) == ["2026-01-01", "2026-12-31"]


def test_a_day_is_worked_or_off_and_never_both() -> None:
    worked = year("2026-01-01", "extra_working")
    assert (worked["off"], worked["extra_working"]) == ({}, ["2026-01-01", "2026-01-10"])
    off = year("2026-01-10", "off", "x")
    assert (off["off"], off["extra_working"]) == ({"2026-01-01": "Tết", "2026-01-10": "x"}, [])


@pytest.mark.parametrize("day", ["2026-01-01", "2026-01-10", "2026-03-03"])
def test_an_ordinary_day_is_in_neither_list(day: str) -> None:
    marked = year(day, "ordinary")
    assert day not in {*marked["off"], *marked["extra_working"]}
    assert len(marked["off"]) + len(marked["extra_working"]) == (2 if day == "2026-03-03" else 1)


def test_a_document_is_named_once() -> None:
    assert year("2026-05-01", "off", "x", "TB 1")["source"] == "TB 1"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (("", "off", "x", "b"), "chọn ngày"),
        (("2026-05-01", "both", "x", "b"), "chọn nghỉ, làm bù"),
        (("2026-05-01", "off", "", "b"), "tên ngày nghỉ"),
        (("2026-05-01", "off", "x", ""), "căn cứ"),
        (("2028-05-01", "off", "x", "b"), "chưa có năm 2028"),
    ],
)
def test_what_lacks_in_the_form_is_said(given: tuple[str, str, str, str], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        with_day(CALENDAR, *given)
