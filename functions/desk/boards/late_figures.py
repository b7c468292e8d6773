"""The first part of a dashboard: overdue petitions by unit or officer, by field, and by the step they wait for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.figures.figures_row import FiguresRow
from petitions.domain.figures.stands import Stand
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.petition.history_counts import CITY
from petitions.usecases.figures.read_figures import FiguresPage

MOST_PLACES, MOST_FIELDS = 8, 4
"""The most units or officers, and the most fields of administration, in the lists."""


@dataclass(frozen=True)
class Late:
    """The overdue petitions of the city or of a unit, counted in several ways."""

    group: str
    """The kind of `rows`: `units` for the city, `handlers` for a unit."""
    rows: list[FiguresRow]
    fields: list[FiguresRow]
    stands: Mapping[str, int]
    """The number of overdue petitions by the step they wait for. Empty for a past period."""
    unassigned: int
    """The number of overdue petitions without a handler. Always 0 for the city."""
    keyed_late: int
    """The number of overdue petitions from other channels that an officer entered late.

    Such a petition was already due for reception when it was entered.
    """
    keyed_by: Mapping[str, int]
    """The number of petitions entered late, by the unit that entered them."""
    left_out: int
    """The number of overdue petitions that `rows` and `unassigned` do not count."""


def late(found: FiguresPage) -> Late:
    """Return the numbers of overdue petitions, with the highest first.

    The officers of a unit start with the reader. For inspectors, the order also counts petitions answered late in the
    period.
    """
    overdue = found.total.overdue or 0
    now = parts().overdue(found.unit, me()) if overdue and not found.is_over else None
    stands = {str(stand): number for stand, number in now.stands.items()} if now else {}
    if now:
        stands[Stand.FILER] = overdue - sum(stands.values())
    if found.unit == CITY:
        group, rows, unassigned = "units", _worst(found, "units"), 0
    else:
        handlers = now.handlers if now else {}
        people = [FiguresRow(key, {}, overdue=number) for key, number in handlers.items() if key]
        group, unassigned = "handlers", handlers.get("", 0)
        rows = sorted(people, key=lambda row: (row.key != me().id, -(row.overdue or 0), row.key))
    shown = rows[:MOST_PLACES]
    return Late(
        group=group,
        rows=shown,
        fields=_worst(found, "fields")[:MOST_FIELDS],
        stands={stand: number for stand, number in stands.items() if number},
        unassigned=unassigned,
        keyed_late=now.keyed_late if now else 0,
        keyed_by=now.keyed_by if now else {},
        left_out=overdue - unassigned - sum(row.overdue or 0 for row in shown),
    )


def _worst(found: FiguresPage, group: str) -> list[FiguresRow]:
    scores = me().role is Role.INSPECTOR
    rows = [row for row in found.groups[group] if row.overdue or row.number("late")]
    return sorted(rows, key=lambda row: (-_wrong(row, scores=scores), -row.number("late"), row.key))


def _wrong(row: FiguresRow, *, scores: bool) -> int:
    return (row.overdue or 0) + (row.number("late") if scores else 0)
