"""Assemble the portal simulator from its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from infra.local.portal.gateway import Access, Gateway, PortalClock
from infra.local.portal.pages import Browser
from infra.local.portal.store import TABLES_SQL, PortalStore
from infra.local.simulators.database import empty_database, open_database
from infra.local.simulators.faults import SimulatorFaults
from infra.local.simulators.server import make_app


def build(access: Access, data: Path) -> web.Application:
    database = open_database(data, TABLES_SQL)
    store, faults, clock = PortalStore(database), SimulatorFaults(), PortalClock.from_environment()

    async def reset() -> None:
        empty_database(database)
        faults.clear()
        clock.skew = timedelta()

    async def life(_app: web.Application) -> AsyncIterator[None]:
        yield
        database.close()

    app = make_app(reset)
    app.cleanup_ctx.append(life)
    faults.add_routes(app)
    Gateway(store, access, clock, faults).add_routes(app)
    Browser(store, clock).add_routes(app)
    return app
