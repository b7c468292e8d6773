"""The list in hand as a file: CSV or XLSX with all its columns, in its order, and as many petitions as it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, Response, request, session
from shell.guard import guarded, needs
from shell.parts import parts
from shell.session import me
from words.labels import CLOCKS, KIND_LABELS, LEVELS, SOURCES, VIEW_LABELS, field_name, short_time, working_time

from petition.filters import chips, filters_of, view_named
from petitions.domain.files.sheets import Cell, Sheet, csv_text
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.officers.policy import Permission
from petitions.domain.petition.petition import RATING_LABELS
from petitions.domain.shared.records import HANOI
from petitions.usecases.desk.export_list import ExportedList
from petitions.usecases.desk.work_list_line import WorkListLine
from petitions.usecases.desk.work_list_query import WorkListFilters, views

export = guarded(Blueprint("export", __name__))

_HEADS = {
    "Mã hồ sơ": 22, "Nội dung": 60, "Trạng thái": 18, "Tình trạng hạn": 26, "Hạn": 16, "Việc đến hạn": 16,
    "Giờ làm việc còn lại": 12, "Bước đã trễ": 18, "Mức độ": 12, "Gửi lúc": 16, "Nơi xảy ra": 22, "Đơn vị": 30,
    "Người xử lý": 24, "Lĩnh vực": 28, "Loại": 28, "Nhận qua": 14, "Đánh giá": 16,
}  # fmt: skip
"""The heads with the widths of their columns, in characters."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@export.get("/list.csv")
@needs(Permission.LIST)
def as_csv() -> Response:
    """Send the list with this `view` and these filters as CSV."""
    _, found = _asked("csv")
    rows = [_cells(each) for each in found.lines]
    return _file(csv_text(list(_HEADS), rows).encode(), "text/csv; charset=utf-8", "csv")


@export.get("/list.xlsx")
@needs(Permission.LIST)
def as_workbook() -> Response:
    """Send the same as XLSX, with typed cells and a sheet that says what the list is."""
    filters, found = _asked("xlsx")
    name = VIEW_LABELS[found.view]
    narrowed = ", ".join(words for words, _ in chips(found.view, filters)) or "không lọc"
    about = (
        ("Danh sách", name), ("Điều kiện", narrowed), ("Số hồ sơ", str(len(found.lines))),
        ("Tính đến", short_time(found.as_of)), ("Người tải", me().name),
    )  # fmt: skip
    rows = [_cells(each) for each in found.lines]
    sheet = Sheet(f"Hồ sơ: {name}", list(_HEADS), rows, list(_HEADS.values()), about)
    return _file(parts().workbook(sheet), XLSX, "xlsx")


def _asked(form: str) -> tuple[WorkListFilters, ExportedList]:
    text = str(session.get("find", "")) if request.args.get("find") == "1" else ""
    filters = filters_of(request.args, text, me().layout.sort)
    view = view_named(request.args.get("view", "")) or views(me())[0]
    # The audit keeps what people searched for nowhere: it may name somebody.
    narrowed = [words for words, _ in chips(view, replace(filters, text=""))] + ["có từ tìm kiếm"] * bool(filters.text)
    return filters, parts().export(me(), view, filters, ", ".join([VIEW_LABELS[view], *narrowed]), form)


def _cells(line: WorkListLine) -> list[Cell]:
    """Return the cells of a petition in the order of the heads."""
    hours = line.left / timedelta(hours=1) if line.left is not None and not line.paused else None
    return [
        line.code, line.title, STATE_LABELS[line.state], due_words(line), None if line.paused else line.due_at,
        CLOCKS[line.clock] if line.clock and not line.paused else "", None if hours is None else round(hours, 1),
        ", ".join(CLOCKS[each].lower() for each in line.late_steps), LEVELS[line.level], line.filed_at, line.ward_name,
        line.unit_name, line.handler_name, field_name(line.field) if line.field else "",
        KIND_LABELS.get(line.kind or "", ""), SOURCES[line.source], RATING_LABELS[line.rating] if line.rating else "",
    ]  # fmt: skip


def due_words(line: WorkListLine) -> str:
    """Return how a petition stands in time, in words: what it waits for, or the working time left or gone."""
    if line.paused:
        until = f" đến {short_time(line.paused_until)}" if line.paused_until else ""
        return f"Chờ người gửi bổ sung{until}"
    return working_time(line.left) if line.left is not None else ""


def _file(content: bytes, kind: str, ending: str) -> Response:
    answer = Response(content, content_type=kind)
    day = parts().clock.now().astimezone(HANOI)
    answer.headers["Content-Disposition"] = f'attachment; filename="ho-so-{day:%Y%m%d-%H%M}.{ending}"'
    return answer
