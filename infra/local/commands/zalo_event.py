"""Build, sign and post Zalo events to the webhook, for scripts. Standard library only."""

from __future__ import annotations

import hashlib
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from typing import Any

SECONDS_TO_ANSWER = 30
ACCEPTED = 200


def fault(kind: str, content: list[str]) -> str | None:
    """Return an error message for an invalid image address or location of an event, else None."""
    if kind == "image":
        address = urllib.parse.urlsplit(content[0])
        if address.scheme not in {"http", "https"} or not address.hostname:
            return f"{content[0]!r} is no address of an image: write one such as http://127.0.0.1:8000/photo.jpg"
    if kind == "location":
        for name, written, most in zip(("latitude", "longitude"), content, (90, 180), strict=True):
            if not _within(written, most):
                return f"{written!r} is no {name}: write degrees such as 21.0285 105.8542"
    return None


def _within(written: str, most: int) -> bool:
    try:
        return abs(float(written)) <= most
    except ValueError:
        return False


def build(
    kind: str,
    content: list[str],
    *,
    user: str,
    app_id: str,
    oa_id: str,
    now: datetime,
    msg_id: str | None = None,
) -> bytes:
    """Return the raw body of a citizen's message to the Official Account (PLATFORM 1.11, PLATFORM 1.13).

    `content` is [text], [url of the image] or [latitude, longitude]. All ids are strings, as Zalo sends them.
    """
    message: dict[str, Any] = {"msg_id": msg_id or secrets.token_hex(10)}
    if kind == "text":
        message["text"] = content[0]
    elif kind == "image":
        payload = {"thumbnail": content[0], "url": content[0]}
        message["attachments"] = [{"type": "image", "payload": payload}]
    else:
        coordinates = {"latitude": content[0], "longitude": content[1]}
        message["attachments"] = [{"type": "location", "payload": {"coordinates": coordinates}}]
    event = {
        "app_id": app_id,
        "user_id_by_app": str(int(hashlib.sha256(f"{app_id}:{user}".encode()).hexdigest()[:15], 16)),
        "event_name": f"user_send_{kind}",
        "sender": {"id": user},
        "recipient": {"id": oa_id},
        "message": message,
        "timestamp": str(int(now.timestamp() * 1000)),
    }
    return json.dumps(event, ensure_ascii=False).encode()


def facts(body: bytes) -> tuple[str, str | None]:
    """Return an event's timestamp exactly as in the body, or "" if missing, and its msg_id."""
    try:
        event = json.loads(body)
    except ValueError:
        return "", None
    if not isinstance(event, dict):
        return "", None
    message = event.get("message")
    msg_id = message.get("msg_id") if isinstance(message, dict) else None
    return str(event.get("timestamp", "")), msg_id if isinstance(msg_id, str) else None


def sign(body: bytes, app_id: str, key: str) -> str:
    """Return an event's signature, the value of the header `X-ZEvent-Signature`.

    It is a plain SHA-256 over app id, raw body, timestamp and the account's secret key.
    """
    timestamp, _ = facts(body)
    return "mac=" + hashlib.sha256(app_id.encode() + body + timestamp.encode() + key.encode()).hexdigest()


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """POST JSON and return the status. Raise OSError if there is no response."""
    request = urllib.request.Request(  # noqa: S310 - an address of this stack
        url, data=body, headers={"Content-Type": "application/json", **headers}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def observe(zalo_url: str, body: bytes) -> None:
    """Record in the Zalo simulator an event that was posted to the webhook directly.

    Raise OSError if the simulator does not respond.
    """
    event = body.decode(errors="replace")
    post(f"{zalo_url}/sim/observe", json.dumps({"event": event}).encode(), {})
