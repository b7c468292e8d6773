"""One database: documents in several versions, so that a reader sees any past moment whole.

Everything here runs in one event loop and nothing awaits, so each call is atomic.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from infra.emulators.firestore.indexes.index_entries import Declarations, IndexesOf, Undeclared, index_writes
from infra.emulators.firestore.indexes.ordered_index import Index, Indexes, Scope, Spec
from infra.emulators.firestore.storage.sqlite_file import Disk, Row
from infra.emulators.firestore.wire.errors import failed_precondition, invalid
from infra.emulators.firestore.wire.names import DatabaseName, ancestry, collection_id, collection_of

HISTORY_MICROS = 3_600_000_000
"""Past moments can be read for one hour, as without point-in-time recovery."""
HISTORY_BYTES = 32 * 1024 * 1024
"""At most so much of replaced versions; after that the oldest go earlier, but none an open transaction needs."""
_CHANGE_BYTES = 300
"""About what remembering one change takes beside the replaced version."""


class Version(NamedTuple):
    """A document from `time` on (microseconds); `data`: its fields as a Document message, None when deleted."""

    time: int
    created: int
    data: bytes | None


class Change(NamedTuple):
    """What a commit did to one document; `size`: what remembering it takes."""

    time: int
    path: str
    size: int


class Database:
    """The documents of one database. Times are microseconds since 1970 and strictly increase by commit.

    `listeners` are told the paths of each commit's documents, and None when everything was emptied.
    `incarnation` tells this life of the database from the one before a restart or reset.
    """

    def __init__(self, name: DatabaseName, disk: Disk, now: Callable[[], int], declared: Declarations) -> None:
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
        self._collections: dict[str, set[str]] = {}
        self._groups: dict[str, set[str]] = {}
        self._below: dict[str, dict[str, int]] = {}

    def indexes_of(self, path: str) -> IndexesOf:
        """The single-field indexes that fields of this document have."""
        return self._declared.indexes_of(self.name.project, collection_id(collection_of(path)))

    def index_writes(self, path: str, after: bytes | None) -> int:
        """How many index entries come or go when the document becomes this."""
        before, composites = self._current.get(path), self._declared.composites_of
        group = collection_id(collection_of(path))
        return index_writes(
            path, before and before.data, after, self.indexes_of(path), composites(self.name.project, group)
        )

    def restore(self, rows: Iterable[Row]) -> None:
        """Take in the documents from the disk, at start."""
        latest = 0
        for path, created, updated, data in rows:
            latest = max(latest, updated)
            self._current[path] = Version(updated, updated if created == updated else created, data)
            self._collections.setdefault(collection_of(path), set()).add(path)
        for collection, paths in self._collections.items():
            self._groups.setdefault(collection_id(collection), set()).add(collection)
            self._add_below(collection, len(paths))
        self.restore_time(latest)

    def restore_time(self, time: int) -> None:
        """Nothing before `time` can be read any more: only current versions are on the disk."""
        self._latest = self._horizon = max(self._latest, time)

    def read_time(self) -> int:
        """The present moment: every commit so far is at or before it, every later one after it."""
        self._latest = max(self._latest, self._now())
        return self._latest

    def next_time(self) -> int:
        """The time of the commit at hand."""
        return max(self._latest + 1, self._now())

    def check_read_time(self, time: int) -> None:
        """Refuse a moment that cannot be read."""
        if time > self.read_time():
            raise invalid("The requested read_time cannot be in the future.")
        if time < max(self._horizon, self._latest - HISTORY_MICROS):
            raise failed_precondition("The requested read_time is too old.")

    def current(self, path: str) -> Version | None:
        """The document as it is now."""
        return self._current.get(path)

    def at(self, path: str, time: int) -> Version | None:
        """The document as it was at a moment."""
        version = self._current.get(path)
        if version is not None and version.time <= time:
            return version
        for old in reversed(self._replaced.get(path, ())):
            if old.time <= time:
                return old if old.data is not None else None
        return None

    def changed_since(self, time: int) -> set[str]:
        """The paths of all documents that were changed after a moment."""
        paths = set()
        for change in reversed(self._changes):
            if change.time <= time:
                break
            paths.add(change.path)
        return paths

    def write(self, time: int, versions: dict[str, Version]) -> None:
        """One commit: to the disk, then to memory. `time` is what `next_time` gave."""
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
            self._leave(path)
        else:
            self._current[path] = version
            if before is None:
                self._enter(path)
        self._changes.append(Change(version.time, path, size))
        self._history_bytes += size
        self.indexes.follow(scopes_of(path), path, before and before.data, version.data)

    def _forget(self) -> None:
        """Drop versions that are too old or too many, oldest first."""
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

    def _enter(self, path: str) -> None:
        collection = collection_of(path)
        self._collections.setdefault(collection, set()).add(path)
        self._groups.setdefault(collection_id(collection), set()).add(collection)
        self._add_below(collection, 1)

    def _add_below(self, collection: str, count: int) -> None:
        for parent, one in ancestry(collection):
            below = self._below.setdefault(parent, {})
            below[one] = below.get(one, 0) + count

    def _leave(self, path: str) -> None:
        collection = collection_of(path)
        self._collections[collection].discard(path)
        if not self._collections[collection]:
            del self._collections[collection]
            self._groups[collection_id(collection)].discard(collection)
        for parent, one in ancestry(collection):
            self._below[parent][one] -= 1
            if not self._below[parent][one]:
                del self._below[parent][one]
                if not self._below[parent]:
                    del self._below[parent]

    def collection_ids(self, parent: str) -> list[str]:
        """The ids of the collections below a document or the root, in order; missing documents count."""
        return sorted(self._below.get(parent, ()))

    def collection_ids_at(self, parent: str, time: int) -> list[str]:
        """The same at a past moment."""
        paths = {*self._current, *self._replaced}
        existing = (path for path in paths if self.at(path, time) is not None)
        return sorted({one for path in existing for above, one in ancestry(collection_of(path)) if above == parent})

    def documents(self) -> Iterable[tuple[str, Version]]:
        """The documents as they are now, by path."""
        return self._current.items()

    def missing_parents(self) -> Iterator[str]:
        """The paths of documents that do not exist but have something below them."""
        return (path for path in self._below if path and path not in self._current)

    def index(self, scope: Scope, spec: Spec) -> Index:
        """An index of the current versions."""
        return self.indexes.get(scope, spec, lambda: self._documents(scope))

    def _documents(self, scope: Scope) -> Iterator[tuple[str, bytes]]:
        for path in self.paths(scope):
            data = self._current[path].data
            if data is not None:
                yield path, data

    def paths(self, scope: Scope) -> Iterable[str]:
        """The documents that exist now in a scope."""
        match scope.kind:
            case "collection":
                return self._collections.get(scope.key, ())
            case "group":
                return (p for c in self._groups.get(scope.key, ()) for p in self._collections[c])
            case _:
                return self._current


def scopes_of(path: str) -> tuple[Scope, Scope, Scope]:
    """The scopes that a document belongs to."""
    collection = collection_of(path)
    return Scope("collection", collection), Scope("group", collection_id(collection)), Scope("all", "")


class Store:
    """All databases of all projects in one process."""

    def __init__(self, disk: Disk, now: Callable[[], int], declared: Declarations | None = None) -> None:
        self._disk = disk
        self._declared = declared or Undeclared()
        self._now = now
        self._databases: dict[DatabaseName, Database] = {}
        self._restore()

    def _restore(self) -> None:
        for name, rows in self._disk.load():
            self.database(name).restore(rows)
        for name, time in self._disk.latest():
            self.database(name).restore_time(time)

    def database(self, name: DatabaseName) -> Database:
        """A database; any name is served, as if it had been created."""
        found = self._databases.get(name)
        if found is None:
            found = self._databases[name] = Database(name, self._disk, self._now, self._declared)
        return found

    def databases(self, project: str) -> list[Database]:
        """The databases of a project that hold or held anything."""
        return [one for name, one in self._databases.items() if name.project == project]

    def everything(self) -> Iterator[tuple[DatabaseName, str, Version]]:
        """Every document of every database, in order."""
        for name, database in sorted(self._databases.items()):
            for path, version in sorted(database.documents()):
                yield name, path, version

    def replace(self, rows: list[tuple[DatabaseName, Row]]) -> None:
        """Put these documents, with their times, in the place of all documents of all databases."""
        self._disk.replace(rows)
        left = list(self._databases.values())
        self._databases.clear()
        self._restore()
        for database in left:
            for tell in database.listeners:
                tell(None)
