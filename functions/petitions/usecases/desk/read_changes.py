"""The changes since a time: new, changed and removed lines of a list open in a browser, and news for the officer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to, may_see, sees_all
from petitions.domain.petition.petition import COORDINATORS, Petition
from petitions.domain.shared.edges import UpTo
from petitions.ports.store import Query
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.desk.work_list_line import WorkListLine
from petitions.usecases.desk.work_list_query import (
    WorkListFilters,
    WorkListView,
    fits_filters,
    holds_nothing,
    views,
    work_list_query,
)
from petitions.usecases.shared.conditions import belongs

MOST = 50
"""The most changes listed one by one. If there are more, the browser reloads the list."""
OVERLAP = timedelta(seconds=15)
"""How long before `since` the search begins, since a change gets its time before its transaction commits."""
LONGEST_AGO = timedelta(days=3)


@dataclass(frozen=True)
class Concern:
    """News about a petition for one officer, caused by another person or the software."""

    code: str
    version: int
    action: str
    waits_for_approval: bool
    unassigned: bool
    """Whether the petition waits for a coordinator to choose its unit."""
    at: datetime


@dataclass(frozen=True)
class Changes:
    """The changes since an instant, for an open list.

    `lines` are new or changed in the requested list, and `gone` are the codes that may have left it.
    """

    lines: list[WorkListLine]
    gone: list[str]
    versions: Mapping[str, int]
    """The versions of the changed petitions, without those that the officer changed."""
    concerns: list[Concern]
    counts: Mapping[WorkListView, int]
    """The counts of the officer's lists. Empty if nothing changed."""
    more: bool
    as_of: datetime


@dataclass(frozen=True)
class ReadChanges:
    """Reads the changes of petitions for the open pages of an officer.

    This takes two queries for the changed petitions, and three counts if there are any.
    """

    lists: ReadWorkList

    def __call__(
        self,
        officer: Officer,
        since: datetime,
        view: WorkListView | None = None,
        filters: WorkListFilters | None = None,
    ) -> Changes:
        """Return the changes of petitions since `since`, of the last three days at most."""
        now = self.lists.clock.now()
        floor = max(since - OVERLAP, now - LONGEST_AGO)
        found = self._changed(officer, view, floor)
        changed = found[:MOST]
        kept = [
            petition
            for petition in changed
            if view and filters is not None and self._is_in(officer, petition, view, filters, now)
        ]
        seen = {petition.code for petition in kept}
        return Changes(
            lines=self.lists.lines(kept, now, officer),
            gone=[petition.code for petition in changed if petition.code not in seen and _was_known(officer, petition)],
            versions={
                petition.code: petition.version
                for petition in changed
                if may_see(officer, petition) and not (petition.changed and petition.changed.by == officer.id)
            },
            concerns=[concern for petition in changed if (concern := self._concern(officer, petition, since))],
            counts=self.lists.counts(officer, now) if changed and view else {},
            more=len(found) > MOST,
            as_of=now,
        )

    def _changed(self, officer: Officer, view: WorkListView | None, floor: datetime) -> list[Petition]:
        where: list[tuple[str, str, object]] = [
            ("unit", "==", officer.unit),
            ("held_by", "array_contains", officer.unit),
        ]
        if view is WorkListView.HELPING:
            where = [("coordinating", "array_contains", officer.unit)]
        scopes = [()] if sees_all(officer) else [(item,) for item in where]
        after = ("changed.at", ">", floor)
        queries = [Query("petitions", (*scope, after), ("changed.at",), MOST + 1) for scope in scopes]
        found = [
            Petition.model_validate(document.data) for query in queries for document in self.lists.store.find(query)
        ]
        return list({petition.code: petition for petition in found}.values())

    def _is_in(
        self, officer: Officer, petition: Petition, view: WorkListView, filters: WorkListFilters, now: datetime
    ) -> bool:
        query = work_list_query(officer, view, filters, now, self.lists.timekeeping.calendar, None)
        return (
            view in views(officer)
            and not holds_nothing(view, filters)
            and may_see(officer, petition)
            and self.lists.offers(officer, view, filters, petition)
            and belongs(petition, query)
            and (query.order_by[0] != "due_at" or petition.due_at is not None)
            and fits_filters(petition, officer, filters, self.lists.time(petition, now))
        )

    def _concern(self, officer: Officer, petition: Petition, since: datetime) -> Concern | None:
        change = petition.changed
        if change is None or change.by == officer.id or change.at in UpTo(since) or not may_see(officer, petition):
            return None
        submitted = petition.state is State.AWAITING_APPROVAL and change.action == Action.SUBMIT_ANSWER
        approves = submitted and self._approves(officer, petition)
        came_back = officer.role is Role.COORDINATOR and change.action == Action.GIVE_BACK
        queued = petition.unit == COORDINATORS and petition.handler is None and petition.state is State.NEW
        unassigned = officer.role is Role.COORDINATOR and queued and change.by is None
        if petition.handler != officer.id and not (approves or came_back or unassigned):
            return None
        return Concern(petition.code, petition.version, change.action, approves, unassigned, change.at)

    def _approves(self, officer: Officer, petition: Petition) -> bool:
        if officer.role is Role.HEAD and petition.unit == officer.unit:
            return True
        author = petition.reply.author if petition.reply else ""
        return officer.role is Role.COORDINATOR and self.lists.staff.without_approver(petition, author)


def _was_known(officer: Officer, petition: Petition) -> bool:
    return not is_closed_to(officer, petition) or officer.unit in petition.held_by
