"""The list behind a number of the dashboards: the history lines, or the open petitions, that it counts.

A page reads its own lines and their petitions, and the number from the same source as the dashboards. All staff of a
unit get the same number. Readers of all units get it without petitions that are closed to them (`hidden_figures`).

The list has only petitions that its reader may see. A line without its petition would reveal the time of an event in a
petition that may accuse the reader's office, and its neighbours in the list. So petitions that another unit has by now
are left out just as closed ones are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from petitions.domain.figures.figures_row import COUNTS
from petitions.domain.figures.periods import Period
from petitions.domain.figures.stands import STATES, Stand
from petitions.domain.figures.stored_figures import FIGURE_GROUPS
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may, sees_all
from petitions.domain.petition.history_counts import CITY, TOTAL, Slot, slot_mark
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.shared.instants import minute_of
from petitions.domain.shared.written import is_id, written_instant
from petitions.errors import Forbidden, Rejected
from petitions.ports.store import Condition, Document, Query, Store
from petitions.ports.world import Clock
from petitions.usecases.figures.hidden_figures import HiddenFigures
from petitions.usecases.figures.read_figures import ReadFigures

PAGE = 50
MOST_PAGES = 20
"""The most pages that are read for one page. The list ends if so many pages have nothing the reader may see."""
OPEN, OVERDUE = "open", "overdue"
LISTED = (*COUNTS, OPEN, OVERDUE)
"""The numbers that have lists: events in a period, and petitions that are open or overdue now."""
KEYED_LATE = "late"
"""The key of petitions that were entered after their reception was due."""
OPEN_GROUPS: Mapping[str, Callable[[str], Condition]] = {
    "stands": lambda key: ("state", "in", _states(key)),
    "handlers": lambda key: ("handler", "==", key),
    "keyed": lambda key: ("taken.late", "==", key == KEYED_LATE),
}
"""The groups that exist only for open petitions, with the condition that selects these."""


def unit_of(officer: Officer, unit: str) -> str:
    """Return the unit of the officer's figures, or the widest for "". Raise Forbidden for another's unit."""
    whole = sees_all(officer)
    if unit and unit != officer.unit and not whole:
        raise Forbidden("Anh/chị chỉ xem được số liệu của đơn vị mình.", reason="unit")
    return unit or (CITY if whole else officer.unit)


@dataclass(frozen=True)
class FiguresLine:
    """A line of the list: an event of a petition, or an open petition."""

    at: datetime
    """The time of the event, or the due time of an open petition."""
    action: str | None
    """The event, or None for an open petition."""
    petition: Petition
    """The petition without its filer."""


@dataclass(frozen=True)
class FiguresList:
    """A page of the list."""

    number: int
    """The number of lines, including those of petitions that another unit has by now.

    For readers of all units it excludes petitions that are closed to them.
    """
    lines: list[FiguresLine]
    next: str = ""
    """The cursor of the next page, empty on the last."""


@dataclass(frozen=True)
class ListFigures:
    """Lists the lines or petitions behind a number."""

    store: Store
    clock: Clock

    def __call__(self, officer: Officer, slot: Slot, name: str, period: Period, after: str = "") -> FiguresList:
        """Return the list behind a number of LISTED in a slot: events newest first, open petitions by due time.

        The cursor names a line that the officer may see. Raise Rejected for a number or cursor that does not exist.
        """
        if name not in LISTED:
            raise Rejected("Không có danh sách cho số này.", reason="figure_unknown")
        if name in {OPEN, OVERDUE}:
            query = open_query(slot, overdue_at=self.clock.now() if name == OVERDUE else None)
        else:
            query = _events(slot, name, period)
        start = _position(after, query) if after else ()
        seen = list(islice(self._seen(officer, query, start), PAGE + 1))
        lines = [
            FiguresLine(
                at=document.data["at"] if query.group else document.data["due_at"],
                action=document.data["action"] if query.group else None,
                petition=without_filer(petition, officer),
            )
            for document, petition in seen[:PAGE]
        ]
        following = _cursor(seen[PAGE - 1][0], query) if len(seen) > PAGE else ""
        return FiguresList(self._number(officer, slot, name, period, query), lines, following)

    def _number(self, officer: Officer, slot: Slot, name: str, period: Period, query: Query) -> int:
        """Return the number on the dashboards, however large. Numbers that these do not store are counted."""
        unit, group, key = slot
        if group in OPEN_GROUPS:
            return self.store.count(query) - HiddenFigures.of(self.store, officer).count(query)
        figures = ReadFigures(self.store, self.clock)
        stands = name in {OPEN, OVERDUE}
        page = figures.with_open_now(unit, period, to=officer) if stands else figures(unit, period, to=officer)
        rows = [page.total] if group == TOTAL else [row for row in page.groups.get(group, ()) if row.key == key]
        standing = {OPEN: [row.open or 0 for row in rows], OVERDUE: [row.overdue or 0 for row in rows]}
        return sum(standing[name] if name in standing else [row.number(name) for row in rows])

    def _seen(
        self, officer: Officer, query: Query, start: tuple[datetime, str] | tuple[()]
    ) -> Iterator[tuple[Document, Petition]]:
        """Yield the lines with petitions that the officer may see, reading further pages on demand."""
        for _ in range(MOST_PAGES):
            found = self.store.find(replace(query, limit=PAGE + 1, start_after=start))
            codes = [document.id.split("/")[1] if query.group else document.id for document in found]
            read = (
                self.store.get_all([*map(petition_path, codes)])
                if query.group
                else [document.data for document in found]
            )
            for document, fields in zip(found, read, strict=True):
                petition = Petition.model_validate(fields) if fields else None
                if petition and may(officer, Permission.READ, petition):
                    yield document, petition
            if len(found) <= PAGE:
                return
            start = _place(found[-1], query)


def open_query(slot: Slot, *, overdue_at: datetime | None = None) -> Query:
    """Return the query for open petitions in a slot, or overdue ones at an instant. OPEN_GROUPS are allowed."""
    unit, group, key = slot
    where: list[Condition] = [
        ("open_under", "array_contains", slot_mark((unit, TOTAL, "") if group in OPEN_GROUPS else slot))
    ]
    if group in OPEN_GROUPS:
        where.append(OPEN_GROUPS[group](key))
    if overdue_at:
        where.append(("due_at", "<", minute_of(overdue_at)))
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


def _place(line: Document, query: Query) -> tuple[datetime, str]:
    return line.data["at" if query.group else "due_at"], line.id


def _cursor(line: Document, query: Query) -> str:
    at, name = _place(line, query)
    return f"{at.isoformat()}~{name}"


def _position(cursor: str, query: Query) -> tuple[datetime, str]:
    instant, _, name = cursor.partition("~")
    at, ids = written_instant(instant), name.split("/")
    if at is None or at.tzinfo is None or len(ids) != (4 if query.group else 1) or not all(map(is_id, ids)):
        raise Rejected("Không có trang này. Xin mở lại danh sách từ đầu.", reason="cursor_malformed")
    return at, name
