"""All databases of all projects served by one emulator process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from infra.emulators.firestore.indexes.index_entries import Declarations, Undeclared
from infra.emulators.firestore.storage.database import Database, Version
from infra.emulators.firestore.storage.sqlite_file import Row, SqliteFile
from infra.emulators.firestore.wire.names import DatabaseName


class Store:
    """The databases by name, created on first use. `now` returns microseconds since 1970."""

    def __init__(self, disk: SqliteFile, now: Callable[[], int], declared: Declarations | None = None) -> None:
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
        """Return a database, created on first use. Every name is valid."""
        found = self._databases.get(name)
        if found is None:
            found = self._databases[name] = Database(name, self._disk, self._now, self._declared)
        return found

    def databases(self, project: str) -> list[Database]:
        return [one for name, one in self._databases.items() if name.project == project]

    def everything(self) -> Iterator[tuple[DatabaseName, str, Version]]:
        """Yield every document of every database, sorted by database and path."""
        for name, database in sorted(self._databases.items()):
            for path, version in sorted(database.documents()):
                yield name, path, version

    def replace(self, rows: list[tuple[DatabaseName, Row]]) -> None:
        """Replace all documents of all databases, keeping the times of the new documents."""
        self._disk.replace(rows)
        closed = list(self._databases.values())
        self._databases.clear()
        self._restore()
        for database in closed:
            for tell in database.listeners:
                tell(None)
