"""Rows of the published statistics, for pages and open data, and for the map of the wards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from page_words import say

from petitions.domain.figures.published_figures import REST, ROW_NUMBERS, PublishedRow
from petitions.domain.petition.history_counts import NOT_KNOWN
from petitions.domain.publishing.figure_names import FigureNames
from petitions.ward_outlines import Outlines

FIGURE_COLUMNS = {
    "part": "Phần: total, months (các tháng đã công bố của năm), fields, units, wards (nơi xảy ra)"
    " · part of the answer; months: those of the year that are published; wards: where it happened",
    "unit": "Đơn vị được hỏi; HANOI là toàn thành phố · the office asked for; HANOI is the city",
    "period": "Kỳ được hỏi · the period asked for",
    "key": "Mã đơn vị, lĩnh vực, phường xã hoặc tháng; rest: tổng các dòng không công bố riêng"
    " · code of an office, field, ward or month; rest: the sum of the rows that are left out",
    "name": "Tên · name",
    "arrived": "Phản ánh gửi đến trong kỳ; của đơn vị gồm cả phản ánh được chuyển tới · received; of an office also"
    " what was passed on to it",
    "handled": "Câu trả lời đã gửi trong kỳ, kể cả trả lời lại · answers sent, second answers too",
    "moved_out": "Đã chuyển đơn vị khác trong kỳ · passed on to another office",
    "otherwise": "Kết thúc khác: từ chối, chuyển ngoài, rút, gộp · ended otherwise: refused, transferred out,"
    " withdrawn, merged",
    "rated": "Lượt đánh giá · ratings",
    "open": "Đang mở khi kỳ kết thúc; trống nếu không đếm lúc ấy · open when the period ended; empty if not counted"
    " then",
    "overdue": "Đang quá hạn khi kỳ kết thúc · overdue when the period ended",
    "on_time_percent": "Trả lời đúng hạn / (đã trả lời + đang quá hạn), phần trăm; trễ một bước là trễ"
    " · answered in time / (answered + open and overdue), percent; one late step makes it late",
    "median_days": "Một nửa câu trả lời có trong số ngày này · half of the answers came within these days",
    "ninth_decile_days": "Chín phần mười câu trả lời có trong số ngày này · nine of ten answers came within these days",
    "satisfied_percent": "Đánh giá hài lòng và rất hài lòng, phần trăm · ratings satisfied or very satisfied, percent",
}
"""The columns of the figures with their meanings, in Vietnamese and English."""
WARD_PREFIX = "PX-"
"""The prefix of ward codes in our directory, before the code of the state's administrative list."""
SHADES = (0, 5, 20, 50, 100, 200)
"""The least number of petitions for every shade of the map, from light to dark."""


def row_of(row: PublishedRow) -> dict[str, Any]:
    """Return a published row as a dictionary keyed by column. Unknown numbers are None."""
    return (
        {"key": row.key}
        | {name: row.numbers.get(name) for name in ROW_NUMBERS}
        | {
            "on_time_percent": row.on_time_percent,
            "median_days": _days(row.median_hours),
            "ninth_decile_days": _days(row.ninth_decile_hours),
            "satisfied_percent": row.satisfied_percent,
        }
    )


def rows_of(rows: Sequence[PublishedRow], group: str, names: FigureNames) -> list[dict[str, Any]]:
    """Return published rows as dictionaries, sorted by name, with "not known" and "all others" last."""
    found = [{"name": _name(names, group, row.key)} | row_of(row) for row in rows]
    return sorted(found, key=lambda item: (item["key"] == REST, item["key"] == NOT_KNOWN, item["name"]))


def _name(names: FigureNames, group: str, key: str) -> str:
    if key in {NOT_KNOWN, REST}:
        return say("figures_rest" if key == REST else "figures_not_known")
    known: Mapping[str, str] = getattr(names, group)
    return known.get(key, key)


def _days(hours: float | None) -> float | None:
    return None if hours is None else round(hours / 24, 1)


@cache
def _places() -> Mapping[str, tuple[int, int]]:
    made: dict[str, tuple[int, int]] = json.loads((Path(__file__).parent / "ward_tiles.json").read_text())
    return {f"{WARD_PREFIX}{code}": place for code, place in made.items()}


def wards_of(rows: Sequence[PublishedRow], names: FigureNames, drawn: Outlines | None) -> list[dict[str, Any]]:
    """Return the wards for the map, with their number of petitions, or None where it is not published.

    `drawing` is the ward's outline if boundaries are configured, otherwise the position of its tile.
    """
    arrived = {row.key: row.numbers["arrived"] for row in rows}
    drawings: Mapping[str, Any] = drawn.paths if drawn else _places()
    return [
        {
            "code": code,
            "drawing": drawing,
            "name": names.wards.get(code, code),
            "short": names.wards.get(code, code).partition(" ")[2].split(" - ")[0],
            "number": arrived.get(code),
            "shade": _shade(arrived.get(code)),
        }
        for code, drawing in drawings.items()
    ]


def _shade(number: int | None) -> int:
    return 0 if number is None else sum(number >= least for least in SHADES) - 1
