"""The filters of a work list, and its database query, which always has an index.

Conditions that no index can answer (the state of clocks that run in working hours, further words of a search) are
checked here, on the petitions of one page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import TimeState
from petitions.domain.language.searching import search_words
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role, State
from petitions.domain.officers.list_layout import BY_DUE, NEWEST, Sort
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import meets_closed, sees_all
from petitions.domain.petition.classification import CLASS_LABELS, COMPLAINT_CLASSES
from petitions.domain.petition.codes import find_code, looks_like_code
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.shared.channel import CHANNEL_SOURCES
from petitions.domain.shared.instants import minute_of
from petitions.domain.shared.local_day import midnight, next_day
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.store import Query
from petitions.usecases.shared.conditions import meets

PAGE = 50
SCAN = 101
"""The most petitions read for a filtered page. Counts end at "100+"."""
COUNTED_TO = 1000
"""The largest count of a list. The database bills a count up to this size as one read."""
SORTED_AT_MOST = SCAN - 1
"""The most petitions of a list sorted by a column without an index."""
DONE_STATES = tuple(state.value for state in State if state not in OPEN_STATES)
OPEN_STATE_NAMES = tuple(state.value for state in State if state in OPEN_STATES)
"""All open states. A paused petition may be overdue too: its `due_at` is the latest possible deadline."""
URGENT = "urgent"
_NEAR_DAYS = 2
_PLACEABLE = frozenset(CLASS_LABELS) - COMPLAINT_CLASSES
_BY_DUE = ("due_at", "code")
_BY_FILING = ("-filed_at", "-code")


class WorkListView(StrEnum):
    """The lists that an officer can choose between."""

    QUEUE = "queue"  # petitions that wait for the coordinators to place them
    KEPT = "kept"  # complaints and denunciations, which stay with the coordinators
    APPROVAL = "approval"  # answers for a head or deputy to approve, or all stuck ones for coordinators
    OPEN = "open"
    MINE = "mine"
    OVERDUE = "overdue"
    HELPING = "helping"
    DONE = "done"


UNIT_VIEWS = (WorkListView.OPEN, WorkListView.MINE, WorkListView.OVERDUE, WorkListView.HELPING, WorkListView.DONE)
ROLE_VIEWS = {
    Role.HEAD: (WorkListView.OPEN, WorkListView.APPROVAL, *UNIT_VIEWS[1:]),
    Role.COORDINATOR: (
        WorkListView.QUEUE,
        WorkListView.KEPT,
        WorkListView.OPEN,
        WorkListView.APPROVAL,
        WorkListView.OVERDUE,
        WorkListView.DONE,
    ),
    Role.INSPECTOR: (WorkListView.OPEN, WorkListView.OVERDUE, WorkListView.DONE),
}
PLACED = (WorkListView.QUEUE, WorkListView.KEPT)
"""The lists of petitions that the coordinators hold."""
COUNTED = (
    *PLACED,
    WorkListView.APPROVAL,
    WorkListView.OPEN,
    WorkListView.MINE,
    WorkListView.OVERDUE,
    WorkListView.HELPING,
)


class ListCount(int):
    """The number of petitions in a list. COUNTED_TO stands for that many or more, and is displayed as "1000+"."""

    def __str__(self) -> str:
        return f"{COUNTED_TO}+" if self >= COUNTED_TO else repr(self)


def views(officer: Officer) -> tuple[WorkListView, ...]:
    """Return the lists of the officer's role. The first is the default."""
    return ROLE_VIEWS.get(officer.role, UNIT_VIEWS)


@dataclass(frozen=True)
class WorkListFilters:
    """The filters of a work list. An empty field does not filter."""

    state: State | None = None
    time: TimeState | None = None
    kind: str = ""
    level: str = ""
    ward: str = ""
    unit: str = ""
    mine: bool = False
    handler: str = ""
    source: str = ""
    """A source, or a channel of petitions entered by officers."""
    field: str = ""
    rating: int | None = None
    since: date | None = None
    """The first day of filing, in Hanoi. `until` is the last day."""
    until: date | None = None
    text: str = ""
    sort: Sort | None = None
    """The requested order, or None for the default order of the list."""

    @property
    def narrowing(self) -> bool:
        """Return whether any filter is set. The order is not a filter."""
        return self != WorkListFilters(sort=self.sort)

    @property
    def by_filing(self) -> bool:
        """Return whether the list is sorted by filing time. Filters by rating or day require this."""
        dated = self.since is not None or self.until is not None
        return self.sort == NEWEST or self.rating is not None or dated

    @property
    def words(self) -> list[str]:
        """Return the searched words, longest first, as these are rarest. Empty for a code."""
        return sorted(search_words(self.text), key=len, reverse=True)

    @property
    def hopeless(self) -> bool:
        """Return whether the search text can match nothing: it has no words, or is a code with a wrong letter."""
        return bool(self.text) and not find_code(self.text) and (not self.words or looks_like_code(self.text))


def holds_nothing(view: WorkListView, filters: WorkListFilters) -> bool:
    """Return whether the filters contradict the list, so that it is empty without a query."""
    if find_code(filters.text):
        return False
    states = {WorkListView.DONE: DONE_STATES, WorkListView.APPROVAL: (State.AWAITING_APPROVAL,)}
    return (
        filters.hopeless
        or (filters.state is not None and filters.state not in states.get(view, OPEN_STATE_NAMES))
        or (filters.time is not None and view is WorkListView.DONE)  # no clock runs
        or (filters.mine and view is WorkListView.HELPING)  # helpers are not handlers
    )


def work_list_query(
    officer: Officer,
    view: WorkListView,
    filters: WorkListFilters,
    now: datetime,
    calendar: WorkingCalendar,
    limit: int | None,
) -> Query:
    """Return the query of a list. `code` breaks ties, so that no petition is lost between two pages.

    A search for a code ignores the list and all other filters.
    """
    code = find_code(filters.text)
    if code:
        unit = () if sees_all(officer) else (("unit", "==", officer.unit),)
        return Query("petitions", where=(("code", "==", code), *unit), limit=limit)
    newest = view is WorkListView.DONE or (filters.by_filing and not filters.time and view is not WorkListView.OVERDUE)
    where = [*_scope(officer, view, filters), *_states(view, filters, newest=newest), *_equal(filters)]
    if newest:
        where += _filed(filters)
    if (
        filters.words and view is not WorkListView.HELPING
    ):  # a query takes one array-contains, so the page is filtered below
        where.append(("words", "array_contains", filters.words[0]))
    if view is WorkListView.OVERDUE or filters.time is TimeState.OVERDUE:
        where.append(("due_at", "<", minute_of(now)))
    elif filters.time and view is not WorkListView.DONE:
        where.append(("due_at", ">=", minute_of(now)))
        if filters.time is TimeState.NEARLY_DUE:
            where.append(("due_at", "<=", calendar.opening_at(now, _NEAR_DAYS) + timedelta(days=1)))
    return Query("petitions", where=tuple(where), order_by=_BY_FILING if newest else _BY_DUE, limit=limit)


def query_says_all(officer: Officer, view: WorkListView, filters: WorkListFilters) -> bool:
    """Return whether the query finds exactly the petitions shown, so that they can be counted without being read."""
    looked_at = view in {WorkListView.HELPING, WorkListView.APPROVAL}
    reads = meets_closed(officer) and officer.role is not Role.COORDINATOR
    if reads or filters.time or filters.source in CHANNEL_SOURCES or looked_at:
        return False
    if filters.words and not find_code(filters.text):
        return False  # depends on the words that the officer may read
    return view is not WorkListView.OVERDUE or not (filters.since or filters.until)


def order_of(query: Query) -> Sort:
    """Return the sort order in which the query finds the petitions."""
    return BY_DUE if query.order_by == _BY_DUE else NEWEST


def urgent_first(query: Query, filters: WorkListFilters) -> bool:
    """Return whether the list has to show urgent petitions first."""
    return query.order_by == _BY_DUE and not filters.level


def fits_filters(petition: Petition, officer: Officer, filters: WorkListFilters, state: TimeState | None) -> bool:
    """Return whether the petition passes the filters that the query could not apply.

    Only the text that the officer may read is searched.
    """
    if find_code(filters.text):
        return True
    channel = petition.taken.channel if petition.taken else None
    filed = {"filed_at": petition.filed_at}
    return (
        (not filters.time or state is filters.time)
        and (filters.source not in CHANNEL_SOURCES or filters.source == channel)
        and meets(filed, _filed(filters))
        and _has_words(petition, filters)
        and (not filters.words or _has_words(without_filer(petition, officer), filters))
    )


def _has_words(petition: Petition, filters: WorkListFilters) -> bool:
    known = set(petition.words) if filters.words else set()
    return all(word in known for word in filters.words)


def _scope(officer: Officer, view: WorkListView, filters: WorkListFilters) -> list[tuple[str, str, object]]:
    if view is WorkListView.HELPING:
        return [("coordinating", "array_contains", officer.unit)]
    unit = COORDINATORS if view in PLACED else filters.unit if sees_all(officer) else officer.unit
    scope: list[tuple[str, str, object]] = [("unit", "==", unit)] if unit else []
    if view in PLACED:
        scope.append(("petition_class", "in", sorted(COMPLAINT_CLASSES if view is WorkListView.KEPT else _PLACEABLE)))
    return [*scope, ("handler", "==", officer.id)] if view is WorkListView.MINE or filters.mine else scope


def _states(view: WorkListView, filters: WorkListFilters, *, newest: bool) -> list[tuple[str, str, object]]:
    if filters.state:
        return [("state", "==", filters.state.value)]
    if view is WorkListView.APPROVAL:
        return [("state", "==", State.AWAITING_APPROVAL.value)]
    if view is WorkListView.DONE:
        return [("state", "in", list(DONE_STATES))]
    if view is WorkListView.OVERDUE or filters.time is TimeState.OVERDUE:
        return [("state", "in", list(OPEN_STATE_NAMES))]
    return [("state", "in", list(OPEN_STATE_NAMES))] if newest else []


def _filed(filters: WorkListFilters) -> list[tuple[str, str, object]]:
    first = [("filed_at", ">=", midnight(filters.since))] if filters.since else []
    last = [("filed_at", "<", midnight(next_day(filters.until)))] if filters.until else []
    return [*first, *last]


_EQUAL = {
    "kind": "kind", "level": "level", "ward": "ward", "handler": "handler", "source": "source",
    "classified.field": "field", "rating.level": "rating",
}  # fmt: skip
"""The name of the filter for each field that is compared for equality.

Channels have no index: the query asks for the source, and the channel is checked on the results.
"""


def _equal(filters: WorkListFilters) -> list[tuple[str, str, object]]:
    chosen = replace(filters, source=CHANNEL_SOURCES.get(filters.source, filters.source))
    return [(name, "==", value) for name, filtered in _EQUAL.items() if (value := getattr(chosen, filtered))]
