"""Export of the current work list as CSV or XLSX, with all columns. Long lists are exported in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, request, session

from desk.petition.filters import chips, filters_of, view_named
from desk.shell.forms import Page
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.files.sheets import Sheet, csv_text
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.records import HANOI
from petitions.usecases.desk.list_sheet import list_sheet
from petitions.usecases.desk.list_words import VIEW_LABELS
from petitions.usecases.desk.work_list_query import WorkListFilters, WorkListView, views
from petitions.usecases.exports.list_request import LIST_FILES, list_params

export = guarded(Blueprint("export", __name__))

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@export.get("/list.csv")
@needs(Permission.LIST)
def as_csv() -> Response:
    """Send the list given by `?view=` and the filters as CSV. Raise Rejected if it is too long."""
    sheet = _sheet("csv")
    return _file(csv_text(sheet.heads, sheet.rows).encode(), "text/csv; charset=utf-8", "csv")


@export.get("/list.xlsx")
@needs(Permission.LIST)
def as_workbook() -> Response:
    """Send the list given by `?view=` and the filters as XLSX, with a second sheet that describes the list."""
    return _file(parts().workbook(_sheet("xlsx")), XLSX, "xlsx")


@export.post("/list")
@needs(Permission.LIST)
def in_background() -> Page:
    """Request a background export, which has no limit of length. Its file appears among the officer's jobs."""
    view, filters = _chosen(request.form)
    parts().ask_job(me(), LIST_FILES, list_params(view, filters), request.form.get("key", ""))
    flash("Đã nhận yêu cầu. Tệp sẽ có ở trang này khi làm xong; anh/chị có thể làm việc khác trong lúc chờ.")
    return redirect("/jobs", HTTPStatus.SEE_OTHER)


def _chosen(given: Mapping[str, str]) -> tuple[WorkListView, WorkListFilters]:
    text = str(session.get("find", "")) if given.get("find") == "1" else ""
    view = view_named(given.get("view", "")) or views(me())[0]
    return view, filters_of(given, text, me().layout.sort)


def _description(view: WorkListView, filters: WorkListFilters) -> str:
    """Return a description of the list for the audit log, without the search text, which may contain a name."""
    narrowed = [words for words, _ in chips(view, replace(filters, text=""))] + ["có từ tìm kiếm"] * bool(filters.text)
    return ", ".join([VIEW_LABELS[view], *narrowed])


def _sheet(form: str) -> Sheet:
    view, filters = _chosen(request.args)
    most = parts().timekeeping.chores.exported_at_once
    found = parts().export(me(), view, filters, _description(view, filters), form, most)
    narrowed = ", ".join(words for words, _ in chips(view, filters))
    return list_sheet(found, parts().reference.fields, narrowed, me().name)


def _file(content: bytes, kind: str, ending: str) -> Response:
    answer = Response(content, content_type=kind)
    day = parts().clock.now().astimezone(HANOI)
    answer.headers["Content-Disposition"] = f'attachment; filename="ho-so-{day:%Y%m%d-%H%M}.{ending}"'
    return answer
