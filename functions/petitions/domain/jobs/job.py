"""One long-running job, stored as `jobs/{id}`, and its steps from waiting to done.

`next_attempt_at` is present while something must still happen. For a job that no worker has taken, it is the time to
offer the job again. While a worker runs, it is the end of the worker's lease. Afterwards, it is the time at which the
files are deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import Field

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.shared.edges import AtMost, Until
from petitions.domain.shared.local_day import local_day
from petitions.domain.shared.records import Instant, Record, Root, replace
from petitions.domain.shared.retention import JOBS_KEPT_FOR

LINK_LASTS = timedelta(days=1)
LEASE = timedelta(minutes=3)
"""The longest time without a sign of progress. After it the worker counts as lost, and another one begins anew."""
PATIENCE = timedelta(minutes=1)
"""The time after which a job that no worker has taken is offered again."""
MOST_ATTEMPTS = 3
MOST_OPEN = 5
"""The most jobs of one officer that may wait or run."""
MOST_A_DAY = 40
"""The most jobs that one officer may start on one day in Hanoi."""
MOST_AT_ONCE = 6
"""The most jobs that run at the same time. The function has room for more, kept free for papers to be signed."""
GAVE_UP = f"Hệ thống đã thử {MOST_ATTEMPTS} lần và không làm xong."


class JobState(StrEnum):
    """The progress of a job, from waiting for a worker to its end."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"
    """The job was done, and its files have been deleted since."""


class JobFile(Record):
    """A file that a job made for the officer to download."""

    object: str
    """The name of the file in Cloud Storage."""
    name: str
    """The name under which the officer saves the file."""
    media_type: str
    size: int
    """The size in bytes."""
    sha256: str


class Job(Root):
    """A job with its parameters, its progress and its files. It holds no personal data of citizens."""

    id: str
    kind: str
    params: dict[str, str] = Field(default_factory=dict)
    """The parameters, by the names in `JobKind.params`."""
    by: str
    """The id of the requesting officer."""
    role: Role
    instead_of: str | None = None
    """The id of the absent officer represented by the requesting officer, or None."""
    unit: str
    asked_at: Instant
    state: JobState = JobState.QUEUED
    done: int = 0
    total: int = 0
    """The number of steps, or 0 until the worker knows it."""
    attempt: int = 0
    failure: str | None = None
    """The reason of the failure, in Vietnamese for the officer."""
    files: list[JobFile] = Field(default_factory=list)
    finished_at: Instant | None = None
    until: Instant | None = None
    """The time until which the links to its files work."""
    next_attempt_at: Instant | None = None
    expires_at: Instant

    @property
    def share(self) -> int:
        """Return the percentage of the steps done, rounded down. 100 if the job is done."""
        return 100 if self.state in _AFTER else 100 * self.done // self.total if self.total else 0


OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})
_AFTER = frozenset({JobState.DONE, JobState.EXPIRED})


class AskedBy(NamedTuple):
    """The officer requesting a job, with the role and unit of that time."""

    officer: str
    role: Role
    unit: str
    instead_of: str | None = None


def asked(job_id: str, kind: str, params: dict[str, str], by: AskedBy, now: datetime) -> Job:
    """Return a new job that waits for a worker."""
    return Job(
        id=job_id, kind=kind, params=params, by=by.officer, role=by.role, instead_of=by.instead_of, unit=by.unit,
        asked_at=now,
        next_attempt_at=now + PATIENCE, expires_at=now + JOBS_KEPT_FOR,
    )  # fmt: skip


def why_no_more(newest: Sequence[Job], now: datetime) -> str | None:
    """Return the reason, in Vietnamese, why an officer with these newest jobs may not start another one, or None."""
    today = local_day(now).count(job.asked_at for job in newest)
    if not AtMost(MOST_OPEN).has_room(sum(job.state in OPEN for job in newest)):
        return f"Anh/chị có {MOST_OPEN} việc đang chờ hoặc đang làm. Xin đợi một việc xong rồi yêu cầu tiếp."
    if not AtMost(MOST_A_DAY).has_room(today):
        return f"Hôm nay anh/chị đã yêu cầu {MOST_A_DAY} việc. Xin yêu cầu tiếp vào ngày mai."
    return None


def begun(job: Job, now: datetime) -> Job | None:
    """Return the job as taken by a worker at `now`.

    Return None if there is nothing to do or another worker has the job. A job without attempts left is returned as
    failed: the caller stores it and stops.
    """
    if job.state is JobState.RUNNING and job.next_attempt_at and now in Until(job.next_attempt_at):
        return None
    if job.state not in {JobState.QUEUED, JobState.RUNNING}:
        return None
    if not AtMost(MOST_ATTEMPTS).has_room(job.attempt):
        return failed(job, GAVE_UP, now)
    taken: dict[str, Any] = {"state": JobState.RUNNING, "attempt": job.attempt + 1, "done": 0, "total": 0}
    return replace(job, **taken, next_attempt_at=now + LEASE)


def moved_on(job: Job, done: int, total: int, now: datetime) -> Job:
    """Return the job with `done` of `total` steps done, and with its lease renewed."""
    return replace(job, done=done, total=total, next_attempt_at=now + LEASE)


def put_back(job: Job, now: datetime) -> Job:
    """Return the job as waiting again, because its worker could not go on."""
    return replace(job, state=JobState.QUEUED, next_attempt_at=now + PATIENCE)


def finished(job: Job, files: list[JobFile], now: datetime) -> Job:
    """Return the job as done. The links to its files work for a day."""
    until = now + LINK_LASTS if files else None
    ended: dict[str, Any] = {
        "state": JobState.DONE,
        "files": files,
        "finished_at": now,
        "until": until,
        "next_attempt_at": until,
    }
    return replace(job, **ended, done=max(job.total, 1), total=max(job.total, 1))


def failed(job: Job, words: str, now: datetime) -> Job:
    """Return the job as failed, with `words` as the explanation for the officer.

    Its input files are kept for as long as result files are.
    """
    ended: dict[str, Any] = {
        "state": JobState.FAILED,
        "failure": words,
        "finished_at": now,
        "next_attempt_at": now + LINK_LASTS,
    }
    return replace(job, **ended)


def without_files(job: Job) -> Job:
    """Return the job without its files, which were deleted."""
    state = JobState.EXPIRED if job.state is JobState.DONE else job.state
    return replace(job, state=state, files=[], next_attempt_at=None)


def job_path(job_id: str) -> str:
    return f"jobs/{job_id}"


def job_folder(job_id: str) -> str:
    """Return the prefix of the names of all files of the job."""
    return f"exports/{job_id}/"
