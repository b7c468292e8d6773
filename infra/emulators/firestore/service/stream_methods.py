"""The methods with streams in both directions: Listen and Write."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator

from infra.emulators.firestore.documents.limits import check_request
from infra.emulators.firestore.listening.listener import Listener
from infra.emulators.firestore.metering.cost import Cost
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.queries.required_index import check_index
from infra.emulators.firestore.service.consistency import Backend
from infra.emulators.firestore.storage.database import Database
from infra.emulators.firestore.wire.errors import invalid, unavailable
from infra.emulators.firestore.wire.messages import Message, WriteResponse
from infra.emulators.firestore.wire.names import split
from infra.emulators.firestore.writes.batch import Batch
from infra.emulators.shared.timestamps import set_micros

_END = object()


class StreamMethods:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def listen(self, requests: AsyncIterator[Message], cost: Cost) -> AsyncGenerator[Message]:
        """Yield the changes of the targets added by the client. The stream fails if the database is emptied.

        After every commit, the responses bring the client to the state as of one moment.
        """
        # The inbox receives requests, sets of changed paths, None after a reset, and the end of the requests.
        inbox: asyncio.Queue[object] = asyncio.Queue()
        reading = asyncio.create_task(_forward(requests, inbox))
        listener: Listener | None = None
        try:
            while (item := await inbox.get()) is not _END:
                if item is None:
                    raise unavailable("The database was emptied: listen again.")
                if isinstance(item, set):
                    if listener is not None:
                        for response in listener.committed(item, cost):
                            yield response
                    continue
                if listener is None:
                    name, _ = split(item.database)  # type: ignore[attr-defined]
                    listener = self._listener(self._backend.store.database(name))
                    listener.database.listeners.add(inbox.put_nowait)
                for response in list(listener.requested(item, cost)):
                    yield response
        finally:
            reading.cancel()
            if listener is not None:
                listener.database.listeners.discard(inbox.put_nowait)

    def _listener(self, database: Database) -> Listener:
        def check(query: Query) -> None:
            check_index(self._backend.declared, database.name.project, query)

        return Listener(database, check)

    async def write(self, requests: AsyncIterator[Message], cost: Cost) -> AsyncGenerator[Message]:
        """Answer the first request, which has no writes, with a stream id, then commit every request in order."""
        database: Database | None = None
        async for request in requests:
            check_request(request)
            if database is None:
                name, _ = split(request.database)
                database = self._backend.store.database(name)
                if request.writes:
                    raise invalid("The first request of a Write stream holds no writes.")
                stream_id = "" if request.stream_id else secrets.token_hex(8)  # a resumed stream keeps its id
                yield WriteResponse(stream_id=stream_id, stream_token=secrets.token_bytes(8))
                continue
            batch = Batch(database)
            for write in request.writes:
                batch.apply(write)
            batch.save()
            batch.count(cost)
            response = WriteResponse(stream_token=secrets.token_bytes(8), write_results=batch.results)
            set_micros(response.commit_time, batch.time)
            yield response


async def _forward(requests: AsyncIterator[Message], inbox: asyncio.Queue[object]) -> None:
    async for request in requests:
        inbox.put_nowait(request)
    inbox.put_nowait(_END)
