"""The admin port: health, counters, reset."""

from __future__ import annotations

from aiohttp import web

from infra.local.firestore.expiry import Expiry
from infra.local.firestore.reading import Backend
from infra.local.firestore.tally import Tally


def application(backend: Backend, tally: Tally, expiry: Expiry | None) -> web.Application:
    """`GET /health`, `GET /counters`, `POST /counters/reset`, `POST /reset`, `POST /expire`."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def counters(_: web.Request) -> web.Response:
        return web.json_response(tally.report())

    async def reset_counters(_: web.Request) -> web.Response:
        tally.reset()
        return web.json_response({})

    async def reset(_: web.Request) -> web.Response:
        backend.transactions.clear()
        backend.store.reset()
        return web.json_response({})

    async def expire(_: web.Request) -> web.Response:
        return web.json_response({"deleted": expiry.sweep() if expiry is not None else 0})

    app = web.Application()
    app.add_routes(
        [
            web.get("/health", health),
            web.get("/counters", counters),
            web.post("/counters/reset", reset_counters),
            web.post("/reset", reset),
            web.post("/expire", expire),
        ]
    )
    return app
