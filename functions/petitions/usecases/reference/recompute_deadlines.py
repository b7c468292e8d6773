"""Recomputing of open petitions' deadlines after a change of calendar or rules, with notices to the units.

A petition stores the versions of the data that gave its open deadlines (`derived_from`). One query finds the petitions
with other versions than those in force, so after a crash, a double run or a simultaneous change the rest is found
again.

The job begins two minutes after the change was first seen, when no function can have old data in its cache. It runs
every night too, for missed cases. A petition keeps the rule that it got at first: new rules alone move no deadline,
unless they withdraw the version of that rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from petitions import telemetry
from petitions.domain.clock.calendar import CalendarRangeError
from petitions.domain.language.texts import Texts, hanoi_time
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.reminders.deadline_moves import (
    JOB_PATH,
    DeadlineMove,
    MovedDeadlines,
    RecomputeJob,
    RecomputeState,
    deadline_moves,
    moved_path,
    new_job,
)
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.shared.retention import RECORDS_KEPT_FOR
from petitions.errors import NotFound, PetitionError, Rejected, Retryable
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Document, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.reference.tell_deadline_moves import TellDeadlineMoves
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import Actor, Change, change_petition, changed_fields, petition_in
from petitions.usecases.shared.timekeeping import DERIVED, Timekeeping

INSTANCES_BEHIND_FOR = timedelta(minutes=2)
"""Twice the time after which a function reads the reference data again."""

UNFINISHED = ""
"""The basis of a job that ended early. No data in force has it, so that the next run begins another job."""

PAGE = 100
BUDGET = timedelta(seconds=15)
"""No page is begun later than this after the start. The run of the next minute continues."""

CALENDAR_AHEAD = timedelta(days=60)
"""How far deadlines can reach ahead. The calendar of that day must be loaded."""


def derived_otherwise(basis: str, after: tuple[Any, ...] = ()) -> Query:
    """Return the query for open petitions with deadlines computed from other data than `basis`.

    `after` is the position returned by `cursor`.
    """
    where = (("derived_from", "!=", basis),)
    return Query("petitions", where, order_by=("derived_from", "code"), limit=PAGE, start_after=after)


def pages(store: Store, basis: str, after: tuple[Any, ...] = ()) -> Iterator[list[Document]]:
    """Yield the petitions of `derived_otherwise` in pages. The last page is short, and may be empty."""
    while True:
        page = store.find(derived_otherwise(basis, after))
        yield page
        if len(page) < PAGE:
            return
        after = cursor(page)


def cursor(page: list[Document]) -> tuple[str, ...]:
    """Return the position after the page, for the next query."""
    return (page[-1].data["derived_from"], page[-1].data["code"])


@dataclass(frozen=True)
class RecomputeDeadlines:
    """Recomputes petitions' deadlines. `timekeeping` has the calendar and rules in force."""

    store: Store
    publisher: Publisher
    clock: Clock
    timekeeping: Timekeeping
    texts: Texts
    tell: TellDeadlineMoves

    def __call__(self) -> None:
        """Begin or continue the job of recomputing, or do nothing if no data changed. Raise Retryable.

        A schedule calls it every minute.
        """
        self._go_on(self.store.transact(self._take))

    def repair(self) -> None:
        """Begin a new job unless one is active, and log an error if the calendar ends soon. Raise Retryable.

        A schedule calls it every night.
        """
        today = hanoi(self.clock.now())
        if self.timekeeping.calendar.is_assumed((today + CALENDAR_AHEAD).date()):
            telemetry.log("ERROR", "the working calendar ends soon: add a year", metric="calendar_ends")
        self._go_on(self.store.transact(self._take_again))

    def _take(self, tx: Transaction) -> RecomputeJob | None:
        now, basis, job = self.clock.now(), self.timekeeping.basis, _stored(tx)
        if job is not None and now in Until(job.run_at):
            return None
        if job is None or (job.state is RecomputeState.DONE and job.basis != basis):
            _replace(tx, job, new_job(basis, now, now + INSTANCES_BEHIND_FOR))
            return None
        if job.basis != basis:  # changed again meanwhile, or this instance has old data: report the moves so far
            return _replace(tx, job, replace(job, state=RecomputeState.TELLING, basis=UNFINISHED))
        return job

    def _take_again(self, tx: Transaction) -> RecomputeJob | None:
        now, basis, job = self.clock.now(), self.timekeeping.basis, _stored(tx)
        if job is not None and (job.state is not RecomputeState.DONE or job.basis != basis):
            return None
        return _replace(tx, job, new_job(basis, now, now))

    def _go_on(self, job: RecomputeJob | None) -> None:
        if job is not None and job.state is RecomputeState.MOVING:
            if not job.after:
                telemetry.log("INFO", "deadlines are derived anew", metric="recompute_began", job=job.id)
            job = self._move(job)
        if job is not None and job.state is RecomputeState.TELLING:
            moved = self.tell(job.id)
            if self._advance(job, state=RecomputeState.DONE):
                event, metric = "deadlines were derived anew", "recompute_done"
                telemetry.log("INFO", event, metric=metric, job=job.id, version=job.basis, moved=moved)

    def _move(self, job: RecomputeJob) -> RecomputeJob | None:
        budget = UpTo(self.clock.now() + BUDGET)
        for page in pages(self.store, job.basis, tuple(job.after)):
            for document in page:
                self._safely(job, document)
            if len(page) < PAGE:
                return self._advance(job, state=RecomputeState.TELLING)
            advanced = self._advance(job, after=list(cursor(page)))
            if advanced is None or budget.is_over(self.clock.now()):
                return None
            job = advanced
        return None

    def _advance(self, job: RecomputeJob, **changes: Any) -> RecomputeJob | None:
        def advance(tx: Transaction) -> RecomputeJob | None:
            return _replace(tx, job, replace(job, **changes)) if _stored(tx) == job else None

        return self.store.transact(advance)

    def _safely(self, job: RecomputeJob, document: Document) -> None:
        try:
            if not self.store.transact(partial(self._unmoved, code=document.id)):
                key = f"{job.id}:{document.id}:{document.data['version']}"
                move = partial(self._moved, job=job, code=document.id)
                commit(self.store, self.publisher, self.clock, producer="recompute", key=key, body=move)
        except NotFound:
            return
        except Retryable:
            raise  # a fault of the store, not of the petition, which would otherwise wait for the night
        except Exception as error:  # noqa: BLE001 - one failing petition must not stop the others
            reason = error.reason if isinstance(error, PetitionError) else type(error).__name__
            telemetry.log(
                "ERROR", "deadline not recomputed", metric="recompute_failed", code=document.id, reason=reason
            )

    def _unmoved(self, tx: Transaction, code: str) -> bool:
        before = petition_in(tx, code)
        after = self.timekeeping.recomputed(before, self.clock.now())
        if deadline_moves(before, after) or before.due_at != after.due_at:
            return False  # a petition's due instant counts in the figures, which follow the history
        tx.update(petition_path(code), changed_fields(before, after))
        return True

    def _moved(self, tx: Transaction, job: RecomputeJob, code: str) -> list[Message]:
        before, now = petition_in(tx, code), self.clock.now()
        after = self.timekeeping.recomputed(before, now)
        found = deadline_moves(before, after)
        path = moved_path(job.id, code)
        record = MovedDeadlines(
            job=job.id, code=code, unit=before.unit, moves=found, expires_at=now + RECORDS_KEPT_FOR
        ).stored()
        if tx.get(path) is None:
            tx.create(path, record)
        else:
            tx.update(path, record)
        _, nudge = change_petition(
            tx,
            before,
            {name: getattr(after, name) for name in DERIVED},
            Change(
                RecordedAction.RECOMPUTED,
                Actor(Role.SYSTEM),
                now,
                reason="\n".join(self._words(move) for move in found),
                clock_effects=tuple(move.effect for move in found),
            ),
        )
        return [nudge]

    def _words(self, move: DeadlineMove) -> str:
        return self.texts.render(
            "moved_clock",
            clock=self.texts.render(f"clock_{move.clock}"),
            old=hanoi_time(move.old),
            new=hanoi_time(move.new),
        )


def preview(store: Store, timekeeping: Timekeeping, now: datetime) -> Iterator[MovedDeadlines]:
    """Yield the moves that the job would make with `timekeeping` in force, without writing.

    Raise Rejected if its calendar ends before a deadline of an open petition.
    """
    for page in pages(store, timekeeping.basis):
        for document in page:
            before = Petition.model_validate(document.data)
            try:
                after = timekeeping.recomputed(before, now)
            except CalendarRangeError as error:
                raise Rejected(f"{before.code} is open: {error}", reason="calendar_range") from error
            if found := deadline_moves(before, after):
                yield MovedDeadlines(job="", code=before.code, unit=before.unit, moves=found)


def kept_terms(store: Store, timekeeping: Timekeeping, now: datetime) -> dict[str, int]:
    """Return the numbers of open petitions that keep other time limits than `timekeeping` gives, by rule version."""
    found = Counter[str]()
    for page in pages(store, timekeeping.basis):
        for document in page:
            found.update(timekeeping.keeps(timekeeping.recomputed(Petition.model_validate(document.data), now)))
    return dict(sorted(found.items()))


def _stored(tx: Transaction) -> RecomputeJob | None:
    found = tx.get(JOB_PATH)
    return None if found is None else RecomputeJob.model_validate(found)


def _replace(tx: Transaction, before: RecomputeJob | None, after: RecomputeJob) -> RecomputeJob:
    if before is None:
        tx.create(JOB_PATH, after.stored())
    else:
        tx.update(JOB_PATH, changed_fields(before, after))
    return after
