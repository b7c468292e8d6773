"""The unary RPCs of `google.pubsub.v1.Subscriber`: subscriptions and their messages."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from infra.emulators.pubsub.broker.broker import Broker, follow_topic
from infra.emulators.pubsub.resources import validation
from infra.emulators.pubsub.rpcs.paging import page
from infra.emulators.pubsub.rpcs.rpc_table import rpc
from infra.emulators.pubsub.subscriptions import acknowledgement
from infra.emulators.pubsub.subscriptions.subscription import Delivery, Subscription
from infra.emulators.pubsub.wire.errors import already_exists, invalid, precondition
from infra.emulators.pubsub.wire.messages import ReceivedMessage, request_type

PULL_WAIT_SECONDS = 3.0
MAX_PULL = 1000
_SUBSCRIPTION_FIELDS = frozenset(
    {
        "ack_deadline_seconds",
        "dead_letter_policy",
        "enable_exactly_once_delivery",
        "expiration_policy",
        "labels",
        "message_retention_duration",
        "push_config",
        "retain_acked_messages",
        "retry_policy",
    }
)


def _check_topics(broker: Broker, body: Any) -> None:
    if body.HasField("dead_letter_policy"):
        broker.topic(body.dead_letter_policy.dead_letter_topic)


@rpc("Subscriber", "Subscription")
def create_subscription(broker: Broker, request: Any) -> Any:
    """Create a subscription and return it with defaults filled in.

    Raise INVALID_ARGUMENT, ALREADY_EXISTS, or NOT_FOUND for a missing topic.
    """
    validation.complete_subscription(request)
    if request.name in broker.subscriptions:
        raise already_exists(request.name)
    follow_topic(request, broker.topic(request.topic).body)
    _check_topics(broker, request)
    return broker.create_subscription(request).body


@rpc("Subscriber")
def get_subscription(broker: Broker, request: Any) -> Any:
    return broker.subscription(request.subscription).body


@rpc("Subscriber")
def update_subscription(broker: Broker, request: Any) -> Any:
    subscription = broker.subscription(request.subscription.name)
    changed = validation.merge(
        "subscription", subscription.body, request.subscription, request.update_mask, _SUBSCRIPTION_FIELDS
    )
    validation.complete_subscription(changed)
    _check_topics(broker, changed)
    broker.change_subscription(subscription, changed)
    return changed


@rpc("Subscriber")
def list_subscriptions(broker: Broker, request: Any) -> Any:
    validation.check_project(request.project)
    names, token = page(broker.subscriptions, f"{request.project}/subscriptions/", request)
    bodies = [broker.subscriptions[name].body for name in names]
    return request_type("ListSubscriptionsResponse")(subscriptions=bodies, next_page_token=token)


@rpc("Subscriber")
def delete_subscription(broker: Broker, request: Any) -> None:
    broker.delete_subscription(broker.subscription(request.subscription))


@rpc("Subscriber")
def modify_push_config(broker: Broker, request: Any) -> None:
    """Change a subscription's push configuration. With an empty one, messages are pulled."""
    subscription = broker.subscription(request.subscription)
    changed = type(subscription.body)()
    changed.CopyFrom(subscription.body)
    changed.push_config.CopyFrom(request.push_config)
    if not request.push_config.push_endpoint:
        changed.ClearField("push_config")
    validation.complete_subscription(changed)
    broker.change_subscription(subscription, changed)


def check_pullable(subscription: Subscription) -> None:
    """Raise FAILED_PRECONDITION for a push subscription or one that is detached from its topic."""
    if subscription.body.detached:
        raise precondition("The subscription is detached from its topic.")
    if subscription.is_push:
        raise precondition("This method is not supported for this subscription type.")


def received(subscription: Subscription, delivery: Delivery) -> Any:
    return ReceivedMessage(
        ack_id=delivery.lease.ack_id,
        message=delivery.message,
        delivery_attempt=subscription.attempt(delivery.lease),
    )


@rpc("Subscriber")
async def pull(broker: Broker, request: Any) -> Any:
    """Return messages that can be delivered now. If there are none, wait up to 3 seconds for the first."""
    subscription = broker.subscription(request.subscription)
    check_pullable(subscription)
    if request.max_messages < 1:
        raise invalid("max_messages must be above 0.")
    limit = min(request.max_messages, MAX_PULL)
    response = request_type("PullResponse")
    give_up = time.monotonic() + (0 if request.return_immediately else PULL_WAIT_SECONDS)
    while True:
        deadline = subscription.now() + subscription.body.ack_deadline_seconds
        deliveries = subscription.take(limit, limit, deadline)
        left = give_up - time.monotonic()
        if deliveries or left <= 0:
            return response(received_messages=[received(subscription, one) for one in deliveries])
        await _change(subscription, left)
        broker.subscription(request.subscription)
        check_pullable(subscription)


async def _change(subscription: Subscription, seconds: float) -> None:
    """Wait until a message may have become deliverable, at most `seconds`."""
    changed = asyncio.Event()
    subscription.listeners.add(changed.set)
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        pass
    finally:
        subscription.listeners.discard(changed.set)


@rpc("Subscriber")
def acknowledge(broker: Broker, request: Any) -> None:
    """Acknowledge messages by their ack ids. With exactly-once delivery, raise INVALID_ARGUMENT for expired ids."""
    subscription = broker.subscription(request.subscription)
    if not request.ack_ids:
        raise invalid("No ack ids specified.")
    acknowledgement.check_ended(subscription, acknowledgement.acknowledge(subscription, request.ack_ids))


@rpc("Subscriber")
def modify_ack_deadline(broker: Broker, request: Any) -> None:
    """Change the acknowledgement deadlines of messages. With 0 seconds they are delivered again."""
    subscription = broker.subscription(request.subscription)
    if not request.ack_ids:
        raise invalid("No ack ids specified.")
    changes = [(ack_id, request.ack_deadline_seconds) for ack_id in request.ack_ids]
    acknowledgement.check_ended(subscription, acknowledgement.modify(subscription, changes))
