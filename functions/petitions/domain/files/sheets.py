"""A table that an officer saves as a file: typed cells, and CSV text that no spreadsheet runs as formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.shared.records import HANOI

Cell = str | int | float | datetime | None

_STARTS = "=+\\-@＝＋－＠\t\r"
_BEGINS_FORMULA = re.compile(f"(^|[;\t\r\n])(?=[{_STARTS}])")
"""The beginnings of formulas, also after characters that end a cell in spreadsheets of other countries."""


@dataclass(frozen=True)
class Sheet:
    """A table with one line of column titles. `about` describes the contents, in pairs of label and text."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()
    """The widths of the columns in characters."""
    about: Sequence[tuple[str, str]] = ()


def csv_text(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return the table as CSV, with a byte order mark for Excel and with instants in Hanoi's time."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([[_plain(cell) for cell in row] for row in (heads, *rows)])
    return "\ufeff" + written.getvalue()


def _plain(cell: Cell) -> str | int | float:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(HANOI):%d/%m/%Y %H:%M}"
    # A quotation mark before it makes a formula a text (OWASP "CSV injection").
    return _BEGINS_FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else "" if cell is None else cell
