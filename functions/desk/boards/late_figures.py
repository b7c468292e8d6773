"""What the overview of the figures begins with: what is late, where, and in which step."""

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
"""How many units or officers, and fields, are named."""


@dataclass(frozen=True)
class Late:
    """The numbers, in the order in which their reader acts on them."""

    group: str
    """That of `rows`: units or, of a unit, handlers."""
    rows: list[FiguresRow]
    fields: list[FiguresRow]
    stands: Mapping[str, int]
    """What is overdue now, by the step that it waits for; none of a period that is over."""
    unassigned: int
    """How many of the overdue petitions are nobody's, among those that were looked at."""
    keyed_late: int
    """How many of the overdue petitions were entered when their reception was already due."""
    keyed_by: Mapping[str, int]
    """By the unit whose people entered them."""
    left_out: int
    """How many other overdue petitions are in none of the rows."""


def late(found: FiguresPage) -> Late:
    """Return what is late, the worst first: for who scores units, of the period, for others, of now.

    Of the officers of a unit, the reader comes first.
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
    """Return the rows with anything late, the worst first."""
    scores = me().role is Role.INSPECTOR
    rows = [row for row in found.groups[group] if row.overdue or row.number("late")]
    return sorted(rows, key=lambda row: (-_wrong(row, scores=scores), -row.number("late"), row.key))


def _wrong(row: FiguresRow, *, scores: bool) -> int:
    return (row.overdue or 0) + (row.number("late") if scores else 0)
