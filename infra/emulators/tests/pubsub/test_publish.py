from __future__ import annotations

import base64
import http.client
import json
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.pubsub_v1 import PublisherClient

from infra.emulators.testing.pubsub_server import PubsubServer
from infra.emulators.testing.pubsub_workspace import PROJECT, Workspace
from infra.emulators.testing.waiting import eventually


def test_a_message_published_by_grpc_arrives_whole(ps: Workspace) -> None:
    sub = ps.make_subscription()
    before = datetime.now(UTC)
    data = bytes(range(256))
    future = ps.publisher.publish(ps.topic, data, ordering_key="khóa", origin="thử nghiệm")
    message_id = future.result(timeout=10)
    (received,) = ps.pull(sub)
    message = received.message
    assert (message.data, dict(message.attributes), message.ordering_key) == (data, {"origin": "thử nghiệm"}, "khóa")
    assert message.message_id == message_id
    assert before - timedelta(seconds=1) <= message.publish_time <= datetime.now(UTC) + timedelta(seconds=1)
    assert received.delivery_attempt == 0


def test_rest_and_grpc_share_port_order_and_ids(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ids = [*ps.publish(0, 1), ps.publisher.publish(ps.topic, b"", n="2").result(timeout=10), *ps.publish(3)]
    received = ps.pull(sub)
    assert [one.message.message_id for one in received] == ids
    assert [one.message.attributes["n"] for one in received] == ["0", "1", "2", "3"]
    assert ids == sorted(ids, key=int)


def test_rest_keeps_a_connection_and_is_quick(ps: Workspace) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", ps.server.port, timeout=10)
    body = json.dumps({"messages": [{"data": "eA==", "orderingKey": "k"}]})
    took = []
    connection.connect()
    socket = connection.sock
    for _ in range(100):
        begun = time.perf_counter()
        connection.request("POST", f"/v1/{ps.topic}:publish", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert len(json.loads(response.read())["messageIds"]) == 1
        took.append(time.perf_counter() - begun)
        assert connection.sock is socket
    connection.close()
    assert min(took) < 0.03  # a delayed acknowledgement would hold up every publish by 0.04 s


def test_the_first_bytes_may_come_one_by_one(ps: Workspace) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", ps.server.port, timeout=10)
    connection.connect()
    for byte in f"GET /v1/{ps.topic} HTTP/1.1\r\nHost: x\r\n\r\n".encode():
        connection.sock.send(bytes([byte]))
    assert json.loads(connection.sock.recv(65536).split(b"\r\n\r\n")[1])["name"] == ps.topic
    connection.close()


@pytest.mark.parametrize(
    "mask", ["ackDeadlineSeconds", "ack_deadline_seconds", "labels,ack_deadline_seconds", "labels,ackDeadlineSeconds"]
)
def test_a_mask_by_rest_takes_both_spellings(ps: Workspace, mask: str) -> None:
    sub = ps.make_subscription(labels={"a": "b"})
    change = {"subscription": {"ackDeadlineSeconds": 99, "labels": {"a": "b"}}, "updateMask": mask}
    status, body = ps.server.rest("PATCH", f"/v1/{sub}", change)
    assert (status, body["ackDeadlineSeconds"], body["labels"]) == (200, 99, {"a": "b"})


def test_a_subscription_by_pull_shows_an_empty_push_config(ps: Workspace) -> None:
    sub = ps.make_subscription()
    assert ps.server.rest("GET", f"/v1/{sub}")[1]["pushConfig"] == {}
    assert "push_config" in ps.subscriber.get_subscription(subscription=sub)


def test_its_address_answers(ps: Workspace) -> None:
    with urllib.request.urlopen(f"http://{ps.server.host}/", timeout=10) as response:
        assert response.read().strip() == b"Ok"


def test_rest_makes_shows_lists_changes_and_removes(ps: Workspace) -> None:
    rest = ps.server.rest
    topic, sub = ps.name("topics", "rest"), ps.name("subscriptions", "rest")
    assert rest("PUT", f"/v1/{topic}", {"labels": {"a": "b"}}) == (
        200,
        {"name": topic, "labels": {"a": "b"}, "state": "ACTIVE"},
    )
    status, body = rest("PUT", f"/v1/{sub}", {"topic": topic, "retryPolicy": {"minimumBackoff": "1s"}})
    assert (status, body["ackDeadlineSeconds"], body["messageRetentionDuration"]) == (200, 10, "604800s")
    assert body["retryPolicy"] == {"minimumBackoff": "1s", "maximumBackoff": "600s"}
    assert rest("GET", f"/v1/{sub}") == (200, body)
    assert topic in [one["name"] for one in rest("GET", f"/v1/projects/{PROJECT}/topics")[1]["topics"]]
    assert rest("GET", f"/v1/{topic}/subscriptions") == (200, {"subscriptions": [sub]})
    change = {"subscription": {"ackDeadlineSeconds": 99}, "updateMask": "ackDeadlineSeconds"}
    assert rest("PATCH", f"/v1/{sub}", change)[1]["ackDeadlineSeconds"] == 99
    push = {"pushConfig": {"pushEndpoint": "http://127.0.0.1:9/x"}}
    assert rest("POST", f"/v1/{sub}:modifyPushConfig", push) == (200, {})
    assert rest("GET", f"/v1/{sub}")[1]["pushConfig"] == push["pushConfig"]
    assert rest("DELETE", f"/v1/{topic}") == (200, {})
    assert rest("GET", f"/v1/{sub}")[1]["topic"] == "_deleted-topic_"
    assert rest("DELETE", f"/v1/{sub}") == (200, {})
    assert rest("GET", f"/v1/{sub}")[0] == 404


def test_rest_pulls_and_acknowledges(ps: Workspace) -> None:
    sub = ps.make_subscription()
    ps.publish(7, key="k")
    status, body = ps.server.rest("POST", f"/v1/{sub}:pull", {"maxMessages": 5})
    (received,) = body["receivedMessages"]
    assert (status, received["message"]["attributes"], received["message"]["orderingKey"]) == (200, {"n": "7"}, "k")
    assert datetime.fromisoformat(received["message"]["publishTime"]).tzinfo is not None
    assert ps.server.rest("POST", f"/v1/{sub}:acknowledge", {"ackIds": [received["ackId"]]}) == (200, {})
    assert ps.server.stats(sub)["backlog"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "word"),
    [
        ("POST", "topics/none-such:publish", {"messages": [{"data": "eA=="}]}, 404, "NOT_FOUND"),
        ("GET", "subscriptions/none-such", None, 404, "NOT_FOUND"),
        ("POST", "TOPIC:publish", {"messages": []}, 400, "INVALID_ARGUMENT"),
        ("POST", "TOPIC:publish", {"messages": [{}]}, 400, "INVALID_ARGUMENT"),
        ("POST", "TOPIC:publish", {"messages": [{"data": 5}]}, 400, "INVALID_ARGUMENT"),
        ("POST", "TOPIC:publish", {"nachrichten": []}, 400, "INVALID_ARGUMENT"),
        ("POST", "TOPIC:publish", b"{", 400, "INVALID_ARGUMENT"),
        ("POST", "TOPIC:publish", [], 400, "INVALID_ARGUMENT"),
        ("PUT", "TOPIC", {}, 409, "ALREADY_EXISTS"),
        ("PUT", "topics/x", {}, 400, "INVALID_ARGUMENT"),
        ("PUT", "subscriptions/lonely", {"topic": "projects/p/topics/none-such"}, 404, "NOT_FOUND"),
        ("PUT", "topics/with-schema", {"schemaSettings": {"schema": "x"}}, 501, "UNIMPLEMENTED"),
        ("GET", "nothing/here", None, 404, "NOT_FOUND"),
        ("GET", "TOPIC:getIamPolicy", None, 501, "UNIMPLEMENTED"),
        ("POST", "TOPIC:testIamPermissions", {"permissions": []}, 501, "UNIMPLEMENTED"),
        ("GET", "schemas", None, 501, "UNIMPLEMENTED"),
    ],
)
def test_rest_errors_have_googles_shape(
    ps: Workspace, method: str, path: str, body: Any, status: int, word: str
) -> None:
    target = path.replace("TOPIC", ps.topic.removeprefix(f"projects/{PROJECT}/"))
    answered, answer = ps.server.rest(method, f"/v1/projects/{PROJECT}/{target}", body)
    assert answered == status
    assert (answer["error"]["code"], answer["error"]["status"]) == (status, word)
    assert answer["error"]["message"]


@pytest.mark.parametrize(
    "message",
    [
        {"ordering_key": "k"},
        {"data": b"x", "ordering_key": "k" * 1025},
        {"data": b"x", "attributes": {f"a{n}": "" for n in range(101)}},
        {"data": b"x", "attributes": {"k" * 257: ""}},
        {"data": b"x", "attributes": {"k": "v" * 1025}},
        {"data": b"x", "attributes": {"googclient": "v"}},
        {"data": b"x" * 10_000_001},
    ],
    ids=["empty", "ordering key", "attributes", "attribute key", "attribute value", "reserved", "request"],
)
def test_a_message_over_a_limit_is_refused(ps: Workspace, message: dict[str, Any]) -> None:
    sub = ps.make_subscription()
    request = {"topic": ps.topic, "messages": [{"data": b"good"}, message]}
    with pytest.raises(exceptions.InvalidArgument):
        PublisherClient.publish(ps.publisher, request=request, retry=None)
    assert ps.server.stats(sub)["backlog"] == 0


def test_a_message_of_nearly_ten_million_bytes_goes_through_both_doors(ps: Workspace) -> None:
    sub = ps.make_subscription()
    data = b"\x00" * 9_990_000
    ps.publisher.publish(ps.topic, data).result(timeout=20)
    body = {"messages": [{"data": base64.b64encode(data).decode()}]}
    assert ps.server.rest("POST", f"/v1/{ps.topic}:publish", body)[0] == 200
    for _ in range(2):
        (received,) = ps.server.rest("POST", f"/v1/{sub}:pull", {"maxMessages": 10})[1]["receivedMessages"]
        assert base64.b64decode(received["message"]["data"]) == data
        ps.server.rest("POST", f"/v1/{sub}:acknowledge", {"ackIds": [received["ackId"]]})


def test_what_one_pull_returns_fits_into_a_clients_response(ps: Workspace) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    for number in range(6):
        ps.publisher.publish(ps.topic, b"x" * 1_000_000, n=str(number), ordering_key="k").result(timeout=10)
        ps.publisher.publish(ps.topic, b"x" * 1_000_000, n=f"without {number}").result(timeout=10)
    batches: list[list[str]] = []
    while sum(map(len, batches)) < 12:
        batches.append(ps.pull_numbers(sub))
    assert max(map(len, batches)) == 3
    numbers = [number for batch in batches for number in batch]
    assert [number for number in numbers if len(number) == 1] == list("012345")
    assert [number for number in numbers if len(number) > 1] == [f"without {number}" for number in range(6)]


def test_a_thousand_messages_in_one_call(ps: Workspace) -> None:
    sub = ps.make_subscription()
    assert len(ps.publish(*range(1000))) == 1000
    with pytest.raises(AssertionError, match="INVALID_ARGUMENT"):
        ps.publish(*range(1001))
    got: list[str] = []
    while len(got) < 1000:
        got += ps.pull_numbers(sub)
    assert got == [str(number) for number in range(1000)]


def test_publish_time_follows_the_moved_clock(lonely: PubsubServer) -> None:
    names = Workspace(lonely)
    sub = names.make_subscription()
    lonely.clock_file.write_text(str(timedelta(days=3).total_seconds()))
    names.publish(1)
    (received,) = names.pull(sub)
    assert timedelta(days=2, hours=23) < received.message.publish_time - datetime.now(UTC) < timedelta(days=3, hours=1)
    assert lonely.stats(sub)["oldest_age_seconds"] < 60
    names.close()


def test_grpc_resources(ps: Workspace) -> None:
    with pytest.raises(exceptions.AlreadyExists):
        ps.publisher.create_topic(name=ps.topic)
    sub = ps.make_subscription(labels={"a": "b"})
    with pytest.raises(exceptions.AlreadyExists):
        ps.make_subscription()
    assert list(ps.publisher.list_topic_subscriptions(topic=ps.topic)) == [sub]
    assert ps.publisher.get_topic(topic=ps.topic).name == ps.topic
    change = {
        "subscription": {"name": sub, "ack_deadline_seconds": 30},
        "update_mask": {"paths": ["ack_deadline_seconds"]},
    }
    assert ps.subscriber.update_subscription(request=change).labels == {"a": "b"}
    assert ps.subscriber.get_subscription(subscription=sub).ack_deadline_seconds == 30
    change["update_mask"] = {"paths": ["topic"]}
    with pytest.raises(exceptions.InvalidArgument):
        ps.subscriber.update_subscription(request=change)
    ps.publisher.delete_topic(topic=ps.topic)
    with pytest.raises(exceptions.NotFound):
        ps.publisher.publish(ps.topic, b"x").result(timeout=10)
    ps.subscriber.delete_subscription(subscription=sub)
    with pytest.raises(exceptions.NotFound):
        ps.pull(sub)


def test_what_is_missing_says_so(ps: Workspace) -> None:
    with pytest.raises(
        exceptions.MethodNotImplemented, match=r"does not have /google\.iam\.v1\.IAMPolicy/GetIamPolicy"
    ):
        ps.publisher.get_iam_policy(request={"resource": ps.topic})


def test_lists_come_in_pages(ps: Workspace) -> None:
    project = f"pages-{ps.tag}"
    wanted = [f"projects/{project}/topics/topic-{number:02}" for number in range(7)]
    for name in reversed(wanted):
        ps.publisher.create_topic(name=name)
    pages = ps.publisher.list_topics(request={"project": f"projects/{project}", "page_size": 3}).pages
    assert [[topic.name for topic in page.topics] for page in pages] == [wanted[:3], wanted[3:6], wanted[6:]]


@pytest.mark.parametrize(
    "fields",
    [
        {"ack_deadline_seconds": 9},
        {"ack_deadline_seconds": 601},
        {"message_retention_duration": {"seconds": 599}},
        {"retry_policy": {"minimum_backoff": {"seconds": 601}}},
        {"retry_policy": {"minimum_backoff": {"seconds": 9}, "maximum_backoff": {"seconds": 8}}},
        {"dead_letter_policy": {"dead_letter_topic": "TOPIC", "max_delivery_attempts": 4}},
        {"dead_letter_policy": {"dead_letter_topic": "TOPIC", "max_delivery_attempts": 101}},
        {"push_config": {"push_endpoint": "ftp://x"}},
        {"push_config": {"push_endpoint": "http://x/", "oidc_token": {"audience": "x"}}},
        {"push_config": {"push_endpoint": "http://x/"}, "enable_exactly_once_delivery": True},
        {"filter": "attributes.a ="},
        {"expiration_policy": {"ttl": {"seconds": 60}}},
    ],
)
def test_a_subscription_over_a_limit_is_refused(ps: Workspace, fields: dict[str, Any]) -> None:
    if "dead_letter_policy" in fields:
        fields = {"dead_letter_policy": {**fields["dead_letter_policy"], "dead_letter_topic": ps.topic}}
    with pytest.raises(exceptions.InvalidArgument):
        ps.make_subscription(**fields)


def test_a_subscription_gets_what_is_published_after_it_was_made(ps: Workspace) -> None:
    ps.publish("before")
    sub = ps.make_subscription()
    ps.publish("after")
    assert ps.pull_numbers(sub) == ["after"]
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
