"""What the door must know of Zalo's webhook: the signature, whose event it is, where it goes. Standard library alone.

Source: zalo-platform facts 1.4-1.13.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

MAX_BODY_BYTES = 1 << 20
MAX_AGE = timedelta(days=7)
MAX_AHEAD = timedelta(minutes=10)

EVENTS = "zalo-events"
RECEIPTS = "zalo-receipts"

_CITIZEN_EVENTS = {"user_submit_info", "follow", "unfollow", "user_withdraw"}


def mac(app_id: str, body: bytes, timestamp: str, secret_key: str) -> str:
    """The value of X-ZEvent-Signature: plain SHA-256 over app id, raw body, timestamp and the OA secret key."""
    digest = hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret_key.encode())
    return "mac=" + digest.hexdigest()


def is_signed(app_id: str, body: bytes, timestamp: str, secret_keys: Iterable[str], signature: str) -> bool:
    """Whether one of the keys made this signature; compares in constant time, and always tries every key."""
    given = signature.encode()
    results = [hmac.compare_digest(mac(app_id, body, timestamp, key).encode(), given) for key in secret_keys]
    return any(results)


def _party(event: Mapping[str, Any], name: str) -> str | None:
    party = event.get(name)
    value = party.get("id") if isinstance(party, dict) else party
    return value if isinstance(value, str) else None


def concerns(event: Mapping[str, Any], oa_id: str) -> bool:
    """Whether the event is of this Official Account; one app may serve several (1.1)."""
    named = [_party(event, name) for name in ("recipient", "sender", "oa_id", "oaId")]
    present = [name for name in named if name is not None]
    return not present or oa_id in present


def timestamp_of(event: Mapping[str, Any]) -> tuple[str, datetime] | None:
    """The body's timestamp as the text that is signed, and as an instant; None if it is not milliseconds."""
    raw = event.get("timestamp")
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return None
    text = str(raw)
    if not text.isascii() or not text.isdigit() or len(text) > 15:  # noqa: PLR2004 - year 33658
        return None
    return text, datetime.fromtimestamp(int(text) / 1000, UTC)


def is_from_chat_tool(event: Mapping[str, Any]) -> bool:
    """`sender.admin_id` exists only when a person wrote in Zalo's chat tool (1.6)."""
    sender = event.get("sender")
    return isinstance(sender, dict) and bool(sender.get("admin_id"))


def topic_of(event: Mapping[str, Any]) -> str:
    """Events that move a conversation go to `zalo-events`, echoes, receipts and all else to `zalo-receipts`."""
    name = str(event.get("event_name", ""))
    if name.startswith("user_send_") or name in _CITIZEN_EVENTS:
        return EVENTS
    if name.startswith("oa_send_") and is_from_chat_tool(event):
        return EVENTS
    return RECEIPTS


def user_of(event: Mapping[str, Any]) -> str | None:
    """The citizen's id in this event: sender, recipient, follower or flat, as the family has it (1.6-1.13)."""
    name = str(event.get("event_name", ""))
    if name.startswith("user_send_") or name == "user_submit_info":
        return _party(event, "sender")
    if name in {"follow", "unfollow"}:
        return _party(event, "follower") or _party(event, "user_id")
    if name.startswith("oa_send_") or name in {"user_received_message", "user_seen_message"}:
        return _party(event, "recipient")
    return _party(event, "user_id")
