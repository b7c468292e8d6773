from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.api_core import exceptions
from google.pubsub_v1 import PublisherClient

from infra.emulators.testing.pubsub_server import PubsubServer
from infra.emulators.testing.pubsub_workspace import Workspace
from infra.emulators.testing.push_receiver import Receiver
from infra.emulators.testing.waiting import eventually


def fault(ps: Workspace, **fields: Any) -> None:
    ps.server.admin("POST", "/faults", fields)


def publish_by_grpc(ps: Workspace, number: object, timeout: float = 10) -> list[str]:
    request = {"topic": ps.topic, "messages": [{"attributes": {"n": str(number)}}]}
    return list(PublisherClient.publish(ps.publisher, request=request, retry=None, timeout=timeout).message_ids)


def test_held_publishes_store_nothing_until_released(ps: Workspace) -> None:
    sub = ps.make_subscription()
    other = ps.make_topic("other")
    fault(ps, rpc="Publish", topic=ps.topic.rsplit("/", 1)[-1], hold=True)
    with ThreadPoolExecutor() as pool:
        calls = [pool.submit(ps.publish, 1), pool.submit(publish_by_grpc, ps, 2)]
        eventually(lambda: ps.server.admin("GET", "/faults")["held"] == 2)
        assert len(ps.publish(3, topic=other)) == 1
        assert ps.server.stats(sub)["backlog"] == 0
        assert not any(one.done() for one in calls)
        ps.server.admin("DELETE", "/faults")
        ids = [one.result(timeout=10)[0] for one in calls]
    assert sorted(one.message.message_id for one in ps.pull(sub)) == sorted(ids)


def test_a_held_publish_whose_client_is_gone_is_never_stored(ps: Workspace) -> None:
    sub = ps.make_subscription()
    fault(ps, rpc="Publish", topic=ps.topic, hold=True)
    with pytest.raises(exceptions.DeadlineExceeded):
        publish_by_grpc(ps, 1, timeout=0.2)
    connection = http.client.HTTPConnection("127.0.0.1", ps.server.port, timeout=10)
    body = json.dumps({"messages": [{"attributes": {"n": "2"}}]})
    connection.request("POST", f"/v1/{ps.topic}:publish", body, {"Content-Type": "application/json"})
    eventually(lambda: ps.server.admin("GET", "/faults")["held"] >= 1)
    connection.close()
    eventually(lambda: ps.server.admin("GET", "/faults")["held"] == 0)
    ps.server.admin("DELETE", "/faults")
    ps.publish(3)
    assert ps.pull_numbers(sub) == ["3"]


def test_errors_come_as_often_as_asked_for(ps: Workspace) -> None:
    sub = ps.make_subscription()
    fault(ps, rpc="Publish", topic=ps.topic, error="UNAVAILABLE", count=2)
    with pytest.raises(exceptions.ServiceUnavailable):
        publish_by_grpc(ps, 1)
    status, answer = ps.server.rest("POST", f"/v1/{ps.topic}:publish", {"messages": [{"data": "eA=="}]})
    assert (status, answer["error"]["status"]) == (503, "UNAVAILABLE")
    ps.publish(3)
    assert ps.pull_numbers(sub) == ["3"]


def test_the_official_client_survives_a_passing_error(ps: Workspace) -> None:
    sub = ps.make_subscription()
    fault(ps, rpc="Publish", topic=ps.topic, error="UNAVAILABLE", count=3)
    ps.publisher.publish(ps.topic, b"", n="1").result(timeout=10)
    assert ps.pull_numbers(sub) == ["1"]


def test_a_running_stream_is_cut(ps: Workspace) -> None:
    sub = ps.make_subscription(ack_deadline_seconds=10)
    seen: set[str] = set()

    def take(message: Any) -> None:
        seen.add(message.attributes["n"])
        message.ack()

    stream = ps.subscriber.subscribe(sub, take)
    ps.publish(1)
    eventually(lambda: seen == {"1"})
    fault(ps, rpc="StreamingPull", subscription=sub, error="UNAVAILABLE", responses=True, count=1)
    ps.publish(2)
    eventually(lambda: ps.server.admin("GET", "/faults")["calls"][0]["left"] == 0)
    ps.publish(3)
    eventually(lambda: "3" in seen)
    ps.server.admin("POST", "/time", {"advance": 60})
    eventually(lambda: seen == {"1", "2", "3"})
    stream.cancel()
    stream.result(timeout=10)


def test_other_calls_can_fail_or_be_slow(ps: Workspace) -> None:
    sub = ps.make_subscription()
    fault(ps, rpc="Acknowledge", subscription=sub, error="INTERNAL", count=1)
    fault(ps, rpc="GetTopic", delay=0.2, count=1)
    ps.publish(1)
    received = ps.pull(sub)
    status, _ = ps.server.rest("POST", f"/v1/{sub}:acknowledge", {"ackIds": [received[0].ack_id]})
    assert status == 500
    assert ps.server.stats(sub)["backlog"] == 1
    ps.ack(sub, received)
    assert ps.publisher.get_topic(topic=ps.topic).name == ps.topic


def test_duplicates_come_after_their_first_acknowledgement(ps: Workspace, receiver: Receiver) -> None:
    sub = ps.make_subscription(push_config={"push_endpoint": receiver.url()}, enable_message_ordering=True)
    fault(ps, subscription=sub.rsplit("/", 1)[-1], duplicate=2)
    ps.publish(1, 2, 3, key="k")
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    assert receiver.numbers() == ["1", "1", "2", "2", "3"]


def test_duplicates_reach_pulling_subscribers_too(ps: Workspace) -> None:
    sub = ps.make_subscription()
    fault(ps, subscription=sub, duplicate=1)
    ps.publish(1, 2)
    assert ps.pull_numbers(sub) == ["1", "2"]
    assert ps.pull_numbers(sub) == ["1"]
    assert ps.server.stats(sub)["backlog"] == 0


def test_a_duplicate_takes_the_later_ones_of_its_key_with_it(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    fault(ps, subscription=sub, duplicate=1)
    ps.publish(1, 2, 3, key="k")
    assert ps.pull_numbers(sub) == ["1", "2", "3"]
    assert ps.pull_numbers(sub) == ["1", "2", "3"]
    assert ps.server.stats(sub)["backlog"] == 0


def test_a_lost_acknowledgement_of_a_push_is_a_nack(ps: Workspace, receiver: Receiver) -> None:
    dead = ps.make_topic("dead")
    sub = ps.make_subscription(
        push_config={"push_endpoint": receiver.url()},
        dead_letter_policy={"dead_letter_topic": dead, "max_delivery_attempts": 5},
    )
    fault(ps, subscription=sub, drop_ack=2)
    ps.publish(1)
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    assert [push.body["deliveryAttempt"] for push in receiver.pushes] == [1, 2, 3]


def test_a_lost_acknowledgement_of_a_pull_ends_with_the_deadline(ps: Workspace) -> None:
    sub = ps.make_subscription()
    fault(ps, subscription=sub, drop_ack=1)
    ps.publish(1)
    received = ps.pull(sub)
    ps.ack(sub, received)
    assert ps.server.stats(sub)["outstanding"] == 1
    ps.deadline(sub, received, 1)
    assert ps.pull_numbers(sub) == ["1"]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"rpc": "Publish"},
        {"rpc": "Publish", "error": "NO_SUCH_CODE"},
        {"rpc": "Publish", "hold": True, "kount": 1},
        {"rpc": "Publish", "error": "ABORTED", "count": 0},
        {"duplicate": 1},
        {"subscription": "s", "duplicate": True},
    ],
)
def test_a_fault_that_is_not_understood_is_refused(ps: Workspace, body: Any) -> None:
    before = ps.server.admin("GET", "/faults")
    assert "error" in ps.server.admin("POST", "/faults", body)
    assert ps.server.admin("GET", "/faults") == before


def test_a_reset_forgets_messages_and_if_not_told_otherwise_resources(lonely: PubsubServer) -> None:
    names = Workspace(lonely)
    sub = names.make_subscription()
    first = names.publish(1)
    lonely.admin("POST", "/reset?keep=resources")
    assert lonely.stats(sub)["backlog"] == 0
    assert int(names.publish(2)[0]) > int(first[0])
    assert names.pull_numbers(sub) == ["2"]
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(names.pull, sub)
        lonely.admin("POST", "/reset")
        assert isinstance(waiting.exception(timeout=10), exceptions.NotFound)
    assert lonely.admin("GET", "/stats") == {"published": 0, "subscriptions": {}}
    assert lonely.rest("GET", f"/v1/{sub}")[0] == 404
    names.close()
