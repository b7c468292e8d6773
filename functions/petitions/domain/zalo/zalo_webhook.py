"""Check the signature of an event from Zalo, and find its user and its topic.

The module uses only the standard library.

Source: PLATFORM 1.9 (signature), PLATFORM 1.10 (age), PLATFORM 1.11 to PLATFORM 1.22 (the kinds of events).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

MAX_BODY_BYTES = 1 << 16
"""The most bytes of a request's body. It is more than any event of Zalo has."""
MAX_AHEAD = timedelta(minutes=10)

EVENTS = "zalo-events"
RECEIPTS = "zalo-receipts"
QUARANTINE = "zalo-quarantine"

DEPLOY_PROBE = "deploy_probe"
"""The name of this system's own event, sent after a deployment or change of keys as a check.

It is signed, and the webhook accepts it without publishing it.
"""

_MAC = re.compile(r"mac=[0-9a-f]{64}")
_CITIZEN_EVENTS = {"user_submit_info", "follow", "unfollow", "user_withdraw"}
_OTHER_ECHOES = ("oa_send_group_", "oa_send_anonymous_", "oa_send_consent")
_BY_USER = {"user_submit_info", "user_reacted_message"}
_TO_USER = {"user_received_message", "user_seen_message", "oa_reacted_message"}
_OF_CHAT = {"user_reacted_message", *_TO_USER}


def mac(app_id: str, body: bytes, timestamp: str, secret_key: str) -> str:
    """Return the value of X-ZEvent-Signature: plain SHA-256 over app id, raw body, timestamp and the OA secret key."""
    digest = hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret_key.encode())
    return "mac=" + digest.hexdigest()


def is_signed(app_id: str, body: bytes, timestamp: str, secret_keys: Iterable[str], signature: str) -> bool:
    """Return whether the signature was made with one of the keys. Comparisons take constant time."""
    given = signature.encode("utf-8", "replace")
    results = [hmac.compare_digest(mac(app_id, body, timestamp, key).encode(), given) for key in secret_keys]
    return any(results)


def is_mac(signature: str) -> bool:
    """Return whether the text has the form of a signature: "mac=" and 64 hexadecimal digits."""
    return _MAC.fullmatch(signature) is not None


def _party(event: Mapping[str, Any], name: str) -> str | None:
    party = event.get(name)
    value = party.get("id") if isinstance(party, dict) else party
    return value if isinstance(value, str) else None


def concerns(event: Mapping[str, Any], oa_id: str) -> bool:
    """Return whether the event concerns this Official Account. One app may serve several (PLATFORM 1.1)."""
    named = [_party(event, name) for name in ("recipient", "sender", "oa_id", "oaId")]
    present = [name for name in named if name is not None]
    return not present or oa_id in present


def timestamp_of(event: Mapping[str, Any]) -> tuple[str, datetime] | None:
    """Return the event's timestamp as signed text and as instant, or None if it is not in milliseconds."""
    raw = event.get("timestamp")
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return None
    text = str(raw)
    if not text.isascii() or not text.isdigit() or len(text) > 14:  # noqa: PLR2004 - year 5138
        return None
    return text, datetime.fromtimestamp(int(text) / 1000, UTC)


def is_from_chat_tool(event: Mapping[str, Any]) -> bool:
    """Return whether an employee wrote in Zalo's chat tool. Only then is there a `sender.admin_id` (PLATFORM 1.12)."""
    sender = event.get("sender")
    return isinstance(sender, dict) and bool(sender.get("admin_id"))


def is_message(name: str) -> bool:
    """Return whether the event is a citizen's message to the account. Group chats (PLATFORM 1.20) do not count."""
    return name.startswith("user_send_") and not name.startswith("user_send_group_")


def is_echo(name: str) -> bool:
    """Return whether the event reports a message of the account to a citizen.

    Messages to groups and unknown people, and requests to phone, do not count.
    """
    return name.startswith("oa_send_") and not name.startswith(_OTHER_ECHOES)


def topic_of(event: Mapping[str, Any]) -> str:
    """Return the Pub/Sub topic for an event.

    `zalo-events` is for events that move a conversation: from a citizen, or from an employee in Zalo's chat tool.
    `zalo-receipts` is for all others.
    """
    name = str(event.get("event_name", ""))
    if is_message(name) or name in _CITIZEN_EVENTS:
        return EVENTS
    return EVENTS if is_echo(name) and is_from_chat_tool(event) else RECEIPTS


def is_chat_receipt(event: Mapping[str, Any]) -> bool:
    """Return whether the event is a receipt of a chat message or a reaction, on which nothing depends (PLATFORM 1.16).

    Receipts of templates have a `tracking_id` and prove a delivery (PLATFORM 1.22).
    """
    message = event.get("message")
    return event.get("event_name") in _OF_CHAT and isinstance(message, dict) and not message.get("tracking_id")


def user_of(event: Mapping[str, Any]) -> str | None:
    """Return the citizen's id in an event, or None. Its position depends on the event's name (PLATFORM 1.11)."""
    name = str(event.get("event_name", ""))
    if is_message(name) or name in _BY_USER:
        return _party(event, "sender")
    if name in {"follow", "unfollow"}:
        return _party(event, "follower") or _party(event, "user_id")
    if is_echo(name) or name in _TO_USER:
        return _party(event, "recipient")
    return _party(event, "user_id")


@dataclass(frozen=True)
class Envelope:
    """The few fields of an event that the webhook needs."""

    app_id: object
    is_ours: bool
    """Whether the event concerns this Official Account."""
    stamp: str
    """The timestamp as text, which is part of the signed data."""
    at: datetime
    event_name: str
    topic: str
    user: str | None
    is_chat_receipt: bool
    """Whether the event is a receipt or reaction (`is_chat_receipt`), which the webhook counts but does not publish."""


def envelope(event: object, oa_id: str) -> Envelope | None:
    """Return the fields of a decoded body that the webhook needs, or None if the body is not an event."""
    if not isinstance(event, dict):
        return None
    stamp, name = timestamp_of(event), event.get("event_name")
    if stamp is None or not isinstance(name, str):
        return None
    return Envelope(
        app_id=event.get("app_id"),
        is_ours=concerns(event, oa_id),
        stamp=stamp[0],
        at=stamp[1],
        event_name=name,
        topic=topic_of(event),
        user=user_of(event),
        is_chat_receipt=is_chat_receipt(event),
    )
