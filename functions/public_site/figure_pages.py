"""The figures for everyone, of the city or a unit over any period, as a page, CSV and JSON.

A number of fewer than MIN_CELL petitions in a breakdown is said as such: with what neighbours know, it might name one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Response, jsonify, render_template, request
from page_words import say
from status_pages import Answer, StatusPages

from petitions.charts import Columns, columns
from petitions.domain.figures.figures_row import FiguresRow, percent
from petitions.domain.figures.periods import DAY, Period, named_period
from petitions.domain.petition.history_counts import CITY, NOT_KNOWN
from petitions.domain.publishing.figure_names import FigureNames
from petitions.domain.shared.instants import hanoi
from petitions.errors import NotFound, Rejected
from petitions.usecases.figures.read_figures import FiguresPage, ReadFigures
from petitions.usecases.publishing.public_view import PublicView

MIN_CELL = 5
USUAL = "quarter"
PERIODS = ("month", "last_month", "quarter", "last_quarter", "year", "last_year")
GROUPS = ("fields", "units", "wards")
STATIC = ("arrived", "handled", "on_time", "late", "refused", "transferred_out", "withdrawn", "merged")
"""The counts that are shown, by their name in `figures_row.COUNTS`."""
SHADES = (0, 1, 20, 50, 100, 200)
"""The least petitions of each shade of the map."""

Cell = Callable[[int], int | str]


class FigurePages:
    """The routes."""

    def __init__(self, pages: StatusPages, read: ReadFigures, view: PublicView) -> None:
        self._pages = pages
        self._read = read
        self._view = view

    def page(self) -> Answer:
        """Show the figures with a chart, tables and, for the city, a map of wards."""
        found, names, period = self._asked()
        whole = found.unit == CITY
        return render_template(
            "figures.html",
            unit=None if whole else names.units.get(found.unit, found.unit),
            asked={"unit": "" if whole else found.unit, "period": period},
            units=sorted(names.units.items(), key=lambda each: each[1]),
            periods=PERIODS,
            found=found,
            until=found.period.until - DAY,
            total=row_of(found.total, _any if whole else _few),
            before=row_of(found.before, _any if whole else _few),
            chart=columns([_stack(step.row, step.since) for step in found.steps]),
            steps=_steps(found, _any if whole else _few),
            groups={group: _rows(found, group, names) for group in GROUPS if group in found.groups},
            tiles=_tiles(found, names) if whole else [],
            least=MIN_CELL,
            query=f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else "",
        ), HTTPStatus.OK

    def as_json(self) -> Answer:
        """Answer the same numbers as JSON."""
        found, names, _ = self._asked()
        cell = _any if found.unit == CITY else _few
        return jsonify(
            unit=found.unit,
            since=found.period.since.isoformat(),
            until=found.period.until.isoformat(),
            as_of=found.as_of.isoformat() if found.as_of else None,
            total=row_of(found.total, cell),
            steps=[{"since": each.since.isoformat()} | row_of(each.row, cell) for each in found.steps],
            **{group: _rows(found, group, names) for group in GROUPS if group in found.groups},
        )

    def as_csv(self) -> Answer:
        """Answer the same numbers as CSV, a line for each part."""
        found, names, _ = self._asked()
        rows = [("total", "", "", row_of(found.total, _any if found.unit == CITY else _few))]
        for group in GROUPS:
            rows += [(group, each["key"], each["name"], each) for each in _rows(found, group, names)]
        written = io.StringIO()
        writer = csv.writer(written)
        heads = list(rows[0][3])
        writer.writerow(["part", "key", "name", *heads])
        writer.writerows([group, key, name, *(row[head] for head in heads)] for group, key, name, row in rows)
        return Response("\ufeff" + written.getvalue(), mimetype="text/csv")

    def _asked(self) -> tuple[FiguresPage, FigureNames, str]:
        self._pages.check_rate()
        names = self._view.figure_names()
        unit = request.args.get("unit", "")
        if unit and unit not in names.units:
            raise NotFound(say("figures_no_unit"))
        period, name = self._period()
        return self._read(unit or CITY, period), names, name

    def _period(self) -> tuple[Period, str]:
        """Return the period asked for, and its name if it has one. Raise Rejected."""
        since, until = request.args.get("from", ""), request.args.get("to", "")
        try:
            if since or until:
                return Period(date.fromisoformat(since), date.fromisoformat(until) + DAY), ""
            name = request.args.get("period") or USUAL
            return named_period(name, hanoi(self._view.clock.now()).date()), name
        except (ValueError, KeyError, OverflowError) as error:
            raise Rejected(say("figures_no_period"), reason="wrong_period") from error


def _steps(found: FiguresPage, cell: Cell) -> list[dict[str, Any]]:
    return [{"since": each.since, "until": each.until - DAY} | row_of(each.row, cell) for each in reversed(found.steps)]


def row_of(row: FiguresRow, cell: Cell) -> dict[str, Any]:
    """Return the numbers of a row as pages and open data give them; what is too few for a share has none."""
    known, rated = row.on_time[1], row.satisfied[1]
    enough = row.handled >= MIN_CELL
    return {name: cell(row.number(name)) for name in STATIC} | {
        "open": None if row.open is None else cell(row.open),
        "on_time_percent": percent(*row.on_time) if known >= MIN_CELL else None,
        "median_days": _days(row.median) if enough else None,
        "ninth_decile_days": _days(row.ninth_decile) if enough else None,
        "rated": cell(rated),
        "satisfied_percent": percent(*row.satisfied) if rated >= MIN_CELL else None,
    }


def _rows(found: FiguresPage, group: str, names: FigureNames) -> list[dict[str, Any]]:
    rows = [{"key": row.key, "name": _name(names, group, row.key)} | row_of(row, _few) for row in found.groups[group]]
    return sorted(rows, key=lambda each: (each["key"] == NOT_KNOWN, each["name"]))


def _name(names: FigureNames, group: str, key: str) -> str:
    if key == NOT_KNOWN:
        return say("figures_not_known")
    known: Mapping[str, str] = getattr(names, group)
    return known.get(key, key)


def _any(number: int) -> int:
    return number


def _few(number: int) -> int | str:
    return number if number == 0 or number >= MIN_CELL else f"<{MIN_CELL}"


def _days(hours: float | None) -> float | None:
    return None if hours is None else round(hours / 24, 1)


def _stack(row: FiguresRow, since: date) -> Columns:
    answered = [("good", row.number("on_time")), ("late", row.number("late"))]
    return Columns(f"{since:%d/%m}", [[("arrived", row.arrived)], answered])


@cache
def _places() -> Mapping[str, tuple[int, int]]:
    """Return column and row of each ward on the map (`python -m infra.build ward-tiles`)."""
    made: dict[str, tuple[int, int]] = json.loads((Path(__file__).parent / "ward_tiles.json").read_text())
    return made


def _tiles(found: FiguresPage, names: FigureNames) -> list[dict[str, Any]]:
    """Return the tiles of the map with the number of petitions that came from each ward."""
    rows = {row.key: row.arrived for row in found.groups["wards"]}
    return [
        {
            "x": column,
            "y": row,
            "name": names.wards.get(code, code),
            "number": _few(rows.get(code, 0)),
            "shade": sum(rows.get(code, 0) >= least for least in SHADES) - 1 if rows.get(code, 0) >= MIN_CELL
            else min(rows.get(code, 0), 1),
        }
        for code, (column, row) in _places().items()
    ]  # fmt: skip
