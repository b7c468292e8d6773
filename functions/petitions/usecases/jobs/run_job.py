"""Running a background job once, despite duplicate deliveries and interruptions.

A worker takes the job under a lease, i.e. for a limited time. Only the attempt with the lease may write. An attempt
that was believed lost and continues finds a later attempt in the job and writes nothing. The names of files contain the
attempt, so no file is overwritten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from petitions import telemetry
from petitions.domain.jobs.job import (
    MOST_AT_ONCE,
    Job,
    JobFile,
    JobState,
    begun,
    failed,
    finished,
    job_folder,
    job_path,
    moved_on,
    put_back,
)
from petitions.domain.shared.edges import AtMost, Until
from petitions.errors import Permanent, Rejected
from petitions.ports.files import Files
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.shared.petition_changes import changed_fields

SAYS_EVERY = timedelta(seconds=1)


@dataclass(frozen=True)
class Made:
    """A file made by a worker. `name` is the name of the download."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


Progress = Callable[[int, int], None]
"""A function that is called with the number of steps done and the number of all steps."""


class Worker(Protocol):
    """The code that does one kind of job. It may run several times for a job, so repeated writes must do no harm."""

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Do the job, and return the files in the order in which officers see them.

        Raise Rejected with a Vietnamese message for the officer, or Retryable.
        """
        ...


class NotOurs(Exception):  # noqa: N818 - no error: another worker has it
    """Raised if the job was finished or taken by another worker meanwhile."""


@dataclass(frozen=True)
class RunJob:
    """Runs background jobs, for the topic `jobs`.

    `workers` maps a kind of job to a function that builds its worker.
    """

    store: Store
    clock: Clock
    files: Files
    workers: Mapping[str, Callable[[], Worker]]

    def __call__(self, job_id: str) -> bool:
        """Do the job, and return whether this call finished it.

        Return False if the job is done already, another worker has it, or too many jobs run. Raise Retryable, or any
        error of the worker. The job then waits for the next delivery.
        """
        job = self._begin(job_id)
        if job is None:
            return False
        try:
            return self._work(job)
        except NotOurs:
            telemetry.log("WARNING", "another worker has the job", job=job.id)
            return False
        except Exception:
            self._leave(job)
            raise

    def _work(self, job: Job) -> bool:
        try:
            made = self.workers[job.kind]()(job, _Reporter(self, job))
        except Rejected as error:
            words = str(error)
            telemetry.log("WARNING", "a job was refused", job=job.id, kind=job.kind, reason=error.reason)
            self._change(job, lambda it, now: failed(it, words, now))
            return True
        files = [self._keep(job, item) for item in made]
        self._change(job, lambda it, now: finished(it, files, now))
        telemetry.log("INFO", "a job is done", job=job.id, kind=job.kind)
        return True

    def _keep(self, job: Job, made: Made) -> JobFile:
        sha256 = hashlib.sha256(made.content).hexdigest()
        name = f"{job_folder(job.id)}{job.attempt}-{sha256}"
        self.files.put(name, made.content, made.media_type)
        return JobFile(
            object=name, name=made.name, media_type=made.media_type, size=len(made.content), sha256=sha256
        )  # fmt: skip

    def _begin(self, job_id: str) -> Job | None:
        def take(tx: Transaction) -> Job | None:
            job, now = self._stored(tx, job_id), self.clock.now()
            if job.state is JobState.QUEUED and self._is_full(tx, now):
                return None  # it waits, and the sweep hands it out again
            after = begun(job, now)
            if after is not None:
                tx.update(job_path(job_id), changed_fields(job, after))
            return after

        taken = self.store.transact(take)
        if taken is not None and taken.state is JobState.FAILED:
            telemetry.log("ERROR", "a job was given up", metric="job_failed", job=job_id, kind=taken.kind)
            return None
        return taken

    @staticmethod
    def _is_full(tx: Transaction, now: datetime) -> bool:
        running = tx.find(Query("jobs", where=(("state", "==", JobState.RUNNING.value),), fields=("next_attempt_at",)))
        held = sum(now in Until(document.data["next_attempt_at"]) for document in running)
        return not AtMost(MOST_AT_ONCE).has_room(held)

    def _change(self, ours: Job, change: Callable[[Job, datetime], Job]) -> None:
        def write(tx: Transaction) -> None:
            job = self._stored(tx, ours.id)
            if job.state is not JobState.RUNNING or job.attempt != ours.attempt:
                raise NotOurs
            tx.update(job_path(job.id), changed_fields(job, change(job, self.clock.now())))

        self.store.transact(write)

    def _leave(self, job: Job) -> None:
        try:
            self._change(job, put_back)
        except Exception as error:  # noqa: BLE001 - the error that ended the work is the one raised
            telemetry.log("WARNING", "a job was left", job=job.id, error=type(error).__name__)

    @staticmethod
    def _stored(tx: Transaction, job_id: str) -> Job:
        found = tx.get(job_path(job_id))
        if found is None:
            raise Permanent("there is no such job", reason="job_unknown")
        return Job.model_validate(found)


class _Reporter:
    def __init__(self, run: RunJob, job: Job) -> None:
        self._run, self._job = run, job
        self._stored_at = run.clock.now() - SAYS_EVERY

    def __call__(self, done: int, total: int) -> None:
        now = self._run.clock.now()
        if Until(self._stored_at + SAYS_EVERY).is_over(now) or done == total:
            self._stored_at = now
            self._run._change(self._job, lambda job, at: moved_on(job, done, total, at))  # noqa: SLF001 - its own part
