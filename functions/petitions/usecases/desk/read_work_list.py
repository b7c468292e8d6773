"""An officer's work list, in pages, with counts.

Urgent petitions come first, then the open ones by due time. Finished petitions are sorted by age.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from petitions.domain.clock.clocks import TimeState
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role, State
from petitions.domain.officers.four_eyes import why_not_approved
from petitions.domain.officers.list_layout import BY_DUE, Sort
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_asked_to_help, is_closed_to, may_see, meets_closed
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.original_words import IN_NO_LINE, without_filer
from petitions.domain.shared.instants import minute_of
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE, Directory
from petitions.errors import Rejected
from petitions.ports.store import MOST_VALUES, Condition, Query, Store
from petitions.ports.world import Clock
from petitions.usecases.desk.unit_choices import PlacePetition
from petitions.usecases.desk.work_list_line import WorkListLine, in_order, work_list_line
from petitions.usecases.desk.work_list_query import (
    COUNTED,
    COUNTED_TO,
    OPEN_STATE_NAMES,
    PAGE,
    SCAN,
    URGENT,
    ListCount,
    WorkListFilters,
    WorkListView,
    fits_filters,
    holds_nothing,
    order_of,
    query_says_all,
    urgent_first,
    views,
    work_list_query,
)
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.conditions import belongs
from petitions.usecases.shared.timekeeping import Timekeeping
from petitions.usecases.shared.undecided import why_contested

NO_FILTERS = WorkListFilters()
AT_ONCE = 500
"""The number of petitions in one read of a whole list, as for a file."""
_UNREAD = [State.NEW.value, State.AWAITING_CITIZEN.value]
"""The open states in which perhaps no officer has classified the petition yet."""
_NOT_APPROVING = (
    "Danh sách chờ duyệt chỉ có ở lãnh đạo đơn vị, người đang thay lãnh đạo và cán bộ điều phối. Nếu anh/chị được cử "
    "thay ai, thời gian thay chưa bắt đầu hoặc đã hết."
)
PINNED = "!"
"""The prefix of the cursor of a page that ends among the urgent petitions."""


@dataclass(frozen=True)
class Scanned:
    """A petition found by a query, before it is known whether it belongs in the list."""

    petition: Petition
    pinned: bool = False
    """Whether the query for urgent petitions found it. These come first in a list."""
    in_place: bool = True
    """Whether to show the petition at this place of the list.

    An urgent petition is also found by the query for all, and not shown again.
    """

    def cursor(self, query: Query) -> str:
        """Return the cursor of the page that begins after the petition."""
        filed, due = self.petition.filed_at, self.petition.due_at
        at = filed if query.order_by[0] == "-filed_at" or due is None else due
        name = f"{at.astimezone(UTC).isoformat().removesuffix('+00:00')}Z~{self.petition.code}"
        return f"{PINNED if self.pinned else ''}{name}"


@dataclass(frozen=True)
class WorkList:
    """A page of an officer's list of petitions."""

    view: WorkListView
    filters: WorkListFilters
    lines: list[WorkListLine]
    next: str | None
    """The cursor of the following page, or None."""
    counts: Mapping[WorkListView, ListCount]
    """The numbers of petitions in the officer's lists."""
    sort: Sort
    """The order of the page. It differs from the requested order if the list is too long to sort."""
    found: str | None
    """The number of matches, on the first page of a filtered list only. "100+" stands for more."""
    as_of: datetime


@dataclass(frozen=True)
class _Page:
    lines: list[WorkListLine]
    next: str | None
    found: int
    """The number of petitions read that belong in the list."""
    whole: bool
    """Whether the whole list was read."""
    sort: Sort


@dataclass(frozen=True)
class ReadWorkList:
    """Reads work lists: at most two queries and five counts per page, and one query per minute for the officers.

    If confidential petitions are in the lists of the officer, two more queries and twice the counts leave these out. A
    list of at most SORTED_AT_MOST petitions can be sorted by any column. A longer one has the two orders with an index.
    """

    store: Store
    clock: Clock
    directory: Directory
    timekeeping: Timekeeping
    staff: Staff
    placing: PlacePetition | None = None
    """Finds the units to propose. None leaves the proposals out, as in files."""

    def __call__(
        self, officer: Officer, view: WorkListView | None = None, filters: WorkListFilters = NO_FILTERS, after: str = ""
    ) -> WorkList:
        """Return a page of a list. Raise Rejected for a list that the officer does not have, or a malformed cursor."""
        chosen, now = chosen_view(officer, view), self.clock.now()
        page = self._page(officer, chosen, filters, after, now)
        awaited = self._awaited(officer) if chosen is WorkListView.HELPING and not (after or filters.narrowing) else []
        answered = [petition for petition in awaited if petition.state not in OPEN_STATES]
        return WorkList(
            view=chosen,
            filters=filters,
            lines=[*self.lines(answered, now, officer), *page.lines],
            next=page.next,
            sort=page.sort,
            counts=self.counts(officer, now),
            found=_counted(page.found, whole=page.whole) if filters.narrowing and not after else None,
            as_of=now,
        )

    def whole(
        self, officer: Officer, view: WorkListView | None, filters: WorkListFilters, most: int
    ) -> list[WorkListLine] | None:
        """Return the whole list in the order of its pages, with the text of petitions. None for more than `most`."""
        chosen, now = chosen_view(officer, view), self.clock.now()
        lines: list[WorkListLine] = []
        size, after = PAGE if chosen is WorkListView.APPROVAL else AT_ONCE, ""
        while True:
            page = self._page(officer, chosen, filters, after, now, size, in_full=True)
            lines += page.lines
            if len(lines) > most or page.next is None:
                return lines if len(lines) <= most else None
            after = page.next

    def number(self, officer: Officer, view: WorkListView | None, filters: WorkListFilters) -> str:
        """Return the size of a list as text: up to "100+" if its petitions must be read to count them, else "1000+".

        Raise Rejected for a list that the officer does not have.
        """
        chosen, now = chosen_view(officer, view), self.clock.now()
        if not holds_nothing(chosen, filters) and query_says_all(officer, chosen, filters):
            query = work_list_query(officer, chosen, filters, now, self.timekeeping.calendar, COUNTED_TO)
            return str(ListCount(self._open_to(officer, query, self._closed_to(officer))))
        page = self._page(officer, chosen, replace(filters, sort=None), "", now, SCAN)
        return _counted(page.found, whole=page.whole)

    def _page(
        self,
        officer: Officer,
        view: WorkListView,
        filters: WorkListFilters,
        after: str,
        now: datetime,
        size: int = 0,
        *,
        in_full: bool = False,
    ) -> _Page:
        size = size or PAGE
        query = work_list_query(officer, view, filters, now, self.timekeeping.calendar, None)
        base = order_of(query)
        if _is_stuck_list(officer, view) and not find_code(filters.text):
            return self._stuck_page(officer, query, filters, now, in_full=in_full)
        if holds_nothing(view, filters):
            return _Page([], None, 0, whole=True, sort=base)
        everything = None if after or filters.sort in {None, base} else self._scan(replace(query, limit=SCAN), "")
        looks = filters.narrowing or everything or meets_closed(officer)
        limit = max(SCAN, size + 1) if looks else size + 1
        query = replace(query, limit=limit)
        if everything is not None and len(everything) < SCAN and filters.sort:
            found = self._belonging(officer, view, everything, filters, now)
            lines = in_order(self._lines(found, now, officer, in_full=in_full), filters.sort)
            return _Page(lines, None, len(found), whole=True, sort=filters.sort)
        pins = _pins(view, filters, query)
        scanned = self._scanned(query, after, pins=pins, known=everything or [])
        while len(scanned) == limit and not any(may_see(officer, item.petition) for item in scanned):
            scanned = self._scanned(query, scanned[-1].cursor(query), pins=pins, known=[])
        found = self._belonging(officer, view, scanned, filters, now)
        whole = len(scanned) < limit
        shown, more = found[:size], len(found) > size or not whole
        shown_last = next((item for item in scanned if found[size:] and item.petition is shown[-1]), None)
        # The cursor contains a code, so it must not be that of a petition hidden from the officer.
        last = shown_last or next((item for item in reversed(scanned) if may_see(officer, item.petition)), None)
        lines = self._lines(_in_place(view, shown), now, officer, in_full=in_full)
        return _Page(lines, last.cursor(query) if last and more else None, len(found), whole, base)

    def _stuck_page(
        self, officer: Officer, query: Query, filters: WorkListFilters, now: datetime, *, in_full: bool
    ) -> _Page:
        stuck = [Scanned(petition) for petition in self._stuck(officer) if belongs(petition, query)]
        found = self._belonging(officer, WorkListView.APPROVAL, stuck, filters, now)
        order = filters.sort or BY_DUE
        lines = in_order(self._lines(found, now, officer, in_full=in_full), order)
        lines = lines if filters.sort else sorted(lines, key=lambda line: line.level != URGENT)
        return _Page(lines, None, len(found), whole=True, sort=order)

    def _stuck(self, officer: Officer) -> list[Petition]:
        lone = self.staff.lone_approvers()
        none, one = [unit for unit, who in lone.items() if who is None], sorted({who for who in lone.values() if who})
        waiting = ("state", "==", State.AWAITING_APPROVAL.value)
        queries = [
            Query("petitions", where=(waiting, (name, "in", values[at : at + MOST_VALUES])), limit=SCAN)
            for name, values in (("unit", none), ("reply.author", one))
            for at in range(0, len(values), MOST_VALUES)
        ]
        found = {document.id: document.data for query in queries for document in self.store.find(query)}
        petitions = map(Petition.model_validate, found.values())
        return [
            petition
            for petition in petitions
            if may_see(officer, petition) and self.offers(officer, WorkListView.APPROVAL, NO_FILTERS, petition)
        ]

    def offers(self, officer: Officer, view: WorkListView, filters: WorkListFilters, petition: Petition) -> bool:
        """Return whether the officer should see the petition in the list whose query found it.

        Only the list of answers to approve leaves petitions out. Officers do not get their own answers there.
        Coordinators get only the answers that nobody in their unit can approve today.
        """
        if view is not WorkListView.APPROVAL or find_code(filters.text):
            return True
        if why_not_approved(officer, petition):
            return False
        author = petition.reply.author if petition.reply else ""
        return officer.role is not Role.COORDINATOR or self.staff.without_approver(petition, author)

    def _belonging(
        self, officer: Officer, view: WorkListView, scanned: Sequence[Scanned], filters: WorkListFilters, now: datetime
    ) -> list[Petition]:
        return [
            item.petition
            for item in scanned
            if item.in_place
            and may_see(officer, item.petition)
            and self.offers(officer, view, filters, item.petition)
            and fits_filters(item.petition, officer, filters, self.time(item.petition, now))
        ]

    def _scanned(self, query: Query, after: str, *, pins: bool, known: Sequence[Scanned]) -> list[Scanned]:
        if not pins:
            return list(known) if len(known) == query.limit else self._scan(query, after)
        pinned: list[Scanned] = []
        if not after or after.startswith(PINNED):
            urgent = replace(query, where=(*query.where, ("level", "==", URGENT)))
            pinned = [replace(scanned, pinned=True) for scanned in self._scan(urgent, after.removeprefix(PINNED))]
            after = ""
        left = (query.limit or 0) - len(pinned)
        rest = known[:left] if len(known) >= left else self._scan(replace(query, limit=left), after)
        return pinned + [replace(scanned, in_place=scanned.petition.level != URGENT) for scanned in rest]

    def _scan(self, query: Query, after: str) -> list[Scanned]:
        query = replace(query, start_after=_position(after)) if after else query
        return [Scanned(Petition.model_validate(document.data)) for document in self.store.find(query)]

    def counts(self, officer: Officer, now: datetime) -> Mapping[WorkListView, ListCount]:
        """Return the numbers of petitions in the lists that show a number, up to COUNTED_TO."""
        closed = self._closed_to(officer)
        return {view: ListCount(self._count(officer, view, now, closed)) for view in views(officer) if view in COUNTED}

    def _count(self, officer: Officer, view: WorkListView, now: datetime, closed: Sequence[Petition] | None) -> int:
        if view is WorkListView.HELPING:
            return len(self._awaited(officer))
        if _is_stuck_list(officer, view):
            return len(self._stuck(officer))
        query = work_list_query(officer, view, NO_FILTERS, now, self.timekeeping.calendar, COUNTED_TO)
        found = self._open_to(officer, query, closed)
        if view is WorkListView.APPROVAL and found:
            own = replace(query, where=(*query.where, ("reply.author", "==", officer.id)), order_by=())
            found -= self.store.count(own)
        return found

    def _awaited(self, officer: Officer) -> list[Petition]:
        asked = Query("petitions", (("help_awaited", "array_contains", officer.unit),), limit=COUNTED_TO)
        found = (Petition.model_validate(document.data) for document in self.store.find(asked))
        return [petition for petition in found if is_asked_to_help(officer, petition)]

    def _open_to(self, officer: Officer, query: Query, closed: Sequence[Petition] | None) -> int:
        found = self.store.count(query)
        if not found or closed is None or found == COUNTED_TO:  # hidden ones make no difference to "1000+"
            return found
        found -= sum(belongs(petition, query) for petition in closed)
        if officer.role is Role.COORDINATOR:
            return found
        denounced = replace(query, where=(*query.where, ("petition_class", "==", "denunciation")))
        return found - self.store.count(denounced)

    def _closed_to(self, officer: Officer) -> list[Petition] | None:
        if not meets_closed(officer):
            return None
        coordinates, open_now = officer.role is Role.COORDINATOR, ("state", "in", list(OPEN_STATE_NAMES))
        against = list(dict.fromkeys([officer.unit, COORDINATORS]))
        unnamed = [] if coordinates else [UNKNOWN_OFFICE, "denunciation"]
        wheres: list[tuple[Condition, ...]] = []
        for several in filter(None, (against, unnamed)):  # a query takes few alternatives besides the states
            wheres += [
                (("accused", "in", several), open_now),
                (("closed_with", "array_contains_any", several), open_now),
            ]
        if not coordinates:
            wheres.append((("routed.may_accuse", "==", True), ("state", "in", _UNREAD)))
        queries = [Query("petitions", where=where, limit=COUNTED_TO) for where in wheres]
        found = {document.id: document.data for query in queries for document in self.store.find(query)}
        petitions = map(Petition.model_validate, found.values())
        counted = set() if coordinates else {"denunciation"}
        return [
            petition
            for petition in petitions
            if is_closed_to(officer, petition) and petition.petition_class not in counted
        ]

    def time(self, petition: Petition, now: datetime) -> TimeState | None:
        """Return the time state of the clock that is due first, or None if no clock runs."""
        clock = petition.nearest_clock
        return self.timekeeping.state(clock, minute_of(now)) if clock else None

    def _lines(
        self, found: Sequence[Petition], now: datetime, officer: Officer, *, in_full: bool
    ) -> list[WorkListLine]:
        if not in_full:
            return self.lines(found, now, officer)
        # A file leaves the desk, so the filer is masked for every officer.
        lines = [self._line(petition, now, officer) for petition in found]
        contents = [KnownPerson([petition.contact]).words(petition.content) for petition in found]
        return [replace(line, content=content) for line, content in zip(lines, contents, strict=True)]

    def lines(self, found: Sequence[Petition], now: datetime, officer: Officer) -> list[WorkListLine]:
        """Return the petitions as lines of the officer's list.

        For coordinators, petitions that they hold have proposals of units (`WorkListLine.placement`).
        """
        lines = [self._line(petition, now, officer) for petition in found]
        contested = why_contested(self.store, officer, found)
        lines = [replace(line, contested=contested.get(line.code)) for line in _pointing_up(lines, found)]
        if self.placing is None or officer.role is not Role.COORDINATOR:
            return lines
        placing, staffed = self.placing, self.placing.staffed
        return [
            replace(line, placement=placing(petition, staffed))
            if petition.unit == COORDINATORS
            else replace(line, nobody=petition.state in OPEN_STATES and petition.unit not in staffed)
            for line, petition in zip(lines, found, strict=True)
        ]

    def _line(self, petition: Petition, now: datetime, officer: Officer) -> WorkListLine:
        shown = without_filer(replace(petition, **IN_NO_LINE), officer)
        line, last = work_list_line(shown, now, self.timekeeping, self.directory, self.staff), petition.changed
        return replace(line, changed_at=last.at) if last and last.by != officer.id else line


def _pointing_up(lines: Sequence[WorkListLine], found: Sequence[Petition]) -> Iterator[WorkListLine]:
    first: dict[tuple[int, ...], str] = {}
    for line, petition in zip(lines, found, strict=True):
        marks = tuple(petition.marks)
        same = first.setdefault(marks, line.code) if marks else line.code
        yield replace(line, same_as=same) if same != line.code else line


def _is_stuck_list(officer: Officer, view: WorkListView) -> bool:
    return view is WorkListView.APPROVAL and officer.role is Role.COORDINATOR


def chosen_view(officer: Officer, view: WorkListView | None) -> WorkListView:
    """Return the requested list, or the officer's first one. Raise Rejected if the officer does not have the list."""
    offered = views(officer)
    if view is WorkListView.APPROVAL and view not in offered:
        raise Rejected(_NOT_APPROVING, reason="view_unknown")
    if view and view not in offered:
        raise Rejected("Không có danh sách này.", reason="view_unknown")
    return view or offered[0]


def _pins(view: WorkListView, filters: WorkListFilters, query: Query) -> bool:
    return view is not WorkListView.APPROVAL and urgent_first(query, filters)


def _in_place(view: WorkListView, shown: list[Petition]) -> list[Petition]:
    return sorted(shown, key=lambda petition: petition.level != URGENT) if view is WorkListView.APPROVAL else shown


def _counted(number: int, *, whole: bool) -> str:
    most = SCAN - 1
    return str(number) if whole and number <= most else f"{min(number, most)}+"


def _position(cursor: str) -> tuple[datetime, str]:
    instant, _, code = cursor.partition("~")
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        at = datetime.min  # noqa: DTZ901 - rejected below, like all naive times
    if at.tzinfo is None or find_code(code) != code:
        raise Rejected("Không có trang này. Xin mở lại danh sách từ đầu.", reason="cursor_malformed")
    return at, code
