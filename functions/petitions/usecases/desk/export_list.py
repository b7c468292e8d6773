"""Export of a whole work list as a file, with the content of the pages. It is recorded in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.errors import Rejected
from petitions.ports.world import Ids
from petitions.usecases.desk.read_work_list import ReadWorkList, chosen_view
from petitions.usecases.desk.work_list_line import WorkListLine
from petitions.usecases.desk.work_list_query import WorkListFilters, WorkListView

MOST_EXPORTED = 50_000
"""The most petitions in a file, whether it is made at once or in the background."""


@dataclass(frozen=True)
class ExportedList:
    """The contents of the file with an exported list."""

    view: WorkListView
    lines: list[WorkListLine]
    as_of: datetime


@dataclass(frozen=True)
class ExportList:
    """Exports a whole work list. It costs one read for every petition and one write."""

    lists: ReadWorkList
    ids: Ids

    def __call__(
        self,
        officer: Officer,
        view: WorkListView | None,
        filters: WorkListFilters,
        asked: str,
        form: str,
        most: int = MOST_EXPORTED,
    ) -> ExportedList:
        """Return the list in the order of the pages.

        `asked` describes the filters for the audit log, without the search text. `form` is the format of the file.
        Raise Rejected if the officer does not have this list, or it has more than `most` petitions.
        """
        chosen, now = chosen_view(officer, view), self.lists.clock.now()
        number = self.lists.number(officer, chosen, filters)
        message = f"Danh sách có hơn {most:,} hồ sơ".replace(",", ".")
        way = "Xin lọc bớt, ví dụ theo ngày gửi." if most == MOST_EXPORTED else "Xin bấm “Làm ở nền” dưới danh sách."
        too_many = Rejected(f"{message}, nhiều hơn một tệp chứa được lúc này. {way}", reason="list_too_long")
        if number.isdecimal() and int(number) > most:
            raise too_many
        lines = self.lists.whole(officer, chosen, filters, most)
        if lines is None:
            raise too_many
        entry = AuditEntry.by(
            officer, what="export", action="list_exported",
            subject="list", reason=f"{asked}; {len(lines)} hồ sơ; {form}", at=now,
        )  # fmt: skip
        self.lists.store.create(audit_path(self.ids.token()), entry.stored())
        return ExportedList(chosen, lines, now)
