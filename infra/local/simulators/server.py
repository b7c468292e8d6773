"""The web server of a simulator, one aiohttp process on 127.0.0.1."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

PAGES = Path(__file__).parent / "pages"
_LARGEST_REQUEST = 30 * 1024 * 1024


async def read_json(request: web.Request) -> Any:
    """Return the request's JSON. Respond with 400 if the body is not JSON."""
    try:
        return json.loads(await request.read())
    except ValueError as error:
        raise web.HTTPBadRequest(text="the body is not JSON") from error


@web.middleware
async def _explain_bad_input(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        return web.json_response({"problems": problems}, status=400)


def make_app(reset: Callable[[], Awaitable[None]]) -> web.Application:
    """Return an application with the addresses of all simulators: `GET /health`, `POST /reset`, the style sheet."""

    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def start_again(_request: web.Request) -> web.Response:
        await reset()
        return web.json_response({"status": "empty"})

    app = web.Application(middlewares=[_explain_bad_input], client_max_size=_LARGEST_REQUEST)
    app.router.add_get("/health", health)
    app.router.add_post("/reset", start_again)
    app.router.add_static("/pages/", PAGES)
    return app


def serve(app: web.Application, port: int) -> None:
    """Serve on 127.0.0.1 until SIGINT or SIGTERM. Open responses are cut after one second."""
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None, shutdown_timeout=1.0)
