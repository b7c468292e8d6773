"""Thousands of random bodies sent to the real webhook: no status 5xx, and no forged event is published.

Bodies are random bytes, random JSON, and events with one fault. Signatures are right, made with another key or for
another body, or missing. An independent check decides which requests Zalo could have signed.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.integration.webhook.door import APP, OA, Door, FakePubsub, event, sign

SEED = 20261124
FEW, ALL = 250, 20_000

_TEXT = st.text(st.characters(codec=None), max_size=20)  # lone surrogates too, as JSON allows them
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT | st.just(10**400)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4), max_leaves=12
)
_NAMES = st.sampled_from(
    ["user_send_text", "user_send_image", "follow", "user_withdraw", "oa_send_text", "user_feedback", "deploy_probe"]
)
_FIELDS = ("app_id", "event_name", "sender", "recipient", "message", "timestamp", "oa_id", "follower", "user_id")
_STAMPS = st.sampled_from(["", "0", "-1", "9" * 14, "9" * 15, "9" * 400, "1e13", "１７９５", 1795485600000, 1.5, True])


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def _broken(name: str, where: str, value: Any) -> bytes:
    return _dumped(event(event_name=name) | {where: value})


_BODIES = st.one_of(
    st.binary(max_size=400),
    _JSON.map(_dumped),
    st.builds(_broken, _NAMES, st.sampled_from(_FIELDS), _JSON),
    st.builds(_broken, _NAMES, st.just("timestamp"), _STAMPS),
    st.builds(_broken, _NAMES, st.sampled_from(("sender", "recipient")), st.fixed_dictionaries({"id": _JSON})),
    _NAMES.map(lambda name: _dumped(event(event_name=name))),
    st.sampled_from([b"", b"{}", b"[" * 50_000, b'{"a":' * 50_000, b"\xef\xbb\xbf{}", b"{} {}", b"NaN", b"\0" * 99]),
    _JSON.map(lambda value: json.dumps(event() | {"x": value}).encode("utf-16")),
)
_SIGNERS = st.sampled_from(["right", "other key", "other body", "none", "rubbish"])


def _stamp(body: bytes) -> str | None:
    try:
        value = json.loads(body)["timestamp"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None
    return value if isinstance(value, str) else str(value)


def _signature(how: str, body: bytes, rubbish: str) -> str:
    stamp = (_stamp(body) or "").encode("utf-8", "replace").decode()
    made: dict[str, Callable[[], str]] = {
        "right": lambda: sign(body, stamp),
        "other key": lambda: sign(body, stamp, "another-key"),
        "other body": lambda: sign(body + b" ", stamp),
        "none": lambda: "",
        "rubbish": lambda: rubbish,
    }
    return made[how]()


def _could_be_zalos(body: bytes) -> bool:
    """Return whether an event is for our app and account and has a valid recent time."""
    raw = json.loads(body)
    stamp = raw["timestamp"]
    parties = [raw.get(name) for name in ("sender", "recipient", "oa_id")]
    ids = [one.get("id") if isinstance(one, dict) else one for one in parties]
    return raw["app_id"] == APP and OA in ids and abs(int(stamp) / 1000 - time.time()) < 7 * 86_400


def _answered(
    connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]
) -> tuple[http.client.HTTPResponse, str]:
    kept = connection.sock is not None
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer, answer.read().decode().strip()
    except (http.client.HTTPException, OSError):
        connection.close()
        if not kept:
            raise
    return _answered(connection, path, body, headers)


def _fuzz(door: Door, pubsub: FakePubsub, examples: int) -> None:
    connection = door.connection()
    sent, statuses = 0, dict[int, int]()

    @seed(SEED)
    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(_BODIES, _SIGNERS, st.text("abcdef0123456789=mac ", max_size=70), st.sampled_from(["/", "/?a=%00"]))
    def one(body: bytes, how: str, rubbish: str, path: str) -> None:
        nonlocal sent
        pubsub.published.clear()
        signature = _signature(how, body, rubbish)
        headers = {"X-ZEvent-Signature": signature.strip()} if signature.strip() else {}
        answer, text = _answered(connection, path, body, headers)
        if len(body) > 1 << 16:
            connection.close()  # as the function does, which reads no further
        sent += 1
        statuses[answer.status] = statuses.get(answer.status, 0) + 1
        assert answer.status == 200, (answer.status, text)
        kept = [message for message in pubsub.published if message.topic != "zalo-quarantine"]
        for message in kept:
            stamp = _stamp(message.data)
            assert how == "right"
            assert stamp is not None
            assert message.data == body
            assert sign(message.data, stamp) == signature
            assert message.topic == "dead-letters" or _could_be_zalos(message.data)
        for message in pubsub.published:
            if message.topic == "zalo-quarantine":
                assert how in {"other key", "other body"}
                assert _could_be_zalos(message.data)
        assert (text == "stored") == bool(kept)

    one()
    connection.close()
    print(f"{sent} bodies, seed {SEED}, statuses {statuses}")  # noqa: T201 - a figure for the log
    assert sent >= examples
    assert "Traceback" not in door.log()


def test_bodies_of_every_form(door: Door, pubsub: FakePubsub) -> None:
    _fuzz(door, pubsub, FEW)


@pytest.mark.faults
def test_twenty_thousand_bodies(door: Door, pubsub: FakePubsub) -> None:
    _fuzz(door, pubsub, ALL)
