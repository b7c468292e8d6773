from __future__ import annotations

import base64
import threading
import time
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from infra.emulators.pubsub.push import identity_tokens
from infra.emulators.testing.pubsub_workspace import Workspace
from infra.emulators.testing.push_receiver import Push, Receiver
from infra.emulators.testing.waiting import eventually

QUICK = {"minimum_backoff": {"seconds": 1}, "maximum_backoff": {"seconds": 2}}


def push_to(receiver: Receiver, path: str = "/push/x") -> dict[str, Any]:
    return {"push_endpoint": receiver.url(path)}


def test_the_body_is_the_wrapped_message(ps: Workspace, receiver: Receiver) -> None:
    sub = ps.make_subscription(push_config=push_to(receiver, "/push/intake?x=1"), enable_message_ordering=True)
    message_id = ps.publisher.publish(ps.topic, "ngõ 5".encode(), ordering_key="k", trace="t").result(timeout=10)
    (push,) = eventually(lambda: receiver.pushes)
    assert push.path == "/push/intake?x=1"
    assert push.headers["Content-Type"] == "application/json"
    assert "Authorization" not in push.headers
    message = push.body["message"]
    moment = message.pop("publishTime")
    assert abs((datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()) < 60
    assert push.body == {
        "message": {
            "data": base64.b64encode("ngõ 5".encode()).decode(),
            "attributes": {"trace": "t"},
            "messageId": message_id,
            "message_id": message_id,
            "publishTime": moment,
            "publish_time": moment,
            "orderingKey": "k",
        },
        "subscription": sub,
    }


def test_a_bare_body_if_the_subscription_wants_no_wrapper(ps: Workspace, receiver: Receiver) -> None:
    sub = ps.make_subscription(push_config={**push_to(receiver), "no_wrapper": {"write_metadata": True}})
    message_id = ps.publisher.publish(ps.topic, b"\x00raw", color="red").result(timeout=10)
    (push,) = eventually(lambda: receiver.pushes)
    assert push.raw == b"\x00raw"
    assert push.headers["x-goog-pubsub-subscription-name"] == sub
    assert push.headers["x-goog-pubsub-message-id"] == message_id
    assert push.headers["color"] == "red"


def verified_claims(key: bytes, token: str, audience: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[identity_tokens.ALGORITHM],
        audience=audience,
        issuer=identity_tokens.ISSUER,
        options={"require": ["iss", "aud", "email", "iat", "exp"]},
    )
    assert claims["email_verified"] is True
    return claims


def test_the_bearer_token_is_for_the_audience_and_verifiable(ps: Workspace, receiver: Receiver) -> None:
    token = {"service_account_email": "pubsub@local.invalid", "audience": "http://127.0.0.1:1/base"}
    ps.make_subscription(push_config={**push_to(receiver), "oidc_token": token})
    ps.publish(1)
    (push,) = eventually(lambda: receiver.pushes)
    bearer = push.headers["Authorization"].removeprefix("Bearer ")
    claims = verified_claims(ps.server.key, bearer, "http://127.0.0.1:1/base")
    assert (claims["iss"], claims["email"]) == (identity_tokens.ISSUER, "pubsub@local.invalid")
    assert 0 < claims["exp"] - time.time() <= identity_tokens.LIFETIME_SECONDS
    with pytest.raises(jwt.InvalidTokenError):
        verified_claims(ps.server.key, bearer, "http://127.0.0.1:1/other")
    with pytest.raises(jwt.InvalidTokenError):
        verified_claims(b"x" * 48, bearer, "http://127.0.0.1:1/base")
    with pytest.raises(jwt.InvalidTokenError):
        verified_claims(ps.server.key, bearer[:-2], "http://127.0.0.1:1/base")


def test_without_an_audience_the_token_is_for_the_address(ps: Workspace, receiver: Receiver) -> None:
    token = {"service_account_email": "pubsub@local.invalid"}
    ps.make_subscription(push_config={**push_to(receiver), "oidc_token": token})
    ps.publish(1)
    (push,) = eventually(lambda: receiver.pushes)
    verified_claims(ps.server.key, push.headers["Authorization"].removeprefix("Bearer "), receiver.url())


@pytest.mark.parametrize("status", [102, 200, 201, 202, 204])
def test_these_answers_acknowledge(ps: Workspace, receiver: Receiver, status: int) -> None:
    receiver.answer = lambda _push: status
    sub = ps.make_subscription(push_config=push_to(receiver), retry_policy=QUICK)
    ps.publish(1)
    eventually(lambda: receiver.pushes and ps.server.stats(sub)["backlog"] == 0)
    assert ps.server.stats(sub)["attempts"] == 1


@pytest.mark.parametrize("status", [203, 206, 301, 302, 400, 401, 403, 404, 429, 500, 503, 0])
def test_any_other_answer_or_a_broken_connection_is_a_nack(ps: Workspace, receiver: Receiver, status: int) -> None:
    receiver.answer = lambda _push: status if len(receiver.pushes) == 1 else 200
    sub = ps.make_subscription(push_config=push_to(receiver), retry_policy=QUICK)
    ps.publish(1)
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    assert receiver.numbers() == ["1", "1"]


def test_an_address_that_nobody_serves_is_tried_again(ps: Workspace, receiver: Receiver) -> None:
    sub = ps.make_subscription(push_config={"push_endpoint": "http://127.0.0.1:1/"}, retry_policy=QUICK)
    ps.publish(1)
    eventually(lambda: ps.server.stats(sub)["attempts"] >= 3)
    ps.subscriber.modify_push_config(request={"subscription": sub, "push_config": push_to(receiver)})
    eventually(lambda: receiver.numbers() == ["1"])


def test_the_back_off_doubles_up_to_its_maximum(ps: Workspace, receiver: Receiver) -> None:
    receiver.answer = lambda _push: 503 if len(receiver.pushes) < 6 else 200
    policy = {"minimum_backoff": {"seconds": 10}, "maximum_backoff": {"seconds": 60}}
    ps.make_subscription(push_config=push_to(receiver), retry_policy=policy)
    ps.publish(1)
    eventually(lambda: len(receiver.pushes) == 6)
    gaps = [later.at - earlier.at for earlier, later in zip(receiver.pushes, receiver.pushes[1:], strict=False)]
    for gap, scaled in zip(gaps, [0.1, 0.2, 0.4, 0.6, 0.6], strict=True):
        assert scaled * 0.95 <= gap < scaled + 1


def test_a_key_is_delivered_one_by_one_in_order_while_others_go_on(ps: Workspace, receiver: Receiver) -> None:
    failed: set[str] = set()
    running: dict[str, int] = {}
    most = 0
    lock = threading.Lock()

    def answer(push: Push) -> int:
        nonlocal most
        key, number = push.body["message"]["orderingKey"], push.data
        with lock:
            running[key] = running.get(key, 0) + 1
            most = max(most, running[key])
        time.sleep(0.002)
        with lock:
            running[key] -= 1
            if key == "sick" and number not in failed:
                failed.add(number)
                return 500
        return 204

    receiver.answer = answer
    sub = ps.make_subscription(push_config=push_to(receiver), enable_message_ordering=True, retry_policy=QUICK)
    for number in range(20):
        ps.publish(number, key="sick")
        ps.publish(number, key="well")
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    by_key = {
        key: [push.data for push in receiver.pushes if push.body["message"]["orderingKey"] == key]
        for key in ("sick", "well")
    }
    assert by_key["well"] == [str(number) for number in range(20)]
    assert by_key["sick"] == [str(number) for number in range(20) for _ in range(2)]
    assert most == 1


def test_without_keys_pushes_run_side_by_side_up_to_a_bound(ps: Workspace, receiver: Receiver) -> None:
    together, seen = threading.Semaphore(0), threading.Event()

    def answer(_push: Push) -> int:
        together.release()
        seen.wait(timeout=10)
        return 204

    receiver.answer = answer
    sub = ps.make_subscription(push_config=push_to(receiver))
    ps.publish(*range(40))
    for _ in range(16):
        assert together.acquire(timeout=10)
    assert ps.server.stats(sub)["outstanding"] == 16
    seen.set()
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)


def test_attempts_are_counted_and_the_last_one_leads_to_the_dead_letters(ps: Workspace, receiver: Receiver) -> None:
    receiver.answer = lambda push: 500 if push.data == "poison" else 204
    dead = ps.make_topic("dead")
    grave = ps.make_subscription("grave", dead)
    sub = ps.make_subscription(
        push_config=push_to(receiver),
        enable_message_ordering=True,
        retry_policy=QUICK,
        dead_letter_policy={"dead_letter_topic": dead, "max_delivery_attempts": 5},
    )
    ps.publish("poison", "next", key="k")
    eventually(lambda: ps.server.stats(sub)["backlog"] == 0)
    assert [(push.data, push.body["deliveryAttempt"]) for push in receiver.pushes] == [
        *(("poison", attempt) for attempt in range(1, 6)),
        ("next", 1),
    ]
    (buried,) = ps.pull(grave)
    assert buried.message.attributes["CloudPubSubDeadLetterSourceDeliveryCount"] == "5"
    assert buried.message.attributes["n"] == "poison"


def test_push_can_be_turned_off_and_on(ps: Workspace, receiver: Receiver) -> None:
    sub = ps.make_subscription(push_config=push_to(receiver))
    ps.subscriber.modify_push_config(request={"subscription": sub, "push_config": {}})
    ps.publish(1, 2)
    assert ps.pull_numbers(sub) == ["1", "2"]
    ps.publish(3)
    ps.subscriber.modify_push_config(request={"subscription": sub, "push_config": push_to(receiver)})
    eventually(lambda: receiver.numbers() == ["3"])
