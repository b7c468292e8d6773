"""Writes a list, such as a work list, as a PDF file in A3 format."""

from __future__ import annotations

from datetime import datetime

from fpdf.enums import Align, VAlign, XPos, YPos
from fpdf.fonts import FontFace

from petitions.adapters.documents.paper import FONT, WidePaper
from petitions.domain.files.sheets import Cell, Sheet
from petitions.domain.shared.instants import hanoi

_USUAL_WIDTH = 16
_MANY, _SMALL, _USUAL = 330, 7, 8.5
"""The total of the column widths, in characters, above which text is small, and the small and usual sizes in points."""


def list_paper(sheet: Sheet, made_at: datetime) -> bytes:
    """Return a list as PDF: title, description and rows. Every page repeats the column heads."""
    pdf = WidePaper(sheet.name, hanoi(made_at))
    pdf.set_lang("vi")
    pdf.add_page()
    pdf.set_font(FONT, "B", 15)
    pdf.multi_cell(0, 7, sheet.name, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font(FONT, size=9)
    pdf.set_text_color(90)
    facts = "   ".join(f"{name}: {words}" for name, words in sheet.about)
    pdf.multi_cell(0, 5, facts, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_text_color(0)
    pdf.ln(3)
    pdf.set_draw_color(190)
    head = FontFace(emphasis="BOLD", fill_color=(217, 226, 243))
    widths = tuple(sheet.widths) or (_USUAL_WIDTH,) * len(sheet.heads)
    pdf.set_font(FONT, size=_SMALL if sum(widths) > _MANY else _USUAL)
    with pdf.table(
        col_widths=widths,
        text_align="LEFT",
        v_align=VAlign.T,
        line_height=pdf.font_size * 1.4,
        padding=0.8,
        headings_style=head,
        borders_layout="HORIZONTAL_LINES",
    ) as table:
        for line in (sheet.heads, *sheet.rows):
            row = table.row()
            for cell in line:
                row.cell(_plain(cell))
    return bytes(pdf.output())


def _plain(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{hanoi(cell):%d/%m/%Y %H:%M}"
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    return "" if cell is None else str(cell)
