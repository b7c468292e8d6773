"""Answers about long work."""

from __future__ import annotations

from petitions.domain.jobs.job import Job, JobState
from schema.base import Answer, Instant


class JobAnswer(Answer):
    """One job. `file` is the address of its file while that can be fetched."""

    id: str
    kind: str
    label: str
    params: dict[str, str]
    state: JobState
    share: int
    failure: str | None
    asked_at: Instant
    finished_at: Instant | None
    until: Instant | None
    file: str | None
    file_name: str | None
    size: int | None

    @classmethod
    def of(cls, job: Job, label: str) -> JobAnswer:
        """Return what its officer may know of a job."""
        there = job.file if job.state is JobState.DONE else None
        return cls(
            id=job.id, kind=job.kind, label=label, params=job.params, state=job.state, share=job.share,
            failure=job.failure, asked_at=job.asked_at, finished_at=job.finished_at, until=job.until,
            file=f"/jobs/{job.id}/file" if there else None, file_name=there.name if there else None,
            size=there.size if there else None,
        )  # fmt: skip


class JobsAnswer(Answer):
    """The newest jobs."""

    jobs: list[JobAnswer]
