"""Reading conversations: `listrecentchat` and `conversation`, newest first, at most ten messages per call.

The formats follow integrators' descriptions (PLATFORM 1.8). Both calls need a paid package, else the error is -224.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from aiohttp import web

from infra.local.simulators.templates import HANOI
from infra.local.zalo.account import Account
from infra.local.zalo.outgoing import INVALID, ApiError
from infra.local.zalo.settings import OA_NAME, ZaloSettings
from infra.local.zalo.store import ChatMessage, ChatStore

_MOST = 10
_TYPES = {"image": "photo", "gif": "GIF", "audio": "voice"}
"""Names of attachment types in these calls where they differ from the names in webhook events."""


class History:
    """Handlers of both calls. Their parameter `data` is JSON."""

    def __init__(self, settings: ZaloSettings, store: ChatStore, account: Account) -> None:
        self._settings = settings
        self._store = store
        self._account = account

    async def recent(self, request: web.Request, _now: int) -> list[dict[str, Any]]:
        """Return the latest messages of all conversations, newest first. The request gives `offset` and `count`."""
        return self._page(_asked(request), None)

    async def conversation(self, request: web.Request, _now: int) -> list[dict[str, Any]]:
        """Return the latest messages of one citizen's conversation, newest first. Raise ApiError without a user id."""
        asked = _asked(request)
        user_id = asked.get("user_id")
        if not isinstance(user_id, str) or not user_id:
            raise ApiError(INVALID, "user_id is invalid")
        return self._page(asked, user_id)

    def _page(self, asked: dict[str, Any], user_id: str | None) -> list[dict[str, Any]]:
        self._account.check_package()
        offset, count = asked.get("offset", 0), asked.get("count", 5)
        if not (isinstance(offset, int) and offset >= 0 and isinstance(count, int) and 0 < count <= _MOST):
            raise ApiError(INVALID, f"offset or count is invalid: at most {_MOST} messages a call")
        newest = sorted(self._store.messages(user_id), key=lambda one: (one.at, one.seq), reverse=True)
        return [self._as_json(message) for message in newest[offset : offset + count]]

    def _as_json(self, message: ChatMessage) -> dict[str, Any]:
        from_user = message.direction == "in"
        sent = datetime.fromtimestamp(message.at / 1000, HANOI)
        ends = (message.user_id, self._settings.oa_id) if from_user else (self._settings.oa_id, message.user_id)
        return {
            "message_id": message.msg_id,
            "src": 1 if from_user else 0,
            "time": message.at,
            "sent_time": f"{sent:%H:%M:%S %d/%m/%Y}",
            "from_id": ends[0],
            "from_display_name": "Công dân" if from_user else OA_NAME,
            "from_avatar": "",
            "to_id": ends[1],
            "to_display_name": OA_NAME if from_user else "Công dân",
            "to_avatar": "",
            **_content(message),
        }


def _content(message: ChatMessage) -> dict[str, Any]:
    if not message.attachments:
        return {"type": "text", "message": message.text}
    kind, payload = message.attachments[0]["type"], message.attachments[0].get("payload", {})
    content: dict[str, Any] = {"type": _TYPES.get(kind, kind), "message": message.text}
    if kind == "location":
        return {**content, "location": json.dumps(payload.get("coordinates", {}))}
    if kind == "link":
        return {**content, "links": [payload]}
    return {
        **content,
        "url": payload.get("url", ""),
        "thumb": payload.get("thumbnail", ""),
        "description": message.text,
    }


def _asked(request: web.Request) -> dict[str, Any]:
    try:
        asked = json.loads(request.query.get("data", ""))
    except ValueError as error:
        raise ApiError(INVALID, "data is invalid") from error
    if not isinstance(asked, dict):
        raise ApiError(INVALID, "data is invalid")
    return asked
