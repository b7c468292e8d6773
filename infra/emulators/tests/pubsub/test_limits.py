from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions
from google.pubsub_v1 import PublisherClient

from infra.emulators.testing.pubsub_workspace import PROJECT, Workspace

DAY = 86400


def publish(ps: Workspace, message: dict[str, Any]) -> str:
    request = {"topic": ps.topic, "messages": [message]}
    return str(PublisherClient.publish(ps.publisher, request=request, retry=None).message_ids[0])


@pytest.mark.parametrize(
    "message",
    [
        {"data": b"x"},
        {"attributes": {"only": "attributes"}},
        {"attributes": {"empty value": ""}},
        {"data": b"x", "ordering_key": "k" * 1024},
        {"data": b"x", "ordering_key": "đ" * 512},
        {"attributes": {f"a{n}": "v" for n in range(100)}},
        {"attributes": {"k" * 256: "v"}},
        {"attributes": {"đ" * 128: "v"}},
        {"attributes": {"k": "v" * 1024}},
        {"attributes": {"k": "đ" * 512}},
        {"attributes": {"good": "v", "Googol": "v"}},
    ],
)
def test_a_message_at_a_limit_arrives(ps: Workspace, message: dict[str, Any]) -> None:
    sub = ps.make_subscription(enable_message_ordering=True)
    published = publish(ps, message)
    (received,) = ps.pull(sub)
    assert received.message.message_id == published
    assert received.message.data == message.get("data", b"")
    assert dict(received.message.attributes) == message.get("attributes", {})
    assert received.message.ordering_key == message.get("ordering_key", "")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"ordering_key": "alone"},
        {"data": b"x", "ordering_key": "k" * 1025},
        {"data": b"x", "ordering_key": "đ" * 513},
        {"attributes": {f"a{n}": "v" for n in range(101)}},
        {"attributes": {"": "v"}},
        {"attributes": {"k" * 257: "v"}},
        {"attributes": {"đ" * 129: "v"}},
        {"attributes": {"k": "v" * 1025}},
        {"attributes": {"k": "đ" * 513}},
        {"attributes": {"google": "v"}},
    ],
)
def test_a_message_past_a_limit_is_refused(ps: Workspace, message: dict[str, Any]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        publish(ps, message)


@pytest.mark.parametrize("short", ["abc", "a" * 255, "A-b_c.d~e+f%25", "a12", "Zalo-events", "gooo"])
@pytest.mark.parametrize("kind", ["topics", "subscriptions"])
def test_these_names_are_names(ps: Workspace, kind: str, short: str) -> None:
    name = f"projects/p-{ps.tag}/{kind}/{short}"
    if kind == "topics":
        assert ps.publisher.create_topic(name=name).name == name
    else:
        assert ps.subscriber.create_subscription(name=name, topic=ps.topic).name == name


@pytest.mark.parametrize("short", ["", "ab", "a" * 256, "1ab", "-ab", "google", "goog-x", "a b", "a/b", "đường", "a*b"])
@pytest.mark.parametrize("kind", ["topics", "subscriptions"])
def test_these_names_are_none(ps: Workspace, kind: str, short: str) -> None:
    name = f"projects/{PROJECT}/{kind}/{short}"
    make = {
        "topics": lambda: ps.publisher.create_topic(name=name),
        "subscriptions": lambda: ps.subscriber.create_subscription(name=name, topic=ps.topic),
    }
    with pytest.raises(exceptions.InvalidArgument):
        make[kind]()


def seconds(value: int) -> dict[str, int]:
    return {"seconds": value}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("ack_deadline_seconds", value) for value in (10, 60, 600)),
        *(("message_retention_duration", seconds(value)) for value in (600, 7 * DAY, 31 * DAY)),
        *(("expiration_policy", {"ttl": seconds(value)}) for value in (DAY, 31 * DAY, 365 * DAY)),
        ("retry_policy", {"minimum_backoff": seconds(0), "maximum_backoff": seconds(0)}),
        ("retry_policy", {"minimum_backoff": seconds(10), "maximum_backoff": seconds(10)}),
        ("retry_policy", {"minimum_backoff": seconds(600), "maximum_backoff": seconds(600)}),
        ("labels", {"a": "b"}),
        ("retain_acked_messages", True),
    ],
)
def test_a_subscription_at_a_limit_is_made_and_shown(ps: Workspace, field: str, value: Any) -> None:
    sub = ps.make_subscription(**{field: value})
    wanted = type(ps.subscriber.get_subscription(subscription=sub))(**{field: value})
    assert getattr(ps.subscriber.get_subscription(subscription=sub), field) == getattr(wanted, field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("ack_deadline_seconds", value) for value in (-1, 1, 9, 601)),
        *(("message_retention_duration", seconds(value)) for value in (0, 599, 31 * DAY + 1)),
        *(("expiration_policy", {"ttl": seconds(value)}) for value in (1, DAY - 1)),
        ("retry_policy", {"minimum_backoff": seconds(-1)}),
        ("retry_policy", {"maximum_backoff": seconds(601)}),
        ("retry_policy", {"minimum_backoff": seconds(60), "maximum_backoff": seconds(59)}),
        ("push_config", {"push_endpoint": "nonsense"}),
        ("push_config", {"push_endpoint": "ftp://127.0.0.1/"}),
        ("push_config", {"push_endpoint": "http:///path"}),
    ],
)
def test_a_subscription_past_a_limit_is_refused(ps: Workspace, field: str, value: Any) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        ps.make_subscription(**{field: value})


@pytest.mark.parametrize(("given", "shown"), [(0, 5), (5, 5), (6, 6), (50, 50), (99, 99), (100, 100)])
def test_delivery_attempts_within_the_limits(ps: Workspace, given: int, shown: int) -> None:
    policy = {"dead_letter_topic": ps.topic, "max_delivery_attempts": given}
    sub = ps.make_subscription(dead_letter_policy=policy)
    assert ps.subscriber.get_subscription(subscription=sub).dead_letter_policy.max_delivery_attempts == shown


@pytest.mark.parametrize("given", [-1, 1, 4, 101, 1000])
def test_delivery_attempts_past_the_limits(ps: Workspace, given: int) -> None:
    policy = {"dead_letter_topic": ps.topic, "max_delivery_attempts": given}
    with pytest.raises(exceptions.InvalidArgument):
        ps.make_subscription(dead_letter_policy=policy)


@pytest.mark.parametrize("value", [599, 31 * DAY + 1])
def test_a_topics_retention_past_a_limit_is_refused(ps: Workspace, value: int) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        ps.make_topic("other", message_retention_duration=seconds(value))


@pytest.mark.parametrize("most", [0, -1])
def test_a_pull_asks_for_something(ps: Workspace, most: int) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        ps.subscriber.pull(subscription=ps.make_subscription(), max_messages=most)


@pytest.mark.parametrize(
    ("mask", "known"),
    [
        (["ack_deadline_seconds"], True),
        (["retry_policy"], True),
        (["retry_policy.minimum_backoff"], True),
        (["labels", "message_retention_duration"], True),
        ([], False),
        (["name"], False),
        (["topic"], False),
        (["filter"], False),
        (["enable_message_ordering"], False),
        (["no_such_field"], False),
    ],
)
def test_an_update_changes_what_its_mask_names(ps: Workspace, mask: list[str], known: bool) -> None:  # noqa: FBT001
    sub = ps.make_subscription(labels={"kept": "yes"})
    policy = {"minimum_backoff": seconds(7), "maximum_backoff": seconds(70)}
    body = {"name": sub, "ack_deadline_seconds": 77, "retry_policy": policy}
    change = {"subscription": body, "update_mask": {"paths": mask}}
    if not known:
        with pytest.raises(exceptions.InvalidArgument):
            ps.subscriber.update_subscription(request=change)
        return
    changed = ps.subscriber.update_subscription(request=change)
    assert changed == ps.subscriber.get_subscription(subscription=sub)
    assert changed.ack_deadline_seconds == (77 if "ack_deadline_seconds" in mask else 10)
    assert (changed.retry_policy.minimum_backoff.total_seconds() == 7) == ("retry" in mask[0])
    assert dict(changed.labels) == ({} if "labels" in mask else {"kept": "yes"})
