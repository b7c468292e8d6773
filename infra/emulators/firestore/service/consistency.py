"""At which moment, and in which transaction, a call reads: its consistency selector."""

from __future__ import annotations

from dataclasses import dataclass

from infra.emulators.firestore.documents.value_order import value_at
from infra.emulators.firestore.metering.counters import Cost
from infra.emulators.firestore.queries.declared_indexes import DeclaredIndexes
from infra.emulators.firestore.queries.execution import Found, run
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.storage.database import Database, Store, Version
from infra.emulators.firestore.transactions.optimistic import Transaction, Transactions
from infra.emulators.firestore.wire.messages import Document, Message, micros_of, set_micros
from infra.emulators.firestore.wire.names import FieldPath, field_path
from infra.emulators.firestore.writes.transforms import set_value


@dataclass(frozen=True, slots=True)
class Backend:
    """What every method works with."""

    store: Store
    transactions: Transactions
    declared: DeclaredIndexes | None


@dataclass(frozen=True, slots=True)
class Reader:
    """A call's view: in a transaction, at a past moment, or of the present. Counts what it reads."""

    database: Database
    cost: Cost
    time: int
    transaction: Transaction | None
    opened: bytes
    past: bool

    def document(self, path: str) -> Version | None:
        """One document (a missing one is billed too)."""
        self.cost.reads += 1
        if self.transaction is not None:
            return self.transaction.read(path)
        return self.database.at(path, self.time) if self.past else self.database.current(path)

    def run(self, query: Query) -> Found:
        """The rows of a query; counts the index entries, the caller the documents."""
        if self.transaction is not None:
            found = self.transaction.run(query)
        else:
            found = run(self.database, query, self.time if self.past else None)
        self.cost.index_entries += found.entries
        return found


def reader(backend: Backend, database: Database, request: Message, cost: Cost) -> Reader:
    """The view that a request's consistency selector asks for; may open a transaction."""
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


def mask_of(request: Message) -> tuple[FieldPath, ...] | None:
    """The field paths that a request's mask asks for; None: all."""
    if not request.HasField("mask"):
        return None
    return tuple(field_path(text) for text in request.mask.field_paths)


def document_of(database: Database, path: str, version: Version, mask: tuple[FieldPath, ...] | None) -> Message:
    """A stored version as a Document message, with the fields of the mask."""
    document = Document.FromString(version.data)
    if mask is not None:
        document = _masked(document.fields, mask)
    document.name = database.name.document(path)
    set_micros(document.create_time, version.created)
    set_micros(document.update_time, version.time)
    return document


def _masked(fields: Message, mask: tuple[FieldPath, ...]) -> Message:
    kept = Document()
    for path in mask:
        value = value_at(fields, path)
        if value is not None:
            set_value(kept.fields, path, value)
    return kept
