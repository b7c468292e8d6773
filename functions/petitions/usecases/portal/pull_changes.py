"""The pull of changes from the national portal, every five minutes. They are stored unchanged and then applied.

`portal_state/cursor` holds the time up to which the portal's feed was read, the lease of the run that reads, and the
position of an unfinished reading, from which the next run continues. A page is requested by the time of the last change
on the page before, so that no change is lost when pages shift.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from petitions import telemetry
from petitions.domain.portal.portal_change import InboundChange, InboundState, PortalFiling
from petitions.domain.portal.portal_differences import cursor_path
from petitions.domain.portal.portal_items import PortalChange, PortalPage
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.outcome import Outcome
from petitions.errors import Retryable
from petitions.ports.portal import Portal
from petitions.ports.store import DELETE, Fields, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.portal.apply_change import ApplyChange
from petitions.usecases.portal.portal_births import own_code
from petitions.usecases.portal.portal_breaker import PortalBreaker
from petitions.usecases.portal.portal_pages import next_page
from petitions.usecases.portal.repair_portal import RepairPortal

CURSOR_PATH = cursor_path()
SCHEMA = 1
OVERLAP = timedelta(minutes=10)
FIRST_LOOK_BACK = timedelta(days=7)
"""The age of the oldest changes that the very first run reads."""

LEASE = timedelta(seconds=120)
READING = timedelta(seconds=15)
"""No page is requested later than this after the start, so that one slow call does not exceed the time-out."""

APPLYING = timedelta(seconds=22)
"""No change is begun later than this after the start. The next run applies the rest."""

AT_LEAST = timedelta(seconds=5)
"""Changes are applied for at least this long, even after a slow reading. Otherwise a slow portal would stop all."""

MOST_FAULTS = 3
"""The number of database errors that ends a run. A single failing change only delays its own petition."""

MOST_AHEAD = timedelta(days=1)
"""How far in the future a time from the portal may be. A later one is a fault, and would outrank all changes."""

PAGE = 200
ALARM_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class _ReadingPosition:
    cursor: datetime
    since: datetime
    """The time from which pages are counted. `page` is the next page."""
    page: int
    """The number of the next page, counted from `since`."""
    began: datetime
    """The time at which the reading began, maybe in an earlier run."""
    newest: datetime | None
    """The time of the newest change read, or None."""

    def after(self, items: tuple[PortalChange, ...]) -> _ReadingPosition:
        times = [item.at for item in items]
        newest = max([at for at in [*times, self.newest] if at is not None], default=None)
        since, page = next_page(self.since, self.page, times)
        return replace(self, since=since, page=page, newest=newest)

    def end(self) -> datetime:
        """Return the time from which the next reading starts. It never moves back.

        It is OVERLAP before this reading began or, if that was earlier, before the newest change read, because the
        portal's clock may be slow.
        """
        return max(self.cursor, min([self.began, *([self.newest] if self.newest else [])]) - OVERLAP)


@dataclass(frozen=True)
class _PullTurn:
    place: _ReadingPosition
    until: datetime
    failing_since: datetime | None = None


@dataclass
class _Behind:
    """The petitions with a change that has to wait in this run. Their later changes wait too, to keep the order."""

    waiting: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    faults: int = 0

    def holds(self, inbound: InboundChange) -> bool:
        """Return whether the change must wait for an earlier change of its petition.

        A change that failed delays all changes of its petition. A new record that could be a submission of ours
        delays only changes without our code.
        """
        ours, national = own_code(inbound), inbound.national_code
        return bool({ours, national} & self.failing) or (not ours and national in self.waiting)

    def wait(self, inbound: InboundChange) -> None:
        self.waiting |= {inbound.national_code} - {""}

    def fault(self, inbound: InboundChange) -> None:
        self.failing |= {own_code(inbound), inbound.national_code} - {""}
        self.faults += 1


@dataclass(frozen=True)
class PullChanges:
    """Fetches the changes made on the portal, stores them, and applies them to the petitions."""

    store: Store
    clock: Clock
    portal: Portal
    apply: ApplyChange
    breaker: PortalBreaker
    repair: RepairPortal

    def __call__(self) -> int:
        """Do one run, and return the number of new changes, or 0 if another run is active.

        Raise Retryable. Changes read before that are stored, and the next run applies them.
        """
        began = self.clock.now()
        turn = self._take()
        if turn is None:
            return 0
        place, fresh, answer = self._read(turn, began)
        applied = self._apply_stored(began)
        if answer.outcome is Outcome.OK:
            self.repair.repair_requested()
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

    def _take(self) -> _PullTurn | None:
        def take_turn(tx: Transaction) -> _PullTurn | None:
            found, now = tx.get(CURSOR_PATH), self.clock.now()
            until = now + LEASE
            if found is None:
                cursor = now - FIRST_LOOK_BACK
                tx.create(CURSOR_PATH, {"schema_version": SCHEMA, "cursor": cursor, "lease_until": until})
                return _PullTurn(_ReadingPosition(cursor, cursor, 1, now, None), until)
            if "lease_until" in found and now in Until(found["lease_until"]):
                return None
            tx.update(CURSOR_PATH, {"lease_until": until})
            cursor = found["cursor"]
            at = found.get("reading") or {"since": cursor, "page": 1, "began": now}
            place = _ReadingPosition(cursor, at["since"], at["page"], at["began"], found.get("newest"))
            return _PullTurn(place, until, found.get("failing_since"))

        return self.store.transact(take_turn)

    def _read(self, turn: _PullTurn, began: datetime) -> tuple[_ReadingPosition, int, PortalPage[PortalChange]]:
        place, fresh = turn.place, 0
        while True:
            if not self.breaker.admits():
                return place, fresh, PortalPage(Outcome.REFUSED, "breaker_open")
            answer = self.portal.changes_since(place.since, place.page)
            self.breaker.note(down=answer.down)
            if answer.outcome is not Outcome.OK:
                return place, fresh, answer
            # The order matters: changes before the position must be stored.
            fresh += self._keep(answer.items)
            place = place.after(answer.items)
            if not answer.more or UpTo(began + READING).is_over(self.clock.now()):
                return place, fresh, answer
            self._note_place(turn, place, fresh)

    def _keep(self, changes: tuple[PortalChange, ...]) -> int:
        now = self.clock.now()
        stored = [stored_change(change, now) for change in changes]
        return self.store.create_all({inbound.path: inbound.stored() for inbound in stored})

    def _note_place(self, turn: _PullTurn, place: _ReadingPosition, fresh: int) -> None:
        telemetry.log("INFO", "portal pull goes on", since=place.since.isoformat(), page=place.page, fresh=fresh)
        self._update(turn, _unfinished(place))

    def _release(self, turn: _PullTurn, updates: Fields) -> None:
        self._update(turn, {**updates, "lease_until": DELETE})

    def _update(self, turn: _PullTurn, updates: Fields) -> None:
        def release(tx: Transaction) -> None:
            found = tx.get(CURSOR_PATH)
            if found is not None and found.get("lease_until") == turn.until:
                tx.update(CURSOR_PATH, updates)

        self.store.transact(release)

    def _complain(self, turn: _PullTurn, reason: str) -> None:
        since = turn.failing_since
        late = since is not None and UpTo(since + ALARM_AFTER).is_over(self.clock.now())
        telemetry.log(
            "CRITICAL" if late else "WARNING",
            "the portal did not tell its changes",
            metric="portal_pull_stuck" if late else "portal_pull_failed",
            reason=reason,
        )

    def _apply_stored(self, began: datetime) -> int:
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
                if UpTo(until).is_over(self.clock.now()):
                    return applied
                applied += self._in_turn(InboundChange.model_validate(document.data), behind)
            if len(page) < PAGE:
                return applied
            after = (page[-1].data["at"], page[-1].id)

    def _in_turn(self, inbound: InboundChange, behind: _Behind) -> bool:
        if behind.holds(inbound):
            return False
        try:
            done = self._apply(inbound)
        except Retryable as error:
            behind.fault(inbound)
            change = inbound.path.rpartition("/")[2]
            telemetry.log("ERROR", "change waits", metric="portal_change_waits", change=change, reason=error.reason)
            if behind.faults == MOST_FAULTS:
                raise
            return False
        if not done:
            behind.wait(inbound)
        return done

    def _apply(self, inbound: InboundChange) -> bool:
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


def stored_change(change: PortalChange, now: datetime) -> InboundChange:
    """Return a change in the form that is stored: the raw data and the fields that could be parsed."""
    filed, at = change.petition, change.at
    return InboundChange(
        id=change.id,
        kind=change.kind,
        code=change.code,
        national_code=change.national_code,
        key=change.key,
        text=change.text,
        unit=change.unit,
        level=change.level,
        filed=PortalFiling.model_validate(filed, from_attributes=True) if filed else None,
        strange=change.strange,
        at=at if at and at in UpTo(now + MOST_AHEAD) else now,
        received_at=now,
        raw=dict(change.raw),
    )


def _unfinished(place: _ReadingPosition) -> dict[str, Any]:
    reading = {"since": place.since, "page": place.page, "began": place.began}
    return {"reading": reading} | ({"newest": place.newest} if place.newest else {})
