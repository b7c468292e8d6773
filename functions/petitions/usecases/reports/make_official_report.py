"""The background job that makes an official report from histories: a table, a paper, and the inputs for a recount."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.files.sheets import csv_text
from petitions.domain.jobs.job import Job
from petitions.domain.jobs.job_kinds import COUNTED_FROM
from petitions.domain.officers.officer import Officer
from petitions.domain.reports.facts import MOVES, Fact
from petitions.domain.reports.forms import ReportForm, ReportForms, name_of_row
from petitions.domain.reports.frozen import FrozenReport
from petitions.domain.reports.histories import History, since_receipt
from petitions.domain.reports.periods import Period, PeriodFault, named
from petitions.domain.reports.report import Report, Unbalanced, concerned, exported, make_report
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import Rejected
from petitions.ports.documents import NumberTable, TableColumn, TableRow, TableWriter
from petitions.ports.store import Query
from petitions.usecases.figures.hidden_figures import HiddenFigures
from petitions.usecases.jobs.run_job import Made, Progress
from petitions.usecases.reports.read_histories import ReadHistories

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RESULT, (FACTS, INPUTS) = "ket-qua.json", COUNTED_FROM
"""The names of a report's files: the one that a page shows, and those from which anybody can count again."""
PART = "Không gồm hồ sơ người lập không được xem; bản đã chốt gồm mọi hồ sơ."


@dataclass(frozen=True)
class MakeOfficialReport:
    """The background job of the kind `official_report`."""

    histories: ReadHistories
    forms: ReportForms
    directory: Directory
    writer: TableWriter

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Return the files of the report, counting only petitions that the job's officer may see.

        The dashboards count in the same way. Raise Rejected if there is no such form or period, or if the numbers do
        not add up.
        """
        asking = Officer(id=job.by, name="", email="", role=job.role, unit=job.unit)
        closed = HiddenFigures.of(self.histories.store, asking).codes
        return self.made(job.params, job.asked_at, progress, without=closed, caveat=PART)[1]

    def made(
        self,
        params: dict[str, str],
        cut: datetime,
        progress: Progress,
        *,
        without: Collection[str] = (),
        caveat: str = "",
    ) -> tuple[Report, list[Made]]:
        """Return the report as known at the time `cut`, and its files. Raise Rejected.

        Petitions with codes in `without` are not counted. `caveat` is printed with the report.
        """
        form, period = asked_for(self.forms, params)
        if cut in Until(period.since):
            raise Rejected("Kỳ báo cáo này chưa bắt đầu.", reason="period_ahead")
        form = replace(form, caveats=(*form.caveats, *([caveat] if caveat else [])))
        histories = self._since_receipt(self.histories(period.since, cut, progress), form, period)
        found = concerned([history for history in histories if history.code not in without], period, cut)
        try:
            report, facts = make_report(self.forms, form, period, cut, found)
        except Unbalanced as error:
            raise Rejected(str(error), reason="unbalanced") from error
        return report, self._files(report, facts, found)

    def _since_receipt(self, histories: list[History], form: ReportForm, period: Period) -> list[History]:
        received = self.histories.received(period.since)
        if not received:
            return histories
        where = (("form", "==", form.code), ("period_kind", "==", period.kind))
        stored = self.histories.store.find(Query("frozen_reports", where))
        frozen = [FrozenReport.model_validate(document.data) for document in stored]
        fixed = [(report.until, report.versions[0].cut) for report in frozen]
        return [
            since_receipt(history, received[history.code], fixed) if history.code in received else history
            for history in histories
        ]

    def _files(self, report: Report, facts: list[Fact], histories: list[History]) -> list[Made]:
        table = self.table(report)
        name = f"Biểu {report.form} – {report.period_label}".replace("/", "-")
        return [
            Made(f"{name}.xlsx", XLSX, self.writer.workbook(table)),
            Made(f"{name}.pdf", "application/pdf", self.writer.paper(table)),
            Made(f"{name}.csv", "text/csv", _as_csv(table)),
            Made(RESULT, "application/json", report.model_dump_json(indent=1).encode()),
            Made(FACTS, "application/gzip", packed([json.dumps(facts, ensure_ascii=False).encode()])),
            Made(INPUTS, "application/gzip", packed(exported(histories))),
        ]

    def table(self, report: Report) -> NumberTable:
        """Return the report as a printable table."""
        rows = [TableRow(name_of_row(row, self.directory), cells) for row, cells in report.rows.items()]
        sums = [sum(row.cells[place] for row in rows[1:]) for place in range(len(report.columns))]
        return NumberTable(
            title=f"Biểu {report.form} – {report.title}",
            under=[
                "Kênh phản ánh, kiến nghị thành phố Hà Nội trên Zalo",
                f"{report.period_label}: {_days(report)}",
                f"Số liệu biết được đến {hanoi(report.cut):%H:%M:%S ngày %d/%m/%Y}. Mã băm {report.hash}",
                "Hồ sơ qua nhiều đơn vị được tính ở từng đơn vị; dòng toàn thành phố không tính việc chuyển nội bộ.",
            ],
            caveats=report.caveats,
            columns=[TableColumn(column.heads[1], column.heads[0], column.definition) for column in report.columns],
            rows=rows,
            adds_up=[
                not MOVES & {*column.counts} and sums[place] == rows[0].cells[place]
                for place, column in enumerate(report.columns)
            ],
            at=report.cut,
            name_head="Đơn vị",
        )


def asked_for(forms: ReportForms, params: dict[str, str]) -> tuple[ReportForm, Period]:
    """Return the form and the period in a job's parameters. Raise Rejected if there is no such form or period."""
    form = forms.form(params["form"])
    if form is None:
        raise Rejected("Không có biểu này.", reason="form_unknown")
    try:
        return form, named(forms.periods, params["period"], params["name"])
    except PeriodFault as error:
        raise Rejected(str(error), reason="period_unknown") from error


def packed(parts: Iterable[bytes]) -> bytes:
    """Return the bytes of all parts, compressed with gzip. Equal parts give equal bytes."""
    written = io.BytesIO()
    with gzip.GzipFile(fileobj=written, mode="wb", filename="", mtime=0) as file:
        for part in parts:
            file.write(part)
    return written.getvalue()


def _as_csv(table: NumberTable) -> bytes:
    heads = [table.name_head, *(f"{column.above} – {column.head}" for column in table.columns)]
    return csv_text(heads, [[row.name, *row.cells] for row in table.rows]).encode()


def _days(report: Report) -> str:
    last = hanoi(report.until).date().toordinal() - 1
    return f"từ {hanoi(report.since):%d/%m/%Y} đến hết {report.until.fromordinal(last):%d/%m/%Y}"
