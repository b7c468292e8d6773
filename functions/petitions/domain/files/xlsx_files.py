"""The first sheet of an XLSX workbook as rows of texts, read with the standard library alone.

A workbook is a ZIP archive of XML parts. Sizes are limited while a part is unpacked. A part with a document type is
refused before its entities are read. Dates and formulas are not computed: a cell gives the text stored for it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

MOST_UNPACKED = 4 * 2**20
"""The most bytes of a part. A list of 5,000 officers has one MB."""
MOST_COLUMNS = 64
_CELL = re.compile(r"([A-Z]{1,3})[1-9][0-9]{0,6}")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_BROKEN = (
    BadZipFile, zlib.error, ET.ParseError, LookupError, ValueError, EOFError, OSError, OverflowError, RuntimeError
)  # fmt: skip
"""The errors of the standard library for files that are cut off, encrypted or forged."""


class NoWorkbook(ValueError):  # noqa: N818 - names the problem
    """Raised for a file that is no readable workbook: another type, encrypted, damaged or too large."""


class FormulaCell(NoWorkbook):
    """Raised for a cell with a formula that no program has computed. `cell` is its name, such as B3."""

    def __init__(self, cell: str) -> None:
        super().__init__("a formula without its value")
        self.cell = cell


class PlainTree(ET.TreeBuilder):
    """Builds the tree of an XML part, and refuses document types."""

    def doctype(self, *_: str | None) -> None:
        """Raise NoWorkbook, because entities of a document type could grow without end or name files."""
        raise NoWorkbook("a document type")


def is_workbook(content: bytes) -> bool:
    """Return whether the bytes begin like a ZIP archive, as an XLSX file does."""
    return content.startswith(b"PK\x03\x04")


def sheet_rows(
    content: bytes, most_unpacked: int = MOST_UNPACKED, formula: str | None = None
) -> list[tuple[int, list[str]]]:
    """Return the rows of the first sheet that have any text, with their numbers in the sheet, from 1.

    No part of the workbook may have more than `most_unpacked` bytes. A formula saved without its value is read as
    `formula`. Raise NoWorkbook, or FormulaCell if `formula` is None.
    """
    try:
        with ZipFile(io.BytesIO(content)) as book:
            sheet = _part(book, _first_sheet(book), most_unpacked)
            names = book.namelist()
            shared = _part(book, "xl/sharedStrings.xml", most_unpacked) if "xl/sharedStrings.xml" in names else None
        texts = [_text(element) for element in shared.iterfind("{*}si")] if shared is not None else []
        return list(_rows(sheet, texts, formula))
    except FormulaCell:
        raise
    except _BROKEN as error:
        raise NoWorkbook("no workbook") from error


def _part(book: ZipFile, name: str, most: int = MOST_UNPACKED) -> ET.Element:
    info = book.getinfo(name)
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or info.flag_bits & 1:
        raise NoWorkbook("compressed in another way, or encrypted")
    with book.open(info) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise NoWorkbook("too large")
    return ET.fromstring(content, ET.XMLParser(target=PlainTree()))  # noqa: S314 - see `PlainTree`


def _first_sheet(book: ZipFile) -> str:
    sheet = _part(book, "xl/workbook.xml").find("{*}sheets/{*}sheet")
    if sheet is None:
        raise NoWorkbook("no sheet")
    wanted = sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)
    for element in _part(book, "xl/_rels/workbook.xml.rels"):
        if wanted and element.get("Id") == wanted:
            target = element.get("Target", "")
            return target[1:] if target.startswith("/") else posixpath.join("xl", target)
    raise NoWorkbook("no sheet")


def _rows(sheet: ET.Element, texts: list[str], formula: str | None) -> Iterator[tuple[int, list[str]]]:
    number = 0
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        number = int(row.get("r") or number + 1)
        cells: list[str] = []
        for cell in row.iterfind("{*}c"):
            place = _column(cell.get("r"), len(cells))
            if place < MOST_COLUMNS:
                cells += [""] * (place + 1 - len(cells))
                cells[place] = _cell(cell, texts, formula)
        if any(item.strip() for item in cells):
            yield number, cells


def _column(name: str | None, following: int) -> int:
    """Return the position of a cell's column, from 0. `following` is the position of a cell without a name."""
    found = _CELL.fullmatch(name or "")
    if found is None:
        return following
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _cell(cell: ET.Element, texts: list[str], formula: str | None) -> str:
    inline = cell.find("{*}is")
    if inline is not None:
        return _text(inline)
    value = cell.findtext("{*}v", "")
    if not value and cell.find("{*}f") is not None:
        if formula is None:
            raise FormulaCell(cell.get("r", ""))
        return formula
    return texts[int(value)] if cell.get("t") == "s" else value


def _text(element: ET.Element) -> str:
    """Return the text of a string, plain or formatted, without the pronunciation that Asian editions add."""
    parts = [*element.iterfind("{*}t"), *element.iterfind("{*}r/{*}t")]
    return "".join(part.text or "" for part in parts)
