"""The durable copy of all documents: an SQLite file (WAL, synchronous NORMAL), written before a commit is answered.

A commit survives the death of the process at any moment. A power failure may lose the last commits.
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
    """A stored document, with its times in microseconds. `data` is None if it was deleted."""

    path: str
    created: int
    updated: int
    data: bytes | None


class SqliteFile:
    """The SQLite file of one emulator process.

    `at_commit_point` is called with "before_commit" and "after_commit" around every commit, so that a test can inject a
    crash.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(_SCHEMA)
        self.at_commit_point: Callable[[str], None] = lambda _: None

    def load(self) -> Iterator[tuple[DatabaseName, Iterator[Row]]]:
        documents = "select path, created, updated, data from documents where project = ? and database = ?"
        for name in self._connection.execute("select distinct project, database from documents").fetchall():
            yield DatabaseName(*name), map(Row._make, self._connection.execute(documents, name))

    def latest(self) -> Iterator[tuple[DatabaseName, int]]:
        """Yield every database with the time of its last commit, in microseconds."""
        for project, database, time in self._connection.execute("select * from latest"):
            yield DatabaseName(project, database), time

    def write(self, database: DatabaseName, time: int, rows: Iterable[Row]) -> None:
        """Store the documents changed by a commit, in one SQLite transaction."""
        kept = [(*database, *row) for row in rows if row.data is not None]
        gone = [(*database, row.path) for row in rows if row.data is None]
        execute = self._connection.execute
        execute("begin immediate")
        try:
            self._connection.executemany("replace into documents values (?, ?, ?, ?, ?, ?)", kept)
            self._connection.executemany("delete from documents where project = ? and database = ? and path = ?", gone)
            execute("replace into latest values (?, ?, ?)", (*database, time))
            self.at_commit_point("before_commit")
            execute("commit")
        except BaseException:
            execute("rollback")
            raise
        self.at_commit_point("after_commit")

    def replace(self, rows: Iterable[tuple[DatabaseName, Row]]) -> None:
        execute = self._connection.execute
        execute("begin immediate")
        try:
            execute("delete from documents")
            execute("delete from latest")
            self._connection.executemany(
                "insert into documents values (?, ?, ?, ?, ?, ?)", ((*name, *row) for name, row in rows)
            )
            execute("insert into latest select project, database, max(updated) from documents group by 1, 2")
            execute("commit")
        except BaseException:
            execute("rollback")
            raise

    def close(self) -> None:
        self._connection.close()
