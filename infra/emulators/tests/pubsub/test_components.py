from __future__ import annotations

import asyncio
import threading
from math import inf
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from infra.emulators.pubsub.broker import housekeeping
from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.faults.injector import Faults
from infra.emulators.pubsub.push.pusher import Pusher
from infra.emulators.pubsub.storage.store import Store
from infra.emulators.pubsub.subscriptions.backlog import Backlog, Lease
from infra.emulators.pubsub.wire import messages as wire
from infra.emulators.shared.clock import FileClock
from infra.emulators.testing.push_receiver import Push, Receiver


class QueueMachine(RuleBasedStateMachine):
    """Random use of a backlog. Every message must be acknowledged once, in order within an ordering key."""

    def __init__(self) -> None:
        super().__init__()
        self.backlog = Backlog("1-1", (), ordered=True)
        self.now, self.published = 1.0, 0
        self.out: list[Lease] = []
        self.finished: dict[str, list[int]] = {"": [], "a": [], "b": []}

    @rule(key=st.sampled_from(["", "a", "b"]))
    def add(self, key: str) -> None:
        self.published += 1
        self.backlog.add(self.published, key)

    @rule(limit=st.integers(1, 3), run=st.integers(1, 3))
    def take(self, limit: int, run: int) -> None:
        taken = self.backlog.take(limit, run)
        held = {lease.key for lease in self.out} - {""}
        assert held.isdisjoint(lease.key for lease in taken)
        self.out += taken

    @precondition(lambda self: self.out)
    @rule()
    def give_back_the_newest(self) -> None:
        self.backlog.give_back(self.out.pop())

    @precondition(lambda self: self.out)
    @rule(which=st.integers(0, 5))
    def finish(self, which: int) -> None:
        lease = self.out[which % len(self.out)]
        first = min((other for other in self.out if other.key == lease.key), key=lambda other: other.seq)
        lease = first if lease.key else lease
        self.out.remove(lease)
        self.backlog.done(lease)
        self.finished[lease.key].append(lease.seq)

    @precondition(lambda self: self.out)
    @rule(which=st.integers(0, 5))
    def fail(self, which: int) -> None:
        lease = self.out[which % len(self.out)]
        self.backlog.retry(lease, lease.failures + 1, self.now + 5)
        self.out = [one for one in self.out if self.backlog.get(one.ack_id) is one]

    @rule()
    def wait(self) -> None:
        self.now += 10
        self.backlog.promote(self.now)

    @invariant()
    def what_is_out_is_known(self) -> None:
        assert self.backlog.outstanding == len(self.out)

    def teardown(self) -> None:
        for _ in range(2 * self.published + 2):
            while self.out:
                self.finish(0)
            self.wait()
            self.take(3, 3)
        everything = sorted(seq for seqs in self.finished.values() for seq in seqs)
        assert everything == list(range(1, self.published + 1))
        for key in ("a", "b"):
            assert self.finished[key] == sorted(self.finished[key])
        assert self.backlog.next_instant() == inf


QueueMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestQueue = QueueMachine.TestCase


def test_a_lease_that_was_extended_expires_at_its_new_deadline() -> None:
    backlog = Backlog("1-1", (), ordered=False)
    backlog.add(1, "")
    (lease,) = backlog.take(1, 1, deadline=10.0)
    backlog.extend(lease, 20.0)
    assert (backlog.expired(15.0), backlog.next_instant()) == ([], 20.0)
    assert backlog.expired(20.0) == [lease]


def test_messages_older_than_the_retention_go(tmp_path: Path) -> None:
    asyncio.run(_retention(tmp_path / "pubsub.sqlite"))


async def _retention(file: Path) -> None:
    store = Store(file)
    broker = Broker(store, FileClock(None), Faults(), 1.0)
    topic = broker.create_topic(wire.Topic(name="projects/p/topics/topic"))
    body = wire.Subscription(name="projects/p/subscriptions/short", topic=topic.body.name, ack_deadline_seconds=10)
    body.message_retention_duration.seconds = 600
    short = broker.create_subscription(body)
    longer = wire.Subscription.FromString(body.SerializeToString())
    longer.name = "projects/p/subscriptions/longer"
    longer.message_retention_duration.seconds = 1200
    long = broker.create_subscription(longer)
    broker.publish(topic, [wire.PubsubMessage(data=b"x")])
    stored_us = store.backlog(short.number)[1] or 0
    ages = [(599, 1, 1), (601, 0, 1), (1201, 0, 0)]
    for seconds, in_short, in_long in ages:
        housekeeping.sweep(broker, stored_us + seconds * 1_000_000)
        assert (store.backlog(short.number)[0], store.backlog(long.number)[0]) == (in_short, in_long)
    assert short.take(1, 1) == []
    store.close()


def test_a_push_without_an_answer_within_the_ack_deadline_is_a_nack(tmp_path: Path, receiver: Receiver) -> None:
    asyncio.run(_silent_push(tmp_path / "pubsub.sqlite", receiver))


async def _silent_push(file: Path, receiver: Receiver) -> None:
    done = threading.Event()

    def answer(_push: Push) -> int:
        if len(receiver.pushes) == 1:
            done.wait(timeout=30)
        return 204

    receiver.answer = answer
    store = Store(file)
    broker = Broker(store, FileClock(None), Faults(), 1.0)
    topic = broker.create_topic(wire.Topic(name="projects/p/topics/topic"))
    body = wire.Subscription(name="projects/p/subscriptions/sub", topic=topic.body.name, ack_deadline_seconds=1)
    body.push_config.push_endpoint = receiver.url()
    pusher = Pusher(broker, b"k" * 32, 16)
    pusher.start()
    subscription = broker.create_subscription(body)
    broker.publish(topic, [wire.PubsubMessage(data=b"x")])
    changed = asyncio.Event()
    subscription.listeners.add(changed.set)
    async with asyncio.timeout(15):
        while store.backlog(subscription.number)[0]:
            changed.clear()
            await changed.wait()
    done.set()
    assert 1.0 <= receiver.pushes[1].at - receiver.pushes[0].at < 15
    assert subscription.attempts == 2
    subscription.close()
    await pusher.stop()
    store.close()
