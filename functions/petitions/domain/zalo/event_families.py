"""The other families of Zalo's events, and which class an event is of: `parse_event`.

Source: PLATFORM 1.16 to PLATFORM 1.22. Most of them change nothing here; they are typed so that a form of theirs that
we do not know shows as a dead letter and not as a silent loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from petitions.domain.zalo.events import Envelope, Id, Lenient, Words, ZaloEvent, ZaloMessage


class Anonymous(Envelope):
    """A message of someone who is not logged in, or the answer to it (PLATFORM 1.21)."""

    message: ZaloMessage | None = None


class MessageRef(Lenient):
    """Which messages a receipt is about; those of templates carry `tracking_id` too (PLATFORM 1.16, PLATFORM 1.22)."""

    msg_id: Id | None = None
    msg_ids: tuple[Id, ...] = ()
    tracking_id: Id | None = None
    react_icon: Words = None

    def ids(self) -> list[str]:
        """All that are named."""
        return [*([self.msg_id] if self.msg_id else []), *self.msg_ids]


class Received(Envelope):
    """A message of ours reached the phone; the same name for chat and templates (PLATFORM 1.16, PLATFORM 1.22)."""

    message: MessageRef


class Seen(Envelope):
    """Messages of ours were read."""

    message: MessageRef


class Reacted(Envelope):
    """A reaction to a message, by the citizen or by the account."""

    message: MessageRef


class Clicked(Envelope):
    """Someone who never wrote opened the chat: `user_click_chatnow`."""


class FeedbackMessage(MessageRef):
    """One to five, and what was said."""

    rate: int | None = None
    note: Words = None
    feedbacks: tuple[str, ...] = ()


class Feedback(Envelope):
    """The answer to a rating template: no user id, only the message's and ours (PLATFORM 1.22)."""

    message: FeedbackMessage


class ResponseButton(Envelope):
    """A button of a template was pressed; its `msg_id` stands outside."""

    msg_id: Id | None = None
    message: MessageRef


class UserData(Envelope):
    """`update_user_info`, the widget's events: what is told stands in `data`."""

    data: dict[str, Any] = Field(default_factory=dict)


class Tag(Lenient):
    """A label that the account gives to citizens."""

    name: Words = None
    user_ids: tuple[Id, ...] = ()


class Tagged(Envelope):
    """A label was given, taken or removed."""

    tag: Tag


class CallConsent(Envelope):
    """Leave to telephone: asked for, or answered. Not consent to data processing (PLATFORM 1.20)."""

    phone: Words = None
    request_type: Words = None
    user_consent: Words = None


class Call(Envelope):
    """A telephone call by Zalo."""

    call_id: Id | None = None
    phone: Words = None
    status_code: Words = None


class Group(Envelope):
    """Something in a group chat."""

    group_id: Id | None = None


class Template(Envelope):
    """A template's approval, quality or allowance changed."""

    template_id: Id | None = None
    status: dict[str, Any] = Field(default_factory=dict)
    quality: Words = None
    reason: Words = None


class Quota(Envelope):
    """The account's daily allowance of templates changed; its id is spelled in another way here (sic)."""

    oa_id: Id | None = Field(default=None, alias="oaId")
    quota: dict[str, Any] = Field(default_factory=dict)


class Unknown(Envelope):
    """A name that is not known here."""


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
    ("change_", Template),
)


def parse_event(raw: Mapping[str, Any]) -> Envelope:
    """The event as its family has it; raises ValueError when its ids, name or time are not what they must be."""
    if not isinstance(raw, Mapping):
        raise ValueError("an event is a JSON object")  # noqa: TRY004 - as pydantic's own
    name = str(raw.get("event_name"))
    if "group" in name and not name.startswith(("user_send_group_", "oa_send_group_")):
        return Group.model_validate(raw)
    kind = _BY_NAME.get(name) or next((kind for start, kind in _BY_START if name.startswith(start)), Unknown)
    return kind.model_validate(raw)
