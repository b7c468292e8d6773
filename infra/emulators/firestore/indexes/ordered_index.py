"""Ordered indexes in memory, built when a query first needs one and kept up to date by every commit.

An entry is one byte string: the encoded equality values, the encoded order values (inverted where descending), the
encoded name and the name's length. Entries of an index sort as the query's results do.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from itertools import product
from typing import NamedTuple

from infra.emulators.firestore.documents.value_order import decode_path, encode, encode_path, invert, value_at
from infra.emulators.firestore.wire.messages import Document, Message
from infra.emulators.firestore.wire.names import NAME, FieldPath

MAX_INDEXES = 64
"""Per scope; the one that was made first goes first."""


class Kind(Enum):
    """What a part of an index holds of a field."""

    ASCENDING = "ASCENDING"
    DESCENDING = "DESCENDING"
    CONTAINS = "CONTAINS"


class Part(NamedTuple):
    """One column of an index."""

    field: FieldPath
    kind: Kind


Spec = tuple[Part, ...]
"""The columns of an index; `__name__` ascending follows as the last one."""


class Scope(NamedTuple):
    """What an index covers: one collection (path), a collection group (id) or a whole database ("")."""

    kind: str
    key: str


Load = Callable[[], Iterable[tuple[str, bytes]]]


def parts_of(spec: Spec, path: str, fields: Message) -> Iterator[bytes]:
    """The document's entries without name: one, none if a field is missing, or one for each array element."""
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
    """A document's entries in an index."""
    name = encode_path(path)
    tail = name + struct.pack(">H", len(name))
    return [part + tail for part in parts_of(spec, path, fields)]


def path_of(entry: bytes) -> str:
    """The document that an entry belongs to."""
    (length,) = struct.unpack(">H", entry[-2:])
    return decode_path(entry[-2 - length : -2])


class Index:
    """One ordered list of entries."""

    def __init__(self, spec: Spec, documents: Iterable[tuple[str, bytes]]) -> None:
        self._spec = spec
        self._entries: list[bytes] = []
        for path, data in documents:
            fields = Document.FromString(data).fields if spec else None
            self._entries += entries(spec, path, fields)
        self._entries.sort()

    def between(self, low: bytes, high: bytes, *, backward: bool) -> Iterator[bytes]:
        """The entries from `low` (with) to `high` (without); nothing may be committed meanwhile."""
        start = bisect_left(self._entries, low)
        stop = bisect_left(self._entries, high)
        numbers = range(stop - 1, start - 1, -1) if backward else range(start, stop)
        return map(self._entries.__getitem__, numbers)

    def replace(self, path: str, before: Message | None, after: Message | None) -> None:
        """Follow a change of one document (its fields before and after; None: did not exist)."""
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
        """The index, made from the documents that `load` lists if it does not exist yet."""
        made = self._scopes.setdefault(scope, {})
        if spec not in made:
            if len(made) >= MAX_INDEXES:
                del made[next(iter(made))]
            made[spec] = Index(spec, load())
        return made[spec]

    def follow(self, scopes: Iterable[Scope], path: str, before: bytes | None, after: bytes | None) -> None:
        """Bring every index of these scopes up to date with one changed document."""
        concerned = [index for scope in scopes for index in self._scopes.get(scope, {}).values()]
        if concerned:
            old = None if before is None else Document.FromString(before).fields
            new = None if after is None else Document.FromString(after).fields
            for index in concerned:
                index.replace(path, old, new)
