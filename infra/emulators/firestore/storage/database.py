"""One database. Documents are kept in several versions, so that readers see any recent moment consistently.

Everything here runs in one event loop without awaiting, so every call is atomic.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from infra.emulators.firestore.indexes.index_entries import Declarations, IndexesOf, index_writes
from infra.emulators.firestore.indexes.ordered_index import Index, Indexes, Scope, Spec
from infra.emulators.firestore.storage.collection_tree import CollectionTree, scopes_of
from infra.emulators.firestore.storage.sqlite_file import Row, SqliteFile
from infra.emulators.firestore.wire.errors import failed_precondition, invalid
from infra.emulators.firestore.wire.names import DatabaseName, ancestry, collection_id, collection_of

HISTORY_MICROS = 3_600_000_000
"""How far back reads are possible: one hour, like the service without point-in-time recovery."""
HISTORY_BYTES = 32 * 1024 * 1024
"""The limit on the size of former versions. Beyond it the oldest are deleted before HISTORY_MICROS have passed.

Versions that an open transaction needs are kept.
"""
_CHANGE_BYTES = 300
"""The approximate memory of one entry in the list of changes, without the former version of the document."""


class Version(NamedTuple):
    """A version of a document, valid from `time` on. Times are microseconds.

    `data` is a serialised Document, or None if the document was deleted.
    """

    time: int
    created: int
    data: bytes | None


class Change(NamedTuple):
    """An entry in the list of changes: a commit changed the document at `path`.

    `size` is its memory in bytes.
    """

    time: int
    path: str
    size: int


class Database:
    """The documents of one database. Times are microseconds since 1970 and strictly increase with every commit.

    After a commit, `listeners` are called with the changed paths, or with None when the whole database was replaced.
    `incarnation` is a random value that changes with every restart or reset. `oldest_needed` returns the time of the
    oldest snapshot of an open transaction.
    """

    def __init__(self, name: DatabaseName, disk: SqliteFile, now: Callable[[], int], declared: Declarations) -> None:
        self.name = name
        self._declared = declared
        self.indexes = Indexes()
        self.oldest_needed: Callable[[], int | None] = lambda: None
        self.listeners: set[Callable[[set[str] | None], None]] = set()
        self.incarnation = secrets.token_bytes(8)
        self._disk = disk
        self._now = now
        self._latest = 0
        self._horizon = 0
        self._current: dict[str, Version] = {}
        self._replaced: dict[str, list[Version]] = {}
        self._changes: deque[Change] = deque()
        self._history_bytes = 0
        self._tree = CollectionTree()

    def indexes_of(self, path: str) -> IndexesOf:
        return self._declared.indexes_of(self.name.project, collection_id(collection_of(path)))

    def index_writes(self, path: str, after: bytes | None) -> int:
        """Return the number of index entries written when a document changes to `after` (None: deleted)."""
        before, composites = self._current.get(path), self._declared.composites_of
        group = collection_id(collection_of(path))
        return index_writes(
            path, before and before.data, after, self.indexes_of(path), composites(self.name.project, group)
        )

    def restore(self, rows: Iterable[Row]) -> None:
        """Load the current documents from the disk at the start of the process, without former versions."""
        latest = 0
        collections: dict[str, set[str]] = {}
        for path, created, updated, data in rows:
            latest = max(latest, updated)
            self._current[path] = Version(updated, updated if created == updated else created, data)
            collections.setdefault(collection_of(path), set()).add(path)
        for collection, paths in collections.items():
            self._tree.add_all(collection, paths)
        self.restore_time(latest)

    def restore_time(self, time: int) -> None:
        """Reject reads of the past before `time`, for which no versions exist after a restart."""
        self._latest = self._horizon = max(self._latest, time)

    def read_time(self) -> int:
        """Return the present time. Every later commit has a later time."""
        self._latest = max(self._latest, self._now())
        return self._latest

    def next_time(self) -> int:
        """Return a time for the next commit, later than all earlier ones."""
        return max(self._latest + 1, self._now())

    def check_read_time(self, time: int) -> None:
        """Raise INVALID_ARGUMENT for a future time, and FAILED_PRECONDITION for one too far in the past."""
        if time > self.read_time():
            raise invalid("The requested read_time cannot be in the future.")
        if time < max(self._horizon, self._latest - HISTORY_MICROS):
            raise failed_precondition("The requested read_time is too old.")

    def current(self, path: str) -> Version | None:
        return self._current.get(path)

    def at(self, path: str, time: int) -> Version | None:
        version = self._current.get(path)
        if version is not None and version.time <= time:
            return version
        for old in reversed(self._replaced.get(path, ())):
            if old.time <= time:
                return old if old.data is not None else None
        return None

    def changed_since(self, time: int) -> set[str]:
        paths = set()
        for change in reversed(self._changes):
            if change.time <= time:
                break
            paths.add(change.path)
        return paths

    def write(self, time: int, versions: dict[str, Version]) -> None:
        """Write a commit to the disk, then to memory, and call the listeners. `time` comes from `next_time`."""
        rows = [Row(path, v.created, v.time, v.data) for path, v in versions.items()]
        if rows:
            self._disk.write(self.name, time, rows)
        self._latest = time
        for path, version in versions.items():
            self._replace(path, version)
        self._forget()
        for tell in self.listeners if versions else ():
            tell(set(versions))

    def _replace(self, path: str, version: Version) -> None:
        before = self._current.get(path)
        size = _CHANGE_BYTES
        if before is not None and before.data is not None:
            self._replaced.setdefault(path, []).append(before)
            size += len(before.data)
        if version.data is None:
            self._replaced.setdefault(path, []).append(version)
            del self._current[path]
            self._tree.remove(path)
        else:
            self._current[path] = version
            if before is None:
                self._tree.add(path)
        self._changes.append(Change(version.time, path, size))
        self._history_bytes += size
        self.indexes.follow(scopes_of(path), path, before and before.data, version.data)

    def _forget(self) -> None:
        """Delete the oldest former versions if they are too old or take too much memory, unless still needed."""
        needed = self.oldest_needed()
        while self._changes:
            change = self._changes[0]
            old_enough = change.time < self._latest - HISTORY_MICROS or self._history_bytes > HISTORY_BYTES
            if not old_enough or (needed is not None and change.time > needed):
                return
            self._changes.popleft()
            self._history_bytes -= change.size
            self._horizon = change.time
            kept = [
                v
                for v in self._replaced.get(change.path, ())
                if v.time > change.time or (v.time == change.time and v.data is not None)
            ]
            if kept:
                self._replaced[change.path] = kept
            else:
                self._replaced.pop(change.path, None)

    def collection_ids(self, parent: str) -> list[str]:
        return self._tree.collection_ids(parent)

    def collection_ids_at(self, parent: str, time: int) -> list[str]:
        """Return the result that `collection_ids` would have had at a past time."""
        paths = {*self._current, *self._replaced}
        existing = (path for path in paths if self.at(path, time) is not None)
        return sorted({one for path in existing for above, one in ancestry(collection_of(path)) if above == parent})

    def documents(self) -> Iterable[tuple[str, Version]]:
        return self._current.items()

    def missing_parents(self) -> Iterator[str]:
        return self._tree.missing_parents(self._current)

    def index(self, scope: Scope, spec: Spec) -> Index:
        """Return an index over the current documents of a scope, built if it does not exist yet."""
        return self.indexes.get(scope, spec, lambda: self._documents(scope))

    def _documents(self, scope: Scope) -> Iterator[tuple[str, bytes]]:
        for path in self.paths(scope):
            data = self._current[path].data
            if data is not None:
                yield path, data

    def paths(self, scope: Scope) -> Iterable[str]:
        return self._current if scope.kind == "all" else self._tree.paths(scope)
