"""Answers about long work."""

from __future__ import annotations

from petitions.domain.jobs.job import Job, JobState
from schema.base import Answer, Instant


class JobFileAnswer(Answer):
    """A file of a job, and its address while it can be fetched."""

    name: str
    media_type: str
    size: int
    sha256: str
    address: str


class JobAnswer(Answer):
    """One job."""

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
    files: list[JobFileAnswer]

    @classmethod
    def of(cls, job: Job, label: str) -> JobAnswer:
        """Return what its officer may know of a job."""
        files = [
            JobFileAnswer(
                name=each.name, media_type=each.media_type, size=each.size, sha256=each.sha256,
                address=f"/jobs/{job.id}/files/{number}",
            )
            for number, each in enumerate(job.files)
        ]  # fmt: skip
        return cls(
            id=job.id, kind=job.kind, label=label, params=job.params, state=job.state, share=job.share,
            failure=job.failure, asked_at=job.asked_at, finished_at=job.finished_at, until=job.until,
            files=files,
        )  # fmt: skip


class JobsAnswer(Answer):
    """The newest jobs."""

    jobs: list[JobAnswer]
