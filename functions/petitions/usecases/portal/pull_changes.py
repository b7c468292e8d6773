"""Every five minutes: what was done on the national portal, first stored as it came, then applied.

`portal_state/cursor` holds the instant up to which the feed has been read, the lease of the run that reads it, and
how far an unfinished reading came, so that the next run goes on there. Each page is asked for by the time of the last
change of the one before: pages that shift while they are read lose nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from petitions import telemetry
from petitions.domain.portal.portal_change import Filed, Inbound, InboundState
from petitions.domain.portal.portal_differences import cursor_path
from petitions.domain.portal.portal_items import PortalChange, PortalPage
from petitions.domain.shared.outcome import Outcome
from petitions.errors import Retryable
from petitions.ports.portal import Portal
from petitions.ports.store import DELETE, Fields, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.portal.apply_change import ApplyChange
from petitions.usecases.portal.portal_births import own_code
from petitions.usecases.portal.portal_breaker import Breaker
from petitions.usecases.portal.portal_pages import next_page
from petitions.usecases.portal.repair_portal import RepairPortal

CURSOR = cursor_path()
SCHEMA = 1
OVERLAP = timedelta(minutes=10)
FIRST_LOOK_BACK = timedelta(days=7)
"""Where reading begins when there is no cursor."""

LEASE = timedelta(seconds=120)
READING = timedelta(seconds=15)
"""No page is asked for later than this after the start: with one slow call the run stays within its time-out."""

APPLYING = timedelta(seconds=22)
"""No change is begun later than this after the start; the next run goes on."""

AT_LEAST = timedelta(seconds=5)
"""So long changes are applied also when the reading was slow, or a slow portal would let none through."""

FAULTS = 3
"""So many faults of the database in one run, and it ends; one change that fails holds up its own petition only."""

MOST_AHEAD = timedelta(days=1)
"""A time further in the future is a fault of the portal's: it would outdo every later change of that petition."""

PAGE = 200
ALARM_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class _Place:
    """Where a reading stands: from `since` page `page`; `began` when it started, `newest` the last change's time."""

    cursor: datetime
    since: datetime
    page: int
    began: datetime
    newest: datetime | None

    def after(self, items: tuple[PortalChange, ...]) -> _Place:
        """The place of the next page."""
        times = [item.at for item in items]
        newest = max([at for at in [*times, self.newest] if at is not None], default=None)
        since, page = next_page(self.since, self.page, times)
        return replace(self, since=since, page=page, newest=newest)

    def end(self) -> datetime:
        """Where the next reading begins: an overlap before this one's start, and before the newest change seen.

        The portal's clock may be behind ours: the cursor never passes what it has told.
        """
        return max(self.cursor, min([self.began, *([self.newest] if self.newest else [])]) - OVERLAP)


@dataclass(frozen=True)
class _Turn:
    place: _Place
    until: datetime
    failing_since: datetime | None = None


@dataclass
class _Behind:
    """The petitions of which a change waits in this run: later ones wait too, so that each has them in order."""

    waiting: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    faults: int = 0

    def holds(self, inbound: Inbound) -> bool:
        """What waits may be ours, come without its mark: one that carries the mark tells, and need not wait for it."""
        ours, national = own_code(inbound), inbound.national_code
        return bool({ours, national} & self.failing) or (not ours and national in self.waiting)

    def wait(self, inbound: Inbound) -> None:
        """It waits for its petition, or for what may be that."""
        self.waiting |= {inbound.national_code} - {""}

    def fault(self, inbound: Inbound) -> None:
        """It could not be applied, for no fault of its own."""
        self.failing |= {own_code(inbound), inbound.national_code} - {""}
        self.faults += 1


@dataclass(frozen=True)
class PullChanges:
    """The use case of the schedule."""

    store: Store
    clock: Clock
    portal: Portal
    apply: ApplyChange
    breaker: Breaker
    repair: RepairPortal

    def __call__(self) -> int:
        """One run; returns how many changes came that were not known. Nothing if another run is under way.

        Raises Retryable: what is stored is applied by the next run, and the cursor has not moved past it.
        """
        began = self.clock.now()
        turn = self._take()
        if turn is None:
            return 0
        place, fresh, answer = self._read(turn, began)
        applied = self._apply_stored(began)
        if answer.outcome is Outcome.OK:
            self.repair.wanted()
        if answer.outcome is not Outcome.OK:
            self._release(turn, {**_unfinished(place), "failing_since": turn.failing_since or began})
            self._complain(turn, answer.reason)
        elif answer.more:
            self._release(turn, {**_unfinished(place), "failing_since": DELETE})
        else:
            finished = {"cursor": place.end(), "reading": DELETE, "failing_since": DELETE}
            self._release(turn, finished | ({"newest": place.newest} if place.newest else {}))
        if fresh or applied:
            telemetry.log("INFO", "portal pull", metric="portal_pull", fresh=fresh, applied=applied, more=answer.more)
        return fresh

    def _take(self) -> _Turn | None:
        def work(tx: Transaction) -> _Turn | None:
            found, now = tx.get(CURSOR), self.clock.now()
            until = now + LEASE
            if found is None:
                cursor = now - FIRST_LOOK_BACK
                tx.create(CURSOR, {"schema_version": SCHEMA, "cursor": cursor, "lease_until": until})
                return _Turn(_Place(cursor, cursor, 1, now, None), until)
            if "lease_until" in found and found["lease_until"] > now:
                return None
            tx.update(CURSOR, {"lease_until": until})
            cursor = found["cursor"]
            at = found.get("reading") or {"since": cursor, "page": 1, "began": now}
            place = _Place(cursor, at["since"], at["page"], at["began"], found.get("newest"))
            return _Turn(place, until, found.get("failing_since"))

        return self.store.transact(work)

    def _read(self, turn: _Turn, began: datetime) -> tuple[_Place, int, PortalPage[PortalChange]]:
        """Pages until the last one, or time is up: `more` then says that the next run goes on."""
        place, fresh = turn.place, 0
        while True:
            if not self.breaker.admits():
                return place, fresh, PortalPage(Outcome.REFUSED, "breaker_open", down=True)
            answer = self.portal.changes_since(place.since, place.page)
            self.breaker.note(down=answer.down)
            if answer.outcome is not Outcome.OK:
                return place, fresh, answer
            # The order matters: what the place has passed must be stored.
            fresh += self._keep(answer.items)
            place = place.after(answer.items)
            if not answer.more or self.clock.now() - began > READING:
                return place, fresh, answer
            self._note_place(turn, place, fresh)

    def _keep(self, changes: tuple[PortalChange, ...]) -> int:
        """Store what came in one write; returns how many were not known."""
        now = self.clock.now()
        stored = [kept(change, now) for change in changes]
        return self.store.create_all({inbound.path: inbound.stored() for inbound in stored})

    def _note_place(self, turn: _Turn, place: _Place, fresh: int) -> None:
        telemetry.log("INFO", "portal pull goes on", since=place.since.isoformat(), page=place.page, fresh=fresh)
        self._update(turn, _unfinished(place))

    def _release(self, turn: _Turn, updates: Fields) -> None:
        """End the lease, with what the run came to, unless another run has taken over."""
        self._update(turn, {**updates, "lease_until": DELETE})

    def _update(self, turn: _Turn, updates: Fields) -> None:
        def work(tx: Transaction) -> None:
            found = tx.get(CURSOR)
            if found is not None and found.get("lease_until") == turn.until:
                tx.update(CURSOR, updates)

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

    def _apply_stored(self, began: datetime) -> int:
        """In the order of their times; also what an earlier run stored and did not come to. Returns how many."""
        after: tuple[Any, ...] = ()
        until = max(began + APPLYING, self.clock.now() + AT_LEAST)
        applied, behind = 0, _Behind()
        while True:
            query = Query(
                "portal_inbound",
                where=(("state", "==", InboundState.NEW),),
                order_by=("at", "__name__"),
                limit=PAGE,
                start_after=after,
            )
            page = self.store.find(query)
            for document in page:
                if self.clock.now() > until:
                    return applied
                applied += self._in_turn(Inbound.model_validate(document.data), behind)
            if len(page) < PAGE:
                return applied
            after = (page[-1].data["at"], page[-1].id)

    def _in_turn(self, inbound: Inbound, behind: _Behind) -> bool:
        """Apply it unless one before it waits. Raises Retryable when the database seems to be down."""
        if behind.holds(inbound):
            return False
        try:
            done = self._apply(inbound)
        except Retryable as error:
            behind.fault(inbound)
            change = inbound.path.rpartition("/")[2]
            telemetry.log("ERROR", "change waits", metric="portal_change_waits", change=change, reason=error.reason)
            if behind.faults == FAULTS:
                raise
            return False
        if not done:
            behind.wait(inbound)
        return done

    def _apply(self, inbound: Inbound) -> bool:
        try:
            return self.apply(inbound)
        except Retryable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the other changes must be applied
            self.store.update(inbound.path, {"state": InboundState.FAILED})
            telemetry.log(
                "CRITICAL",
                "change of the portal",
                metric="portal_change_failed",
                change=inbound.path.rpartition("/")[2],
                reason=type(error).__name__,
            )
            return True


def kept(change: PortalChange, now: datetime) -> Inbound:
    """A change as it is stored: what came, and what is understood of it."""
    filed, at = change.petition, change.at
    return Inbound(
        id=change.id,
        kind=change.kind,
        code=change.code,
        national_code=change.national_code,
        key=change.key,
        text=change.text,
        unit=change.unit,
        level=change.level,
        filed=Filed.model_validate(filed, from_attributes=True) if filed else None,
        strange=change.strange,
        at=at if at and at <= now + MOST_AHEAD else now,
        received_at=now,
        raw=dict(change.raw),
    )


def _unfinished(place: _Place) -> dict[str, Any]:
    reading = {"since": place.since, "page": place.page, "began": place.began}
    return {"reading": reading} | ({"newest": place.newest} if place.newest else {})
