"""The admin port, an HTTP interface for health, statistics, faults, the service's time, and reset."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from infra.emulators.pubsub.broker import housekeeping
from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.subscriptions.subscription import Subscription

_MAX_SCALE = 1_000_000
_MAX_ADVANCE_SECONDS = 10 * 365 * 86400


class Admin:
    """Handlers of `GET /health`, `GET /stats`, `GET|POST|DELETE /faults`, `GET|POST /time` and `POST /reset`.

    A reset deletes everything. With `?keep=resources` it deletes messages but no topics and subscriptions.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def application(self) -> web.Application:
        application = web.Application()
        application.add_routes(
            [
                web.get("/health", self._health),
                web.get("/stats", self._stats),
                web.get("/faults", self._get_faults),
                web.post("/faults", self._post_fault),
                web.delete("/faults", self._delete_faults),
                web.get("/time", self._get_time),
                web.post("/time", self._post_time),
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
            "oldest_age_seconds": 0.0
            if oldest_us is None
            else round(max(0.0, subscription.now() - oldest_us / 1e6), 3),
            "attempts": subscription.attempts,
        }

    async def _get_faults(self, _request: web.Request) -> web.Response:
        return web.json_response(self._broker.faults.described())

    async def _post_fault(self, request: web.Request) -> web.Response:
        try:
            self._broker.faults.add(json.loads(await request.read()))
        except (ValueError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(self._broker.faults.described())

    async def _delete_faults(self, _request: web.Request) -> web.Response:
        self._broker.faults.clear()
        return web.json_response(self._broker.faults.described())

    async def _get_time(self, _request: web.Request) -> web.Response:
        return web.json_response(self._time())

    def _time(self) -> dict[str, float]:
        time = self._broker.store.time
        return {"scale": time.speed, "ahead_seconds": round(time.ahead_micros() / 1e6, 3)}

    async def _post_time(self, request: web.Request) -> web.Response:
        """Change the service's time.

        `{"scale": n}` makes it run n times as fast as real time, and `{"advance": seconds}` moves it forward.
        """
        try:
            body = json.loads(await request.read())
            scale, advance = _wanted_time(body, self._broker.store.time.speed)
        except (ValueError, TypeError, AttributeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        self._broker.change_time(scale, advance)
        housekeeping.sweep(self._broker, self._broker.store.time.micros())
        return web.json_response(self._time())

    async def _reset(self, request: web.Request) -> web.Response:
        self._broker.reset(keep_resources=request.query.get("keep") == "resources")
        return web.json_response({"status": "ok"})


def _wanted_time(body: dict[str, Any], speed: float) -> tuple[float, float]:
    unknown = body.keys() - {"scale", "advance"}
    scale, advance = float(body.get("scale", speed)), float(body.get("advance", 0))
    if unknown or not 1 <= scale <= _MAX_SCALE or not 0 <= advance <= _MAX_ADVANCE_SECONDS:
        raise ValueError("scale is 1 to 1000000, advance 0 to 10 years in seconds; there is nothing else")
    return scale, advance
