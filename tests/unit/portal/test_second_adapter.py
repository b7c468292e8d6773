"""The same use cases work with another gateway to the portal."""

from __future__ import annotations

import base64

import httpx

from petitions.domain.lifecycle.lifecycle import State
from petitions.ports.portal import Portal
from tests.fakes import FakeClock, FakeIds, FakePublisher, FakeStore
from tests.portal_parts import PortalParts
from tests.unit.portal.model import CODE
from tests.unit.portal.ndop import NdopPortal, NdopServer


def test_the_use_cases_run_over_it_unchanged() -> None:
    server, clock, store = NdopServer(), FakeClock(), FakeStore()
    portal: Portal = NdopPortal("https://ndop.example.vn", httpx.MockTransport(server))
    parts = PortalParts(store, FakePublisher(), clock, FakeIds(), portal)
    parts.file(CODE, unit="SXD")
    clock.advance(minutes=1)
    parts.keep_file(CODE, "quyet-dinh", "answer")
    parts.approve(CODE, attachments=["quyet-dinh"])
    parts.rate(CODE)
    parts.push(CODE)
    [record] = server.records.values()
    assert (record["TrangThai"], record["NoiDungTraLoi"], record["MucDo"]) == (
        "ANSWERED",
        "Đã thay bóng đèn ngày 24/11.",
        2,
    )
    assert record["Tep-quyet-dinh"] == base64.b64encode(b"quyet-dinh").decode()
    assert parts.reconcile()["differences"] == {}
    clock.advance(minutes=5)
    change = {"Id": "C1", "Loai": "TraLai", "MaHoSoGoc": CODE, "MaQuocGia": record["MaQuocGia"], "LyDo": "Chưa đủ"}
    server.changes = [change | {"ThoiDiem": "2026-11-23T09:05:00+07:00"}]
    assert parts.pull() == 1
    assert parts.petition(CODE).state is State.REDO
    parts.push(CODE)
    assert record["TrangThai"] == "REDO"
    assert parts.reconcile()["equal"] == 1
