"""The durable copy: one SQLite file (WAL, synchronous NORMAL), written inside each commit before its reply.

A commit survives the death of the process at any moment; a power cut may lose the last ones.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from infra.emulators.firestore.wire.names import DatabaseName

_SCHEMA = """
create table if not exists documents (
    project text not null, database text not null, path text not null,
    created integer not null, updated integer not null, data blob not null,
    primary key (project, database, path)
) without rowid;
create table if not exists latest (
    project text not null, database text not null, time integer not null,
    primary key (project, database)
) without rowid;
"""


class Row(NamedTuple):
    """A document's current version (times in microseconds); `data` None: it was deleted."""

    path: str
    created: int
    updated: int
    data: bytes | None


class Disk:
    """The file of one emulator process."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(_SCHEMA)
        self.reach: Callable[[str], None] = lambda _: None
        """Told where a commit stands: "before_commit", then "after_commit"."""

    def load(self) -> Iterator[tuple[DatabaseName, Iterator[Row]]]:
        """Every document, by database."""
        documents = "select path, created, updated, data from documents where project = ? and database = ?"
        for name in self._connection.execute("select distinct project, database from documents").fetchall():
            yield DatabaseName(*name), map(Row._make, self._connection.execute(documents, name))

    def latest(self) -> Iterator[tuple[DatabaseName, int]]:
        """The time of the last commit of each database, in microseconds."""
        for project, database, time in self._connection.execute("select * from latest"):
            yield DatabaseName(project, database), time

    def write(self, database: DatabaseName, time: int, rows: Iterable[Row]) -> None:
        """One commit, whole or not at all."""
        kept = [(*database, *row) for row in rows if row.data is not None]
        gone = [(*database, row.path) for row in rows if row.data is None]
        execute = self._connection.execute
        execute("begin immediate")
        try:
            self._connection.executemany("replace into documents values (?, ?, ?, ?, ?, ?)", kept)
            self._connection.executemany("delete from documents where project = ? and database = ? and path = ?", gone)
            execute("replace into latest values (?, ?, ?)", (*database, time))
            self.reach("before_commit")
            execute("commit")
        except BaseException:
            execute("rollback")
            raise
        self.reach("after_commit")

    def replace(self, rows: Iterable[tuple[DatabaseName, Row]]) -> None:
        """Put these documents in the place of everything, whole or not at all."""
        execute = self._connection.execute
        execute("begin immediate")
        try:
            execute("delete from documents")
            execute("delete from latest")
            self._connection.executemany(
                "insert into documents values (?, ?, ?, ?, ?, ?)", [(*name, *row) for name, row in rows]
            )
            execute("insert into latest select project, database, max(updated) from documents group by 1, 2")
            execute("commit")
        except BaseException:
            execute("rollback")
            raise

    def close(self) -> None:
        """Write everything into the main file."""
        self._connection.close()
