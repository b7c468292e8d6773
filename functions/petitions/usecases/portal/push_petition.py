"""The push of a petition's history to the national portal, line by line, so that every call takes effect once.

`Petition.sync` holds the progress. Only the worker with the lease sends. If a lease expired, the result of its last
call is not known. Such a call, like any repeated call, is first looked up on the portal by its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions import telemetry
from petitions.domain.petition.confidentiality import may_go_to_portal
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import FOUND_BY_FIELDS, Petition, PortalSync, petition_path
from petitions.domain.portal.national_units import NationalUnits
from petitions.domain.portal.portal_differences import Difference, DifferenceKind, difference_id
from petitions.domain.portal.portal_items import PortalReply, PortalSubmission
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.records import replace
from petitions.ports.portal import Portal
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.portal.keep_difference import (
    keep_difference,
    log_difference,
    note_missing_code,
    settle_difference,
)
from petitions.usecases.portal.portal_breaker import PortalBreaker
from petitions.usecases.portal.portal_calls import PlannedCall, PlannedFile, perform, speaker_for
from petitions.usecases.portal.portal_files import PortalFiles
from petitions.usecases.shared.petition_changes import name_of_unit, petition_in

LEASE = timedelta(seconds=180)
CALL_TIME = timedelta(seconds=90)
"""No call begins with less time of the lease left. Even with a new log-in it then ends before another worker starts.

The platform's time-out does not stop a running call, so the lease must be long enough.
"""

BUDGET = timedelta(seconds=10)
"""No call begins later than this after the start. The sweep continues with the rest."""

PAGE = 20
GIVE_UP = 5
"""After this many rejections, a history line is skipped so that later lines are sent. It is stored as a difference."""
LONGEST_DELAY = 60
ALARM_AFTER = timedelta(hours=24)
BREAKER_OPEN = "breaker_open"
TIME_UP = "time_up"
PUSH_BARRED_FOR = timedelta(seconds=30)


@dataclass(frozen=True)
class _PushLease:
    petition: Petition
    entries: list[HistoryEntry]
    until: datetime
    in_doubt: bool


@dataclass(frozen=True)
class _CallsOutcome:
    reply: PortalReply
    open: bool = False
    """Whether the failed call may still have taken effect."""


def delay(attempt: int) -> timedelta:
    """Return the wait after failure number `attempt` (from 1): 1, 2, 4 ... minutes, at most an hour."""
    return timedelta(minutes=min(2 ** min(attempt - 1, 6), LONGEST_DELAY))


@dataclass(frozen=True)
class PushPetition:
    """Sends history lines to the portal, for messages of `petition-events`, which only name the petition.

    A petition that may not go to the portal yet waits. The message about its classification starts the push.
    """

    store: Store
    clock: Clock
    portal: Portal
    units: NationalUnits
    breaker: PortalBreaker
    files: PortalFiles

    def __call__(self, code: str) -> None:
        """Send the missing history lines, unless another worker does so or the next attempt is not due yet.

        Return when all lines are sent, time is up, or a call failed and is to be repeated later. Raise NotFound or
        Retryable.
        """
        began = self.clock.now()
        turn = self._take(code)
        while turn is not None:
            turn = self._step(turn, began)

    def _take(self, code: str) -> _PushLease | None:
        def lease_lines(tx: Transaction) -> _PushLease | None:
            petition, now = petition_in(tx, code), self.clock.now()
            sync = petition.sync
            # During a lease, `next_at` is the end of the lease, so that the sweep finds an expired one.
            if sync.next_at is not None and now in Until(sync.next_at):
                return None
            if sync.next_at is None and sync.handled_seq >= petition.version:
                return None
            if not may_go_to_portal(petition):
                if sync.next_at is not None:
                    _write(tx, petition, replace(sync, next_at=None, lease_until=None))
                return None
            name_of_unit(self.units.directory, petition.unit)
            return self._lease(tx, petition, sync, now, in_doubt=sync.in_doubt)

        return self.store.transact(lease_lines)

    def _lease(
        self, tx: Transaction, petition: Petition, sync: PortalSync, now: datetime, *, in_doubt: bool
    ) -> _PushLease:
        last = min(petition.version, sync.handled_seq + PAGE)
        paths = [history_path(petition.code, seq) for seq in range(sync.handled_seq + 1, last + 1)]
        entries = [HistoryEntry.model_validate(found) for found in tx.get_all(paths)] if paths else []
        until = now + LEASE
        leased: dict[str, Any] = {"lease_until": until, "next_at": until}
        if sync.handled_seq == 0 and petition.source != "portal":
            leased["submitting_since"] = sync.submitting_since or now
        _write(tx, petition, replace(sync, **leased))
        return _PushLease(petition, entries, until, in_doubt)

    def _step(self, turn: _PushLease, began: datetime) -> _PushLease | None:
        seq, calls, speaker = (
            turn.petition.sync.handled_seq,
            list[PlannedCall](),
            speaker_for(self.store, self.units, turn.petition),
        )
        for entry in turn.entries:
            seq, calls = entry.seq, speaker.calls(entry)
            if calls:
                note_missing_code(self.store, self.units, entry.unit or turn.petition.unit, self.clock.now())
                break
        sync, settled = turn.petition.sync, list[str]()
        if calls:
            files, settled = self.files.planned(turn.petition, calls)
            calls = calls + files
        end = self._tell(calls, turn, in_doubt=turn.in_doubt or seq <= sync.verify_seq)
        if end.reply.outcome is Outcome.OK:
            return self._advance(turn, seq, end.reply.national_code, began, settled=settled)
        submits = any(isinstance(call.item, PortalSubmission) for call in calls)
        if _says_no(end.reply) and sync.refusals + 1 >= GIVE_UP and not submits:
            return self._advance(turn, seq, None, began, refused=end.reply)
        self._put_off(turn, seq, end)
        return None

    def _tell(self, calls: list[PlannedCall], turn: _PushLease, *, in_doubt: bool) -> _CallsOutcome:
        if calls and not self.breaker.admits():
            return _CallsOutcome(PortalReply(Outcome.REFUSED, BREAKER_OPEN, down=True), open=in_doubt)
        last = PortalReply(Outcome.OK)
        for call in calls:
            reply, made = self.portal.look_up(call.key) if in_doubt else last, False
            if reply.outcome is Outcome.OK and not (in_doubt and reply.found):
                if UpTo(turn.until).is_over(self.clock.now() + CALL_TIME):
                    return _CallsOutcome(PortalReply(Outcome.REFUSED, TIME_UP, down=True), open=in_doubt)
                reply, made = self._make(call), True
            self.breaker.note(down=reply.down)
            if reply.outcome is not Outcome.OK:
                # A clear refusal, when no earlier call was found, proves that none took effect.
                return _CallsOutcome(reply, open=not made or reply.outcome is Outcome.UNKNOWN)
            last = replace(reply, national_code=reply.national_code or last.national_code)
        return _CallsOutcome(last)

    def _make(self, call: PlannedCall) -> PortalReply:
        if isinstance(call.item, PlannedFile):
            return self.files.send(call.key, call.item)
        return perform(self.portal, call.key, call.item)

    def _advance(
        self,
        turn: _PushLease,
        seq: int,
        national_code: str | None,
        began: datetime,
        *,
        refused: PortalReply | None = None,
        settled: Sequence[str] = (),
    ) -> _PushLease | None:
        """Record that the portal has the history lines up to `seq`.

        Return the lease for the next lines. Return None if there are none, if no time is left since `began`, if the
        petition may not go to the portal, or if the lease is lost. With `refused`, the portal's rejection of the line
        `seq`, the line is skipped and stored as a difference. `settled` are the ids of the files that the portal has or
        refuses by now.
        """

        def advance(tx: Transaction) -> tuple[_PushLease | None, Difference | None]:
            petition, now = petition_in(tx, turn.petition.code), self.clock.now()
            if petition.sync.lease_until != turn.until:
                _lost(turn)
                return None, None
            difference = None
            if refused is not None:
                difference = _refused(tx, petition, seq, refused.reason, now)
            elif petition.sync.refusals >= GIVE_UP:
                settle_difference(tx, difference_id(DifferenceKind.REFUSED, petition.code))
            sync = _pushed(petition.sync, seq, national_code, now, settled)
            more = seq < petition.version
            if more and now in UpTo(began + BUDGET) and may_go_to_portal(petition):
                advanced = replace(petition, sync=sync)
                return self._lease(tx, advanced, sync, now, in_doubt=False), difference
            _write(tx, petition, replace(sync, next_at=now) if more else sync)
            return None, difference

        next_turn, difference = self.store.transact(advance)
        if difference:
            log_difference(difference)
        return next_turn

    def _put_off(self, turn: _PushLease, seq: int, end: _CallsOutcome) -> None:
        reply, resumes_at = end.reply, self.breaker.resumes_at()

        def put_off(tx: Transaction) -> tuple[PortalSync | None, Difference | None]:
            petition, now = petition_in(tx, turn.petition.code), self.clock.now()
            if petition.sync.lease_until != turn.until:
                _lost(turn)
                return None, None
            waiting = _waiting(petition.sync, turn, end, now, resumes_at)
            gives_up = waiting.refusals == GIVE_UP
            difference = _refused(tx, petition, seq, reply.reason, now) if gives_up else None
            _write(tx, petition, waiting)
            return waiting, difference

        waiting, difference = self.store.transact(put_off)
        if difference:
            log_difference(difference)
        if waiting is not None and waiting.failing_since is not None and reply.reason not in _NOT_MADE:
            late = UpTo(waiting.failing_since + ALARM_AFTER).is_over(self.clock.now())
            telemetry.log(
                "CRITICAL" if late else "WARNING",
                "the portal was not told",
                metric="portal_push_stuck" if late else "portal_push_failed",
                code=turn.petition.code,
                outcome=reply.outcome,
                reason=reply.reason,
                attempt=waiting.attempt,
            )


_NOT_MADE = {BREAKER_OPEN, TIME_UP}


def _waiting(sync: PortalSync, turn: _PushLease, end: _CallsOutcome, now: datetime, resumes_at: datetime) -> PortalSync:
    reply, barred = end.reply, end.reply.reason in _NOT_MADE
    doubt = max(sync.attempt, int(turn.in_doubt or reply.reason == TIME_UP))
    attempt = doubt if barred else sync.attempt + 1
    was_open = turn.petition.sync.submitting_since
    since = (sync.submitting_since or now) if end.open else was_open if barred else None
    return replace(
        sync,
        attempt=attempt,
        refusals=sync.refusals + 1 if _says_no(reply) else 0,
        submitting_since=since if sync.handled_seq == 0 and turn.petition.source != "portal" else None,
        next_at=max(resumes_at, now + PUSH_BARRED_FOR) if barred else now + delay(attempt),
        lease_until=None,
        failing_since=sync.failing_since or now,
    )


def _pushed(sync: PortalSync, seq: int, national_code: str | None, now: datetime, settled: Sequence[str]) -> PortalSync:
    known = national_code or sync.national_code
    return PortalSync(
        handled_seq=seq,
        verify_seq=sync.verify_seq if seq < sync.verify_seq else 0,
        submitting_since=None if known else sync.submitting_since,
        national_code=known,
        portal_at=sync.portal_at,
        told_at=now,
        files=[*sync.files, *settled],
    )


def _says_no(reply: PortalReply) -> bool:
    return reply.outcome is Outcome.REFUSED and not reply.down


def _refused(tx: Transaction, petition: Petition, seq: int, reason: str, now: datetime) -> Difference:
    national = petition.sync.national_code or ""
    return keep_difference(
        tx,
        DifferenceKind.REFUSED,
        code=petition.code,
        national_code=national,
        here=str(seq),
        reason=reason,
        now=now,
    )


def _write(tx: Transaction, petition: Petition, sync: PortalSync) -> None:
    known = replace(petition, sync=sync).stored()
    tx.update(petition_path(petition.code), {name: known[name] for name in ("sync", *FOUND_BY_FIELDS)})


def _lost(turn: _PushLease) -> None:
    telemetry.log("WARNING", "lease lost", metric="portal_lease_lost", code=turn.petition.code)
