from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import pubsub_v1

from infra.emulators.testing.pubsub_workspace import PROJECT, Workspace
from infra.emulators.testing.waiting import eventually


def test_what_is_outstanding_is_not_given_again(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(1, 2, 3)
    first = ps.pull(sub, 2)
    assert [one.message.attributes["n"] for one in first] == ["1", "2"]
    assert ps.pull_numbers(sub) == ["3"]
    assert ps.pull(sub, wait=False) == []
    ps.ack(sub, first)
    assert ps.server.stats(sub)["backlog"] == 0


def test_a_missed_deadline_gives_a_message_back(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(1, 2)
    received = ps.pull(sub)
    ps.deadline(sub, received[:1], 1)
    assert ps.pull_numbers(sub) == ["1"]
    assert ps.pull(sub, wait=False) == []


def test_a_nack_gives_a_message_back_at_once_without_a_retry_policy(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(1)
    received = ps.pull(sub)
    ps.deadline(sub, received, 0)
    again = ps.pull(sub, wait=False)
    assert again[0].message.message_id == received[0].message.message_id
    assert again[0].ack_id != received[0].ack_id
    ps.ack(sub, received)
    assert ps.server.stats(sub)["backlog"] == 1


def test_a_retry_policy_delays_each_nack_longer(ps: Workspace) -> None:
    policy = {"minimum_backoff": {"seconds": 20}, "maximum_backoff": {"seconds": 60}}
    sub = ps.make_subscription(retry_policy=policy)
    ps.publish(1)
    for scaled in (0.2, 0.4, 0.6, 0.6):
        received = ps.pull(sub)
        begun = time.monotonic()
        ps.deadline(sub, received, 0)
        assert ps.server.stats(sub)["waiting_retry"] == 1
        eventually(lambda: ps.server.stats(sub)["waiting_retry"] == 0)
        assert scaled * 0.95 <= time.monotonic() - begun < scaled + 15  # unscaled: 20 s and more


def test_a_waiting_pull_is_woken_by_a_publish(ps: Workspace) -> None:
    sub = ps.make_subscription()
    got: list[str] = []
    puller = threading.Thread(target=lambda: got.extend(ps.pull_numbers(sub)))
    puller.start()
    ps.publish(1)
    puller.join(timeout=10)
    assert got == ["1"]


def test_an_ack_id_that_was_never_given_is_refused(ps: Workspace) -> None:
    sub, other = ps.make_subscription(), ps.make_subscription("other")
    ps.publish(1)
    foreign = ps.pull(other)
    for ack_ids in (["nonsense"], [foreign[0].ack_id]):
        with pytest.raises(exceptions.InvalidArgument):
            ps.subscriber.acknowledge(subscription=sub, ack_ids=ack_ids)
    with pytest.raises(exceptions.InvalidArgument):
        ps.deadline(sub, ps.pull(sub), 601)
    ps.ack(other, foreign)
    ps.ack(other, foreign)


def test_every_subscription_gets_everything(ps: Workspace) -> None:
    subs = [ps.make_subscription(f"sub-{number}") for number in range(3)]
    ps.publish(*range(5))
    assert [ps.pull_numbers(sub) for sub in subs] == [list("01234")] * 3


def test_a_stream_delivers_and_acknowledges(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(*range(50))
    seen: list[str] = []

    def take(message: Any) -> None:
        seen.append(message.attributes["n"])
        message.ack()

    stream = ps.subscriber.subscribe(sub, take)
    eventually(lambda: len(seen) == 50)
    ps.publish(*range(50, 150))
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    stream.cancel()
    stream.result(timeout=10)
    assert sorted(seen, key=int) == [str(number) for number in range(150)]


def test_a_stream_redelivers_what_is_nacked_and_respects_flow_control(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(*range(12))
    counts: dict[str, int] = {}
    most = 0

    def take(message: Any) -> None:
        nonlocal most
        number = message.attributes["n"]
        counts[number] = counts.get(number, 0) + 1
        most = max(most, ps.server.stats(sub)["outstanding"])
        if counts[number] == 1:
            message.nack()
        else:
            message.ack()

    flow = pubsub_v1.types.FlowControl(max_messages=4)
    stream = ps.subscriber.subscribe(sub, take, flow_control=flow)
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    stream.cancel()
    stream.result(timeout=10)
    assert set(counts.values()) == {2}
    assert most <= 4


def test_a_stream_ends_with_not_found_when_its_subscription_goes(ps: Workspace) -> None:
    sub = ps.make_subscription()
    stream = ps.subscriber.subscribe(sub, lambda message: message.ack())
    ps.publish(1)
    eventually(lambda: ps.server.stats(sub)["attempts"] == 1)
    ps.subscriber.delete_subscription(subscription=sub)
    with pytest.raises(exceptions.NotFound):
        stream.result(timeout=10)


def test_a_stream_keeps_the_order_of_each_key(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    for number in range(40):
        ps.publish(number, key=f"key-{number % 4}")
    seen: list[tuple[str, int]] = []

    def take(message: Any) -> None:
        seen.append((message.ordering_key, int(message.attributes["n"])))
        message.ack()

    stream = ps.subscriber.subscribe(sub, take)
    eventually(lambda: len(seen) >= 40)
    stream.cancel()
    stream.result(timeout=10)
    for key in range(4):
        assert [number for name, number in seen if name == f"key-{key}"] == list(range(key, 40, 4))


def test_pull_gives_nothing_of_a_key_while_something_of_it_is_out(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    ps.publish(1, 2, 3, key="a")
    first = ps.pull(sub, 2)
    ps.publish(4, key="a")
    ps.publish(5, key="b")
    assert ps.pull_numbers(sub, wait=False) == ["5"]
    ps.ack(sub, first[:1])
    assert ps.pull(sub, wait=False) == []
    ps.ack(sub, first[1:])
    assert ps.pull_numbers(sub) == ["3", "4"]


def test_a_nacked_message_comes_again_before_the_later_ones_of_its_key(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    ps.publish(1, 2, 3, 4, key="a")
    out = ps.pull(sub, 3)
    ps.deadline(sub, out[:1], 0)
    ps.ack(sub, out[1:])
    assert ps.pull_numbers(sub) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('attributes.n = "1"', "1"),
        ('attributes.n != "1"', "023"),
        ("attributes:odd", "13"),
        ("NOT attributes:odd", "02"),
        ('attributes:odd AND attributes.n = "3"', "3"),
        ('attributes.n = "0" OR (attributes:odd AND NOT attributes.n = "1")', "03"),
        ('hasPrefix(attributes.name, "num")', "0123"),
        ('hasPrefix(attributes.name, "number 2")', "2"),
    ],
)
def test_a_filter_lets_through_what_it_says(ps: Workspace, text: str, wanted: str) -> None:
    sub = ps.make_subscription(filter=text)
    for number in range(4):
        odd = {"odd": "yes"} if number % 2 else {}
        ps.publisher.publish(ps.topic, b"", n=str(number), name=f"number {number}", **odd).result(timeout=10)
    assert ps.server.stats(sub)["backlog"] == len(wanted)
    assert ps.pull_numbers(sub) == list(wanted)


@pytest.mark.parametrize(
    "text", ["attributes", "attributes.a", 'a = "b"', "NOT", "(attributes:a", "attributes:a attributes:b"]
)
def test_a_filter_that_cannot_be_read_is_refused(ps: Workspace, text: str) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        ps.make_subscription(filter=text)


def test_after_the_last_attempt_a_message_goes_to_the_dead_letter_topic(ps: Workspace) -> None:
    dead = ps.make_topic("dead")
    grave = ps.make_subscription("grave", dead)
    policy = {"dead_letter_topic": dead, "max_delivery_attempts": 5}
    sub = ps.make_subscription(dead_letter_policy=policy)
    original = ps.publisher.publish(ps.topic, b"poison", color="red").result(timeout=10)
    attempts = []
    for _ in range(5):
        (received,) = ps.pull(sub)
        attempts.append(received.delivery_attempt)
        published = received.message.publish_time
        ps.deadline(sub, [received], 0)
    assert attempts == [1, 2, 3, 4, 5]
    (buried,) = ps.pull(grave)
    assert ps.server.stats(sub)["backlog"] == 0
    assert buried.message.data == b"poison"
    assert buried.message.message_id != original
    attributes = dict(buried.message.attributes)
    moment = datetime.fromisoformat(attributes.pop("CloudPubSubDeadLetterSourceTopicPublishTime"))
    assert abs((moment - published).total_seconds()) < 0.001
    assert attributes == {
        "color": "red",
        "CloudPubSubDeadLetterSourceDeliveryCount": "5",
        "CloudPubSubDeadLetterSourceSubscription": sub.rsplit("/", 1)[-1],
        "CloudPubSubDeadLetterSourceSubscriptionProject": PROJECT,
    }


def test_a_dead_letter_topic_must_exist_and_its_loss_loses_nothing(ps: Workspace) -> None:
    policy = {"dead_letter_topic": ps.name("topics", "none"), "max_delivery_attempts": 5}
    with pytest.raises(exceptions.NotFound):
        ps.make_subscription(dead_letter_policy=policy)
    dead = ps.make_topic("dead")
    sub = ps.make_subscription(dead_letter_policy={**policy, "dead_letter_topic": dead})
    ps.publisher.delete_topic(topic=dead)
    ps.publish(1)
    for attempt in range(1, 8):
        (received,) = ps.pull(sub)
        assert received.delivery_attempt == attempt
        ps.deadline(sub, [received], 0)


def test_exactly_once_refuses_an_ack_that_came_too_late(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_exactly_once_delivery=True)
    ps.publish(1)
    late = ps.pull(sub)
    ps.deadline(sub, late, 0)
    with pytest.raises(exceptions.InvalidArgument) as refusal:
        ps.ack(sub, late)
    assert refusal.value.metadata == {late[0].ack_id: "PERMANENT_FAILURE_INVALID_ACK_ID"}
    assert ps.pull_numbers(sub) == ["1"]


def test_an_exactly_once_stream_confirms_its_acks(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_exactly_once_delivery=True)
    ps.publish(*range(10))
    results: list[Any] = []
    stream = ps.subscriber.subscribe(sub, lambda message: results.append(message.ack_with_response()))
    eventually(lambda: len(results) == 10)
    assert {result.result(timeout=10) for result in results} == {
        pubsub_v1.subscriber.exceptions.AcknowledgeStatus.SUCCESS
    }
    stream.cancel()
    stream.result(timeout=10)
    assert ps.server.stats(sub)["backlog"] == 0


def test_seeking_back_to_a_time_brings_retained_messages_again(ps: Workspace) -> None:
    sub = ps.make_subscription(retain_acked_messages=True, filter='attributes.n != "x"')
    ps.publish(1)
    assert ps.pull_numbers(sub) == ["1"]
    moment = datetime.now(UTC)
    ps.publish(2, "x", 3)
    assert ps.pull_numbers(sub) == ["2", "3"]
    ps.subscriber.seek(request={"subscription": sub, "time": moment})
    assert ps.pull_numbers(sub) == ["2", "3"]
    ps.publish(4)
    ps.subscriber.seek(request={"subscription": sub, "time": datetime.now(UTC)})
    assert ps.server.stats(sub)["backlog"] == 0


def test_a_topic_that_keeps_messages_serves_a_new_subscription(ps: Workspace) -> None:
    topic = ps.make_topic("keeping", message_retention_duration={"seconds": 600})
    begun = datetime.now(UTC)
    ps.publish(1, 2, topic=topic)
    sub = ps.make_subscription("late", topic)
    assert ps.pull(sub, wait=False) == []
    ps.subscriber.seek(request={"subscription": sub, "time": begun})
    assert ps.pull_numbers(sub) == ["1", "2"]
    assert ps.subscriber.get_subscription(subscription=sub).topic_message_retention_duration.total_seconds() == 600


def test_a_snapshot_brings_back_what_was_open_and_what_came_after(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(1, 2)
    ps.ack(sub, ps.pull(sub, 1))
    name = ps.name("snapshots", "snap")
    snapshot = ps.subscriber.create_snapshot(request={"name": name, "subscription": sub})
    assert (snapshot.name, snapshot.topic) == (name, ps.topic)
    with pytest.raises(exceptions.AlreadyExists):
        ps.subscriber.create_snapshot(request={"name": name, "subscription": sub})
    ps.publish(3)
    ps.subscriber.seek(request={"subscription": sub, "snapshot": name})
    assert ps.pull_numbers(sub) == ["2", "3"]
    ps.subscriber.seek(request={"subscription": sub, "snapshot": name})
    assert ps.pull_numbers(sub) == ["2", "3"]
    assert list(ps.publisher.list_topic_snapshots(topic=ps.topic)) == [name]
    ps.subscriber.delete_snapshot(snapshot=name)
    with pytest.raises(exceptions.NotFound):
        ps.subscriber.seek(request={"subscription": sub, "snapshot": name})


def test_a_detached_subscription_holds_and_gives_nothing(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(1)
    ps.publisher.detach_subscription(request={"subscription": sub})
    ps.publish(2)
    assert ps.subscriber.get_subscription(subscription=sub).detached
    assert ps.server.stats(sub)["backlog"] == 0
    with pytest.raises(exceptions.FailedPrecondition):
        ps.pull(sub)
    assert list(ps.publisher.list_topic_subscriptions(topic=ps.topic)) == []
