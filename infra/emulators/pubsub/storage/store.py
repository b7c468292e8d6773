"""The durable state: topics, subscriptions, snapshots, messages and their deliveries, in an SQLite file (WAL).

Every change is committed before its call is answered. `synchronous=NORMAL` survives the death of the process at any
moment. A power failure may lose the last transactions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from infra.emulators.pubsub.storage.schema import COLLECT, CONTENT, SCHEMA, TABLES
from infra.emulators.pubsub.storage.service_time import Anchor, ServiceTime


class Row(NamedTuple):
    """A stored topic, subscription or snapshot: its number and its serialised protobuf."""

    id: int
    body: bytes


class NewMessage(NamedTuple):
    """A message to store. Its topic keeps it for `keep_us` microseconds, even once it is acknowledged everywhere."""

    publish_us: int
    keep_us: int
    key: str
    body: bytes


class StoredMessage(NamedTuple):
    """A stored message. `seq` is its id, `publish_us` its publish time in microseconds of the emulator's clock."""

    seq: int
    publish_us: int
    body: bytes


class Pending(NamedTuple):
    """A message that a subscription has not acknowledged.

    `failures` counts its failed deliveries. The next attempt is not made before `not_before`, in seconds of the
    service's time.
    """

    seq: int
    key: str
    failures: int
    not_before: float


class Store:
    """The state in the SQLite file. Writes must be made inside `transaction()`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-8000", "wal_autocheckpoint=1000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(SCHEMA)
        row = self._db.execute("SELECT real, service, speed FROM service_time").fetchone()
        self.time = ServiceTime(Anchor(*row) if row else None)
        self._number_from_now()

    def _number_from_now(self) -> None:
        """Start the numbers of messages at the current real time, so that ids never repeat, even after a reset."""
        row = self._db.execute("SELECT first_seq FROM origin").fetchone()
        if row is not None:
            self._first_seq = int(row[0])
        else:
            first = ServiceTime().micros()
            with self.transaction():
                self._db.execute("INSERT INTO origin VALUES (?)", (first,))
                self._db.execute("DELETE FROM sqlite_sequence WHERE name = 'messages'")
                self._db.execute("INSERT INTO sqlite_sequence(name, seq) VALUES ('messages', ?)", (first,))
            self._first_seq = first

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit the changes of the `with` block, all or none. They are on disk when the block ends."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()

    def clear(self, *, keep_resources: bool) -> None:
        """Delete all messages and snapshots, and also topics and subscriptions unless `keep_resources`."""
        with self.transaction():
            for table in CONTENT if keep_resources else TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the constants above
        if not keep_resources:
            self.time = ServiceTime()
        self._number_from_now()

    def change_time(self, speed: float, advance: float) -> None:
        self.time.change(speed, advance)
        with self.transaction():
            self._db.execute("DELETE FROM service_time")
            self._db.execute("INSERT INTO service_time VALUES (?, ?, ?)", self.time.anchor)

    # Topics and subscriptions

    def rows(self, table: str) -> list[Row]:
        """Return the rows of `topics`, `subscriptions` or `snapshots`, oldest first."""
        return [Row(*row) for row in self._db.execute(f"SELECT id, body FROM {table} ORDER BY id")]  # noqa: S608

    def insert(self, table: str, name: str, body: bytes) -> int:
        """Store a new topic, subscription or snapshot, and return its number."""
        cursor = self._db.execute(f"INSERT INTO {table}(name, body) VALUES (?, ?)", (name, body))  # noqa: S608
        return int(cursor.lastrowid or 0)

    def update(self, table: str, number: int, body: bytes) -> None:
        self._db.execute(f"UPDATE {table} SET body = ? WHERE id = ?", (body, number))  # noqa: S608

    def delete(self, table: str, number: int) -> None:
        """Delete a topic, subscription or snapshot, and the messages that nothing needs any more."""
        self._db.execute(f"DELETE FROM {table} WHERE id = ?", (number,))  # noqa: S608
        if table == "subscriptions":
            self._db.execute("DELETE FROM activity WHERE sub = ?", (number,))
            self.drop_deliveries(number)
            self.collect_all()
        if table == "snapshots":
            self._db.execute("DELETE FROM snapshot_messages WHERE snapshot = ?", (number,))
            self.collect_all()

    def last_used(self, sub: int) -> float | None:
        """Return the service time in seconds of a subscription's last use, or None if unknown."""
        row = self._db.execute("SELECT used FROM activity WHERE sub = ?", (sub,)).fetchone()
        return None if row is None else float(row[0])

    def record_use(self, sub: int, used: float) -> None:
        self._db.execute("INSERT OR REPLACE INTO activity(sub, used) VALUES (?, ?)", (sub, used))

    # Messages and deliveries

    def published(self) -> int:
        row = self._db.execute(
            "SELECT s.seq - o.first_seq FROM sqlite_sequence s, origin o WHERE s.name = 'messages'"
        ).fetchone()
        return int(row[0])

    def ordinal(self, seq: int) -> int:
        """Return the position of a message among all messages ever published."""
        return seq - self._first_seq

    def last_seq(self) -> int:
        """Return the number of the newest message, even if it was deleted."""
        return int(self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'messages'").fetchone()[0])

    def add_message(self, topic: int, message: NewMessage, receivers: Sequence[int]) -> int:
        """Store a message for the subscriptions `receivers`, and return its increasing number, the message id."""
        now_us = self.time.micros()
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
        now_us = self.time.micros()
        self._db.executemany(COLLECT.format(which="seq = ?"), [(seq, now_us) for seq in seqs])

    def collect_all(self) -> None:
        """Delete the messages that every subscription has acknowledged and that no retention or snapshot keeps."""
        self._db.execute(COLLECT.format(which="1"), (self.time.micros(),))

    def message(self, seq: int, sub: int) -> StoredMessage | None:
        """Return a message that `sub` has not acknowledged, or None if its retention has ended."""
        row = self._db.execute(
            "SELECT m.seq, m.publish_us, m.body FROM deliveries d JOIN messages m ON m.seq = d.seq "
            "WHERE d.sub = ? AND d.seq = ? AND d.acked = 0",
            (sub, seq),
        ).fetchone()
        return None if row is None else StoredMessage(*row)

    def pending(self, sub: int) -> Iterator[Pending]:
        """Yield the unacknowledged messages of `sub` in order of publication."""
        rows = self._db.execute(
            "SELECT d.seq, m.key, d.failures, d.not_before FROM deliveries d JOIN messages m ON m.seq = d.seq "
            "WHERE d.sub = ? AND d.acked = 0 ORDER BY d.seq",
            (sub,),
        )
        return (Pending(*row) for row in rows)

    def backlog(self, sub: int) -> tuple[int, int | None]:
        """Return the number of unacknowledged messages of `sub`, and the time of the oldest in microseconds."""
        count = self._db.execute("SELECT count(*) FROM deliveries WHERE sub = ? AND acked = 0", (sub,)).fetchone()[0]
        oldest = self._db.execute(
            "SELECT m.stored_us FROM deliveries d JOIN messages m ON m.seq = d.seq "
            "WHERE d.sub = ? AND d.acked = 0 ORDER BY d.seq LIMIT 1",
            (sub,),
        ).fetchone()
        return int(count), None if oldest is None else int(oldest[0])

    def acknowledge(self, sub: int, seqs: Iterable[int], *, retain: bool) -> None:
        """Acknowledge messages. With `retain` they stay stored, so that a seek can deliver them again."""
        pairs = [(sub, seq) for seq in seqs]
        if retain:
            self._db.executemany("UPDATE deliveries SET acked = 1 WHERE sub = ? AND seq = ?", pairs)
        else:
            self._db.executemany("DELETE FROM deliveries WHERE sub = ? AND seq = ?", pairs)
            self._collect(seq for _, seq in pairs)

    def fail(self, sub: int, seq: int, failures: int, not_before: float) -> None:
        """Record a failed delivery. The next attempt is due at `not_before`, in seconds of the service's time."""
        self._db.execute(
            "UPDATE deliveries SET failures = ?, not_before = ? WHERE sub = ? AND seq = ?",
            (failures, not_before, sub, seq),
        )

    def drop_deliveries(self, sub: int, through: int | None = None) -> int:
        """Delete the deliveries of `sub`, all or up to the message `through`. Return the number deleted."""
        if through is None:
            return self._db.execute("DELETE FROM deliveries WHERE sub = ?", (sub,)).rowcount
        return self._db.execute("DELETE FROM deliveries WHERE sub = ? AND seq <= ?", (sub, through)).rowcount

    def newest_stored_before(self, stored_us: int) -> int:
        """Return the number of the newest message stored before a time in microseconds, or 0 if there is none."""
        row = self._db.execute(
            "SELECT seq FROM messages WHERE stored_us < ? ORDER BY stored_us DESC, seq DESC LIMIT 1", (stored_us,)
        ).fetchone()
        return 0 if row is None else int(row[0])

    # Seeking

    def fill_snapshot(self, snapshot: int, topic: int, sub: int) -> None:
        """Record the unacknowledged messages of `sub` in a snapshot.

        Messages published to the topic later belong to the snapshot too, without being recorded.
        """
        self._db.execute(
            "UPDATE snapshots SET topic = ?, last_seq = ? WHERE id = ?", (topic, self.last_seq(), snapshot)
        )
        self._db.execute(
            "INSERT INTO snapshot_messages SELECT ?, seq FROM deliveries WHERE sub = ? AND acked = 0", (snapshot, sub)
        )

    def in_snapshot(self, snapshot: int) -> list[tuple[int, bytes]]:
        """Return number and body of the messages in a snapshot, including those published after it was made."""
        return self._db.execute(
            "SELECT m.seq, m.body FROM messages m JOIN snapshots s ON s.id = ? AND m.topic = s.topic "
            "WHERE m.seq > s.last_seq UNION "
            "SELECT m.seq, m.body FROM messages m JOIN snapshot_messages n ON n.seq = m.seq AND n.snapshot = ?",
            (snapshot, snapshot),
        ).fetchall()

    def since(self, sub: int, topic: int, publish_us: int, *, acked: bool) -> list[tuple[int, bytes]]:
        """Return number and body of the messages published since a time that `sub` can receive again.

        These are its unacknowledged messages, with `acked` also its acknowledged ones, and the messages that the topic
        keeps. The time is in microseconds of the emulator's clock.
        """
        return self._db.execute(
            "SELECT m.seq, m.body FROM messages m WHERE m.publish_us >= ?1 AND (m.topic = ?2 AND m.keep_until_us > ?4 "
            "OR EXISTS (SELECT 1 FROM deliveries d WHERE d.sub = ?3 AND d.seq = m.seq AND d.acked <= ?5)) "
            "ORDER BY m.seq",
            (publish_us, topic, sub, self.time.micros(), acked),
        ).fetchall()

    def replace_deliveries(self, sub: int, seqs: Sequence[int], *, retain: bool) -> None:
        """Make exactly these messages the unacknowledged ones of `sub`.

        With `retain`, its other messages stay stored as acknowledged.
        """
        if retain:
            self._db.execute("UPDATE deliveries SET acked = 1, failures = 0, not_before = 0 WHERE sub = ?", (sub,))
        else:
            self.drop_deliveries(sub)
        self._db.executemany("INSERT OR REPLACE INTO deliveries(sub, seq) VALUES (?, ?)", [(sub, seq) for seq in seqs])
        self.collect_all()
