"""Messages read back from Zalo's conversations after an outage: as events, and how a twin of one is known.

Source: PLATFORM 1.8; the calls' words for types differ from the webhook's. A message that was recovered
and one that the webhook brought are the same if their id is, else if citizen, time and content are. Parts of an album
share an id: among recovered messages, one of the same id with another content is a part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from petitions.domain.conversation.citizen import Citizen, Part, StoredInput
from petitions.domain.language.words import normal
from petitions.domain.shared.records import Instant, Root

STATE_PATH = "zalo_state/recovery"

LONGEST_TIME = 14
"""Digits: the year 5138."""

MOST_MARKS = 100
"""Recovered messages that a citizen's document remembers, so that a late delivery by the webhook is known as a twin."""

_KINDS = {"photo": "image", "voice": "audio", "links": "link"}


class RecoveryState(Root):
    """How far conversations were read.

    Everything before `read_to` is read. A round goes from there to `until`; when one run is too short for it, the next
    goes on at `offset` of the list of all messages (which grows at its head, so that nothing is skipped), without the
    citizens who are `done`. `warned_at`: when it was last said that the package does not allow it.
    """

    read_to: Instant | None = None
    until: Instant | None = None
    offset: int = 0
    done: list[str] = Field(default_factory=list)
    warned_at: Instant | None = None


def time_of(message: Mapping[str, Any]) -> int:
    """Milliseconds since 1970; 0 when it says none."""
    told = str(message.get("time") or "")
    return int(told) if told.isascii() and told.isdigit() and len(told) <= LONGEST_TIME else 0


def sender_of(message: Mapping[str, Any], oa_id: str) -> str | None:
    """The citizen who wrote it, or None for what the account wrote."""
    sender = message.get("from_id")
    return sender if isinstance(sender, str) and sender and sender != oa_id else None


def citizen_of(message: Mapping[str, Any], oa_id: str) -> str | None:
    """The citizen whose conversation it is of."""
    ends = [message.get(name) for name in ("from_id", "to_id")]
    return next((end for end in ends if isinstance(end, str) and end and end != oa_id), None)


def event_of(message: Mapping[str, Any], app_id: str, oa_id: str) -> dict[str, Any] | None:
    """The webhook's event for a citizen's message of a conversation; None for what is none."""
    user, at = sender_of(message, oa_id), time_of(message)
    if user is None or at <= 0:
        return None
    word = str(message.get("type") or "text").lower()
    kind = _KINDS.get(word, word)
    told: dict[str, Any] = {}
    if isinstance(message.get("message_id"), str) and message["message_id"]:
        told["msg_id"] = message["message_id"]
    text = message.get("message") or message.get("description")
    if isinstance(text, str) and text:
        told["text"] = text
    if kind != "text":
        told["attachments"] = [{"type": kind, "payload": payload} for payload in _payloads(kind, message)]
    return {
        "app_id": app_id,
        "event_name": f"user_send_{kind}",
        "sender": {"id": user},
        "recipient": {"id": oa_id},
        "message": told,
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


def content_of(parts: Sequence[Part]) -> str:
    """A hash of what was said and sent. Addresses count without their query: a link is signed anew each time."""
    said = sorted(
        [
            part.type,
            normal(part.text or ""),
            urlsplit(part.url).path if part.url else "",
            f"{part.location.latitude:.4f} {part.location.longitude:.4f}" if part.location else "",
        ]
        for part in parts
    )
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:24]


def marks(message_id: str | None, at: Instant, parts: Sequence[Part]) -> list[str]:
    """What a twin of this message is known by, the surest first."""
    stamp = f"{int(at.timestamp() * 1000)}:{content_of(parts)}"
    return [*([f"id:{message_id}"] if message_id else []), f"at:{stamp}"]


def is_twin(stored: StoredInput, message_id: str | None, at: Instant, parts: Sequence[Part]) -> bool:
    """Whether a recovered message has been applied as this input."""
    if message_id and stored.msg_id:
        same_part = not stored.recovered or content_of(stored.parts) == content_of(parts)
        return message_id == stored.msg_id and same_part
    return stored.at == at and content_of(stored.parts) == content_of(parts)


def remembering(citizen: Citizen, mark: str) -> Citizen:
    """The citizen with one more recovered message."""
    others = [each for each in citizen.recovered if each != mark]
    return citizen.model_copy(update={"recovered": [*others, mark][-MOST_MARKS:]})
