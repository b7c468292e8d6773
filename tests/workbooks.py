"""Excel workbooks for tests, made byte by byte as Excel writes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(sheet: str, strings: str = "", target: str = "worksheets/sheet1.xml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        sheets = '<sheets><sheet name="Cán bộ" sheetId="1" r:id="rId3"/></sheets>'
        book.writestr("xl/workbook.xml", f'<workbook {NS} xmlns:r="{_RELATIONS}">{sheets}</workbook>')
        relation = f'<Relationship Id="rId3" Target="{target}"/>'
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{relation}</Relationships>')
        book.writestr(target.removeprefix("/") if target.startswith("/") else f"xl/{target}", sheet)
        if strings:
            book.writestr("xl/sharedStrings.xml", strings)
    return packed.getvalue()


def shared_strings(texts: Sequence[str]) -> str:
    return f"<sst {NS}>{''.join(f'<si><t>{escape(text)}</t></si>' for text in texts)}</sst>"


def table_book(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook with the given rows of texts. An empty row is left out of the XML, as Excel does."""
    texts = list(dict.fromkeys(cell for row in rows for cell in row))
    places = {text: place for place, text in enumerate(texts)}
    body = "".join(
        f'<row r="{number}">'
        + "".join(f'<c r="{chr(65 + place)}{number}" t="s"><v>{places[cell]}</v></c>' for place, cell in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, 1)
        if row
    )
    return workbook(f"<worksheet {NS}><sheetData>{body}</sheetData></worksheet>", shared_strings(texts))
