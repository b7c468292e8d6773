"""Ordered indexes in memory, built when a query first needs one, then updated by every commit.

An entry is a byte string: the encoded equality values, the encoded order values (inverted where descending), the
encoded name and the length of the name. Sorted entries are in the order of the query's results.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from itertools import product
from typing import NamedTuple

from infra.emulators.firestore.documents.fields import value_at
from infra.emulators.firestore.documents.value_order import decode_path, encode, encode_path, invert
from infra.emulators.firestore.wire.field_paths import NAME, FieldPath
from infra.emulators.firestore.wire.messages import Document, Message

MAX_INDEXES = 64
"""The number of indexes kept per scope. Beyond it, the oldest index is dropped and built again when needed."""


class Kind(Enum):
    """The way in which an index column holds a field: ascending, descending, or one entry per array element."""

    ASCENDING = "ASCENDING"
    DESCENDING = "DESCENDING"
    CONTAINS = "CONTAINS"


class Part(NamedTuple):
    """A column of an index: a field and its kind."""

    field: FieldPath
    kind: Kind


Spec = tuple[Part, ...]
"""The columns of an index. `__name__` in ascending order is an implied last column."""


class Scope(NamedTuple):
    """The documents covered by an index.

    The kind "collection" has the collection's path as `key`, "group" the collection id, and "all" an empty string.
    """

    kind: str
    key: str


Load = Callable[[], Iterable[tuple[str, bytes]]]


def parts_of(spec: Spec, path: str, fields: Message) -> Iterator[bytes]:
    """Yield a document's entries in an index, without the document's name at the end.

    There is one entry per element of an indexed array, and none if the document lacks an indexed field.
    """
    columns = [_column(part, path, fields) for part in spec]
    for combination in product(*columns):
        yield b"".join(combination)


def _column(part: Part, path: str, fields: Message) -> list[bytes]:
    if part.field == NAME:
        return [_directed(encode_path(path), part.kind)]
    value = value_at(fields, part.field)
    if value is None:
        return []
    if part.kind is Kind.CONTAINS:
        return list({encode(element) for element in value.array_value.values})
    return [_directed(encode(value), part.kind)]


def _directed(encoded: bytes, kind: Kind) -> bytes:
    return invert(encoded) if kind is Kind.DESCENDING else encoded


def entries(spec: Spec, path: str, fields: Message) -> list[bytes]:
    """Return a document's entries in an index, which are none if it lacks an indexed field."""
    tail = _tail(path)
    return [part + tail for part in parts_of(spec, path, fields)]


def _tail(path: str) -> bytes:
    name = encode_path(path)
    return name + struct.pack(">H", len(name))


def path_of(entry: bytes) -> str:
    (length,) = struct.unpack(">H", entry[-2:])
    return decode_path(entry[-2 - length : -2])


class Columns:
    """A cache of the encoded values of some documents by column, shared by indexes that are built together.

    It is valid only while none of the documents changes.
    """

    def __init__(self, documents: Iterable[tuple[str, bytes]]) -> None:
        self._documents = list(documents)
        self._tails = [[_tail(path)] for path, _ in self._documents]
        self._made: dict[Part, list[list[bytes]]] = {}

    def entries(self, spec: Spec) -> Iterator[bytes]:
        missing = [part for part in dict.fromkeys(spec) if part not in self._made]
        if missing:
            self._made |= {part: [] for part in missing}
            for path, data in self._documents:
                fields = Document.FromString(data).fields
                for part in missing:
                    self._made[part].append(_column(part, path, fields))
        rows = zip(*(self._made[part] for part in spec), self._tails, strict=True)
        return (b"".join(combination) for row in rows for combination in product(*row))


class Index:
    def __init__(self, spec: Spec, columns: Columns) -> None:
        self._spec = spec
        self._entries = sorted(columns.entries(spec))

    def between(self, low: bytes, high: bytes, *, backward: bool) -> Iterator[bytes]:
        """Yield the entries from `low` (included) to `high` (excluded). No commit may happen meanwhile."""
        start = bisect_left(self._entries, low)
        stop = bisect_left(self._entries, high)
        numbers = range(stop - 1, start - 1, -1) if backward else range(start, stop)
        return map(self._entries.__getitem__, numbers)

    def replace(self, path: str, before: Message | None, after: Message | None) -> None:
        """Update the entries of one document. `before` and `after` are its fields, or None if it does not exist."""
        old = set(entries(self._spec, path, before)) if before is not None else set()
        new = set(entries(self._spec, path, after)) if after is not None else set()
        for entry in old - new:
            del self._entries[bisect_left(self._entries, entry)]
        for entry in new - old:
            insort(self._entries, entry)


class Indexes:
    def __init__(self) -> None:
        self._scopes: dict[Scope, dict[Spec, Index]] = {}
        self._columns: dict[Scope, Columns] = {}

    def get(self, scope: Scope, spec: Spec, load: Load) -> Index:
        """Return an index, built from the documents that `load` returns if it does not exist yet."""
        made = self._scopes.setdefault(scope, {})
        if spec not in made:
            if len(made) >= MAX_INDEXES:
                del made[next(iter(made))]
            if scope not in self._columns:
                self._columns[scope] = Columns(load())
            made[spec] = Index(spec, self._columns[scope])
        return made[spec]

    def follow(self, scopes: Iterable[Scope], path: str, before: bytes | None, after: bytes | None) -> None:
        """Update every index of these scopes after a change of one document."""
        for scope in (scopes := tuple(scopes)):
            self._columns.pop(scope, None)
        concerned = [index for scope in scopes for index in self._scopes.get(scope, {}).values()]
        if concerned:
            old = None if before is None else Document.FromString(before).fields
            new = None if after is None else Document.FromString(after).fields
            for index in concerned:
                index.replace(path, old, new)
