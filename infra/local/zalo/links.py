"""Web addresses of attachments with the faults of real ones: dead, slow, redirecting, wrongly typed, too large."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

PHOTO = "/static/photo.jpg"
"""A photo whose metadata contain a place: Hoàn Kiếm lake."""

LINK_CHOICES = (
    ("Ảnh có tọa độ nơi chụp", PHOTO),
    ("Ảnh sau một lần chuyển hướng", "/links/moved"),
    ("Liên kết hỏng", "/links/dead"),
    ("Liên kết rất chậm", "/links/slow"),
    ("Chuyển hướng vào mạng nội bộ", "/links/private"),
    ("Không phải ảnh", "/links/page"),
    ("Ảnh quá lớn", "/links/large"),
)
"""The faulty attachment addresses that the phone page offers."""

_SECONDS = 60
_MEBIBYTES = 26


class Links:
    """Handlers of `/links/...`, addresses that always misbehave in the same way."""

    def add_routes(self, app: web.Application) -> None:
        ways: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
            "moved": self._moved,
            "dead": self._dead,
            "slow": self._slow,
            "private": self._private,
            "page": self._page,
            "large": self._large,
        }
        for name, way in ways.items():
            app.router.add_get(f"/links/{name}", way)

    async def _moved(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(PHOTO)

    async def _dead(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPNotFound

    async def _private(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://169.254.169.254/computeMetadata/v1/")

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"<html><script>alert(1)</script></html>", content_type="image/jpeg")

    async def _slow(self, request: web.Request) -> web.StreamResponse:
        response = await _begun(request)
        for _ in range(_SECONDS):
            await response.write(b"\xff")
            await asyncio.sleep(1)
        return response

    async def _large(self, request: web.Request) -> web.StreamResponse:
        response = await _begun(request)
        for _ in range(_MEBIBYTES):
            await response.write(bytes(2**20))
        return response


async def _begun(request: web.Request) -> web.StreamResponse:
    """Send the headers of a photo of unknown length, and return the response for its content."""
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    await response.prepare(request)
    await response.write(b"\xff\xd8\xff\xe0")
    return response
