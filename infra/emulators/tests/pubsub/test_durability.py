"""SIGKILL loses no acknowledged publish and repeats no acknowledged delivery. Attempts and pauses survive it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core import exceptions

from infra.emulators.testing.pubsub_server import PubsubServer
from infra.emulators.testing.pubsub_workspace import Workspace
from infra.emulators.testing.push_receiver import Receiver
from infra.emulators.testing.waiting import eventually

WRITERS = 3


@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.faults)])
def test_no_acknowledged_publish_is_lost_over_kills_under_load(lonely: PubsubServer, rounds: int) -> None:
    names = Workspace(lonely)
    ordered = names.make_subscription("ordered", enable_message_ordering=True)
    plain = names.make_subscription("plain")
    names.close()
    acknowledged: dict[str, str] = {}
    for turn in range(rounds):
        _load(lonely, names.topic, turn, acknowledged)
        lonely.start()
    for sub in (ordered, plain):
        found: dict[str, str] = {}
        numbers: dict[str, list[int]] = {}
        while body := lonely.rest("POST", f"/v1/{sub}:pull", {"maxMessages": 1000, "returnImmediately": True})[1]:
            batch = body["receivedMessages"]
            for one in batch:
                message = one["message"]
                found[message["messageId"]] = message["attributes"]["n"]
                numbers.setdefault(message["orderingKey"], []).append(int(message["messageId"]))
            lonely.rest("POST", f"/v1/{sub}:acknowledge", {"ackIds": [one["ackId"] for one in batch]})
        assert acknowledged.items() <= found.items()
        assert len(found) - len(acknowledged) <= rounds * WRITERS
        if sub == ordered:
            assert all(ids == sorted(ids) for ids in numbers.values())


def _load(server: PubsubServer, topic: str, turn: int, acknowledged: dict[str, str]) -> None:
    begun = len(acknowledged)

    def write(writer: int) -> None:
        number = 0
        while True:
            name = f"{turn}-{writer}-{number}"
            body = {"messages": [{"attributes": {"n": name}, "orderingKey": f"key-{writer}"}]}
            try:
                _, answer = server.rest("POST", f"/v1/{topic}:publish", body)
            except (OSError, ValueError):
                return
            except Exception as error:
                if "RemoteDisconnected" in type(error).__name__ or "IncompleteRead" in type(error).__name__:
                    return
                raise
            acknowledged[answer["messageIds"][0]] = name
            number += 1

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for one in writers:
        one.start()
    eventually(lambda: len(acknowledged) > begun + 60)
    server.kill()
    for one in writers:
        one.join(timeout=10)
        assert not one.is_alive()


def test_acks_failures_and_subscriptions_survive(lonely: PubsubServer) -> None:
    names = Workspace(lonely)
    dead = names.make_topic("dead")
    sub = names.make_subscription(dead_letter_policy={"dead_letter_topic": dead, "max_delivery_attempts": 9})
    names.publish(1, 2, 3)
    received = names.pull(sub)
    names.ack(sub, received[:1])
    names.deadline(sub, received[1:2], 0)
    for _ in range(2):
        names.deadline(sub, names.pull(sub, 1), 0)
    lonely.kill()
    names.close()
    lonely.start()
    again = Workspace(lonely)
    got = {one.message.attributes["n"]: one.delivery_attempt for one in again.pull(sub)}
    assert got == {"2": 4, "3": 1}
    assert again.subscriber.get_subscription(subscription=sub).dead_letter_policy.max_delivery_attempts == 9
    again.close()


def test_a_push_in_flight_is_delivered_again_and_a_back_off_goes_on(lonely: PubsubServer, receiver: Receiver) -> None:
    names = Workspace(lonely)
    gate = threading.Event()
    receiver.answer = lambda push: 503 if push.data == "sick" and len(receiver.pushes) < 3 else 204 * gate.wait(30)
    policy = {"minimum_backoff": {"seconds": 300}, "maximum_backoff": {"seconds": 600}}
    push = {"push_endpoint": receiver.url()}
    sub = names.make_subscription(push_config=push, retry_policy=policy)
    names.publish("sick")
    eventually(lambda: lonely.stats(sub)["waiting_retry"] == 1)
    failed = time.monotonic()
    names.publish("slow")
    eventually(lambda: len(receiver.pushes) == 2)
    lonely.kill()
    names.close()
    gate.set()
    lonely.start()
    eventually(lambda: lonely.stats(sub)["backlog"] == 0)
    assert receiver.numbers() == ["sick", "slow", "slow", "sick"]
    assert receiver.pushes[3].at - failed >= 2.5


def test_a_graceful_stop_keeps_everything_and_is_quick(lonely: PubsubServer) -> None:
    names = Workspace(lonely)
    sub = names.make_subscription()
    names.publish(1)
    ended = threading.Event()

    def requests() -> Iterator[dict[str, Any]]:
        yield {"subscription": sub, "stream_ack_deadline_seconds": 10}
        ended.wait(timeout=30)

    stream = names.subscriber.streaming_pull(requests=requests())
    assert [one.message.attributes["n"] for one in next(stream).received_messages] == ["1"]
    eventually(lambda: lonely.stats(sub)["outstanding"] == 1)
    begun = time.monotonic()
    assert lonely.stop() == 0
    assert time.monotonic() - begun < 20  # the stream stays open for 30 s
    with pytest.raises(exceptions.GoogleAPICallError):
        next(stream)
    ended.set()
    lonely.start()
    assert lonely.stats(sub)["backlog"] == 1
    names.close()


def test_a_backlog_of_many_messages_stays_small_in_memory(lonely: PubsubServer) -> None:
    names = Workspace(lonely)
    names.make_subscription("ordered", enable_message_ordering=True)
    sub = names.make_subscription("plain")
    for number in range(20):
        messages = [{"data": "eA==" * 500, "orderingKey": f"k{n % 97}"} for n in range(1000)]
        assert lonely.rest("POST", f"/v1/{names.topic}:publish", {"messages": messages})[0] == 200, number
    assert lonely.stats(sub)["backlog"] == 20_000
    assert lonely.resident_mib() <= 120
    names.close()
