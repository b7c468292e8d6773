"""Official reports equal a slow count over random histories: every cell and unit, any period."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.domain.petition.history_counts import CITY
from petitions.domain.reports.facts import unbalanced
from petitions.domain.reports.forms import behind
from petitions.domain.reports.periods import of_days
from petitions.domain.reports.report import concerned, exported, hash_of, imported, make_report
from tests.property.figures_city import UNITS
from tests.property.report_city import REPORT_STEP, ReportCity, SlowCount, play

FORMS = reference.report_forms()
FORM = FORMS.forms[0]
FIRST = date(2026, 11, 20)
FLOWS = [item for item in FORMS.columns if not {"carried", "in_process"} & set(item.counts)]  # events, not balances


def lived(steps: list[tuple[str, Any, int]]) -> ReportCity:
    city = ReportCity()
    for step in steps:
        play(city, step)
    return city


@settings(max_examples=40)
@given(st.lists(REPORT_STEP, min_size=5, max_size=60), st.integers(0, 12), st.integers(1, 15), st.integers(0, 14 * 24))
def test_every_cell_is_that_of_the_slow_count(
    steps: list[tuple[str, Any, int]], begins: int, lasts: int, known: int
) -> None:
    city = lived(steps)
    first = FIRST + timedelta(days=begins)
    period = of_days(first, first + timedelta(days=lasts))
    cut = of_days(FIRST, FIRST + timedelta(days=1)).since + timedelta(hours=known)
    report, facts = make_report(FORMS, FORM, period, cut, concerned(city.histories(cut), period, cut))
    assert unbalanced(facts) == []
    for unit in (CITY, *UNITS):
        expected = SlowCount(city.steps, period.since, period.until, cut, unit).cells()
        cells = report.rows.get(unit, [0] * len(FORMS.columns))
        assert dict(zip([item.key for item in FORMS.columns], cells, strict=True)) == expected, unit
        for column, cell in zip(FORMS.columns, cells, strict=True):
            assert len(behind(FORM.rows, column, unit, facts)) == cell
    event(f"{min(9, sum(report.rows[CITY]) // 10)} tens in the city's row")


@settings(max_examples=25)
@given(st.lists(REPORT_STEP, min_size=5, max_size=60), st.lists(st.integers(1, 14), min_size=2, max_size=4))
def test_a_year_is_the_sum_of_its_quarters_and_carries_what_the_one_before_left(
    steps: list[tuple[str, Any, int]], lengths: list[int]
) -> None:
    city = lived(steps)
    ends = [FIRST + timedelta(days=sum(lengths[:number])) for number in range(len(lengths) + 1)]
    cut = city.clock.now()

    def made(first: date, after: date) -> dict[str, dict[str, int]]:
        period = of_days(first, after)
        report, _ = make_report(FORMS, FORM, period, cut, concerned(city.histories(cut), period, cut))
        keys = [item.key for item in report.columns]
        return {row: dict(zip(keys, cells, strict=True)) for row, cells in report.rows.items()}

    parts = [made(*item) for item in pairwise(ends)]
    year = made(ends[0], ends[-1])
    for unit in (CITY, *UNITS):
        cells = [part.get(unit, dict.fromkeys(year[CITY], 0)) for part in parts]
        whole = year.get(unit, dict.fromkeys(year[CITY], 0))
        for column in FLOWS:
            assert whole[column.key] == sum(cell[column.key] for cell in cells), (unit, column.key)
        assert whole["carried"] == cells[0]["carried"]
        assert whole["in_process"] == cells[-1]["in_process"]
        for before, after in pairwise(cells):
            assert after["carried"] == before["in_process"]
        assert whole["total"] == sum(cell["total"] for cell in cells) - sum(cell["carried"] for cell in cells[1:])


@settings(max_examples=15)
@given(st.lists(REPORT_STEP, min_size=5, max_size=40), st.integers(1, 20))
def test_the_exported_inputs_give_the_same_report_and_hash(steps: list[tuple[str, Any, int]], lasts: int) -> None:
    city = lived(steps)
    period, cut = of_days(FIRST, FIRST + timedelta(days=lasts)), city.clock.now()
    histories = concerned(city.histories(cut), period, cut)
    report, _ = make_report(FORMS, FORM, period, cut, histories)
    again, _ = make_report(FORMS, FORM, period, cut, imported(list(exported(histories))))
    assert again == report
    later, _ = make_report(FORMS, FORM, period, cut, concerned(histories, period, cut))
    assert later.hash == hash_of(report)
