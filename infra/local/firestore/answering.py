"""How a method's answer or refusal becomes a gRPC call's end, and how its cost is booked."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, Self

import grpc

from infra.local.firestore.protocol import Message
from infra.local.firestore.refusals import Refused
from infra.local.firestore.tally import Cost, Tally

_LOG = logging.getLogger(__name__)

One = Callable[[Message, Cost], Message | Awaitable[Message]]
Many = Callable[[Message, Cost], Iterable[Message] | Awaitable[Iterable[Message]]]
Both = Callable[[AsyncIterator[Message], Cost], AsyncIterator[Message]]


class _Account:
    """Books a call when it ends, however it ends."""

    def __init__(self, name: str, tally: Tally) -> None:
        self.cost = Cost()
        self.failed = False
        self._name, self._tally = name, tally

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tally.add(self._name, self.cost, failed=self.failed)


async def _abort(name: str, context: Any, account: _Account, error: Exception) -> None:
    """End a call with the status of a refusal; anything else is a fault of the emulator."""
    account.failed = True
    if isinstance(error, Refused):
        await context.abort(error.code, error.words, account.cost.metadata())
    _LOG.error("%s failed", name, exc_info=error)
    await context.abort(grpc.StatusCode.INTERNAL, f"{name} failed; see the emulator's log.")


def one(name: str, method: One, tally: Tally) -> Callable[[Message, Any], Awaitable[Message]]:
    """The gRPC form of a method with one response."""

    async def call(request: Message, context: Any) -> Message:
        with _Account(name, tally) as account:
            try:
                response = method(request, account.cost)
                if isinstance(response, Awaitable):
                    response = await response
            except Exception as error:  # noqa: BLE001 - the call must be answered; the log has it all
                await _abort(name, context, account, error)
            context.set_trailing_metadata(account.cost.metadata())
        return response

    return call


def many(name: str, method: Many, tally: Tally) -> Callable[[Message, Any], AsyncIterator[Message]]:
    """The gRPC form of a method with a stream of responses."""

    async def call(request: Message, context: Any) -> AsyncIterator[Message]:
        with _Account(name, tally) as account:
            try:
                answer = method(request, account.cost)
                if isinstance(answer, Awaitable):
                    answer = await answer
                # All at once: nothing may be committed between two responses.
                responses = list(answer)
            except Exception as error:  # noqa: BLE001 - the call must be answered; the log has it all
                await _abort(name, context, account, error)
            context.set_trailing_metadata(account.cost.metadata())
        for response in responses:
            yield response

    return call


def both(name: str, method: Both, tally: Tally) -> Callable[[AsyncIterator[Message], Any], AsyncIterator[Any]]:
    """The gRPC form of a method with streams in both directions."""

    async def call(requests: AsyncIterator[Message], context: Any) -> AsyncIterator[Message]:
        with _Account(name, tally) as account:
            try:
                async for response in method(requests, account.cost):
                    yield response
            except Exception as error:  # noqa: BLE001 - the call must be answered; the log has it all
                await _abort(name, context, account, error)

    return call
