"""Chooses the rows of a table of statistics to publish, so that no reader can derive a number below FEWEST.

A row that received fewer than FEWEST petitions in a period is hidden, even if it received none, because the absence of
complaints is information. A hidden number must not follow by subtraction either, so the hidden rows of a month together
received FEWEST or more, even without the largest of them.

If a quarter or year of a row is published, the sum of its hidden months is known. The other hidden rows must then still
hide FEWEST in every month. So any hidden number could be larger, and another one smaller, with everything published
staying the same.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from petitions.domain.figures.published_periods import is_month, months_of, quarter_of
from petitions.domain.shared.edges import AtLeast

FEWEST = 5
"""The fewest petitions for which a row is published."""
FEWEST_PAIR = 10
"""The fewest petitions for which a pair of a unit and a field or ward is published."""
MIN_HIDDEN = 2
"""The fewest hidden months of which the sum may be known."""

Pair = tuple[str, str]
"""A unit with a field or ward."""
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class TableHistory:
    """A table (of units, fields or wards) over the months of a year."""

    arrived: Mapping[str, Mapping[str, int]]
    """The number of petitions received, by month and row. Zeros may be absent."""
    published: Mapping[str, AbstractSet[str]]
    """The rows that were published, by month and quarter."""

    def hidden_months(self, row: str, months: Sequence[str]) -> list[str]:
        """Return the months in which the row was not published, leaving out months of a quarter in which it was."""
        return [
            month
            for month in months
            if row not in self.published.get(month, ()) and row not in self.published.get(quarter_of(month), ())
        ]

    def number(self, row: str, months: Sequence[str]) -> int:
        """Return the number of petitions that the row received in these months."""
        return sum(self.arrived.get(month, {}).get(row, 0) for month in months)


def shown_rows(period_id: str, table: TableHistory, rows: Collection[str]) -> set[str]:
    """Return the rows, of all in `rows`, to publish for an ended month, quarter or year.

    If an earlier month of a row is hidden, its next month is hidden too if otherwise the year could not be published.
    """
    months = months_of(period_id)
    before = [month for month in months_of(period_id[:4]) if month < period_id] if is_month(period_id) else months
    arrived = {row: table.number(row, months) for row in rows}
    open_months = {row: table.hidden_months(row, before) for row in rows}
    hidden = {row for row, number in arrived.items() if not AtLeast(FEWEST).is_met_by(number)}
    hidden |= {row for row, of_row in open_months.items() if not _may_become_known(table, row, of_row)}
    if is_month(period_id):
        left_out = grown(arrived, hidden)
        return {*rows} - left_out
    shown = {*rows} - hidden
    for month in months:
        free = {row: table.number(row, [month]) for row in rows if month in open_months[row] and row not in shown}
        bound = sorted((row for row in shown if month in open_months[row]), key=lambda row: (arrived[row], row))
        while bound and not _hides_enough(free.values()):
            row = bound.pop(0)
            shown.remove(row)
            free[row] = table.number(row, [month])
    return shown


def rows_with_standing(period_id: str, table: TableHistory, shown: AbstractSet[str]) -> AbstractSet[str]:
    """Return the rows of `shown` whose number of petitions open at the period's end may be published as well.

    This number equals that of the period's last month, so it stays hidden for a row hidden in that month.
    """
    return shown & table.published.get(months_of(period_id)[-1], shown)


def shown_pairs(arrived: Mapping[Pair, int], units: Collection[str], parts: Collection[str]) -> set[Pair]:
    """Return the pairs of a unit and a field (or ward) to publish for a year. `arrived` are the petitions received."""
    enough = AtLeast(FEWEST_PAIR)
    pairs = [(unit, part) for unit in units for part in parts]
    hidden = {pair for pair in pairs if not enough.is_met_by(arrived.get(pair, 0))}
    while True:
        rows = [{(unit, part): arrived.get((unit, part), 0) for part in parts} for unit in units]
        columns = [{(unit, part): arrived.get((unit, part), 0) for unit in units} for part in parts]
        more = {pair for line in (*rows, *columns) for pair in grown(line, hidden & line.keys())}
        if more <= hidden:
            return {(unit, part) for unit in units for part in parts} - hidden
        hidden |= more


def grown(numbers: Mapping[K, int], hidden: AbstractSet[K]) -> set[K]:
    """Return `hidden` with as many more keys as it takes to hide the numbers, smallest numbers first.

    Nothing is added if `hidden` is empty.
    """
    found = {*hidden}
    others = sorted((key for key in numbers if key not in found), key=lambda key: (numbers[key], str(key)))
    while found and others and not _hides_enough(numbers[key] for key in found):
        found.add(others.pop(0))
    return found


def _hides_enough(numbers: Iterable[int]) -> bool:
    """Return whether the numbers without the largest sum to FEWEST or more, in case a reader knows the largest."""
    found = sorted(numbers)
    return AtLeast(FEWEST).is_met_by(sum(found[:-1]))


def _may_become_known(table: TableHistory, row: str, months: Sequence[str]) -> bool:
    """Return whether the sum of the row's hidden months may become known. True if no month is hidden."""
    if not months:
        return True
    return AtLeast(MIN_HIDDEN).is_met_by(len(months)) and AtLeast(FEWEST).is_met_by(table.number(row, months))
