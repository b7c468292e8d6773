"""The search index of published results, stored in parts. A changed result changes one part, in its transaction."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.publishing.published import (
    FACETS_PATH,
    RESULTS,
    PublishedResult,
    ResultFacets,
    result_path,
)
from petitions.domain.publishing.search_index import IndexPart, indexed, part_of, part_path
from petitions.ports.store import Document, Query, Store, Transaction

AT_ONCE = 200


@dataclass(frozen=True)
class IndexChange:
    """The effect of a changed result on the index."""

    facets: ResultFacets
    """The numbers by filter, with the part's new revision."""
    number: int
    part: IndexPart
    is_new: bool

    def write(self, tx: Transaction) -> None:
        """Write the changed part of the index and its numbers by filter."""
        if self.is_new:
            tx.create(part_path(self.number), self.part.stored())
        else:
            tx.update(part_path(self.number), self.part.stored())


def index_change(
    tx: Transaction,
    facets: ResultFacets,
    before: tuple[str, PublishedResult] | None,
    after: tuple[str, PublishedResult] | None,
) -> IndexChange | None:
    """Return the change of the index when the result `after` replaces `before`, or None if the index stays the same.

    Both are a document id and a result. `before` is None for a new result, `after` for a removed one.
    """
    listed = before if before and before[1].part is not None else None
    if listed and after and listed[0] == after[0] and indexed(listed[1]) == indexed(after[1]):
        return None
    if not listed and not after:
        return None
    number = listed[1].part if listed else None
    number = max(0, len(facets.parts) - 1) if number is None else number
    stored = tx.get(part_path(number))
    part = IndexPart.model_validate(stored) if stored else IndexPart()
    if not listed and part.is_full:
        number, stored, part = number + 1, None, IndexPart()
    results = part.results
    if listed:
        results.pop(listed[0], None)
    if after:
        results[after[0]] = indexed(after[1])
    return IndexChange(facets.with_part(number, len(results)), number, part_of(results), is_new=stored is None)


@dataclass(frozen=True)
class IndexResults:
    """Adds results that are not in the index. `relay` runs it every night. Raises Retryable."""

    public: Store

    def __call__(self) -> None:
        """Add published results that are missing from the index. Do nothing if their numbers agree."""
        stored = self.public.get(FACETS_PATH)
        facets = ResultFacets.model_validate(stored) if stored else ResultFacets()
        if sum(part.results for part in facets.parts) == facets.total:
            return
        after = ""
        while found := self._some(after):
            for place in (document.id for document in found if "part" not in document.data):
                self.public.transact(lambda tx, place=place: _take_in(tx, place))  # type: ignore[misc]
            after = found[-1].id

    def _some(self, after: str) -> list[Document]:
        start = (after,) if after else ()
        return self.public.find(
            Query(RESULTS, order_by=("__name__",), limit=AT_ONCE, start_after=start, fields=("part",))
        )


def _take_in(tx: Transaction, place: str) -> None:
    stored, counted = tx.get(result_path(place)), tx.get(FACETS_PATH)
    if stored is None or counted is None or "part" in stored:
        return
    facets = ResultFacets.model_validate(counted)
    change = index_change(tx, facets, None, (place, PublishedResult.model_validate(stored)))
    if change:
        tx.update(result_path(place), {"part": change.number})
        tx.update(FACETS_PATH, {"parts": change.facets.stored()["parts"]})
        change.write(tx)
