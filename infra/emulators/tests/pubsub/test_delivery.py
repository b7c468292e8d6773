from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Any

import pytest
from google.api_core import exceptions

from infra.emulators.testing.pubsub_workspace import PROJECT, Workspace
from infra.emulators.testing.push_receiver import Receiver
from infra.emulators.testing.waiting import eventually

QUICK = {"minimum_backoff": {"seconds": 0}, "maximum_backoff": {"seconds": 0}}


class Stream:
    def __init__(self, names: Workspace, sub: str, **first: Any) -> None:
        self._requests: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self.came: list[Any] = []
        self.responses: list[Any] = []
        self.error: Exception | None = None
        self._requests.put({"subscription": sub, "stream_ack_deadline_seconds": 60, **first})
        self._responses = names.subscriber.streaming_pull(requests=self._sent())
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _sent(self) -> Iterator[dict[str, Any]]:
        while (request := self._requests.get()) is not None:
            yield request

    def _read(self) -> None:
        try:
            for response in self._responses:
                self.responses.append(response)
                self.came += response.received_messages
        except exceptions.GoogleAPICallError as error:
            self.error = error

    def send(self, **request: Any) -> None:
        self._requests.put(request)

    def ack(self, count: int) -> None:
        self.send(ack_ids=[one.ack_id for one in self.came[:count]])

    def numbers(self) -> list[str]:
        return [one.message.attributes["n"] for one in self.came]

    def close(self) -> None:
        self._requests.put(None)
        self._reader.join(timeout=10)


@pytest.fixture
def streams() -> Iterator[Callable[..., Stream]]:
    opened: list[Stream] = []

    def make(*arguments: Any, **first: Any) -> Stream:
        opened.append(Stream(*arguments, **first))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("exactly_once", [False, True])
def test_a_streams_first_response_has_messages_and_what_the_subscription_is(
    ps: Workspace, streams: Callable[..., Stream], *, ordered: bool, exactly_once: bool
) -> None:
    sub = ps.make_subscription(enable_message_ordering=ordered, enable_exactly_once_delivery=exactly_once)
    stream = streams(ps, sub)
    ps.publish(1)
    eventually(lambda: stream.numbers() == ["1"])
    first = stream.responses[0]
    assert len(first.received_messages) == 1
    properties = first.subscription_properties
    assert (properties.message_ordering_enabled, properties.exactly_once_delivery_enabled) == (ordered, exactly_once)


@pytest.mark.parametrize("most", [1, 3, 10])
def test_a_stream_gives_no_more_messages_than_may_be_outstanding(
    ps: Workspace, streams: Callable[..., Stream], most: int
) -> None:
    sub = ps.make_subscription()
    ps.publish(*range(20))
    stream = streams(ps, sub, max_outstanding_messages=most)
    eventually(lambda: len(stream.came) == most)
    assert ps.pull_numbers(sub)[: 20 - most] == [str(number) for number in range(most, 20)]
    ps.publish("new")
    stream.ack(1)
    eventually(lambda: len(stream.came) == most + 1)
    assert stream.numbers() == [*(str(number) for number in range(most)), "new"]


def test_a_stream_gives_no_more_bytes_than_may_be_outstanding(ps: Workspace, streams: Callable[..., Stream]) -> None:
    sub = ps.make_subscription()
    ps.publish("first")
    stream = streams(ps, sub, max_outstanding_bytes=10)
    eventually(lambda: stream.numbers() == ["first"])
    ps.publish("second")
    assert ps.pull_numbers(sub) == ["second"]
    ps.publish("third")
    stream.ack(1)
    eventually(lambda: stream.numbers() == ["first", "third"])


@pytest.mark.parametrize("seconds", [0, 9, 601])
def test_a_streams_deadline_has_limits(ps: Workspace, streams: Callable[..., Stream], seconds: int) -> None:
    stream = streams(ps, ps.make_subscription(), stream_ack_deadline_seconds=seconds)
    eventually(lambda: stream.error)
    assert isinstance(stream.error, exceptions.InvalidArgument)


@pytest.mark.parametrize(
    "second",
    [
        {"subscription": f"projects/{PROJECT}/subscriptions/other"},
        {"modify_deadline_ack_ids": ["a"], "modify_deadline_seconds": []},
        {"ack_ids": ["nonsense"]},
    ],
)
def test_a_request_that_makes_no_sense_breaks_the_stream(
    ps: Workspace, streams: Callable[..., Stream], second: dict[str, Any]
) -> None:
    stream = streams(ps, ps.make_subscription())
    stream.send(**second)
    eventually(lambda: stream.error)
    assert isinstance(stream.error, exceptions.InvalidArgument)


def test_a_stream_of_an_unknown_subscription(ps: Workspace, streams: Callable[..., Stream]) -> None:
    stream = streams(ps, ps.name("subscriptions", "none"))
    eventually(lambda: stream.error)
    assert isinstance(stream.error, exceptions.NotFound)


def test_a_key_under_nacks_in_a_stream(ps: Workspace, streams: Callable[..., Stream]) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    ps.publish(1, 2, 3, key="k")
    stream = streams(ps, sub)
    eventually(lambda: stream.numbers() == ["1", "2", "3"])
    stream.send(ack_ids=[stream.came[0].ack_id])
    stream.send(modify_deadline_ack_ids=[stream.came[1].ack_id], modify_deadline_seconds=[0])
    eventually(lambda: len(stream.came) >= 5)
    assert stream.numbers() == ["1", "2", "3", "2", "3"]


@pytest.mark.parametrize("failing", [0, 1, 4])
@pytest.mark.parametrize("times", [1, 3])
def test_a_key_under_nacks_by_pull(ps: Workspace, failing: int, times: int) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    ps.publish(*range(5), key="k")
    received = ps.pull(sub)
    for _ in range(times):
        position = [one.message.attributes["n"] for one in received].index(str(failing))
        if position:
            ps.ack(sub, received[:position])
        ps.deadline(sub, received[position : position + 1], 0)
        received = ps.pull(sub)
        assert [one.message.attributes["n"] for one in received] == [str(number) for number in range(failing, 5)]
    ps.ack(sub, received)
    assert ps.pull(sub, wait=False) == []


@pytest.mark.parametrize("failing", [0, 2, 4])
@pytest.mark.parametrize("times", [1, 4])
def test_a_key_under_nacks_by_push(ps: Workspace, receiver: Receiver, failing: int, times: int) -> None:
    def answer(push: Any) -> int:
        return 503 if push.data == str(failing) and receiver.numbers().count(push.data) <= times else 204

    receiver.answer = answer
    push = {"push_endpoint": receiver.url()}
    ps.make_subscription(push_config=push, enable_message_ordering=True, retry_policy=QUICK)
    ps.publish(*range(5), key="k")
    eventually(lambda: len(receiver.pushes) == 5 + times)
    wanted = [str(number) for number in range(5) for _ in range(1 + times * (number == failing))]
    assert receiver.numbers() == wanted


def test_one_key_that_fails_does_not_stop_another(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    ps.publish("a1", "a2", key="a")
    ps.publish("b1", "b2", key="b")
    received = ps.pull(sub)
    ps.deadline(sub, [one for one in received if one.message.attributes["n"] == "a1"], 0)
    ps.ack(sub, [one for one in received if one.message.ordering_key == "b"])
    assert ps.pull_numbers(sub) == ["a1", "a2"]


def test_without_ordering_a_key_orders_nothing(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(1, 2, 3, key="k")
    out = ps.pull(sub, 1)
    assert ps.pull_numbers(sub) == ["2", "3"]
    ps.ack(sub, out)


def test_exactly_once_tells_each_id_from_the_others(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_exactly_once_delivery=True)
    ps.publish(1, 2)
    received = ps.pull(sub)
    ps.deadline(sub, received[:1], 0)
    with pytest.raises(exceptions.InvalidArgument) as refusal:
        ps.ack(sub, received)
    assert refusal.value.metadata == {received[0].ack_id: "PERMANENT_FAILURE_INVALID_ACK_ID"}
    again = ps.pull(sub)
    assert [one.message.attributes["n"] for one in again] == ["1"]
    ps.ack(sub, again)
    with pytest.raises(exceptions.InvalidArgument):
        ps.ack(sub, again)
    with pytest.raises(exceptions.InvalidArgument):
        ps.deadline(sub, again, 60)


def test_without_exactly_once_a_late_ack_is_ignored(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(1)
    late = ps.pull(sub)
    ps.deadline(sub, late, 0)
    ps.ack(sub, late)
    assert ps.pull_numbers(sub) == ["1"]


@pytest.mark.parametrize(("back", "wanted"), [(3600, ["1", "2", "3"]), (-3600, [])])
def test_seeking_far_back_and_far_ahead(ps: Workspace, back: int, wanted: list[str]) -> None:
    sub = ps.make_subscription(retain_acked_messages=True)
    ps.publish(1, 2)
    assert ps.pull_numbers(sub) == ["1", "2"]
    ps.publish(3)
    ps.subscriber.seek(request={"subscription": sub, "time": datetime.now(UTC) - timedelta(seconds=back)})
    assert ps.pull_numbers(sub, wait=bool(wanted)) == wanted


def test_seeking_back_without_retention_brings_nothing_acknowledged(ps: Workspace) -> None:
    sub = ps.make_subscription()
    begun = datetime.now(UTC) - timedelta(seconds=5)
    ps.publish(1, 2)
    ps.ack(sub, ps.pull(sub, 1))
    ps.subscriber.seek(request={"subscription": sub, "time": begun})
    assert ps.pull_numbers(sub) == ["2"]


def test_seeking_takes_back_what_is_out(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(1)
    out = ps.pull(sub)
    ps.subscriber.seek(request={"subscription": sub, "time": datetime.now(UTC) + timedelta(hours=1)})
    ps.deadline(sub, out, 0)
    assert ps.pull(sub, wait=False) == []


def test_seeking_keeps_the_order_of_a_key(ps: Workspace) -> None:
    sub = ps.make_subscription(retain_acked_messages=True, enable_message_ordering=True)
    begun = datetime.now(UTC) - timedelta(seconds=5)
    ps.publish(1, 2, 3, key="k")
    assert ps.pull_numbers(sub) == ["1", "2", "3"]
    ps.publish(4, key="k")
    ps.subscriber.seek(request={"subscription": sub, "time": begun})
    assert ps.pull_numbers(sub) == ["1", "2", "3", "4"]


def test_a_snapshot_of_another_subscription_of_the_topic_may_be_used(ps: Workspace) -> None:
    sub, other = ps.make_subscription(), ps.make_subscription("other")
    ps.publish(1, 2)
    assert ps.pull_numbers(other) == ["1", "2"]
    name = ps.name("snapshots", "snap")
    ps.subscriber.create_snapshot(request={"name": name, "subscription": sub})
    ps.subscriber.seek(request={"subscription": other, "snapshot": name})
    assert ps.pull_numbers(other) == ["1", "2"]


def test_a_snapshot_of_another_topic_may_not(ps: Workspace) -> None:
    elsewhere = ps.make_subscription("elsewhere", ps.make_topic("elsewhere"))
    name = ps.name("snapshots", "snap")
    ps.subscriber.create_snapshot(request={"name": name, "subscription": elsewhere})
    with pytest.raises(exceptions.FailedPrecondition):
        ps.subscriber.seek(request={"subscription": ps.make_subscription(), "snapshot": name})


@pytest.mark.parametrize("call", ["pull", "seek", "snapshot", "stream"])
def test_a_detached_subscription_refuses(ps: Workspace, streams: Callable[..., Stream], call: str) -> None:
    sub = ps.make_subscription()
    ps.publisher.detach_subscription(request={"subscription": sub})
    calls: dict[str, Callable[[], Any]] = {
        "pull": lambda: ps.pull(sub),
        "seek": lambda: ps.subscriber.seek(request={"subscription": sub, "time": datetime.now(UTC)}),
        "snapshot": lambda: ps.subscriber.create_snapshot(name=ps.name("snapshots", "snap"), subscription=sub),
    }
    if call == "stream":
        stream = streams(ps, sub)
        eventually(lambda: stream.error)
        assert isinstance(stream.error, exceptions.FailedPrecondition)
        return
    with pytest.raises(exceptions.FailedPrecondition):
        calls[call]()


@pytest.mark.parametrize(
    "status", [203, 205, 206, 226, 300, 304, 307, 308, 402, 408, 409, 410, 418, 451, 501, 502, 504]
)
def test_no_other_status_acknowledges(ps: Workspace, receiver: Receiver, status: int) -> None:
    receiver.answer = lambda _push: status if len(receiver.pushes) == 1 else 204
    ps.make_subscription(push_config={"push_endpoint": receiver.url()}, retry_policy=QUICK)
    ps.publish(1)
    eventually(lambda: receiver.numbers() == ["1", "1"])


def test_pulling_from_a_push_subscription_is_refused(ps: Workspace, receiver: Receiver) -> None:
    sub = ps.make_subscription(push_config={"push_endpoint": receiver.url()})
    with pytest.raises(exceptions.FailedPrecondition):
        ps.pull(sub)


MISSING: list[tuple[str, str, Any]] = [
    ("GET", "topics/none-such", None),
    ("DELETE", "topics/none-such", None),
    ("GET", "topics/none-such/subscriptions", None),
    ("POST", "topics/none-such:publish", {"messages": [{"data": "eA=="}]}),
    ("GET", "subscriptions/none-such", None),
    ("DELETE", "subscriptions/none-such", None),
    ("POST", "subscriptions/none-such:pull", {"maxMessages": 1}),
    ("POST", "subscriptions/none-such:acknowledge", {"ackIds": ["x"]}),
    ("POST", "subscriptions/none-such:modifyAckDeadline", {"ackIds": ["x"], "ackDeadlineSeconds": 10}),
    ("POST", "subscriptions/none-such:modifyPushConfig", {"pushConfig": {}}),
    ("POST", "subscriptions/none-such:seek", {"time": "2026-01-01T00:00:00Z"}),
    ("PUT", "subscriptions/lonely", {"topic": f"projects/{PROJECT}/topics/none-such"}),
    ("PUT", "snapshots/lonely", {"subscription": f"projects/{PROJECT}/subscriptions/none-such"}),
    ("DELETE", "snapshots/none-such", None),
]


@pytest.mark.parametrize(("method", "path", "body"), MISSING, ids=[f"{method} {path}" for method, path, _ in MISSING])
def test_what_is_not_there_is_not_found_by_rest(ps: Workspace, method: str, path: str, body: Any) -> None:
    status, answer = ps.server.rest(method, f"/v1/projects/{PROJECT}/{path}", body)
    assert (status, answer["error"]["code"], answer["error"]["status"]) == (404, 404, "NOT_FOUND")
    if ps.server.has_admin():
        assert "none-such" in answer["error"]["message"]


WRONG: list[tuple[str, Any]] = [
    ("SUB:pull", {"maxMessages": 0}),
    ("SUB:pull", {"maxMessages": "many"}),
    ("SUB:acknowledge", {}),
    ("SUB:acknowledge", {"ackIds": ["nonsense"]}),
    ("SUB:modifyAckDeadline", {"ackIds": ["x"], "ackDeadlineSeconds": 601}),
    ("SUB:seek", {}),
    ("SUB:seek", {"time": "yesterday"}),
    ("TOPIC:publish", {}),
    ("TOPIC:publish", {"messages": [{"data": "not base64!"}]}),
    ("TOPIC:publish", {"messages": [{"attributes": {"a": 5}}]}),
    ("TOPIC:publish", {"messages": "x"}),
]


@pytest.mark.parametrize(("path", "body"), WRONG, ids=[f"{path} {body}" for path, body in WRONG])
def test_what_is_wrong_is_an_invalid_argument_by_rest(ps: Workspace, path: str, body: Any) -> None:
    path = path.replace("SUB", ps.make_subscription()).replace("TOPIC", ps.topic)
    status, answer = ps.server.rest("POST", f"/v1/{path}", body)
    assert (status, answer["error"]["code"], answer["error"]["status"]) == (400, 400, "INVALID_ARGUMENT")


def test_both_doors_show_the_same_subscription(ps: Workspace) -> None:
    name = ps.name("subscriptions", "both")
    body = {
        "topic": ps.topic,
        "ackDeadlineSeconds": 33,
        "messageRetentionDuration": "1200s",
        "labels": {"a": "b"},
        "enableMessageOrdering": True,
        "filter": "attributes:a",
        "retryPolicy": {"minimumBackoff": "1.500s", "maximumBackoff": "3s"},
        "deadLetterPolicy": {"deadLetterTopic": ps.topic, "maxDeliveryAttempts": 7},
        "expirationPolicy": {"ttl": "86400s"},
        "pushConfig": {"pushEndpoint": "http://127.0.0.1:9/x", "attributes": {"x-goog-version": "v1"}},
    }
    status, shown = ps.server.rest("PUT", f"/v1/{name}", body)
    assert status == 200
    assert shown.items() >= body.items()
    by_grpc = ps.subscriber.get_subscription(subscription=name)
    assert by_grpc.retry_policy.minimum_backoff == timedelta(seconds=1.5)
    assert (by_grpc.ack_deadline_seconds, by_grpc.filter, dict(by_grpc.labels)) == (33, "attributes:a", {"a": "b"})
