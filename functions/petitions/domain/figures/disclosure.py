"""Which rows of a table of figures may be published, so that nobody can work out a number below FEWEST.

A row that received fewer than FEWEST petitions in a period is left out, and one that received none as well: that nobody
complained tells as much as that somebody did. Whoever subtracts must not find it either. So a table leaves out at least
two rows, which together received FEWEST or more; and a quarter or year leaves out a row if, with all that was published
before, a month of it could be computed.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from petitions.domain.figures.published_periods import is_month, months_of, quarter_of

FEWEST = 5
"""The fewest petitions of a row that is published."""
FEWEST_PAIR = 10
"""The fewest of a unit in one field or ward."""
MIN_HIDDEN = 2
"""The fewest rows or months that may be left out of a known sum."""

Cell = tuple[str, str]
"""A row and a month; in the tables of units by field or ward, a unit and a field or ward."""
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class TableHistory:
    """A table (of units, fields or wards) over the months of a year."""

    arrived: Mapping[str, Mapping[str, int]]
    """What rows received, by month and row; zeros may be absent."""
    published: Mapping[str, AbstractSet[str]]
    """The rows that were published, by month and quarter."""

    def hidden_months(self, row: str, months: Sequence[str]) -> list[str]:
        """Return those of the months in which the row was left out, but for those of a quarter in which it was not."""
        return [
            month
            for month in months
            if row not in self.published.get(month, ()) and row not in self.published.get(quarter_of(month), ())
        ]

    def number(self, row: str, months: Sequence[str]) -> int:
        """Return what the row received in these months."""
        return sum(self.arrived.get(month, {}).get(row, 0) for month in months)


def shown_rows(period_id: str, table: TableHistory, rows: Collection[str]) -> set[str]:
    """Return the rows, of all that the table could have, that are published of an ended month, quarter or year.

    Once a month of a row is left out, the next one is too if that is what it takes to publish the year.
    """
    months = months_of(period_id)
    before = [month for month in months_of(period_id[:4]) if month < period_id] if is_month(period_id) else months
    arrived = {row: table.number(row, months) for row in rows}
    open_months = {row: table.hidden_months(row, before) for row in rows}
    hidden = {row for row, number in arrived.items() if number < FEWEST}
    hidden |= {row for row, of_row in open_months.items() if not _is_safe(of_row, table.number(row, of_row))}
    left_out = grown(arrived, hidden)
    shown = {*rows} - left_out
    while not is_month(period_id) and (computable := _computable(period_id, table, rows, shown)):
        closed = [row for row in shown if open_months[row]]
        shown.remove(min(closed, key=lambda row: (row not in computable, arrived[row], row)))
    return shown


def shown_pairs(arrived: Mapping[Cell, int], units: Collection[str], parts: Collection[str]) -> set[Cell]:
    """Return the pairs of a unit and a field (or ward) that are published of a year."""
    hidden = {pair for unit in units for part in parts if arrived.get(pair := (unit, part), 0) < FEWEST_PAIR}
    while True:
        rows = [{(unit, part): arrived.get((unit, part), 0) for part in parts} for unit in units]
        columns = [{(unit, part): arrived.get((unit, part), 0) for unit in units} for part in parts]
        more = {pair for line in (*rows, *columns) for pair in grown(line, hidden & line.keys())}
        if more <= hidden:
            return {(unit, part) for unit in units for part in parts} - hidden
        hidden |= more


def grown(numbers: Mapping[K, int], hidden: AbstractSet[K]) -> set[K]:
    """Return the hidden ones and as many of the smallest others as make them MIN_HIDDEN, with a sum of FEWEST."""
    found = {*hidden}
    others = sorted((key for key in numbers if key not in found), key=lambda key: (numbers[key], str(key)))
    while found and others and not _is_safe(found, sum(numbers[key] for key in found)):
        found.add(others.pop(0))
    return found


def _is_safe(hidden: Collection[object], number: int) -> bool:
    """Return whether nothing is hidden, or enough that their known sum tells of none."""
    return not hidden or (len(hidden) >= MIN_HIDDEN and number >= FEWEST)


def _computable(period_id: str, table: TableHistory, rows: Collection[str], shown: AbstractSet[str]) -> set[str]:
    """Return the rows of which some hidden month could be computed if `shown` were published of the period."""
    published = {**table.published, period_id: shown}
    cells: dict[Cell, int] = {}
    for month in table.arrived:
        for row in rows:
            if row not in published.get(month, ()):
                cells[row, month] = 1 << len(cells)
    names = {bit: row for (row, _), bit in cells.items()}
    sums = _known_sums(published, cells)
    return {names[bit] for bit in _determined(sums)}


def _known_sums(published: Mapping[str, AbstractSet[str]], cells: Mapping[Cell, int]) -> Iterator[int]:
    """Yield the sets of hidden cells whose sums can be subtracted from what is published, as bits."""
    months: dict[str, int] = {}
    by_row: dict[str, dict[str, int]] = {}
    for (row, month), bit in cells.items():
        months[month] = months.get(month, 0) | bit
        by_row.setdefault(row, {})[month] = bit
    yield from months.values()
    for period_id, shown in published.items():
        if not is_month(period_id):
            within = months_of(period_id)
            yield from (sum(by_row.get(row, {}).get(month, 0) for month in within) for row in shown)


def _determined(sums: Iterator[int]) -> list[int]:
    """Return the bits of the cells that follow from the sums alone.

    A cell is in one month and in at most one nest of quarter and year, so the equations are those of a network, whose
    solutions are the same over any field: bits and exclusive or are enough.
    """
    reduced: list[int] = []
    for each in sums:
        rest = each
        for known in reduced:
            rest = min(rest, rest ^ known)
        if rest:
            top = 1 << (rest.bit_length() - 1)
            reduced = sorted([*(known ^ rest if known & top else known for known in reduced), rest], reverse=True)
    return [each for each in reduced if each.bit_count() == 1]
