"""The gRPC side of every call: it counts costs, injects faults and turns errors into statuses."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Self

import grpc

from infra.emulators.firestore.calls.caller_identity import caller_of
from infra.emulators.firestore.calls.faults import Faults, InjectedFaults
from infra.emulators.firestore.metering.cost import Cost
from infra.emulators.firestore.metering.counters import Counters
from infra.emulators.firestore.wire.errors import FirestoreError
from infra.emulators.firestore.wire.messages import Message

_LOG = logging.getLogger(__name__)

OWNER = ("authorization", "Bearer owner")

UnaryMethod = Callable[[Message, Cost], Message | Awaitable[Message]]
ServerStreamMethod = Callable[[Message, Cost], Iterable[Message] | Awaitable[Iterable[Message]]]
BidirectionalMethod = Callable[[AsyncIterator[Message], Cost], AsyncGenerator[Message]]


@dataclass(frozen=True, slots=True)
class Interceptor:
    """Counts costs and injects faults around every call. Clients connect to `port`."""

    counters: Counters
    faults: Faults
    port: int

    def begin(self, name: str, context: Any, request: Message | None = None) -> _Call:
        """Begin to record a call. It is counted when it ends."""
        caller = caller_of(context, self.port)
        injected = self.faults.for_call(name, caller, written=_written(request))
        return _Call(name, caller, self.counters, injected)


def _written(request: Message | None) -> list[str]:
    writes = getattr(request, "writes", ())
    return [write.update.name or write.delete or write.transform.document for write in writes]


class _Call:
    def __init__(self, name: str, caller: str, counters: Counters, injected: InjectedFaults) -> None:
        self.cost = Cost()
        self.injected = injected
        self.caller = caller
        self._name, self._counters = name, counters

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: object, __: object) -> None:
        failed = isinstance(error, Exception)
        self._counters.add(self._name, self.cost, failed=failed, caller=self.caller)


async def _abort(name: str, context: Any, call: _Call, error: Exception) -> None:
    """End a call with the gRPC status of its error. Errors other than FirestoreError are bugs of the emulator."""
    if isinstance(error, FirestoreError):
        await context.abort(error.code, error.message, call.cost.metadata())
    _LOG.error("%s failed", name, exc_info=error)
    await context.abort(grpc.StatusCode.INTERNAL, f"{name} failed; see the emulator's log.")


def _check_rights(name: str, context: Any) -> None:
    """Reject `BatchWrite` unless the call has the credentials that official clients send to an emulator."""
    if name == "BatchWrite" and OWNER not in {tuple(item) for item in context.invocation_metadata() or ()}:
        raise FirestoreError(grpc.StatusCode.PERMISSION_DENIED, "Batch writes require admin authentication.")


def unary(name: str, method: UnaryMethod, interceptor: Interceptor) -> Callable[[Message, Any], Awaitable[Message]]:
    """Return the gRPC handler of a method with one response."""

    async def handle(request: Message, context: Any) -> Message:
        call = interceptor.begin(name, context, request)
        try:
            with call:
                _check_rights(name, context)
                await call.injected.before()
                with call.injected.crashing():
                    response = method(request, call.cost)
                    if isinstance(response, Awaitable):
                        response = await response
                call.injected.after()
        except Exception as error:  # noqa: BLE001 - the call must be answered, and the log holds the error
            await _abort(name, context, call, error)
        context.set_trailing_metadata(call.cost.metadata())
        return response

    return handle


def server_stream(
    name: str, method: ServerStreamMethod, interceptor: Interceptor
) -> Callable[[Message, Any], AsyncIterator[Message]]:
    """Return the gRPC handler of a method with a stream of responses."""

    async def handle(request: Message, context: Any) -> AsyncIterator[Message]:
        call = interceptor.begin(name, context)
        try:
            with call:
                await call.injected.before()
                with call.injected.crashing():
                    answer = method(request, call.cost)
                    if isinstance(answer, Awaitable):
                        answer = await answer
                    # All responses are made at once, because no commit may happen between two of them.
                    responses = list(answer)
                call.injected.after()
        except Exception as error:  # noqa: BLE001 - the call must be answered, and the log holds the error
            await _abort(name, context, call, error)
        context.set_trailing_metadata(call.cost.metadata())
        for response in responses:
            yield response

    return handle


def bidirectional(
    name: str, method: BidirectionalMethod, interceptor: Interceptor
) -> Callable[[AsyncIterator[Message], Any], AsyncIterator[Any]]:
    """Return the gRPC handler of a method with streams in both directions.

    A fault that drops a reply ends the stream.
    """

    async def handle(requests: AsyncIterator[Message], context: Any) -> AsyncIterator[Message]:
        call = interceptor.begin(name, context)
        try:
            with call:
                await call.injected.before()
                async with aclosing(method(requests, call.cost)) as responses:
                    with call.injected.crashing():
                        async for response in responses:
                            call.injected.after()
                            injected = interceptor.faults.for_call(name, call.caller, response=True)
                            await injected.before()
                            injected.after()
                            yield response
        except Exception as error:  # noqa: BLE001 - the call must be answered, and the log holds the error
            await _abort(name, context, call, error)
        context.set_trailing_metadata(call.cost.metadata())

    return handle
