"""Ordered indexes in memory: built when a query first needs one, then kept up to date by every commit.

An entry is a byte string: the encoded equality values, the encoded order values (inverted where descending), the
encoded name and the length of the name. The entries of an index sort as the results of the query do.
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
"""The number of indexes kept per scope; the oldest is dropped first."""


class Kind(Enum):
    """The way in which a column of an index holds a field."""

    ASCENDING = "ASCENDING"
    DESCENDING = "DESCENDING"
    CONTAINS = "CONTAINS"


class Part(NamedTuple):
    """One column of an index."""

    field: FieldPath
    kind: Kind


Spec = tuple[Part, ...]
"""The columns of an index; `__name__` ascending follows them."""


class Scope(NamedTuple):
    """The documents that an index covers: `kind` is "collection" (`key`: path), "group" (`key`: id) or "all" ("")."""

    kind: str
    key: str


Load = Callable[[], Iterable[tuple[str, bytes]]]


def parts_of(spec: Spec, path: str, fields: Message) -> Iterator[bytes]:
    """Yield the document's entries without its name: none if a field is missing, one per element of an array."""
    columns: list[list[bytes]] = []
    for field, kind in spec:
        if field == NAME:
            columns.append([_directed(encode_path(path), kind)])
            continue
        value = value_at(fields, field)
        if value is None:
            return
        if kind is Kind.CONTAINS:
            columns.append(list({encode(element) for element in value.array_value.values}))
        else:
            columns.append([_directed(encode(value), kind)])
    for combination in product(*columns):
        yield b"".join(combination)


def _directed(encoded: bytes, kind: Kind) -> bytes:
    return invert(encoded) if kind is Kind.DESCENDING else encoded


def entries(spec: Spec, path: str, fields: Message) -> list[bytes]:
    """Return a document's entries in an index."""
    name = encode_path(path)
    tail = name + struct.pack(">H", len(name))
    return [part + tail for part in parts_of(spec, path, fields)]


def path_of(entry: bytes) -> str:
    """Return the path of the document that an entry belongs to."""
    (length,) = struct.unpack(">H", entry[-2:])
    return decode_path(entry[-2 - length : -2])


class Index:
    """An ordered list of entries."""

    def __init__(self, spec: Spec, documents: Iterable[tuple[str, bytes]]) -> None:
        self._spec = spec
        self._entries: list[bytes] = []
        for path, data in documents:
            fields = Document.FromString(data).fields if spec else None
            self._entries += entries(spec, path, fields)
        self._entries.sort()

    def between(self, low: bytes, high: bytes, *, backward: bool) -> Iterator[bytes]:
        """Yield the entries from `low` (included) to `high` (excluded); no commit may happen meanwhile."""
        start = bisect_left(self._entries, low)
        stop = bisect_left(self._entries, high)
        numbers = range(stop - 1, start - 1, -1) if backward else range(start, stop)
        return map(self._entries.__getitem__, numbers)

    def replace(self, path: str, before: Message | None, after: Message | None) -> None:
        """Update the entries of one document, given its fields before and after (None if it does not exist)."""
        old = set(entries(self._spec, path, before)) if before is not None else set()
        new = set(entries(self._spec, path, after)) if after is not None else set()
        for entry in old - new:
            del self._entries[bisect_left(self._entries, entry)]
        for entry in new - old:
            insort(self._entries, entry)


class Indexes:
    """The indexes of one database."""

    def __init__(self) -> None:
        self._scopes: dict[Scope, dict[Spec, Index]] = {}

    def get(self, scope: Scope, spec: Spec, load: Load) -> Index:
        """Return an index; a new one is built from the documents that `load` lists."""
        made = self._scopes.setdefault(scope, {})
        if spec not in made:
            if len(made) >= MAX_INDEXES:
                del made[next(iter(made))]
            made[spec] = Index(spec, load())
        return made[spec]

    def follow(self, scopes: Iterable[Scope], path: str, before: bytes | None, after: bytes | None) -> None:
        """Update every index of these scopes after a change of one document."""
        concerned = [index for scope in scopes for index in self._scopes.get(scope, {}).values()]
        if concerned:
            old = None if before is None else Document.FromString(before).fields
            new = None if after is None else Document.FromString(after).fields
            for index in concerned:
                index.replace(path, old, new)
