"""The worker that makes the files of a long work list: as its pages show it to who asked, at the time of making.

Who asked is read anew, so that one who was moved, or who left, gets what they may see now, or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from petitions.domain.clock.clocks import TimeState
from petitions.domain.files.sheets import csv_text
from petitions.domain.jobs.job import Job
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.officers.list_layout import Sort
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.shared.instants import hanoi
from petitions.errors import Rejected
from petitions.ports.documents import SheetWriter
from petitions.usecases.desk.export_list import ExportList
from petitions.usecases.desk.list_sheet import list_sheet
from petitions.usecases.desk.work_list_query import WorkListFilters, WorkListView
from petitions.usecases.jobs.run_job import Made, Progress
from petitions.usecases.officers.staff import Staff

LIST_FILES = "list_files"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ON_PAPER = 1000
"""A longer list is of no use on paper."""
STEPS = 4
_READ: Mapping[str, Callable[[str], object]] = {
    "state": State,
    "time": TimeState,
    "since": date.fromisoformat,
    "until": date.fromisoformat,
    "sort": Sort.named,
}
"""How a filter that is no text and no number is read again."""
NO_MORE = "Anh/chị không còn quyền xem danh sách này."


@dataclass(frozen=True)
class MakeListFiles:
    """The worker of `list_files`."""

    export: ExportList
    staff: Staff
    fields: AdministrationFields
    writer: SheetWriter

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Return XLSX and CSV, and PDF of a list that fits on paper. Raise Rejected, or Retryable."""
        officer = still_here(self.staff, job, Permission.LIST)
        progress(0, STEPS)
        view, filters = _asked(job.params)
        said = job.params["said"]
        found = self.export(officer, view, filters, said, "nền")
        progress(1, STEPS)
        sheet = list_sheet(found, self.fields, said, officer.name)
        name = f"ho-so-{hanoi(found.as_of):%Y%m%d-%H%M}"
        made = [Made(f"{name}.xlsx", XLSX, self.writer.workbook(sheet, found.as_of))]
        progress(2, STEPS)
        made.append(Made(f"{name}.csv", "text/csv", csv_text(sheet.heads, sheet.rows).encode()))
        progress(3, STEPS)
        if len(sheet.rows) <= MOST_ON_PAPER:
            made.append(Made(f"{name}.pdf", "application/pdf", self.writer.paper(sheet, found.as_of)))
        return made


def still_here(staff: Staff, job: Job, permission: Permission) -> Officer:
    """Return who asked, as they are now. Raise Rejected if they left or may not any more."""
    officer = staff.find(job.by)
    if officer is None or not may(officer, permission):
        raise Rejected(NO_MORE, reason="role")
    return officer


def stored_filters(filters: WorkListFilters) -> str:
    """Return the filters as a job keeps them. Raise Rejected for a search: its words may name somebody."""
    if filters.text:
        words = "Danh sách đang lọc theo từ tìm kiếm chỉ tải được ngay, không làm ở nền. Xin bỏ từ tìm kiếm."
        raise Rejected(words, reason="list_searched")
    empty = WorkListFilters()
    names = [each.name for each in fields(WorkListFilters) if getattr(filters, each.name) != getattr(empty, each.name)]
    return json.dumps({name: _stored(getattr(filters, name)) for name in names}, sort_keys=True)


def filters_stored(text: str) -> WorkListFilters:
    """Return the filters that a job keeps. Raise ValueError, TypeError or AttributeError for others."""
    kept = json.loads(text)
    given: dict[str, Any] = {name: _READ[name](value) if name in _READ else value for name, value in kept.items()}
    return WorkListFilters(**given)


def _asked(params: Mapping[str, str]) -> tuple[WorkListView, WorkListFilters]:
    try:
        view, filters = WorkListView(params["view"]), filters_stored(params["filters"])
    except (ValueError, TypeError, AttributeError) as error:
        raise Rejected("Không có danh sách này. Xin mở lại trang.", reason="list_unknown") from error
    return view, filters


def _stored(value: object) -> object:
    if isinstance(value, Sort):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
