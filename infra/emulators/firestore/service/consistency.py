"""The consistency selector of a request, which sets the moment and the transaction in which a call reads."""

from __future__ import annotations

from dataclasses import dataclass

from infra.emulators.firestore.metering.cost import Cost
from infra.emulators.firestore.queries.declared_indexes import DeclaredIndexes
from infra.emulators.firestore.queries.execution import Found, run
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.storage.database import Database, Version
from infra.emulators.firestore.storage.store import Store
from infra.emulators.firestore.transactions.optimistic import Transaction, Transactions
from infra.emulators.firestore.wire.messages import Message
from infra.emulators.shared.timestamps import micros_of


@dataclass(frozen=True, slots=True)
class Backend:
    """The state shared by all methods: documents, transactions and declared indexes."""

    store: Store
    transactions: Transactions
    declared: DeclaredIndexes | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads documents for one call: in a transaction, at a past moment, or now. It adds the reads to the call's cost.

    `opened` is the id of the transaction that the request opened, or empty.
    """

    database: Database
    cost: Cost
    time: int
    transaction: Transaction | None
    opened: bytes
    past: bool

    def document(self, path: str) -> Version | None:
        """Return a document, or None if it does not exist. A missing document is billed as a read too."""
        self.cost.reads += 1
        if self.transaction is not None:
            return self.transaction.read(path)
        return self.database.at(path, self.time) if self.past else self.database.current(path)

    def run(self, query: Query) -> Found:
        """Run a query and add the scanned index entries to the cost. The caller adds the returned documents."""
        if self.transaction is not None:
            found = self.transaction.run(query)
        else:
            found = run(self.database, query, self.time if self.past else None)
        self.cost.index_entries += found.entries
        return found


def reader(backend: Backend, database: Database, request: Message, cost: Cost) -> Reader:
    """Return a reader for the request's consistency selector, in a new transaction if the request asks for one."""
    selector = request.WhichOneof("consistency_selector")
    if selector == "read_time":
        time = micros_of(request.read_time)
        database.check_read_time(time)
        return Reader(database, cost, time, None, b"", past=True)
    transaction, opened = None, b""
    if selector == "new_transaction":
        transaction = backend.transactions.begin(database, request.new_transaction)
        opened = transaction.id
    elif selector == "transaction" and request.transaction:
        transaction = backend.transactions.get(database, request.transaction)
    time = transaction.snapshot() if transaction is not None else database.read_time()
    return Reader(database, cost, time, transaction, opened, past=False)
