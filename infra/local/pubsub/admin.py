"""The admin port: health, figures, faults, reset."""

from __future__ import annotations

import json
import time
from typing import Any

from aiohttp import web

from infra.local.pubsub.broker import Broker
from infra.local.pubsub.subscription import Subscription


class Admin:
    """`GET /health`, `GET /stats`, `GET|POST|DELETE /faults`, `POST /reset`.

    A reset forgets everything; with `?keep=resources` the topics and subscriptions stay, empty.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def application(self) -> web.Application:
        """The web application."""
        application = web.Application()
        application.add_routes(
            [
                web.get("/health", self._health),
                web.get("/stats", self._stats),
                web.get("/faults", self._get_faults),
                web.post("/faults", self._post_fault),
                web.delete("/faults", self._delete_faults),
                web.post("/reset", self._reset),
            ]
        )
        return application

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _stats(self, _request: web.Request) -> web.Response:
        subscriptions: dict[str, Any] = {}
        for subscription in self._broker.subscriptions.values():
            short = subscription.name.rsplit("/", 1)[-1]
            subscriptions[subscription.name if short in subscriptions else short] = self._figures(subscription)
        return web.json_response({"published": self._broker.store.published(), "subscriptions": subscriptions})

    def _figures(self, subscription: Subscription) -> dict[str, Any]:
        unacknowledged, oldest_us = self._broker.store.backlog(subscription.number)
        return {
            "backlog": unacknowledged,
            "outstanding": subscription.backlog.outstanding,
            "waiting_retry": subscription.backlog.waiting(),
            "oldest_age_seconds": 0.0 if oldest_us is None else round(max(0.0, time.time() - oldest_us / 1e6), 3),
            "attempts": subscription.attempts,
        }

    async def _get_faults(self, _request: web.Request) -> web.Response:
        return web.json_response(self._broker.faults.describe())

    async def _post_fault(self, request: web.Request) -> web.Response:
        try:
            self._broker.faults.add(json.loads(await request.read()))
        except (ValueError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(self._broker.faults.describe())

    async def _delete_faults(self, _request: web.Request) -> web.Response:
        self._broker.faults.clear()
        return web.json_response(self._broker.faults.describe())

    async def _reset(self, request: web.Request) -> web.Response:
        self._broker.reset(keep_resources=request.query.get("keep") == "resources")
        return web.json_response({"status": "ok"})
