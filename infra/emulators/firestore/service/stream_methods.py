"""The methods with a stream in both directions: Listen and Write."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

from infra.emulators.firestore.documents.limits import check_request
from infra.emulators.firestore.listening.targets import Target, resume_token
from infra.emulators.firestore.metering.counters import Cost
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.service.consistency import Backend
from infra.emulators.firestore.storage.database import Database
from infra.emulators.firestore.wire.errors import Refused, invalid, unavailable
from infra.emulators.firestore.wire.messages import ListenResponse, Message, WriteResponse, set_micros
from infra.emulators.firestore.wire.names import split
from infra.emulators.firestore.writes.batch import Batch

_NO_CHANGE, _ADD, _REMOVE, _CURRENT, _RESET = range(5)
_END = object()


class Streams:
    """Listening and writing over one long call."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def listen(self, requests: AsyncIterator[Message], cost: Cost) -> AsyncGenerator[Message]:
        """Tell of every change in the targets that the listener adds, each time as of one moment."""
        # What the loop waits for: requests, sets of changed paths, and the end of the requests.
        inbox: asyncio.Queue[object] = asyncio.Queue()
        reading = asyncio.create_task(_collect(requests, inbox))
        listener: _Listener | None = None
        try:
            while (item := await inbox.get()) is not _END:
                if item is None:
                    raise unavailable("The database was emptied: listen again.")
                if isinstance(item, set):
                    if listener is not None:
                        for response in listener.changed(item, cost):
                            yield response
                    continue
                if listener is None:
                    name, _ = split(item.database)  # type: ignore[attr-defined]
                    listener = _Listener(self._backend, self._backend.store.database(name))
                    listener.database.listeners.add(inbox.put_nowait)
                for response in list(listener.asked(item, cost)):
                    yield response
        finally:
            reading.cancel()
            if listener is not None:
                listener.database.listeners.discard(inbox.put_nowait)

    async def write(self, requests: AsyncIterator[Message], cost: Cost) -> AsyncGenerator[Message]:
        """A handshake without writes, then each request is one commit in the order of the stream."""
        database: Database | None = None
        async for request in requests:
            check_request(request)
            if database is None:
                name, _ = split(request.database)
                database = self._backend.store.database(name)
                if request.writes:
                    raise invalid("The first request of a Write stream holds no writes.")
                stream_id = "" if request.stream_id else secrets.token_hex(8)  # a resumed stream is not named again
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


async def _collect(requests: AsyncIterator[Message], inbox: asyncio.Queue[object]) -> None:
    async for request in requests:
        inbox.put_nowait(request)
    inbox.put_nowait(_END)


class _Listener:
    """The targets of one Listen stream."""

    def __init__(self, backend: Backend, database: Database) -> None:
        self.database = database
        self._backend = backend
        self._targets: dict[int, Target] = {}

    def asked(self, request: Message, cost: Cost) -> Iterator[Message]:
        """Answer a request to add or remove a target."""
        if request.WhichOneof("target_change") == "remove_target":
            if self._targets.pop(request.remove_target, None) is not None:
                yield self._change(_REMOVE, request.remove_target)
            return
        wire = request.add_target
        if wire.target_id in self._targets:
            raise invalid(f"Target {wire.target_id} was added already.")
        try:
            target = Target.of(self.database, wire, self._check)
        except Refused as refused:
            response = self._change(_REMOVE, wire.target_id)
            response.target_change.cause.code = refused.code.value[0]
            response.target_change.cause.message = refused.words
            yield response
            return
        self._targets[target.id] = target
        yield self._change(_ADD, target.id)
        if not target.resume(wire):
            yield self._change(_RESET, target.id)
        yield from target.news(cost)
        yield self._change(_CURRENT, target.id, dated=True)
        yield self._change(_NO_CHANGE, dated=True)
        if target.once:
            del self._targets[target.id]
            yield self._change(_REMOVE, target.id)

    def changed(self, paths: set[str], cost: Cost) -> list[Message]:
        """What the listener must be told after a commit; everything later is told by a later call."""
        news = [
            response for target in self._targets.values() if target.concerns(paths) for response in target.news(cost)
        ]
        return [*news, self._change(_NO_CHANGE, dated=True)] if news else []

    def _check(self, query: Query) -> None:
        if self._backend.declared is not None:
            self._backend.declared.check(self.database.name.project, query)

    def _change(self, kind: int, target: int | None = None, *, dated: bool = False) -> Message:
        response = ListenResponse()
        response.target_change.target_change_type = kind
        if target is not None:
            response.target_change.target_ids.append(target)
        if dated:
            time = self.database.read_time()
            set_micros(response.target_change.read_time, time)
            response.target_change.resume_token = resume_token(self.database, time)
        return response
