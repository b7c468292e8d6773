"""Reading of the public database, for the public website."""

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
    PublishedResult,
    ResultFacets,
    ResultSearch,
)
from petitions.domain.reports.frozen import PublicReport
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.shared.published_index import PublishedIndex

MOST_REPORTS = 40
MOST_COUNTED = 1000
"""The number up to which results that fit several filters are counted. Such a count is billed as one read."""


@dataclass(frozen=True)
class ResultList:
    """A page of the list of published results."""

    results: list[PublishedResult]
    facets: ResultFacets
    count: int
    """The number of results that fit the search. MOST_COUNTED + 1 stands for more than MOST_COUNTED."""
    next: str | None
    """The document id after which the next page begins, or None at the end."""


@dataclass(frozen=True)
class PublicView:
    """Reads the public database, for `public_site`."""

    public: Store
    clock: Clock
    index: PublishedIndex

    def status(self, code: str) -> PublicStatus | None:
        """Return the public status of the petition with this code, or None."""
        found = self.public.get(status_path(code))
        return None if found is None else PublicStatus.model_validate(found)

    def results(self, search: ResultSearch, limit: int, after: str = "", *, newest_first: bool = False) -> ResultList:
        """Return the published results that fit the search. `after` is `next` of the page before, or "".

        With a search text the best matches come first, unless `newest_first`. Otherwise the newest come first.
        """
        return self._nearest(search, limit, after, newest_first) if search.text else self._newest(search, limit, after)

    def _nearest(self, search: ResultSearch, limit: int, after: str, newest_first: bool) -> ResultList:  # noqa: FBT001 - it is passed on
        found = self.index.search(search.text, search.keys)
        places = sorted(found.places) if newest_first else found.places
        start = places.index(after) + 1 if after in places else 0
        page = places[start : start + limit]
        more = page[-1] if len(places) > start + limit else None
        return ResultList(self.index.shown(page), found.facets, len(places), more)

    def _newest(self, search: ResultSearch, limit: int, after: str) -> ResultList:
        where = tuple((f"keys.{key}", "==", True) for key in search.keys)
        start = (after,) if after else ()
        found = self.public.find(Query(RESULTS, where, order_by=("__name__",), limit=limit + 1, start_after=start))
        facets = self.facets()
        results = [PublishedResult.model_validate(document.data) for document in found[:limit]]
        more = found[limit - 1].id if len(found) > limit else None
        return ResultList(results, facets, self._count(search.keys, where, facets), more)

    def newest(self, limit: int) -> list[tuple[str, datetime]]:
        """Return the ids of the newest results, with their times of publication."""
        query = Query(RESULTS, order_by=("__name__",), limit=limit, fields=("result_id", "published_at"))
        return [(document.data["result_id"], document.data["published_at"]) for document in self.public.find(query)]

    def facets(self) -> ResultFacets:
        """Return the numbers of published results by filter."""
        stored = self.public.get(FACETS_PATH)
        return ResultFacets.model_validate(stored) if stored else ResultFacets()

    def result(self, public_id: str) -> PublishedResult | None:
        """Return the published result with this public id, or None."""
        found = self.public.find(Query(RESULTS, where=(("result_id", "==", public_id),), limit=1))
        return PublishedResult.model_validate(found[0].data) if found else None

    def similar(self, result: PublishedResult, limit: int) -> list[PublishedResult]:
        """Return other results with nearly the same summary, the most similar first."""
        places = self.index.search(result.result.summary).places[: limit + 1]
        return [
            published_result
            for published_result in self.index.shown(places)
            if published_result.result_id != result.result_id
        ][:limit]

    def _count(self, keys: Sequence[str], where: tuple[tuple[str, str, Any], ...], facets: ResultFacets) -> int:
        if not keys:
            return facets.total
        if len(keys) == 1:
            return facets.counts.get(keys[0], 0)
        return self.public.count(Query(RESULTS, where, limit=MOST_COUNTED + 1))

    def city(self) -> CityFigures:
        """Return the published statistics of the whole city, by period."""
        stored = self.public.get(CITY_PATH)
        return CityFigures.model_validate(stored) if stored else CityFigures()

    def unit(self, unit: str) -> UnitFigures:
        """Return the published statistics of a unit, by period."""
        stored = self.public.get(unit_path(unit))
        return UnitFigures.model_validate(stored) if stored else UnitFigures()

    def tables(self, period_id: str) -> PeriodTables | None:
        """Return the published tables of a month, quarter or year, or None for a week."""
        stored = self.public.get(tables_path(period_id))
        return PeriodTables.model_validate(stored) if stored else None

    def reports(self) -> list[PublicReport]:
        """Return the official reports that are public, the newest period first."""
        found = self.public.find(Query("reports", order_by=("-until",), limit=MOST_REPORTS))
        return [PublicReport.model_validate(document.data) for document in found]

    def figure_names(self) -> FigureNames:
        """Return the names of units, fields and wards in the published statistics."""
        stored = self.public.get(FIGURE_NAMES_PATH)
        return FigureNames.model_validate(stored) if stored else FigureNames(units={}, fields={}, wards={})
