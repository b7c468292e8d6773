"""An alternative interface of the portal: OAuth2, one URL per service, other field names, times with a zone.

It shows that another gateway needs no change of the use cases. The names follow the style of QCVN 120:2019/BTTTT. The
real names are not public (PLATFORM 6.1).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.portal.portal_items import (
    PortalAnswer,
    PortalChange,
    PortalFile,
    PortalPage,
    PortalRating,
    PortalRecord,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)
from petitions.domain.shared.outcome import Outcome

_KINDS = {"TraLai": "returned", "ChuyenDonVi": "moved", "DanhGia": "rated"}


class NdopPortal:
    def __init__(self, base: str, transport: httpx.BaseTransport) -> None:
        self._http = httpx.Client(base_url=base, transport=transport)
        self._token = ""

    def submit(self, key: str, item: PortalSubmission) -> PortalReply:
        body = {"MaHoSoGoc": item.code, "TieuDe": item.title, "NoiDung": item.content, "NguoiGui": {"HoTen": item.name}}
        return self._reply(self._send("PUT", f"/pakn/{key}", body | {"DonViXuLy": item.unit}))

    def update_status(self, key: str, item: PortalStatus) -> PortalReply:
        body = {"MaHoSoGoc": item.code, "TrangThai": item.state.upper(), "DonViXuLy": item.unit}
        return self._reply(self._send("PUT", f"/trang-thai/{key}", body))

    def answer(self, key: str, item: PortalAnswer) -> PortalReply:
        return self._reply(self._send("PUT", f"/tra-loi/{key}", {"MaHoSoGoc": item.code, "NoiDungTraLoi": item.text}))

    def rate(self, key: str, item: PortalRating) -> PortalReply:
        return self._reply(self._send("PUT", f"/danh-gia/{key}", {"MaHoSoGoc": item.code, "MucDo": item.level}))

    def takes(self, media_type: str, size: int) -> bool:
        return media_type == "application/pdf" and size <= 2**20

    def attach(self, key: str, item: PortalFile) -> PortalReply:
        body = {"MaHoSoGoc": item.code, f"Tep-{item.id}": base64.b64encode(item.content).decode()}
        return self._reply(self._send("PUT", f"/tep/{key}", body))

    def look_up(self, key: str) -> PortalReply:
        return self._reply(self._send("GET", f"/khoa/{key}"))

    def changes_since(self, since: datetime, page: int) -> PortalPage[PortalChange]:
        answer = self._send("GET", f"/thay-doi?tu={since.isoformat().replace('+', '%2B')}&trang={page}")
        if answer is None:
            return PortalPage(Outcome.UNKNOWN, "no_answer", down=True)
        items = tuple(self._change(raw) for raw in answer["DanhSach"])
        return PortalPage(Outcome.OK, items=items, more=bool(answer["ConTiep"]))

    def _change(self, raw: Mapping[str, Any]) -> PortalChange:
        return PortalChange(
            id=raw["Id"],
            kind=_KINDS.get(raw["Loai"]),
            code=raw["MaHoSoGoc"],
            national_code=raw["MaQuocGia"],
            text=raw.get("LyDo", ""),
            at=datetime.fromisoformat(raw["ThoiDiem"]),
            raw=raw,
            unit=raw.get("DonViXuLy", ""),
        )

    def records_since(self, since: datetime, page: int) -> PortalPage[PortalRecord]:
        answer = self._send("GET", f"/pakn?tu={since:%Y-%m-%d}&trang={page}")
        if answer is None:
            return PortalPage(Outcome.UNKNOWN, "no_answer", down=True)
        return PortalPage(Outcome.OK, items=tuple(_record(raw) for raw in answer["DanhSach"]))

    def fetch(self, national_code: str) -> PortalPage[PortalRecord]:
        page = self.records_since(datetime.now(UTC), 1)
        return PortalPage(
            page.outcome,
            items=tuple(portal_record for portal_record in page.items if portal_record.national_code == national_code),
        )

    def units(self) -> PortalPage[str]:
        return PortalPage(Outcome.OK)

    def word_of_state(self, state: str) -> str:
        return State(state).value.upper()

    def _send(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        for _ in range(2):
            headers = {"Authorization": f"Bearer {self._token}"}
            response = self._http.request(verb, path, json=body, headers=headers)
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return dict(response.json()) if response.is_success else None
            self._token = self._http.post("/token", data={"grant_type": "client_credentials"}).json()["access_token"]
        return None

    @staticmethod
    def _reply(answer: dict[str, Any] | None) -> PortalReply:
        if answer is None:
            return PortalReply(Outcome.UNKNOWN, "no_answer", down=True)
        return PortalReply(Outcome.OK, found="MaQuocGia" in answer, national_code=answer.get("MaQuocGia"))


def _record(raw: Mapping[str, Any]) -> PortalRecord:
    return PortalRecord(
        national_code=raw["MaQuocGia"],
        code=raw["MaHoSoGoc"],
        key=raw["Khoa"],
        state=raw.get("TrangThai", "NEW"),
        unit=raw["DonViXuLy"],
        answer=raw.get("NoiDungTraLoi", ""),
        level=raw.get("MucDo", 0),
        away=False,
        returned=False,
        at=None,
        petition=None,
    )


class NdopServer:
    """A server with the alternative interface.

    It keeps records by our code, and every key once. A token is valid for a few calls.
    """

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.changes: list[dict[str, Any]] = []
        self.good_for = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/token":
            self.good_for = 3
            return httpx.Response(200, json={"access_token": "t"})
        self.good_for -= 1
        if self.good_for < 0:
            return httpx.Response(401)
        if request.method == "PUT":
            return self._put(path.rpartition("/")[2], json.loads(request.content))
        if path == "/pakn":
            return httpx.Response(200, json={"DanhSach": [*self.records.values()]})
        if path == "/thay-doi":
            return httpx.Response(200, json={"DanhSach": self.changes, "ConTiep": False})
        code = self.keys.get(path.rpartition("/")[2])
        return httpx.Response(200, json={"MaQuocGia": self.records[code]["MaQuocGia"]} if code else {})

    def _put(self, key: str, body: dict[str, Any]) -> httpx.Response:
        code = body["MaHoSoGoc"]
        fresh = {"MaQuocGia": f"PAKN.20261123.{len(self.records) + 1:04d}", "Khoa": key}
        record = self.records.setdefault(code, fresh)
        record.update(body)
        assert key not in self.keys, "no call is made twice"
        self.keys[key] = code
        return httpx.Response(200, json={"MaQuocGia": record["MaQuocGia"]})
