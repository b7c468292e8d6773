"""Run a query on ordered indexes. Each alternative of its filter scans one range of an index.

The ranges are merged in the query's order. To read a past moment, documents that changed since then are left out of the
range and merged in with their former content.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from infra.emulators.firestore.documents.value_order import ABOVE, encode_path, invert
from infra.emulators.firestore.indexes.ordered_index import Kind, Part, Spec, entries, path_of
from infra.emulators.firestore.queries.filters import RANGES, Conjunction, Op, Test
from infra.emulators.firestore.queries.query import Bound, Query
from infra.emulators.firestore.storage.database import Database, Version
from infra.emulators.firestore.wire.field_paths import NAME
from infra.emulators.firestore.wire.messages import Document

_FLIPPED = {Kind.ASCENDING: Kind.DESCENDING, Kind.DESCENDING: Kind.ASCENDING}


class Row(NamedTuple):
    """A document in a query's result. `key` is its position in the order, comparable only within one query."""

    key: bytes
    path: str
    version: Version


class Found(NamedTuple):
    """A query's result: its rows, the rows skipped by its offset, and the number of scanned index entries."""

    rows: list[Row]
    skipped: list[Row]
    entries: int


class Meter:
    def __init__(self) -> None:
        self.entries = 0


def run(database: Database, query: Query, time: int | None, after: bytes | None = None) -> Found:
    """Run a query as of `time` (None: now). With `after`, return only rows that follow the row with this key."""
    meter = Meter()
    rows = matches(database, query, time, after, meter)
    skipped = list(islice(rows, query.offset))
    return Found(list(islice(rows, query.limit)), skipped, meter.entries)


def matches(database: Database, query: Query, time: int | None, after: bytes | None, meter: Meter) -> Iterator[Row]:
    """Yield all matching documents in order, before offset and limit. No commit may happen meanwhile."""
    changed: set[str] = set()
    if time is not None:
        changed = {path for path in database.changed_since(time) if query.covers(path)}
    # Read backward when the name is descending, so that indexes always end in an ascending name.
    backward = query.orders[-1].kind is Kind.DESCENDING
    orders = query.orders
    if backward:
        orders = tuple(Part(field, _FLIPPED[kind]) for field, kind in orders)
    window = _window(query, orders, after, backward=backward)
    scans = [_Scan.plan(conjunction, orders, window) for conjunction in query.conjunctions]
    streams = [scan.rows(database, query, changed, time, meter, backward=backward) for scan in scans]
    if len(streams) == 1:
        return streams[0]
    return _distinct(heapq.merge(*streams, reverse=backward))


def _distinct(rows: Iterator[Row]) -> Iterator[Row]:
    last: bytes | None = None
    for row in rows:
        if row.key != last:
            last = row.key
            yield row


class _Window(NamedTuple):
    low: bytes
    high: bytes

    def meet(self, other: _Window) -> _Window:
        return _Window(max(self.low, other.low), min(self.high, other.high))


_EVERYTHING = _Window(b"", ABOVE)


def _window(query: Query, orders: tuple[Part, ...], after: bytes | None, *, backward: bool) -> _Window:
    window = _EVERYTHING
    if after is not None:
        window = _Window(b"", after) if backward else _Window(after + b"\x00", ABOVE)
    for bound, is_start in ((query.start, True), (query.end, False)):
        if bound is None:
            continue
        place = _place(bound, orders, above=bound.before is backward)
        window = window.meet(_Window(place, ABOVE) if is_start is not backward else _Window(b"", place))
    return window


def _place(bound: Bound, orders: tuple[Part, ...], *, above: bool) -> bytes:
    parts = zip(bound.values, orders, strict=False)
    key = b"".join(invert(value) if kind is Kind.DESCENDING else value for value, (_, kind) in parts)
    return key + ABOVE if above else key


@dataclass(frozen=True, slots=True)
class _Scan:
    """An index range that answers one conjunction, and the tests that remain for every document."""

    spec: Spec
    prefix: bytes
    window: _Window
    rest: tuple[Test, ...]

    @classmethod
    def plan(cls, conjunction: Conjunction, orders: tuple[Part, ...], window: _Window) -> _Scan:
        fixed: dict[Part, bytes] = {}
        rest: list[Test] = []
        first = orders[0]
        for test in conjunction:
            part = Part(test.field, Kind.CONTAINS if test.op is Op.CONTAINS else Kind.ASCENDING)
            if test.field == first.field and (test.op in RANGES or (test.op is Op.EQUAL and first.field == NAME)):
                window = window.meet(_range(test, first.kind))
            elif test.op in {Op.EQUAL, Op.CONTAINS} and test.field != NAME and part not in fixed:
                fixed[part] = test.value
            else:
                rest.append(test)
        parts = sorted(fixed, key=lambda part: (part.field, part.kind.value))
        prefix = b"".join(fixed[part] for part in parts)
        return cls((*parts, *orders[:-1]), prefix, window, tuple(rest))

    def rows(
        self, database: Database, query: Query, changed: set[str], time: int | None, meter: Meter, *, backward: bool
    ) -> Iterator[Row]:
        window = self.window
        if query.parent and query.scope.kind != "collection" and not self.spec:
            inside = encode_path(query.parent)[:-1]
            window = window.meet(_Window(inside, inside + ABOVE))
        low, high = self.prefix + window.low, self.prefix + window.high
        now = self._present(database, query, changed, low, high, meter, backward=backward)
        if not changed or time is None:
            return now
        then = sorted(self._past(database, changed, time, low, high), reverse=backward)
        return heapq.merge(now, then, reverse=backward)

    def _present(
        self,
        database: Database,
        query: Query,
        changed: set[str],
        low: bytes,
        high: bytes,
        meter: Meter,
        *,
        backward: bool,
    ) -> Iterator[Row]:
        scattered = query.scope.kind != "collection"
        index = database.index(query.scope, self.spec)
        for entry in index.between(low, high, backward=backward):
            meter.entries += 1
            path = path_of(entry)
            if path in changed or (scattered and not query.covers(path)):
                continue
            version = database.current(path)
            if version is not None and self._passes(path, version):
                yield Row(entry[len(self.prefix) :], path, version)

    def _past(self, database: Database, changed: set[str], time: int, low: bytes, high: bytes) -> Iterator[Row]:
        for path in changed:
            version = database.at(path, time)
            if version is None or version.data is None or not self._passes(path, version):
                continue
            fields = Document.FromString(version.data).fields
            for entry in entries(self.spec, path, fields):
                if low <= entry < high:
                    yield Row(entry[len(self.prefix) :], path, version)

    def _passes(self, path: str, version: Version) -> bool:
        if not self.rest:
            return True
        fields = Document.FromString(version.data).fields
        return all(test.holds(path, fields) for test in self.rest)


def _range(test: Test, kind: Kind) -> _Window:
    """Return the range of keys that satisfy a comparison of the first order field.

    Values of other types are outside the range.
    """
    above = test.op in {Op.GREATER, Op.GREATER_EQUAL, Op.EQUAL}
    below = test.op in {Op.LESS, Op.LESS_EQUAL, Op.EQUAL}
    strict = test.op in {Op.GREATER, Op.LESS}
    value, rank = test.value, test.value[0]
    if kind is Kind.DESCENDING:
        value, rank = invert(value), 255 - rank
        above, below = below, above
    low = bytes([rank]) if not above else value + ABOVE if strict else value
    high = bytes([rank + 1]) if not below else value if strict else value + ABOVE
    return _Window(low, high)
