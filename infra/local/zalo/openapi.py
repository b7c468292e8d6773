"""The API of the hosts `openapi.zalo.me` and `oauth.zaloapp.com`. Failures are HTTP 200 with a non-zero `error`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from infra.local.simulators.faults import SimulatorFaults
from infra.local.simulators.templates import HANOI
from infra.local.zalo.account import Account
from infra.local.zalo.chat import Chat
from infra.local.zalo.events import user_id_by_app
from infra.local.zalo.history import History
from infra.local.zalo.oauth.tokens import Tokens, read_form, refusal
from infra.local.zalo.outgoing import INVALID, ApiError, OutgoingReader
from infra.local.zalo.settings import OA_NAME, ZaloSettings
from infra.local.zalo.template_messages import BY_PHONE_PATH, BY_USER_PATH, TemplateMessages

ACCESS_TOKEN_PATH = "/v4/oa/access_token"  # noqa: S105 - an address
_PLATFORM = ("/v2.0/", "/v3.0/", "/v4/", BY_PHONE_PATH)
_UPLOADS = {
    "image": (1024**2, {"image/jpeg", "image/png"}),
    "gif": (5 * 1024**2, {"image/gif"}),
    "file": (
        5 * 1024**2,
        {
            "application/pdf",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "text/csv",
        },
    ),
}
_OVER_LIMIT = -210
_GOVERNMENT = 4
_BAD_PHONE_TOKEN = -124

ApiCall = Callable[[web.Request, int], Awaitable[Any]]


def fault_middleware(faults: SimulatorFaults) -> Middleware:
    """Return a middleware that applies injected faults to the paths of Zalo's API."""

    @web.middleware
    async def obey(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(_PLATFORM):
            return await handler(request)

        def refuse(code: int | str) -> web.Response:
            oauth = request.path == ACCESS_TOKEN_PATH
            words = f"refused with {code}"
            return web.json_response(refusal(int(code), words) if oauth else {"error": code, "message": words})

        return await faults.answer(request, request.path, lambda: handler(request), refuse)

    return obey


class OpenApi:
    """Handlers of the paths of Zalo's API."""

    def __init__(self, settings: ZaloSettings, tokens: Tokens, chat: Chat, account: Account) -> None:
        self._settings = settings
        self._tokens = tokens
        self._chat = chat
        self._rules = account
        self._history = History(settings, chat.store, account)
        self._templates = TemplateMessages(chat)
        self._refused = Counter[int]()

    def add_routes(self, app: web.Application) -> None:
        """Register the paths of Zalo's API, and `/sim/refusals`, which counts refused calls by error number."""
        app.router.add_get("/sim/refusals", self._refusals)
        app.router.add_post(ACCESS_TOKEN_PATH, self._access_token)
        app.router.add_post("/v3.0/oa/message/cs", self._guarded(self._send))
        app.router.add_post(BY_USER_PATH, self._guarded(self._templates.by_user))
        app.router.add_post(BY_PHONE_PATH, self._guarded(self._templates.by_phone, bad_token=_BAD_PHONE_TOKEN))
        app.router.add_post("/v2.0/oa/upload/{kind:image|gif|file}", self._guarded(self._upload))
        app.router.add_post("/v2.0/oa/deletefollowerinfo", self._guarded(self._forget))
        app.router.add_get("/v3.0/oa/user/detail", self._guarded(self._user))
        app.router.add_get("/v2.0/oa/listrecentchat", self._guarded(self._history.recent))
        app.router.add_get("/v2.0/oa/conversation", self._guarded(self._history.conversation))
        app.router.add_get("/v2.0/oa/getoa", self._guarded(self._account))

    async def _access_token(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        return web.json_response(self._tokens.grant(request.headers.get("secret_key"), form, self._chat.stamp()))

    def _guarded(self, act: ApiCall, bad_token: int | None = None) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            now = self._chat.stamp()
            headers: dict[str, str] = {}
            try:
                self._check_token(request, now, bad_token)
                headers = self._rules.count_call(now)
                answer = {"error": 0, "message": "Success", "data": await act(request, now)}
            except ApiError as refused:
                self._refused[refused.code] += 1
                answer = {"error": refused.code, "message": str(refused)}
            return web.json_response(answer, headers=headers)

        return handle

    def _check_token(self, request: web.Request, now: int, bad_token: int | None) -> None:
        """Raise ApiError unless the request's token allows the call. `bad_token` overrides the error number."""
        if error := self._tokens.check(request.headers.get("access_token"), now):
            raise ApiError(bad_token or error, "Access token is invalid or has expired")

    async def _refusals(self, _request: web.Request) -> web.Response:
        return web.json_response({str(code): count for code, count in self._refused.items()})

    async def _send(self, request: web.Request, now: int) -> dict[str, Any]:
        body = _json(await request.text())
        message = OutgoingReader(self._chat.store, str(request.url.origin()), now).read(body)
        citizen = self._chat.store.citizen(message.user_id)
        free = self._rules.check_window(citizen["last_interaction"] if citizen else None, now)
        msg_id, at = self._chat.account_sends(message.user_id, message.text, message.attachments)
        sent: dict[str, Any] = {"message_id": msg_id, "user_id": message.user_id, "sent_time": str(at)}
        if free:  # a message that was charged comes without a quota (PLATFORM 3.2)
            owner = {"owner_type": "OA", "owner_id": self._settings.oa_id}
            sent["quota"] = {"quota_type": "reply", "remain": "8", "total": "8", **owner}
        return sent

    async def _upload(self, request: web.Request, now: int) -> dict[str, Any]:
        kind = request.match_info["kind"]
        part = (await request.post()).get("file")
        if not isinstance(part, web.FileField):
            raise ApiError(INVALID, "file is invalid")
        largest, media_types = _UPLOADS[kind]
        content = part.file.read()
        if part.content_type not in media_types:
            raise ApiError(INVALID, "file type is invalid")
        if len(content) > largest:
            raise ApiError(_OVER_LIMIT, f"file is over limit: {largest} bytes")
        file = self._chat.store.add_file(part.filename, part.content_type, content, now)
        return {"token" if kind == "file" else "attachment_id": file.id}

    async def _user(self, request: web.Request, _now: int) -> dict[str, Any]:
        asked = _json(request.query.get("data", ""))
        user_id = asked.get("user_id") if isinstance(asked, dict) else None
        row = self._chat.store.citizen(user_id) if isinstance(user_id, str) else None
        if row is None:
            raise ApiError(INVALID, "user_id is invalid")
        last = row["last_interaction"]
        return {
            "user_id": row["id"],
            "user_id_by_app": user_id_by_app(row["id"]),
            "user_external_id": "",
            "display_name": row["name"],
            "user_alias": row["name"],
            "is_sensitive": False,
            "user_last_interaction_date": f"{datetime.fromtimestamp(last / 1000, HANOI):%d/%m/%Y}" if last else "",
            "user_is_follower": bool(row["follower"]),
            "avatar": "",
            "avatars": {"120": "", "240": ""},
            "dynamic_param": "",
            "tags_and_notes_info": {"notes": [], "tag_names": []},
            "shared_info": json.loads(row["shared"]),
        }

    async def _forget(self, request: web.Request, _now: int) -> dict[str, Any]:
        """Delete the information that a citizen has shared. Unknown citizens are ignored."""
        body = _json(await request.text())
        user_id = body.get("user_id") if isinstance(body, dict) else None
        if not isinstance(user_id, str) or not user_id:
            raise ApiError(INVALID, "user_id is invalid")
        self._chat.store.share(user_id, {})
        return {}

    async def _account(self, _request: web.Request, _now: int) -> dict[str, Any]:
        return {
            "oaid": self._settings.oa_id,
            "name": OA_NAME,
            "description": "Tiếp nhận phản ánh, kiến nghị về quy định hành chính",
            "oa_type": _GOVERNMENT,
            "is_verified": True,
            "num_follower": sum(row["follower"] for row in self._chat.store.citizens()),
        }


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ApiError(INVALID, "body is invalid") from error
