"""Writes a table of numbers, such as an official report, as a PDF file in A3 format.

The font is Source Serif, which has all Vietnamese letters and a free licence (OFL).
"""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import FontFace

from petitions.adapters.documents.number_workbook import groups
from petitions.domain.shared.instants import hanoi
from petitions.ports.documents import NumberTable

FONT = "Source Serif"
_NAMES = {"": "SourceSerifPro-Regular.ttf", "B": "SourceSerifPro-Bold.ttf"}
_NUMBER, _NAME = 4.0, 30.0
"""The relative widths of the columns for the running number and the name. Columns of numbers have 7."""
_CELL = 7.0


def font_files() -> dict[str, str]:
    """Return the paths of the font's files by style: "" for regular, "B" for bold."""
    folder = Path(str(resources.files("font_source_serif_pro"))) / "files"
    return {style: str(folder / name) for style, name in _NAMES.items()}


class WidePaper(FPDF):
    """A PDF document in A3 landscape, with the time of its creation and page numbers at the foot."""

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(orientation="landscape", format="A3")
        self.made = f"Lập lúc {hanoi(made_at):%H:%M ngày %d/%m/%Y}"
        self.set_creation_date(made_at)
        self.set_title(title)
        self.set_margin(12)
        self.set_auto_page_break(auto=True, margin=14)
        for style, path in font_files().items():
            self.add_font(FONT, style, path)

    def footer(self) -> None:
        """Write the foot of a page. fpdf2 calls this method for every page."""
        self.set_y(-11)
        self.set_font(FONT, size=8)
        self.set_text_color(90)
        self.cell(0, 5, self.made, align=Align.L)
        self.set_x(self.l_margin)
        self.cell(0, 5, f"Trang {self.page_no()}/{{nb}}", align=Align.R)


def paper(table: NumberTable) -> bytes:
    """Return a table of numbers as PDF: title, notes and rows. Every page repeats the column heads."""
    pdf = WidePaper(table.title, table.at)
    pdf.add_page()
    pdf.set_font(FONT, "B", 15)
    pdf.multi_cell(0, 7, table.title, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font(FONT, size=10.5)
    for line in table.under:
        pdf.multi_cell(0, 5.4, line, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_text_color(150, 40, 0)
    pdf.set_font(FONT, size=9)
    for line in table.caveats:
        pdf.multi_cell(0, 4.8, f"Lưu ý: {line}", align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_text_color(0)
    pdf.ln(3)
    _table(pdf, table)
    return bytes(pdf.output())


def _table(pdf: FPDF, table: NumberTable) -> None:
    above = FontFace(emphasis="BOLD", color=255, fill_color=(31, 56, 100))
    head = FontFace(emphasis="", fill_color=(217, 226, 243))
    whole = FontFace(emphasis="BOLD", fill_color=(242, 242, 242))
    pdf.set_font(FONT, size=6.5)
    pdf.set_draw_color(150)
    widths = (_NUMBER, _NAME, *[_CELL] * len(table.columns))
    with pdf.table(
        col_widths=widths, text_align="CENTER", line_height=3.1, padding=0.7, num_heading_rows=2, headings_style=head
    ) as rows:
        first = rows.row(style=above)
        for text in ("STT", table.name_head):
            first.cell(text, rowspan=2)
        for _, width, text in groups(table.columns):
            first.cell(text, colspan=width)
        second = rows.row(style=head)
        for column in table.columns:
            second.cell(column.head)
        for place, table_row in enumerate(table.rows):
            row = rows.row(style=None if place else whole)
            row.cell(str(place) if place else "")
            row.cell(table_row.name, align="LEFT")
            for cell in table_row.cells:
                row.cell(_number(cell), align="RIGHT")


def _number(cell: int) -> str:
    return f"{cell:,}".replace(",", ".") if cell else "–"
