"""A subscription at run time: its configuration, its backlog and its deliveries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from itertools import count
from math import inf, isinf
from typing import Any, NamedTuple, Protocol

from infra.emulators.pubsub.faults.delivery_faults import DeliveryFault
from infra.emulators.pubsub.faults.injector import Faults
from infra.emulators.pubsub.resources import filters
from infra.emulators.pubsub.storage.store import Store
from infra.emulators.pubsub.subscriptions.backlog import Backlog, Lease
from infra.emulators.pubsub.wire import messages as wire
from infra.emulators.shared.timestamps import set_micros

DEFAULT_PUSH_BACKOFF = (0.1, 60.0)
MIN_PUSH_BACKOFF = 0.05
"""The shortest pause before a push is repeated, in seconds of real time.

It protects an address that does not respond, however fast the service's time runs.
"""
MAX_BATCH_BYTES = 3_500_000
_generations = count(time.time_ns() // 1_000_000)


class Delivery(NamedTuple):
    lease: Lease
    message: Any
    publish_us: int


class DeadLetters(Protocol):
    """Accepts messages that have failed too often. Implemented by the broker."""

    def dead_letter(self, subscription: Subscription, lease: Lease) -> bool:
        """Move a message to its subscription's dead-letter topic. Return False if that topic does not exist."""


class Subscription:
    """A subscription at run time. `body` is its protobuf resource.

    `listeners` are called when a message may have become deliverable. `scale` multiplies every pause before a
    redelivery.
    """

    def __init__(
        self, number: int, body: Any, store: Store, faults: Faults, dead_letters: DeadLetters, scale: float
    ) -> None:
        self.number = number
        self.body = body
        self.attempts = 0
        self.listeners: set[Callable[[], None]] = set()
        self._store = store
        self._faults = faults
        self._dead_letters = dead_letters
        self._scale = scale
        self.streams = 0
        noted = store.last_used(number)
        self.last_used = store.time.now() if noted is None else noted
        self._timer: asyncio.TimerHandle | None = None
        self._doubled: set[int] = set()
        self._held: set[int] = set()
        self.accepts = filters.parse(body.filter)
        self.backlog = self._read_backlog()
        self.rearm()

    @property
    def name(self) -> str:
        return str(self.body.name)

    @property
    def is_push(self) -> bool:
        return bool(self.body.push_config.push_endpoint)

    def now(self) -> float:
        """Return the service's time in seconds, by which deadlines and back-offs run."""
        return self._store.time.now()

    def touch(self) -> None:
        """Record the current time as the last use, which postpones the subscription's expiry."""
        self.last_used = self.now()

    def configure(self, body: Any) -> None:
        """Replace the configuration, with effect at once."""
        self.body = body
        self.accepts = filters.parse(body.filter)
        self.notify()

    def reload(self) -> None:
        """End all leases and reload the unacknowledged messages from the store."""
        self.backlog = self._read_backlog()
        self._doubled.clear()
        self._held.clear()
        self.notify()

    def _read_backlog(self) -> Backlog:
        prefix = f"{self.number}-{next(_generations)}"
        return Backlog(prefix, self._store.pending(self.number), ordered=self.body.enable_message_ordering)

    def close(self) -> None:
        self._cancel_timer()
        for listener in tuple(self.listeners):
            listener()

    def notify(self) -> None:
        """Call the listeners and set the timer. Call it after a change of the backlog."""
        for listener in tuple(self.listeners):
            listener()
        self.rearm()

    def rearm(self) -> None:
        """Set the timer to the next deadline or end of a pause."""
        self._cancel_timer()
        instant = self.backlog.next_instant()
        if not isinf(instant):
            delay = max(0.001, self._store.time.real_seconds(instant - self.now()))
            self._timer = asyncio.get_running_loop().call_later(delay, self.catch_up)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def catch_up(self) -> None:
        """Handle the deadlines and pauses that have ended by now."""
        self.fail(self.backlog.expired(self.now()))
        self.backlog.promote(self.now())
        self.notify()

    def add(self, seq: int, key: str) -> None:
        """Add a newly stored message. Call `notify` after the last one."""
        self.backlog.add(seq, key)

    def take(self, limit: int, run: int, deadline: float = inf) -> list[Delivery]:
        """Lease up to `limit` messages for delivery, at most `run` of them with the same ordering key.

        Together they are smaller than 4 MiB, the largest response that official clients accept, except for a single
        large message.
        """
        deliveries: list[Delivery] = []
        self.backlog.promote(self.now())
        leases: list[Lease] = []
        while limit > 0 and not leases and self.backlog.has_ready:
            leases = self._apply_faults(self.backlog.take(limit, run, deadline))
        room = MAX_BATCH_BYTES
        for position, lease in enumerate(leases):
            stored = self._store.message(lease.seq, self.number)
            if stored is None:
                self.backlog.done(lease)
                continue
            room -= len(stored.body)
            if room < 0 and deliveries:
                for surplus in reversed(leases[position:]):
                    self.backlog.give_back(surplus)
                break
            message = wire.PubsubMessage.FromString(stored.body)
            message.message_id = str(stored.seq)
            set_micros(message.publish_time, stored.publish_us)
            deliveries.append(Delivery(lease, message, stored.publish_us))
        self.attempts += len(deliveries)
        if deliveries and not isinf(deadline):
            self.rearm()
        return deliveries

    def _fault(self, kind: str, lease: Lease) -> DeliveryFault | None:
        return self._faults.take(kind, self.name, self._store.ordinal(lease.seq), lease.failures)

    def _apply_faults(self, leases: list[Lease]) -> list[Lease]:
        """Return the leased messages to deliver now, after injected faults have delayed or reordered some.

        A delayed message also delays later ones with its ordering key. A message with a key is never overtaken.
        """
        now, last = [], []
        for lease in leases:
            if self.backlog.get(lease.ack_id) is not lease:
                continue
            if lease.seq in self._held:
                now.append(lease)
            elif delay := self._fault("delay", lease):
                self._hold(lease, delay.seconds)
            elif not lease.key and (reorder := self._fault("reorder", lease)):
                if reorder.seconds:
                    self._hold(lease, reorder.seconds)
                else:
                    self._held.add(lease.seq)
                    last.append(lease)
            else:
                now.append(lease)
        if len(now) + len(last) < len(leases):
            self.rearm()
        return now + last

    def _hold(self, lease: Lease, seconds: float) -> None:
        self._held.add(lease.seq)
        self.backlog.retry(lease, lease.failures, self.now() + seconds)

    def attempt(self, lease: Lease) -> int:
        """Return the delivery attempt number that subscribers see, or 0 without a dead-letter policy."""
        return lease.failures + 1 if self.body.HasField("dead_letter_policy") else 0

    def acknowledge(self, leases: Iterable[Lease]) -> None:
        """Acknowledge messages. An injected fault may ignore the acknowledgement or cause one more delivery."""
        done = []
        for lease in leases:
            if self.backlog.get(lease.ack_id) is not lease:
                continue
            if self._fault("drop_ack", lease):
                if self.is_push:
                    self.fail([lease])
            elif lease.seq not in self._doubled and self._fault("duplicate", lease):
                self._doubled.add(lease.seq)
                self.backlog.retry(lease, lease.failures, 0.0)
            else:
                done.append(lease)
        if done:
            with self._store.transaction():
                self._store.acknowledge(self.number, (lease.seq for lease in done), retain=self.retains)
            for lease in done:
                self._doubled.discard(lease.seq)
                self._held.discard(lease.seq)
                self.backlog.done(lease)
        self.notify()

    @property
    def retains(self) -> bool:
        """Whether acknowledged messages stay stored, so that a seek can deliver them again."""
        return bool(self.body.retain_acked_messages or self.body.HasField("topic_message_retention_duration"))

    def fail(self, leases: Iterable[Lease]) -> None:
        """Redeliver messages after a nack or a missed deadline, once their pause has passed.

        A message that has failed too often goes to the dead-letter topic instead.
        """
        for lease in sorted(leases, key=lambda one: one.seq, reverse=True):
            failures = lease.failures + 1
            policy = self.body.dead_letter_policy
            exhausted = self.body.HasField("dead_letter_policy") and failures >= policy.max_delivery_attempts
            if exhausted and self._dead_letters.dead_letter(self, lease):
                self.backlog.done(lease)
                continue
            delay = self._backoff(failures)
            not_before = self.now() + delay if delay else 0.0
            with self._store.transaction():
                self._store.fail(self.number, lease.seq, failures, not_before)
            self.backlog.retry(lease, failures, not_before)
        self.notify()

    def _backoff(self, failures: int) -> float:
        if self.body.HasField("retry_policy"):
            lowest = wire.duration_seconds(self.body.retry_policy.minimum_backoff)
            highest = wire.duration_seconds(self.body.retry_policy.maximum_backoff)
        elif self.is_push:
            lowest, highest = DEFAULT_PUSH_BACKOFF
        else:
            return 0.0
        delay = min(highest, lowest * 2.0 ** min(failures - 1, 30)) * self._scale
        return max(delay, MIN_PUSH_BACKOFF * self._store.time.speed) if self.is_push else delay
