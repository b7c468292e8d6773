"""The published figures, of the city or a unit in a period, as a page, CSV and JSON.

What could tell of a single petition is left out before it is published (`domain/figures/disclosure.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unicodedata import normalize

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
from petitions.domain.figures.published_periods import is_month, is_week, is_year, month_of, months_of, period_of
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
"""The columns of the figures and what they mean."""
ASKED = frozenset({"unit", "period"})
"""What the query may have."""
ALPHABET = " -aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0301\u0303\u0309\u0323"
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
    nearest: str = ""
    """Where the unit is left out of the period: the newest one in which it is not."""

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
            units=_in_order(asked.names.units),
            periods=_offered(asked.city, whole=whole),
            period=asked.period,
            published_on=hanoi(asked.city.periods[asked.period_id].as_of).date() if asked.period_id else None,
            nearest=(asked.nearest, _period_name(asked.nearest)) if asked.nearest else None,
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
            total=row_of(asked.row) | dict(asked.row.numbers) | {"key": asked.unit} if asked.row else None,
            left_out=asked.row is None and asked.period is not None,
            months=[row_of(month) for month in asked.months],
            **{group: _rows(rows, group, asked.names) for group, rows in asked.tables.items()},
            periods=list(_published(asked.city, whole=asked.unit == CITY)),
        )

    def as_csv(self) -> Answer:
        """Answer the same numbers as CSV, a line for each part; an empty cell is one that is not known."""
        asked = self._asked()
        rows = [("total", row_of(asked.row) | {"key": asked.unit})] if asked.row else []
        rows += [("months", row_of(month)) for month in asked.months]
        rows += [(group, row) for group, part in asked.tables.items() for row in _rows(part, group, asked.names)]
        same = {"unit": asked.unit, "period": asked.period_id}
        lines = [[({"part": part} | same | row).get(head, "") for head in FIGURE_COLUMNS] for part, row in rows]
        return Response(csv_text([*FIGURE_COLUMNS], lines), mimetype="text/csv")

    def _asked(self) -> AskedFigures:
        """Return what the query asks for. Raise Rejected for a period that is not published, NotFound for no unit.

        A unit has no weeks: for one that was chosen with the city, its month is shown.
        """
        self._pages.check_reads()
        if {*request.args} - ASKED:
            raise Rejected(say("figures_not_asked", names=", ".join(sorted(ASKED))), reason="unknown_parameter")
        names, city = self._view.figure_names(), self._view.city()
        unit = request.args.get("unit", "") or CITY
        if unit != CITY and unit not in names.units:
            raise NotFound(say("figures_no_unit"))
        of_unit = self._view.unit(unit) if unit != CITY else None
        offered = _published(city, whole=of_unit is None)
        rows = of_unit.periods if of_unit else {each: published.row for each, published in city.periods.items()}
        period_id = request.args.get("period") or _newest(rows) or _newest(offered)
        if of_unit and period_id in city.periods and is_week(period_id):
            period_id = month_of(period_id)
        if period_id and period_id not in offered:
            raise Rejected(say("figures_no_period"), reason="wrong_period")
        if not period_id:
            return AskedFigures(city, names, unit, "", None)
        if of_unit:
            of_year = of_unit.tables.get(period_id)
            tables = {group: getattr(of_year, group) for group in PARTS} if of_year else {}
        else:
            found = self._view.tables(period_id)
            tables = {group: getattr(found, group) for group in GROUPS} if found else {}
        months = [rows[each].model_copy(update={"key": each}) for each in months_of(period_id[:4]) if each in rows]
        nearest = "" if period_id in rows else _newest(rows)
        return AskedFigures(city, names, unit, period_id, rows.get(period_id), months, tables, nearest)


def _newest(ids: Iterable[str]) -> str:
    """Return the newest month, or the newest of all if there is no month; empty if there is none."""
    return max(ids, key=lambda each: (is_month(each), period_of(each).since), default="")


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


def _in_order(units: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return the units by kind, each with code and name, in the order of the Vietnamese alphabet."""
    kinds: dict[str, list[tuple[str, str]]] = {"offices": [], "wards": []}
    for code, name in units.items():
        kinds["wards" if code.startswith(WARD_PREFIX) else "offices"].append((code, name))
    return {kind: sorted(found, key=lambda each: _alphabetical(each[1])) for kind, found in kinds.items()}


def _alphabetical(name: str) -> list[tuple[int, str]]:
    """Return what a name is sorted by: its letters in the order of the alphabet, then its tones."""
    letters = [normalize("NFD", letter) for letter in normalize("NFC", name.lower())]
    plain = ["".join(part for part in letter if part not in TONES) for letter in letters]
    return [(ALPHABET.find(normalize("NFC", letter)), letter) for letter in plain] + [(0, name)]


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
