"""The admin port, an HTTP interface for health, costs, faults, export, import, reset and time to live."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from infra.emulators.firestore.calls.interceptor import Interceptor
from infra.emulators.firestore.metering import pricing
from infra.emulators.firestore.service.consistency import Backend
from infra.emulators.firestore.storage import export
from infra.emulators.firestore.writes.time_to_live import TimeToLive

_LARGEST_IMPORT = 1 << 30


@dataclass(frozen=True, slots=True)
class Admin:
    """Handlers of the admin port. They respond with JSON unless documented otherwise."""

    backend: Backend
    interceptor: Interceptor
    time_to_live: TimeToLive | None

    async def health(self, _: web.Request) -> web.Response:
        """Respond with 200 once the emulator is ready."""
        return web.json_response({"status": "ok"})

    async def counters(self, _: web.Request) -> web.Response:
        """Return the cost of the calls since the last reset, by method and by caller."""
        return web.json_response(self.interceptor.counters.report())

    async def reset_counters(self, _: web.Request) -> web.Response:
        self.interceptor.counters.reset()
        return web.json_response({})

    async def bill(self, request: web.Request) -> web.Response:
        """Return the price of the counted calls as JSON, or as a table with `?format=text`."""
        bill = pricing.bill_of(self.interceptor.counters.total())
        if request.query.get("format") == "text":
            return web.Response(text=pricing.as_table(bill))
        return web.json_response(bill)

    async def faults(self, _: web.Request) -> web.Response:
        """Return the active faults, with the number of calls that each has hit."""
        return web.json_response({"faults": self.interceptor.faults.described()})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Add the fault in the body and return it with status 201. Respond with 400 if it cannot be parsed."""
        try:
            fault = self.interceptor.faults.add(json.loads(await request.read()))
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.json_response(fault.described(), status=201)

    async def clear_faults(self, _: web.Request) -> web.Response:
        self.interceptor.faults.clear()
        return web.json_response({})

    async def export(self, request: web.Request) -> web.StreamResponse:
        """Return the documents as JSON lines, all as of one moment.

        `?database=ID` and `?under=PATH` select some of them.
        """
        content = b"".join(export.lines(self.backend.store, request.query.get("database"), request.query.get("under")))
        response = web.StreamResponse(headers={"Content-Type": "application/jsonl"})
        await response.prepare(request)
        await response.write(content)
        return response

    async def import_(self, request: web.Request) -> web.Response:
        """Replace all documents by the export in the body, and end all transactions.

        Respond with 400 and change nothing if the body cannot be parsed.
        """
        try:
            rows = export.parse((await request.read()).splitlines())
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        self.backend.transactions.clear()
        self.backend.store.replace(rows)
        return web.json_response({"documents": len(rows)})

    async def reset(self, _: web.Request) -> web.Response:
        """Delete all documents of all databases, and end all transactions."""
        self.backend.transactions.clear()
        self.backend.store.replace([])
        return web.json_response({})

    async def expire(self, _: web.Request) -> web.Response:
        """Delete the documents whose TTL field has expired, and return their number."""
        return web.json_response({"deleted": self.time_to_live.sweep() if self.time_to_live is not None else 0})


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(backend: Backend, interceptor: Interceptor, time_to_live: TimeToLive | None) -> web.Application:
    admin = Admin(backend, interceptor, time_to_live)
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
