"""Web pages of the simulated portal, with forms for actions on records, and JSON addresses for tests (`/sim/...`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from infra.local.clock import LocalClock
from infra.local.portal.officer import PortalOfficer
from infra.local.portal.services import STATES, units
from infra.local.portal.store import PortalStore
from infra.local.simulators.server import read_json
from infra.local.simulators.templates import Pages

_RATINGS = {"1": "Rất hài lòng", "2": "Hài lòng", "3": "Chưa hài lòng"}
_NAMES = {
    "DongBoPAKN": "Gửi phản ánh, kiến nghị",
    "CapNhatTrangThaiPAKN": "Cập nhật trạng thái",
    "TraLoiPAKN": "Trả lời",
    "DanhGiaPAKN": "Đánh giá",
    "DinhKemPAKN": "Tệp đính kèm",
}


_KINDS = {
    "MOI": "Người dân gửi trên Cổng",
    "TRA_LAI": "Cổng trả lại câu trả lời",
    "CHUYEN_CO_QUAN": "Cổng chuyển cơ quan khác",
    "CHUYEN_DON_VI": "Cổng chuyển đơn vị khác của Hà Nội",
    "CHUYEN_LAI": "Cổng chuyển lại Hà Nội",
    "TRA_LOI": "Cơ quan khác trả lời",
    "DANH_GIA": "Người dân đánh giá trên Cổng",
    "BO_SUNG": "Người dân gửi bổ sung trên Cổng",
    "RUT": "Người dân rút trên Cổng",
}


_DUES = {"HANTIEPNHAN": "Hạn tiếp nhận", "HANTRALOI": "Hạn trả lời", "HANBOSUNG": "Hạn bổ sung"}


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=20_000)


class _Filed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=500)
    content: str = Field(min_length=1, max_length=20_000)
    name: str = ""
    phone: str = ""
    address: str = ""
    unit: str = ""


class Browser:
    """Handlers of the portal's pages and of its JSON addresses for tests."""

    def __init__(self, store: PortalStore, clock: LocalClock) -> None:
        self._store = store
        self._clock = clock
        self._officer = PortalOfficer(store)
        self._pages = Pages(Path(__file__).parent)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self._list)
        app.router.add_get("/records/{code}", self._record)
        app.router.add_get("/records/{code}/files/{id}", self._attached)
        app.router.add_post("/records", self._file_by_form)
        app.router.add_post("/records/{code}/{act}", self._act_by_form)
        app.router.add_get("/sim/records", self._records_json)
        app.router.add_get("/sim/calls", self._calls_json)
        app.router.add_post("/sim/records", self._file_by_json)
        app.router.add_post("/sim/records/{code}/{act}", self._act_by_json)
        app.router.add_post("/sim/sessions/expire", self._expire_sessions)

    async def _list(self, _request: web.Request) -> web.Response:
        records = self._store.records()
        twins = {
            code for code, times in Counter(record["our_code"] for record in records).items() if code and times > 1
        }
        return self._pages.response(
            "records.html",
            records=[_dated(record) for record in reversed(records)],
            twins=twins,
            ratings=_RATINGS,
            states=STATES,
            units=units(),
        )

    async def _record(self, request: web.Request) -> web.Response:
        return self._shown(request.match_info["code"])

    def _shown(self, code: str, refusal: str = "") -> web.Response:
        record = self._store.record(code)
        if record is None:
            raise web.HTTPNotFound
        steps = [step | {"at": datetime.fromisoformat(step["at"])} for step in record["calls"] + record["changes"]]
        steps.sort(key=lambda step: step["at"])
        return self._pages.response(
            "record.html",
            record=_dated(record),
            steps=steps,
            names=_NAMES,
            kinds=_KINDS,
            ratings=_RATINGS,
            states=STATES,
            units=units(),
            dues=_DUES,
            refusal=refusal,
        )

    async def _attached(self, request: web.Request) -> web.Response:
        found = self._store.file(request.match_info["code"], request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        name = quote(found["name"], safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=found["content"], content_type=found["type"], headers=headers)

    async def _file_by_form(self, request: web.Request) -> web.Response:
        raise web.HTTPSeeOther(f"/records/{self._file(dict(await request.post()))}")

    async def _file_by_json(self, request: web.Request) -> web.Response:
        return web.json_response({"MAPAKN": self._file(await read_json(request))})

    def _file(self, body: Any) -> str:
        filed = _Filed.model_validate(body)
        fields = {"TIEUDE": filed.title, "NOIDUNG": filed.content, "HOVATEN": filed.name, "SODIENTHOAI": filed.phone}
        fields |= {"DIACHI": filed.address, "MADONVI": filed.unit}
        return self._officer.file(fields, self._clock.now())

    async def _act_by_form(self, request: web.Request) -> web.Response:
        try:
            self._act(request, dict(await request.post()))
        except web.HTTPConflict as error:
            return self._shown(request.match_info["code"], error.text or "")
        raise web.HTTPSeeOther(f"/records/{request.match_info['code']}")

    async def _act_by_json(self, request: web.Request) -> web.Response:
        return web.json_response(self._act(request, await read_json(request)))

    def _act(self, request: web.Request, body: Any) -> dict[str, Any]:
        code, name = request.match_info["code"], request.match_info["act"]
        reason, now = body.get("reason", "") if isinstance(body, dict) else "", self._clock.now()
        acts: dict[str, Callable[[], str]] = {
            "return": lambda: self._officer.give_back(code, reason, now),
            "transfer": lambda: self._officer.transfer(code, reason, now),
            "move": lambda: self._officer.move(code, str(body.get("unit", "")), reason, now),
            "send_back": lambda: self._officer.send_back(code, reason, now),
            "answer": lambda: self._officer.answer(code, reason, now),
            "rate": lambda: self._officer.rate(code, reason, now, str(body.get("why", ""))),
            "supplement": lambda: self._officer.supplement(code, reason, now),
            "withdraw": lambda: self._officer.withdraw(code, reason, now),
        }
        if name not in acts:
            raise web.HTTPNotFound
        _Act.model_validate({"reason": reason})
        try:
            change = acts[name]()
        except LookupError as error:
            raise web.HTTPNotFound from error
        except ValueError as error:
            raise web.HTTPConflict(text=str(error)) from error
        late = float(body.get("late_minutes", 0))
        if late:
            self._store.show_later(change, now + timedelta(minutes=late))
        return {"MATHAYDOI": change, "MAPAKN": code}

    async def _records_json(self, _request: web.Request) -> web.Response:
        return web.json_response(self._store.records())

    async def _calls_json(self, _request: web.Request) -> web.Response:
        return web.json_response(self._store.calls())

    async def _expire_sessions(self, _request: web.Request) -> web.Response:
        self._store.expire_sessions()
        return web.json_response({"sessions": 0})


def _dated(record: dict[str, Any]) -> dict[str, Any]:
    names = {unit["MADONVI"]: unit["TENDONVI"] for unit in units()}
    record = record | {"unit": record["unit"] or names.get(record["unit_code"], "")}
    return record | {name: datetime.fromisoformat(record[name]) for name in ("made_at", "changed_at")}
