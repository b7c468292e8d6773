"""CSV tables: recognition by their bytes, and a copy that every spreadsheet reads alike.

CSV has no signature of its own (RFC 4180), so the file's name must say CSV too. The copy is UTF-8 with a byte order
mark, without which Excel takes Vietnamese for another encoding. Cells that a spreadsheet would run as a formula are
refused, not changed (OWASP "CSV injection"); a signed plain number or telephone number is not a formula.
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
    """The file is not a text table that may be passed on."""

    def __init__(self, line: int | None = None) -> None:
        super().__init__("a formula" if line else "no table")
        self.line = line
        """The line of a formula, if there is one."""


def is_named_table(name: str) -> bool:
    """Return whether the file's name says that it is a CSV table."""
    return name.strip().lower().endswith(".csv")


def table(content: bytes) -> bytes:
    """Return the citizen's copy: UTF-8 with a mark. Raise NoTable if it is not text, is irregular or has formulas."""
    text = unicodedata.normalize("NFC", _decoded(content))
    if _UNPRINTABLE.search(text) or text.lstrip()[:1] in {"", "<", "{"}:
        raise NoTable
    readings = [_rows(text, separator) for separator in _SEPARATORS]
    if not any(map(_is_regular, readings)):
        raise NoTable
    # The separator that a spreadsheet uses depends on its country, so no reading may contain a formula.
    for number, row in (each for rows in readings for each in rows):
        if any(_FORMULA.match(cell.lstrip(" \u00a0'\"")) for cell in row):
            raise NoTable(number)
    return codecs.BOM_UTF8 + text.encode()


def _decoded(content: bytes) -> str:
    """Return the text, decoded as UTF-8, as UTF-16 by its mark, or as Windows-1258, which Vietnamese Excel writes."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1258"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, with their line numbers; an empty list if a quote is not closed."""
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
    """Return whether all rows have the same number of cells, more than one."""
    widths = {len(row) for _, row in rows}
    return len(widths) == 1 and widths.pop() > 1
