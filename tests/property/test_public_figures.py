"""The public figures are the desk's of the same period, and hide what is small so that nobody can work it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.figures.figures_row import LEFT, FiguresRow
from petitions.domain.figures.periods import Period
from petitions.domain.figures.small_cells import FEWEST, PUBLIC_NUMBERS, PublicRow, public_rows
from petitions.domain.petition.history_counts import CITY
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.figures.read_public_figures import ReadPublicFigures
from tests.property.figures_city import STEP, UNITS
from tests.property.test_read_figures import FIRST, PERIODS, lived

COUNTS = st.integers(0, 30)
ROW = st.fixed_dictionaries(dict.fromkeys((*LEFT, "received", "rated_1", "rated_3", "on_time", "late"), COUNTS))


def number(row: FiguresRow, name: str) -> int:
    standing = {"open": row.open, "overdue": row.overdue}
    return standing[name] or 0 if name in standing else row.number(name)


def cannot_be_told(cells: Sequence[tuple[int | None, int]]) -> None:
    """Of cells as (shown, real) with a known sum, what is hidden is FEWEST or more in two cells, or all."""
    hidden = [real for shown, real in cells if shown is None]
    left = [real for shown, real in cells if shown]
    assert not hidden or not left or (len(hidden) > 1 and sum(hidden) >= FEWEST)


@given(st.lists(ROW, min_size=1, max_size=8))
def test_no_small_number_is_shown_nor_found_by_subtracting(counts: list[dict[str, int]]) -> None:
    rows = [
        FiguresRow(str(place), each, open=each["received"], overdue=each["received"] // 2)
        for place, each in enumerate(counts)
    ]
    public = public_rows(rows)
    for row, shown in zip(rows, public, strict=True):
        for name, value in shown.numbers.items():
            assert value in {None, number(row, name)}
            assert value is None or not 0 < value < FEWEST
        cannot_be_told([(shown.numbers[name], number(row, name)) for name in LEFT])
        assert shown.on_time_percent is None or (row.on_time[1] >= FEWEST and shown.numbers["overdue"] is not None)
        assert shown.satisfied_percent is None or row.satisfied[1] >= FEWEST
        assert (shown.median_hours is None) or row.handled >= FEWEST
    for name in PUBLIC_NUMBERS:
        cannot_be_told([(shown.numbers[name], number(row, name)) for row, shown in zip(rows, public, strict=True)])


@settings(max_examples=25)
@given(st.lists(STEP, min_size=20, max_size=60), PERIODS, st.sampled_from([*UNITS, CITY]))
def test_the_public_figures_are_the_desks(steps: list[Any], period: Period, unit: str) -> None:
    city = lived(steps)
    figures = ReadFigures(city.store, city.clock)
    page, public = figures(unit, period), ReadPublicFigures(figures)((unit, "total", ""), period)

    def same(shown: PublicRow, row: FiguresRow) -> None:
        for name, value in shown.numbers.items():
            assert value in {number(row, name), *(() if unit == CITY and row is page.total else (None,))}

    same(public.row, page.total)
    for group, rows in page.groups.items():
        for shown, row in zip(public.tables[group], rows, strict=True):
            assert shown.key == row.key
            same(shown, row)
            one = ReadPublicFigures(figures)((unit, group, row.key), period)
            same(one.row, row)
            assert one.tables == {}
            assert [month.key for month in one.months] == [month.key for month in public.months]
    assert (public.moved, public.as_of) == (page.total.number("moved"), page.as_of)


def test_months_are_whole_and_come_to_the_period_that_they_make() -> None:
    city = lived([("file", "SXD", 0), ("wait", 90, 0)] * 12)
    figures = ReadFigures(city.store, city.clock)
    period = Period(FIRST.replace(day=1), FIRST.replace(day=1) + timedelta(days=61))
    public = ReadPublicFigures(figures)((CITY, "total", ""), period)
    assert [month.key for month in public.months] == ["2026-11", "2026-12"]
    assert sum(month.numbers["arrived"] or 0 for month in public.months) == public.row.numbers["arrived"] == 12
    assert public.row.median_hours is None
