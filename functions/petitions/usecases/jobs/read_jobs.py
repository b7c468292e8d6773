"""An officer's own jobs, their progress and their files. Every download checks permissions again and is audited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from petitions.domain.jobs.job import Job, JobFile, JobState, job_path
from petitions.domain.jobs.job_kinds import JOB_KINDS, SYSTEM, JobKind, may_fetch
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import may, may_see, sees_all
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock, Ids

NEWEST = 20
MOST_CHANGED = 2000
"""The most changed petitions that are checked. After more changes, files count as outdated."""
NO_SUCH_JOB = "Không có việc này, hoặc việc này của người khác."
LINK_OVER = (
    "Không còn tệp này: mỗi tệp được giữ một ngày, hoặc tới khi hồ sơ trong đó được chuyển đi, phân loại lại hay gộp. "
    "Xin yêu cầu lại để có tệp mới."
)
"""The message to an officer whose link no longer works. It is the same for all reasons and reveals none."""
MOVING = frozenset(
    {
        Action.ACCEPT, Action.ASSIGN, Action.REASSIGN, Action.TAKE_BACK, Action.GIVE_BACK, Action.UNASSIGN,
        Action.CLASSIFY, Action.MERGE, Action.UNMERGE, Action.REOPEN, Action.PORTAL_MOVE,
        RecordedAction.ROUTED, RecordedAction.ABSORBED, RecordedAction.RELEASED, RecordedAction.KEPT_CLOSED,
        RecordedAction.UNIT_MERGED,
    }
)  # fmt: skip
"""The actions on a petition after which a file that lists the petition can no longer be downloaded.

Some of these changes may make the petition confidential. The rest are included so that these do not stand out.
"""


@dataclass(frozen=True)
class ReadJobs:
    """Reads jobs and their files for officers."""

    store: Store
    clock: Clock
    ids: Ids
    files: Files
    kinds: Mapping[str, JobKind] = field(default_factory=lambda: JOB_KINDS)

    def newest(self, officer: Officer) -> list[Job]:
        """Return the officer's own jobs, newest first, at most NEWEST."""
        found = self.store.find(Query("jobs", where=(("by", "==", officer.id),), order_by=("-asked_at",), limit=NEWEST))
        return [Job.model_validate(document.data) for document in found]

    def known(self, officer: Officer, job_id: str) -> Job | None:
        """Return the job if the officer or a schedule started it and the officer may start such jobs, else None."""
        found = self.store.get(job_path(job_id))
        job = Job.model_validate(found) if found else None
        kind = self.kinds.get(job.kind) if job else None
        if job is None or kind is None or job.by not in {officer.id, SYSTEM} or not may(officer, kind.permission):
            return None
        return job

    def one(self, officer: Officer, job_id: str) -> Job:
        """Return the job as `known` does, but raise NotFound instead of returning None."""
        job = self.known(officer, job_id)
        if job is None:
            raise NotFound(NO_SUCH_JOB, reason="job_unknown")
        return job

    def fetch(self, officer: Officer, job_id: str, number: int) -> tuple[JobFile, Iterator[bytes]]:
        """Return a file of the job (`number` counts from 0) with its bytes in pieces. The download is audited.

        Raise NotFound, also if the file has expired, or if a petition in it has been moved, classified or merged
        since.
        """
        job, now = self.one(officer, job_id), self.clock.now()
        is_over = job.state is not JobState.DONE or job.until is None or Until(job.until).is_over(now)
        if is_over or self._is_outdated(officer, job):
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

    def _is_outdated(self, officer: Officer, job: Job) -> bool:
        plain = next((file for file in job.files if file.media_type == "text/csv"), None)
        if plain is None or not self.kinds[job.kind].names_petitions:
            return False
        mine = [("unit", "==", officer.unit), ("held_by", "array_contains", officer.unit)]
        mine.append(("coordinating", "array_contains", officer.unit))
        since = ("changed.at", ">", job.asked_at)
        wheres = [(since,)] if sees_all(officer) else [(item, since) for item in mine]
        found = [self.store.find(Query("petitions", where, ("changed.at",), MOST_CHANGED)) for where in wheres]
        if any(len(item) == MOST_CHANGED for item in found):
            return True
        changed = [Petition.model_validate(document.data) for documents in found for document in documents]
        moved = {petition.code for petition in changed if _has_moved(petition) or not may_see(officer, petition)}
        content = b"".join(self.files.read(plain.object)).decode() if moved else ""
        return any(code in content for code in moved)


def _has_moved(petition: Petition) -> bool:
    return petition.changed is not None and petition.changed.action in MOVING
