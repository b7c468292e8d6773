"""Acknowledge messages and change their deadlines by ack id, the id that came with the delivery.

An id with an expired deadline is ignored. With exactly-once delivery it is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from infra.emulators.pubsub.subscriptions.backlog import Lease
from infra.emulators.pubsub.subscriptions.subscription import Subscription
from infra.emulators.pubsub.wire.errors import Code, PubsubError, invalid

MAX_DEADLINE_SECONDS = 600
_ACK_ID = re.compile(r"(\d+)-\d+-\d+-\d+")
_ENDED = "PERMANENT_FAILURE_INVALID_ACK_ID"


def acknowledge(subscription: Subscription, ack_ids: Iterable[str]) -> list[str]:
    """Acknowledge messages and return the expired ids. Raise INVALID_ARGUMENT for another subscription's id."""
    leases, ended = _leases(subscription, ack_ids)
    subscription.acknowledge(leases)
    return ended


def modify(subscription: Subscription, changes: Iterable[tuple[str, int]]) -> list[str]:
    """Set the deadlines of messages in seconds from now, and return the expired ids.

    0 seconds is a nack: the message is delivered again.
    """
    seconds = dict(changes)
    for value in seconds.values():
        if not 0 <= value <= MAX_DEADLINE_SECONDS:
            raise invalid(f"Invalid ack deadline: {value}. It must be between 0 and {MAX_DEADLINE_SECONDS} seconds.")
    leases, ended = _leases(subscription, seconds)
    now = subscription.now()
    for lease in leases:
        if seconds[lease.ack_id]:
            subscription.backlog.extend(lease, now + seconds[lease.ack_id])
    subscription.rearm()
    subscription.fail([lease for lease in leases if not seconds[lease.ack_id]])
    return ended


def _leases(subscription: Subscription, ack_ids: Iterable[str]) -> tuple[list[Lease], list[str]]:
    leases: dict[str, Lease] = {}
    ended = []
    for ack_id in ack_ids:
        match = _ACK_ID.fullmatch(ack_id)
        if match is None or int(match[1]) != subscription.number:
            raise invalid(f"You have passed an invalid ack ID to the service (ack_id={ack_id}).")
        lease = subscription.backlog.get(ack_id)
        if lease is None:
            ended.append(ack_id)
        else:
            leases[ack_id] = lease
    return list(leases.values()), ended


def check_ended(subscription: Subscription, ended: list[str]) -> None:
    """Raise INVALID_ARGUMENT for expired ids if the subscription has exactly-once delivery."""
    if ended and subscription.body.enable_exactly_once_delivery:
        message = f"{len(ended)} ack ids are invalid: their leases have ended."
        raise PubsubError(Code.INVALID_ARGUMENT, message, dict.fromkeys(ended, _ENDED))
