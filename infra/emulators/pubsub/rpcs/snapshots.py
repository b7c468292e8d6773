"""The RPCs for snapshots, and Seek, which moves a subscription to a snapshot or to a time."""

from __future__ import annotations

from typing import Any

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.resources import validation
from infra.emulators.pubsub.rpcs.paging import page
from infra.emulators.pubsub.rpcs.rpc_table import rpc
from infra.emulators.pubsub.subscriptions.subscription import Subscription
from infra.emulators.pubsub.wire import messages as wire
from infra.emulators.pubsub.wire.errors import invalid, precondition
from infra.emulators.pubsub.wire.messages import request_type
from infra.emulators.shared.timestamps import micros_of, set_micros

_SNAPSHOT_FIELDS = frozenset({"labels", "expire_time"})


@rpc("Subscriber")
def create_snapshot(broker: Broker, request: Any) -> Any:
    """Create a snapshot that expires after 7 days.

    It holds the subscription's unacknowledged messages and those published to its topic later.
    """
    validation.check_name("snapshots", request.name)
    subscription = broker.subscription(request.subscription)
    _check_attached(broker, subscription)
    body = wire.Snapshot(name=request.name, topic=subscription.body.topic, labels=request.labels)
    set_micros(body.expire_time, broker.service_micros() + validation.SNAPSHOT_LIFE * 1_000_000)
    broker.create_snapshot(body, subscription)
    return body


@rpc("Subscriber")
def get_snapshot(broker: Broker, request: Any) -> Any:
    return broker.snapshot(request.snapshot).body


@rpc("Subscriber")
def update_snapshot(broker: Broker, request: Any) -> Any:
    snapshot = broker.snapshot(request.snapshot.name)
    changed = validation.merge("snapshot", snapshot.body, request.snapshot, request.update_mask, _SNAPSHOT_FIELDS)
    with broker.store.transaction():
        broker.store.update("snapshots", snapshot.number, changed.SerializeToString())
    snapshot.body = changed
    return changed


@rpc("Subscriber")
def list_snapshots(broker: Broker, request: Any) -> Any:
    validation.check_project(request.project)
    names, token = page(broker.snapshots, f"{request.project}/snapshots/", request)
    bodies = [broker.snapshots[name].body for name in names]
    return request_type("ListSnapshotsResponse")(snapshots=bodies, next_page_token=token)


@rpc("Publisher")
def list_topic_snapshots(broker: Broker, request: Any) -> Any:
    topic = broker.topic(request.topic).body.name
    names, token = page([name for name, one in broker.snapshots.items() if one.body.topic == topic], "", request)
    return request_type("ListTopicSnapshotsResponse")(snapshots=names, next_page_token=token)


@rpc("Subscriber")
def delete_snapshot(broker: Broker, request: Any) -> None:
    broker.delete_snapshot(broker.snapshot(request.snapshot))


@rpc("Subscriber")
def seek(broker: Broker, request: Any) -> Any:
    """Move a subscription to a time or to a snapshot.

    For a time, messages published since then are delivered again and older ones are acknowledged. For a snapshot, the
    messages that are unacknowledged in it are delivered again.
    """
    subscription = broker.subscription(request.subscription)
    _check_attached(broker, subscription)
    topic = broker.topic(subscription.body.topic)
    if request.HasField("snapshot"):
        snapshot = broker.snapshot(request.snapshot)
        if snapshot.body.topic != subscription.body.topic:
            raise precondition("The snapshot belongs to another topic than the subscription.")
        messages = broker.store.in_snapshot(snapshot.number)
    elif request.HasField("time"):
        acked = bool(subscription.body.retain_acked_messages)
        instant = micros_of(request.time)
        messages = broker.store.since(subscription.number, topic.number, instant, acked=acked)
    else:
        raise invalid("Seek needs a time or a snapshot.")
    wanted = [seq for seq, body in messages if subscription.accepts(wire.PubsubMessage.FromString(body).attributes)]
    with broker.store.transaction():
        broker.store.replace_deliveries(subscription.number, wanted, retain=subscription.retains)
    subscription.reload()
    return request_type("SeekResponse")()


def _check_attached(broker: Broker, subscription: Subscription) -> None:
    if subscription.body.detached or subscription.body.topic not in broker.topics:
        raise precondition("The subscription is not attached to a topic.")
