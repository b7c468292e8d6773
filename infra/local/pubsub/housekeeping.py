"""What time takes away: messages past a subscription's retention, and messages that nobody has to receive any more.

Retention counts real time: moving the stack's clock forward must not lose a message.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from infra.local.pubsub import wire
from infra.local.pubsub.broker import Broker

PERIOD_SECONDS = 5.0


async def run(broker: Broker) -> None:
    """Sweep for ever."""
    while True:
        await asyncio.sleep(PERIOD_SECONDS)
        sweep(broker, time.time_ns() // 1000)


def sweep(broker: Broker, now_us: int) -> None:
    """Drop what is too old at an instant of real time (microseconds)."""
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
    for snapshot in list(broker.snapshots.values()):
        if wire.timestamp_micros(snapshot.body.expire_time) <= broker.now_micros():
            broker.delete_snapshot(snapshot)


def _retention_seconds(body: Any) -> float:
    own = wire.duration_seconds(body.message_retention_duration)
    return max(own, wire.duration_seconds(body.topic_message_retention_duration))
