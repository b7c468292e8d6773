"""A work list as a table to be saved, with the same columns in every file format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from petitions.domain.files.sheets import Cell, Sheet
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.petition.petition import LEGAL_BASIS_LABELS, RATING_LABELS
from petitions.usecases.desk.export_list import ExportedList
from petitions.usecases.desk.list_words import (
    CLOCKS,
    KIND_LABELS,
    LEVELS,
    VIEW_LABELS,
    clock_words,
    origin_label,
    short_time,
    working_time,
)
from petitions.usecases.desk.work_list_line import WorkListLine

HEADS = {
    "Mã hồ sơ": 26, "Tiêu đề": 60, "Trạng thái": 18, "Tình trạng hạn": 26, "Hạn": 16, "Việc đến hạn": 16,
    "Giờ làm việc còn lại": 12, "Bước đã trễ": 18, "Mức độ": 12, "Gửi lúc": 16, "Nơi xảy ra": 22, "Đơn vị": 30,
    "Người xử lý": 24, "Lĩnh vực": 28, "Loại": 28, "Nhận qua": 18,
    "Căn cứ xử lý dữ liệu": 32, "Đánh giá": 16,
}  # fmt: skip
"""The column heads with their widths in characters."""


CONTENT_HEAD, CONTENT_WIDTH = "Nội dung", 100


def list_sheet(
    found: ExportedList, fields: AdministrationFields, narrowed: str, who: str, *, on_paper: bool = False
) -> Sheet:
    """Return the list as a sheet, with a page about the list: its filters (`narrowed`) and the officer's name (`who`).

    `on_paper` leaves out the column with the text of the petitions.
    """
    name = VIEW_LABELS[found.view]
    about = (
        ("Danh sách", name), ("Điều kiện", narrowed or "không lọc"), ("Số hồ sơ", str(len(found.lines))),
        ("Tính đến", short_time(found.as_of)), ("Người tải", who),
    )  # fmt: skip
    heads, widths = list(HEADS), list(HEADS.values())
    if on_paper:
        return Sheet(f"Hồ sơ: {name}", heads, [_cells(line, fields) for line in found.lines], widths, about)
    rows: Sequence[Sequence[Cell]] = [[*_cells(line, fields), line.content] for line in found.lines]
    return Sheet(f"Hồ sơ: {name}", [*heads, CONTENT_HEAD], rows, [*widths, CONTENT_WIDTH], about)


def _cells(line: WorkListLine, fields: AdministrationFields) -> list[Cell]:
    hours = line.left / timedelta(hours=1) if line.left is not None and not line.paused else None
    return [
        line.code, line.title, STATE_LABELS[line.state], _due_words(line), None if line.paused else line.due_at,
        clock_words(line.clock, line.state) if line.clock and not line.paused else "",
        None if hours is None else round(hours, 1),
        ", ".join(CLOCKS[step].lower() for step in line.late_steps), LEVELS[line.level], line.filed_at, line.ward_name,
        line.unit_name, line.handler_name, fields.name_of(line.field) if line.field else "",
        KIND_LABELS.get(line.kind or "", ""), origin_label(line.source, line.channel),
        LEGAL_BASIS_LABELS[line.legal_basis], RATING_LABELS[line.rating] if line.rating else "",
    ]  # fmt: skip


def _due_words(line: WorkListLine) -> str:
    if line.paused:
        until = f" đến {short_time(line.paused_until)}" if line.paused_until else ""
        return f"Chờ người gửi bổ sung{until}"
    return working_time(line.left, line.time_state) if line.left is not None and line.time_state else ""
