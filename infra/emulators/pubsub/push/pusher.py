"""Deliver push subscriptions: post every message to its endpoint, and acknowledge it on success."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.push.http_post import PostError, post
from infra.emulators.pubsub.push.identity_tokens import LIFETIME_SECONDS, issue
from infra.emulators.pubsub.subscriptions.backlog import Lease
from infra.emulators.pubsub.subscriptions.subscription import Delivery, Subscription
from infra.emulators.pubsub.wire import messages as wire

ACKNOWLEDGING = frozenset({102, 200, 201, 202, 204})
_TOKEN_REUSE_SECONDS = LIFETIME_SECONDS / 2


class Pusher:
    """Delivers all push subscriptions, with at most `concurrency` simultaneous requests per subscription."""

    def __init__(self, broker: Broker, key: bytes, concurrency: int) -> None:
        self._broker = broker
        self._key = key
        self._concurrency = concurrency
        self._tokens: dict[tuple[str, str], tuple[float, str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start delivering to all present and future push subscriptions."""
        self._broker.on_start = self._attach
        for subscription in self._broker.subscriptions.values():
            self._attach(subscription)

    async def stop(self) -> None:
        """Cancel the deliveries in progress. Their messages are delivered again after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _attach(self, subscription: Subscription) -> None:
        running: set[str] = set()
        subscription.listeners.add(lambda: self._pump(subscription, running))
        self._pump(subscription, running)

    def _pump(self, subscription: Subscription, running: set[str]) -> None:
        if self._broker.subscriptions.get(subscription.name) is not subscription or not subscription.is_push:
            return
        for delivery in subscription.take(self._concurrency - len(running), run=1):
            running.add(delivery.lease.ack_id)
            task = asyncio.create_task(self._deliver(subscription, delivery, running))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, subscription: Subscription, delivery: Delivery, running: set[str]) -> None:
        acknowledged = await self._post(subscription, delivery)
        running.discard(delivery.lease.ack_id)
        lease = subscription.backlog.get(delivery.lease.ack_id)
        if lease is None:
            self._pump(subscription, running)
        elif acknowledged:
            subscription.touch()
            subscription.acknowledge([lease])
        else:
            subscription.fail([lease])

    async def _post(self, subscription: Subscription, delivery: Delivery) -> bool:
        config = subscription.body.push_config
        headers, body = _request(subscription, delivery)
        if config.HasField("oidc_token"):
            audience = config.oidc_token.audience or config.push_endpoint
            headers["Authorization"] = f"Bearer {self._token(audience, config.oidc_token.service_account_email)}"
        try:
            async with asyncio.timeout(self._broker.store.time.real_seconds(subscription.body.ack_deadline_seconds)):
                return await post(config.push_endpoint, headers, body) in ACKNOWLEDGING
        except (PostError, TimeoutError):
            return False

    def _token(self, audience: str, email: str) -> str:
        made, token = self._tokens.get((audience, email), (0.0, ""))
        if time.monotonic() - made > _TOKEN_REUSE_SECONDS or not token:
            token = issue(self._key, audience, email)
            self._tokens[audience, email] = (time.monotonic(), token)
        return token


def _request(subscription: Subscription, delivery: Delivery) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a push: JSON around the message, or with `no_wrapper` the bare data."""
    config = subscription.body.push_config
    headers = {"Content-Type": "application/json", "User-Agent": "APIs-Google; local", "From": "noreply@google.com"}
    if not config.HasField("no_wrapper"):
        return headers, json.dumps(
            wrapped(subscription, delivery.lease, delivery.message, delivery.publish_us)
        ).encode()
    if config.no_wrapper.write_metadata:
        headers |= _metadata_headers(subscription, delivery)
    return headers, delivery.message.data


def wrapped(subscription: Subscription, lease: Lease, message: Any, publish_us: int) -> dict[str, Any]:
    """Return the JSON body of a push. Ids and times have two spellings (`messageId`, `message_id`)."""
    published = wire.rfc3339(publish_us)
    inner: dict[str, Any] = {
        "attributes": dict(message.attributes),
        "data": base64.b64encode(message.data).decode(),
        "messageId": message.message_id,
        "message_id": message.message_id,
        "publishTime": published,
        "publish_time": published,
    }
    if message.ordering_key:
        inner["orderingKey"] = message.ordering_key
    body: dict[str, Any] = {"message": inner, "subscription": subscription.name}
    attempt = subscription.attempt(lease)
    if attempt:
        body["deliveryAttempt"] = attempt
    return body


def _metadata_headers(subscription: Subscription, delivery: Delivery) -> dict[str, str]:
    headers = {
        "x-goog-pubsub-subscription-name": subscription.name,
        "x-goog-pubsub-message-id": delivery.message.message_id,
        "x-goog-pubsub-publish-time": wire.rfc3339(delivery.publish_us),
    }
    if delivery.message.ordering_key:
        headers["x-goog-pubsub-ordering-key"] = delivery.message.ordering_key
    return headers | dict(delivery.message.attributes)
