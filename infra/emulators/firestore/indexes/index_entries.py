"""The index entries of a document: the limit of 40,000, and the number that a commit writes.

The limit (cloud.google.com/firestore/quotas#indexes) counts single-field entries: one per index of a field, and one per
distinct element of an array. The cost of a commit also counts the entries of composite indexes that it adds or removes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Protocol

from infra.emulators.firestore.documents.limits import MAX_INDEX_ENTRIES
from infra.emulators.firestore.documents.value_order import encode
from infra.emulators.firestore.indexes.ordered_index import Kind, Spec, parts_of
from infra.emulators.firestore.wire.errors import invalid
from infra.emulators.firestore.wire.field_paths import FieldPath
from infra.emulators.firestore.wire.messages import Document, Message

SMALLEST_ENTRY_BYTES = 2
"""The least number of bytes of a stored document per index entry. The entries of small documents need no counting."""

IndexesOf = Callable[[FieldPath], list[Kind]]
"""A function from a field to the kinds of its single-field indexes."""


class Declarations(Protocol):
    """The indexes declared for a project. A collection group is all collections with the same id."""

    def indexes_of(self, project: str, group: str) -> IndexesOf: ...

    def composites_of(self, project: str, group: str) -> list[Spec]:
        """Return a collection group's composite indexes, both for single collections and for the whole group."""


class Undeclared:
    """The indexes of a project without declarations: all single-field indexes, and no composite ones."""

    def indexes_of(self, project: str, group: str) -> IndexesOf:  # noqa: ARG002 - the same for all
        return lambda _: list(Kind)

    def composites_of(self, project: str, group: str) -> list[Spec]:  # noqa: ARG002 - the same for all
        return []


def check_index_entries(path: str, fields: Message, indexes_of: IndexesOf) -> None:
    """Raise INVALID_ARGUMENT for a document with too many index entries."""
    count = sum(1 for _ in _single(fields, (), indexes_of))
    if count > MAX_INDEX_ENTRIES:
        raise invalid(
            f'Document "{path}" has {count:,} index entries, more than the maximum of {MAX_INDEX_ENTRIES:,}. '
            "Exempt large arrays and maps from indexing."
        )


def index_writes(
    path: str, before: bytes | None, after: bytes | None, indexes_of: IndexesOf, composites: list[Spec]
) -> int:
    """Return the number of index entries that a change of one document adds or removes.

    `before` and `after` are the serialised document, or None if it does not exist. Unchanged fields keep their entries
    and are not counted.
    """
    old, new = (Document.FromString(data).fields if data is not None else None for data in (before, after))
    changed = _changed(old or {}, new or {})
    if old is not None and new is not None:
        composites = [spec for spec in composites if any(part.field[0] in changed for part in spec)]
    found = (set(_entries(path, fields, changed, indexes_of, composites)) for fields in (old, new))
    return len(next(found) ^ next(found))


def _changed(old: Message, new: Message) -> set[str]:
    return {name for name in (*old, *new) if name not in old or name not in new or old[name] != new[name]}


def _entries(
    path: str, fields: Message | None, names: set[str], indexes_of: IndexesOf, composites: list[Spec]
) -> Iterator[object]:
    if fields is None:
        return
    yield from _single(fields, (), indexes_of, names)
    for spec in composites:
        yield from ((spec, entry) for entry in parts_of(spec, path, fields))


def _single(
    fields: Message, above: FieldPath, indexes_of: IndexesOf, names: Collection[str] | None = None
) -> Iterator[tuple[FieldPath, int, bytes]]:
    """Yield the single-field index entries of a document: field, number of the index, encoded value.

    With `names`, only the entries of these fields are yielded. The document's name is omitted, because it is the same
    in all entries.
    """
    for name in fields if names is None else names:
        if name not in fields:
            continue
        value, path = fields[name], (*above, name)
        kinds = indexes_of(path)
        whole = encode(value) if any(kind is not Kind.CONTAINS for kind in kinds) else b""
        for number, kind in enumerate(kinds):
            if kind is not Kind.CONTAINS:
                yield path, number, whole
            elif value.WhichOneof("value_type") == "array_value":
                yield from ((path, number, one) for one in {encode(element) for element in value.array_value.values})
        if value.WhichOneof("value_type") == "map_value":
            yield from _single(value.map_value.fields, path, indexes_of)
