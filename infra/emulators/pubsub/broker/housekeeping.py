"""What time takes away: old messages, snapshots past their time, subscriptions that nobody uses.

All of it counts the service's own time (`pace`), never the stack's clock: moving that forward must not lose a message.
"""

from __future__ import annotations

import asyncio
from typing import Any

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.wire import messages as wire

PERIOD_SECONDS = 5.0
_LOOK_SECONDS = 0.1


async def run(broker: Broker) -> None:
    """Sweep for ever, each 5 s of the service's time."""
    swept = broker.store.pace.now()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        pace = broker.store.pace
        if not swept <= pace.now() < swept + PERIOD_SECONDS:
            sweep(broker, pace.micros())
            swept = pace.now()


def sweep(broker: Broker, now_us: int) -> None:
    """Drop what is too old at an instant of the service's time (microseconds)."""
    _expire_messages(broker, now_us)
    for snapshot in list(broker.snapshots.values()):
        if wire.timestamp_micros(snapshot.body.expire_time) <= broker.service_micros():
            broker.delete_snapshot(snapshot)
    _expire_subscriptions(broker, now_us)


def _expire_messages(broker: Broker, now_us: int) -> None:
    for subscription in broker.subscriptions.values():
        oldest_kept = now_us - round(_retention_seconds(subscription.body) * 1e6)
        through = broker.store.newest_stored_before(oldest_kept)
        if not through:
            continue
        with broker.store.transaction():
            dropped = broker.store.drop_deliveries(subscription.number, through)
            if dropped:
                broker.store.collect_all()
        if dropped:
            subscription.reload()


def _retention_seconds(body: Any) -> float:
    own = wire.duration_seconds(body.message_retention_duration)
    return max(own, wire.duration_seconds(body.topic_message_retention_duration))


def _expire_subscriptions(broker: Broker, now_us: int) -> None:
    """Remove those that nobody pulled from, acknowledged to or was pushed from for as long as their policy says."""
    with broker.store.transaction():
        for subscription in list(broker.subscriptions.values()):
            if subscription.streams:
                subscription.touch()
            broker.store.note_used(subscription.number, subscription.last_used)
    for subscription in list(broker.subscriptions.values()):
        ttl = wire.duration_seconds(subscription.body.expiration_policy.ttl)
        if ttl and now_us / 1e6 - subscription.last_used > ttl:
            broker.delete_subscription(subscription)
