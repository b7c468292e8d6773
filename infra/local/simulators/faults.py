"""Injected faults: a simulator returns an error, responds late or cuts the connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt

from infra.local.simulators.server import read_json

EVERYTHING = "*"
_NOBODY_WAITS = 499
_PAGE = "<html><body>The service is being worked on.</body></html>"


class SimulatorFault(BaseModel):
    """A fault for the next `count` calls of a target: a path of Zalo, a service of the portal, or `*` for all.

    `error` returns that error code, `http_status` that status, and `html` a page with the status 200. In these cases
    the call has no effect. Before the response, the call may be held for `hold_seconds` of real time. If the caller
    disconnects meanwhile, the call has no effect either.

    For any other fault, the call takes effect and the response is delayed by `hang_seconds`. With `drop_reply`, the
    connection is cut instead of a response.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    target: str = Field(validation_alias=AliasChoices("path", "service"))
    error: int | str | None = None
    http_status: int | None = Field(default=None, ge=400, le=599)
    html: bool = False
    hold_seconds: PositiveFloat | None = None
    hang_seconds: PositiveFloat | None = None
    drop_reply: bool = False
    count: PositiveInt = 1


class SimulatorFaults:
    """The injected faults that are not used up, oldest first, with the handlers of `/sim/faults`."""

    def __init__(self) -> None:
        self._open: list[SimulatorFault] = []

    def add_routes(self, app: web.Application) -> None:
        """Register `POST`, `GET` and `DELETE /sim/faults`: add a fault, list the faults, remove all."""
        app.router.add_post("/sim/faults", self._order)
        app.router.add_get("/sim/faults", self._list)
        app.router.add_delete("/sim/faults", self._clear)

    async def answer(
        self,
        request: web.Request,
        target: str,
        act: Callable[[], Awaitable[web.StreamResponse]],
        refuse: Callable[[int | str], web.StreamResponse],
    ) -> web.StreamResponse:
        """Return the response of `act`, unless a fault applies to `target`.

        `refuse` returns the response for an error code.
        """
        fault = self._take(target)
        if fault is None:
            return await act()
        if fault.hold_seconds is not None and not await _still_there(request, fault.hold_seconds):
            return web.Response(status=_NOBODY_WAITS)
        if fault.html or fault.http_status is not None:
            return web.Response(text=_PAGE, content_type="text/html", status=fault.http_status or 200)
        response = await act() if fault.error is None else refuse(fault.error)
        if fault.hang_seconds is not None:
            await asyncio.sleep(fault.hang_seconds)
        if fault.drop_reply and request.transport is not None:
            request.transport.abort()
        return response

    def _take(self, target: str) -> SimulatorFault | None:
        fault = next(
            (simulator_fault for simulator_fault in self._open if simulator_fault.target in {target, EVERYTHING}), None
        )
        if fault is not None:
            fault.count -= 1
            if fault.count == 0:
                self._open.remove(fault)
        return fault

    async def _order(self, request: web.Request) -> web.Response:
        self._open.append(SimulatorFault.model_validate(await read_json(request)))
        return await self._list(request)

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response([fault.model_dump(exclude_none=True) for fault in self._open])

    async def _clear(self, request: web.Request) -> web.Response:
        self.clear()
        return await self._list(request)

    def clear(self) -> None:
        self._open.clear()


async def _still_there(request: web.Request, seconds: float) -> bool:
    """Wait for `seconds`, then return whether the caller is still connected."""
    await asyncio.sleep(seconds)
    return request.transport is not None and not request.transport.is_closing()
