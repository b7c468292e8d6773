"""All topics, subscriptions and snapshots. A published message is stored on disk, then given to subscriptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.emulators.pubsub.faults.injector import Faults
from infra.emulators.pubsub.resources import validation
from infra.emulators.pubsub.storage.store import NewMessage, Store
from infra.emulators.pubsub.subscriptions.backlog import Lease
from infra.emulators.pubsub.subscriptions.subscription import Subscription
from infra.emulators.pubsub.wire import messages as wire
from infra.emulators.pubsub.wire.errors import already_exists, not_found
from infra.emulators.shared.clock import FileClock
from infra.emulators.shared.timestamps import micros_of_datetime


@dataclass(slots=True)
class Topic:
    number: int
    body: Any


@dataclass(slots=True)
class Snapshot:
    number: int
    body: Any


class Broker:
    """The topics, subscriptions and snapshots of the emulator.

    It runs in one event loop without awaiting, so every change is atomic. `on_start` is called with every new
    subscription. `backoff_scale` multiplies every pause before a redelivery.
    """

    def __init__(self, store: Store, clock: FileClock, faults: Faults, backoff_scale: float) -> None:
        self.store = store
        self.faults = faults
        self._clock = clock
        self._scale = backoff_scale
        self.topics: dict[str, Topic] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.snapshots: dict[str, Snapshot] = {}
        self.on_start: Callable[[Subscription], None] = lambda _subscription: None
        self._load()

    def _load(self) -> None:
        for number, stored in self.store.rows("topics"):
            body = wire.Topic.FromString(stored)
            self.topics[body.name] = Topic(number, body)
        for number, stored in self.store.rows("subscriptions"):
            self._start(number, wire.Subscription.FromString(stored))
        for number, stored in self.store.rows("snapshots"):
            body = wire.Snapshot.FromString(stored)
            self.snapshots[body.name] = Snapshot(number, body)

    def _start(self, number: int, body: Any) -> Subscription:
        subscription = Subscription(number, body, self.store, self.faults, self, self._scale)
        self.subscriptions[subscription.name] = subscription
        self.on_start(subscription)
        return subscription

    def now_micros(self) -> int:
        return micros_of_datetime(self._clock.now())

    # Topics

    def topic(self, name: str) -> Topic:
        """Return the topic with this name. Raise NOT_FOUND."""
        validation.check_name("topics", name)
        if name not in self.topics:
            raise not_found(name)
        return self.topics[name]

    def create_topic(self, body: Any) -> Topic:
        """Store a new topic, already validated by the caller. Raise ALREADY_EXISTS."""
        if body.name in self.topics:
            raise already_exists(body.name)
        with self.store.transaction():
            number = self.store.insert("topics", body.name, body.SerializeToString())
        self.topics[body.name] = Topic(number, body)
        return self.topics[body.name]

    def change_topic(self, topic: Topic, body: Any) -> None:
        """Store a changed topic, and update the subscriptions that show its retention."""
        with self.store.transaction():
            self.store.update("topics", topic.number, body.SerializeToString())
        topic.body = body
        for subscription in self.subscribers(body.name):
            changed = wire.Subscription.FromString(subscription.body.SerializeToString())
            follow_topic(changed, body)
            self.change_subscription(subscription, changed)

    def delete_topic(self, topic: Topic) -> None:
        """Delete a topic. Its subscriptions keep their messages and have no topic from then on."""
        orphans = self.subscribers(topic.body.name)
        with self.store.transaction():
            self.store.delete("topics", topic.number)
            for subscription in orphans:
                subscription.body.topic = validation.DELETED_TOPIC
                self.store.update("subscriptions", subscription.number, subscription.body.SerializeToString())
        del self.topics[topic.body.name]

    def subscribers(self, topic_name: str) -> list[Subscription]:
        return [one for one in self.subscriptions.values() if one.body.topic == topic_name and not one.body.detached]

    # Subscriptions

    def subscription(self, name: str) -> Subscription:
        """Return the subscription with this name. Raise NOT_FOUND."""
        validation.check_name("subscriptions", name)
        if name not in self.subscriptions:
            raise not_found(name)
        return self.subscriptions[name]

    def create_subscription(self, body: Any) -> Subscription:
        """Create a subscription, already validated by the caller.

        It receives messages published from now on. Raise ALREADY_EXISTS.
        """
        if body.name in self.subscriptions:
            raise already_exists(body.name)
        with self.store.transaction():
            number = self.store.insert("subscriptions", body.name, body.SerializeToString())
        return self._start(number, body)

    def change_subscription(self, subscription: Subscription, body: Any) -> None:
        """Store a changed subscription and apply its new configuration at once."""
        with self.store.transaction():
            self.store.update("subscriptions", subscription.number, body.SerializeToString())
        subscription.configure(body)

    def delete_subscription(self, subscription: Subscription) -> None:
        with self.store.transaction():
            self.store.delete("subscriptions", subscription.number)
        del self.subscriptions[subscription.name]
        subscription.close()

    # Snapshots

    def snapshot(self, name: str) -> Snapshot:
        validation.check_name("snapshots", name)
        if name not in self.snapshots:
            raise not_found(name)
        return self.snapshots[name]

    def create_snapshot(self, body: Any, subscription: Subscription) -> None:
        """Store a snapshot of a subscription's unacknowledged messages. Raise ALREADY_EXISTS."""
        if body.name in self.snapshots:
            raise already_exists(body.name)
        with self.store.transaction():
            number = self.store.insert("snapshots", body.name, body.SerializeToString())
            self.store.fill_snapshot(number, self.topic(body.topic).number, subscription.number)
        self.snapshots[body.name] = Snapshot(number, body)

    def delete_snapshot(self, snapshot: Snapshot) -> None:
        """Delete a snapshot, and the messages that only it kept."""
        with self.store.transaction():
            self.store.delete("snapshots", snapshot.number)
        del self.snapshots[snapshot.body.name]

    # Time

    def service_micros(self) -> int:
        """Return the time by which snapshots expire, in microseconds since 1970.

        It is ahead of the emulator's clock by as much as the service's time (`storage.service_time`) is ahead of real
        time.
        """
        return self.now_micros() + self.store.time.ahead_micros()

    def change_time(self, speed: float, advance: float) -> None:
        """Change the service's time, by which durations such as deadlines and retention run.

        It moves forward by `advance` seconds and runs `speed` times as fast as real time from now on.
        """
        self.store.change_time(speed, advance)
        for subscription in list(self.subscriptions.values()):
            subscription.catch_up()

    # Messages

    def publish(self, topic: Topic, messages: list[Any]) -> list[str]:
        """Store messages, already validated by the caller, for all subscriptions that accept them.

        Return the message ids.
        """
        with self.store.transaction():
            stored = [self._store_message(topic, message) for message in messages]
        self._announce(stored)
        return [str(seq) for seq, _, _ in stored]

    def _store_message(self, topic: Topic, message: Any) -> tuple[int, str, list[Subscription]]:
        body = wire.PubsubMessage(data=message.data, attributes=message.attributes, ordering_key=message.ordering_key)
        receivers = [one for one in self.subscribers(topic.body.name) if one.accepts(message.attributes)]
        keep_us = round(wire.duration_seconds(topic.body.message_retention_duration) * 1e6)
        new = NewMessage(self.now_micros(), keep_us, message.ordering_key, body.SerializeToString())
        seq = self.store.add_message(topic.number, new, [one.number for one in receivers])
        return seq, message.ordering_key, receivers

    @staticmethod
    def _announce(stored: list[tuple[int, str, list[Subscription]]]) -> None:
        reached = {}
        for seq, key, receivers in stored:
            for subscription in receivers:
                subscription.add(seq, key)
                reached[subscription.number] = subscription
        for subscription in reached.values():
            subscription.notify()

    def dead_letter(self, subscription: Subscription, lease: Lease) -> bool:
        """Move a message to a subscription's dead-letter topic. Return False if that topic does not exist.

        This is one transaction, so the message is neither lost nor duplicated.
        """
        topic = self.topics.get(subscription.body.dead_letter_policy.dead_letter_topic)
        stored = self.store.message(lease.seq, subscription.number)
        if topic is None:
            return False
        if stored is None:
            return True
        message = wire.PubsubMessage.FromString(stored.body)
        source = "CloudPubSubDeadLetterSource"
        message.attributes[f"{source}DeliveryCount"] = str(lease.failures + 1)
        message.attributes[f"{source}Subscription"] = subscription.name.rsplit("/", 1)[-1]
        message.attributes[f"{source}SubscriptionProject"] = validation.project_of(subscription.name)
        message.attributes[f"{source}TopicPublishTime"] = wire.rfc3339(stored.publish_us).replace("Z", "+00:00")
        with self.store.transaction():
            moved = self._store_message(topic, message)
            self.store.acknowledge(subscription.number, [lease.seq], retain=subscription.retains)
        self._announce([moved])
        return True

    def reset(self, *, keep_resources: bool) -> None:
        """Delete all messages, snapshots and faults, and also topics and subscriptions unless `keep_resources`."""
        self.faults.clear()
        self.store.clear(keep_resources=keep_resources)
        self.snapshots.clear()
        if keep_resources:
            for subscription in self.subscriptions.values():
                subscription.reload()
            return
        closed = list(self.subscriptions.values())
        self.topics.clear()
        self.subscriptions.clear()
        for subscription in closed:
            subscription.close()


def follow_topic(subscription: Any, topic: Any) -> None:
    """Copy a topic's message retention to the output field of its subscription."""
    if topic.HasField("message_retention_duration"):
        subscription.topic_message_retention_duration.CopyFrom(topic.message_retention_duration)
    else:
        subscription.ClearField("topic_message_retention_duration")
