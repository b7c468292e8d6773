"""The search index of published results: a few documents with all data that a search compares."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.language.likeness import IndexedText
from petitions.domain.publishing.published import PublishedResult
from petitions.domain.shared.records import Root

FULL = 500_000
"""The size in bytes from which a part takes no more results. Firestore limits documents to 1 MiB."""
LONGEST_COMPARED = 600
"""The number of characters of a summary, and of an answer, that a search compares."""


@dataclass(frozen=True)
class IndexedResult:
    """The data of one result that a search compares."""

    text: IndexedText
    keys: frozenset[str]
    """The keys of the filters that the result matches."""


class IndexPart(Root):
    """One part of the index, stored as `search/{number}` in the public database. It has only published texts."""

    packed: bytes = b""

    @property
    def is_full(self) -> bool:
        return len(self.packed) >= FULL

    @property
    def results(self) -> dict[str, IndexedResult]:
        rows = json.loads(zlib.decompress(self.packed)) if self.packed else []
        return {place: IndexedResult(IndexedText(*text), frozenset(keys)) for place, text, keys in rows}


def part_of(results: Mapping[str, IndexedResult]) -> IndexPart:
    """Return a part that holds these results, keyed by the id of their document."""
    rows = [
        (
            place,
            (indexed_result.text.title, indexed_result.text.body, indexed_result.text.labels),
            sorted(indexed_result.keys),
        )
        for place, indexed_result in sorted(results.items())
    ]
    return IndexPart(packed=zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 9))


def indexed(result: PublishedResult) -> IndexedResult:
    """Return the data of the result that a search compares."""
    labels = (result.unit_name, result.field_name, result.ward_name or "")
    text = searchable_text(result.result.summary, result.result.answer, *labels)
    return IndexedResult(text, frozenset(key for key, fits in result.keys.items() if fits))


def searchable_text(summary: str, answer: str, *labels: str) -> IndexedText:
    """Return the text of a result in the form that a search compares.

    `labels` are the names of its unit, field and ward.
    """
    names = ". ".join(label for label in labels if label)
    return IndexedText(summary[:LONGEST_COMPARED], answer[:LONGEST_COMPARED], names)


def part_path(number: int) -> str:
    return f"search/{number}"
