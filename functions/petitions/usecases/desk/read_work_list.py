"""An officer's work list: open petitions by due time, done ones by age, in pages, with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from petitions.domain.clock.clocks import TimeState
from petitions.domain.clock.punctuality import late_steps
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import may_see
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Petition, RecoveryPlan
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.units.directory import Directory
from petitions.errors import Rejected
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.desk.work_list_query import (
    COUNTED,
    PAGE,
    SCAN,
    WorkListFilters,
    WorkListView,
    fits_filters,
    views,
    work_list_query,
)
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.timekeeping import Timekeeping

NO_FILTERS = WorkListFilters()


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
    paused_until: datetime | None
    """Of a clock that is paused in time: the instant at which it goes on at the latest."""
    late_steps: list[ClockName]
    """The steps that were late already, in order."""
    recovery: RecoveryPlan | None


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
    """The use case: one query and at most three counts per page, and one query for the officers per minute."""

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
        query = replace(query, start_after=_position(after)) if after else query
        scanned = [Petition.model_validate(each.data) for each in self.store.find(query)]
        seen = [each for each in scanned if may_see(officer, each)]
        found = [each for each in seen if fits_filters(each, filters, self._time(each, now))]
        shown, more = found[:PAGE], len(found) > PAGE or len(scanned) == limit
        last = shown[-1] if len(found) > PAGE else scanned[-1] if scanned else None
        return WorkList(
            view=chosen,
            filters=filters,
            lines=[self._line(each, now) for each in shown],
            next=_cursor(last, query) if last and more else None,
            counts={each: self._count(officer, each, now) for each in offered if each in COUNTED},
            found=_counted(len(found), whole=len(scanned) < limit) if narrowed and not after else None,
            as_of=now,
        )

    def _count(self, officer: Officer, view: WorkListView, now: datetime) -> int:
        return self.store.count(work_list_query(officer, view, NO_FILTERS, now, self.timekeeping.calendar, None))

    def _time(self, petition: Petition, now: datetime) -> TimeState | None:
        clock = petition.nearest_clock
        return self.timekeeping.state(clock, now) if clock else None

    def _line(self, petition: Petition, now: datetime) -> WorkListLine:
        clock = petition.nearest_clock
        time_state = self._time(petition, now)
        paused = clock.paused_at if clock else None
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
            left=self.timekeeping.calendar.elapsed_working(paused or now, clock.due_at) if clock else None,
            paused_until=clock.pause_ends_at if clock and time_state is not TimeState.OVERDUE else None,
            late_steps=late_steps(petition.clocks),
            recovery=petition.recovery,
        )


def _counted(number: int, *, whole: bool) -> str:
    """Return the exact number up to a hundred, or a lower bound with "+" if the search ended early."""
    most = SCAN - 1
    return str(number) if whole and number <= most else f"{min(number, most)}+"


def _cursor(last: Petition, query: Query) -> str:
    at = last.filed_at if query.order_by[0] == "-filed_at" or last.due_at is None else last.due_at
    return f"{at.astimezone(UTC).isoformat().removesuffix('+00:00')}Z~{last.code}"


def _position(cursor: str) -> tuple[datetime, str]:
    instant, _, code = cursor.partition("~")
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        at = datetime.min  # noqa: DTZ901 - rejected below, like all naive times
    if at.tzinfo is None or find_code(code) != code:
        raise Rejected("Không có trang này. Xin mở lại danh sách từ đầu.", reason="cursor_malformed")
    return at, code
