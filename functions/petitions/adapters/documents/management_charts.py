"""The charts of the monthly report for the city's management.

They are drawn with lines and rectangles, without a library, and are readable in black and white. The newest month is
dark and has its number, the other months are pale.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from fpdf import FPDF
from fpdf.enums import Align

INK, GREY, PALE = (31, 56, 100), (92, 99, 110), (214, 220, 230)
TEAL, AMBER, SKY = (86, 140, 150), (176, 74, 20), (158, 178, 212)
Color = tuple[int, int, int]
_FOOT = 5.0
"""The height in millimetres of the names of the months below a chart."""
_JANUARY = "01"


class Box(NamedTuple):
    """A rectangle on the page, in millimetres."""

    x: float
    y: float
    width: float
    height: float


def bars(pdf: FPDF, box: Box, months: Sequence[str], pairs: Sequence[tuple[int, int]], names: tuple[str, str]) -> None:
    """Draw two bars for every month, with a legend: `names` are the names of the two, `pairs` the numbers."""
    most = max(1, *(max(pair) for pair in pairs))
    bottom, room = box.y + box.height - _FOOT, box.height - _FOOT - 8
    step = box.width / len(months)
    wide = step * 0.38
    _base(pdf, box, bottom)
    for place, pair in enumerate(pairs):
        last = place == len(pairs) - 1
        for side, (number, color) in enumerate(zip(pair, (INK, TEAL) if last else (SKY, PALE), strict=True)):
            high = room * number / most
            pdf.set_fill_color(*color)
            pdf.rect(box.x + place * step + step * 0.1 + side * wide, bottom - high, wide, high, style="F")
    _months(pdf, box, months, bottom)
    for side, (name, number) in enumerate(zip(names, pairs[-1], strict=True)):
        x = box.x + side * 40
        pdf.set_fill_color(*(INK, TEAL)[side])
        pdf.rect(x, box.y + 1.1, 2.4, 2.4, style="F")
        pdf.set_xy(x + 3.6, box.y)
        pdf.cell(36, 4.6, f"{name}: {number:,} tháng này".replace(",", "."))


def line(pdf: FPDF, box: Box, months: Sequence[str], values: Sequence[int | None]) -> None:
    """Draw a line from 0 to 100 percent through the months. A value of None interrupts the line."""
    bottom, room = box.y + box.height - _FOOT, box.height - _FOOT - 4
    step = box.width / len(months)
    _base(pdf, box, bottom)
    for share in (50, 100):
        y = bottom - room * share / 100
        pdf.set_draw_color(*PALE)
        pdf.set_line_width(0.15)
        pdf.line(box.x + 7, y, box.x + box.width, y)
        pdf.set_xy(box.x, y - 2)
        pdf.cell(6.5, 4, str(share))
    places = [
        None if value is None else (box.x + place * step + step / 2, bottom - room * value / 100)
        for place, value in enumerate(values)
    ]
    pdf.set_draw_color(*INK)
    pdf.set_line_width(0.6)
    for before, after in pairwise(places):
        if before and after:
            pdf.line(*before, *after)
    for place, value in zip(places, values, strict=True):
        if place and value is not None:
            _point(pdf, place, value if place is places[-1] else None)
    _months(pdf, box, months, bottom)


def shares(pdf: FPDF, box: Box, counts: Sequence[int], colors: Sequence[Color]) -> None:
    """Draw the parts of a whole as one horizontal bar. `counts` must not all be zero."""
    x, whole = box.x, sum(counts)
    for count, color in zip(counts, colors, strict=True):
        wide = box.width * count / whole
        pdf.set_fill_color(*color)
        pdf.rect(x, box.y, wide, box.height, style="F")
        x += wide


def _point(pdf: FPDF, place: tuple[float, float], value: int | None) -> None:
    x, y = place
    size = 0.7 if value is None else 1.3
    pdf.set_fill_color(*INK)
    pdf.ellipse(x - size, y - size, 2 * size, 2 * size, style="F")
    if value is not None:
        below = 1.8 if value > 12 else -5.2  # noqa: PLR2004 - room above the base
        pdf.set_text_color(*INK)
        pdf.set_xy(x - 8, y + below)
        pdf.cell(11, 4, f"{value}%", align=Align.R)
        pdf.set_text_color(*GREY)


def _base(pdf: FPDF, box: Box, bottom: float) -> None:
    pdf.set_draw_color(*GREY)
    pdf.set_line_width(0.2)
    pdf.line(box.x, bottom, box.x + box.width, bottom)


def _months(pdf: FPDF, box: Box, months: Sequence[str], bottom: float) -> None:
    step = box.width / len(months)
    for place, name in enumerate(months):
        year, month = name.split("-")
        label = f"{int(month)}/{year[2:]}" if month == _JANUARY or place == 0 else str(int(month))
        pdf.set_xy(box.x + place * step, bottom + 0.8)
        pdf.cell(step, 4, label, align=Align.C)
