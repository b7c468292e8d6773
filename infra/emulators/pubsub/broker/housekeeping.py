"""Delete expired resources: old messages, snapshots and unused subscriptions.

Messages and subscriptions expire by the service's time, not by the emulator's clock, so that moving the clock never
loses a message.
"""

from __future__ import annotations

import asyncio
from typing import Any

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.wire import messages as wire
from infra.emulators.shared.timestamps import micros_of

PERIOD_SECONDS = 5.0
_POLL_SECONDS = 0.1


async def run(broker: Broker) -> None:
    """Delete expired resources every 5 seconds of the service's time, until cancelled."""
    swept = broker.store.time.now()
    while True:
        await asyncio.sleep(_POLL_SECONDS)
        time = broker.store.time
        if not swept <= time.now() < swept + PERIOD_SECONDS:
            sweep(broker, time.micros())
            swept = time.now()


def sweep(broker: Broker, now_us: int) -> None:
    """Delete all resources that have expired at `now_us`, a service time in microseconds."""
    _expire_messages(broker, now_us)
    for snapshot in list(broker.snapshots.values()):
        if micros_of(snapshot.body.expire_time) <= broker.service_micros():
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
    with broker.store.transaction():
        for subscription in list(broker.subscriptions.values()):
            if subscription.streams:
                subscription.touch()
            broker.store.record_use(subscription.number, subscription.last_used)
    for subscription in list(broker.subscriptions.values()):
        ttl = wire.duration_seconds(subscription.body.expiration_policy.ttl)
        if ttl and now_us / 1e6 - subscription.last_used > ttl:
            broker.delete_subscription(subscription)
