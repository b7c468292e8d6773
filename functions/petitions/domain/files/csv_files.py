"""CSV tables: recognised by their bytes, and copied so that every spreadsheet program reads them alike.

CSV has no signature of its own (RFC 4180), so the file's name must end in .csv too. The copy is UTF-8 with a byte order
mark, without which Excel takes Vietnamese for another encoding. A cell that a spreadsheet would run as a formula makes
the file invalid (OWASP "CSV injection"). A signed plain number or telephone number is no formula.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from dataclasses import dataclass

CSV = "text/csv"

_SEPARATORS = ",;\t"
_MOST_CELLS = 200_000
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s.,()%/-]*$)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")  # one after the other, so that the text is not there twice
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class NoTable(ValueError):  # noqa: N818 - names the problem
    """Raised for a file that is no text table or has a formula, so that it may not be passed on."""

    def __init__(self, line: int | None = None) -> None:
        super().__init__("a formula" if line else "no table")
        self.line = line
        """The line of the first formula, or None if the file is no table."""


def is_named_table(name: str) -> bool:
    return name.strip().lower().endswith(".csv")


def table(content: bytes) -> bytes:
    """Return the table as citizens get it: UTF-8 with a byte order mark.

    Raise NoTable if the file is not text, if its rows differ in length, or if it has formulas.
    """
    text = unicodedata.normalize("NFC", decoded(content))
    if _UNPRINTABLE.search(text) or text.lstrip()[:1] in {"", "<", "{"}:
        raise NoTable
    if text.count("\n") + text.count("\r") > _MOST_CELLS:
        raise NoTable
    readings = [_reading(text, separator) for separator in _SEPARATORS]
    if not any(reading.is_regular for reading in readings):
        raise NoTable
    # The separator that a spreadsheet uses depends on its country, so no reading may contain a formula.
    for reading in readings:
        if reading.formula:
            raise NoTable(reading.formula)
    return codecs.BOM_UTF8 + text.encode()


def decoded(content: bytes) -> str:
    """Return the text, decoded as UTF-8, as UTF-16 (by its mark) or as Windows-1258, which Vietnamese Excel writes.

    Raise NoTable if none of them fits.
    """
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1258"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable


@dataclass(frozen=True)
class _Reading:
    is_regular: bool = False
    """Whether all rows have the same number of cells, and more than one."""
    formula: int | None = None
    """The line of the first formula, or None."""


def _reading(text: str, separator: str) -> _Reading:
    if text.count(separator) > _MOST_CELLS:
        raise NoTable
    reader = csv.reader((line[0] for line in _LINE.finditer(text)), delimiter=separator, strict=True)
    widths: set[int] = set()
    formula = None
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                widths.add(len(row))
                if formula is None and any(_FORMULA.match(cell.lstrip(" \u00a0'\"")) for cell in row):
                    formula = reader.line_num
    except csv.Error:
        return _Reading()
    return _Reading(len(widths) == 1 and min(widths) > 1, formula)
