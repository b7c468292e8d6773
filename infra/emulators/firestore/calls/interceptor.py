"""How a method's answer or refusal becomes a gRPC call's end; where its cost is booked and its faults strike."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Self

import grpc

from infra.emulators.firestore.calls.caller_identity import caller_of
from infra.emulators.firestore.calls.faults import Faults, Struck
from infra.emulators.firestore.metering.counters import Cost, Tally
from infra.emulators.firestore.wire.errors import Refused
from infra.emulators.firestore.wire.messages import Message

_LOG = logging.getLogger(__name__)

One = Callable[[Message, Cost], Message | Awaitable[Message]]
Many = Callable[[Message, Cost], Iterable[Message] | Awaitable[Iterable[Message]]]
Both = Callable[[AsyncIterator[Message], Cost], AsyncGenerator[Message]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What every call passes: the account and the faults. `port`: where calls come in."""

    tally: Tally
    faults: Faults
    port: int

    def open(self, name: str, context: Any) -> _Account:
        """The account of one call."""
        caller = caller_of(context, self.port)
        return _Account(name, caller, self.tally, self.faults.meet(name, caller))


class _Account:
    """Books a call when it ends, however it ends."""

    def __init__(self, name: str, caller: str, tally: Tally, struck: Struck) -> None:
        self.cost = Cost()
        self.failed = False
        self.struck = struck
        self.caller = caller
        self._name, self._tally = name, tally

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tally.add(self._name, self.cost, failed=self.failed, caller=self.caller)


async def _abort(name: str, context: Any, account: _Account, error: Exception) -> None:
    """End a call with the status of a refusal; anything else is a fault of the emulator."""
    account.failed = True
    if isinstance(error, Refused):
        await context.abort(error.code, error.words, account.cost.metadata())
    _LOG.error("%s failed", name, exc_info=error)
    await context.abort(grpc.StatusCode.INTERNAL, f"{name} failed; see the emulator's log.")


def one(name: str, method: One, desk: Desk) -> Callable[[Message, Any], Awaitable[Message]]:
    """The gRPC form of a method with one response."""

    async def call(request: Message, context: Any) -> Message:
        with desk.open(name, context) as account:
            try:
                await account.struck.before()
                with account.struck.crashing():
                    response = method(request, account.cost)
                    if isinstance(response, Awaitable):
                        response = await response
                account.struck.after()
            except Exception as error:  # noqa: BLE001 - the call must be answered; the log has it all
                await _abort(name, context, account, error)
            context.set_trailing_metadata(account.cost.metadata())
        return response

    return call


def many(name: str, method: Many, desk: Desk) -> Callable[[Message, Any], AsyncIterator[Message]]:
    """The gRPC form of a method with a stream of responses."""

    async def call(request: Message, context: Any) -> AsyncIterator[Message]:
        with desk.open(name, context) as account:
            try:
                await account.struck.before()
                with account.struck.crashing():
                    answer = method(request, account.cost)
                    if isinstance(answer, Awaitable):
                        answer = await answer
                    # All at once: nothing may be committed between two responses.
                    responses = list(answer)
                account.struck.after()
            except Exception as error:  # noqa: BLE001 - the call must be answered; the log has it all
                await _abort(name, context, account, error)
            context.set_trailing_metadata(account.cost.metadata())
        for response in responses:
            yield response

    return call


def both(name: str, method: Both, desk: Desk) -> Callable[[AsyncIterator[Message], Any], AsyncIterator[Any]]:
    """The gRPC form of a method with streams in both directions; a lost reply ends it before its first response."""

    async def call(requests: AsyncIterator[Message], context: Any) -> AsyncIterator[Message]:
        with desk.open(name, context) as account:
            try:
                await account.struck.before()
                async with aclosing(method(requests, account.cost)) as responses:
                    with account.struck.crashing():
                        async for response in responses:
                            account.struck.after()
                            struck = desk.faults.meet(name, account.caller, response=True)
                            await struck.before()
                            struck.after()
                            yield response
            except Exception as error:  # noqa: BLE001 - the call must be answered; the log has it all
                await _abort(name, context, account, error)
            context.set_trailing_metadata(account.cost.metadata())

    return call
