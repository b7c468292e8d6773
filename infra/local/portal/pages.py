"""What people and tests see of the portal: pages, `/sim/...`, and the way to return an answer."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from infra.local.clock import LocalClock
from infra.local.portal.store import Store
from infra.local.simulator import Pages, read_json

_RATINGS = {"1": "Rất hài lòng", "2": "Hài lòng", "3": "Chưa hài lòng"}
_NAMES = {
    "DongBoPAKN": "Gửi phản ánh, kiến nghị",
    "CapNhatTrangThaiPAKN": "Cập nhật trạng thái",
    "TraLoiPAKN": "Trả lời",
    "DanhGiaPAKN": "Đánh giá",
}


class _Return(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=2000)


class Browser:
    """The pages and the JSON for tests."""

    def __init__(self, store: Store, clock: LocalClock) -> None:
        self._store = store
        self._clock = clock
        self._pages = Pages(Path(__file__).parent)

    def add_routes(self, app: web.Application) -> None:
        """Serve them."""
        app.router.add_get("/", self._list)
        app.router.add_get("/records/{code}", self._record)
        app.router.add_post("/records/{code}/return", self._return_by_form)
        app.router.add_get("/sim/records", self._records_json)
        app.router.add_get("/sim/calls", self._calls_json)
        app.router.add_post("/sim/records/{code}/return", self._return_by_json)
        app.router.add_post("/sim/sessions/expire", self._expire_sessions)

    async def _list(self, _request: web.Request) -> web.Response:
        records = self._store.records()
        twins = {code for code, times in Counter(record["our_code"] for record in records).items() if times > 1}
        return self._pages.response(
            "records.html", records=[_dated(record) for record in reversed(records)], twins=twins, ratings=_RATINGS
        )

    async def _record(self, request: web.Request) -> web.Response:
        record = self._store.record(request.match_info["code"])
        if record is None:
            raise web.HTTPNotFound
        steps = [step | {"at": datetime.fromisoformat(step["at"])} for step in record["calls"] + record["changes"]]
        steps.sort(key=lambda step: step["at"])
        return self._pages.response("record.html", record=_dated(record), steps=steps, names=_NAMES, ratings=_RATINGS)

    async def _return_by_form(self, request: web.Request) -> web.Response:
        code = request.match_info["code"]
        self._give_back(code, _Return.model_validate({"reason": (await request.post()).get("reason", "")}))
        raise web.HTTPSeeOther(f"/records/{code}")

    async def _return_by_json(self, request: web.Request) -> web.Response:
        body = _Return.model_validate(await read_json(request))
        return web.json_response(self._give_back(request.match_info["code"], body))

    def _give_back(self, code: str, body: _Return) -> dict[str, Any]:
        change = self._store.give_back(code, body.reason, self._clock.now())
        if change is None:
            raise web.HTTPConflict(text="this record holds no answer that could be returned")
        return change

    async def _records_json(self, _request: web.Request) -> web.Response:
        return web.json_response(self._store.records())

    async def _calls_json(self, _request: web.Request) -> web.Response:
        return web.json_response(self._store.calls())

    async def _expire_sessions(self, _request: web.Request) -> web.Response:
        self._store.expire_sessions()
        return web.json_response({"sessions": 0})


def _dated(record: dict[str, Any]) -> dict[str, Any]:
    return record | {name: datetime.fromisoformat(record[name]) for name in ("made_at", "changed_at")}
