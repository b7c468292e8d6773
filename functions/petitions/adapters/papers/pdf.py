"""Writes a formal paper as PDF with fpdf2, laid out as appendix I of Decree 30/2020/NĐ-CP demands (LAW 8.1).

The font is Source Serif Pro. Its licence allows embedding, and its upright style has every Vietnamese letter. The
italic style has not, so italics are slanted upright letters. The same paper gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.errors import FPDFException

from petitions.domain.papers.sheet import MOTTO, NATION, Sheet
from petitions.errors import Permanent

LEFT, RIGHT, TOP, BOTTOM = 30.0, 20.0, 20.0, 20.0
"""The margins of the A4 page in mm. The decree allows left 30 to 35, right 15 to 20, top and bottom 20 to 25."""
_ISSUER, _NATION = 66.0, 94.0
"""The widths in mm of the two columns of the head: the issuing office, and the name of the nation."""
_FACE = "Serif"
_SLANT = 12.0
"""The angle of slanted letters in degrees."""
_BODY = 13.5
_LINE = 6.3
_INDENT = 12.7
_SIGNING = 30.0
"""The height in mm of the space for the signature and the seal."""


STAMP_PLACE = "cho-ky-so"
"""The name, inside the PDF, of the position where the visible stamp of the signature is placed."""
STAMP_WIDTH, STAMP_HEIGHT = 74.0, 20.0
"""The size of the stamp in mm."""


@cache
def fonts() -> tuple[Path, Path]:
    """Return the paths of the font's files, regular and bold."""
    files = Path(str(resources.files("font_source_serif_pro"))) / "files"
    return files / "SourceSerifPro-Regular.ttf", files / "SourceSerifPro-Bold.ttf"


class _Page(FPDF):
    """An A4 document. From the second page on, the page number is in the middle of the top margin."""

    def __init__(self, made_at: datetime, title: str) -> None:
        super().__init__(format="A4")
        regular, bold = fonts()
        self.add_font(_FACE, "", str(regular))
        self.add_font(_FACE, "B", str(bold))
        self.set_margins(LEFT, TOP, RIGHT)
        self.c_margin = 0
        self.set_auto_page_break(auto=True, margin=BOTTOM)
        self.set_creation_date(made_at)
        self.set_title(title)
        self.set_lang("vi")
        self.set_producer("")

    def header(self) -> None:
        if self.page_no() > 1:
            self.set_font(_FACE, "", 13)
            self.set_y(TOP - 10)
            self.cell(0, _LINE, str(self.page_no()), align=Align.C)
            self.set_y(TOP)

    def lines(self, x: float, width: float, texts: list[str], style: str, size: float, align: Align = Align.C) -> None:
        self.set_font(_FACE, style.replace("I", ""), size)
        for text in texts:
            self.set_x(x)
            with self.slanted() if "I" in style else _upright():
                self.multi_cell(width, size * 0.43, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    @contextmanager
    def slanted(self) -> Iterator[None]:
        with self.skew(ax=_SLANT, x=self.x, y=self.y + self.font_size):
            yield

    def rule(self, x: float, width: float, share: float, text: str) -> None:
        length = min(self.get_string_width(text), width) * share
        middle = x + width / 2
        self.line(middle - length / 2, self.y + 0.8, middle + length / 2, self.y + 0.8)


@contextmanager
def _upright() -> Iterator[None]:
    yield


def pdf_of(sheet: Sheet, made_at: datetime) -> bytes:
    """Return the paper as PDF. The same arguments give the same bytes. Raise Permanent if it cannot be rendered."""
    try:
        page = _Page(made_at, sheet.number_line)
        page.add_page()
        _head(page, sheet)
        _title(page, sheet)
        _body(page, sheet)
        _foot(page, sheet)
        return bytes(page.output())
    except (FPDFException, ValueError) as error:
        raise Permanent(f"a paper cannot be rendered: {type(error).__name__}", reason="paper_rendering") from error


def _head(page: _Page, sheet: Sheet) -> None:
    top, right = page.y, LEFT + _ISSUER
    page.lines(LEFT, _ISSUER, sheet.superior, "", 12)
    page.lines(LEFT, _ISSUER, sheet.issuer, "B", 12)
    page.rule(LEFT, _ISSUER, 0.4, max(sheet.issuer, key=page.get_string_width))
    left_end = page.y
    page.set_y(top)
    page.lines(right, _NATION, [NATION], "B", 12)
    page.lines(right, _NATION, [MOTTO], "B", 13)
    page.rule(right, _NATION, 1.0, MOTTO)
    below = max(left_end, page.y) + 3.5
    page.set_y(below)
    page.lines(LEFT, _ISSUER, [sheet.number_line], "", 13)
    if not sheet.heading:
        page.ln(1)
        page.lines(LEFT, _ISSUER, [sheet.subject_line], "", 12)
    left_end = page.y
    page.set_y(below)
    page.lines(right, _NATION, [sheet.date_line], "I", 13)
    page.set_y(max(left_end, page.y) + 5)


def _title(page: _Page, sheet: Sheet) -> None:
    width = page.epw
    if sheet.heading:
        page.lines(LEFT, width, [sheet.heading.upper()], "B", 14)
        page.lines(LEFT, width, [sheet.subject_line], "B", 14)
        page.rule(LEFT, width, 0.4, sheet.subject_line)
        page.ln(7)
        return
    page.ln(2)
    for number, line in enumerate(sheet.addressee):
        page.lines(LEFT, width, [line if number else f"Kính gửi: {line}"], "", 14)
    page.ln(5)


def _body(page: _Page, sheet: Sheet) -> None:
    page.set_font(_FACE, "", _BODY)
    columns = page.text_columns(text_align=Align.J, line_height=_LINE / page.font_size)
    with columns:
        for item in sheet.paragraphs:
            with columns.paragraph(first_line_indent=_INDENT, bottom_margin=2.2) as paragraph:
                paragraph.write(item)
    page.ln(4)


def _foot(page: _Page, sheet: Sheet) -> None:
    height = max(_SIGNING + _LINE * (len(sheet.authority) + 2), _LINE * (len(sheet.recipients) + 2))
    if page.y + height > page.h - BOTTOM:
        page.add_page()
    top, half = page.y, page.epw / 2
    page.lines(LEFT, half, ["Nơi nhận:"], "BI", 12, Align.L)
    page.lines(LEFT, half, sheet.recipient_lines, "", 11, Align.L)
    page.set_y(top)
    page.lines(LEFT + half, half, sheet.authority, "B", 13.5)
    page.set_link(name=STAMP_PLACE, x=LEFT + half + (half - STAMP_WIDTH) / 2, y=page.y + (_SIGNING - STAMP_HEIGHT) / 2)
    page.ln(_SIGNING)
    page.lines(LEFT + half, half, [sheet.signer], "B", 13.5)
