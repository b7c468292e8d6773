"""Firestore in memory, with snapshots, conflicting transactions, and commits with a lost response.

Documents are never changed in place, so a snapshot shares them until the next write. Queries only look at documents
with the fields that they filter or sort by. In a `strict` run, every write and query is also checked against Google's
rules (`google_rules`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from infra.paths import ROOT
from petitions.errors import NotFound, Retryable
from petitions.ports.store import DELETE, Document, Fields, Query, Reader, Transaction
from tests import fakes, google_rules
from tests.fakes import FakeStore
from tests.google_rules import ABSENT, Update
from tests.read_back import copied
from tests.simulation.remembered import Kept
from tests.simulation.scheduler import Scheduler

T = TypeVar("T")
TRIES = 8
RATE, RATE_OF_MANY = 0.05, 0.01
"""The probability of a failed call while faults strike: of a single call, and of a read within a transaction."""
_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})

HEARTBEATS = frozenset({"stats/HANOI", "portal_state/cursor"})
"""Documents that are written even when nothing happens: the time of the figures, and the position in
the portal's list.
"""

Documents = dict[str, dict[str, Any]]
Writes = Sequence[tuple[str, str, Fields]]


class _Index:
    """An index of document paths by collection, and by collection and field.

    A collection has two keys: its name (`history`) and its full path (`petitions/H26-1/history`).
    """

    def __init__(self) -> None:
        self.folders: dict[str, dict[str, None]] = {}
        self._having: dict[tuple[str, str], dict[str, None]] = {}

    def moved(self, path: str, before: Fields, after: Fields) -> set[str]:
        folder = path.rpartition("/")[0]
        names = {folder, folder.rpartition("/")[2]}
        gone, come = before.keys() - after.keys(), after.keys() - before.keys()
        for name in names:
            self.folders.setdefault(name, {})[path] = None
            for field in gone:
                self._having[name, field].pop(path, None)
            for field in come:
                self._having.setdefault((name, field), {})[path] = None
        return names

    def having(self, collection: str, field: str) -> list[str]:
        return list(self._having.get((collection, field), ()))

    def candidates(self, query: Query) -> Sequence[str]:
        fewest = self.folders.get(query.collection, {})
        for name in {*(name for name, _, _ in query.where), *(item.removeprefix("-") for item in query.order_by)}:
            if name != "__name__":
                found = self._having.get((query.collection, name.partition(".")[0]), {})
                fewest = found if len(found) < len(fewest) else fewest
        return list(fewest)


class SimulatedStore(FakeStore):
    """An in-memory Firestore (`ports.Store`) whose calls let other tasks run and may fail."""

    def __init__(self, scheduler: Scheduler, *, strict: bool = False) -> None:
        super().__init__()
        self._scheduler = scheduler
        self._strict = strict
        self._changed: dict[str, int] = {}
        self._index = _Index()
        self._open = 0
        self.created_at: dict[str, datetime] = {}
        """The time at which every document was committed, by path."""
        self.down = False
        """Whether every call fails because of an outage."""
        self.slow: Callable[[Writes], float] = lambda _: 0.0
        """Returns the seconds that a commit of these writes takes."""

    def transact(self, action: Callable[[Transaction], T]) -> T:
        scheduler = self._scheduler
        scheduler.point("transaction.begun")
        for _ in range(TRIES):
            attempt = _Transaction(self)
            try:
                result = action(attempt)
                scheduler.point("store.commit")
                if seconds := self.slow(attempt.writes):
                    scheduler.sleep(seconds)
            except _Aborted:
                scheduler.sleep(0.05)
                continue
            finally:
                self._open -= attempt.begun
            fault = self._fault("store.commit")
            if fault == "unavailable":
                raise Retryable("Firestore failed: ServiceUnavailable", reason="firestore")
            if fault == "aborted" or self._clash(attempt):
                scheduler.sleep(0.05)
                continue
            if attempt.writes:
                self._apply(attempt.writes)
                attempt.committed = self._clock
            if fault == "answer lost":
                raise Retryable("the commit's outcome is unknown", reason="commit_unknown")
            scheduler.point("store.committed")
            return result
        raise Retryable("the transaction kept conflicting", reason="contention")

    def _fault(self, name: str, rate: float = RATE, without: Sequence[str] = ()) -> str | None:
        return "unavailable" if self.down else self._scheduler.fault(name, rate, without)

    def _read_fault(self, name: str) -> None:
        """Raise Retryable or `_Aborted` if a fault strikes this read."""
        self._scheduler.point(name)
        fault = self._fault(name, RATE_OF_MANY)
        if fault == "aborted":
            raise _Aborted
        if fault:
            raise Retryable("Firestore failed: ServiceUnavailable", reason="firestore")

    def _clash(self, attempt: _Transaction) -> bool:
        seen = attempt.seen
        if not attempt.writes or self._clock == seen:
            return any(verb == "create" and path in self._documents for verb, path, _ in attempt.writes)
        queried = any(self._changed.get(collection, 0) > seen for collection in attempt.collections)
        read = any(self._versions.get(path, 0) > seen for path in attempt.read)
        return queried or read or any(verb == "create" and path in self._documents for verb, path, _ in attempt.writes)

    def _apply(self, writes: Writes) -> None:
        changed: dict[str, dict[str, Any] | None] = {}
        for verb, path, fields in writes:
            before = changed[path] if path in changed else self._documents.get(path)
            after = self._after(verb, path, fields, before)
            changed[path] = None if after is None else Kept(after)
        if self._open:
            self._documents = dict(self._documents)
        self._clock += 1
        self.commits += 1
        if not changed.keys() <= HEARTBEATS:
            self._scheduler.last_write = self._scheduler.now
        for path, after in changed.items():
            before = self._documents.get(path)
            if after is None:
                self._documents.pop(path, None)
            else:
                if before is None:
                    self.created_at[path] = self._scheduler.clock.now()
                self._documents[path] = after
            self._versions[path] = self._clock
            for name in self._index.moved(path, before or {}, after or {}):
                self._changed[name] = self._clock
            if self._scheduler.record is not None:
                self._scheduler.log("database", f"{path}{_state_change(before, after)}", self._scheduler.lane)

    def _after(self, verb: str, path: str, fields: Fields, before: dict[str, Any] | None) -> dict[str, Any] | None:
        if self._strict:
            after = fakes._after(verb, path, fields, before)
            if verb != "delete":
                fakes._check_declared(path, {name for name, value in fields.items() if value is not DELETE})
            return after
        if verb == "delete":
            return None
        if verb == "create":
            if before is not None:
                raise Retryable("the transaction kept conflicting", reason="contention")
            return {name: _plain(value) for name, value in fields.items()}
        if before is None:
            raise NotFound("no such document")
        if any("." in name for name in fields):
            paths = google_rules._paths(tuple(fields)) or {}
            values = {paths[name]: ABSENT if value is DELETE else _plain(value) for name, value in fields.items()}
            return Update(values).applied(before)
        after = dict(before)
        for name, value in fields.items():
            if value is DELETE:
                after.pop(name, None)
            else:
                after[name] = _plain(value)
        return after

    def _read(self, documents: Documents, path: str) -> Fields | None:
        found = documents.get(path)
        return copied(found) if self._strict else found

    def _found(self, documents: Documents, query: Query) -> list[Document]:
        if self._strict:
            query = google_rules.asked(query)
        order, where = fakes._order(query), query.where
        whole = documents is self._documents
        paths = self._index.candidates(query) if whole else list(self._index.folders.get(query.collection, ()))
        found = []
        for path in paths:
            fields = documents.get(path)
            if fields is None or not all(_meets(fields, *condition) for condition in where):
                continue
            if ABSENT in [fakes._field(fields, name.removeprefix("-")) for name in order]:
                continue
            name = path if query.group else path.rsplit("/", 1)[-1]
            found.append(Document(name, fields, self._versions.get(path, 0)))
        for name in reversed(order):
            found.sort(key=fakes._by(name.removeprefix("-")), reverse=name.startswith("-"))
        if query.start_after:
            found = [document for document in found if fakes._is_after(document, query)]
        found = found[: query.limit]
        return [replace(document, data=copied(document.data)) for document in found] if self._strict else found

    def end(self, now: datetime) -> None:
        """Delete the documents whose declared time to live has passed."""
        over = [
            path
            for name, field in time_to_live()
            for path in self._index.having(name, field)
            if self._documents[path][field] <= now
        ]
        if over:
            self._apply([("delete", path, {}) for path in over])

    def _call(self, name: str, act: Callable[[], T], in_part: Callable[[], object] | None = None) -> T:
        self._scheduler.point(name)
        fault = self._fault(name, without=() if in_part else ("in part",))
        if fault == "unavailable":
            raise Retryable("Firestore failed: ServiceUnavailable", reason="firestore")
        result = in_part() if in_part and fault == "in part" else act()
        if fault:
            raise Retryable("Firestore failed: DeadlineExceeded", reason="firestore")
        return result  # type: ignore[return-value]

    def snapshot(self) -> Reader:
        self._read_fault("store.snapshot")
        self._open += 1  # for good: the holder of the link may read it for an hour
        return _Snapshot(self, self._documents)

    def get(self, path: str) -> Fields | None:
        return self._call("store.get", lambda: self._read(self._documents, path))

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        return self._call("store.get_all", lambda: [self._read(self._documents, path) for path in paths])

    def find(self, query: Query) -> list[Document]:
        return self._call("store.find", lambda: self._found(self._documents, query))

    def count(self, query: Query) -> int:
        return self._call("store.count", lambda: len(self._found(self._documents, query)))

    def put_beforehand(self, path: str, fields: Fields) -> None:
        """Store a document without faults, as if it had existed before the run."""
        self._create(path, fields)

    def lose(self, path: str) -> None:
        """Delete a document without faults, as an operator's mistake would."""
        self._apply([("delete", path, {})])

    def create(self, path: str, fields: Fields) -> bool:
        return self._call("store.create", lambda: self._create(path, fields))

    def _create(self, path: str, fields: Fields) -> bool:
        if path in self._documents:
            return False
        self._apply([("create", path, fields)])
        return True

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        def write(some: Mapping[str, Fields]) -> int:
            return sum(self._create(path, fields) for path, fields in some.items())

        half = dict(list(documents.items())[: len(documents) // 2])
        return self._call("store.create_all", lambda: write(documents), (lambda: write(half)) if half else None)

    def update(self, path: str, fields: Fields) -> None:
        self._call("store.update", lambda: self._apply([("update", path, fields)]))

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        def write(some: Sequence[tuple[Document, Fields]]) -> list[Document]:
            done = []
            for document, fields in some:
                path = document.id if document.id.startswith(f"{collection}/") else f"{collection}/{document.id}"
                path = path if path in self._documents else document.id
                if path in self._documents and self._versions.get(path, 0) == document.version:
                    self._apply([("update", path, fields)])
                    done.append(replace(document, version=self._versions[path]))
            return done

        half = changes[: len(changes) // 2]
        return self._call("store.update_unchanged", lambda: write(changes), (lambda: write(half)) if half else None)


class _Aborted(Exception):  # noqa: N818 - as Firestore names it
    """Raised when Firestore aborts one attempt at a transaction in favour of another."""


class _Snapshot:
    def __init__(self, store: SimulatedStore, documents: Documents) -> None:
        self._store = store
        self._documents = documents

    def get(self, path: str) -> Fields | None:
        return self.get_all([path])[0]

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        self._store._read_fault("snapshot.read")
        return [self._store._read(self._documents, path) for path in paths]

    def find(self, query: Query) -> list[Document]:
        self._store._read_fault("snapshot.query")
        return self._store._found(self._documents, query)


class _Transaction(_Snapshot, fakes.Writes):
    def __init__(self, store: SimulatedStore) -> None:
        _Snapshot.__init__(self, store, store._documents)
        fakes.Writes.__init__(self)
        self.begun = False
        self.seen = store._clock
        self.read: set[str] = set()
        self.collections: set[str] = set()

    def _begin(self) -> None:
        if not self.begun:
            self.begun, self.seen, self._documents = True, self._store._clock, self._store._documents
            self._store._open += 1

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        if not self.read.issuperset(paths):
            self._store._read_fault("transaction.read")
            self.read.update(paths)
        self._begin()
        return [self._store._read(self._documents, path) for path in paths]

    def find(self, query: Query) -> list[Document]:
        self._store._read_fault("transaction.query")
        self._begin()
        self.collections.add(query.collection)
        return self._store._found(self._documents, query)


@cache
def time_to_live() -> tuple[tuple[str, str], ...]:
    """Return (collection, field) for every collection whose documents Firestore deletes after the time in the field."""
    declared = json.loads((ROOT / "infra" / "gcp" / "firestore.indexes.json").read_text())["fieldOverrides"]
    return tuple((item["collectionGroup"], item["fieldPath"]) for item in declared if item.get("ttl"))


def _state_change(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """Describe a change of the field `state` as ": new to filed". Return "" if it has not changed."""
    states = [str((fields or {}).get("state", "")) for fields in (before, after)]
    return f": {' to '.join(filter(None, states))}" if states[0] != states[1] else ""


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {name: _plain(item) for name, item in value.items()}
    if kind is list or kind is tuple:
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _meets(fields: Fields, name: str, operator: str, wanted: Any) -> bool:
    value = fakes._field(fields, name) if "." in name else fields.get(name, ABSENT)
    return value is not ABSENT and fakes._OPERATORS[operator](value, wanted)
