"""The calls of one Firestore database.

A transaction is identified by an id, which Firestore gives. A read with the id NEW begins one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from google.api_core import exceptions as google_errors
from google.api_core.retry import Retry
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport
from google.protobuf import empty_pb2

from petitions.adapters.wire.calls import Method, metadata_of, open_channel, retry_on
from petitions.adapters.wire.queries import parent_of, structured
from petitions.adapters.wire.values import decoded, instant_of, put_instant
from petitions.adapters.wire.writes import document_name
from petitions.ports.store import Document, Fields, Query

CALL_SECONDS = 5.0
END_SECONDS = 60.0
"""The time limit of calls that begin or end a transaction, in seconds."""

NEW = b""

_HOST = "firestore.googleapis.com"
_BROKEN = (google_errors.DeadlineExceeded, google_errors.InternalServerError, google_errors.ServiceUnavailable)
_BUSY = (google_errors.ResourceExhausted, google_errors.ServiceUnavailable)
_READ = retry_on(*_BROKEN)
_WRITE = retry_on(*_BUSY)
_ANY = retry_on(*_BROKEN, *_BUSY)


class Read(NamedTuple):
    """The result of one call that reads documents."""

    documents: dict[str, Fields | None]
    """The fields of the documents by path. None for a document that does not exist."""
    transaction: bytes
    """The id of the transaction that the read began, or b""."""
    at: datetime
    """The instant of the read on the server."""


class Database:
    """The calls of one database. Thread-safe. All methods raise google.api_core's errors."""

    def __init__(self, project: str, database: str) -> None:
        self._database = f"projects/{project}/databases/{database}"
        self.root = f"{self._database}/documents"
        emulator = os.environ.get("FIRESTORE_EMULATOR_HOST")
        channel = open_channel(FirestoreGrpcTransport, _HOST, emulator)
        rights = [("authorization", "Bearer owner")] if emulator else []

        def method(
            name: str, again: Retry, answer: Any = None, *, by: str = "database", streams: bool = False
        ) -> Method:
            request, answers = getattr(types, f"{name}Request").pb(), answer or getattr(types, f"{name}Response").pb()
            whole = f"/google.firestore.v1.Firestore/{name}"
            where = self.root if by == "parent" else self._database
            metadata = [("google-cloud-resource-prefix", self._database), *rights, *metadata_of(by, where)]
            return Method(channel, whole, request, answers, metadata=metadata, again=again, streams=streams)

        self._get = method("BatchGetDocuments", _READ, streams=True)
        self._query = method("RunQuery", _READ, by="parent", streams=True)
        self._count = method("RunAggregationQuery", _READ, by="parent", streams=True)
        self._begin = method("BeginTransaction", _ANY)
        self._commit = method("Commit", _WRITE)
        self._roll_back = method("Rollback", _ANY, empty_pb2.Empty)
        self._batch = method("BatchWrite", retry_on(google_errors.Aborted, *_BUSY))

    def name(self, path: str) -> str:
        """Return the full resource name of a document. Raise ValueError for the path of a collection."""
        return document_name(self.root, path)

    def read(self, paths: Sequence[str], transaction: bytes | None = None, at: datetime | None = None) -> Read:
        """Read documents in one call: as of now, in a transaction, or as of an instant."""
        request = self._get.request(database=self._database, documents=map(self.name, paths))
        _place(request, transaction, at)
        read: dict[str, Fields | None] = {}
        begun, when = b"", None
        for answer in self._get(request, CALL_SECONDS):
            begun, when = answer.transaction or begun, answer.read_time
            if answer.WhichOneof("result") == "found":
                read[_path(answer.found.name)] = decoded(answer.found.fields)
            elif answer.missing:
                read[_path(answer.missing)] = None
        return Read(read, begun, instant_of(when))

    def find(
        self, query: Query, transaction: bytes | None = None, at: datetime | None = None
    ) -> tuple[list[Document], bytes]:
        """Return the result of a query, and the id of the transaction that it began, or b""."""
        request = self._query.request(parent=parent_of(self.root, query), structured_query=structured(self.root, query))
        _place(request, transaction, at)
        answers = self._query(request, CALL_SECONDS)
        begun = next((answer.transaction for answer in answers if answer.transaction), b"")
        found = (answer.document for answer in answers)
        return [
            Document(
                _path(item.name) if query.group else item.name.rpartition("/")[2],
                decoded(item.fields),
                instant_of(item.update_time),
            )
            for item in found
            if item.name
        ], begun

    def count(self, query: Query) -> int:
        request = self._count.request(parent=parent_of(self.root, query))
        request.structured_aggregation_query.structured_query.CopyFrom(structured(self.root, query))
        request.structured_aggregation_query.aggregations.add().count.SetInParent()
        (number,) = (
            value.integer_value
            for answer in self._count(request, CALL_SECONDS)
            for value in answer.result.aggregate_fields.values()
        )
        return int(number)

    def begin(self) -> bytes:
        """Begin a transaction without reading, and return its id."""
        request = self._begin.request(database=self._database)
        request.options.read_write.SetInParent()
        return bytes(self._begin(request, END_SECONDS).transaction)

    def commit(self, writes: Sequence[Any], transaction: bytes | None = None) -> list[datetime]:
        """Apply all writes or none. Return the instants at which the documents were written."""
        request = self._commit.request(database=self._database, writes=writes)
        if transaction is not None:
            request.transaction = transaction
        answer = self._commit(request, CALL_SECONDS if transaction is None else END_SECONDS)
        return [instant_of(result.update_time) for result in answer.write_results]

    def roll_back(self, transaction: bytes) -> None:
        """End a transaction without its writes."""
        self._roll_back(self._roll_back.request(database=self._database, transaction=transaction), END_SECONDS)

    def write_each(self, writes: Sequence[Any]) -> list[tuple[int, datetime]]:
        """Apply every write on its own. Return their gRPC status codes (0 is success) and instants."""
        answer = self._batch(self._batch.request(database=self._database, writes=writes), CALL_SECONDS)
        ends = zip(answer.status, answer.write_results, strict=True)
        return [(end.code, instant_of(result.update_time)) for end, result in ends]


def _place(request: Any, transaction: bytes | None, at: datetime | None) -> None:
    if transaction:
        request.transaction = transaction
    elif transaction is not None:
        request.new_transaction.read_write.SetInParent()
    elif at is not None:
        put_instant(request.read_time, at)


def _path(name: str) -> str:
    """Return the path of a document from its full name: `projects/p/databases/d/documents/PATH`."""
    return name.split("/", 5)[5]
