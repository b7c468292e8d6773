"""The visible stamp of a digital signature in a PDF: unit, signer and time.

It is placed between the signer's position and name, where a signature by hand would be. The exact place demanded by
Decree 30/2020 was not available (LAW 8.1).
"""

from __future__ import annotations

import io
import secrets

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, XPos, YPos
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader

from petitions.adapters.papers.pdf import STAMP_HEIGHT, STAMP_PLACE, STAMP_WIDTH, fonts
from petitions.domain.shared.instants import hanoi
from petitions.ports.papers import Signing

_POINTS = 72 / 25.4
_FACE = "Serif"
_SIZES = (10.5, 9.5, 8.5, 7.5, 6.5)
_LINE = 0.43
"""The height of a line in millimetres per point of font size."""
_EDGE = 1.5
_COLOUR = (176, 32, 36)
Box = tuple[int, int, int, int]


class Stamp(PdfContent):
    """The visible stamp, as content that pyHanko places in the PDF."""

    def __init__(self, signing: Signing) -> None:
        self._page = _drawn(signing)
        super().__init__(box=BoxConstraints(width=STAMP_WIDTH * _POINTS, height=STAMP_HEIGHT * _POINTS))

    def render(self) -> bytes:
        """Import the drawn stamp into the signed PDF, and return the PDF command that shows it."""
        drawn = PdfFileReader(io.BytesIO(self._page))
        name = f"/Stamp{secrets.token_hex(8)}"
        self.resources.xobject[pdf_name(name)] = self._ensure_writer.import_page_as_xobject(drawn)
        return f"{name} Do".encode()


def stamp_place(pdf: bytes) -> tuple[int, Box] | None:
    """Return the place reserved for the stamp: page (from 0) and box in points, or None if there is none."""
    file = PdfFileReader(io.BytesIO(pdf))
    try:
        names = file.root["/Names"]["/Dests"]["/Names"]
    except KeyError:
        return None
    known = list(names)
    target = dict(zip(known[::2], known[1::2], strict=True)).get(STAMP_PLACE)
    if target is None:
        return None
    page, left, top = target.raw_get(0).idnum, float(target[2]), float(target[3])
    many = int(file.root["/Pages"]["/Count"])
    pages = [file.find_page_for_modification(item)[0].idnum for item in range(many)]  # type: ignore[no-untyped-call]
    corners = (left, top - STAMP_HEIGHT * _POINTS, left + STAMP_WIDTH * _POINTS, top)
    x1, y1, x2, y2 = (round(corner) for corner in corners)
    return pages.index(page), (x1, y1, x2, y2)


def _drawn(signing: Signing) -> bytes:
    lines = [
        f"Ký số bởi: {signing.issuer}",
        f"Người ký: {signing.signer}",
        f"Thời gian ký: {hanoi(signing.at):%d/%m/%Y %H:%M:%S} +07:00",
    ]
    page = FPDF(format=(STAMP_WIDTH, STAMP_HEIGHT))
    page.add_font(_FACE, "", str(fonts()[0]))
    page.set_margins(2 * _EDGE, _EDGE, 2 * _EDGE)
    page.set_auto_page_break(auto=False)
    page.c_margin = 0
    page.add_page()
    page.set_draw_color(*_COLOUR)
    page.set_text_color(*_COLOUR)
    page.set_line_width(0.3)
    page.rect(0.2, 0.2, STAMP_WIDTH - 0.4, STAMP_HEIGHT - 0.4)
    for size in _SIZES:
        page.set_font(_FACE, "", size)
        high = [page.multi_cell(0, size * _LINE, line, dry_run=True, output=MethodReturnValue.HEIGHT) for line in lines]
        height = sum(map(float, high))  # type: ignore[arg-type]
        if height <= STAMP_HEIGHT - 2 * _EDGE:
            break
    page.set_y((STAMP_HEIGHT - height) / 2)
    for line in lines:
        page.multi_cell(0, size * _LINE, line, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(page.output())
