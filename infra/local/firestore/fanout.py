"""How many index entries a document makes: at most 40,000 (cloud.google.com/firestore/quotas#indexes).

Counted are the single-field entries: one for each index of a field, one for each different element of an array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from infra.local.firestore.indexes import Kind
from infra.local.firestore.limits import MAX_INDEX_ENTRIES
from infra.local.firestore.names import FieldPath
from infra.local.firestore.protocol import Message
from infra.local.firestore.refusals import invalid
from infra.local.firestore.values import encode

SMALLEST_ENTRY_BYTES = 2
"""No entry comes of less than this many bytes of a stored document, so that small ones need no counting."""

IndexesOf = Callable[[FieldPath], list[Kind]]
"""The single-field indexes of a field, as the kind of each."""


def every_field(_: FieldPath) -> list[Kind]:
    """The indexes of a field without exemptions."""
    return list(Kind)


def check_index_entries(path: str, fields: Message, indexes_of: IndexesOf) -> None:
    """Refuse a document with too many index entries."""
    count = sum(_entries(fields, (), indexes_of))
    if count > MAX_INDEX_ENTRIES:
        raise invalid(
            f'Document "{path}" has {count:,} index entries, more than the maximum of {MAX_INDEX_ENTRIES:,}. '
            "Exempt large arrays and maps from indexing."
        )


def _entries(fields: Message, above: FieldPath, indexes_of: IndexesOf) -> Iterator[int]:
    for name in fields:
        value, path = fields[name], (*above, name)
        kinds = indexes_of(path)
        yield sum(kind is not Kind.CONTAINS for kind in kinds)
        match value.WhichOneof("value_type"):
            case "map_value":
                yield from _entries(value.map_value.fields, path, indexes_of)
            case "array_value":
                elements = len({encode(element) for element in value.array_value.values})
                yield elements * kinds.count(Kind.CONTAINS)
