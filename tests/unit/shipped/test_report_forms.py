"""The shipped forms of official reports II.05a and II.05b, and the kinds of their periods (LAW 6.7)."""

from __future__ import annotations

from datetime import date

import pytest

from petitions.domain.reports.periods import named
from tests import law

FORMS = law.packaged().report_forms
PERIODS = {
    "month": (1, 15, 1),
    "quarter": (3, 15, 1),
    "year": (12, 15, 1),
    "calendar_month": (1, 1, 0),
    "calendar_quarter": (3, 1, 0),
    "calendar_year": (12, 1, 0),
}
"""By kind of period: its months, its first day, and how many months before its name it begins.

The 15th is that of article 12 of Decree 09/2019, from memory.
"""
COLUMNS = 35


@pytest.mark.parametrize("kind", PERIODS)
def test_months_and_first_day_of_a_kind_of_period(kind: str) -> None:
    (found,) = [period for period in FORMS.periods if period.kind == kind]
    assert (found.months, found.first_day, found.months_before) == PERIODS[kind]
    assert ("giả định" in found.caveat) is (found.first_day == 15)


def test_there_is_no_other_kind() -> None:
    assert [period.kind for period in FORMS.periods] == [*PERIODS]


def test_the_year_of_the_form_ends_on_the_14th_of_december() -> None:
    year = named(FORMS.periods, "year", "2026")
    assert (year.first, year.after) == (date(2025, 12, 15), date(2026, 12, 15))


def test_forms_and_columns_are_named_and_defined_once() -> None:
    assert [(form.code, form.rows) for form in FORMS.forms] == [("II.05a", "units"), ("II.05b", "levels")]
    assert all(form.title and form.caveats for form in FORMS.forms)
    keys = [column.key for column in FORMS.columns]
    heads = [column.heads for column in FORMS.columns]
    definitions = [column.definition for column in FORMS.columns]
    assert len(keys) == len(set(keys)) == len(set(heads)) == len(set(definitions)) == COLUMNS
    assert "LAW 6.7" in FORMS.source
