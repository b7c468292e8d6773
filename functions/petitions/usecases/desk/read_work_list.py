"""An officer's work list: urgent petitions, then the open ones by due time; done ones by age; in pages, with counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from petitions.domain.clock.clocks import TimeState
from petitions.domain.clock.punctuality import late_steps
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed, may_see, meets_closed
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Petition, RecoveryPlan
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.units.directory import UNKNOWN_WARD, Directory
from petitions.errors import Rejected
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.desk.work_list_query import (
    COUNTED,
    OPEN_STATE_NAMES,
    PAGE,
    SCAN,
    URGENT,
    WorkListFilters,
    WorkListView,
    belongs,
    fits_filters,
    urgent_first,
    views,
    work_list_query,
)
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.timekeeping import Timekeeping

NO_FILTERS = WorkListFilters()
PINNED = "!"
"""Begins the cursor of a page that ends among the urgent petitions."""


@dataclass(frozen=True)
class WorkListLine:
    """A petition in a list, without anything that identifies its citizen."""

    code: str
    title: str
    state: State
    unit: str
    unit_name: str
    handler: str | None
    handler_name: str
    level: str
    version: int
    filed_at: datetime
    due_at: datetime | None
    clock: str | None
    """The name of the running clock that is due first."""
    time_state: TimeState | None
    left: timedelta | None
    """The working time until it is due, negative once it is overdue."""
    paused: bool
    """Whether the office waits for the citizen, in time."""
    paused_until: datetime | None
    """Until when it does so at the latest."""
    late_steps: list[ClockName]
    """The steps that were late already, in order."""
    recovery: RecoveryPlan | None
    ward: str | None
    source: str


@dataclass(frozen=True)
class Scanned:
    """A petition that a query found."""

    petition: Petition
    pinned: bool = False
    """Whether it was found among the urgent ones, which come first."""
    in_place: bool = True
    """Whether it has its place here, and not among the urgent ones."""

    def cursor(self, query: Query) -> str:
        """Return the cursor of what follows it."""
        filed, due = self.petition.filed_at, self.petition.due_at
        at = filed if query.order_by[0] == "-filed_at" or due is None else due
        name = f"{at.astimezone(UTC).isoformat().removesuffix('+00:00')}Z~{self.petition.code}"
        return f"{PINNED if self.pinned else ''}{name}"


@dataclass(frozen=True)
class WorkList:
    """A page of a list."""

    view: WorkListView
    filters: WorkListFilters
    lines: list[WorkListLine]
    next: str | None
    """The cursor of the following page."""
    counts: Mapping[WorkListView, int]
    """The exact numbers of petitions in the lists to choose from."""
    found: str | None
    """The number of matches, on the first page of a filtered list only; "100+" avoids paying to read all of them."""
    as_of: datetime


@dataclass(frozen=True)
class ReadWorkList:
    """The use case: at most two queries and four counts per page, and one query for the officers per minute.

    Whoever meets what is closed to them is spared it in the counts: one more query, and twice the counts.

    Both queries together read no more than a page.
    """

    store: Store
    clock: Clock
    directory: Directory
    timekeeping: Timekeeping
    staff: Staff

    def __call__(
        self, officer: Officer, view: WorkListView | None = None, filters: WorkListFilters = NO_FILTERS, after: str = ""
    ) -> WorkList:
        """Return a page of the officer's list. Raise Rejected for a list that is not theirs or a malformed cursor."""
        offered = views(officer)
        chosen = view or offered[0]
        if chosen not in offered:
            raise Rejected("Không có danh sách này.", reason="view_unknown")
        now = self.clock.now()
        narrowed = filters.narrowing
        limit = SCAN if narrowed else PAGE + 1
        query = work_list_query(officer, chosen, filters, now, self.timekeeping.calendar, limit)
        pins = chosen is not WorkListView.APPROVAL and urgent_first(query, filters)
        scanned = self._urgent_first(query, after) if pins else self._scan(query, after)
        found = [
            each.petition
            for each in scanned
            if each.in_place
            and may_see(officer, each.petition)
            and fits_filters(each.petition, filters, self.time(each.petition, now))
        ]
        shown, more = found[:PAGE], len(found) > PAGE or len(scanned) == limit
        shown_last = next((each for each in scanned if found[PAGE:] and each.petition is shown[-1]), None)
        last = shown_last or (scanned[-1] if scanned else None)
        return WorkList(
            view=chosen,
            filters=filters,
            lines=[self.line(each, now) for each in _in_place(chosen, shown)],
            next=last.cursor(query) if last and more else None,
            counts=self.counts(officer, now),
            found=_counted(len(found), whole=len(scanned) < limit) if narrowed and not after else None,
            as_of=now,
        )

    def _urgent_first(self, query: Query, after: str) -> list[Scanned]:
        """Scan the urgent petitions, then all, in which the urgent ones are passed over."""
        pinned: list[Scanned] = []
        if not after or after.startswith(PINNED):
            urgent = replace(query, where=(*query.where, ("level", "==", URGENT)))
            pinned = [replace(each, pinned=True) for each in self._scan(urgent, after.removeprefix(PINNED))]
            after = ""
        left = (query.limit or 0) - len(pinned)
        rest = self._scan(replace(query, limit=left), after) if left else []
        return pinned + [replace(each, in_place=each.petition.level != URGENT) for each in rest]

    def _scan(self, query: Query, after: str) -> list[Scanned]:
        query = replace(query, start_after=_position(after)) if after else query
        return [Scanned(Petition.model_validate(each.data)) for each in self.store.find(query)]

    def counts(self, officer: Officer, now: datetime) -> Mapping[WorkListView, int]:
        """Return the exact numbers of petitions in the officer's lists, of those that are counted."""
        hides = meets_closed(officer)
        accused = self._about_their_own(officer) if hides else []
        return {
            each: self._count(officer, each, now, accused, hides=hides) for each in views(officer) if each in COUNTED
        }

    def _count(
        self, officer: Officer, view: WorkListView, now: datetime, accused: Sequence[Petition], *, hides: bool
    ) -> int:
        """Return how many of the list may be seen: those that are not denunciations, nor about their own unit."""
        query = work_list_query(officer, view, NO_FILTERS, now, self.timekeeping.calendar, None)
        found = self.store.count(query)
        if not hides:
            return found
        denounced = replace(query, where=(*query.where, ("petition_class", "==", "denunciation")))
        return found - self.store.count(denounced) - sum(belongs(each, query) for each in accused)

    def _about_their_own(self, officer: Officer) -> list[Petition]:
        """Return the open petitions, but denunciations, that are closed to the officer: about their own unit."""
        accused, states = ("accused", "in", [officer.unit, UNKNOWN_WARD]), ("state", "in", list(OPEN_STATE_NAMES))
        found = self.store.find(Query("petitions", where=(accused, states), limit=SCAN))
        petitions = (Petition.model_validate(each.data) for each in found)
        return [each for each in petitions if is_closed(officer, each) and each.petition_class != "denunciation"]

    def time(self, petition: Petition, now: datetime) -> TimeState | None:
        """Return the time state of the clock that is due first, if one runs."""
        clock = petition.nearest_clock
        return self.timekeeping.state(clock, now) if clock else None

    def line(self, petition: Petition, now: datetime) -> WorkListLine:
        """Return the petition as a line of a list."""
        clock = petition.nearest_clock
        time_state = self.time(petition, now)
        paused_at = clock.paused_at if clock else None
        supplement = petition.clocks.get(ClockName.SUPPLEMENT)
        paused = clock is not None and (clock is supplement or clock.is_paused_in_time)
        return WorkListLine(
            code=petition.code,
            title=without_filer(petition).title,
            state=petition.state,
            unit=petition.unit,
            unit_name=self.directory.name_of(petition.unit),
            handler=petition.handler,
            handler_name=self.staff.name(petition.handler) if petition.handler else "",
            level=petition.level,
            version=petition.version,
            filed_at=petition.filed_at,
            due_at=petition.due_at,
            clock=clock.name if clock else None,
            time_state=time_state,
            left=self.timekeeping.calendar.elapsed_working(paused_at or now, clock.due_at) if clock else None,
            paused=paused,
            paused_until=petition.promised.get(ClockName.SUPPLEMENT) if paused else None,
            late_steps=late_steps(petition.clocks),
            recovery=petition.recovery,
            ward=petition.ward,
            source=petition.source,
        )


def _in_place(view: WorkListView, shown: list[Petition]) -> list[Petition]:
    """Return what waits for approval with the urgent ones first: there are few, so a query of their own is spared."""
    return sorted(shown, key=lambda each: each.level != URGENT) if view is WorkListView.APPROVAL else shown


def _counted(number: int, *, whole: bool) -> str:
    """Return the exact number up to a hundred, or a lower bound with "+" if the search ended early."""
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
