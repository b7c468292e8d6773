"""The RPC StreamingPull: one task reads acknowledgements, another sends messages as flow control allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.rpcs.subscriber import check_pullable, received
from infra.emulators.pubsub.subscriptions import acknowledgement
from infra.emulators.pubsub.subscriptions.subscription import Subscription
from infra.emulators.pubsub.wire.errors import PubsubError, invalid, not_found
from infra.emulators.pubsub.wire.messages import StreamingPullResponse

MAX_BATCH = 1000
DEADLINE_LIMITS = (10, 600)


class Stream:
    """A StreamingPull call in progress, with the client's settings and the messages not yet acknowledged."""

    def __init__(self, broker: Broker, first: Any) -> None:
        if not DEADLINE_LIMITS[0] <= first.stream_ack_deadline_seconds <= DEADLINE_LIMITS[1]:
            raise invalid("stream_ack_deadline_seconds must be between 10 and 600.")
        self._broker = broker
        self._subscription: Subscription = broker.subscription(first.subscription)
        check_pullable(self._subscription)
        self._deadline = first.stream_ack_deadline_seconds
        self._most_messages = first.max_outstanding_messages if first.max_outstanding_messages > 0 else MAX_BATCH
        self._most_bytes = max(0, first.max_outstanding_bytes)
        self._sizes: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._changed.set()
        self._confirmations: list[Any] = []
        self._failure: PubsubError | None = None
        self._ended = False

    async def responses(self, requests: AsyncIterator[Any]) -> AsyncGenerator[Any]:
        """Yield responses until the client has finished sending. Raise PubsubError to break the stream."""
        reader = asyncio.create_task(self._read(requests))
        self._subscription.listeners.add(self._changed.set)
        self._subscription.streams += 1
        try:
            while not self._ended:
                await self._changed.wait()
                self._changed.clear()
                self._check()
                while self._confirmations:
                    yield self._confirmations.pop(0)
                batch = self._take()
                if batch:
                    yield self._response(batch)
        finally:
            self._subscription.listeners.discard(self._changed.set)
            self._subscription.streams -= 1
            self._subscription.touch()
            reader.cancel()
            with suppress(asyncio.CancelledError):
                await reader

    def _response(self, batch: list[Any]) -> Any:
        body = self._subscription.body
        return StreamingPullResponse(
            received_messages=batch,
            subscription_properties={
                "exactly_once_delivery_enabled": body.enable_exactly_once_delivery,
                "message_ordering_enabled": body.enable_message_ordering,
            },
        )

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure
        if self._broker.subscriptions.get(self._subscription.name) is not self._subscription:
            raise not_found(self._subscription.name)
        check_pullable(self._subscription)

    def _take(self) -> list[Any]:
        for ack_id in [one for one in self._sizes if self._subscription.backlog.get(one) is None]:
            del self._sizes[ack_id]
        if self._most_bytes and sum(self._sizes.values()) >= self._most_bytes:
            return []
        room = self._most_messages - len(self._sizes)
        deliveries = self._subscription.take(min(room, MAX_BATCH), MAX_BATCH, self._subscription.now() + self._deadline)
        for delivery in deliveries:
            self._sizes[delivery.lease.ack_id] = delivery.message.ByteSize()
        if len(deliveries) == MAX_BATCH:
            self._changed.set()
        return [received(self._subscription, one) for one in deliveries]

    async def _read(self, requests: AsyncIterator[Any]) -> None:
        try:
            async for request in requests:
                self._apply(request)
        except PubsubError as error:
            self._failure = error
        self._ended = self._failure is None
        self._changed.set()

    def _apply(self, request: Any) -> None:
        if request.subscription:
            raise invalid("The subscription is named in the first request of a stream only.")
        if len(request.modify_deadline_ack_ids) != len(request.modify_deadline_seconds):
            raise invalid("modify_deadline_ack_ids and modify_deadline_seconds must have the same length.")
        if request.stream_ack_deadline_seconds:
            self._deadline = request.stream_ack_deadline_seconds
        ended = acknowledgement.acknowledge(self._subscription, request.ack_ids)
        self._confirm("acknowledge_confirmation", request.ack_ids, ended)
        pairs = zip(request.modify_deadline_ack_ids, request.modify_deadline_seconds, strict=True)
        ended = acknowledgement.modify(self._subscription, pairs)
        self._confirm("modify_ack_deadline_confirmation", request.modify_deadline_ack_ids, ended)
        self._changed.set()

    def _confirm(self, field: str, ack_ids: Iterable[str], ended: list[str]) -> None:
        """Confirm acknowledgements to a client with exactly-once delivery.

        The response lists the effective ack ids, and those in `ended` as invalid.
        """
        counted = [ack_id for ack_id in ack_ids if ack_id not in ended]
        if self._subscription.body.enable_exactly_once_delivery and (counted or ended):
            response = self._response([])
            getattr(response, field).ack_ids.extend(counted)
            getattr(response, field).invalid_ack_ids.extend(ended)
            self._confirmations.append(response)
