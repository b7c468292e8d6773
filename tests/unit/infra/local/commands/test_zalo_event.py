from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.commands import zalo_event

NOW = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)


def test_an_event_is_signed_over_its_raw_bytes() -> None:
    body = zalo_event.build("text", ["Xin chào"], user="1", app_id="9", oa_id="8", now=NOW, msg_id="m")
    event = json.loads(body)
    assert event["message"] == {"msg_id": "m", "text": "Xin chào"}
    assert (event["sender"]["id"], event["recipient"]["id"]) == ("1", "8")
    assert event["timestamp"] == str(int(NOW.timestamp() * 1000))
    expected = hashlib.sha256(b"9" + body + event["timestamp"].encode() + b"key").hexdigest()
    assert zalo_event.sign(body, "9", "key") == f"mac={expected}"
    assert zalo_event.facts(body) == (event["timestamp"], "m")


def test_attachments_of_events() -> None:
    def event(kind: str, *content: str) -> Any:
        return json.loads(zalo_event.build(kind, list(content), user="1", app_id="9", oa_id="8", now=NOW))

    image = event("image", "http://127.0.0.1/a.jpg")
    assert image["event_name"] == "user_send_image"
    assert image["message"]["attachments"][0]["payload"]["url"] == "http://127.0.0.1/a.jpg"
    place = event("location", "21.02", "105.85")
    coordinates = {"latitude": "21.02", "longitude": "105.85"}
    assert place["message"]["attachments"] == [{"type": "location", "payload": {"coordinates": coordinates}}]


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'{"message": 3}'])
def test_any_body_can_be_signed(body: bytes) -> None:
    assert zalo_event.facts(body) == ("", None)
    assert zalo_event.sign(body, "9", "key").startswith("mac=")
