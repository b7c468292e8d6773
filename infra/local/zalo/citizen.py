"""HTTP addresses by which tests, scripts and the phone page act as a citizen: `/sim/users/{id}/...`, in JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from infra.local.simulators.server import read_json
from infra.local.zalo.chat import Chat
from infra.local.zalo.outgoing import LONGEST_TEXT


class CitizenBody(BaseModel):
    """The JSON body of an action. Unknown fields are rejected."""

    model_config = ConfigDict(extra="forbid")


class _Text(CitizenBody):
    text: str = Field(min_length=1)


class _Link(CitizenBody):
    url: str = Field(min_length=1)
    text: str | None = None


class _Place(CitizenBody):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class _StaffText(CitizenBody):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    admin_id: str = "1000000000000000001"


CitizenStep = Callable[[web.Request, str], Awaitable[dict[str, Any]]]


class CitizenActions:
    """Handlers of a citizen's actions, and of messages from the account's chat tool.

    An action of the citizen responds with the delivery report of its event. A message from the account's chat tool
    responds with its id and time.
    """

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def add_routes(self, app: web.Application) -> None:
        """Register an address `/sim/users/{id}/...` for every action."""
        steps: dict[str, CitizenStep] = {
            "text": self._text,
            "image": self._image,
            "audio": self._audio,
            "file": self._file,
            "sticker": self._sticker,
            "location": self._location,
            "follow": self._follow,
            "unfollow": self._unfollow,
            "submit_info": self._submit_info,
            "withdraw": self._withdraw,
            "staff": self._staff,
        }
        for name, step in steps.items():
            app.router.add_post(f"/sim/users/{{id}}/{name}", self._for_user(step))

    @staticmethod
    def _for_user(step: CitizenStep) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            return web.json_response(await step(request, request.match_info["id"]))

        return handle

    async def _text(self, request: web.Request, user_id: str) -> dict[str, Any]:
        body = _Text.model_validate(await read_json(request))
        return await self._chat.citizen_sends(user_id, "text", body.text, [])

    async def _image(self, request: web.Request, user_id: str) -> dict[str, Any]:
        link = await self._link(request)
        attachment = {"type": "image", "payload": {"thumbnail": link.url, "url": link.url}}
        return await self._chat.citizen_sends(user_id, "image", link.text, [attachment])

    async def _audio(self, request: web.Request, user_id: str) -> dict[str, Any]:
        link = await self._link(request)
        return await self._chat.citizen_sends(user_id, "audio", None, [{"type": "audio", "payload": {"url": link.url}}])

    async def _link(self, request: web.Request) -> _Link:
        """Return the address of a picture or recording, given as JSON or uploaded in the form field `file`."""
        if request.content_type == "application/json":
            return _Link.model_validate(await read_json(request))
        form = await request.post()
        text = form.get("text")
        return _Link(url=self._keep(request, form.get("file"))["url"], text=text if isinstance(text, str) else None)

    def _keep(self, request: web.Request, part: Any) -> dict[str, str]:
        if not isinstance(part, web.FileField):
            raise web.HTTPBadRequest(text="the form needs a file in the field 'file'")
        content = part.file.read()
        file = self._chat.store.add_file(part.filename, part.content_type, content, self._chat.stamp())
        suffix = part.filename.rpartition(".")[2]
        url = f"{request.url.origin()}/files/{file.id}"
        return {"url": url, "name": part.filename, "size": str(len(content)), "type": suffix}

    async def _file(self, request: web.Request, user_id: str) -> dict[str, Any]:
        payload = self._keep(request, (await request.post()).get("file"))
        return await self._chat.citizen_sends(user_id, "file", None, [{"type": "file", "payload": payload}])

    async def _sticker(self, _request: web.Request, user_id: str) -> dict[str, Any]:
        attachment = {"type": "sticker", "payload": {"id": "46961", "url": ""}}
        return await self._chat.citizen_sends(user_id, "sticker", None, [attachment])

    async def _location(self, request: web.Request, user_id: str) -> dict[str, Any]:
        place = _Place.model_validate(await read_json(request))
        coordinates = {"latitude": str(place.latitude), "longitude": str(place.longitude)}
        attachment = {"type": "location", "payload": {"coordinates": coordinates}}
        return await self._chat.citizen_sends(user_id, "location", None, [attachment])

    async def _follow(self, _request: web.Request, user_id: str) -> dict[str, Any]:
        return await self._happen(user_id, self._chat.events.of_follower("follow", user_id))

    async def _unfollow(self, _request: web.Request, user_id: str) -> dict[str, Any]:
        return await self._happen(user_id, self._chat.events.of_follower("unfollow", user_id))

    async def _withdraw(self, _request: web.Request, user_id: str) -> dict[str, Any]:
        return await self._happen(user_id, self._chat.events.flat("user_withdraw", user_id))

    async def _submit_info(self, request: web.Request, user_id: str) -> dict[str, Any]:
        info = await read_json(request)
        if not isinstance(info, dict):
            raise web.HTTPBadRequest(text="the shared information is an object")
        return await self._happen(user_id, self._chat.events.by_user("user_submit_info", user_id, info=info))

    async def _happen(self, user_id: str, body: str) -> dict[str, Any]:
        self._chat.observe(body)
        return await self._chat.deliveries.send_and_see(user_id, body)

    async def _staff(self, request: web.Request, user_id: str) -> dict[str, Any]:
        """Send a message as a person in the account's chat tool. The echo event has an `admin_id`."""
        body = _StaffText.model_validate(await read_json(request))
        msg_id, at = self._chat.account_sends(user_id, body.text, [], admin_id=body.admin_id)
        return {"msg_id": msg_id, "at": str(at)}
