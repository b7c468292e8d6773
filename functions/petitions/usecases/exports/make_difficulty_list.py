"""The background job that saves a period's difficulties as files, as far as the officer may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from petitions.domain.files.sheets import csv_text
from petitions.domain.jobs.job import Job
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.local_day import midnight
from petitions.domain.units.directory import Directory
from petitions.errors import Rejected
from petitions.ports.documents import SheetWriter
from petitions.usecases.difficulties.quarter_sheet import difficulty_sheet
from petitions.usecases.difficulties.read_difficulties import ReadDifficulties
from petitions.usecases.exports.make_list_files import XLSX, present_officer
from petitions.usecases.jobs.run_job import Made, Progress
from petitions.usecases.officers.staff import Staff

STEPS = 3


@dataclass(frozen=True)
class MakeDifficultyList:
    """The background job of the kind `difficulty_list`."""

    difficulties: ReadDifficulties
    staff: Staff
    directory: Directory
    writer: SheetWriter

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Return the difficulties from the day `since` to before `until` as XLSX, PDF and CSV. Raise Rejected."""
        officer = present_officer(self.staff, job, Permission.DIFFICULTIES)
        since, until = _begins(job.params["since"]), _begins(job.params["until"])
        if Until(until).is_over(since):
            raise Rejected("Ngày cuối phải sau ngày đầu.", reason="period_malformed")
        progress(0, STEPS)
        found = self.difficulties.of_period(officer, since, until)
        sheet = difficulty_sheet(found, self.directory)
        progress(1, STEPS)
        name = f"kho-khan-{hanoi(since):%Y%m%d}-{hanoi(until):%Y%m%d}"
        book = self.writer.workbook(sheet, found.as_of)
        progress(2, STEPS)
        return [
            Made(f"{name}.xlsx", XLSX, book),
            Made(f"{name}.pdf", "application/pdf", self.writer.paper(sheet, found.as_of)),
            Made(f"{name}.csv", "text/csv", csv_text(sheet.heads, sheet.rows).encode()),
        ]


def _begins(day: str) -> datetime:
    try:
        return midnight(date.fromisoformat(day))
    except ValueError as error:
        raise Rejected("Ngày không đúng, xin ghi năm-tháng-ngày.", reason="period_malformed") from error
