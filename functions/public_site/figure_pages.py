"""The published figures, of the city or a unit in a period, as a page, CSV and JSON.

What could tell of a single petition is left out before it is published (`domain/figures/disclosure.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Response, jsonify, render_template, request
from page_words import say
from status_pages import Answer, StatusPages

from petitions.charts import Columns, columns
from petitions.domain.figures.disclosure import FEWEST
from petitions.domain.figures.periods import Period
from petitions.domain.figures.published_figures import (
    GROUPS,
    PARTS,
    REST,
    ROW_NUMBERS,
    CityFigures,
    PublishedRow,
)
from petitions.domain.figures.published_periods import is_month, is_week, is_year, months_of, period_of
from petitions.domain.files.sheets import csv_text
from petitions.domain.petition.history_counts import CITY, NOT_KNOWN
from petitions.domain.publishing.figure_names import FigureNames
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.shared.instants import hanoi
from petitions.errors import NotFound, Rejected
from petitions.usecases.publishing.public_view import PublicView
from petitions.ward_outlines import Outlines, outlines

SHARES = ("on_time_percent", "median_days", "ninth_decile_days", "satisfied_percent")
FIGURE_COLUMNS = {
    "part": "Phần: total, months, fields, units, wards · part of the answer (CSV)",
    "key": "Mã đơn vị, lĩnh vực, phường xã hoặc kỳ; để trống: tổng các dòng không công bố riêng"
    " · code; empty: the sum of the rows that are left out",
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
    "on_time_percent": "Trả lời đúng hạn / (đã trả lời + đang quá hạn), phần trăm"
    " · answered in time / (answered + open and overdue), percent",
    "median_days": "Một nửa câu trả lời có trong số ngày này · half of the answers came within these days",
    "ninth_decile_days": "Chín phần mười câu trả lời có trong số ngày này · nine of ten answers came within these days",
    "satisfied_percent": "Đánh giá hài lòng và rất hài lòng, phần trăm · ratings satisfied or very satisfied, percent",
}
"""The columns of the figures and what they mean."""
LISTED_WEEKS = 12
"""The newest weeks that the list of periods offers."""
WARD_PREFIX = "PX-"
"""What the directory puts before the code of the administrative list."""
SHADES = (0, 5, 20, 50, 100, 200)
"""The least petitions of each shade of the map."""


@dataclass(frozen=True)
class AskedFigures:
    """What a page shows."""

    city: CityFigures
    names: FigureNames
    unit: str
    """The unit's code, or CITY."""
    period_id: str
    """Empty where nothing has been published."""
    row: PublishedRow | None
    """None where the unit is left out of the period."""
    months: list[PublishedRow] = field(default_factory=list)
    """The published months of the period's year, the first one first."""
    tables: Mapping[str, list[PublishedRow]] = field(default_factory=dict)

    @property
    def period(self) -> Period | None:
        """Return the days of the period."""
        return period_of(self.period_id) if self.period_id else None


class FigurePages:
    """The routes."""

    def __init__(self, pages: StatusPages, view: PublicView, boundaries: Boundaries | None) -> None:
        self._pages = pages
        self._view = view
        self._outlines = outlines(boundaries) if boundaries else None

    def page(self) -> Answer:
        """Show the figures with a chart by month, tables and, for the city, a map of wards."""
        asked = self._asked()
        whole = asked.unit == CITY
        return render_template(
            "figures.html",
            unit=None if whole else asked.names.units.get(asked.unit, asked.unit),
            asked={"unit": "" if whole else asked.unit, "period": asked.period_id},
            units=sorted(asked.names.units.items(), key=lambda each: each[1]),
            periods=_offered(asked.city, whole=whole),
            period=asked.period,
            total=row_of(asked.row) if asked.row else None,
            chart=columns([_columns(month) for month in asked.months]),
            months=[row_of(month) for month in reversed(asked.months)],
            groups={group: _rows(rows, group, asked.names) for group, rows in asked.tables.items()},
            wards=_wards(asked.tables["wards"], asked.names, self._outlines) if whole and asked.tables else [],
            outlines=self._outlines,
            ward_codes=asked.names.wards,
            least=FEWEST,
            query=f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else "",
        ), HTTPStatus.OK

    def as_json(self) -> Answer:
        """Answer the same numbers as JSON; null is one that is not known."""
        asked = self._asked()
        published = asked.city.periods.get(asked.period_id)
        return jsonify(
            unit=asked.unit,
            period=asked.period_id or None,
            since=asked.period.since.isoformat() if asked.period else None,
            until=asked.period.until.isoformat() if asked.period else None,
            as_of=hanoi(published.as_of).date().isoformat() if published else None,
            total=row_of(asked.row) | dict(asked.row.numbers) if asked.row else None,
            months=[row_of(month) for month in asked.months],
            **{group: _rows(rows, group, asked.names) for group, rows in asked.tables.items()},
            periods=list(_published(asked.city, whole=asked.unit == CITY)),
        )

    def as_csv(self) -> Answer:
        """Answer the same numbers as CSV, a line for each part; an empty cell is one that is not known."""
        asked = self._asked()
        rows = [("total", row_of(asked.row))] if asked.row else []
        rows += [("months", row_of(month)) for month in asked.months]
        rows += [(group, row) for group, part in asked.tables.items() for row in _rows(part, group, asked.names)]
        heads = [head for head in FIGURE_COLUMNS if head != "part"]
        lines = [[part, *(row.get(head, "") for head in heads)] for part, row in rows]
        return Response(csv_text(["part", *heads], lines), mimetype="text/csv")

    def _asked(self) -> AskedFigures:
        """Return what the query asks for. Raise Rejected for a period that is not published, NotFound for no unit."""
        self._pages.check_reads()
        names, city = self._view.figure_names(), self._view.city()
        unit = request.args.get("unit", "") or CITY
        if unit != CITY and unit not in names.units:
            raise NotFound(say("figures_no_unit"))
        offered = _published(city, whole=unit == CITY)
        usual = next(iter(sorted(offered, key=lambda each: (is_month(each), period_of(each).since), reverse=True)), "")
        period_id = request.args.get("period") or usual
        if period_id and period_id not in offered:
            raise Rejected(say("figures_no_period"), reason="wrong_period")
        if not period_id:
            return AskedFigures(city, names, unit, "", None)
        months = months_of(period_id[:4])
        if unit == CITY:
            found = self._view.tables(period_id)
            rows = {each: published.row for each, published in city.periods.items()}
            tables = {group: getattr(found, group) for group in GROUPS} if found else {}
        else:
            of_unit = self._view.unit(unit)
            rows = of_unit.periods
            found_year = of_unit.tables.get(period_id)
            tables = {group: getattr(found_year, group) for group in PARTS} if found_year else {}
        of_months = [rows[each].model_copy(update={"key": each}) for each in months if each in rows]
        return AskedFigures(city, names, unit, period_id, rows.get(period_id), of_months, tables)


def _published(city: CityFigures, *, whole: bool) -> list[str]:
    """Return the published periods, the newest first; those of units are no weeks."""
    found = [each for each in city.periods if whole or not is_week(each)]
    return sorted(found, key=lambda each: period_of(each).since, reverse=True)


def _offered(city: CityFigures, *, whole: bool) -> dict[str, list[tuple[str, str]]]:
    """Return the periods to choose from by kind, each with its id and name."""
    kinds: dict[str, list[tuple[str, str]]] = {"months": [], "quarters": [], "years": [], "weeks": []}
    for each in _published(city, whole=whole):
        kind = "weeks" if is_week(each) else "months" if is_month(each) else "years" if is_year(each) else "quarters"
        kinds[kind].append((each, _period_name(each)))
    kinds["weeks"] = kinds["weeks"][:LISTED_WEEKS]
    return {kind: found for kind, found in kinds.items() if found}


def _period_name(period_id: str) -> str:
    days = period_of(period_id)
    if is_week(period_id):
        return say("period_week", first=days.since.day, last=_day_text(days.last))
    if is_year(period_id):
        return say("period_year", year=period_id)
    if is_month(period_id):
        return say("period_month", month=days.since.month, year=days.since.year)
    return say("period_quarter", quarter=period_id[-1], year=days.since.year)


def _day_text(day: date) -> str:
    return f"{day:%-d/%-m/%Y}"


def row_of(row: PublishedRow) -> dict[str, Any]:
    """Return a row as pages and open data give it; None is not known."""
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


def _rows(rows: Sequence[PublishedRow], group: str, names: FigureNames) -> list[dict[str, Any]]:
    """Return the rows by name; what is not known and the sum of those left out come last."""
    found = [{"name": _name(names, group, row.key)} | row_of(row) for row in rows]
    return sorted(found, key=lambda each: (each["key"] == REST, each["key"] == NOT_KNOWN, each["name"]))


def _name(names: FigureNames, group: str, key: str) -> str:
    if key in {NOT_KNOWN, REST}:
        return say("figures_rest" if key == REST else "figures_not_known")
    known: Mapping[str, str] = getattr(names, group)
    return known.get(key, key)


def _days(hours: float | None) -> float | None:
    return None if hours is None else round(hours / 24, 1)


def _columns(month: PublishedRow) -> Columns:
    label = f"{month.key[5:]}/{month.key[:4]}"
    return Columns(label, [[("arrived", month.numbers["arrived"])], [("good", month.numbers["handled"])]])


@cache
def _places() -> Mapping[str, tuple[int, int]]:
    """Return column and row of each ward on the map, by its code here (`python -m infra.build ward-tiles`)."""
    made: dict[str, tuple[int, int]] = json.loads((Path(__file__).parent / "ward_tiles.json").read_text())
    return {f"{WARD_PREFIX}{code}": place for code, place in made.items()}


def _wards(rows: Sequence[PublishedRow], names: FigureNames, drawn: Outlines | None) -> list[dict[str, Any]]:
    """Return the wards of the map, each with how many petitions came from there: None where that is not published.

    Each has its outline where the boundaries are known, else its tile.
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
