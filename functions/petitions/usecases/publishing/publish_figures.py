"""The nightly publication of statistics, once for every ended period, without numbers that could identify people.

Published numbers never change: the difference between two versions would reveal numbers of the days between them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from petitions.domain.figures.disclosure import TableHistory, rows_with_standing, shown_pairs, shown_rows
from petitions.domain.figures.figures_row import FiguresRow
from petitions.domain.figures.periods import Period
from petitions.domain.figures.published_figures import (
    CITY_NUMBERS,
    CITY_PATH,
    GROUPS,
    PARTS,
    REST,
    ROW_NUMBERS,
    CityFigures,
    PeriodTables,
    PublishedPeriod,
    PublishedRow,
    UnitFigures,
    UnitTables,
    published_row,
    rest_of,
    tables_path,
    unit_path,
)
from petitions.domain.figures.published_periods import (
    ended_periods,
    four_weeks,
    is_week,
    is_year,
    months_of,
    period_of,
    quarter_of,
)
from petitions.domain.figures.stored_figures import FlowFigures, flow_path
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.petition.history_counts import CITY, NOT_KNOWN
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.figures.read_figures import FiguresPage, ReadFigures
from petitions.usecases.publishing.public_documents import write_public


@dataclass(frozen=True)
class PublishFigures:
    """Publishes the statistics of ended weeks, months, quarters and years, for the function `relay`."""

    petitions: Store
    public: Store
    clock: Clock
    directory: Directory
    fields: AdministrationFields

    def __call__(self) -> list[str]:
        """Publish the weeks, months, quarters and years that have ended since the last run, and return their ids.

        Raise Retryable.
        """
        stored = self.public.get(CITY_PATH)
        city = CityFigures.model_validate(stored) if stored else CityFigures()
        weeks = [period_of(period_id).since for period_id in city.periods if is_week(period_id)]
        since = min(weeks) if weeks else self._first_day()
        if since is None:
            return []
        ended = ended_periods(since, hanoi(self.clock.now()).date())
        new = [period_id for period_id in ended if period_id not in city.periods]
        for period_id in new:
            city = self._publish(period_id, city)
        return new

    def _first_day(self) -> date | None:
        years = [
            FlowFigures.model_validate(document.data) for document in self.petitions.find(Query(f"stats/{CITY}/years"))
        ]
        days = [day for year in years for day in year.days]
        return date.fromisoformat(min(days)) if days else None

    def _publish(self, period_id: str, city: CityFigures) -> CityFigures:
        page = self._figures(CITY, period_of(period_id))
        as_of = page.as_of or self.clock.now()
        row = published_row(page.total, CITY_NUMBERS, standing=True)
        changed: dict[str, Any] = {"periods": city.periods | {period_id: PublishedPeriod(as_of=as_of, row=row)}}
        if is_week(period_id):
            total = self._figures(CITY, four_weeks(period_id)).total
            row = published_row(total, CITY_NUMBERS, standing=True)
            changed |= {"latest": PublishedPeriod(as_of=as_of, row=row), "last_week": period_id}
        else:
            self._publish_units(period_id, self._publish_tables(period_id, page))
        city = replace(city, **changed)
        write_public(self.public, {CITY_PATH: city.stored()})
        return city

    def _publish_tables(self, period_id: str, page: FiguresPage) -> PeriodTables:
        tables: dict[str, Any] = {}
        histories = self._histories(period_id)
        for group in GROUPS:
            found = {row.key: row for row in page.groups.get(group, [])}
            keys = {*self._keys(group), *found}
            rows = {key: found.get(key, FiguresRow(key, {}, 0, 0)) for key in keys}
            history = histories[group]
            shown = shown_rows(period_id, history, keys)
            tables[group] = _published(rows, shown, rows_with_standing(period_id, history, shown))
        path = tables_path(period_id)
        self.public.create(path, PeriodTables(**tables).stored())
        return PeriodTables.model_validate(self.public.get(path))

    def _keys(self, group: str) -> list[str]:
        wards = [ward.code for ward in self.directory.wards]
        return {
            "units": [*(unit.code for unit in self.directory.units), *wards],
            "wards": [*wards, NOT_KNOWN],
            "fields": [*(field.code for field in self.fields.fields), NOT_KNOWN],
        }[group]

    def _histories(self, period_id: str) -> dict[str, TableHistory]:
        """Return, by group, the statistics and published rows of the year's periods up to the end of this period.

        These decide which rows can be published.
        """
        end = UpTo(period_of(period_id).until)
        months = [month for month in months_of(period_id[:4]) if period_of(month).until in end]
        earlier = dict.fromkeys(item for month in months for item in (month, quarter_of(month)) if item != period_id)
        flows = dict(zip(months, self.petitions.get_all([flow_path(CITY, month) for month in months]), strict=True))
        read = dict(zip(earlier, self.public.get_all([tables_path(item) for item in earlier]), strict=True))
        figures = {month: FlowFigures.model_validate(fields) for month, fields in flows.items() if fields}
        tables = {item: PeriodTables.model_validate(fields) for item, fields in read.items() if fields}
        return {
            group: TableHistory(
                arrived={
                    month: {key: FiguresRow(key, counts).arrived for key, counts in flow.of(group).items()}
                    for month, flow in figures.items()
                },
                published={item: {row.key for row in getattr(found, group)} for item, found in tables.items()},
            )
            for group in GROUPS
        }

    def _publish_units(self, period_id: str, tables: PeriodTables) -> None:
        rows = {row.key: row for row in tables.units if row.key != REST}
        paths = [unit_path(unit) for unit in rows]
        stored = self.public.get_all(paths)
        units = {
            unit: UnitFigures.model_validate(fields) if fields else UnitFigures()
            for unit, fields in zip(rows, stored, strict=True)
        }
        parts = self._unit_tables(period_id, rows.keys()) if is_year(period_id) else {}
        write_public(
            self.public,
            {
                unit_path(unit): replace(
                    figures,
                    periods=figures.periods | {period_id: rows[unit]},
                    tables=figures.tables | ({period_id: parts[unit]} if unit in parts else {}),
                ).stored()
                for unit, figures in units.items()
            },
        )

    def _unit_tables(self, year: str, units: Collection[str]) -> dict[str, UnitTables]:
        pages = {unit: self._figures(unit, period_of(year)) for unit in units}
        found: dict[str, dict[str, list[PublishedRow]]] = {unit: {} for unit in units}
        for group in PARTS:
            rows = {unit: {row.key: row for row in page.groups[group]} for unit, page in pages.items()}
            arrived = {(unit, key): row.arrived for unit, of_unit in rows.items() for key, row in of_unit.items()}
            shown = shown_pairs(arrived, units, {*self._keys(group), *(key for _, key in arrived)})
            for unit, of_unit in rows.items():
                keys = {key for key in of_unit if (unit, key) in shown}
                found[unit][group] = _published(of_unit, keys, standing=())
        return {unit: UnitTables(**tables) for unit, tables in found.items()}

    def _figures(self, unit: str, period: Period) -> FiguresPage:
        return ReadFigures(self.petitions, self.clock)(unit, period)


def _published(rows: Mapping[str, FiguresRow], shown: Collection[str], standing: Collection[str]) -> list[PublishedRow]:
    made = {key: published_row(row, ROW_NUMBERS, standing=key in standing) for key, row in rows.items()}
    left_out = [row for key, row in made.items() if key not in shown]
    return [made[key] for key in sorted(shown)] + ([rest_of(left_out)] if left_out else [])
