"""Acknowledging and extending by ack id. An id that is over is ignored, but an error with exactly-once delivery."""

from __future__ import annotations

import re
from collections.abc import Iterable

from infra.emulators.pubsub.subscriptions.backlog import Lease
from infra.emulators.pubsub.subscriptions.subscription import Subscription
from infra.emulators.pubsub.wire.errors import Code, PubsubError, invalid

MAX_DEADLINE_SECONDS = 600
_ACK_ID = re.compile(r"(\d+)-\d+-\d+-\d+")
_OVER = "PERMANENT_FAILURE_INVALID_ACK_ID"


def acknowledge(subscription: Subscription, ack_ids: Iterable[str]) -> list[str]:
    """Returns the ids that are over; raises INVALID_ARGUMENT for an id that this subscription never gave."""
    leases, over = _leases(subscription, ack_ids)
    subscription.acknowledge(leases)
    return over


def modify(subscription: Subscription, changes: Iterable[tuple[str, int]]) -> list[str]:
    """(ack id, seconds from now), 0 is a nack; returns the ids that are over."""
    seconds = dict(changes)
    for value in seconds.values():
        if not 0 <= value <= MAX_DEADLINE_SECONDS:
            raise invalid(f"Invalid ack deadline: {value}. It must be between 0 and {MAX_DEADLINE_SECONDS} seconds.")
    leases, over = _leases(subscription, seconds)
    now = subscription.now()
    for lease in leases:
        if seconds[lease.ack_id]:
            subscription.backlog.extend(lease, now + seconds[lease.ack_id])
    subscription.rearm()
    subscription.fail([lease for lease in leases if not seconds[lease.ack_id]])
    return over


def _leases(subscription: Subscription, ack_ids: Iterable[str]) -> tuple[list[Lease], list[str]]:
    leases: dict[str, Lease] = {}
    over = []
    for ack_id in ack_ids:
        match = _ACK_ID.fullmatch(ack_id)
        if match is None or int(match[1]) != subscription.number:
            raise invalid(f"You have passed an invalid ack ID to the service (ack_id={ack_id}).")
        lease = subscription.backlog.get(ack_id)
        if lease is None:
            over.append(ack_id)
        else:
            leases[ack_id] = lease
    return list(leases.values()), over


def refuse_over(subscription: Subscription, over: list[str]) -> None:
    """With exactly-once delivery, raise INVALID_ARGUMENT that names the ids that are over."""
    if over and subscription.body.enable_exactly_once_delivery:
        words = f"{len(over)} ack ids are invalid: their leases are over."
        raise PubsubError(Code.INVALID_ARGUMENT, words, dict.fromkeys(over, _OVER))
