"""The simulated national portal behind an unreliable connection, and the people who work on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from infra.local.portal.officer import PortalOfficer
from infra.local.portal.services import Refused, perform
from infra.local.portal.store import TABLES_SQL, PortalStore
from petitions.adapters import reference
from petitions.adapters.portal.mapping import Mapping
from petitions.domain.shared.reference_data import parse
from tests.simulation.around.clocks import skew_of
from tests.simulation.scheduler import Scheduler

NAMES = parse(Mapping, reference.parsed("portal.json"), "portal.json")
OUTAGE = (60.0, 600.0)
UNITS = ("SXD", "SNV", "PX-00004", "PX-00008", "VPUB")
REASON = "Chuyển theo thẩm quyền"


class SimulatedPortal:
    """The national portal with connection faults.

    Unlike the real portal, it carries out a repeated write twice, so that an unwanted repetition is noticed.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        database = sqlite3.connect(":memory:", isolation_level=None)
        database.row_factory = sqlite3.Row
        database.executescript(TABLES_SQL)
        ids = scheduler.stream("portal ids")
        self.store = PortalStore(database, lambda length: ids.randbytes(length).hex())
        self.officer = PortalOfficer(self.store)
        self.transport = httpx.MockTransport(self._handle)
        self.down = False
        self.calls = 0
        self.repeated: list[str] = []
        self._scheduler = scheduler
        self.skew = skew_of(scheduler, "portal")
        """The time by which the portal's clock is ahead of ours."""

    def now(self) -> datetime:
        return self._scheduler.clock.now() + self.skew

    def _handle(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        name = "portal.login" if request.url.path.endswith("/login") else f"portal.{body['service']}"
        scheduler = self._scheduler
        self.calls += 1
        scheduler.point(name)
        if self.down:
            scheduler.sleep(2)
            raise httpx.ConnectError("down", request=request)
        fault = scheduler.fault(name, 0.12)
        self._before(fault, request)
        if fault == "503":
            return httpx.Response(503, text="<html>Bảo trì</html>")
        if fault == "error 500":
            return httpx.Response(200, json={"error_code": "500", "message": "Lỗi hệ thống"})
        answer = self._done(body, request)
        if fault == "session lost":  # and a log-in's own is over before it is used
            self.store.expire_sessions()
        scheduler.log("portal", name.partition(".")[2], scheduler.lane)
        if fault == "hangs":
            scheduler.sleep(19)
        if fault in {"answer lost", "hangs"}:
            raise httpx.ReadTimeout("no answer", request=request)
        if fault == "half an answer":
            return httpx.Response(200, content=json.dumps(answer).encode()[:-3])
        scheduler.point("portal.answered")
        return httpx.Response(200, json=self._mangled(answer, name))

    def _before(self, fault: str | None, request: httpx.Request) -> None:
        if fault == "no connection":
            raise httpx.ConnectError("refused", request=request)
        if fault == "no answer":
            self._scheduler.sleep(15)
            raise httpx.ReadTimeout("no answer", request=request)
        if fault == "session lost":
            self.store.expire_sessions()

    def _mangled(self, answer: dict[str, Any], name: str) -> dict[str, Any]:
        result = answer.get("result")
        if not isinstance(result, list) or not result:
            return answer
        chance = self._scheduler.stream("portal")
        if name == "portal.LayDanhSachPAKN" and self._scheduler.fault("portal.listed"):
            result = [*result]
            del result[chance.randrange(len(result))]
        fault = self._scheduler.fault("portal.page of several", 0.12) if len(result) > 1 else None
        if fault == "shuffled":
            first = chance.randrange(1, len(result))
            result = [*result[first:], *result[:first]]
        return answer | {"result": result + result[:1] if fault == "doubled" else result}

    def _done(self, body: dict[str, Any], request: httpx.Request) -> dict[str, Any]:
        now = self.now()
        if request.url.path.endswith("/login"):
            return {"session": self.store.open_session(now, timedelta(minutes=10)), "error_code": 0}
        if not self.store.has_session(body["session"], now):
            return {"error_code": "401", "message": "Phiên đã hết hạn"}
        try:
            result = perform(self.store, body["service"], self._strict(body["data"][0]), now)
        except Refused as refused:
            return {"error_code": refused.code, "message": str(refused)}
        return {"error_code": 0, "result": result}

    def _strict(self, data: dict[str, str]) -> dict[str, str]:
        if len(data) > 1 and "MAKHOA" in data and self.store.accepted_call(data["MAKHOA"]):
            self.repeated.append(data["MAKHOA"])
            return data | {"MAKHOA": f"{data['MAKHOA']}#{self.calls}"}
        return data

    def codes(self) -> list[str]:
        return [row["code"] for row in self.store.database.execute("SELECT code FROM records ORDER BY code")]


class PortalPeople:
    def __init__(self, scheduler: Scheduler, portal: SimulatedPortal, *, filing: bool) -> None:
        self._scheduler = scheduler
        self._portal = portal
        self._chance = scheduler.stream("portal people")
        self._filing = filing
        self._acts = 0
        self.gone = False

    def look(self) -> None:
        if self.gone:
            return
        if self._filing:
            self._filing = False
            self._file()
        elif codes := self._portal.codes():
            self._act(self._chance.choice(codes))
        self._scheduler.after(self._chance.uniform(60, 300), self.look)

    def _file(self) -> None:
        fields = {"TIEUDE": "Đường ngập", "NOIDUNG": "Ngập ở ngõ 5", "HOVATEN": "Minh", "SODIENTHOAI": "0987654321"}
        fields |= {"MADONVI": self._chance.choice(("", *filter(None, map(_unit_code, UNITS)))), "LOAI": "PAKN"}
        self._portal.officer.file(fields, self._portal.now())
        self._scheduler.log("portal", "filed at the portal")

    def _act(self, code: str) -> None:
        officer, now, chance = self._portal.officer, self._portal.now(), self._chance
        self._acts += 1
        unit = _unit_code(chance.choice(UNITS))
        acts: list[tuple[str, Callable[[], str]]] = [
            ("returned", lambda: officer.give_back(code, "Chưa nêu căn cứ", now)),
            ("transferred", lambda: officer.transfer(code, REASON, now)),
            ("moved", lambda: officer.move(code, unit, REASON, now)),
            ("sent back", lambda: officer.send_back(code, REASON, now)),
            ("answered", lambda: officer.answer(code, f"Cơ quan khác trả lời {self._acts}", now)),
            ("rated", lambda: officer.rate(code, chance.choice("123"), now, "Chưa rõ")),
            ("supplemented", lambda: officer.supplement(code, f"Bổ sung lần {self._acts}", now)),
        ]
        name, act = chance.choice(acts)
        try:
            act()
        except ValueError:
            return
        self._scheduler.reached["portal people", name] += 1
        self._scheduler.log("portal", f"{name} by the portal")


def _unit_code(unit: str) -> str:
    return reference.national_units().code_of(unit) or ""
