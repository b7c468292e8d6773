"""The list behind a number on the dashboards: the history lines, or the open petitions, that the number counts.

The number comes from the same source as on the dashboards. All staff of a unit get the same number. Readers of all
units get it without confidential petitions that they may not see (`hidden_figures`).

The list contains only petitions that the reader may see. Even a line without its petition would reveal when something
happened to a petition that may accuse the reader's office. Petitions that another unit has received since are left
out in the same way, so a list may be shorter than its number.
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
from petitions.usecases.shared.conditions import during

PAGE = 50
MOST_PAGES = 20
"""The most pages that are searched for one page. If none of them has a petition the reader may see, the list ends."""
OPEN, OVERDUE = "open", "overdue"
LISTED = (*COUNTS, OPEN, OVERDUE)
"""The numbers that have lists: events in a period, and petitions that are open or overdue now."""
KEYED_LATE = "late"
"""The name of the number of petitions that an officer entered only after they should have been accepted."""
OPEN_GROUPS: Mapping[str, Callable[[str], Condition]] = {
    "stands": lambda key: ("state", "in", _states(key)),
    "handlers": lambda key: ("handler", "==", key),
    "keyed": lambda key: ("taken.late", "==", key == KEYED_LATE),
}
"""The groups that exist for open petitions only, with the condition that finds the petitions of a group."""


def unit_of(officer: Officer, unit: str) -> str:
    """Return the unit whose statistics to read. "" stands for the widest: CITY, or the officer's own unit.

    Raise Forbidden for another unit, unless the officer sees all units.
    """
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
    """The petition, with the filer masked."""


@dataclass(frozen=True)
class FiguresList:
    """A page of the history lines or petitions behind a number of the dashboards."""

    number: int
    """The number as on the dashboards.

    It includes petitions that another unit has received since. For readers of all units it excludes confidential
    petitions that they may not see.
    """
    lines: list[FiguresLine]
    next: str = ""
    """The cursor of the next page, or "" on the last page."""


@dataclass(frozen=True)
class ListFigures:
    """Lists the history lines or petitions behind a number of the dashboards."""

    store: Store
    clock: Clock

    def __call__(self, officer: Officer, slot: Slot, name: str, period: Period, after: str = "") -> FiguresList:
        """Return the list behind the number `name` (one of LISTED) in the slot, i.e. for a unit, group and key.

        Events are listed newest first, open petitions by due time. Raise Rejected for a number or cursor that does
        not exist.
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
    """Return the query for the open petitions in a slot, or those overdue at the instant `overdue_at`.

    The group of the slot may also be one of OPEN_GROUPS.
    """
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
    marks = [slot_mark(slot, counter) for counter in COUNTS[name]]
    where = (("counted_under", "array_contains_any", marks), *during("at", period.instants))
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
