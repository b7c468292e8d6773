"""What survives a crash: topics, subscriptions, messages, who still has to receive them. SQLite, WAL, one writer.

Every change is committed before the call that asked for it is answered; `synchronous=NORMAL` survives the death of the
process at any instant (a power failure may cost the last transactions).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_SCHEMA = """
CREATE TABLE IF NOT EXISTS topics(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS subscriptions(
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS messages(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, publish_us INTEGER NOT NULL,
    stored_us INTEGER NOT NULL, keep_until_us INTEGER NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS messages_stored ON messages(stored_us);
CREATE TABLE IF NOT EXISTS deliveries(
    sub INTEGER NOT NULL, seq INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
    not_before REAL NOT NULL DEFAULT 0, acked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(sub, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_seq ON deliveries(seq);
CREATE TABLE IF NOT EXISTS snapshots(
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, body BLOB NOT NULL,
    topic INTEGER NOT NULL DEFAULT 0, last_seq INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS snapshot_messages(
    snapshot INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(snapshot, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS origin(first_seq INTEGER NOT NULL);
"""
_TABLES = ("topics", "subscriptions", "messages", "deliveries", "snapshots", "snapshot_messages", "origin")
_CONTENT = ("messages", "deliveries", "snapshots", "snapshot_messages")
_COLLECT = """
DELETE FROM messages WHERE {which} AND keep_until_us < ?
AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = messages.seq)
AND NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.topic = messages.topic AND s.last_seq < messages.seq)
AND NOT EXISTS (SELECT 1 FROM snapshot_messages s WHERE s.seq = messages.seq)
"""


class Row(NamedTuple):
    """A stored resource: its number and its protobuf bytes."""

    id: int
    body: bytes


class NewMessage(NamedTuple):
    """What is published; `keep_us`: how long the topic keeps it even when everyone has acknowledged."""

    publish_us: int
    keep_us: int
    key: str
    body: bytes


class StoredMessage(NamedTuple):
    """A message without id and time, which `seq` and `publish_us` (microseconds, the stack's clock) give."""

    seq: int
    publish_us: int
    body: bytes


class Pending(NamedTuple):
    """One message that one subscription has not acknowledged; `not_before` is real time in seconds."""

    seq: int
    key: str
    failures: int
    not_before: float


class Store:
    """The one connection. Writes belong inside `transaction()`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-8000", "wal_autocheckpoint=1000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)
        self._number_from_now()

    def _number_from_now(self) -> None:
        """Message ids never repeat, not even after a reset: numbering starts at the current real time."""
        if self._db.execute("SELECT 1 FROM origin").fetchone() is None:
            first = time.time_ns() // 1000
            with self.transaction():
                self._db.execute("INSERT INTO origin VALUES (?)", (first,))
                self._db.execute("DELETE FROM sqlite_sequence WHERE name = 'messages'")
                self._db.execute("INSERT INTO sqlite_sequence(name, seq) VALUES ('messages', ?)", (first,))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on disk when the block is left."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Fold the log into the file and let go of it."""
        self._db.close()

    def clear(self, *, keep_resources: bool) -> None:
        """Forget all messages and snapshots, and unless told otherwise topics and subscriptions too."""
        with self.transaction():
            for table in _CONTENT if keep_resources else _TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the constants above
        self._number_from_now()

    # Topics and subscriptions

    def rows(self, table: str) -> list[Row]:
        """Everything in `topics`, `subscriptions` or `snapshots`, oldest first."""
        return [Row(*row) for row in self._db.execute(f"SELECT id, body FROM {table} ORDER BY id")]  # noqa: S608

    def insert(self, table: str, name: str, body: bytes) -> int:
        """Store a new topic, subscription or snapshot; returns its number."""
        cursor = self._db.execute(f"INSERT INTO {table}(name, body) VALUES (?, ?)", (name, body))  # noqa: S608
        return int(cursor.lastrowid or 0)

    def update(self, table: str, number: int, body: bytes) -> None:
        """Replace the body of a topic, subscription or snapshot."""
        self._db.execute(f"UPDATE {table} SET body = ? WHERE id = ?", (body, number))  # noqa: S608

    def delete(self, table: str, number: int) -> None:
        """Remove a topic, or a subscription or snapshot with what belongs to it."""
        self._db.execute(f"DELETE FROM {table} WHERE id = ?", (number,))  # noqa: S608
        if table == "subscriptions":
            self.drop_deliveries(number)
            self.collect_all()
        if table == "snapshots":
            self._db.execute("DELETE FROM snapshot_messages WHERE snapshot = ?", (number,))
            self.collect_all()

    # Messages and deliveries

    def published(self) -> int:
        """How many messages were ever published here."""
        row = self._db.execute(
            "SELECT s.seq - o.first_seq FROM sqlite_sequence s, origin o WHERE s.name = 'messages'"
        ).fetchone()
        return int(row[0])

    def last_seq(self) -> int:
        """The number of the newest message."""
        return int(self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'messages'").fetchone()[0])

    def add_message(self, topic: int, message: NewMessage, receivers: Sequence[int]) -> int:
        """Store a message for subscriptions; its number, rising with each one, is its message id."""
        now_us = time.time_ns() // 1000
        keep_until_us = now_us + message.keep_us if message.keep_us else 0
        cursor = self._db.execute(
            "INSERT INTO messages(topic, publish_us, stored_us, keep_until_us, key, body) VALUES (?, ?, ?, ?, ?, ?)",
            (topic, message.publish_us, now_us, keep_until_us, message.key, message.body),
        )
        seq = int(cursor.lastrowid or 0)
        if receivers:
            self._db.executemany("INSERT INTO deliveries(sub, seq) VALUES (?, ?)", [(one, seq) for one in receivers])
        else:
            self._collect([seq])
        return seq

    def _collect(self, seqs: Iterable[int]) -> None:
        now_us = time.time_ns() // 1000
        self._db.executemany(_COLLECT.format(which="seq = ?"), [(seq, now_us) for seq in seqs])

    def collect_all(self) -> None:
        """Look at all messages; remove those that nobody has to receive and that no retention or snapshot keeps."""
        self._db.execute(_COLLECT.format(which="1"), (time.time_ns() // 1000,))

    def message(self, seq: int, sub: int) -> StoredMessage | None:
        """A message that `sub` has not acknowledged, else None (it may have outlived its retention)."""
        row = self._db.execute(
            "SELECT m.seq, m.publish_us, m.body FROM deliveries d JOIN messages m ON m.seq = d.seq "
            "WHERE d.sub = ? AND d.seq = ? AND d.acked = 0",
            (sub, seq),
        ).fetchone()
        return None if row is None else StoredMessage(*row)

    def pending(self, sub: int) -> Iterator[Pending]:
        """Everything that `sub` has not acknowledged, in the order of publication."""
        rows = self._db.execute(
            "SELECT d.seq, m.key, d.failures, d.not_before FROM deliveries d JOIN messages m ON m.seq = d.seq "
            "WHERE d.sub = ? AND d.acked = 0 ORDER BY d.seq",
            (sub,),
        )
        return (Pending(*row) for row in rows)

    def backlog(self, sub: int) -> tuple[int, int | None]:
        """How many messages `sub` has not acknowledged, and when the oldest was stored (real time, microseconds)."""
        count = self._db.execute("SELECT count(*) FROM deliveries WHERE sub = ? AND acked = 0", (sub,)).fetchone()[0]
        oldest = self._db.execute(
            "SELECT m.stored_us FROM deliveries d JOIN messages m ON m.seq = d.seq "
            "WHERE d.sub = ? AND d.acked = 0 ORDER BY d.seq LIMIT 1",
            (sub,),
        ).fetchone()
        return int(count), None if oldest is None else int(oldest[0])

    def acknowledge(self, sub: int, seqs: Iterable[int], *, retain: bool) -> None:
        """These are done; `retain` keeps them for a later seek."""
        pairs = [(sub, seq) for seq in seqs]
        if retain:
            self._db.executemany("UPDATE deliveries SET acked = 1 WHERE sub = ? AND seq = ?", pairs)
        else:
            self._db.executemany("DELETE FROM deliveries WHERE sub = ? AND seq = ?", pairs)
            self._collect(seq for _, seq in pairs)

    def fail(self, sub: int, seq: int, failures: int, not_before: float) -> None:
        """One delivery failed; the next is not due before an instant (real time, seconds)."""
        self._db.execute(
            "UPDATE deliveries SET failures = ?, not_before = ? WHERE sub = ? AND seq = ?",
            (failures, not_before, sub, seq),
        )

    def drop_deliveries(self, sub: int, through: int | None = None) -> int:
        """Forget deliveries of `sub`, all or up to a message number; returns how many."""
        if through is None:
            return self._db.execute("DELETE FROM deliveries WHERE sub = ?", (sub,)).rowcount
        return self._db.execute("DELETE FROM deliveries WHERE sub = ? AND seq <= ?", (sub, through)).rowcount

    def newest_stored_before(self, stored_us: int) -> int:
        """The number of the newest message stored before an instant of real time, 0 if there is none."""
        row = self._db.execute(
            "SELECT seq FROM messages WHERE stored_us < ? ORDER BY stored_us DESC, seq DESC LIMIT 1", (stored_us,)
        ).fetchone()
        return 0 if row is None else int(row[0])

    # Seeking

    def fill_snapshot(self, snapshot: int, topic: int, sub: int) -> None:
        """Note what `sub` has not acknowledged now; whatever its topic gets from now on belongs to the snapshot too."""
        self._db.execute(
            "UPDATE snapshots SET topic = ?, last_seq = ? WHERE id = ?", (topic, self.last_seq(), snapshot)
        )
        self._db.execute(
            "INSERT INTO snapshot_messages SELECT ?, seq FROM deliveries WHERE sub = ? AND acked = 0", (snapshot, sub)
        )

    def in_snapshot(self, snapshot: int) -> list[tuple[int, bytes]]:
        """The messages (number, body) that a snapshot holds, older and newer than itself."""
        return self._db.execute(
            "SELECT m.seq, m.body FROM messages m JOIN snapshots s ON s.id = ? AND m.topic = s.topic "
            "WHERE m.seq > s.last_seq UNION "
            "SELECT m.seq, m.body FROM messages m JOIN snapshot_messages n ON n.seq = m.seq AND n.snapshot = ?",
            (snapshot, snapshot),
        ).fetchall()

    def since(self, sub: int, topic: int, publish_us: int) -> list[tuple[int, bytes]]:
        """What `sub` can have again from an instant of the stack's clock on: its own, and what its topic keeps."""
        return self._db.execute(
            "SELECT m.seq, m.body FROM messages m WHERE m.publish_us >= ?1 AND (m.topic = ?2 AND m.keep_until_us > ?4 "
            "OR EXISTS (SELECT 1 FROM deliveries d WHERE d.sub = ?3 AND d.seq = m.seq)) ORDER BY m.seq",
            (publish_us, topic, sub, time.time_ns() // 1000),
        ).fetchall()

    def replace_deliveries(self, sub: int, seqs: Sequence[int], *, retain: bool) -> None:
        """`sub` has to receive just these; with `retain` what else it holds stays, as acknowledged."""
        if retain:
            self._db.execute("UPDATE deliveries SET acked = 1, failures = 0, not_before = 0 WHERE sub = ?", (sub,))
        else:
            self.drop_deliveries(sub)
        self._db.executemany("INSERT OR REPLACE INTO deliveries(sub, seq) VALUES (?, ?)", [(sub, seq) for seq in seqs])
        self.collect_all()
