"""Writes a list, such as a work list, as an XLSX file with XlsxWriter.

The library is slow to load, so import this module only to write a workbook.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import xlsxwriter

from petitions.domain.files.sheets import Cell, Sheet
from petitions.domain.shared.records import HANOI

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
_USUAL_WIDTH = 16
_LONGEST = 32_767
"""The most characters that Excel accepts in a cell."""


def workbook(sheet: Sheet, made_at: datetime) -> bytes:
    """Return a list as XLSX, with a second sheet that describes it.

    The column heads are frozen, times are in Hanoi's zone, and no text is ever a formula.
    """
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, _OPTIONS)
    book.set_properties({"title": sheet.name, "created": made_at.astimezone(HANOI).replace(tzinfo=None)})
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "time": book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top", "align": "left"}),
        "number": book.add_format({"valign": "top"}),
    }
    page = book.add_worksheet("Danh sách")
    for column, head in enumerate(sheet.heads):
        width = sheet.widths[column] if column < len(sheet.widths) else _USUAL_WIDTH
        page.set_column(column, column, width)
        page.write_string(0, column, head, formats["head"])
    for line, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            _write(page, line, column, cell, formats)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), len(sheet.heads) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    about = book.add_worksheet("Về danh sách")
    about.set_column(0, 1, 32)
    for line, (name, words) in enumerate(sheet.about):
        about.write_string(line, 0, name, formats["head"])
        about.write_string(line, 1, words, formats["text"])
    book.close()
    return kept.getvalue()


def _write(page: Any, line: int, column: int, cell: Cell, formats: Mapping[str, Any]) -> None:
    if isinstance(cell, datetime):
        page.write_datetime(line, column, cell.astimezone(HANOI).replace(tzinfo=None), formats["time"])
    elif isinstance(cell, str):
        page.write_string(line, column, cell[:_LONGEST], formats["text"])
    elif cell is not None:
        page.write_number(line, column, cell, formats["number"])
