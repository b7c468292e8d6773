"""Send template messages (PLATFORM 3.4) to a user id or, on the path of the business host, to a phone number.

Every template id counts as approved. A phone number is known if a citizen shared it (`request_user_info`). For any
other number, a citizen is added with the number as id, so that the message can be seen.
"""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import web

from infra.local.zalo.chat import Chat
from infra.local.zalo.outgoing import INVALID, ApiError

BY_USER_PATH = "/v3.0/oa/message/template"
BY_PHONE_PATH = "/message/template"
LONGEST_TRACKING_ID = 48
_PHONE = re.compile(r"84[0-9]{9,10}")
_NOT_A_PHONE = -108
_WRONG_TEMPLATE = -109
_WRONG_DATA = -132


class TemplateMessages:
    """Handlers of both calls. The caller's token is checked before."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def by_user(self, request: web.Request, _now: int) -> dict[str, Any]:
        """Send a template message to a user id, at any time after the user's last action.

        Its echo event has a different name than that of other messages.
        """
        body = await _body(request)
        user_id = body.get("user_id")
        if not isinstance(user_id, str) or not user_id:
            raise ApiError(INVALID, "user_id is invalid")
        msg_id, at = self._chat.account_sends(user_id, _text(body, INVALID, INVALID), [_attachment(body)])
        return {"message_id": msg_id, "user_id": user_id, "sent_time": str(at)}

    async def by_phone(self, request: web.Request, _now: int) -> dict[str, Any]:
        """Send a template message to a phone number. The receipt contains the caller's `tracking_id`."""
        body = await _body(request)
        phone, tracking_id = str(body.get("phone")), str(body.get("tracking_id") or "")
        if not _PHONE.fullmatch(phone):
            raise ApiError(_NOT_A_PHONE, "Phone number is invalid")
        if not 0 < len(tracking_id) <= LONGEST_TRACKING_ID:
            raise ApiError(_WRONG_DATA, "tracking_id is invalid")
        text = _text(body, _WRONG_TEMPLATE, _WRONG_DATA)
        msg_id, at = self._chat.template_to_phone(self._owner(phone), phone, text, [_attachment(body)], tracking_id)
        quota = {"dailyQuota": "500", "remainingQuota": "499"}
        return {"msg_id": msg_id, "sent_time": str(at), "sending_mode": "1", "quota": quota}

    def _owner(self, phone: str) -> str:
        for row in self._chat.store.citizens():
            if str(json.loads(row["shared"]).get("phone", "")) == phone:
                return str(row["id"])
        return phone


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text())
    except ValueError as error:
        raise ApiError(INVALID, "body is invalid") from error
    if not isinstance(body, dict):
        raise ApiError(INVALID, "body is invalid")
    return body


def _text(body: dict[str, Any], wrong_template: int, wrong_data: int) -> str:
    """Return the template's parameters as text for the phone page, one per line. Raise ApiError for invalid data."""
    if not isinstance(body.get("template_id"), str) or not body["template_id"]:
        raise ApiError(wrong_template, "template_id is invalid")
    data = body.get("template_data")
    if not isinstance(data, dict) or not data or not all(isinstance(value, str) and value for value in data.values()):
        raise ApiError(wrong_data, "template_data is invalid")
    return "\n".join(f"{name}: {value}" for name, value in data.items())


def _attachment(body: dict[str, Any]) -> dict[str, Any]:
    return {"type": "template", "payload": {"template_id": body["template_id"]}}
