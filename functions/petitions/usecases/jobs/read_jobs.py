"""An officer's own jobs, how far they are, and their files. Every fetching asks permission again and is audited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from petitions.domain.jobs.job import Job, JobFile, JobState, job_path
from petitions.domain.jobs.job_kinds import JOB_KINDS, SYSTEM, JobKind
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import may
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock, Ids

NEWEST = 20
NO_SUCH_JOB = "Không có việc này, hoặc việc này của người khác."
LINK_OVER = "Liên kết tải tệp đã hết hạn (mỗi tệp được giữ một ngày). Xin yêu cầu lại."


@dataclass(frozen=True)
class ReadJobs:
    """The use case."""

    store: Store
    clock: Clock
    ids: Ids
    files: Files
    kinds: Mapping[str, JobKind] = field(default_factory=lambda: JOB_KINDS)

    def newest(self, officer: Officer) -> list[Job]:
        """Return the officer's own jobs, the newest first."""
        found = self.store.find(Query("jobs", where=(("by", "==", officer.id),), order_by=("-asked_at",), limit=NEWEST))
        return [Job.model_validate(each.data) for each in found]

    def known(self, officer: Officer, job_id: str) -> Job | None:
        """Return a job of the officer's own, or of a schedule, that they may ask for today; None if there is none."""
        found = self.store.get(job_path(job_id))
        job = Job.model_validate(found) if found else None
        kind = self.kinds.get(job.kind) if job else None
        if job is None or kind is None or job.by not in {officer.id, SYSTEM} or not may(officer, kind.permission):
            return None
        return job

    def one(self, officer: Officer, job_id: str) -> Job:
        """Return such a job. Raise NotFound."""
        job = self.known(officer, job_id)
        if job is None:
            raise NotFound(NO_SUCH_JOB, reason="job_unknown")
        return job

    def fetch(self, officer: Officer, job_id: str, number: int) -> tuple[JobFile, Iterator[bytes]]:
        """Return a file of the job, counted from 0, with its bytes in pieces; note who had it.

        Raise NotFound, also once its day is over.
        """
        job, now = self.one(officer, job_id), self.clock.now()
        if job.state is not JobState.DONE or job.until is None or job.until <= now:
            raise NotFound(LINK_OVER, reason="link_over")
        if number >= len(job.files):
            raise NotFound(NO_SUCH_JOB, reason="job_unknown")
        file = job.files[number]
        content = self.files.read(file.object)
        entry = AuditEntry.by(
            officer, what="change", action="job_fetched",
            subject=job.kind, reason=file.sha256, at=now,
        )  # fmt: skip
        self.store.create(audit_path(self.ids.token()), entry.stored())
        return file, content
