"""The public pages' reads of the public database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.figures.published_figures import (
    CITY_PATH,
    CityFigures,
    PeriodTables,
    UnitFigures,
    tables_path,
    unit_path,
)
from petitions.domain.publishing.figure_names import FIGURE_NAMES_PATH, FigureNames
from petitions.domain.publishing.public import PublicStatus, status_path
from petitions.domain.publishing.published import (
    FACETS_PATH,
    RESULTS,
    SHOWN,
    WORD,
    PublishedResult,
    ResultFacets,
    ResultSearch,
)
from petitions.domain.reports.frozen import PublicReport
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

STATUSES = "statuses"
MOST_REPORTS = 40
MOST_COUNTED = 1000
"""A mixture of filters is counted up to this, which the database bills as one read."""
MOST_COMPARED = 12
"""Of the newest results with a mark in common; reading them is most of what the page of a result costs."""


@dataclass(frozen=True)
class ResultList:
    """A page of the list of results."""

    results: list[PublishedResult]
    facets: ResultFacets
    count: int
    """How many fit; MOST_COUNTED + 1 stands for more than MOST_COUNTED."""
    next: str | None
    """The place after which the next page begins; None where nothing is left."""


@dataclass(frozen=True)
class PublicView:
    """The use case of `public_site`."""

    public: Store
    clock: Clock

    def status(self, code: str) -> PublicStatus | None:
        """Return a petition's status by code, or None."""
        found = self.public.get(status_path(code))
        return None if found is None else PublicStatus.model_validate(found)

    def results(self, search: ResultSearch, limit: int, after: str = "") -> ResultList:
        """Return the published results that fit, the newest first, after the one with that place: three reads at most.

        What is counted by a filter alone stands in the facets; mixtures are counted by the database up to MOST_COUNTED.
        """
        keys = search.keys
        where = tuple((f"keys.{key}", "==", True) for key in keys)
        found = self.public.find(
            Query(
                RESULTS,
                where,
                order_by=("__name__",),
                limit=limit + 1,
                start_after=(after,) if after else (),
                fields=SHOWN,
            )
        )
        facets = self.facets()
        results = [PublishedResult.model_validate(each.data) for each in found[:limit]]
        return ResultList(
            results, facets, self._count(keys, where, facets), found[limit - 1].id if len(found) > limit else None
        )

    def newest(self, limit: int) -> list[tuple[str, datetime]]:
        """Return the ids of the newest results, and when each was published."""
        query = Query(RESULTS, order_by=("__name__",), limit=limit, fields=("result_id", "published_at"))
        return [(each.data["result_id"], each.data["published_at"]) for each in self.public.find(query)]

    def facets(self) -> ResultFacets:
        """Return how many results there are by filter."""
        stored = self.public.get(FACETS_PATH)
        return ResultFacets.model_validate(stored) if stored else ResultFacets()

    def result(self, public_id: str) -> PublishedResult | None:
        """Return the published result with this public id, or None."""
        found = self.public.find(
            Query(RESULTS, where=(("result_id", "==", public_id),), limit=1, fields=(*SHOWN, "marks"))
        )
        return PublishedResult.model_validate(found[0].data) if found else None

    def similar(self, result: PublishedResult, limit: int) -> list[PublishedResult]:
        """Return other results that tell nearly the same, the nearest first."""
        if not result.marks:
            return []
        alike = (("marks", "array_contains_any", result.marks),)
        query = Query(RESULTS, alike, limit=MOST_COMPARED, fields=(*SHOWN, "marks"))
        found = [PublishedResult.model_validate(each.data) for each in self.public.find(query)]
        others = [each for each in found if each.result_id != result.result_id]
        shared = {each.result_id: len({*each.marks} & {*result.marks}) for each in others}
        return sorted(others, key=lambda each: shared[each.result_id], reverse=True)[:limit]

    def _count(self, keys: Sequence[str], where: tuple[tuple[str, str, Any], ...], facets: ResultFacets) -> int:
        if not keys:
            return facets.total
        if len(keys) == 1 and not keys[0].startswith(WORD):
            return facets.counts.get(keys[0], 0)
        return self.public.count(Query(RESULTS, where, limit=MOST_COUNTED + 1))

    def city(self) -> CityFigures:
        """Return the published figures of the whole city, by period."""
        stored = self.public.get(CITY_PATH)
        return CityFigures.model_validate(stored) if stored else CityFigures()

    def unit(self, unit: str) -> UnitFigures:
        """Return the published figures of a unit, by period."""
        stored = self.public.get(unit_path(unit))
        return UnitFigures.model_validate(stored) if stored else UnitFigures()

    def tables(self, period_id: str) -> PeriodTables | None:
        """Return the published tables of a month, quarter or year; None of a week."""
        stored = self.public.get(tables_path(period_id))
        return PeriodTables.model_validate(stored) if stored else None

    def reports(self) -> list[PublicReport]:
        """Return the official reports that are public, the newest period first."""
        found = self.public.find(Query("reports", order_by=("-until",), limit=MOST_REPORTS))
        return [PublicReport.model_validate(each.data) for each in found]

    def figure_names(self) -> FigureNames:
        """Return the names of what the figures count."""
        stored = self.public.get(FIGURE_NAMES_PATH)
        return FigureNames.model_validate(stored) if stored else FigureNames(units={}, fields={}, wards={})
