"""The portal's gateway: a log-in, and one address for all services. Errors are HTTP 200 with an `error_code`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from infra.local.clock import LocalClock
from infra.local.portal.services import BAD_DATA, Refused, perform
from infra.local.portal.store import PortalStore
from infra.local.simulators.faults import SimulatorFaults
from infra.local.simulators.server import read_json

_SESSION = timedelta(minutes=10)
_NO_SESSION = "401"
_BAD_LOGIN = "403"
_CLOSED = "503"
_TRUTHS = {"True", "False"}


@dataclass(frozen=True, slots=True)
class Access:
    """The credentials of the only account, and the unit and destination codes required in every call."""

    username: str
    password: str
    unit_code: str
    dstcode: str


class Maintenance(BaseModel):
    """The body of a request that closes the portal for some minutes of the stack's movable clock."""

    model_config = ConfigDict(extra="forbid")

    minutes: float = Field(ge=0, le=100_000)


class Skew(BaseModel):
    """The body of a request that offsets the portal's clock. Negative seconds set it behind the stack's clock."""

    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(ge=-86_400, le=86_400)


class PortalClock(LocalClock):
    """The clock of the simulated portal: the stack's movable clock plus an error, `skew`."""

    skew = timedelta()

    def now(self) -> datetime:
        return super().now() + self.skew


class Gateway:
    """Handlers of the gateway's two addresses. Faults are selected by the name of a service, or `login`."""

    def __init__(self, store: PortalStore, access: Access, clock: PortalClock, faults: SimulatorFaults) -> None:
        self._store = store
        self._access = access
        self._clock = clock
        self._faults = faults
        self._closed_until: datetime | None = None

    def add_routes(self, app: web.Application) -> None:
        """Register `/mapi/login`, `/mapi/g`, and for tests `/sim/maintenance` and `/sim/skew`."""
        app.router.add_post("/mapi/login", self._login)
        app.router.add_post("/mapi/g", self._call)
        app.router.add_post("/sim/maintenance", self._maintain)
        app.router.add_post("/sim/skew", self._set_wrong)

    async def _maintain(self, request: web.Request) -> web.Response:
        minutes = Maintenance.model_validate(await read_json(request)).minutes
        self._closed_until = self._clock.now() + timedelta(minutes=minutes)
        return web.json_response({"closed_until": self._closed_until.isoformat()})

    async def _set_wrong(self, request: web.Request) -> web.Response:
        self._clock.skew = timedelta(seconds=Skew.model_validate(await read_json(request)).seconds)
        return web.json_response({"now": self._clock.now().isoformat()})

    def _closed(self) -> bool:
        return self._closed_until is not None and self._clock.now() < self._closed_until

    async def _login(self, request: web.Request) -> web.StreamResponse:
        body = await read_json(request)

        async def act() -> web.Response:
            if self._closed():
                return _refuse(_CLOSED, "Hệ thống đang bảo trì")
            if body != {"username": self._access.username, "password": self._access.password}:
                return _refuse(_BAD_LOGIN, "Sai tên đăng nhập hoặc mật khẩu")
            session = self._store.open_session(self._clock.now(), _SESSION)
            return web.json_response({"session": session, "error_code": 0})

        return await self._faults.answer(request, "login", act, lambda code: _refuse(code, "Lỗi hệ thống"))

    async def _call(self, request: web.Request) -> web.StreamResponse:
        body = await read_json(request)
        service = str(body.get("service", "")) if isinstance(body, dict) else ""

        async def act() -> web.Response:
            if self._closed():
                return _refuse(_CLOSED, "Hệ thống đang bảo trì")
            try:
                data = self._open(request, body)
                return web.json_response(
                    {"error_code": 0, "result": perform(self._store, service, data, self._clock.now())}
                )
            except Refused as refused:
                return _refuse(refused.code, str(refused))

        return await self._faults.answer(request, service, act, lambda code: _refuse(code, "Lỗi hệ thống"))

    def _open(self, request: web.Request, body: Any) -> Any:
        """Return the data in a call's envelope. Raise Refused if the envelope or its codes are wrong."""
        if request.headers.get("dstcode") != self._access.dstcode:
            raise Refused(BAD_DATA, "dstcode không đúng")
        if not isinstance(body, dict):
            raise Refused(BAD_DATA, "Nội dung gửi không đúng cấu trúc")
        if not self._store.has_session(str(body.get("session", "")), self._clock.now()):
            raise Refused(_NO_SESSION, "Phiên làm việc không có hoặc đã hết hạn")
        if body.get("madonvi") != self._access.unit_code:
            raise Refused(BAD_DATA, "madonvi không đúng")
        if body.get("isUpdating") not in _TRUTHS or "type" not in body:
            raise Refused(BAD_DATA, "Thiếu isUpdating hoặc type")
        data = body.get("data")
        if not isinstance(data, list) or len(data) != 1:
            raise Refused(BAD_DATA, "data phải là danh sách một phần tử")
        return data[0]


def _refuse(code: int | str, message: str) -> web.Response:
    return web.json_response({"error_code": str(code), "message": message})
