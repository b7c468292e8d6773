"""The methods that write, and those that begin and roll back transactions."""

from __future__ import annotations

import secrets
import string

from infra.emulators.firestore.documents.limits import check_request
from infra.emulators.firestore.metering.cost import Cost
from infra.emulators.firestore.service.consistency import Backend
from infra.emulators.firestore.storage.database import Database
from infra.emulators.firestore.storage.document_message import document_of, mask_of
from infra.emulators.firestore.wire.errors import FirestoreError, invalid
from infra.emulators.firestore.wire.messages import (
    BatchWriteResponse,
    BeginTransactionResponse,
    CommitResponse,
    Empty,
    Message,
    Status,
    Write,
    WriteResult,
)
from infra.emulators.firestore.wire.names import check_id, document_name, join, parent_name, split
from infra.emulators.firestore.writes.batch import Batch, target_of
from infra.emulators.shared.timestamps import set_micros

_ID_LETTERS = string.ascii_letters + string.digits
_ID_LENGTH = 20


class WriteMethods:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def create_document(self, request: Message, cost: Cost) -> Message:
        """Create a document, with a random id if the request has none. Raise ALREADY_EXISTS."""
        name, parent = parent_name(request.parent)
        id_ = request.document_id or "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))
        check_id(request.collection_id)
        check_id(id_)
        write = Write(update=request.document)
        write.update.name = name.document(join(parent, request.collection_id, id_))
        write.current_document.exists = False
        return self._written(request, write, cost)

    def update_document(self, request: Message, cost: Cost) -> Message:
        """Replace a document, or update only the fields in the mask if there is one."""
        write = Write(update=request.document)
        if request.HasField("update_mask"):
            write.update_mask.CopyFrom(request.update_mask)
        if request.HasField("current_document"):
            write.current_document.CopyFrom(request.current_document)
        return self._written(request, write, cost)

    def _written(self, request: Message, write: Message, cost: Cost) -> Message:
        name, path = document_name(write.update.name)
        database = self._backend.store.database(name)
        _commit(database, [write], cost)
        version = database.current(path)
        if version is None:
            raise AssertionError(path)
        return document_of(database, path, version, mask_of(request))

    def delete_document(self, request: Message, cost: Cost) -> Message:
        """Delete a document. A missing document is an error only if a precondition requires it to exist."""
        name, _ = document_name(request.name)
        write = Write(delete=request.name)
        if request.HasField("current_document"):
            write.current_document.CopyFrom(request.current_document)
        _commit(self._backend.store.database(name), [write], cost)
        return Empty()

    def commit(self, request: Message, cost: Cost) -> Message:
        """Apply all writes in order, or none. In a transaction, first check that nothing it read has changed."""
        check_request(request)
        database = self._database(request.database)
        if request.transaction:
            transaction = self._backend.transactions.get(database, request.transaction)
            batch = self._backend.transactions.commit(transaction, request.writes)
            batch.count(cost)
        else:
            batch = _commit(database, request.writes, cost)
        response = CommitResponse(write_results=batch.results)
        set_micros(response.commit_time, batch.time)
        return response

    def batch_write(self, request: Message, cost: Cost) -> Message:
        """Apply every write independently and return a status for each. A document may occur only once."""
        check_request(request)
        database = self._database(request.database)
        targets = [target_of(write) for write in request.writes]
        if len(set(targets)) < len(targets):
            raise invalid("Cannot write to the same document more than once in one batch.")
        response = BatchWriteResponse()
        for write in request.writes:
            try:
                response.write_results.append(_commit(database, [write], cost).results[0])
                response.status.append(Status(code=0))
            except FirestoreError as refused:
                response.write_results.append(WriteResult())
                response.status.append(Status(code=refused.code.value[0], message=refused.message))
        return response

    async def begin_transaction(self, request: Message, cost: Cost) -> Message:  # noqa: ARG002 - costs nothing
        """Open a transaction. The retry of a transaction after a conflict waits for its turn at the document."""
        database = self._database(request.database)
        await self._backend.transactions.retries.enter(request.options.read_write.retry_transaction)
        opened = self._backend.transactions.begin(database, request.options)
        return BeginTransactionResponse(transaction=opened.id)

    def rollback(self, request: Message, cost: Cost) -> Message:  # noqa: ARG002 - costs nothing
        """Close a transaction without writing. Raise INVALID_ARGUMENT if it is not open."""
        database = self._database(request.database)
        self._backend.transactions.rollback(database, request.transaction)
        return Empty()

    def _database(self, resource: str) -> Database:
        name, _ = split(resource)
        return self._backend.store.database(name)


def _commit(database: Database, writes: list[Message], cost: Cost) -> Batch:
    batch = Batch(database)
    for write in writes:
        batch.apply(write)
    batch.save()
    batch.count(cost)
    return batch
