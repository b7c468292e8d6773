"""Tables as text (CSV): what they are by their bytes, and one form of them that every spreadsheet reads alike.

CSV has no mark of its own (RFC 4180), so its name must say so too. The copy is UTF-8 with a mark, without which Excel
takes Vietnamese for another encoding. Cells that a spreadsheet would run as a formula are refused, not changed: OWASP
"CSV injection"; a plain number or telephone number with its sign is none.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata

CSV = "text/csv"

_SEPARATORS = ",;\t"
_MOST_CELLS = 200_000
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s.,()%/-]*$)")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class NoTable(ValueError):  # noqa: N818 - says what is the matter
    """It is no table of text that may be passed on; `line` is where a formula stands."""

    def __init__(self, line: int | None = None) -> None:
        super().__init__("a formula" if line else "no table")
        self.line = line


def is_named_table(name: str) -> bool:
    """Whether the name says that it is one."""
    return name.strip().lower().endswith(".csv")


def table(content: bytes) -> bytes:
    """The table as UTF-8 with its mark, the citizen's copy. Raises NoTable: not text, no rows alike, or formulas."""
    text = unicodedata.normalize("NFC", _decoded(content))
    if _UNPRINTABLE.search(text) or text.lstrip()[:1] in {"", "<", "{"}:
        raise NoTable
    readings = [_rows(text, separator) for separator in _SEPARATORS]
    if not any(map(_is_regular, readings)):
        raise NoTable
    # Which separator a spreadsheet goes by depends on its country: under none may there be a formula.
    for number, row in (each for rows in readings for each in rows):
        if any(_FORMULA.match(cell.lstrip(" \u00a0'\"")) for cell in row):
            raise NoTable(number)
    return codecs.BOM_UTF8 + text.encode()


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 by its mark, else Windows-1258, which Vietnamese editions of Excel write."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1258"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with its line; none where its quotes do not close."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    cells = 0
    try:
        for row in reader:
            cells += len(row)
            if cells > _MOST_CELLS:
                raise NoTable
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, row))
    except csv.Error:
        return []
    return rows


def _is_regular(rows: list[tuple[int, list[str]]]) -> bool:
    """Whether all have the same number of cells, and more than one."""
    widths = {len(row) for _, row in rows}
    return len(widths) == 1 and widths.pop() > 1
