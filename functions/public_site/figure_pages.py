"""The published statistics of the city or a unit for one period, as a page, CSV and JSON.

Numbers that could reveal a single petition are removed before publication (`domain/figures/disclosure.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from unicodedata import normalize

from figure_rows import FIGURE_COLUMNS, WARD_PREFIX, row_of, rows_of, wards_of
from flask import Response, jsonify, render_template, request
from page_words import say
from status_pages import Answer, StatusPages

from petitions.charts import Columns, columns
from petitions.domain.figures.disclosure import FEWEST
from petitions.domain.figures.periods import Period
from petitions.domain.figures.published_figures import (
    GROUPS,
    PARTS,
    CityFigures,
    PublishedRow,
)
from petitions.domain.figures.published_periods import is_month, is_week, is_year, month_of, months_of, period_of
from petitions.domain.files.sheets import csv_text
from petitions.domain.petition.history_counts import CITY
from petitions.domain.publishing.figure_names import FigureNames
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.errors import NotFound, Rejected
from petitions.usecases.publishing.public_view import PublicView
from petitions.ward_outlines import outlines

ASKED = frozenset({"unit", "period"})
"""The query parameters that select the figures of a page."""
ALPHABET = " -aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0301\u0303\u0309\u0323"
LISTED_WEEKS = 12
"""The number of weeks, from the newest on, that can be chosen."""


@dataclass(frozen=True)
class AskedFigures:
    """The published statistics selected by a request."""

    city: CityFigures
    names: FigureNames
    unit: str
    """The code of the unit, or CITY."""
    period_id: str
    """The id of the period, such as "2026-11", or "" if nothing has been published."""
    row: PublishedRow | None
    """The published figures, or None if the unit has none for this period."""
    months: list[PublishedRow] = field(default_factory=list)
    """The published months of the same year, the first one first."""
    tables: Mapping[str, list[PublishedRow]] = field(default_factory=dict)
    nearest: str = ""
    """The newest period with figures of the unit, if this one has none, or ""."""

    @property
    def period(self) -> Period | None:
        """Return the days of the period, or None if nothing has been published."""
        return period_of(self.period_id) if self.period_id else None


class FigurePages:
    """Handlers of the addresses of the published statistics."""

    def __init__(self, pages: StatusPages, view: PublicView, boundaries: Boundaries | None) -> None:
        self._pages = pages
        self._view = view
        self._outlines = outlines(boundaries) if boundaries else None

    def page(self) -> Answer:
        """Show the statistics with a chart by month, tables and, for the city, a map of the wards."""
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
            groups={group: rows_of(rows, group, asked.names) for group, rows in asked.tables.items()},
            wards=wards_of(asked.tables["wards"], asked.names, self._outlines) if whole and asked.tables else [],
            outlines=self._outlines,
            ward_codes=asked.names.wards,
            least=FEWEST,
            query=f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else "",
        ), HTTPStatus.OK

    def as_json(self) -> Answer:
        """Return the statistics as JSON. Unknown and unpublished numbers are null."""
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
            **{group: rows_of(rows, group, asked.names) for group, rows in asked.tables.items()},
            periods=list(_published(asked.city, whole=asked.unit == CITY)),
        )

    def as_csv(self) -> Answer:
        """Return the statistics as CSV, with one line per table row. Unknown and unpublished numbers are empty."""
        asked = self._asked()
        rows = [("total", row_of(asked.row) | {"key": asked.unit})] if asked.row else []
        rows += [("months", row_of(month)) for month in asked.months]
        rows += [(group, row) for group, part in asked.tables.items() for row in rows_of(part, group, asked.names)]
        same = {"unit": asked.unit, "period": asked.period_id}
        lines = [[({"part": part} | same | row).get(head, "") for head in FIGURE_COLUMNS] for part, row in rows]
        return Response(csv_text([*FIGURE_COLUMNS], lines), mimetype="text/csv")

    def _asked(self) -> AskedFigures:
        """Return the statistics selected by the query: `unit` (default: the city) and `period` (default: the newest).

        Units have no weekly statistics, so a week combined with a unit selects the month. Raise Rejected for an
        unpublished period, and NotFound for an unknown unit.
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
        rows = of_unit.periods if of_unit else {item: published.row for item, published in city.periods.items()}
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
        months = [replace(rows[item], key=item) for item in months_of(period_id[:4]) if item in rows]
        nearest = "" if period_id in rows else _newest(rows)
        return AskedFigures(city, names, unit, period_id, rows.get(period_id), months, tables, nearest)


def _newest(ids: Iterable[str]) -> str:
    """Return the newest month among period ids, else the newest period, or "" if there are none."""
    return max(ids, key=lambda item: (is_month(item), period_of(item).since), default="")


def _published(city: CityFigures, *, whole: bool) -> list[str]:
    """Return the ids of the published periods, newest first. Weeks are included only with `whole`."""
    found = [period for period in city.periods if whole or not is_week(period)]
    return sorted(found, key=lambda item: period_of(item).since, reverse=True)


def _offered(city: CityFigures, *, whole: bool) -> dict[str, list[tuple[str, str]]]:
    kinds: dict[str, list[tuple[str, str]]] = {"months": [], "quarters": [], "years": [], "weeks": []}
    for item in _published(city, whole=whole):
        kind = "weeks" if is_week(item) else "months" if is_month(item) else "years" if is_year(item) else "quarters"
        kinds[kind].append((item, _period_name(item)))
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
    kinds: dict[str, list[tuple[str, str]]] = {"offices": [], "wards": []}
    for code, name in units.items():
        kinds["wards" if code.startswith(WARD_PREFIX) else "offices"].append((code, name))
    return {kind: sorted(found, key=lambda item: _alphabetical(item[1])) for kind, found in kinds.items()}


def _alphabetical(name: str) -> list[tuple[int, str]]:
    """Return a sort key for the Vietnamese alphabet: by letters first, then by tones."""
    letters = [normalize("NFD", letter) for letter in normalize("NFC", name.lower())]
    plain = ["".join(part for part in letter if part not in TONES) for letter in letters]
    return [(ALPHABET.find(normalize("NFC", letter)), letter) for letter in plain] + [(0, name)]


def _day_text(day: date) -> str:
    return f"{day:%-d/%-m/%Y}"


def _columns(month: PublishedRow) -> Columns:
    label = f"{month.key[5:]}/{month.key[:4]}"
    return Columns(label, [[("arrived", month.numbers["arrived"])], [("good", month.numbers["handled"])]])
