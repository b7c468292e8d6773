"""Zalo's events as typed values: unknown fields and names are ignored, but ids must be strings.

Source: PLATFORM 1.11 to PLATFORM 1.19. Events that only `notifications` receives are in `event_families.py`. Ids exceed
2^53, so a number in place of an id is refused, not rounded.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from petitions.domain.zalo.zalo_webhook import user_of


def _instant(value: Any) -> datetime:
    return datetime.fromtimestamp(int(value) / 1000, UTC)


Milliseconds = Annotated[datetime, BeforeValidator(_instant)]
"""An instant as Zalo writes it: epoch milliseconds in a string."""


def _words(value: Any) -> str | None:
    """Return a text unchanged, a number as text, and None for anything else (PLATFORM 1.11)."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # JSON can hold half an emoji, the store cannot
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


ZaloText = Annotated[str | None, BeforeValidator(_words)]
"""A text that may be missing, null or of another type."""


def _address(value: Any) -> dict[str, str] | None:
    return {str(name): str(part) for name, part in value.items() if part} if isinstance(value, dict) else None


def _or_none(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """Return None for an invalid position (empty or out of range), so that the rest of the message is not lost."""
    try:
        return handler(value)
    except ValidationError:
        return None


class Lenient(BaseModel):
    """A part of an event that ignores unknown fields, because Zalo adds some without notice."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Id = StrictStr


class Party(Lenient):
    """The sender or the recipient of a message."""

    id: Id
    admin_id: Id | None = None
    """The id of the employee. Present only if a person wrote in Zalo's chat tool."""


Someone = Annotated[Party | None, BeforeValidator(lambda value: {"id": value} if isinstance(value, str) else value)]
"""A sender or recipient. Template receipts may give only the id (PLATFORM 1.22)."""


class Coordinates(Lenient):
    """A position in degrees, which Zalo sends as strings."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class AttachmentPayload(Lenient):
    """The payload of an attachment of any type. Every field may be missing."""

    url: ZaloText = None
    thumbnail: ZaloText = None
    description: ZaloText = None
    name: ZaloText = None
    type: ZaloText = None
    size: ZaloText = None
    checksum: ZaloText = None
    coordinates: Annotated[Coordinates | None, WrapValidator(_or_none)] = None


def _objects(value: Any) -> list[Any]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


class ZaloAttachment(Lenient):
    """One attachment of a message on Zalo."""

    type: ZaloText = None
    payload: Annotated[AttachmentPayload, BeforeValidator(lambda value: value if isinstance(value, dict) else {})] = (
        AttachmentPayload()
    )


class ZaloMessage(Lenient):
    """The message of a user_send_* or oa_send_* event."""

    msg_id: Id | None = None
    text: ZaloText = None
    quote_msg_id: Id | None = None
    conversation_id: Id | None = None
    attachments: Annotated[list[ZaloAttachment], BeforeValidator(_objects)] = []


class SharedInfo(Lenient):
    """A citizen's answer to `request_user_info`, in its current and its older form (PLATFORM 1.18)."""

    name: ZaloText = None
    phone: ZaloText = None
    address: ZaloText = None
    ward: ZaloText = None
    district: ZaloText = None
    city: ZaloText = None
    full_address: Annotated[dict[str, str] | None, BeforeValidator(_address)] = None

    def one_line_address(self) -> str | None:
        """Return the address on one line, the most exact part first, or None."""
        full = self.full_address or {}
        parts = [full.get(name) for name in ("user_address", "user_ward", "user_city")]
        parts = parts if any(parts) else [self.address, self.ward, self.district, self.city]
        return ", ".join(part for part in parts if part) or None


class Envelope(Lenient):
    """The fields that every event has."""

    event_name: StrictStr
    timestamp: Milliseconds
    app_id: Id | None = None
    oa_id: Id | None = None
    sender: Someone = None
    recipient: Someone = None
    user_id: Id | None = None

    def user(self) -> str | None:
        """Return the citizen's Zalo id, or None. Its position depends on the kind of event."""
        return user_of(self.model_dump())


class ZaloEvent(Envelope):
    """An event of a conversation: a message from or to a citizen, contact data, follow or withdrawal."""

    follower: Party | None = None
    message: ZaloMessage | None = None
    info: SharedInfo | None = None


def event_key(raw: dict[str, Any]) -> str:
    """Return the key by which two deliveries of the same event are recognised.

    With a message it consists of name, user, message id and content: a redelivery under a new timestamp is the same
    event, while the parts of an album (same `msg_id`, other attachments) are different ones. Without a message it
    consists of name, user and timestamp.
    """
    name = str(raw.get("event_name"))
    message = raw.get("message")
    if isinstance(message, dict) and message.get("msg_id"):
        content = json.dumps(message, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(content.encode()).hexdigest()
        return f"{name}:{user_of(raw)}:{message['msg_id']}:{digest}"
    return f"{name}:{user_of(raw)}:{raw.get('timestamp')}"
