"""Durations by the service's time, which runs faster here: deadlines, back-off, retention, expiry."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from google.api_core import exceptions

from infra.emulators.testing.pubsub_server import PubsubServer
from infra.emulators.testing.pubsub_workspace import Workspace
from infra.emulators.testing.push_receiver import Push, Receiver
from infra.emulators.testing.waiting import eventually

DAY = 86400


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PubsubServer]:
    """Start a Pub/Sub emulator with a service time that tests may move.

    The pauses before redeliveries are not scaled.
    """
    if os.environ.get("EMULATOR_PUBSUB_HOST"):
        pytest.skip("only the built-in emulator has a time of its own")
    server = PubsubServer(tmp_path_factory.mktemp("quick"), backoff_scale=1)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def qs(quick: PubsubServer) -> Iterator[Workspace]:
    names = Workspace(quick)
    yield names
    quick.admin("POST", "/reset")
    names.close()


def run_at(names: Workspace, scale: float) -> None:
    assert names.server.admin("POST", "/time", {"scale": scale})["scale"] == scale


def pass_by(names: Workspace, seconds: float) -> None:
    assert "error" not in names.server.admin("POST", "/time", {"advance": seconds})


def test_a_back_off_grows_to_its_maximum_of_ten_minutes(qs: Workspace, receiver: Receiver) -> None:
    run_at(qs, 1000)
    receiver.answer = lambda _push: 503 if len(receiver.pushes) < 8 else 204
    policy = {"minimum_backoff": {"seconds": 10}, "maximum_backoff": {"seconds": 600}}
    push = {"push_endpoint": receiver.url()}
    sub = qs.make_subscription(push_config=push, retry_policy=policy, ack_deadline_seconds=600)
    qs.publish(1)
    eventually(lambda: qs.server.stats(sub)["backlog"] == 0)
    gaps = [(b.at - a.at) * 1000 for a, b in zip(receiver.pushes, receiver.pushes[1:], strict=False)]
    for gap, wanted in zip(gaps, [10, 20, 40, 80, 160, 320, 600], strict=True):
        assert wanted * 0.95 <= gap < wanted + 1000


def test_however_fast_the_time_a_dead_address_is_not_besieged(qs: Workspace, receiver: Receiver) -> None:
    run_at(qs, 1_000_000)
    receiver.answer = lambda _push: 503 if len(receiver.pushes) < 5 else 204
    policy = {"minimum_backoff": {"seconds": 0}, "maximum_backoff": {"seconds": 0}}
    sub = qs.make_subscription(push_config={"push_endpoint": receiver.url()}, retry_policy=policy)
    qs.publish(1)
    eventually(lambda: qs.server.stats(sub)["backlog"] == 0)
    assert all(b.at - a.at >= 0.045 for a, b in zip(receiver.pushes, receiver.pushes[1:], strict=False))


def test_a_new_scale_holds_for_what_waits_already(qs: Workspace) -> None:
    policy = {"minimum_backoff": {"seconds": 600}, "maximum_backoff": {"seconds": 600}}
    sub = qs.make_subscription(retry_policy=policy)
    qs.publish(1)
    qs.deadline(sub, qs.pull(sub), 0)
    assert qs.pull(sub, wait=False) == []
    run_at(qs, 2000)
    begun = time.monotonic()
    assert qs.pull_numbers(sub) == ["1"]
    assert time.monotonic() - begun < 60  # by the scale before: 600 s


@pytest.mark.parametrize("deadline", [10, 600])
def test_an_ack_deadline_passes(qs: Workspace, deadline: int) -> None:
    sub = qs.make_subscription(ack_deadline_seconds=deadline)
    qs.publish(1)
    qs.pull(sub)
    pass_by(qs, deadline - 5)
    assert qs.pull(sub, wait=False) == []
    pass_by(qs, 6)
    assert qs.pull_numbers(sub, wait=False) == ["1"]


def test_a_push_has_as_long_as_the_ack_deadline(qs: Workspace, receiver: Receiver) -> None:
    run_at(qs, 20)
    late = threading.Event()

    def answer(_push: Push) -> int:
        if len(receiver.pushes) == 1:
            late.wait(timeout=10)
        return 204

    receiver.answer = answer
    sub = qs.make_subscription(push_config={"push_endpoint": receiver.url()}, ack_deadline_seconds=10)
    qs.publish(1)
    eventually(lambda: qs.server.stats(sub)["backlog"] == 0)
    late.set()
    assert 0.4 <= receiver.pushes[1].at - receiver.pushes[0].at < 10  # a half of a second by the server's own clock


@pytest.mark.parametrize("retention", [600, 7 * DAY, 31 * DAY])
def test_a_message_outlives_its_retention_by_nothing(qs: Workspace, retention: int) -> None:
    never: dict[str, Any] = {"expiration_policy": {}}
    sub = qs.make_subscription(message_retention_duration={"seconds": retention}, **never)
    qs.publish(1)
    pass_by(qs, retention - 60)
    assert qs.server.stats(sub)["backlog"] == 1
    assert qs.server.stats(sub)["oldest_age_seconds"] >= retention - 60
    pass_by(qs, 61)
    assert qs.server.stats(sub)["backlog"] == 0
    assert qs.pull(sub, wait=False) == []


def test_retained_acknowledged_messages_go_with_the_retention(qs: Workspace) -> None:
    begun = datetime.now(UTC)
    sub = qs.make_subscription(retain_acked_messages=True, message_retention_duration={"seconds": 3600})
    qs.publish(1)
    pass_by(qs, 3000)
    qs.publish(2)
    assert qs.pull_numbers(sub) == ["1", "2"]
    qs.subscriber.seek(request={"subscription": sub, "time": begun})
    assert qs.pull_numbers(sub) == ["1", "2"]
    pass_by(qs, 700)
    qs.subscriber.seek(request={"subscription": sub, "time": begun})
    assert qs.pull_numbers(sub) == ["2"]


def test_a_topics_retention_ends(qs: Workspace) -> None:
    topic = qs.make_topic("keeping", message_retention_duration={"seconds": 600})
    begun = datetime.now(UTC)
    qs.publish(1, topic=topic)
    sub = qs.make_subscription("late", topic)
    pass_by(qs, 590)
    qs.subscriber.seek(request={"subscription": sub, "time": begun})
    assert qs.pull_numbers(sub) == ["1"]
    pass_by(qs, 20)
    qs.subscriber.seek(request={"subscription": sub, "time": begun})
    assert qs.pull(sub, wait=False) == []


def test_a_snapshot_expires_after_a_week(qs: Workspace) -> None:
    sub = qs.make_subscription(expiration_policy={})
    name = qs.name("snapshots", "snap")
    qs.subscriber.create_snapshot(request={"name": name, "subscription": sub})
    pass_by(qs, 7 * DAY - 60)
    assert qs.subscriber.get_snapshot(snapshot=name).name == name
    pass_by(qs, 61)
    with pytest.raises(exceptions.NotFound):
        qs.subscriber.get_snapshot(snapshot=name)


def gone(names: Workspace, sub: str) -> bool:
    try:
        names.subscriber.get_subscription(subscription=sub)
    except exceptions.NotFound:
        return True
    return False


def test_a_subscription_that_nobody_uses_expires(qs: Workspace) -> None:
    default = qs.make_subscription("default")
    short = qs.make_subscription("short", expiration_policy={"ttl": {"seconds": DAY}})
    never = qs.make_subscription("never", expiration_policy={})
    assert not qs.subscriber.get_subscription(subscription=never).expiration_policy.ttl
    pass_by(qs, DAY - 60)
    assert not gone(qs, short)
    pass_by(qs, 61)
    assert gone(qs, short)
    assert not gone(qs, default)
    pass_by(qs, 30 * DAY)
    assert gone(qs, default)
    pass_by(qs, 365 * DAY)
    assert not gone(qs, never)


@pytest.mark.parametrize("use", ["pull", "ack", "deadline", "update", "seek", "push"])
def test_a_subscription_that_is_used_does_not(qs: Workspace, receiver: Receiver, use: str) -> None:
    sub = qs.make_subscription(expiration_policy={"ttl": {"seconds": DAY}}, ack_deadline_seconds=600)
    qs.publish(1)
    pass_by(qs, DAY - 800)
    received = qs.pull(sub) if use in ("ack", "deadline") else []
    pass_by(qs, 500)
    uses: dict[str, Callable[[], Any]] = {
        "pull": lambda: qs.pull(sub),
        "ack": lambda: qs.ack(sub, received),
        "deadline": lambda: qs.deadline(sub, received, 600),
        "update": lambda: qs.subscriber.update_subscription(
            request={"subscription": {"name": sub, "labels": {}}, "update_mask": {"paths": ["labels"]}}
        ),
        "seek": lambda: qs.subscriber.seek(request={"subscription": sub, "time": datetime.now(UTC)}),
        "push": lambda: qs.subscriber.modify_push_config(
            request={"subscription": sub, "push_config": {"push_endpoint": receiver.url()}}
        ),
    }
    uses[use]()
    if use == "push":
        eventually(lambda: qs.server.stats(sub)["backlog"] == 0)
    pass_by(qs, DAY - 400)
    assert not gone(qs, sub)
    pass_by(qs, 500)
    assert gone(qs, sub)


def test_an_open_stream_keeps_its_subscription(qs: Workspace) -> None:
    sub = qs.make_subscription(expiration_policy={"ttl": {"seconds": DAY}})
    got: list[str] = []

    def take(message: Any) -> None:
        got.append(message.attributes["n"])
        message.ack()

    stream = qs.subscriber.subscribe(sub, take)
    qs.publish(1)
    eventually(lambda: got and qs.server.stats(sub)["backlog"] == 0)
    pass_by(qs, 2 * DAY)
    qs.publish(2)
    eventually(lambda: got == ["1", "2"])
    stream.cancel()
    stream.result(timeout=10)


def test_time_and_use_survive_a_kill(tmp_path: Any) -> None:
    server = PubsubServer(tmp_path)
    server.start()
    names = Workspace(server)
    sub = names.make_subscription(expiration_policy={"ttl": {"seconds": 2 * DAY}})
    names.publish(1)
    pass_by(names, DAY)
    names.close()
    server.kill()
    server.start()
    assert server.admin("GET", "/time")["ahead_seconds"] >= DAY
    assert server.stats(sub)["oldest_age_seconds"] >= DAY
    names = Workspace(server)
    pass_by(names, DAY + 60)
    assert gone(names, sub)
    names.close()
    server.kill()


@pytest.mark.parametrize(
    "body", [[], {"scale": 0.5}, {"scale": 1e9}, {"scale": "fast"}, {"advance": -1}, {"advance": 1e12}, {"speed": 2}]
)
def test_a_time_that_cannot_be_is_refused(qs: Workspace, body: Any) -> None:
    assert "error" in qs.server.admin("POST", "/time", body)
    assert qs.server.admin("GET", "/time")["scale"] == 1
