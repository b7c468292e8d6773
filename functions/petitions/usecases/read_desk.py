"""The work list of an officer: what is open by due time, what is done by age, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from petitions.domain.codes import find_code
from petitions.domain.deadlines import TimeState
from petitions.domain.directory import Directory
from petitions.domain.lifecycle import OPEN_STATES, Role, State
from petitions.domain.officer import Officer
from petitions.domain.petition import COORDINATORS, Petition
from petitions.errors import Rejected
from petitions.ports import Clock, Query, Store
from petitions.usecases.staff import Staff
from petitions.usecases.timekeeping import Timekeeping

PAGE = 50
NO_SUCH_PETITION = "Không có hồ sơ với mã này, hoặc hồ sơ không thuộc đơn vị của anh/chị."
DONE_STATES = tuple(state.value for state in State if state not in OPEN_STATES)


class View(StrEnum):
    """The lists that an officer can choose between."""

    QUEUE = "queue"  # what waits for the coordinators themselves
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True)
class Line:
    """One petition in a list: nothing that identifies its citizen. `clock` is the running one that is due first."""

    code: str
    title: str
    state: State
    unit: str
    unit_name: str
    handler: str | None
    handler_name: str
    filed_at: datetime
    due_at: datetime | None
    clock: str | None
    time_state: TimeState | None
    paused: bool


@dataclass(frozen=True)
class Listing:
    """One page of a list; `next` is the cursor of the page after it."""

    view: View
    lines: list[Line]
    next: str | None
    as_of: datetime


@dataclass(frozen=True)
class DeskView:
    """The use case: one query a page, and one for the officers each minute."""

    store: Store
    clock: Clock
    directory: Directory
    timekeeping: Timekeeping
    staff: Staff

    def __call__(self, officer: Officer, view: View | None = None, after: str = "") -> Listing:
        """A page of the officer's list. Raises Rejected for a list that is not theirs and a cursor that is none."""
        offered = views(officer)
        chosen = view or offered[0]
        if chosen not in offered:
            raise Rejected("Không có danh sách này.", reason="view_unknown")
        query = _query(officer, chosen, _position(after) if after else ())
        found = [Petition.model_validate(each.data) for each in self.store.find(query)]
        now = self.clock.now()
        shown = found[:PAGE]
        more = len(found) > PAGE
        return Listing(
            chosen, [self._line(each, now) for each in shown], _cursor(shown[-1], chosen) if more else None, now
        )

    def _line(self, petition: Petition, now: datetime) -> Line:
        clock = petition.nearest_clock
        return Line(
            code=petition.code,
            title=petition.title,
            state=petition.state,
            unit=petition.unit,
            unit_name=self.directory.name_of(petition.unit),
            handler=petition.handler,
            handler_name=self.staff.name(petition.handler) if petition.handler else "",
            filed_at=petition.filed_at,
            due_at=petition.due_at,
            clock=clock.name if clock else None,
            time_state=self.timekeeping.state(clock, now) if clock else None,
            paused=clock is not None and clock.paused_at is not None,
        )


def views(officer: Officer) -> list[View]:
    """The lists of a role, the one to begin with first."""
    return [View.QUEUE, View.OPEN, View.DONE] if officer.role is Role.COORDINATOR else [View.OPEN, View.DONE]


def _query(officer: Officer, view: View, position: tuple[datetime, str] | tuple[()]) -> Query:
    """`code` breaks ties, so that no petition falls between two pages."""
    sees_all = officer.role in {Role.COORDINATOR, Role.INSPECTOR}
    unit = COORDINATORS if view is View.QUEUE else None if sees_all else officer.unit
    where: tuple[tuple[str, str, object], ...] = (("unit", "==", unit),) if unit else ()
    order: tuple[str, ...] = ("due_at", "code")
    if view is View.DONE:
        where, order = (*where, ("state", "in", list(DONE_STATES))), ("-filed_at", "-code")
    return Query("petitions", where=where, order_by=order, limit=PAGE + 1, start_after=position)


def _cursor(last: Petition, view: View) -> str:
    at = last.filed_at if view is View.DONE or last.due_at is None else last.due_at
    return f"{at.astimezone(UTC).isoformat().removesuffix('+00:00')}Z~{last.code}"


def _position(cursor: str) -> tuple[datetime, str]:
    instant, _, code = cursor.partition("~")
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        at = datetime.min  # noqa: DTZ901 - refused just below, like every naive one
    if at.tzinfo is None or find_code(code) != code:
        raise Rejected("Không có trang này. Xin mở lại danh sách từ đầu.", reason="cursor_malformed")
    return at, code
