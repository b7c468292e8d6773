"""Optimistic transactions: all reads are as of one moment, and a commit checks that nothing read has changed since.

A changed document, or a query with another result (phantoms included), aborts the transaction. The first to commit
wins. A transaction without writes is not checked.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from infra.emulators.firestore.queries.execution import Found, run
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.storage.database import Database, Version
from infra.emulators.firestore.transactions.retry_queues import RetryQueues
from infra.emulators.firestore.wire.errors import aborted, invalid
from infra.emulators.firestore.wire.messages import Message
from infra.emulators.firestore.writes.batch import Batch
from infra.emulators.shared.timestamps import micros_of

CONCURRENCY_MODE = "OPTIMISTIC"
"""The `concurrency_mode` of all databases. The emulator supports no other mode."""
LIFETIME_SECONDS = 270.0
IDLE_SECONDS = 60.0


@dataclass(slots=True)
class Transaction:
    """An open transaction.

    Its first read sets `moment`, the time of its snapshot in microseconds. `origin` is the id of its first attempt,
    which is the same for all retries.
    """

    id: bytes
    origin: bytes
    database: Database
    read_only: bool
    moment: int | None
    started: float
    touched: float
    documents: set[str] = field(default_factory=set)
    queries: list[tuple[Query, list[tuple[str, int]]]] = field(default_factory=list)

    def resource(self, path: str) -> str:
        return self.database.name.document(path)

    def snapshot(self) -> int:
        """Return the time as of which the transaction reads, set at the first call."""
        if self.moment is None:
            self.moment = self.database.read_time()
        return self.moment

    def read(self, path: str) -> Version | None:
        """Read a document in the snapshot, and record the read for the check at commit."""
        self.documents.add(path)
        return self.database.at(path, self.snapshot())

    def run(self, query: Query) -> Found:
        """Run a query on the snapshot, and record it for the check at commit."""
        found = run(self.database, query, self.snapshot())
        self.queries.append((query, _identity(found)))
        return found

    def conflict(self) -> str | None:
        """Return the path of a document or collection that was read and has changed since, or None."""
        changed = self.database.changed_since(self.moment) if self.moment is not None else set()
        touched = changed & self.documents
        if touched:
            return min(touched)
        for query, identity in self.queries:
            concerned = any(query.covers(path) for path in changed)
            if concerned and _identity(run(self.database, query, None)) != identity:
                return query.scope.key
        return None


def _identity(found: Found) -> list[tuple[str, int]]:
    return [(row.path, row.version.time) for row in (*found.skipped, *found.rows)]


class Transactions:
    """The open transactions of one process. They expire by real time, not by the emulator's clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.retries = RetryQueues()
        self._monotonic = monotonic
        self._open: dict[bytes, Transaction] = {}
        self._aborted: dict[bytes, tuple[bytes, float]] = {}

    def begin(self, database: Database, options: Message) -> Transaction:
        now = self._monotonic()
        self._forget_expired(now)
        read_only = options.WhichOneof("mode") == "read_only"
        moment = None
        if read_only and options.read_only.HasField("read_time"):
            moment = micros_of(options.read_only.read_time)
            database.check_read_time(moment)
        id_ = secrets.token_bytes(16)
        origin = options.read_write.retry_transaction or id_
        opened = Transaction(id_, origin, database, read_only, moment, now, now)
        self._open[opened.id] = opened
        database.oldest_needed = lambda: self._oldest_moment(database)
        return opened

    def _oldest_moment(self, database: Database) -> int | None:
        moments = [t.moment for t in self._open.values() if t.database is database and t.moment is not None]
        return min(moments, default=None)

    def get(self, database: Database, id_: bytes) -> Transaction:
        """Return an open transaction. Raise INVALID_ARGUMENT if it has ended, has expired or is unknown."""
        now = self._monotonic()
        self._forget_expired(now)
        found = self._open.get(id_)
        if found is None or found.database is not database:
            raise invalid("The referenced transaction has expired or is no longer valid.")
        found.touched = now
        return found

    async def wait_for_turn(self, request: Message, database: Database, paths: Iterable[str]) -> None:
        """Wait until retries that conflicted over these documents or collections have ended.

        Call it before the first read of a transaction.
        """
        found = self._open.get(request.transaction)
        if found is not None and found.moment is None and found.database is database:
            await self.retries.join(found.origin, map(found.resource, paths))

    def commit(self, transaction: Transaction, writes: Iterable[Message]) -> Batch:
        """Check the reads and apply the writes, or raise ABORTED.

        The id of an aborted transaction can only be rolled back or be given as `retry_transaction`.
        """
        batch = Batch(transaction.database)
        for write in writes:
            if transaction.read_only:
                raise invalid("Cannot modify entities in a read-only transaction.")
            if not batch.results:
                self._check(transaction)
            batch.apply(write)
        batch.save()
        self._close(transaction)
        return batch

    def _check(self, transaction: Transaction) -> None:
        path = transaction.conflict()
        if path is not None:
            del self._open[transaction.id]
            self._aborted[transaction.id] = transaction.origin, self._monotonic()
            self.retries.conflict(transaction.origin, transaction.resource(path))
            raise aborted(f"Conflict: {path} has changed since this transaction read it.")

    def rollback(self, database: Database, id_: bytes) -> None:
        """Close a transaction without writing, even after a conflict."""
        if id_ in self._aborted:
            self.retries.leave(self._aborted.pop(id_)[0])
        else:
            self._close(self.get(database, id_))

    def _close(self, transaction: Transaction) -> None:
        del self._open[transaction.id]
        self.retries.leave(transaction.origin)

    def _forget_expired(self, now: float) -> None:
        for one in [one for one in self._open.values() if _expired(one, now)]:
            self._close(one)
        while self._aborted:
            first = next(iter(self._aborted))
            if now - self._aborted[first][1] <= IDLE_SECONDS:
                break
            del self._aborted[first]

    def clear(self) -> None:
        """End all open transactions, because all documents were replaced."""
        self._open.clear()
        self._aborted.clear()


def _expired(transaction: Transaction, now: float) -> bool:
    return now - transaction.started > LIFETIME_SECONDS or now - transaction.touched > IDLE_SECONDS
