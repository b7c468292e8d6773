"""The RPCs of `google.pubsub.v1.Publisher`: topics and publishing. A missing resource raises NOT_FOUND."""

from __future__ import annotations

from typing import Any

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.resources import validation
from infra.emulators.pubsub.rpcs.paging import page
from infra.emulators.pubsub.rpcs.rpc_table import rpc
from infra.emulators.pubsub.wire.messages import request_type

_TOPIC_FIELDS = frozenset({"labels", "message_storage_policy", "kms_key_name", "message_retention_duration"})


@rpc("Publisher", "Topic")
def create_topic(broker: Broker, request: Any) -> Any:
    validation.check_topic(request)
    request.state = request.State.ACTIVE
    return broker.create_topic(request).body


@rpc("Publisher")
def update_topic(broker: Broker, request: Any) -> Any:
    topic = broker.topic(request.topic.name)
    changed = validation.merge("topic", topic.body, request.topic, request.update_mask, _TOPIC_FIELDS)
    validation.check_topic(changed)
    broker.change_topic(topic, changed)
    return changed


@rpc("Publisher")
def publish(broker: Broker, request: Any) -> Any:
    """Store messages on disk, then return their ids."""
    topic = broker.topic(request.topic)
    validation.check_messages(request.messages, request.ByteSize())
    return request_type("PublishResponse")(message_ids=broker.publish(topic, request.messages))


@rpc("Publisher")
def get_topic(broker: Broker, request: Any) -> Any:
    return broker.topic(request.topic).body


@rpc("Publisher")
def list_topics(broker: Broker, request: Any) -> Any:
    validation.check_project(request.project)
    names, token = page(broker.topics, f"{request.project}/topics/", request)
    return request_type("ListTopicsResponse")(
        topics=[broker.topics[name].body for name in names], next_page_token=token
    )


@rpc("Publisher")
def list_topic_subscriptions(broker: Broker, request: Any) -> Any:
    topic = broker.topic(request.topic)
    names, token = page([one.name for one in broker.subscribers(topic.body.name)], "", request)
    return request_type("ListTopicSubscriptionsResponse")(subscriptions=names, next_page_token=token)


@rpc("Publisher")
def delete_topic(broker: Broker, request: Any) -> None:
    """Delete a topic. Its subscriptions and their messages stay. Raise NOT_FOUND."""
    broker.delete_topic(broker.topic(request.topic))


@rpc("Publisher")
def detach_subscription(broker: Broker, request: Any) -> Any:
    """Detach a subscription from its topic and delete its messages."""
    subscription = broker.subscription(request.subscription)
    changed = type(subscription.body)()
    changed.CopyFrom(subscription.body)
    changed.detached = True
    changed.ClearField("push_config")
    with broker.store.transaction():
        broker.store.drop_deliveries(subscription.number)
    broker.change_subscription(subscription, changed)
    subscription.reload()
    return request_type("DetachSubscriptionResponse")()
