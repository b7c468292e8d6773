"""Build the bodies that Zalo posts to a webhook, and their signature.

Ids and times are strings. Times are milliseconds since 1970. The sender is the user for the user's actions, and the
Official Account for echoes and receipts.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import Any

from infra.local.zalo.settings import ZaloSettings


def sign(app_id: str, body: bytes, timestamp: str, oa_secret_key: str) -> str:
    """Return the value of the header `X-ZEvent-Signature` for a body.

    It is a plain SHA-256 over the parameters, in this order and without separators, not an HMAC.
    """
    mac = hashlib.sha256(app_id.encode() + body + timestamp.encode() + oa_secret_key.encode())
    return f"mac={mac.hexdigest()}"


def signed_headers(body: str, app_id: str, oa_secret_key: str) -> dict[str, str]:
    """Return the headers of an event's delivery. A body without a readable `timestamp` is signed with an empty one."""
    try:
        timestamp = str(json.loads(body).get("timestamp", ""))
    except (ValueError, AttributeError):
        timestamp = ""
    mac = sign(app_id, body.encode(), timestamp, oa_secret_key)
    return {"Content-Type": "application/json", "X-ZEvent-Signature": mac}


def new_msg_id() -> str:
    return secrets.token_hex(10)


def user_id_by_app(user_id: str) -> str:
    """Return a user's app-wide id, 19 digits derived from the user id."""
    return str(10**18 + int(hashlib.sha256(user_id.encode()).hexdigest()[:14], 16))


class Events:
    """Builds the JSON bodies of events. `stamp` returns increasing times in milliseconds."""

    def __init__(self, settings: ZaloSettings, stamp: Callable[[], int]) -> None:
        self._settings = settings
        self._stamp = stamp

    def by_user(self, event_name: str, user_id: str, **rest: Any) -> str:
        """Return the event about a user's message or information: `message=...` or `info=...`."""
        people = {"sender": {"id": user_id}, "recipient": {"id": self._settings.oa_id}}
        return self._write(event_name, user_id, people, rest)

    def by_account(self, event_name: str, user_id: str, admin_id: str | None = None, **rest: Any) -> str:
        """Return the event about a message of the account: its receipt or its echo.

        The echo of a message from the chat tool has an `admin_id`.
        """
        sender = {"id": self._settings.oa_id} | ({"admin_id": admin_id} if admin_id else {})
        return self._write(event_name, user_id, {"sender": sender, "recipient": {"id": user_id}}, rest)

    def of_follower(self, event_name: str, user_id: str) -> str:
        people = {"oa_id": self._settings.oa_id, "follower": {"id": user_id}, "source": "oa_profile"}
        return self._write(event_name, user_id, people, {})

    def flat(self, event_name: str, user_id: str) -> str:
        """Return an event with the ids at the top level, such as `user_withdraw`."""
        return self._write(event_name, user_id, {"oa_id": self._settings.oa_id, "user_id": user_id}, {})

    def _write(self, event_name: str, user_id: str, people: dict[str, Any], rest: dict[str, Any]) -> str:
        body = {
            "app_id": self._settings.app_id,
            "user_id_by_app": user_id_by_app(user_id),
            "event_name": event_name,
            **people,
            **rest,
            "timestamp": str(self._stamp()),
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
