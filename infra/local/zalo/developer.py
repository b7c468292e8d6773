"""The developer console of the app at Zalo: the check of a new webhook address, and the buttons for test events.

PLATFORM 1.4 describes both. A test event is signed and names people who do not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from infra.local.zalo.delivery import Deliveries
from infra.local.zalo.events import Events, new_msg_id

_NOBODY = "1111111111111111111"
_PICTURE = "https://developers.zalo.me/web/static/zalo.png"
_PAYLOADS: dict[str, dict[str, Any]] = {
    "image": {"thumbnail": _PICTURE, "url": _PICTURE},
    "gif": {"thumbnail": _PICTURE, "url": _PICTURE},
    "link": {"thumbnail": _PICTURE, "url": _PICTURE, "description": "mô tả"},
    "audio": {"url": _PICTURE},
    "video": {"url": _PICTURE, "thumbnail": _PICTURE, "description": "mô tả"},
    "sticker": {"id": "46961", "url": _PICTURE},
    "location": {"coordinates": {"latitude": "21.028", "longitude": "105.854"}},
    "file": {"url": _PICTURE, "name": "a.pdf", "size": "12345", "type": "pdf", "checksum": "0" * 32},
    "business_card": {"thumbnail": _PICTURE, "url": _PICTURE, "description": '{"phone":"84912345678"}'},
}


class Developer:
    """Handlers of `POST /sim/probe` and `POST /sim/test/{event_name}`. Both return the webhook's response."""

    def __init__(self, events: Events, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        self._makers: list[tuple[str, Callable[[str], str]]] = [
            ("user_send_", lambda name: events.by_user(name, _NOBODY, message=_message(name))),
            ("oa_send_", lambda name: events.by_account(name, _NOBODY, message=_message(name))),
            ("user_received_", lambda name: events.by_account(name, _NOBODY, message={"msg_id": new_msg_id()})),
            ("user_seen_", lambda name: events.by_account(name, _NOBODY, message={"msg_ids": [new_msg_id()]})),
            ("follow", lambda name: events.of_follower(name, _NOBODY)),
            ("unfollow", lambda name: events.of_follower(name, _NOBODY)),
            ("", lambda name: events.flat(name, _NOBODY)),
        ]

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/sim/probe", self._probe)
        app.router.add_post("/sim/test/{name:[a-z_]+}", self._test)

    async def _probe(self, _request: web.Request) -> web.Response:
        """Check the webhook address with an unsigned `{}`, GET and HEAD.

        Zalo accepts the address if all responses are 200.
        """
        statuses = await self._deliveries.probe()
        return web.json_response({"saved": set(statuses.values()) == {200}, "statuses": statuses})

    async def _test(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        make = next(make for start, make in self._makers if name.startswith(start))
        return web.json_response(await self._deliveries.send_and_see("", make(name)))


def _message(name: str) -> dict[str, Any]:
    kind = name.partition("_send_")[2]
    if kind == "text":
        return {"msg_id": new_msg_id(), "text": "This is testing message"}
    payload = _PAYLOADS.get(kind, {})
    return {
        "msg_id": new_msg_id(),
        "attachments": [{"type": "link" if kind == "business_card" else kind, "payload": payload}],
    }
