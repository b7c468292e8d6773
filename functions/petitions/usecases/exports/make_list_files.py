"""The background job that saves a long work list as files, with the petitions that the officer may see when it runs.

The officer's rights are read again when the job runs. Officers who have moved to another unit get what they may see
now, and officers who have left get nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.files.sheets import csv_text
from petitions.domain.jobs.job import Job
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.shared.instants import hanoi
from petitions.errors import Rejected
from petitions.ports.documents import SheetWriter
from petitions.usecases.desk.export_list import ExportList
from petitions.usecases.desk.list_sheet import list_sheet
from petitions.usecases.desk.list_words import VIEW_LABELS, filter_words
from petitions.usecases.exports.list_request import ReadListRequest
from petitions.usecases.jobs.run_job import Made, Progress
from petitions.usecases.officers.staff import Staff

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ON_PAPER = 1000
"""The most lines of a list for a PDF. Longer lists are saved without one."""
STEPS = 4
NO_MORE = "Anh/chị không còn quyền xem danh sách này."


@dataclass(frozen=True)
class MakeListFiles:
    """The background job of the kind `list_files`."""

    export: ExportList
    staff: Staff
    fields: AdministrationFields
    writer: SheetWriter
    read: ReadListRequest

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Return the list as XLSX and CSV, and as PDF if it is short enough. Raise Rejected or Retryable."""
        officer = present_officer(self.staff, job, Permission.LIST)
        progress(0, STEPS)
        view, filters = self.read(job.params)
        words = filter_words(filters, self.read.directory, self.staff, self.fields).values()
        asked = ", ".join([VIEW_LABELS[view], *words])
        found = self.export(officer, view, filters, asked, "nền")
        progress(1, STEPS)
        sheet = list_sheet(found, self.fields, ", ".join(words), self.staff.name(officer.id, officer.instead_of))
        name = f"ho-so-{hanoi(found.as_of):%Y%m%d-%H%M}"
        made = [Made(f"{name}.xlsx", XLSX, self.writer.workbook(sheet, found.as_of))]
        progress(2, STEPS)
        made.append(Made(f"{name}.csv", "text/csv", csv_text(sheet.heads, sheet.rows).encode()))
        progress(3, STEPS)
        if len(sheet.rows) <= MOST_ON_PAPER:
            paper = list_sheet(found, self.fields, ", ".join(words), officer.name, on_paper=True)
            made.append(Made(f"{name}.pdf", "application/pdf", self.writer.paper(paper, found.as_of)))
        return made


def present_officer(staff: Staff, job: Job, permission: Permission) -> Officer:
    """Return the officer who asked for the job, with their present unit and role.

    Raise Rejected if they left or lost the permission.
    """
    officer = staff.find(job.by)
    if officer is None or not may(officer, permission):
        raise Rejected(NO_MORE, reason="role")
    return officer
