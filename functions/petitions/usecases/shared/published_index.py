"""The search index of published results, in memory. A search reads only changes and the displayed results."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from petitions.domain.language.likeness import Likeness
from petitions.domain.language.search_words import SearchWords
from petitions.domain.publishing.published import FACETS_PATH, PublishedResult, ResultFacets, result_path
from petitions.domain.publishing.search_index import IndexedResult, IndexPart, part_path
from petitions.ports.store import Store


@dataclass(frozen=True)
class FoundResults:
    """The result of a search for published results."""

    places: list[str]
    """The document ids of the matching results, best match first."""
    facets: ResultFacets


class PublishedIndex:
    """The search index of published results in one process. Thread-safe.

    A search first loads the stored parts that have changed.
    """

    def __init__(self, public: Store, vocabulary: SearchWords) -> None:
        self._public = public
        self._lock = threading.Lock()
        self._likeness = Likeness(vocabulary)
        self._revisions: dict[int, int] = {}
        self._parts: dict[int, dict[str, IndexedResult]] = {}

    def search(self, text: str, keys: Collection[str] = ()) -> FoundResults:
        """Return the results that match the text and all the filters. Raise Retryable."""
        with self._lock:
            facets = self._read()
            places = self._likeness.nearest(text)
            if keys:
                wanted = {*keys}
                fitting = {
                    place
                    for part in self._parts.values()
                    for place, indexed_result in part.items()
                    if wanted <= indexed_result.keys
                }
                places = [place for place in places if place in fitting]
        return FoundResults(places, facets)

    def same(self, text: str, limit: int) -> list[PublishedResult]:
        """Return up to `limit` results with nearly the same content as the text, the most similar first.

        Raise Retryable.
        """
        with self._lock:
            self._read()
            places = self._likeness.same(text)
        return self.shown(places[:limit])

    def shown(self, places: Sequence[str]) -> list[PublishedResult]:
        """Return the results with these document ids that are still published, read in one call. Raise Retryable."""
        found = self._public.get_all([result_path(place) for place in places]) if places else []
        return [PublishedResult.model_validate(fields) for fields in found if fields]

    def _read(self) -> ResultFacets:
        stored = self._public.get(FACETS_PATH)
        facets = ResultFacets.model_validate(stored) if stored else ResultFacets()
        changed = [number for number, part in enumerate(facets.parts) if self._revisions.get(number) != part.revision]
        if changed:
            found = self._public.get_all([part_path(number) for number in changed])
            for number, fields in zip(changed, found, strict=True):
                self._replace(number, IndexPart.model_validate(fields).results if fields else {})
                self._revisions[number] = facets.parts[number].revision
        return facets

    def _replace(self, number: int, results: dict[str, IndexedResult]) -> None:
        for place in self._parts.get(number, {}).keys() - results.keys():
            self._likeness.drop(place)
        for place, result in results.items():
            self._likeness.put(place, result.text)
        self._parts[number] = results
