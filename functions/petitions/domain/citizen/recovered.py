"""Turns messages read from Zalo's conversations after an outage into events, and recognises duplicates.

Source: PLATFORM 1.8. The conversations name types differently from the webhook. A recovered message equals one from the
webhook if their ids are equal or, without ids, if citizen, time and content are. Parts of an album share an id, so a
recovered message with the same id and other content is another part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from petitions.domain.citizen.citizen import Citizen, StoredInput
from petitions.domain.citizen.draft import InputPart
from petitions.domain.language.words import normal
from petitions.domain.shared.records import Instant, Root, replace

STATE_PATH = "zalo_state/recovery"

LONGEST_TIME = 14
"""The most digits of a timestamp, enough for the year 5138."""

MOST_TWIN_MARKS = 100
"""The most recovered messages remembered per citizen, to recognise a late delivery by the webhook."""

_KINDS = {"photo": "image", "voice": "audio", "links": "link"}


class RecoveryState(Root):
    """The progress of reading past conversations from Zalo, to find messages that the webhook missed."""

    read_to: Instant | None = None
    """The time up to which all messages have been read."""
    until: Instant | None = None
    """The end of the period being read now, which begins at `read_to`."""
    offset: int = 0
    """The position in Zalo's list of messages at which the next run goes on.

    The list grows at its head, so no message is skipped.
    """
    done: list[str] = Field(default_factory=list)
    """The pseudonyms of the citizens already read in this round."""
    warned_at: Instant | None = None
    """The time of the last warning that the account's package does not allow reading messages."""


def time_of(message: Mapping[str, Any]) -> int:
    """Return a message's time in milliseconds since 1970, or 0 if it has none."""
    digits = str(message.get("time") or "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_TIME else 0


def sender_of(message: Mapping[str, Any], oa_id: str) -> str | None:
    """Return the Zalo id of the citizen who sent the message, or None if the account sent it."""
    sender = message.get("from_id")
    return sender if isinstance(sender, str) and sender and sender != oa_id else None


def citizen_of(message: Mapping[str, Any], oa_id: str) -> str | None:
    """Return the Zalo id of the citizen in the conversation, sender or recipient, or None."""
    ends = [message.get(name) for name in ("from_id", "to_id")]
    return next((end for end in ends if isinstance(end, str) and end and end != oa_id), None)


def event_of(message: Mapping[str, Any], app_id: str, oa_id: str) -> dict[str, Any] | None:
    """Return a citizen's message as the webhook's event. None for a message of the account or without a time."""
    user, at = sender_of(message, oa_id), time_of(message)
    if user is None or at <= 0:
        return None
    word = str(message.get("type") or "text").lower()
    kind = _KINDS.get(word, word)
    content: dict[str, Any] = {}
    if isinstance(message.get("message_id"), str) and message["message_id"]:
        content["msg_id"] = message["message_id"]
    text = message.get("message") or message.get("description")
    if isinstance(text, str) and text:
        content["text"] = text
    if kind != "text":
        content["attachments"] = [{"type": kind, "payload": payload} for payload in _payloads(kind, message)]
    return {
        "app_id": app_id,
        "event_name": f"user_send_{kind}",
        "sender": {"id": user},
        "recipient": {"id": oa_id},
        "message": content,
        "timestamp": str(at),
    }


def _payloads(kind: str, message: Mapping[str, Any]) -> list[dict[str, Any]]:
    if kind == "location":
        return [{"coordinates": _object(message.get("location"))}]
    links = message.get("links")
    if isinstance(links, list) and links:
        return [link if isinstance(link, dict) else {"url": link} for link in links]
    return [{"url": message.get("url"), "thumbnail": message.get("thumb"), "description": message.get("description")}]


def _object(value: Any) -> dict[str, Any]:
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def content_of(parts: Sequence[InputPart]) -> str:
    """Return a hash of texts, files and locations. Links count without their query, because Zalo signs them anew."""
    described = sorted(
        [
            part.type,
            normal(part.text or ""),
            urlsplit(part.url).path if part.url else "",
            f"{part.location.latitude:.4f} {part.location.longitude:.4f}" if part.location else "",
        ]
        for part in parts
    )
    return hashlib.sha256(json.dumps(described, ensure_ascii=False).encode()).hexdigest()[:24]


def twin_marks(message_id: str | None, at: Instant, parts: Sequence[InputPart]) -> list[str]:
    """Return the marks by which a duplicate of this message is recognised, the most reliable first."""
    stamp = f"{int(at.timestamp() * 1000)}:{content_of(parts)}"
    return [*([f"id:{message_id}"] if message_id else []), f"at:{stamp}"]


def is_twin(stored: StoredInput, message_id: str | None, at: Instant, parts: Sequence[InputPart]) -> bool:
    """Return whether a recovered message equals this stored input."""
    if message_id and stored.msg_id:
        same_part = not stored.recovered or content_of(stored.parts) == content_of(parts)
        return message_id == stored.msg_id and same_part
    return stored.at == at and content_of(stored.parts) == content_of(parts)


def remember_recovered(citizen: Citizen, mark: str) -> Citizen:
    """Return the citizen with the mark of one more recovered message. The oldest marks are dropped."""
    others = [item for item in citizen.recovered if item != mark]
    return replace(citizen, recovered=[*others, mark][-MOST_TWIN_MARKS:])
