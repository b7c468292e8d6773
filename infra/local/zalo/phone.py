"""A citizen's phone as a web page: a list of citizens, and the live chat of one of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from infra.local.simulators.templates import Pages
from infra.local.zalo.chat import Chat
from infra.local.zalo.links import LINK_CHOICES
from infra.local.zalo.settings import OA_NAME
from infra.local.zalo.store import ChatMessage, default_name

_HERE = Path(__file__).parent
# The delay after which a closed page is noticed. After that, messages are no longer reported as seen.
_LOOK_SECONDS = 1.0
# Places to choose from, in WGS 84.
_PLACES = (
    ("Hồ Hoàn Kiếm", 21.0287, 105.8524),
    ("Công viên Cầu Giấy", 21.0306, 105.7893),
    ("Trung tâm Hà Đông", 20.9713, 105.7788),
    ("Cầu Long Biên", 21.0436, 105.8586),
    ("Đông Anh", 21.1394, 105.8497),
    ("Thành cổ Sơn Tây", 21.1381, 105.5033),
    ("Sân bay Nội Bài", 21.2187, 105.8042),
)


class Phone:
    """Handlers of the phone pages, and of the stream of new messages for them."""

    def __init__(self, chat: Chat, new_id: Callable[[], str]) -> None:
        self._chat = chat
        self._new_id = new_id
        self._pages = Pages(_HERE)
        self._closing = False

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self._people)
        app.router.add_post("/people", self._new_person)
        app.router.add_get("/phone", self._phone)
        app.router.add_get("/phone/stream", self._stream)
        app.router.add_static("/static/", _HERE / "static")

    async def close(self, _app: web.Application) -> None:
        self._closing = True
        self._chat.phones.ring_all()

    async def _people(self, _request: web.Request) -> web.Response:
        return self._pages.response("people.html", people=self._chat.store.citizens(), oa_name=OA_NAME)

    async def _new_person(self, request: web.Request) -> web.Response:
        name = str((await request.post()).get("name", "")).strip()
        if not name:
            raise web.HTTPSeeOther("/")
        user_id = self._new_id()
        self._chat.store.meet(user_id, self._chat.stamp(), name[:80])
        raise web.HTTPSeeOther(f"/phone?user={user_id}")

    async def _phone(self, request: web.Request) -> web.Response:
        user_id = request.query.get("user", "")
        if not user_id:
            raise web.HTTPSeeOther("/")
        citizen = self._chat.store.citizen(user_id)
        messages = self._chat.store.messages(user_id)
        return self._pages.response(
            "phone.html",
            user_id=user_id,
            name=citizen["name"] if citizen else default_name(user_id),
            follower=bool(citizen and citizen["follower"]),
            messages=messages,
            last_seq=messages[-1].seq if messages else 0,
            places=_PLACES,
            links=LINK_CHOICES,
            oa_name=OA_NAME,
        )

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Stream server-sent events: `message` with a new message as HTML, `reset` after the state was deleted."""
        user_id = request.query["user"]
        after = int(request.headers.get("Last-Event-ID") or request.query.get("after", "0"))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        phones, store = self._chat.phones, self._chat.store
        epoch = phones.epoch if after <= store.last_seq() else None
        with phones.watch(user_id) as bell, contextlib.suppress(ConnectionError):
            self._chat.citizen_sees(user_id)
            while request.transport is not None and not self._closing:
                if phones.epoch != epoch:
                    await response.write(b"event: reset\ndata: {}\n\n")
                    break
                bell.clear()
                for message in store.messages(user_id, after=after):
                    await response.write(self._sse(message))
                    after = message.seq
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), _LOOK_SECONDS)
        return response

    def _sse(self, message: ChatMessage) -> bytes:
        data = json.dumps({"html": self._pages.text("bubble.html", message=message, oa_name=OA_NAME)})
        return f"id: {message.seq}\nevent: message\ndata: {data}\n\n".encode()


def new_user_id() -> str:
    """Return a random id of 19 digits, like Zalo's. It is a string, because JavaScript cannot hold such a number."""
    return str(10**18 + secrets.randbelow(9 * 10**18))
