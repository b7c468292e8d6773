"""Periods of reports: exclusive of their last instant, in days of Hanoi, without gaps and overlaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from petitions.adapters import reference
from petitions.domain.reports.periods import ANY, PeriodFault, around, named, of_days

KINDS = reference.report_forms().periods


def test_a_quarter_of_the_form_is_from_the_15th_to_the_14th() -> None:
    quarter = named(KINDS, "quarter", "2026-3")
    assert (quarter.first, quarter.after) == (date(2026, 6, 15), date(2026, 9, 15))
    assert quarter.days == "từ 15/06/2026 đến hết 14/09/2026"
    assert quarter.since == datetime(2026, 6, 14, 17, 0, tzinfo=UTC)
    year = named(KINDS, "year", "2026")
    assert (year.first, year.after) == (date(2025, 12, 15), date(2026, 12, 15))
    assert "giả định" in year.caveat
    assert named(KINDS, "calendar_year", "2026").caveat == ""


@pytest.mark.parametrize("kind", [item.kind for item in KINDS])
def test_periods_of_a_kind_follow_one_another(kind: str) -> None:
    known = next(period_kind for period_kind in KINDS if period_kind.kind == kind)
    numbers = range(1, known.in_a_year + 1)
    names = [f"{year}" if known.in_a_year == 1 else f"{year}-{number}" for year in (2026, 2027) for number in numbers]
    periods = [named(KINDS, kind, name) for name in names]
    assert all(before.after == after.first for before, after in pairwise(periods))
    for period in periods:
        for day in (period.first, period.after - timedelta(days=1)):
            assert around(known, day) == period


def test_days_of_ones_own() -> None:
    period = named(KINDS, ANY, "2026-02-01/2026-03-01")
    assert period == of_days(date(2026, 2, 1), date(2026, 3, 1))
    assert period.label == "01/02/2026 – 28/02/2026"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("quarter", "2026"), ("quarter", "2026-5"), ("quarter", "2026-0"), ("year", "2026-1"), ("year", "26"),
        ("week", "2026-1"), (ANY, "2026-02-01"), (ANY, "2026-02-30/2026-03-01"), (ANY, "2026-03-01/2026-03-01"),
        (ANY, "2020-01-01/2026-01-01"), ("month", "2026-1; x"),
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(kind: str, name: str) -> None:
    with pytest.raises(PeriodFault):
        named(KINDS, kind, name)
