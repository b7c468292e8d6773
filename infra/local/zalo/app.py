"""Assemble the Zalo simulator from its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from infra.local.clock import LocalClock
from infra.local.simulators.database import empty_database, open_database
from infra.local.simulators.faults import SimulatorFaults
from infra.local.simulators.server import make_app
from infra.local.zalo import account, delivery, store
from infra.local.zalo.chat import Chat, Stamp
from infra.local.zalo.citizen import CitizenActions
from infra.local.zalo.control import Control
from infra.local.zalo.developer import Developer
from infra.local.zalo.events import Events
from infra.local.zalo.links import Links
from infra.local.zalo.oauth import consent, tokens
from infra.local.zalo.openapi import OpenApi, fault_middleware
from infra.local.zalo.phone import Phone, new_user_id
from infra.local.zalo.settings import ZaloSettings


def build(settings: ZaloSettings, data: Path) -> web.Application:
    database = open_database(
        data, store.TABLES_SQL + tokens.TABLES_SQL + consent.TABLES_SQL + delivery.TABLES_SQL + account.TABLES_SQL
    )
    stamp, faults = Stamp(LocalClock.from_environment()), SimulatorFaults()
    rules = account.Account(database, settings)
    deliveries = delivery.Deliveries(database, settings, rules)
    consents = consent.Consents(database, settings, stamp)
    grants = tokens.Tokens(database, settings, consents)
    chat = Chat(store.ChatStore(database), Events(settings, stamp), deliveries, stamp)
    phone = Phone(chat, new_user_id)
    grants.seed(stamp())

    async def reset() -> None:
        await deliveries.abandon()
        empty_database(database)
        faults.clear()
        deliveries.trouble = delivery.Trouble()
        grants.seed(stamp())
        chat.phones.start_again()

    async def life(_app: web.Application) -> AsyncIterator[None]:
        await deliveries.start()
        yield
        await deliveries.stop()
        database.close()

    app = make_app(reset)
    app.middlewares.append(fault_middleware(faults))
    app.cleanup_ctx.append(life)
    app.on_shutdown.append(phone.close)
    faults.add_routes(app)
    OpenApi(settings, grants, chat, rules).add_routes(app)
    consents.add_routes(app)
    rules.add_routes(app)
    Developer(chat.events, deliveries).add_routes(app)
    CitizenActions(chat).add_routes(app)
    Control(chat, grants, new_user_id).add_routes(app)
    Links().add_routes(app)
    phone.add_routes(app)
    return app
