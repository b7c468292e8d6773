"""Zalo's events other than messages, and the choice of an event's class (`parse_event`).

Source: PLATFORM 1.16 to PLATFORM 1.22. Most of them change nothing in this system. They are typed so that an event of
an unknown form becomes a dead letter and is not silently lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from petitions.domain.zalo.events import Envelope, Id, Lenient, ZaloEvent, ZaloMessage, ZaloText


class Anonymous(Envelope):
    """A message from a person who is not logged in, or the answer to it (PLATFORM 1.21)."""

    message: ZaloMessage | None = None


class MessageRef(Lenient):
    """The ids of the messages that a receipt is about."""

    msg_id: Id | None = None
    msg_ids: tuple[Id, ...] = ()
    tracking_id: Id | None = None
    """The id that this system gave a template. It is in receipts of templates (PLATFORM 1.16, PLATFORM 1.22)."""
    react_icon: ZaloText = None

    def ids(self) -> list[str]:
        return [*([self.msg_id] if self.msg_id else []), *self.msg_ids]


class Received(Envelope):
    """The event that a message from this account has reached the phone.

    Chat messages and templates use the same event name (PLATFORM 1.16, PLATFORM 1.22).
    """

    message: MessageRef


class Seen(Envelope):
    """The event that messages from this account were read."""

    message: MessageRef


class Reacted(Envelope):
    """A reaction to a message by the citizen or by the account."""

    message: MessageRef


class Clicked(Envelope):
    """The event `user_click_chatnow`: a person opened the chat without having written."""


class FeedbackMessage(MessageRef):
    """A person's rating of the account in a rating template."""

    rate: int | None = None
    """The rating from 1 to 5."""
    note: ZaloText = None
    feedbacks: tuple[str, ...] = ()


class Feedback(Envelope):
    """The answer to a rating template.

    It has no user id, only Zalo's id and this system's id of the message (PLATFORM 1.22).
    """

    message: FeedbackMessage


class ResponseButton(Envelope):
    """The event that a person pressed a button of a template."""

    msg_id: Id | None = None
    """The id of the message. In this event it is outside of `message`."""
    message: MessageRef


class UserData(Envelope):
    """The event `update_user_info` and the widget's events, which have their content in `data`."""

    data: dict[str, Any] = Field(default_factory=dict)


class Tag(Lenient):
    """A label that the account gives to citizens."""

    name: ZaloText = None
    user_ids: tuple[Id, ...] = ()


class Tagged(Envelope):
    """The event that a label was given to a citizen, taken from one, or deleted."""

    tag: Tag


class CallConsent(Envelope):
    """A request for permission to phone, or the answer. It is no consent to data processing (PLATFORM 1.20)."""

    phone: ZaloText = None
    request_type: ZaloText = None
    user_consent: ZaloText = None


class Call(Envelope):
    """An event about a phone call over Zalo."""

    call_id: Id | None = None
    phone: ZaloText = None
    status_code: ZaloText = None


class Group(Envelope):
    """An event in a group chat."""

    group_id: Id | None = None


class TemplateEvent(Envelope):
    """A change of a template's approval, quality or allowance."""

    template_id: Id | None = None
    status: dict[str, Any] = Field(default_factory=dict)
    quality: ZaloText = None
    reason: ZaloText = None


class Quota(Envelope):
    """A change of the account's daily allowance of templates."""

    oa_id: Id | None = Field(default=None, alias="oaId")
    """The id of the Official Account. In this event alone, Zalo spells it `oaId`."""
    quota: dict[str, Any] = Field(default_factory=dict)


class Unknown(Envelope):
    """An event with an unknown name."""


_BY_NAME: dict[str, type[Envelope]] = {
    "user_submit_info": ZaloEvent,
    "follow": ZaloEvent,
    "unfollow": ZaloEvent,
    "user_withdraw": ZaloEvent,
    "user_received_message": Received,
    "user_seen_message": Seen,
    "user_reacted_message": Reacted,
    "oa_reacted_message": Reacted,
    "user_click_chatnow": Clicked,
    "user_feedback": Feedback,
    "user_click_response_button": ResponseButton,
    "update_user_info": UserData,
    "add_user_to_tag": Tagged,
    "remove_user_from_tag": Tagged,
    "remove_tag": Tagged,
    "oa_send_consent": CallConsent,
    "user_reply_consent": CallConsent,
    "user_call_oa": Call,
    "oa_call_user": Call,
    "change_oa_daily_quota": Quota,
}

_BY_START: tuple[tuple[str, type[Envelope]], ...] = (
    ("user_send_group_", Group),
    ("oa_send_group_", Group),
    ("oa_send_anonymous_", Anonymous),
    ("anonymous_send_", Anonymous),
    ("user_send_", ZaloEvent),
    ("oa_send_", ZaloEvent),
    ("widget_", UserData),
    ("change_", TemplateEvent),
)


def parse_event(raw: Mapping[str, Any]) -> Envelope:
    """Return the event as an instance of the class for its name.

    Raise ValueError if it is not a JSON object, or if its ids, name or time are malformed.
    """
    if not isinstance(raw, Mapping):
        raise ValueError("an event is a JSON object")  # noqa: TRY004 - like pydantic's own
    name = str(raw.get("event_name"))
    if "group" in name and not name.startswith(("user_send_group_", "oa_send_group_")):
        return Group.model_validate(raw)
    kind = _BY_NAME.get(name) or next((kind for start, kind in _BY_START if name.startswith(start)), Unknown)
    return kind.model_validate(raw)
