"""A list as a PDF file on A3, its columns as wide as the list says."""

from __future__ import annotations

from datetime import datetime

from fpdf.enums import Align, VAlign, XPos, YPos
from fpdf.fonts import FontFace

from petitions.adapters.documents.paper import FONT, WidePaper
from petitions.domain.files.sheets import Cell, Sheet
from petitions.domain.shared.instants import hanoi

_USUAL_WIDTH = 16
_MANY, _SMALL, _USUAL = 330, 7, 8.5
"""Above so many characters in a line, the size of letters; else the usual one."""


def list_paper(sheet: Sheet, made_at: datetime) -> bytes:
    """Return the file: a title, what the list is, then its rows under heads that every page repeats."""
    pdf = WidePaper(sheet.name, hanoi(made_at))
    pdf.set_lang("vi")
    pdf.add_page()
    pdf.set_font(FONT, "B", 15)
    pdf.multi_cell(0, 7, sheet.name, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font(FONT, size=9)
    pdf.set_text_color(90)
    told = "   ".join(f"{name}: {words}" for name, words in sheet.about)
    pdf.multi_cell(0, 5, told, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
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
