"""The list behind a number of the dashboards: the lines of histories, or the open petitions, that it counts.

A page reads its own lines and their petitions, whatever is stored. What an officer may not see is in the list, so that
it is as long as the number says, and shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.figures.figures_row import COUNTS
from petitions.domain.figures.periods import Period
from petitions.domain.figures.stands import STATES, Stand
from petitions.domain.figures.stored_figures import FIGURE_GROUPS
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, sees_all
from petitions.domain.petition.history_counts import CITY, TOTAL, Slot, slot_mark
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.written import is_id, written_instant
from petitions.errors import Forbidden, Rejected
from petitions.ports.store import Condition, Document, Query, Store
from petitions.ports.world import Clock

PAGE = 50
OPEN, OVERDUE = "open", "overdue"
LISTED = (*COUNTS, OPEN, OVERDUE)
"""The numbers that have lists: events in a period, and what is open or overdue now."""
OPEN_GROUPS: Mapping[str, Callable[[str], Condition]] = {
    "stands": lambda key: ("state", "in", _states(key)),
    "handlers": lambda key: ("handler", "==", key),
}
"""The groups that are counted of what is open alone, with the condition on their petitions."""


def unit_of(officer: Officer, unit: str) -> str:
    """Return the unit whose figures the officer gets; "" asks for the widest. Raise Forbidden if it is another's."""
    whole = sees_all(officer)
    if unit and unit != officer.unit and not whole:
        raise Forbidden("Anh/chị chỉ xem được số liệu của đơn vị mình.", reason="unit")
    return unit or (CITY if whole else officer.unit)


@dataclass(frozen=True)
class FiguresLine:
    """A line of the list: what happened to a petition, or an open one."""

    at: datetime
    """When it happened; of an open petition, when it is due."""
    action: str | None
    """What happened; None for what is open."""
    petition: Petition | None
    """The petition without its filer, or None if the officer may not see it."""


@dataclass(frozen=True)
class FiguresList:
    """A page of the list."""

    number: int
    """How many lines there are on all pages."""
    lines: list[FiguresLine]
    next: str = ""
    """The cursor of the next page; empty on the last."""


@dataclass(frozen=True)
class ListFigures:
    """The use case."""

    store: Store
    clock: Clock

    def __call__(self, officer: Officer, slot: Slot, name: str, period: Period, after: str = "") -> FiguresList:
        """Return the list behind a number of LISTED in a slot, newest first, or what is due first.

        Raise Rejected for a number or cursor that does not exist.
        """
        if name not in LISTED:
            raise Rejected("Không có danh sách cho số này.", reason="figure_unknown")
        if name in {OPEN, OVERDUE}:
            query = open_query(slot, overdue_at=self.clock.now() if name == OVERDUE else None)
        else:
            query = _events(slot, name, period)
        start = _position(after, query) if after else ()
        page = Query(query.collection, query.where, query.order_by, PAGE + 1, query.group, start)
        found = self.store.find(page)
        codes = [each.id.split("/")[1] if query.group else each.id for each in found[:PAGE]]
        read = [each.data for each in found] if not query.group else self.store.get_all([*map(petition_path, codes)])
        petitions = [Petition.model_validate(fields) if fields else None for fields in read[:PAGE]]
        lines = [
            FiguresLine(
                at=each.data["at"] if query.group else each.data["due_at"],
                action=each.data["action"] if query.group else None,
                petition=without_filer(known, officer) if known and may(officer, Permission.READ, known) else None,
            )
            for each, known in zip(found[:PAGE], petitions, strict=True)
        ]
        return FiguresList(self.store.count(query), lines, _cursor(found, query) if len(found) > PAGE else "")


def open_query(slot: Slot, *, overdue_at: datetime | None = None) -> Query:
    """Return the query of what is open in a slot, or overdue at an instant; it may be a slot of OPEN_GROUPS."""
    unit, group, key = slot
    where: list[Condition] = [
        ("open_under", "array_contains", slot_mark((unit, TOTAL, "") if group in OPEN_GROUPS else slot))
    ]
    if group in OPEN_GROUPS:
        where.append(OPEN_GROUPS[group](key))
    if overdue_at:  # exact to the minute, as the figures are
        where.append(("due_at", "<", hanoi(overdue_at).replace(second=0, microsecond=0)))
    return Query("petitions", tuple(where), order_by=("due_at", "code"))


def _states(stand: str) -> list[str]:
    if stand not in STATES:
        raise Rejected("Không có danh sách cho số này.", reason="figure_unknown")
    return [state.value for state in STATES[Stand(stand)]]


def _events(slot: Slot, name: str, period: Period) -> Query:
    if slot[1] not in {TOTAL, *FIGURE_GROUPS}:
        raise Rejected("Không có danh sách cho số này.", reason="figure_unknown")
    since, until = period.instants
    marks = [slot_mark(slot, counter) for counter in COUNTS[name]]
    where = (("counted_under", "array_contains_any", marks), ("at", ">=", since), ("at", "<", until))
    return Query("history", where, order_by=("-at", "-__name__"), group=True)


def _cursor(found: Sequence[Document], query: Query) -> str:
    last = found[PAGE - 1]
    return f"{last.data['at' if query.group else 'due_at'].isoformat()}~{last.id}"


def _position(cursor: str, query: Query) -> tuple[datetime, str]:
    instant, _, name = cursor.partition("~")
    at, ids = written_instant(instant), name.split("/")
    if at is None or at.tzinfo is None or len(ids) != (4 if query.group else 1) or not all(map(is_id, ids)):
        raise Rejected("Không có trang này. Xin mở lại danh sách từ đầu.", reason="cursor_malformed")
    return at, name
