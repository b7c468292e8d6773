"""An officer's own jobs, how far they are, and their files. Every fetching asks permission again and is audited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from petitions.domain.jobs.job import Job, JobFile, JobState, job_path
from petitions.domain.jobs.job_kinds import JOB_KINDS, SYSTEM, JobKind, may_fetch
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed, may, sees_all
from petitions.domain.petition.petition import Petition
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock, Ids

NEWEST = 20
MOST_CHANGED = 2000
"""The most changed petitions that are looked at; files older than that many changes are asked for again."""
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

        Raise NotFound, also once its day is over, or once it has a petition that has been closed to the officer since.
        """
        job, now = self.one(officer, job_id), self.clock.now()
        is_over = job.state is not JobState.DONE or job.until is None or job.until <= now
        if is_over or self._names_closed(officer, job):
            raise NotFound(LINK_OVER, reason="link_over")
        if number >= len(job.files) or not may_fetch(officer, job.files[number].name):
            raise NotFound(NO_SUCH_JOB, reason="job_unknown")
        file = job.files[number]
        content = self.files.read(file.object)
        entry = AuditEntry.by(
            officer, what="change", action="job_fetched",
            subject=job.kind, reason=file.sha256, at=now,
        )  # fmt: skip
        self.store.create(audit_path(self.ids.token()), entry.stored())
        return file, content

    def _names_closed(self, officer: Officer, job: Job) -> bool:
        """Return whether its files have a petition that was closed to the officer after the job was asked for."""
        plain = next((each for each in job.files if each.media_type == "text/csv"), None)
        if plain is None or not self.kinds[job.kind].names_petitions:
            return False
        mine = [("unit", "==", officer.unit), ("held_by", "array_contains", officer.unit)]
        mine.append(("coordinating", "array_contains", officer.unit))
        since = ("changed.at", ">", job.asked_at)
        wheres = [(since,)] if sees_all(officer) else [(each, since) for each in mine]
        found = [self.store.find(Query("petitions", where, ("changed.at",), MOST_CHANGED)) for where in wheres]
        if any(len(each) == MOST_CHANGED for each in found):
            return True
        changed = [Petition.model_validate(each.data) for documents in found for each in documents]
        closed = {each.code for each in changed if is_closed(officer, each)}
        content = b"".join(self.files.read(plain.object)).decode() if closed else ""
        return any(code in content for code in closed)
