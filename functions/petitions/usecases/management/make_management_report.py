"""The background job that makes the monthly report for the leadership: one page, and its numbers as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.jobs.job import Job
from petitions.ports.documents import ManagementPaper
from petitions.usecases.jobs.run_job import Made, Progress
from petitions.usecases.management.read_management import ReadManagement

STEPS = 2


@dataclass(frozen=True)
class MakeManagementReport:
    """The background job of the kind `management_report`."""

    read: ReadManagement
    paper: ManagementPaper

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Return the report as a page in PDF and its numbers as JSON.

        Raise Rejected for a month that is not over, or Retryable.
        """
        progress(0, STEPS)
        sheet = self.read(job.params["name"])
        progress(1, STEPS)
        name = f"dieu-hanh-{sheet.month}"
        return [
            Made(f"{name}.pdf", "application/pdf", self.paper(sheet)),
            Made(f"{name}.json", "application/json", sheet.model_dump_json(indent=1).encode()),
        ]
