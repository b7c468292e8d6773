"""The monthly report for the city's management as a PDF of one A4 page.

It has a headline, five numbers, two charts, and texts about delays, opinions and difficulties. All positions are fixed,
in millimetres, so that the report stays on one page. A text that is too long for its place is cut at a word and ends
with an ellipsis.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, XPos, YPos

from petitions.adapters.documents.management_charts import AMBER, GREY, INK, PALE, TEAL, Box, bars, line, shares
from petitions.adapters.documents.paper import FONT, font_files
from petitions.domain.clock.punctuality import ON_TIME_WORDS
from petitions.domain.management import sentences
from petitions.domain.management.attention import Attention
from petitions.domain.management.management_sheet import ManagementSheet, MonthRow, Tally
from petitions.domain.shared.instants import hanoi

_LEFT, _WIDTH, _GUTTER = 15.0, 180.0, 9.0
_COLUMN = (_WIDTH - _GUTTER) / 2
_RIGHT = _LEFT + _COLUMN + _GUTTER
_TILES, _CHARTS, _TEXTS, _NAMES, _REST, _FOOT = 48.0, 75.0, 124.0, 187.0, 250.0, 277.0
"""The positions at which the parts of the page begin, in millimetres from the top."""


class _Page(FPDF):
    def __init__(self, sheet: ManagementSheet) -> None:
        super().__init__(format="A4")
        for style, path in font_files().items():
            self.add_font(FONT, style, path)
        self.set_margins(_LEFT, 12, _LEFT)
        self.c_margin = 0
        self.set_auto_page_break(auto=False)
        self.set_creation_date(hanoi(sheet.as_of))
        self.set_title(f"Báo cáo điều hành tháng {sentences.month_in_words(sheet.month)}")
        self.set_lang("vi")
        self.set_producer("")

    def face(self, size: float, style: str = "", color: tuple[int, int, int] = INK) -> None:
        self.set_font(FONT, style, size)
        self.set_text_color(*color)

    def put(self, x: float, y: float, width: float, text: str, *, align: Align = Align.L) -> None:
        self.set_xy(x, y)
        self.cell(width, text=self.cut(text, width), align=align)

    def cut(self, text: str, width: float) -> str:
        if self.get_string_width(text) <= width:
            return text
        words = text.split(" ")
        while len(words) > 1 and self.get_string_width(f"{' '.join(words)}…") > width:
            words.pop()
        return f"{' '.join(words).rstrip(',;.')}…"

    def flow(self, x: float, y: float, width: float, text: str, step: float, most: int = 9) -> float:
        self.set_xy(x, y)
        lines = self._lines(width, step, text)
        if len(lines) > most:
            last = f"{lines[most - 1]} {lines[most]}"
            lines = [*lines[: most - 1], self.cut(last, width)]
        self.multi_cell(width, step, "\n".join(lines), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        return y + step * len(lines)

    def _lines(self, width: float, step: float, text: str) -> list[str]:
        found = self.multi_cell(width, step, text, dry_run=True, output=MethodReturnValue.LINES, align=Align.L)
        return list(map(str, found)) if isinstance(found, list) else []

    def heading(self, x: float, y: float, text: str) -> float:
        self.face(11, "B")
        self.put(x, y, _COLUMN, text)
        return y + 6.6


def management_paper(sheet: ManagementSheet) -> bytes:
    """Return the monthly report as PDF. The same data give the same bytes."""
    page = _Page(sheet)
    page.add_page()
    _head(page, sheet)
    for place, tile in enumerate(_tiles(sheet)):
        _tile(page, _LEFT + place * (_WIDTH / 5), *tile)
    _charts(page, sheet)
    _late(page, sheet)
    _voices(page, sheet)
    _named(page, _LEFT, "Đơn vị cần chú ý", sheet.units)
    _named(page, _RIGHT, "Lĩnh vực cần chú ý", sheet.fields)
    _difficulties(page, sheet)
    _foot(page, sheet)
    return bytes(page.output())


def _head(page: _Page, sheet: ManagementSheet) -> None:
    page.face(8.5, color=GREY)
    page.put(_LEFT, 12, _WIDTH, "Kênh phản ánh, kiến nghị thành phố Hà Nội trên Zalo")
    page.put(_LEFT, 12, _WIDTH, f"Số liệu đến {hanoi(sheet.as_of):%H:%M ngày %d/%m/%Y}", align=Align.R)
    page.face(22, "B")
    page.put(_LEFT, 17, _WIDTH, f"Báo cáo điều hành tháng {sentences.month_in_words(sheet.month)}")
    page.face(12.5)
    page.flow(_LEFT, 30, _WIDTH, sentences.headline(sheet), 5.8, most=3)


def _tiles(sheet: ManagementSheet) -> list[tuple[str, str, str, str]]:
    this, before, ago = sheet.this, sheet.before, sheet.year_ago

    def number(label: str, name: str) -> tuple[str, str, str, str]:
        now = this.counts[name]
        then, once = (sentences.comparison(now, _events(row, name), points=False) for row in (before, ago))
        return label, sentences.grouped(now), then, once

    def share(label: str, name: str) -> tuple[str, str, str, str]:
        now = getattr(this, name)
        then, once = (sentences.comparison(now, getattr(row, name), points=True) for row in (before, ago))
        return label, "–" if now is None else f"{now}%", then, once

    overdue = ("Đang quá hạn", sentences.grouped(sheet.overdue), "", "")
    return [number("Nhận mới", "received"), number("Đã trả lời", "handled"), share("Đúng hạn", "on_time"),
            share("Người dân hài lòng", "satisfied"), overdue]  # fmt: skip


def _events(row: MonthRow, name: str) -> int | None:
    return row.counts[name] if any(row.counts.values()) else None


def _tile(page: _Page, x: float, label: str, number: str, month: str, year: str) -> None:
    page.set_draw_color(*PALE)
    page.set_line_width(0.5)
    page.line(x, _TILES, x + _WIDTH / 5 - 4, _TILES)
    page.face(8.5, color=GREY)
    page.put(x, _TILES + 1.4, 34, label)
    page.face(21, "B", AMBER if label == "Đang quá hạn" and number != "0" else INK)
    page.put(x, _TILES + 6.2, 34, number)
    page.face(8, color=GREY)
    if month:
        page.put(x, _TILES + 15.2, 34, f"so với tháng trước {month}")
        page.put(x, _TILES + 18.9, 34, f"so với cùng kỳ {year}")
    else:
        page.put(x, _TILES + 15.2, 34, "lúc lập báo cáo")


def _charts(page: _Page, sheet: ManagementSheet) -> None:
    page.face(9.5, "B")
    page.put(_LEFT, _CHARTS, _COLUMN, "Nhận mới và trả lời, từng tháng")
    page.put(_RIGHT, _CHARTS, _COLUMN, "Đúng hạn, phần trăm từng tháng")
    months = [row.month for row in sheet.trend]
    pairs = [(row.counts["received"], row.counts["handled"]) for row in sheet.trend]
    page.face(7, color=GREY)
    bars(page, Box(_LEFT, _CHARTS + 6, _COLUMN, 37), months, pairs, ("nhận mới", "trả lời"))
    line(page, Box(_RIGHT, _CHARTS + 6, _COLUMN, 37), months, [row.on_time for row in sheet.trend])


def _late(page: _Page, sheet: ManagementSheet) -> None:
    y = page.heading(_LEFT, _TEXTS, "Trễ và vì sao")
    page.face(9.5)
    for text in [*sentences.lateness(sheet), sentences.flow(sheet)]:
        y = page.flow(_LEFT, y, _COLUMN, text, 4.4, most=4) + 1.6


def _voices(page: _Page, sheet: ManagementSheet) -> None:
    y = page.heading(_RIGHT, _TEXTS, "Người dân nói gì")
    page.face(9.5)
    y = page.flow(_RIGHT, y, _COLUMN, sentences.satisfaction(sheet.this), 4.4, most=2) + 1.4
    counts = [sheet.this.counts[f"rated_{level}"] for level in (1, 2, 3)]
    if sum(counts):
        shares(page, Box(_RIGHT, y, _COLUMN, 3), counts, (INK, TEAL, AMBER))
        y += 5.4
    for quote in sheet.quotes:
        page.face(9.5)
        y = page.flow(_RIGHT + 3, y, _COLUMN - 3, f"“{quote.text}”", 4.3, most=2)
        page.face(8, color=GREY)
        page.put(_RIGHT + 3, y + 0.1, _COLUMN - 3, f"chưa hài lòng với {quote.unit}")
        y += 5.2


def _named(page: _Page, x: float, title: str, found: Sequence[Attention]) -> None:
    y = page.heading(x, _NAMES, title)
    if not found:
        page.face(9.5)
        page.put(x, y, _COLUMN, "Không có nơi nào.")
        return
    most = found[0].points
    for place, attention in enumerate(found, 1):
        page.face(12, "B", AMBER)
        page.put(x, y + 0.6, 6, str(place))
        page.face(10, "B")
        page.put(x + 7, y, _COLUMN - 24, attention.name)
        page.face(8.5, color=GREY)
        page.put(x + 7, y, _COLUMN - 7, f"{sentences.grouped(attention.points)} điểm", align=Align.R)
        page.put(x + 7, y + 4.5, _COLUMN - 7, sentences.signs(attention))
        page.set_fill_color(*PALE)
        page.rect(x + 7, y + 8.7, _COLUMN - 7, 0.7, style="F")
        page.set_fill_color(*AMBER)
        page.rect(x + 7, y + 8.7, (_COLUMN - 7) * attention.points / most, 0.7, style="F")
        y += 10.8


def _difficulties(page: _Page, sheet: ManagementSheet) -> None:
    y = page.heading(_LEFT, _REST, "Khó khăn, vướng mắc của các đơn vị")
    page.face(9.5)
    y = page.flow(_LEFT, y, _WIDTH, sentences.difficulties(sheet), 4.4, most=1)
    if sheet.difficulty_groups:
        page.flow(_LEFT, y + 0.6, _WIDTH, f"Nhiều nhất: {_top_groups(sheet.difficulty_groups)}.", 4.4, most=2)


def _top_groups(groups: Iterable[Tally]) -> str:
    return "; ".join(f"{group.key} ({sentences.grouped(group.count)})" for group in groups)


def _foot(page: _Page, sheet: ManagementSheet) -> None:
    page.set_draw_color(*PALE)
    page.line(_LEFT, _FOOT - 2, _LEFT + _WIDTH, _FOOT - 2)
    page.face(7.5, color=GREY)
    words = (
        f"{sheet.rule_words} Đúng hạn: {ON_TIME_WORDS} lúc hết tháng. Số đang quá hạn là lúc lập báo cáo, các số khác "
        "là trong tháng; cùng kỳ là tháng này năm trước. "
        f"Số liệu là của trang Số liệu trên bàn làm việc. Quy tắc phiên bản {sheet.rules}. Không có dữ liệu cá nhân."
    )
    page.flow(_LEFT, _FOOT, _WIDTH, words, 3.4, most=4)
