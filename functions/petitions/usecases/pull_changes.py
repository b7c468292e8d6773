"""Every five minutes: what was done on the national portal, first stored as it came, then applied.

`portal_state/cursor` holds the instant up to which the feed has been read, and the lease of the run that reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import telemetry
from petitions.domain.inbound import Inbound, InboundState, inbound_id, inbound_path
from petitions.errors import Retryable
from petitions.ports import DELETE, Clock, Fields, Outcome, Portal, PortalChange, Query, Store, Transaction
from petitions.usecases.apply_change import ApplyChange

CURSOR = "portal_state/cursor"
SCHEMA = 1
OVERLAP = timedelta(minutes=10)
FIRST_LOOK_BACK = timedelta(days=7)
"""Where reading begins when there is no cursor."""

LEASE = timedelta(seconds=120)
PAGE = 500
ALARM_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class _Turn:
    cursor: datetime
    until: datetime
    failing_since: datetime | None = None


@dataclass(frozen=True)
class PullChanges:
    """The use case of the schedule."""

    store: Store
    clock: Clock
    portal: Portal
    apply: ApplyChange

    def __call__(self) -> int:
        """One run; returns how many changes came that were not known. Nothing if another run is under way.

        Raises Retryable: what is stored is applied by the next run, and the cursor has not moved.
        """
        began = self.clock.now()
        turn = self._take()
        if turn is None:
            return 0
        answer = self.portal.changes_since(turn.cursor)
        # The order matters: what the cursor has passed must be stored.
        fresh = sum(self._keep(change) for change in answer.changes)
        self._apply_stored()
        if answer.outcome is Outcome.OK:
            self._release(turn, {"cursor": max(turn.cursor, began - OVERLAP), "failing_since": DELETE})
        else:
            self._release(turn, {"failing_since": turn.failing_since or began})
            self._complain(turn, answer.reason)
        return fresh

    def _take(self) -> _Turn | None:
        def work(tx: Transaction) -> _Turn | None:
            found, now = tx.get(CURSOR), self.clock.now()
            until = now + LEASE
            if found is None:
                cursor = now - FIRST_LOOK_BACK
                tx.create(CURSOR, {"schema_version": SCHEMA, "cursor": cursor, "lease_until": until})
                return _Turn(cursor, until)
            if "lease_until" in found and found["lease_until"] > now:
                return None
            tx.update(CURSOR, {"lease_until": until})
            return _Turn(found["cursor"], until, found.get("failing_since"))

        return self.store.transact(work)

    def _release(self, turn: _Turn, updates: Fields) -> None:
        """End the lease, with what the run came to, unless another run has taken over."""

        def work(tx: Transaction) -> None:
            found = tx.get(CURSOR)
            if found is not None and found.get("lease_until") == turn.until:
                tx.update(CURSOR, {**updates, "lease_until": DELETE})

        self.store.transact(work)

    def _complain(self, turn: _Turn, reason: str) -> None:
        since = turn.failing_since
        late = since is not None and self.clock.now() - since > ALARM_AFTER
        telemetry.log(
            "CRITICAL" if late else "WARNING",
            "the portal did not tell its changes",
            metric="portal_pull_stuck" if late else "portal_pull_failed",
            reason=reason,
        )

    def _keep(self, change: PortalChange) -> bool:
        """Store what came; False if that has been done."""
        now = self.clock.now()
        inbound = Inbound(
            id=change.id,
            kind=change.kind,
            code=change.code,
            national_code=change.national_code,
            text=change.text,
            at=change.at or now,
            received_at=now,
            raw=dict(change.raw),
        )
        return self.store.create(inbound_path(inbound_id(change.id)), inbound.stored())

    def _apply_stored(self) -> None:
        """In the portal's order; also what an earlier run stored and did not come to."""
        waiting = self.store.find(Query("portal_inbound", where=(("state", "==", InboundState.NEW),), limit=PAGE))
        changes = [Inbound.model_validate(each.data) for each in waiting]
        for inbound in sorted(changes, key=lambda each: (each.at, each.id)):
            try:
                self.apply(inbound)
            except Retryable:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the other changes must be applied
                self.store.update(inbound_path(inbound_id(inbound.id)), {"state": InboundState.FAILED})
                telemetry.log(
                    "CRITICAL",
                    "change of the portal",
                    metric="portal_change_failed",
                    change=inbound_id(inbound.id),
                    reason=type(error).__name__,
                )
