"""The differences between petitions on the portal and here, as coordinators see them: listed, repaired, dismissed.

The proposed repair is the same as the operator's (`make replay WHAT=repair`). It is requested here, and the next pull
does it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.portal.portal_differences import (
    Difference,
    breaker_path,
    cursor_path,
    difference_path,
    night_path,
)
from petitions.domain.shared.records import HANOI
from petitions.domain.shared.written import is_id
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.store import Fields, Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.portal.keep_difference import dismiss, request_repair
from petitions.usecases.shared.auditing import audit_change

PAGE = 50
MIN_REASON, MAX_REASON = 5, 500
NIGHTS = 7
WAITING = ("open", "wanted")
_ABSENT = "Không có khác biệt này, hoặc đã được xử lý."


@dataclass(frozen=True)
class NightComparison:
    """The numbers of one nightly comparison with the portal."""

    at: datetime
    complete: bool
    there: int
    here: int
    equal: int
    waiting: int
    repaired: int
    differences: int


@dataclass(frozen=True)
class SyncStatus:
    """The state of the synchronisation with the national portal."""

    closed_since: datetime | None
    """The time since which calls to the portal are suspended, or None."""
    resumes_at: datetime | None
    """The time until which calls to the portal are suspended, or None."""
    failing_since: datetime | None
    """The time since which the portal's feed of changes fails, or None."""
    nights: list[NightComparison]
    """The numbers of the latest nightly comparisons."""


@dataclass(frozen=True)
class DifferenceList:
    """A page of differences between the portal and this system, newest first."""

    differences: list[Difference]
    next: str | None
    """The id after which the following page begins, or None."""
    standing: SyncStatus
    as_of: datetime


@dataclass(frozen=True)
class DeskDifferences:
    """Lists differences for coordinators and carries out their decisions. Error messages are in Vietnamese."""

    store: Store
    clock: Clock
    ids: Ids

    def __call__(self, officer: Officer, after: str = "") -> DifferenceList:
        """Return the page of open differences that follows the cursor `after`. Raise Forbidden."""
        _check(officer)
        last = self.store.get(difference_path(after)) if is_id(after) else None
        query = Query(
            "portal_differences",
            where=(("state", "in", list(WAITING)),),
            order_by=("-found_at", "-__name__"),
            limit=PAGE + 1,
            start_after=(last["found_at"], after) if last else (),
        )
        found = [Difference.model_validate(document.data) for document in self.store.find(query)]
        following = found[PAGE - 1].id if len(found) > PAGE else None
        return DifferenceList(found[:PAGE], following, self._standing(), self.clock.now())

    def _standing(self) -> SyncStatus:
        today = self.clock.now().astimezone(HANOI).date()
        nights = [night_path(today - timedelta(days=ago)) for ago in range(NIGHTS)]
        breaker, cursor, *figures = self.store.get_all([breaker_path(), cursor_path(), *nights])
        closed = breaker if breaker is not None and breaker["open"] else {}
        return SyncStatus(
            closed_since=closed.get("since"),
            resumes_at=closed.get("until"),
            failing_since=(cursor or {}).get("failing_since"),
            nights=[_night(figure) for figure in figures if figure is not None],
        )

    def repair(self, officer: Officer, difference_id: str) -> Difference:
        """Request the proposed repair from the next pull, and return the difference.

        Raise Forbidden, NotFound or Conflict.
        """
        return self._done(officer, difference_id, request_repair, "portal_repair", None)

    def dismiss(self, officer: Officer, difference_id: str, reason: str) -> Difference:
        """Close a difference that was repaired by hand or is no difference.

        Raise Rejected if there is no reason, or the errors of `repair`.
        """
        why = reason.strip()
        if not MIN_REASON <= len(why) <= MAX_REASON:
            raise Rejected(f"Xin ghi đã xử lý thế nào, từ {MIN_REASON} đến {MAX_REASON} ký tự.", reason="no_reason")
        return self._done(officer, difference_id, dismiss, "portal_dismiss", why)

    def _done(
        self,
        officer: Officer,
        difference_id: str,
        do: Callable[[Transaction, str, str], Difference],
        action: str,
        reason: str | None,
    ) -> Difference:
        _check(officer)
        if not is_id(difference_id):
            raise NotFound(_ABSENT)
        entry = self.ids.token()

        def settle(tx: Transaction) -> Difference:
            difference = do(tx, difference_id, officer.id)
            code = difference.code or None
            audit_change(tx, entry, officer, action, self.clock.now(), code=code, reason=reason)
            return difference

        try:
            return self.store.transact(settle)
        except NotFound as error:
            raise NotFound(_ABSENT) from error
        except Conflict as error:
            raise Conflict(_WHY_NOT[error.reason], reason=error.reason) from error


def _night(figures: Fields) -> NightComparison:
    counts = {name: int(figures[name]) for name in ("there", "here", "equal", "waiting", "repaired")}
    total = sum(figures["differences"].values())
    return NightComparison(figures["at"], complete=bool(figures["complete"]), differences=total, **counts)


_WHY_NOT = {
    "difference_closed": _ABSENT,
    "for_a_person": "Việc này cần cán bộ xử lý trên hồ sơ, rồi đánh dấu đã xử lý.",
}


def _check(officer: Officer) -> None:
    if not may(officer, Permission.REPAIR):
        raise Forbidden("Vai trò của anh/chị không được làm việc này.", reason="role")
