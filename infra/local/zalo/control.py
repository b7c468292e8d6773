"""HTTP addresses by which tests and scripts inspect and control the Zalo simulator: `/sim/...`."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from pydantic import Field

from infra.local.simulators.server import read_json
from infra.local.zalo.chat import Chat
from infra.local.zalo.citizen import CitizenBody
from infra.local.zalo.delivery import Trouble
from infra.local.zalo.oauth.tokens import Tokens


class _Name(CitizenBody):
    name: str = Field(min_length=1, max_length=80)


class _RawEvent(CitizenBody):
    event: str


class Control:
    """Handlers for citizens, conversations, deliveries, tokens and files."""

    def __init__(self, chat: Chat, tokens: Tokens, new_id: Callable[[], str]) -> None:
        self._chat = chat
        self._tokens = tokens
        self._new_id = new_id

    def add_routes(self, app: web.Application) -> None:
        """Register the addresses `/sim/...`, and `/files/{id}` for uploaded files."""
        app.router.add_get("/sim/users", self._users)
        app.router.add_post("/sim/users", self._new_user)
        app.router.add_get("/sim/messages", self._messages)
        app.router.add_post("/sim/observe", self._observe)
        app.router.add_post("/sim/raw", self._raw)
        app.router.add_get("/sim/deliveries", self._deliveries)
        app.router.add_get("/sim/deliveries/under-way", self._under_way)
        app.router.add_post("/sim/deliveries/{number:[0-9]+}/repeat", self._repeat)
        app.router.add_get("/sim/trouble", self._trouble)
        app.router.add_post("/sim/trouble", self._new_trouble)
        app.router.add_get("/sim/tokens", self._token_counts)
        app.router.add_post("/sim/tokens/expire", self._expire_token)
        app.router.add_get("/files/{id}", self._served_file)

    async def _users(self, _request: web.Request) -> web.Response:
        rows = self._chat.store.citizens()
        users = [
            {
                "id": row["id"],
                "name": row["name"],
                "follower": bool(row["follower"]),
                "last_interaction": str(row["last_interaction"]) if row["last_interaction"] else None,
            }
            for row in rows
        ]
        return web.json_response(users)

    async def _new_user(self, request: web.Request) -> web.Response:
        name = _Name.model_validate(await read_json(request)).name
        user_id = self._new_id()
        self._chat.store.meet(user_id, self._chat.stamp(), name)
        return web.json_response({"id": user_id, "name": name})

    async def _messages(self, request: web.Request) -> web.Response:
        since = request.query.get("since", "0")
        if not since.isdecimal():
            raise web.HTTPBadRequest(text="'since' is in milliseconds since 1970")
        messages = self._chat.store.messages(request.query.get("user_id"), since=int(since))
        return web.json_response([message.as_json() for message in messages])

    async def _observe(self, request: web.Request) -> web.Response:
        event = _RawEvent.model_validate(await read_json(request)).event
        try:
            observed = self._chat.observe(event)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise web.HTTPBadRequest(text="the event is not one of Zalo's") from error
        return web.json_response({"observed": observed})

    async def _raw(self, request: web.Request) -> web.Response:
        """Sign and deliver any body unchanged, even one that Zalo would not send."""
        event = _RawEvent.model_validate(await read_json(request)).event
        return web.json_response(await self._chat.deliveries.send_and_see("", event))

    async def _deliveries(self, _request: web.Request) -> web.Response:
        return web.json_response(self._chat.deliveries.all())

    async def _under_way(self, _request: web.Request) -> web.Response:
        return web.json_response({"count": self._chat.deliveries.under_way()})

    async def _repeat(self, request: web.Request) -> web.Response:
        try:
            earlier = self._chat.deliveries.report(int(request.match_info["number"]))
        except LookupError as error:
            raise web.HTTPNotFound from error
        return web.json_response(await self._chat.deliveries.send_and_see(earlier["user_id"], earlier["body"]))

    async def _trouble(self, _request: web.Request) -> web.Response:
        return web.json_response(self._chat.deliveries.trouble.model_dump())

    async def _new_trouble(self, request: web.Request) -> web.Response:
        """Replace the injected disturbance of deliveries (`Trouble`). `{}` ends it."""
        self._chat.deliveries.trouble = Trouble.model_validate(await read_json(request))
        return await self._trouble(request)

    async def _token_counts(self, _request: web.Request) -> web.Response:
        return web.json_response(self._tokens.counts(self._chat.stamp()))

    async def _expire_token(self, request: web.Request) -> web.Response:
        self._tokens.expire()
        return await self._token_counts(request)

    async def _served_file(self, request: web.Request) -> web.Response:
        file = self._chat.store.file(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=file.type, headers={"X-Content-Type-Options": "nosniff"})
