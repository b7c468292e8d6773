"""Writes a formal paper as DOCX with python-docx, in Times New Roman, for editing or printing in an office (LAW 8.1).

python-docx stamps the parts of the archive with the current time. The archive is packed again with a fixed time, so
that the same paper gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

from petitions.domain.papers.sheet import MOTTO, NATION, Sheet
from petitions.errors import Permanent

_FACE = "Times New Roman"
_PACKED = (1980, 1, 1, 0, 0, 0)
_CENTER, _LEFT, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
_RULE = "_" * 12


def docx_of(sheet: Sheet, made_at: datetime) -> bytes:
    """Return the paper as DOCX. The same arguments give the same bytes. Raise Permanent if it cannot be rendered."""
    document = _document(sheet, made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0))
    try:
        _head(document, sheet)
        _title(document, sheet)
        for item in sheet.paragraphs:
            paragraph = _written(document.add_paragraph(), item, 14, align=_JUSTIFY)
            paragraph.paragraph_format.first_line_indent = Cm(1.27)
            paragraph.paragraph_format.space_after = Pt(6)
        _foot(document, sheet)
        out = io.BytesIO()
        document.save(out)
    except ValueError as error:  # characters that XML cannot hold
        raise Permanent("a paper cannot be rendered", reason="paper_rendering") from error
    return _packed(out.getvalue())


def _document(sheet: Sheet, made_at: datetime) -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        Mm(30),
        Mm(20),
        Mm(20),
        Mm(20),
    )
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTER
    _page_number(number.add_run())
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FACE, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FACE)
    style.paragraph_format.space_after = Pt(0)
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.title, about.language = sheet.number_line, "vi-VN"
    about.created = about.modified = made_at
    about.last_printed = made_at
    about.revision = 1
    return document


def _page_number(run: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)  # noqa: SLF001 - python-docx has no fields


def _head(document: Any, sheet: Sheet) -> None:
    left, right = _columns(document, 66, 94)
    _lines(left, sheet.superior, 12)
    _lines(left, sheet.issuer, 12, bold=True)
    _lines(left, [_RULE], 6)
    _lines(left, [sheet.number_line], 13)
    if not sheet.heading:
        _lines(left, [sheet.subject_line], 12)
    _lines(right, [NATION], 12, bold=True)
    motto = _lines(right, [MOTTO], 13, bold=True)
    motto.runs[0].font.underline = True
    _lines(right, ["", sheet.date_line], 13, italic=True)
    document.add_paragraph()


def _title(document: Any, sheet: Sheet) -> None:
    if sheet.heading:
        _written(document.add_paragraph(), sheet.heading.upper(), 14, bold=True, align=_CENTER)
        _written(document.add_paragraph(), sheet.subject_line, 14, bold=True, align=_CENTER)
        _written(document.add_paragraph(), _RULE, 8, align=_CENTER)
    for number, line in enumerate(sheet.addressee):
        _written(document.add_paragraph(), line if number else f"Kính gửi: {line}", 14, align=_CENTER)
    document.add_paragraph()


def _foot(document: Any, sheet: Sheet) -> None:
    document.add_paragraph()
    left, right = _columns(document, 80, 80)
    _lines(left, ["Nơi nhận:"], 12, bold=True, italic=True, align=_LEFT)
    _lines(left, sheet.recipient_lines, 11, align=_LEFT)
    _lines(right, [*sheet.authority, "", "", "", "", sheet.signer], 14, bold=True)


def _columns(document: Any, *widths: int) -> list[Any]:
    table = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    cant_split = OxmlElement("w:cantSplit")
    table.rows[0]._tr.get_or_add_trPr().append(cant_split)  # noqa: SLF001 - python-docx has no such property
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
    return list(table.rows[0].cells)


def _lines(cell: Any, texts: list[str], size: float, **how: Any) -> Any:
    paragraph = None
    for text in texts:
        empty = len(cell.paragraphs) == 1 and not cell.paragraphs[0].runs
        paragraph = cell.paragraphs[0] if empty else cell.add_paragraph()
        _written(paragraph, text, size, **how)
    return paragraph


def _written(
    paragraph: Any, text: str, size: float, *, bold: bool = False, italic: bool = False, align: Any = _CENTER
) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    paragraph.alignment = align
    return paragraph


def _packed(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _PACKED), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
