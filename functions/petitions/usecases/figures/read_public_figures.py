"""The figures that everyone may see: of the city, a unit, a field, a ward or a kind, over a period and by month.

They are read from the folded figures, hence where those can be read, and come without anything that is too small to be
public (`small_cells`). Nothing in them is about a petition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.figures.figures_row import FiguresRow
from petitions.domain.figures.periods import Period
from petitions.domain.figures.small_cells import PublicRow, public_rows, whole_row
from petitions.domain.petition.history_counts import CITY, TOTAL, Slot
from petitions.usecases.figures.read_figures import ReadFigures


@dataclass(frozen=True)
class PublicFigures:
    """The public figures of a slot: a unit or CITY, and all of it or one field, ward or kind."""

    slot: Slot
    period: Period
    row: PublicRow
    months: list[PublicRow]
    """The whole months (2026-11) that the period touches, the first one first; without what is open."""
    tables: Mapping[str, list[PublicRow]]
    """The rows of each group that `row` consists of; none of a single field, ward or kind."""
    moved: int
    """How often a petition was passed from one unit of the city to another: those of `tables` count it as arrived."""
    as_of: datetime | None


@dataclass(frozen=True)
class ReadPublicFigures:
    """The use case."""

    figures: ReadFigures

    def __call__(self, slot: Slot, period: Period) -> PublicFigures:
        """Return the figures; of a slot that nothing was counted in, zeros. Raise Retryable."""
        unit, group, key = slot
        page = self.figures(unit, period)
        rows = [page.total] if group == TOTAL else [each for each in page.groups.get(group, []) if each.key == key]
        row = rows[0] if rows else FiguresRow(key, {}, 0, 0)
        months = self.figures.months(slot, period)
        is_city = slot == (CITY, TOTAL, "")
        return PublicFigures(
            slot=slot,
            period=period,
            row=whole_row(row) if is_city else public_rows([row])[0],
            months=[whole_row(month) for month in months] if is_city else public_rows(months),
            tables={name: public_rows(parts) for name, parts in page.groups.items()} if group == TOTAL else {},
            moved=page.total.number("moved"),
            as_of=page.as_of,
        )
