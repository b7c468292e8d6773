"""The pages of official reports: request, table, petitions behind every number, and frozen versions."""

from __future__ import annotations

from http import HTTPStatus
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request

from desk.shell.forms import Page, day_in, require_sure
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from desk.words.figure_words import NOT_SEEN, share
from petitions.domain.clock.punctuality import ON_TIME_WORDS
from petitions.domain.jobs.job import JobState
from petitions.domain.jobs.job_kinds import may_fetch
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, State
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.history_counts import CITY
from petitions.domain.reports.forms import name_of_row
from petitions.domain.reports.periods import ANY, Period, around, of_days
from petitions.domain.reports.report import Report, on_time_in
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.errors import Rejected
from petitions.usecases.reports.make_official_report import FACTS, INPUTS, RESULT, asked_for
from petitions.usecases.reports.read_reports import CellPage
from petitions.web import disposition

reports = guarded(Blueprint("reports", __name__))

WAITING = frozenset({JobState.QUEUED, JobState.RUNNING})
YEARS_BACK = 3
DATA_FILES = {
    RESULT: "Kết quả, để đếm lại (JSON)",
    FACTS: "Hồ sơ của từng ô (JSON nén)",
    INPUTS: "Dữ liệu vào, để đếm lại (JSON nén)",
}
"""The files from which anyone can recalculate a report, with their Vietnamese names."""


@reports.get("/reports")
@needs(Permission.REPORT)
def page() -> Page:
    """Show the form for a report, the officer's own reports, and all frozen reports."""
    return _page()


@reports.post("/reports")
@needs(Permission.REPORT)
def make() -> Page:
    """Request a report for a form and a period. It is created in the background.

    With `do=freeze`, request that the report is frozen, i.e. stored unchangeably. This needs a confirmation.
    """
    kind, _, chosen = request.form.get("which", "").partition(":")
    kind = kind or request.form.get("period", "")
    asked = {"form": request.form.get("form", ""), "period": kind, "name": chosen or _name(kind)}
    try:
        if request.form.get("do") == "freeze":
            require_sure()
        period = asked_for(parts().reference.report_forms, asked)[1]
        job = _ask(asked | {"name": period.name})
    except Rejected as error:
        return _page(refusal=error), HTTPStatus.BAD_REQUEST
    if job.kind == "freeze_report":
        flash("Đang chốt. Khi xong, bản đã chốt có ở cuối trang này; nếu không chốt được, lý do có ở Việc chạy nền.")
        return redirect("/reports", HTTPStatus.SEE_OTHER)
    return redirect(f"/reports/{job.id}", HTTPStatus.SEE_OTHER)


@reports.get("/reports/<job_id>")
@needs(Permission.REPORT)
def one(job_id: str) -> Page:
    """Show a report as a table, or the progress while it is created."""
    job = parts().jobs.one(me(), job_id)
    if job.state is not JobState.DONE:
        return render_template("report_waits.html", job=job, waits=job.state in WAITING)
    report = parts().reports.report(me(), job_id)
    return _table(report, f"/reports/{job_id}", files=[
        (file, f"/jobs/{job_id}/files/{number}") for number, file in enumerate(job.files) if may_fetch(me(), file.name)
    ], key=parts().ids.token(), ended=Until(report.until).is_over(report.cut))  # fmt: skip


@reports.get("/reports/<job_id>/cells")
@needs(Permission.REPORT)
def cell(job_id: str) -> Page:
    """Show the petitions that a number in a report counts, by `?row=` and `?column=`."""
    row, column, after = _cell()
    report = parts().reports.report(me(), job_id)
    found = parts().reports.petitions_behind(me(), job_id, row, column, after)
    return _behind(report, f"/reports/{job_id}", found, row, column, whole=False)


@reports.get("/reports/frozen/<report_id>/<int:version>")
@needs(Permission.REPORT)
def frozen(report_id: str, version: int) -> Page:
    """Show a version of a frozen report. For a correction (restatement), show the changed numbers too."""
    known, found = parts().reports.frozen_one(report_id, version)
    here = f"/reports/frozen/{report_id}/{version}"
    return _table(parts().reports.frozen_report(found), here, files=[
        (file, f"{here}/files/{number}") for number, file in enumerate(found.files) if may_fetch(me(), file.name)
    ], known=known, found=found, changed=parts().reports.changed(known, found))  # fmt: skip


@reports.post("/reports/frozen/<report_id>/<int:version>/public")
@needs(Permission.REPORT)
def publish(report_id: str, version: int) -> Page:
    """Publish a frozen report or, without `do=publish`, withdraw it. The public site follows the next morning."""
    change = parts().publish_report
    public = request.form.get("do") == "publish"
    (change if public else change.take_back)(me(), report_id, version)
    flash("Dòng toàn thành phố hiện trên trang công khai từ sáng mai." if public
          else "Báo cáo này thôi hiện trên trang công khai từ sáng mai.")  # fmt: skip
    return redirect(f"/reports/frozen/{report_id}/{version}", HTTPStatus.SEE_OTHER)


@reports.get("/reports/frozen/<report_id>/<int:version>/cells")
@needs(Permission.REPORT)
def frozen_cell(report_id: str, version: int) -> Page:
    """Show the petitions that a number in a frozen report counts, by `?row=` and `?column=`."""
    row, column, after = _cell()
    _, found = parts().reports.frozen_one(report_id, version)
    report = parts().reports.frozen_report(found)
    lines = parts().reports.behind_frozen(me(), found, row, column, after)
    return _behind(report, f"/reports/frozen/{report_id}/{version}", lines, row, column, whole=True)


@reports.get("/reports/frozen/<report_id>/<int:version>/files/<int:number>")
@needs(Permission.REPORT)
def frozen_file(report_id: str, version: int, number: int) -> Page:
    """Send a file of a frozen report. The download is recorded in the audit log."""
    file, pieces = parts().reports.fetch(me(), report_id, version, number)
    answer = Response(pieces, mimetype=file.media_type)
    answer.headers["Content-Disposition"] = disposition(file.name)
    return answer


def _ask(asked: dict[str, str]) -> Any:
    key = request.form.get("key", "")
    if request.form.get("do") != "freeze":
        return parts().ask_job(me(), "official_report", asked, key)
    return parts().ask_job(me(), "freeze_report", asked | {"restates": request.form.get("restates", "")}, key)


def _name(kind: str) -> str:
    """Return the name of the period in the form.

    Freely chosen days are named by the first day and the day after the last: `2026-11-01/2026-11-16`.
    """
    given = request.form.get("name", "")
    if kind != ANY or given:
        return given
    first, last = day_in(request.form, "first"), day_in(request.form, "last")
    return f"{first}/{last.fromordinal(last.toordinal() + 1)}" if first and last else ""


def _page(**more: Any) -> str:
    today = hanoi(parts().clock.now()).date()
    own = parts().reports.own(me())
    return render_template(
        "reports.html", forms=parts().reference.report_forms.forms, periods=_periods(), own=own, ANY=ANY, today=today,
        waits=any(job.state in WAITING for job in own), frozen=parts().reports.all_frozen(),
        key=parts().ids.token(), label_of=_label, chosen=_last_quarter(), **more,
    )  # fmt: skip


def _periods() -> dict[str, list[Period]]:
    today = hanoi(parts().clock.now()).date()
    years: dict[str, list[Period]] = {}
    for kind in parts().reference.report_forms.periods:
        periods = [around(kind, today)]
        while len(periods) < YEARS_BACK * kind.in_a_year:
            periods.append(around(kind, periods[-1].first.fromordinal(periods[-1].first.toordinal() - 1)))
        for period in periods:
            years.setdefault(period.name[:4], []).append(period)
    return dict(sorted(years.items(), reverse=True))


def _last_quarter() -> str:
    quarter = next((period for period in parts().reference.report_forms.periods if period.kind == "quarter"), None)
    if quarter is None:
        return ""
    now = around(quarter, hanoi(parts().clock.now()).date())
    return around(quarter, now.first.fromordinal(now.first.toordinal() - 1)).name


def _label(params: dict[str, str]) -> str:
    try:
        return asked_for(parts().reference.report_forms, params)[1].label
    except Rejected:
        return params["name"]


def _table(report: Report, here: str, **more: Any) -> str:
    groups = [(above, len(list(members))) for above, members in groupby(report.columns, lambda column: column.heads[0])]
    last = hanoi(report.until).date()
    days = of_days(hanoi(report.since).date(), last).days
    return render_template(
        "report.html", report=report, here=here, groups=groups, days=days, name_of=_row_name, CITY=CITY,
        ANY=ANY, DATA_FILES=DATA_FILES, on_time=on_time_in(report, CITY), ON_TIME_WORDS=ON_TIME_WORDS, share=share,
        **more,
    )  # fmt: skip


def _behind(report: Report, here: str, found: CellPage, row: str, column: str, *, whole: bool) -> str:
    named = next(item for item in report.columns if item.key == column)
    cells = report.rows[row][report.columns.index(named)]
    return render_template(
        "report_cell.html", report=report, here=here, found=found, row=row, column=named, cells=cells, whole=whole,
        NOT_SEEN=NOT_SEEN, name_of=_row_name, states={str(state): STATE_LABELS[state] for state in State},
    )  # fmt: skip


def _row_name(row: str) -> str:
    return name_of_row(row, parts().directory)


def _cell() -> tuple[str, str, str]:
    return request.args.get("row", ""), request.args.get("column", ""), request.args.get("after", "")
