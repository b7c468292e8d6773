"""The conversion of Zalo's events into inputs of the conversation, and into the form in which inputs are stored."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_args

from petitions.domain.citizen.citizen import StoredInput
from petitions.domain.citizen.draft import InputPart, PartType
from petitions.domain.conversation.turn import CitizenInput
from petitions.domain.files.attachment import Attachment
from petitions.domain.language.words import normal
from petitions.domain.petition.petition import Location
from petitions.domain.zalo.event_families import parse_event
from petitions.domain.zalo.events import ZaloAttachment as SentAttachment
from petitions.domain.zalo.events import ZaloEvent, event_key
from petitions.errors import Permanent

_TYPES = set(get_args(PartType))
LONGEST_NAME = 120


@dataclass(frozen=True)
class ArrivedEvent:
    """An event from Zalo together with the input that it becomes."""

    event: ZaloEvent
    user: str
    """The citizen's id on Zalo."""
    key: str
    """The key of the event. All deliveries of the event have the same one."""
    entry: CitizenInput
    """The input for the conversation. Its key is a hash that outsiders cannot guess."""
    recovered: bool = False

    @property
    def msg_id(self) -> str | None:
        """Return Zalo's id of the message, or None if the event has no message."""
        return self.event.message.msg_id if self.event.message else None

    @property
    def quotes(self) -> str | None:
        """Return Zalo's id of the message that this one replies to, or None."""
        return self.event.message.quote_msg_id if self.event.message else None


def _whole(raw: Any) -> Any:
    return json.loads(json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace"))


def read_event(body: bytes, *, recovered: bool = False) -> ArrivedEvent:
    """Return the event in a body from the webhook or from the recovery of messages, with the input that it becomes.

    Raise Permanent if it is malformed, is not of a conversation, or names no citizen.
    """
    try:
        raw: dict[str, Any] = _whole(json.loads(body))
        event = parse_event(raw)
    except (ValueError, TypeError, RecursionError, OverflowError, OSError) as error:
        raise Permanent("the event has no known form", reason="malformed") from error
    if not isinstance(event, ZaloEvent):
        raise Permanent("the event does not belong to a conversation", reason="not_a_conversation")
    user = event.user()
    if not user:
        raise Permanent("the event names no citizen", reason="no_user")
    key = event_key(raw)
    return ArrivedEvent(event, user, key, _input_of(event, hashlib.sha256(key.encode()).hexdigest()[:32]), recovered)


def _attachment(attachment: SentAttachment, key: str, at: datetime) -> InputPart:
    payload = attachment.payload
    kind = attachment.type if attachment.type in _TYPES else "file"
    location = None
    if payload.coordinates:
        location = Location(latitude=payload.coordinates.latitude, longitude=payload.coordinates.longitude)
    name = normal(payload.name)[:LONGEST_NAME] if payload.name else None
    return InputPart(key=key, at=at, type=cast("PartType", kind), url=payload.url, name=name, location=location)


def _parts_of(event: ZaloEvent, key: str) -> tuple[InputPart, ...]:
    message, at = event.message, event.timestamp
    if message is None:
        return ()
    parts = []
    if message.text and normal(message.text):
        parts.append(InputPart(key=f"{key}-0", at=at, type="text", text=_lines(message.text)))
    parts += [
        _attachment(zalo_attachment, f"{key}-{number}", at)
        for number, zalo_attachment in enumerate(message.attachments, 1)
    ]
    return tuple(parts)


def _lines(text: str) -> str:
    return "\n".join(normal(line) for line in text.splitlines()).strip()


def _input_of(event: ZaloEvent, key: str) -> CitizenInput:
    info = event.info
    return CitizenInput(
        key=key,
        at=event.timestamp,
        parts=_parts_of(event, key),
        name=info.name if info else None,
        phone=info.phone if info else None,
        address=normal(info.one_line_address() or "") or None if info else None,
    )


def stored_input(
    arrived: ArrivedEvent, citizen: str, petition: str | None, now: datetime, read: str = ""
) -> StoredInput:
    """Return the input as it is stored.

    Files sent by a citizen, or by an officer for a petition, are marked for download at once, as their links soon
    expire.
    """
    event, entry = arrived.event, arrived.entry
    parts = list(entry.parts)
    if event.info:
        contact = normal(event.info.model_dump_json(exclude_none=True))
        parts.append(InputPart(key=f"{entry.key}-i", at=entry.at, type="contact", text=contact))
    sent = event.event_name.startswith("user_") or petition is not None
    files = [Attachment(id=part.key, next_at=now) for part in parts if part.is_file() and sent]
    return StoredInput(
        citizen=citizen,
        at=entry.at,
        received_at=now,
        event_name=event.event_name,
        msg_id=arrived.msg_id,
        recovered=arrived.recovered,
        read=read,
        parts=parts,
        files=files,
        petition=petition if files else None,
        next_attempt_at=now if files else None,
    )
