"""The client of the portal: the exact bytes of its calls, and the meaning of every kind of response."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from petitions.adapters import reference
from petitions.adapters.portal import session as portal_session
from petitions.adapters.portal.gateway import PortalGateway
from petitions.adapters.portal.mapping import Mapping
from petitions.adapters.portal.reading import PortalReading
from petitions.adapters.portal.session import MARGIN, MAX_BYTES, SESSION
from petitions.domain.portal.portal_items import (
    PortalAnswer,
    PortalFile,
    PortalRating,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)
from petitions.domain.shared.outcome import Outcome
from petitions.domain.shared.reference_data import parse
from tests.fakes import FakeClock

AT = datetime(2026, 11, 23, 18, 30, 5, tzinfo=UTC)  # 01:30:05 of the next day in Hanoi
CODE = "HN-261123-0000-0001"
NATIONAL = "PAKN.20261123.0001"
SUBMISSION = PortalSubmission(
    code=CODE,
    title="Đèn hỏng",
    content='Đèn "trước nhà"\nhỏng',
    name="Nguyễn Thị Lan",
    address="5 phố Huế",
    phone="0912345678",
    unit="000.00.07.H26",
    unit_name="Sở Xây dựng",
    ward="00352",
    kind="pakn",
    at=AT,
)
STATUS = PortalStatus(
    CODE, NATIONAL, "in_progress", "000.00.07.H26", "Sở Xây dựng", AT, "Gia hạn trả lời", "Còn xác minh", {"answer": AT}
)
ANSWER = PortalAnswer(CODE, NATIONAL, "Đã thay.", "Lê Lan", "Giám đốc", "Sở Xây dựng", AT)
FILE = PortalFile(CODE, NATIONAL, "t1", "answer", "Quyết định.pdf", "application/pdf", b"%PDF-")
RATING = PortalRating(CODE, NATIONAL, 3, "", AT)

Handler = Callable[[httpx.Request], httpx.Response]


def ok(*records: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"error_code": 0, "result": list(records)})


class Wire:
    def __init__(self, handler: Handler | None = None) -> None:
        self.clock = FakeClock()
        self.calls: list[httpx.Request] = []
        self.logins: list[httpx.Request] = []
        self.handler: Handler = handler or (lambda _: ok({"MAPAKN": NATIONAL}))
        self.on_login: Handler | None = None
        mapping = parse(Mapping, reference.parsed("portal.json"), "portal.json")
        self.gateway = PortalGateway(
            "https://gateway.example.vn/adapter",
            username="hanoi",
            password="secret",
            unit_code="000.00.00.H26",
            dstcode="VN:GOV:000.00.00.G22:test",
            mapping=mapping,
            clock=self.clock,
            transport=httpx.MockTransport(self._answer),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/adapter/mapi/login":
            self.logins.append(request)
            if self.on_login:
                return self.on_login(request)
            return httpx.Response(200, json={"session": f"s{len(self.logins)}", "error_code": 0})
        self.calls.append(request)
        return self.handler(request)


def enveloped(service: str, updating: str, data: str, session: str = "s1") -> bytes:
    return (
        f'{{"session":"{session}","madonvi":"000.00.00.H26","service":"{service}","data":[{data}],'
        f'"isUpdating":"{updating}","type":"3"}}'
    ).encode()


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (
            lambda portal: portal.submit("k:1", SUBMISSION),
            enveloped(
                "DongBoPAKN",
                "False",
                '{"MAKHOA":"k:1","MAPAKNDP":"HN-261123-0000-0001","TIEUDE":"Đèn hỏng",'
                '"NOIDUNG":"Đèn \\"trước nhà\\"\\nhỏng","HOVATEN":"Nguyễn Thị Lan","DIACHI":"5 phố Huế",'
                '"SODIENTHOAI":"0912345678","THUDIENTU":"","MADONVI":"000.00.07.H26","TENDONVI":"Sở Xây dựng",'
                '"MAXA":"00352","LOAI":"PAKN","NGAYGUI":"20261124013005"}',
            ),
        ),
        (
            lambda portal: portal.update_status("k:2", STATUS),
            enveloped(
                "CapNhatTrangThaiPAKN",
                "True",
                '{"MAKHOA":"k:2","MAPAKNDP":"HN-261123-0000-0001","MAPAKN":"PAKN.20261123.0001",'
                '"TRANGTHAI":"DANG_XU_LY","MADONVI":"000.00.07.H26","TENDONVI":"Sở Xây dựng",'
                '"NGAYCAPNHAT":"20261124013005","NOIDUNGXULY":"Gia hạn trả lời","LYDO":"Còn xác minh",'
                '"HANTIEPNHAN":"","HANTRALOI":"20261124013005","HANBOSUNG":""}',
            ),
        ),
        (
            lambda portal: portal.answer("k:3", ANSWER),
            enveloped(
                "TraLoiPAKN",
                "True",
                '{"MAKHOA":"k:3","MAPAKNDP":"HN-261123-0000-0001","MAPAKN":"PAKN.20261123.0001",'
                '"NOIDUNGTRALOI":"Đã thay.","NGUOITRALOI":"Lê Lan","CHUCVUNGUOITRALOI":"Giám đốc",'
                '"DONVITRALOI":"Sở Xây dựng","NGAYTRALOI":"20261124013005"}',
            ),
        ),
        (
            lambda portal: portal.rate("k:4", RATING),
            enveloped(
                "DanhGiaPAKN",
                "True",
                '{"MAKHOA":"k:4","MAPAKNDP":"HN-261123-0000-0001","MAPAKN":"PAKN.20261123.0001","MUCDO":"3","LYDO":"",'
                '"NGAYDANHGIA":"20261124013005"}',
            ),
        ),
        (
            lambda portal: portal.attach("k:6", FILE),
            enveloped(
                "DinhKemPAKN",
                "True",
                '{"MAKHOA":"k:6","MAPAKNDP":"HN-261123-0000-0001","MAPAKN":"PAKN.20261123.0001","MATEP":"t1",'
                '"THUOCVE":"TRA_LOI","TENTEP":"Quyết định.pdf","LOAITEP":"application/pdf","DULIEU":"JVBERi0="}',
            ),
        ),
        (lambda portal: portal.look_up("k:5"), enveloped("TraCuuPAKN", "False", '{"MAKHOA":"k:5"}')),
        (
            lambda portal: portal.changes_since(AT, 2),
            enveloped("LayThayDoiPAKN", "False", '{"TUTHOIDIEM":"20261124013005","TRANG":"2","SOBANGHI":"200"}'),
        ),
        (
            lambda portal: portal.records_since(AT, 1),
            enveloped("LayDanhSachPAKN", "False", '{"TUTHOIDIEM":"20261124013005","TRANG":"1","SOBANGHI":"200"}'),
        ),
        (lambda portal: portal.fetch(NATIONAL), enveloped("LayPAKN", "False", '{"MAPAKN":"PAKN.20261123.0001"}')),
        (lambda portal: portal.units(), enveloped("LayDanhMucCoQuan", "False", '{"TRANG":"1"}')),
    ],
)
def test_the_bytes_of_each_service(call: Callable[[PortalGateway], Any], body: bytes) -> None:
    wire = Wire()
    assert call(wire.gateway).outcome is Outcome.OK
    [request] = wire.calls
    assert request.content == body
    assert (request.method, str(request.url)) == ("POST", "https://gateway.example.vn/adapter/mapi/g")
    assert request.headers["dstcode"] == "VN:GOV:000.00.00.G22:test"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.extensions["timeout"] == {"connect": 5.0, "read": 20.0, "write": 20.0, "pool": 5.0}


def test_the_bytes_of_the_log_in() -> None:
    wire = Wire()
    wire.gateway.look_up("k")
    [request] = wire.logins
    assert request.content == b'{"username":"hanoi","password":"secret"}'
    assert "dstcode" not in request.headers


def test_the_session_is_kept_for_ten_minutes_less_a_margin() -> None:
    wire = Wire()
    wire.gateway.look_up("k")
    wire.clock.at += SESSION - MARGIN - timedelta(seconds=1)
    wire.gateway.look_up("k")
    assert len(wire.logins) == 1
    wire.clock.advance(seconds=1)
    wire.gateway.look_up("k")
    assert len(wire.logins) == 2


def test_threads_share_one_log_in() -> None:
    wire = Wire()
    gate = threading.Barrier(8)

    def run() -> None:
        gate.wait()
        wire.gateway.look_up("k")

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(wire.logins), len(wire.calls)) == (1, 8)


def test_threads_that_waited_share_a_failed_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    wire, asked, ends = Wire(), threading.Semaphore(0), list[PortalReply]()

    def monotonic() -> float:
        asked.release()
        return time.monotonic()

    def look_up() -> None:
        ends.append(wire.gateway.look_up("k"))

    second = threading.Thread(target=look_up)

    def hangs(_: httpx.Request) -> httpx.Response:
        if len(wire.logins) == 1:
            asked.acquire(timeout=20)
            second.start()
            asked.acquire(timeout=20)
        raise httpx.ReadTimeout("nobody there")

    wire.on_login = hangs
    monkeypatch.setattr(portal_session, "time", SimpleNamespace(monotonic=monotonic))
    look_up()
    second.join()
    assert [end.reason for end in ends] == ["login_no_answer"] * 2
    assert len(wire.logins) == 1
    look_up()
    assert len(wire.logins) == 2, "who asks afterwards tries again"


def expired_once(wire: Wire) -> Handler:
    def handler(request: httpx.Request) -> httpx.Response:
        if json.loads(request.content)["session"] == "s1":
            return httpx.Response(200, json={"error_code": "401", "message": "het phien"})
        return ok({"MAPAKN": NATIONAL})

    return handler


def test_an_expired_session_is_renewed_once_and_the_call_repeated() -> None:
    wire = Wire()
    wire.handler = expired_once(wire)
    assert wire.gateway.update_status("k", STATUS) == PortalReply(Outcome.OK, found=True, national_code=NATIONAL)
    assert (len(wire.logins), len(wire.calls)) == (2, 2)


def test_a_session_that_expires_at_once_is_refused() -> None:
    wire = Wire(lambda _: httpx.Response(200, json={"error_code": 401}))
    assert wire.gateway.look_up("k") == PortalReply(Outcome.REFUSED, "401", down=True)
    assert (len(wire.logins), len(wire.calls)) == (2, 2)


@pytest.mark.parametrize(
    ("response", "outcome", "reason"),
    [
        (httpx.Response(200, json={"error_code": "0", "result": []}), Outcome.OK, ""),
        (httpx.Response(200, json={"response_code": "00", "result": []}), Outcome.OK, ""),
        (httpx.Response(200, json={"error_code": "400", "message": "x"}), Outcome.REFUSED, "400"),
        (httpx.Response(200, json={"response_code": "-1"}), Outcome.REFUSED, "-1"),
        (httpx.Response(200, json={"error_code": "0912 345 678 Lan"}), Outcome.REFUSED, "strange"),
        (httpx.Response(404), Outcome.REFUSED, "http_404"),
        (httpx.Response(408), Outcome.UNKNOWN, "http_408"),
        (httpx.Response(302), Outcome.UNKNOWN, "http_302"),
        (httpx.Response(502, text="<html>"), Outcome.UNKNOWN, "http_502"),
        (httpx.Response(200, text='{"error_code": 0, "resu'), Outcome.UNKNOWN, "not_json"),
        (httpx.Response(200, text="<html>Bảo trì</html>"), Outcome.UNKNOWN, "not_json"),
        (httpx.Response(200, content='{"error_code":0,"m":"é"}'.encode("latin-1")), Outcome.UNKNOWN, "not_json"),
        (httpx.Response(200, text="[" * 100_000), Outcome.UNKNOWN, "not_json"),
        (httpx.Response(200, content=b" " * (MAX_BYTES + 1)), Outcome.UNKNOWN, "too_long"),
        (httpx.Response(200, json=[]), Outcome.UNKNOWN, "not_an_answer"),
        (httpx.Response(200, json={}), Outcome.UNKNOWN, "not_an_answer"),
        (httpx.Response(200, json={"error_code": 0}), Outcome.UNKNOWN, "not_an_answer"),
        (httpx.Response(200, json={"error_code": 0, "result": ["x"]}), Outcome.UNKNOWN, "not_an_answer"),
    ],
)
def test_outcome_of_a_response(response: httpx.Response, outcome: Outcome, reason: str) -> None:
    wire = Wire(lambda _: response)
    down = outcome is not Outcome.OK and reason not in {"400", "-1", "strange"}
    assert wire.gateway.submit("k", SUBMISSION) == PortalReply(outcome, reason, down=down)


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (httpx.ConnectError("x"), Outcome.REFUSED, "connect"),
        (httpx.ConnectTimeout("x"), Outcome.REFUSED, "connect"),
        (httpx.ReadTimeout("x"), Outcome.UNKNOWN, "no_answer"),
        (httpx.WriteError("x"), Outcome.UNKNOWN, "no_answer"),
        (httpx.RemoteProtocolError("x"), Outcome.UNKNOWN, "no_answer"),
    ],
)
def test_outcome_of_a_broken_call(error: Exception, outcome: Outcome, reason: str) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise error

    assert Wire(broken).gateway.submit("k", SUBMISSION) == PortalReply(outcome, reason, down=True)


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (httpx.Response(200, json={"error_code": "403"}), "login_403"),
        (httpx.Response(503), "login_http_503"),
        (httpx.Response(200, json={"error_code": 0, "session": ""}), "login_not_an_answer"),
    ],
)
def test_without_a_session_the_call_is_not_made(response: httpx.Response, reason: str) -> None:
    wire = Wire()
    wire.on_login = lambda _: response
    assert wire.gateway.submit("k", SUBMISSION) == PortalReply(Outcome.REFUSED, reason, down=True)
    assert wire.calls == []


def test_look_up_shows_whether_the_call_happened() -> None:
    assert Wire(lambda _: ok()).gateway.look_up("k") == PortalReply(Outcome.OK, found=False)
    found = Wire(lambda _: ok({"MAKHOA": "k", "MAPAKN": NATIONAL})).gateway.look_up("k")
    assert found == PortalReply(Outcome.OK, found=True, national_code=NATIONAL)


def test_the_change_feed() -> None:
    known = {
        "MATHAYDOI": "TD1",
        "MAPAKN": NATIONAL,
        "MAPAKNDP": CODE,
        "MAKHOA": f"{CODE}:1",
        "LOAITHAYDOI": "TRA_LAI",
        "LYDO": "Chưa đủ",
        "NGAYTHAYDOI": "20261124013005",
    }
    strange = {"LOAITHAYDOI": "MOI_LA", "NGAYTHAYDOI": "hôm qua", "MAPAKNDP": None}
    answer = Wire(lambda _: ok(known, strange)).gateway.changes_since(AT, 1)
    first, second = answer.items
    assert (first.id, first.kind, first.code, first.national_code) == ("TD1", "returned", CODE, NATIONAL)
    assert (first.text, first.at, first.raw, first.key) == ("Chưa đủ", AT, known, f"{CODE}:1")
    assert (second.kind, second.code, second.at, second.raw) == (None, "", None, strange)
    assert second.strange == "kind"
    assert second.id.startswith("sha256:"), "what has no identity is kept all the same"
    assert not answer.more


def test_a_petition_that_was_filed_there() -> None:
    raw = {
        "MATHAYDOI": "TD2",
        "MAPAKN": NATIONAL,
        "LOAITHAYDOI": "MOI",
        "NGAYTHAYDOI": "20261124013005",
        "TIEUDE": "Đèn hỏng",
        "NOIDUNG": "Đèn trước nhà hỏng",
        "HOVATEN": "Nguyễn Thị Lan",
        "DIACHI": "5 phố Huế",
        "SODIENTHOAI": "0912345678",
        "MADONVI": "SXD",
        "MAXA": "PX-00352",
        "LOAI": "PAKN",
        "NGAYGUI": "20261123090000",
    }
    gateway = Wire(lambda _: ok(raw, raw | {"LOAI": "LA"})).gateway
    first, second = gateway.changes_since(AT, 1).items
    filed = first.petition
    assert filed
    assert (filed.title, filed.content, filed.unit, filed.ward) == ("Đèn hỏng", "Đèn trước nhà hỏng", "SXD", "PX-00352")
    assert (filed.kind, filed.phone) == ("pakn", "0912345678")
    assert (filed.at, first.at) == (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), AT)  # it was changed a day later
    assert (first.strange, second.strange) == ("", "class")
    mapping = parse(Mapping, reference.parsed("portal.json"), "portal.json")
    assert PortalReading(mapping).change(raw) == first


def test_a_page_that_is_full_has_more() -> None:
    size = int(reference.parsed("portal.json")["page_size"])
    wire = Wire(lambda _: ok(*[{"MATHAYDOI": f"TD{number}"} for number in range(size)]))
    assert wire.gateway.changes_since(AT, 3).more
    assert json.loads(wire.calls[0].content)["data"][0]["TRANG"] == "3"


def test_the_list_of_records() -> None:
    raw = {
        "MAPAKN": NATIONAL,
        "MAPAKNDP": CODE,
        "TRANGTHAI": "DA_TRA_LOI",
        "MADONVI": "SXD",
        "NOIDUNGTRALOI": "Đã thay.",
    }
    raw |= {"MUCDO": "3", "NGOAITHANHPHO": "False", "DATRALAI": "True", "NGAYCAPNHAT": "20261124013005"}
    wire = Wire(lambda _: ok(raw))
    [record] = wire.gateway.records_since(AT, 1).items
    assert (record.national_code, record.code, record.state, record.unit) == (NATIONAL, CODE, "DA_TRA_LOI", "SXD")
    assert (record.answer, record.level, record.away, record.returned, record.at) == ("Đã thay.", 3, False, True, AT)
    assert wire.gateway.fetch(NATIONAL).items == (record,)
    assert wire.gateway.units().items == ("SXD",)
    assert wire.gateway.word_of_state("redo") == "YEU_CAU_LAM_LAI"


def test_a_feed_that_fails() -> None:
    answer = Wire(lambda _: httpx.Response(503)).gateway.changes_since(AT, 1)
    assert (answer.outcome, answer.reason, answer.items, answer.down) == (Outcome.UNKNOWN, "http_503", (), True)
