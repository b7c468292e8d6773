"""The methods that read documents by name or list them, such as GetDocument and ListDocuments."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator

from infra.emulators.firestore.indexes.ordered_index import entries
from infra.emulators.firestore.metering.cost import Cost
from infra.emulators.firestore.queries.execution import Meter, Row, matches
from infra.emulators.firestore.queries.query import Query, parse
from infra.emulators.firestore.service.consistency import Backend, Reader, reader
from infra.emulators.firestore.storage.database import Database, Version
from infra.emulators.firestore.storage.document_message import document_of, mask_of
from infra.emulators.firestore.wire.errors import invalid, not_found
from infra.emulators.firestore.wire.field_paths import NAME, field_path, field_text
from infra.emulators.firestore.wire.messages import (
    BatchGetDocumentsResponse,
    Direction,
    Document,
    ListCollectionIdsResponse,
    ListDocumentsResponse,
    Message,
    StructuredQuery,
)
from infra.emulators.firestore.wire.names import document_name, parent_name, split
from infra.emulators.shared.timestamps import micros_of, set_micros

MAX_PAGE = 300
_MISSING = Version(0, 0, None)


class ReadMethods:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def get_document(self, request: Message, cost: Cost) -> Message:
        """Return a document. Raise NOT_FOUND if it does not exist."""
        name, path = document_name(request.name)
        database = self._backend.store.database(name)
        version = reader(self._backend, database, request, cost).document(path)
        if version is None:
            raise not_found(f'Document "{request.name}" not found.')
        return document_of(database, path, version, mask_of(request))

    async def batch_get_documents(self, request: Message, cost: Cost) -> Iterable[Message]:
        """Yield a response per requested document, found or missing. Duplicate names are answered once."""
        name, _ = split(request.database)
        database = self._backend.store.database(name)
        paths = []
        for full in dict.fromkeys(request.documents):
            owner, path = document_name(full)
            if owner != name:
                raise invalid("A document of another database than the request's was asked for.")
            paths.append(path)
        await self._backend.transactions.wait_for_turn(request, database, paths)
        return self._batch(request, reader(self._backend, database, request, cost), paths)

    def _batch(self, request: Message, view: Reader, paths: list[str]) -> Iterator[Message]:
        name, mask = view.database.name, mask_of(request)
        if view.opened or not paths:
            first = BatchGetDocumentsResponse(transaction=view.opened)
            set_micros(first.read_time, view.time)
            yield first
        for path in paths:
            version = view.document(path)
            response = BatchGetDocumentsResponse()
            if version is None:
                response.missing = name.document(path)
            else:
                response.found.CopyFrom(document_of(view.database, path, version, mask))
            set_micros(response.read_time, view.time)
            yield response

    def list_documents(self, request: Message, cost: Cost) -> Message:
        """Return a page of a collection.

        With `show_missing`, include missing documents that have documents below them.
        """
        name, parent = parent_name(request.parent)
        database = self._backend.store.database(name)
        query = parse(name, parent, _listing(request))
        if request.show_missing and query.orders[0].field != NAME:
            raise invalid("show_missing cannot be combined with order_by.")
        view = reader(self._backend, database, request, cost)
        size = min(request.page_size, MAX_PAGE) if request.page_size > 0 else MAX_PAGE
        after = _page_key(request.page_token)
        rows = _listed(view, query, after)
        if request.show_missing:
            rows = sorted([*rows, *_missing(database, query, after)])
        response = ListDocumentsResponse()
        mask = mask_of(request)
        for row in rows[:size]:
            if row.version is _MISSING:
                response.documents.append(Document(name=name.document(row.path)))
            else:
                response.documents.append(document_of(database, row.path, row.version, mask))
        cost.reads += max(1, len(response.documents))
        if len(rows) > size:
            response.next_page_token = base64.urlsafe_b64encode(rows[size - 1].key).decode()
        return response

    def list_collection_ids(self, request: Message, cost: Cost) -> Message:
        """Return a sorted page of the ids of the collections directly below a document or the root."""
        name, parent = parent_name(request.parent)
        database = self._backend.store.database(name)
        if request.HasField("read_time"):
            database.check_read_time(micros_of(request.read_time))
            ids = database.collection_ids_at(parent, micros_of(request.read_time))
        else:
            ids = database.collection_ids(parent)
        if request.page_token:
            ids = [one for one in ids if one > request.page_token]
        size = request.page_size if request.page_size > 0 else MAX_PAGE
        cost.reads += 1
        return ListCollectionIdsResponse(
            collection_ids=ids[:size], next_page_token=ids[size - 1] if len(ids) > size else ""
        )


def _listing(request: Message) -> Message:
    """Return the query for a ListDocuments request. Its `order_by` has the form "a, b.c desc"."""
    wire = StructuredQuery()
    wire.from_.add(collection_id=request.collection_id)
    for text in filter(None, (part.strip() for part in request.order_by.split(","))):
        field, _, direction = text.partition(" ")
        if direction.strip().lower() not in {"", "asc", "desc"}:
            raise invalid(f'order_by "{request.order_by}" cannot be read.')
        down = direction.strip().lower() == "desc"
        order = wire.order_by.add(direction=Direction.DESCENDING if down else Direction.ASCENDING)
        order.field.field_path = field_text(field_path(field))
    return wire


def _page_key(token: str) -> bytes | None:
    if not token:
        return None
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise invalid("The page token cannot be read.") from error


def _listed(view: Reader, query: Query, after: bytes | None) -> list[Row]:
    if view.transaction is not None:
        rows: Iterable[Row] = view.run(query).rows
        return [row for row in rows if after is None or row.key > after]
    meter = Meter()
    rows = list(matches(view.database, query, view.time if view.past else None, after, meter))
    view.cost.index_entries += meter.entries
    return rows


def _missing(database: Database, query: Query, after: bytes | None) -> Iterator[Row]:
    for path in database.missing_parents():
        (key,) = entries((), path, None)
        if query.covers(path) and (after is None or key > after):
            yield Row(key, path, _MISSING)
