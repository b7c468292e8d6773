"""Bulk entry from a file uploaded at the desk: one job checks its lines, another imports the confirmed ones.

No petition is filed before the second job. Each job has its own copy of the file, which is erased a day after the job
is over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from petitions.domain.channels.line_result import Found, LineResult, read_results
from petitions.domain.jobs.job import Job, JobState, job_folder
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.fingerprint import seen_mark
from petitions.errors import NotFound, Rejected
from petitions.ports.files import Files
from petitions.usecases.jobs.ask_job import AskJob
from petitions.usecases.jobs.read_jobs import LINK_OVER, NO_SUCH_JOB, ReadJobs

CHECK, IMPORT = "check_entries", "import_entries"
"""The kinds of the two jobs: the check of a file, and the import of its lines."""
MOST_BYTES = 4 * 2**20
"""The largest file that may be uploaded, in bytes."""
RESULTS, FAULTS = 0, 1
"""The indexes of the results and of the faulty rows in `Job.files`."""
GONE = "Tệp đã tải lên không còn. Xin tải lên lại."
_RAW, _JSON = "application/octet-stream", "application/json"


@dataclass(frozen=True)
class EntryFiles:
    """Starts the check and the import of an officer's file of petitions, and reads the results."""

    files: Files
    ask: AskJob
    jobs: ReadJobs

    def upload(self, officer: Officer, content: bytes, key: str) -> Job:
        """Store the file, start its check, and return the job. A repeated `key` returns the same job.

        Raise Forbidden, or Rejected for a file that is empty or too large.
        """
        if not content:
            raise Rejected("Xin chọn tệp có phản ánh.", reason="file_missing")
        if len(content) > MOST_BYTES:
            raise Rejected(f"Tệp lớn hơn {MOST_BYTES // 2**20} MB. Xin chia nhỏ.", reason="file_too_large")
        return self._ask(officer, CHECK, key, content, None)

    def confirm(self, officer: Officer, checked: str, also: Iterable[int]) -> Job:
        """Start the import of the new lines and of the similar lines listed in `also`, and return the job.

        A repeated confirmation of the same check returns the same job. Raise NotFound, or Rejected if no line is left
        to import.
        """
        job = self._job(officer, checked, CHECK)
        wanted = set(also)
        lines = [
            result.line
            for result in self.results(officer, job)
            if result.found is Found.NEW or (result.found is Found.ALIKE and result.line in wanted)
        ]
        if not lines:
            raise Rejected("Không có dòng nào để nhập.", reason="nothing_to_import")
        content = read_all(self.files, upload_name(job.id))
        return self._ask(officer, IMPORT, f"nhap-{seen_mark(job.id)}", content, lines)

    def found(self, officer: Officer, job_id: str) -> Job:
        """Return the officer's check or import job with this id. Raise NotFound if the officer has no such job."""
        return self._job(officer, job_id, CHECK, IMPORT)

    def results(self, officer: Officer, job: Job) -> list[LineResult]:
        """Return the results of all lines. Raise NotFound if the job is not done or its files are erased."""
        if job.state is not JobState.DONE or not job.files:
            raise NotFound(LINK_OVER, reason="link_over")
        if job.by != officer.id:
            raise NotFound(NO_SUCH_JOB, reason="job_unknown")
        return read_results(read_all(self.files, job.files[RESULTS].object).decode())

    def _job(self, officer: Officer, job_id: str, *kinds: str) -> Job:
        job = self.jobs.one(officer, job_id)
        if job.kind not in kinds or job.by != officer.id:
            raise NotFound(NO_SUCH_JOB, reason="job_unknown")
        return job

    def _ask(self, officer: Officer, kind: str, key: str, content: bytes, lines: list[int] | None) -> Job:
        job_id = f"{officer.id}-{key}"
        known = self.jobs.known(officer, job_id)
        if known is not None:
            return known
        self.files.put(upload_name(job_id), content, _RAW)
        if lines is not None:
            self.files.put(plan_name(job_id), json.dumps(lines).encode(), _JSON)
        return self.ask(officer, kind, {}, key)  # if refused, the bucket deletes the file after two days


def upload_name(job_id: str) -> str:
    """Return the name in Cloud Storage of the uploaded file that the job reads."""
    return f"{job_folder(job_id)}upload"


def plan_name(job_id: str) -> str:
    """Return the name in Cloud Storage of the list of lines that the job imports."""
    return f"{job_folder(job_id)}plan"


def read_all(files: Files, name: str) -> bytes:
    """Return the bytes of the uploaded file. Raise Rejected, in Vietnamese, if it no longer exists."""
    try:
        return b"".join(files.read(name))
    except NotFound as error:
        raise Rejected(GONE, reason="file_gone") from error
