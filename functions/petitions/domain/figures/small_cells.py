"""What of the figures may be public: a number so small that it might point at somebody is said to be small.

A number of 1 to FEWEST - 1 is hidden. So is another one beside it, if the small one could else be found by subtracting
what is shown from the whole. Shares and times are shown of at least FEWEST. Periods are not protected against each
other: whoever offers them chooses how fine they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from petitions.domain.figures.figures_row import LEFT, FiguresRow, percent

FEWEST = 5
PUBLIC_NUMBERS = ("arrived", "opened_again", *LEFT, "open", "overdue", "rated")
"""The numbers that are public, of which those of LEFT are the ways out."""
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class PublicRow:
    """The public figures of the city, a unit, field, ward, kind or month."""

    key: str
    numbers: Mapping[str, int | None]
    """By name; None for one that is fewer than FEWEST, or hidden for the sake of such a one."""
    on_time_percent: int | None
    satisfied_percent: int | None
    median_hours: float | None
    ninth_decile_hours: float | None


def public_rows(rows: Sequence[FiguresRow]) -> list[PublicRow]:
    """Return the rows, whose numbers add up to something known, as they may be public."""
    hidden: set[tuple[str, str]] = set()
    while True:  # what is hidden in a row may make one in a column alone, and the other way round
        columns = [{(row.key, name): _number(row, name) for row in rows} for name in PUBLIC_NUMBERS]
        across = [{(row.key, name): _number(row, name) for name in LEFT} for row in rows]
        more = {cell for line in (*columns, *across) for cell in _hidden(line, hidden & line.keys())}
        if more <= hidden:
            return [_public(row, {name for key, name in hidden if key == row.key}) for row in rows]
        hidden |= more


def whole_row(row: FiguresRow) -> PublicRow:
    """Return the figures of the whole city, whose numbers point at nobody however small they are."""
    return _public(row, set())


def _hidden(cells: Mapping[K, int], already: set[K]) -> set[K]:
    """Return the cells to hide of those that add up to a known sum; small ones never alone."""
    found = already | {cell for cell, number in cells.items() if 0 < number < FEWEST}
    shown = sorted((cell for cell in cells if cells[cell] and cell not in found), key=lambda cell: cells[cell])
    while found and shown and (len(found) == 1 or sum(cells[cell] for cell in found) < FEWEST):
        found.add(shown.pop(0))
    return found


def _number(row: FiguresRow, name: str) -> int:
    standing = {"open": row.open, "overdue": row.overdue}
    return standing[name] or 0 if name in standing else row.number(name)


def _public(row: FiguresRow, hidden: set[str]) -> PublicRow:
    enough = row.handled >= FEWEST
    return PublicRow(
        key=row.key,
        numbers={name: None if name in hidden else _number(row, name) for name in PUBLIC_NUMBERS},
        on_time_percent=percent(*row.on_time) if row.on_time[1] >= FEWEST and "overdue" not in hidden else None,
        satisfied_percent=percent(*row.satisfied) if row.satisfied[1] >= FEWEST else None,
        median_hours=row.median if enough else None,
        ninth_decile_hours=row.ninth_decile if enough else None,
    )
