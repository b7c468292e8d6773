"""The figures for everyone, of the city or a unit over any period, as a page, CSV and JSON.

What is small, or would tell what is small, comes hidden (`domain/figures/small_cells.py`) and is said to be small.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Response, jsonify, render_template, request
from page_words import say
from status_pages import Answer, StatusPages

from petitions.charts import Columns, columns
from petitions.domain.figures.periods import DAY, Period, named_period
from petitions.domain.figures.small_cells import FEWEST, PublicRow
from petitions.domain.files.sheets import csv_text
from petitions.domain.petition.history_counts import CITY, NOT_KNOWN, TOTAL
from petitions.domain.publishing.figure_names import FigureNames
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.shared.instants import hanoi
from petitions.errors import NotFound, Rejected
from petitions.usecases.figures.read_public_figures import PublicFigures
from petitions.usecases.publishing.public_view import PublicView
from petitions.ward_outlines import Outlines, outlines

USUAL = "quarter"
PERIODS = ("month", "last_month", "quarter", "last_quarter", "year", "last_year")
GROUPS = ("fields", "units", "wards")
WARD_PREFIX = "PX-"
"""What the directory puts before the code of the administrative list."""
SHADES = (0, 1, 20, 50, 100, 200)
"""The least petitions of each shade of the map."""


class FigurePages:
    """The routes."""

    def __init__(self, pages: StatusPages, view: PublicView, boundaries: Boundaries | None) -> None:
        self._pages = pages
        self._view = view
        self._outlines = outlines(boundaries) if boundaries else None

    def page(self) -> Answer:
        """Show the figures with a chart by month, tables and, for the city, a map of wards."""
        found, names, period = self._asked()
        unit = found.slot[0]
        whole = unit == CITY
        return render_template(
            "figures.html",
            unit=None if whole else names.units.get(unit, unit),
            asked={"unit": "" if whole else unit, "period": period},
            units=sorted(names.units.items(), key=lambda each: each[1]),
            periods=PERIODS,
            found=found,
            until=found.period.until - DAY,
            total=row_of(found.row),
            chart=columns([_columns(month) for month in found.months]),
            months=[row_of(month) for month in reversed(found.months)],
            groups={group: _rows(found, group, names) for group in GROUPS if group in found.tables},
            wards=_wards(found.tables["wards"], names, self._outlines) if whole else [],
            outlines=self._outlines,
            least=FEWEST,
            query=f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else "",
        ), HTTPStatus.OK

    def as_json(self) -> Answer:
        """Answer the same numbers as JSON; null is one that is hidden."""
        found, names, _ = self._asked()
        return jsonify(
            unit=found.slot[0],
            since=found.period.since.isoformat(),
            until=found.period.until.isoformat(),
            as_of=found.as_of.isoformat() if found.as_of else None,
            moved=found.moved,
            total=row_of(found.row),
            months=[row_of(month) for month in found.months],
            **{group: _rows(found, group, names) for group in GROUPS if group in found.tables},
        )

    def as_csv(self) -> Answer:
        """Answer the same numbers as CSV, a line for each part; an empty cell is one that is hidden."""
        found, names, _ = self._asked()
        rows = [("total", row_of(found.row)), *(("months", row_of(month)) for month in found.months)]
        rows += [(group, each) for group in GROUPS if group in found.tables for each in _rows(found, group, names)]
        heads = list(row_of(found.row))
        lines = [[part, row.get("name", ""), *(row[head] for head in heads)] for part, row in rows]
        return Response(csv_text(["part", "name", *heads], lines), mimetype="text/csv")

    def _asked(self) -> tuple[PublicFigures, FigureNames, str]:
        self._pages.check_reads()
        names = self._view.figure_names()
        unit = request.args.get("unit", "")
        if unit and unit not in names.units:
            raise NotFound(say("figures_no_unit"))
        period, name = self._period()
        return self._view.figures((unit or CITY, TOTAL, ""), period), names, name

    def _period(self) -> tuple[Period, str]:
        """Return the period asked for, and its name if it has one. Raise Rejected."""
        since, until = request.args.get("from", ""), request.args.get("to", "")
        try:
            today = hanoi(self._view.clock.now()).date()
            if since or until:
                last = date.fromisoformat(until) if until else today
                return Period(date.fromisoformat(since), last + DAY), ""
            name = request.args.get("period") or USUAL
            return named_period(name, today), name
        except (ValueError, KeyError, OverflowError) as error:
            raise Rejected(say("figures_no_period"), reason="wrong_period") from error


def row_of(row: PublicRow) -> dict[str, Any]:
    """Return a row as pages and open data give it; None is hidden."""
    return (
        {"key": row.key}
        | dict(row.numbers)
        | {
            "on_time_percent": row.on_time_percent,
            "median_days": _days(row.median_hours),
            "ninth_decile_days": _days(row.ninth_decile_hours),
            "satisfied_percent": row.satisfied_percent,
        }
    )


def _rows(found: PublicFigures, group: str, names: FigureNames) -> list[dict[str, Any]]:
    rows = [{"name": _name(names, group, row.key)} | row_of(row) for row in found.tables[group]]
    return sorted(rows, key=lambda each: (each["key"] == NOT_KNOWN, each["name"]))


def _name(names: FigureNames, group: str, key: str) -> str:
    if key == NOT_KNOWN:
        return say("figures_not_known")
    known: Mapping[str, str] = getattr(names, group)
    return known.get(key, key)


def _days(hours: float | None) -> float | None:
    return None if hours is None else round(hours / 24, 1)


def _columns(month: PublicRow) -> Columns:
    """Return the month's columns; what is hidden is not drawn."""
    numbers = {name: number or 0 for name, number in month.numbers.items()}
    label = f"{month.key[5:]}/{month.key[:4]}"
    return Columns(label, [[("arrived", numbers["arrived"])], [("good", numbers["handled"])]])


@cache
def _places() -> Mapping[str, tuple[int, int]]:
    """Return column and row of each ward on the map, by its code here (`python -m infra.build ward-tiles`)."""
    made: dict[str, tuple[int, int]] = json.loads((Path(__file__).parent / "ward_tiles.json").read_text())
    return {f"{WARD_PREFIX}{code}": place for code, place in made.items()}


def _wards(rows: Sequence[PublicRow], names: FigureNames, drawn: Outlines | None) -> list[dict[str, Any]]:
    """Return the wards of the map, each with how many petitions came from there: None where that is hidden.

    Each has its outline where the boundaries are known, else its tile.
    """
    arrived = {row.key: row.numbers["arrived"] for row in rows}
    drawings: Mapping[str, Any] = drawn.paths if drawn else _places()
    return [
        {
            "drawing": drawing,
            "name": names.wards.get(code, code),
            "number": arrived.get(code, 0),
            "shade": _shade(arrived.get(code, 0)),
        }
        for code, drawing in drawings.items()
    ]


def _shade(number: int | None) -> int:
    return 1 if number is None else sum(number >= least for least in SHADES) - 1
