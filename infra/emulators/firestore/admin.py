"""The admin port: health, counters and bill, faults, export and import, reset, expiry."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from infra.emulators.firestore.calls.interceptor import Desk
from infra.emulators.firestore.metering import pricing as bill
from infra.emulators.firestore.service.consistency import Backend
from infra.emulators.firestore.storage import export
from infra.emulators.firestore.writes.time_to_live import Expiry

_LARGEST_IMPORT = 1 << 30


@dataclass(frozen=True, slots=True)
class Admin:
    """The handlers."""

    backend: Backend
    desk: Desk
    expiry: Expiry | None

    async def health(self, _: web.Request) -> web.Response:
        """Ready."""
        return web.json_response({"status": "ok"})

    async def counters(self, _: web.Request) -> web.Response:
        """What calls have cost since the last reset, by method and by caller."""
        return web.json_response(self.desk.tally.report())

    async def reset_counters(self, _: web.Request) -> web.Response:
        """Count from zero."""
        self.desk.tally.reset()
        return web.json_response({})

    async def bill(self, request: web.Request) -> web.Response:
        """The counters times the prices; `?format=text`: as a table."""
        made = bill.bill(self.desk.tally.total())
        if request.query.get("format") == "text":
            return web.Response(text=bill.printed(made))
        return web.json_response(made)

    async def faults(self, _: web.Request) -> web.Response:
        """The faults in force."""
        return web.json_response({"faults": self.desk.faults.described()})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Put a fault into force."""
        try:
            fault = self.desk.faults.add(json.loads(await request.read()))
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.json_response(fault.described(), status=201)

    async def clear_faults(self, _: web.Request) -> web.Response:
        """No faults any more."""
        self.desk.faults.clear()
        return web.json_response({})

    async def export(self, request: web.Request) -> web.StreamResponse:
        """All documents as JSON lines, as of one moment."""
        made = b"".join(export.lines(self.backend.store))
        response = web.StreamResponse(headers={"Content-Type": "application/jsonl"})
        await response.prepare(request)
        await response.write(made)
        return response

    async def import_(self, request: web.Request) -> web.Response:
        """Put exported documents in the place of everything; what cannot be read changes nothing."""
        try:
            rows = export.parse((await request.read()).splitlines())
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        self.backend.transactions.clear()
        self.backend.store.replace(rows)
        return web.json_response({"documents": len(rows)})

    async def reset(self, _: web.Request) -> web.Response:
        """Forget all documents."""
        self.backend.transactions.clear()
        self.backend.store.replace([])
        return web.json_response({})

    async def expire(self, _: web.Request) -> web.Response:
        """Delete now what is past its time to live."""
        return web.json_response({"deleted": self.expiry.sweep() if self.expiry is not None else 0})


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(backend: Backend, desk: Desk, expiry: Expiry | None) -> web.Application:
    """The admin port's application."""
    admin = Admin(backend, desk, expiry)
    app = web.Application(client_max_size=_LARGEST_IMPORT)
    routes: list[tuple[str, str, Handler]] = [
        ("GET", "/health", admin.health),
        ("GET", "/counters", admin.counters),
        ("POST", "/counters/reset", admin.reset_counters),
        ("GET", "/bill", admin.bill),
        ("GET", "/faults", admin.faults),
        ("POST", "/faults", admin.add_fault),
        ("DELETE", "/faults", admin.clear_faults),
        ("GET", "/export", admin.export),
        ("POST", "/import", admin.import_),
        ("POST", "/reset", admin.reset),
        ("POST", "/expire", admin.expire),
    ]
    app.add_routes([web.route(*route) for route in routes])
    return app
