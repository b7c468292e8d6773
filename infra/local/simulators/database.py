"""The SQLite file that holds a simulator's state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_database(path: Path, schema: str) -> sqlite3.Connection:
    """Open or create an SQLite file in autocommit mode, with rows readable by column name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, isolation_level=None)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.executescript(schema)
    return database


def empty_database(database: sqlite3.Connection) -> None:
    """Delete every row of every table. Numbering restarts at 1."""
    names = [row["name"] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    with transaction(database):
        for name in names:
            database.execute(f"DELETE FROM {name}")  # noqa: S608 - names come from the schema itself


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Commit the statements of the `with` block, all or none.

    The block must not await, because all requests of the process share one connection.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
