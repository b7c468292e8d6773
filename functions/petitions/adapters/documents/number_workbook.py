"""Writes a table of numbers, such as an official report, as an XLSX file.

All text is written as strings, so that a cell that begins with `=` is never run as a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from petitions.domain.shared.instants import hanoi
from petitions.ports.documents import NumberTable, TableColumn

_NAME_WIDTH, _CELL_WIDTH = 44, 11
_FIRST = 2
"""The column of the first number, after those of the running number and the name."""
_INK = "#1F3864"
_STYLES = {
    "title": {"bold": True, "font_size": 14},
    "under": {"font_color": "#444444"},
    "caveat": {"italic": True, "font_color": "#9C2A00", "text_wrap": True},
    "above": {"bold": True, "bg_color": _INK, "font_color": "white", "border": 1, "align": "center", "text_wrap": True},
    "head": {"bold": True, "bg_color": "#D9E2F3", "border": 1, "align": "center", "valign": "top", "text_wrap": True},
    "number": {"num_format": "#,##0", "border": 1},
    "sum": {"num_format": "#,##0", "border": 1, "bold": True, "bg_color": "#F2F2F2"},
    "name": {"border": 1, "text_wrap": True},
    "all": {"border": 1, "bold": True, "bg_color": "#F2F2F2"},
    "wrap": {"text_wrap": True, "valign": "top"},
}


def workbook(table: NumberTable) -> bytes:
    """Return a table of numbers as XLSX, with sums as formulas and a sheet that defines the columns."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        book.set_properties({"title": table.title, "created": hanoi(table.at).replace(tzinfo=None)})
        styles = {name: book.add_format(item) for name, item in _STYLES.items()}
        _numbers(book.add_worksheet("Số liệu"), table, styles)
        _definitions(book.add_worksheet("Giải thích cột"), table, styles)
    return written.getvalue()


def _numbers(sheet: Any, table: NumberTable, styles: dict[str, Any]) -> None:
    sheet.write_string(0, 0, table.title, styles["title"])
    for place, line in enumerate([*table.under, *table.caveats], 1):
        sheet.write_string(place, 0, line, styles["caveat" if line in table.caveats else "under"])
    top = 2 + len(table.under) + len(table.caveats)
    _heads(sheet, table, top, styles)
    first, last = top + 3, top + 1 + len(table.rows)  # of the rows that are added up, from 0
    for place, row in enumerate(table.rows):
        y, whole = top + 2 + place, place == 0
        sheet.write(y, 0, None if whole else place, styles["all" if whole else "name"])
        sheet.write_string(y, 1, row.name, styles["all" if whole else "name"])
        for x, (cell, adds) in enumerate(zip(row.cells, table.adds_up, strict=True), _FIRST):
            if whole and adds and len(table.rows) > 1:
                column = xl_col_to_name(x)
                sheet.write_formula(y, x, f"=SUM({column}{first + 1}:{column}{last + 1})", styles["sum"], cell)
            else:
                sheet.write_number(y, x, cell, styles["sum" if whole else "number"])
    sheet.freeze_panes(top + 2, _FIRST)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, _NAME_WIDTH)
    sheet.set_column(_FIRST, _FIRST + len(table.columns) - 1, _CELL_WIDTH)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top, top + 1)


def _heads(sheet: Any, table: NumberTable, top: int, styles: dict[str, Any]) -> None:
    for x, head in enumerate(("STT", table.name_head)):
        sheet.merge_range(top, x, top + 1, x, "", styles["above"])
        sheet.write_string(top, x, head, styles["above"])
    for x, width, above in groups(table.columns):
        if width > 1:
            sheet.merge_range(top, _FIRST + x, top, _FIRST + x + width - 1, "", styles["above"])
        sheet.write_string(top, _FIRST + x, above, styles["above"])
    for x, column in enumerate(table.columns, _FIRST):
        sheet.write_string(top + 1, x, column.head, styles["head"])
    sheet.set_row(top + 1, 48)


def _definitions(sheet: Any, table: NumberTable, styles: dict[str, Any]) -> None:
    for x, head in enumerate(("Nhóm", "Cột", "Đếm gì")):
        sheet.write_string(0, x, head, styles["head"])
    for y, column in enumerate(table.columns, 1):
        for x, text in enumerate((column.above, column.head, column.definition)):
            sheet.write_string(y, x, text, styles["wrap"])
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, 2, 100)
    sheet.freeze_panes(1, 0)


def groups(columns: Sequence[TableColumn]) -> Iterator[tuple[int, int, str]]:
    """Yield the position, width and text of the headings that neighbouring columns share."""
    place = 0
    for above, members in groupby(columns, lambda column: column.above):
        width = sum(1 for _ in members)
        yield place, width, above
        place += width
