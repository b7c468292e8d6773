from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from infra.emulators.testing.processes import free_port
from infra.local.clock import LocalClock
from tests.integration.simulators.sandbox import Simulator, wait_until

PASSWORD = "secret"
PETITION = {
    "TIEUDE": "Chậm trả kết quả",
    "NOIDUNG": "Hồ sơ nộp hai tháng <b>chưa</b> có kết quả.",
    "HOVATEN": "Nguyễn Thị An",
    "DIACHI": "",
    "SODIENTHOAI": "0912345678",
    "THUDIENTU": "",
    "MADONVI": "",
    "TENDONVI": "",
    "MAXA": "",
    "LOAI": "PAKN",
    "NGAYGUI": "20261124090000",
}
STATE = {
    "TRANGTHAI": "DANG_XU_LY",
    "MADONVI": "00166",
    "TENDONVI": "UBND phường Cầu Giấy",
    "NGAYCAPNHAT": "20261124100000",
    "NOIDUNGXULY": "Bắt đầu xử lý",
    "LYDO": "",
    "HANTIEPNHAN": "",
    "HANTRALOI": "20261208173000",
    "HANBOSUNG": "",
}
ANSWER = {
    "NOIDUNGTRALOI": "Đã có kết quả.",
    "NGUOITRALOI": "Trần Văn B",
    "CHUCVUNGUOITRALOI": "Chủ tịch",
    "DONVITRALOI": "UBND phường Cầu Giấy",
    "NGAYTRALOI": "20261124110000",
}
RATING = {"MUCDO": "3", "LYDO": "Chậm", "NGAYDANHGIA": "20261124120000"}


class Portal(Simulator):
    def __init__(self, folder: Path) -> None:
        port = free_port()
        arguments = [f"--port={port}", f"--data={folder}/portal.sqlite"]
        arguments += ["--username=hanoi", f"--password={PASSWORD}", "--unit-code=H26", "--dstcode=VN:GOV:X"]
        super().__init__("infra.local.portal", arguments, port, folder)
        self.session = ""

    def login(self, password: str = PASSWORD) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.post("/mapi/login", json={"username": "hanoi", "password": password}).json()
        self.session = answer.get("session", "")
        return answer

    def call(self, service: str, data: dict[str, Any], dstcode: str = "VN:GOV:X") -> dict[str, Any]:
        body = {
            "session": self.session,
            "madonvi": "H26",
            "service": service,
            "data": [data],
            "isUpdating": "True",
            "type": "1",
        }
        answer: dict[str, Any] = (
            self.http.post("/mapi/g", json=body, headers={"dstcode": dstcode}).raise_for_status().json()
        )
        return answer

    def file(self, key: str, our_code: str) -> str:
        answer = self.call("DongBoPAKN", PETITION | {"MAKHOA": key, "MAPAKNDP": our_code})
        assert answer["error_code"] == 0, answer["message"]
        (result,) = answer["result"]
        assert result["MAKHOA"] == key
        return str(result["MAPAKN"])

    def records(self) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = self.http.get("/sim/records").json()
        return records


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(tmp_path_factory.mktemp("portal"))
    portal.start()
    yield portal
    assert portal.close() == 0
    assert portal.log() == ""


@pytest.fixture
def portal(process: Portal) -> Portal:
    process.http.post("/reset")
    process.login()
    return process


def test_a_petition_goes_all_the_way(portal: Portal) -> None:
    code = portal.file("k1", "HN-1")
    assert re.fullmatch(r"PAKN\.\d{8}\.0001", code)
    for key, service, data in [
        ("k2", "CapNhatTrangThaiPAKN", STATE),
        ("k3", "TraLoiPAKN", ANSWER),
        ("k4", "DanhGiaPAKN", RATING),
    ]:
        answer = portal.call(service, data | {"MAKHOA": key, "MAPAKNDP": "HN-1"})
        assert answer == {"error_code": 0, "result": [{"MAKHOA": key, "MAPAKN": code}]}
    (record,) = portal.records()
    assert record["state"] == "DANG_XU_LY"
    assert record["unit"] == "UBND phường Cầu Giấy"
    assert record["answer"]["NOIDUNGTRALOI"] == "Đã có kết quả."
    assert record["rating"]["MUCDO"] == "3"
    services = [call["service"] for call in record["calls"]]
    assert services == ["DongBoPAKN", "CapNhatTrangThaiPAKN", "TraLoiPAKN", "DanhGiaPAKN"]


def test_the_same_key_makes_no_twin_and_codes_count_up(portal: Portal) -> None:
    first = portal.file("k1", "HN-1")
    assert portal.file("k1", "HN-1") == first
    assert portal.file("k2", "HN-2").endswith(".0002")
    assert [record["our_code"] for record in portal.records()] == ["HN-1", "HN-2"]
    assert len(portal.records()[0]["calls"]) == 1
    assert [call["repeated"] for call in portal.http.get("/sim/calls").json()] == [False, True, False]
    other = portal.call("TraLoiPAKN", ANSWER | {"MAKHOA": "k1", "MAPAKNDP": "HN-1"})
    assert other["error_code"] == "400"


@pytest.mark.parametrize(
    ("service", "data", "word"),
    [
        ("KhongCo", {}, "KhongCo"),
        ("DongBoPAKN", {"MAKHOA": "k"}, "MAPAKNDP"),
        ("DongBoPAKN", PETITION | {"MAKHOA": "k", "MAPAKNDP": "HN-1", "TIEUDE": " "}, "TIEUDE"),
        ("DongBoPAKN", PETITION | {"MAKHOA": "k", "MAPAKNDP": "HN-1", "NGAYGUI": "24/11/2026"}, "24/11/2026"),
        ("TraLoiPAKN", ANSWER | {"MAKHOA": "k", "MAPAKNDP": "HN-404"}, "HN-404"),
        ("DanhGiaPAKN", RATING | {"MAKHOA": "k", "MAPAKNDP": "HN-1", "MUCDO": "5"}, "MUCDO"),
        ("DongBoPAKN", PETITION | {"MAKHOA": "k", "MAPAKNDP": "HN-1", "MADONVI": "SXD"}, "MADONVI SXD"),
        ("DongBoPAKN", PETITION | {"MAKHOA": "k", "MAPAKNDP": "HN-1", "MAXA": "PX-00166"}, "MAXA PX-00166"),
    ],
)
def test_bad_calls_are_refused_without_effect(portal: Portal, service: str, data: dict[str, Any], word: str) -> None:
    answer = portal.call(service, data)
    assert answer["error_code"] == "400"
    assert word in answer["message"]
    assert portal.records() == []
    assert portal.http.get("/sim/calls").json()[0]["error_code"] == "400"


@pytest.mark.parametrize(
    ("service", "data", "word"),
    [
        ("CapNhatTrangThaiPAKN", STATE | {"MADONVI": "PX-00166"}, "PX-00166"),
        ("CapNhatTrangThaiPAKN", STATE | {"TRANGTHAI": "LA"}, "TRANGTHAI LA"),
        ("CapNhatTrangThaiPAKN", STATE | {"TRANGTHAI": "TU_CHOI"}, "LYDO"),
        ("CapNhatTrangThaiPAKN", STATE | {"HANTRALOI": "mai"}, "mai"),
        (
            "CapNhatTrangThaiPAKN",
            STATE | {"TRANGTHAI": "CHO_BO_SUNG", "LYDO": "Số biên nhận"},
            "HANBOSUNG",
        ),
        ("TraLoiPAKN", ANSWER | {"NGUOITRALOI": "px-00175-officer"}, "NGUOITRALOI"),
        ("TraLoiPAKN", ANSWER | {"CHUCVUNGUOITRALOI": ""}, "CHUCVUNGUOITRALOI"),
    ],
)
def test_record_has_the_portals_codes_and_the_data_for_its_filer(
    portal: Portal, service: str, data: dict[str, Any], word: str
) -> None:
    portal.file("k1", "HN-1")
    before = portal.records()
    answer = portal.call(service, data | {"MAKHOA": "k2", "MAPAKNDP": "HN-1"})
    assert (answer["error_code"], word in answer["message"]) == ("400", True), answer
    assert portal.records() == before


def test_filers_supplement_withdraw_and_explain_low_ratings(portal: Portal) -> None:
    code, supplement = portal.file("k1", "HN-1"), "Số biên nhận 0166-25"
    act = f"/sim/records/{code}"
    assert portal.http.post(f"{act}/supplement", json={"reason": supplement}).status_code == 409
    asked = {"TRANGTHAI": "CHO_BO_SUNG", "LYDO": "Xin gửi số biên nhận", "HANBOSUNG": "20261201173000"}
    portal.call("CapNhatTrangThaiPAKN", STATE | asked | {"MAKHOA": "k2", "MAPAKNDP": "HN-1"})
    page = portal.http.get(f"/records/{code}").text
    assert "Xin gửi số biên nhận" in page
    assert "01/12/2026 17:30" in page
    portal.http.post(f"{act}/supplement", json={"reason": supplement})
    portal.call("TraLoiPAKN", ANSWER | {"MAKHOA": "k3", "MAPAKNDP": "HN-1"})
    assert "Trần Văn B, Chủ tịch" in portal.http.get(f"/records/{code}").text
    portal.http.post(f"{act}/rate", json={"reason": "3", "why": "Còn chung chung"})
    portal.http.post(f"{act}/withdraw", json={"reason": "Đã xong"})
    assert portal.http.post(f"{act}/withdraw", json={"reason": "Đã xong"}).status_code == 409
    feed = portal.call("LayThayDoiPAKN", {"TUTHOIDIEM": ""})["result"]
    changes = [(item["LOAITHAYDOI"], item.get("NOIDUNGBOSUNG", ""), item["LYDO"]) for item in feed]
    assert changes == [("BO_SUNG", supplement, ""), ("DANH_GIA", "", "Còn chung chung"), ("RUT", "", "Đã xong")]
    assert supplement in portal.http.get(f"/records/{code}").text


def test_sessions_are_needed_and_last_ten_minutes(portal: Portal) -> None:
    assert portal.call("TraCuuPAKN", {"MAKHOA": "k"}, dstcode="VN:OTHER")["error_code"] == "400"
    portal.http.post("/sim/sessions/expire")
    assert portal.call("TraCuuPAKN", {"MAKHOA": "k"})["error_code"] == "401"
    assert portal.login("wrong")["error_code"] == "403"
    portal.login()
    clock = LocalClock(portal.clock_file)
    clock.move_to(clock.now() + timedelta(minutes=9, seconds=30))
    assert portal.call("TraCuuPAKN", {"MAKHOA": "k"})["error_code"] == 0
    clock.move_to(clock.now() + timedelta(minutes=1))
    assert portal.call("TraCuuPAKN", {"MAKHOA": "k"})["error_code"] == "401"


def test_codes_follow_the_day_in_hanoi(portal: Portal) -> None:
    clock = LocalClock(portal.clock_file)
    evening = (clock.now() + timedelta(days=1)).replace(hour=17, minute=30)  # 00:30 of the next day in Hanoi
    clock.move_to(evening)
    portal.login()
    assert portal.file("k1", "HN-1") == f"PAKN.{evening.astimezone(ZoneInfo('Asia/Ho_Chi_Minh')):%Y%m%d}.0001"


def test_look_up_by_client_key(portal: Portal) -> None:
    assert portal.call("TraCuuPAKN", {"MAKHOA": "k1"})["result"] == []
    code = portal.file("k1", "HN-1")
    (found,) = portal.call("TraCuuPAKN", {"MAKHOA": "k1"})["result"]
    assert (found["MAPAKN"], found["MAPAKNDP"], found["SERVICE"]) == (code, "HN-1", "DongBoPAKN")


def test_a_returned_answer_becomes_a_change(portal: Portal) -> None:
    code = portal.file("k1", "HN-1")
    give_back = f"/sim/records/{code}/return"
    assert portal.http.post(give_back, json={"reason": "Chưa đủ"}).status_code == 409
    portal.call("TraLoiPAKN", ANSWER | {"MAKHOA": "k2", "MAPAKNDP": "HN-1"})
    assert portal.http.post(give_back, json={}).status_code == 400
    page = portal.http.post(f"/records/{code}/return", data={"reason": "Chưa nêu căn cứ"}, follow_redirects=True)
    assert "Chưa nêu căn cứ" in page.text
    assert portal.http.post(give_back, json={"reason": "lần nữa"}).status_code == 409
    (change,) = portal.call("LayThayDoiPAKN", {"TUTHOIDIEM": ""})["result"]
    assert (change["MAPAKN"], change["MAPAKNDP"], change["LOAITHAYDOI"]) == (code, "HN-1", "TRA_LAI")
    assert change["LYDO"] == "Chưa nêu căn cứ"
    same = portal.call("LayThayDoiPAKN", {"TUTHOIDIEM": change["NGAYTHAYDOI"]})["result"]
    assert same == [change]
    assert portal.call("LayThayDoiPAKN", {"TUTHOIDIEM": "99991231235959"})["result"] == []
    assert portal.records()[0]["returned"] is True
    portal.call("TraLoiPAKN", ANSWER | {"MAKHOA": "k3", "MAPAKNDP": "HN-1"})
    assert portal.records()[0]["returned"] is False


def test_faults(portal: Portal) -> None:
    portal.http.post("/sim/faults", json={"service": "DongBoPAKN", "error": "500", "count": 2})
    data = PETITION | {"MAKHOA": "k1", "MAPAKNDP": "HN-1"}
    assert [portal.call("DongBoPAKN", data)["error_code"] for _ in range(2)] == ["500", "500"]
    assert portal.records() == []
    portal.http.post("/sim/faults", json={"service": "DongBoPAKN", "drop_reply": True})
    with pytest.raises(httpx.TransportError):
        portal.call("DongBoPAKN", data)
    assert len(portal.records()) == 1
    portal.http.post("/sim/faults", json={"service": "*", "http_status": 503})
    assert portal.http.post("/mapi/login", json={}).status_code == 503
    portal.http.post("/sim/faults", json={"service": "TraCuuPAKN", "hang_seconds": 600})
    body = {"session": portal.session, "service": "TraCuuPAKN"}
    with pytest.raises(httpx.ReadTimeout):
        portal.http.post("/mapi/g", json=body, timeout=0.3)
    portal.http.post("/sim/faults", json={"service": "login", "error": "500"})
    assert portal.http.delete("/sim/faults").json() == []
    assert portal.http.post("/sim/faults", json={"service": "login", "typo": 1}).status_code == 400


def test_state_survives_a_crash(portal: Portal) -> None:
    code = portal.file("k1", "HN-1")
    portal.kill()
    portal.start()
    assert portal.file("k1", "HN-1") == code
    wait_until(lambda: len(portal.records()) == 1)


def test_pages_show_and_escape(portal: Portal) -> None:
    assert "Chưa có phản ánh" in portal.http.get("/").text
    code = portal.file("k1", "HN-1")
    portal.file("k2", "HN-1")
    assert "Trùng mã" in portal.http.get("/").text
    page = portal.http.get(f"/records/{code}").text
    assert "chưa&lt;/b&gt;" in page
    assert "DongBoPAKN" in page
    assert portal.http.get("/records/PAKN.20200101.0001").status_code == 404


def test_times_are_the_stacks(portal: Portal) -> None:
    portal.file("k1", "HN-1")
    made_at = datetime.fromisoformat(portal.records()[0]["made_at"])
    assert made_at.tzinfo is not None
    assert abs(LocalClock(portal.clock_file).now() - made_at.astimezone(UTC)) < timedelta(minutes=1)


def test_actions_of_the_portals_officers_are_in_the_feed(portal: Portal) -> None:
    filed = {"title": "Ngập", "content": "Đường ngập", "phone": "0987654321", "unit": "SXD"}
    code = portal.http.post("/sim/records", json=filed).json()["MAPAKN"]
    answer = portal.call("CapNhatTrangThaiPAKN", STATE | {"MAKHOA": "k1", "MAPAKNDP": "HN-9", "MAPAKN": code})
    assert answer["result"] == [{"MAKHOA": "k1", "MAPAKN": code}]
    for act, more in [("move", {"unit": "SNV"}), ("transfer", {}), ("send_back", {}), ("transfer", {}), ("answer", {})]:
        portal.http.post(f"/sim/records/{code}/{act}", json={"reason": "Lý do", **more}).raise_for_status()
    portal.http.post(f"/sim/records/{code}/rate", json={"reason": "2", "late_minutes": 5}).raise_for_status()
    assert portal.http.post(f"/sim/records/{code}/send_back", json={"reason": "x"}).status_code == 409
    assert portal.http.post(f"/sim/records/{code}/burn", json={"reason": "x"}).status_code == 404
    feed = portal.call("LayThayDoiPAKN", {"TUTHOIDIEM": ""})["result"]
    assert [change["LOAITHAYDOI"] for change in feed] == [
        "MOI",
        "CHUYEN_DON_VI",
        "CHUYEN_CO_QUAN",
        "CHUYEN_LAI",
        "CHUYEN_CO_QUAN",
        "TRA_LOI",
    ], "the rating comes late"
    assert {change["MAPAKNDP"] for change in feed} == {"HN-9"}, "it has learned our code"
    clock = LocalClock(portal.clock_file)
    clock.move_to(clock.now() + timedelta(minutes=6))
    paged = [portal.call("LayThayDoiPAKN", {"TUTHOIDIEM": "", "TRANG": str(n), "SOBANGHI": "4"}) for n in (1, 2, 3)]
    assert [len(page["result"]) for page in paged] == [4, 3, 0]
    (listed,) = portal.call("LayDanhSachPAKN", {"TUTHOIDIEM": ""})["result"]
    assert (listed["MADONVI"], listed["MUCDO"], listed["NOIDUNGTRALOI"], listed["TRANGTHAI"]) == (
        "SNV",
        "2",
        "Lý do",
        "DONG",
    )
    assert portal.call("LayPAKN", {"MAPAKN": code})["result"] == [listed]
    page = portal.http.get(f"/records/{code}").text
    assert "Cổng chuyển lại Hà Nội" in page
    assert "Đường ngập" in portal.http.post("/records", data=filed, follow_redirects=True).text


def test_a_maintenance_window(portal: Portal) -> None:
    portal.http.post("/sim/maintenance", json={"minutes": 30}).raise_for_status()
    assert portal.call("TraCuuPAKN", {"MAKHOA": "k"})["error_code"] == "503"
    assert portal.login()["error_code"] == "503"
    clock = LocalClock(portal.clock_file)
    clock.move_to(clock.now() + timedelta(minutes=31))
    assert portal.login()["error_code"] == 0


def test_the_portal_has_a_clock_of_its_own(portal: Portal) -> None:
    ours = LocalClock(portal.clock_file)

    def behind(seconds: float) -> timedelta:
        there = portal.http.post("/sim/skew", json={"seconds": seconds}).raise_for_status().json()["now"]
        return ours.now() - datetime.fromisoformat(there)

    assert timedelta(minutes=9) < behind(-600) < timedelta(minutes=11)
    assert portal.http.post("/sim/skew", json={"seconds": 10**9}).status_code == 400
    assert abs(behind(0)) < timedelta(minutes=1)


def test_files_are_kept_once_and_can_be_looked_at(portal: Portal) -> None:
    code = portal.file("k1", "HN-1")
    data = {"MAPAKNDP": "HN-1", "MAPAKN": code, "MATEP": "t1", "THUOCVE": "PHAN_ANH", "TENTEP": "Ảnh 1.pdf"}
    data |= {"LOAITEP": "application/pdf", "DULIEU": base64.b64encode(b"%PDF-1.7").decode()}
    for key in ("f1", "f1", "f2"):
        assert portal.call("DinhKemPAKN", data | {"MAKHOA": key})["error_code"] == 0
    [record] = portal.http.get("/sim/records").json()
    assert [(item["id"], item["size"]) for item in record["files"]] == [("t1", 8)]
    shown = portal.http.get(f"/records/{code}/files/t1")
    assert (shown.content, shown.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert "Ảnh 1.pdf" in portal.http.get(f"/records/{code}").text
    assert "JVBE" not in portal.http.get("/sim/calls").text, "no log holds the bytes"
    for wrong in ({"DULIEU": "?"}, {"LOAITEP": "video/mp4"}, {"THUOCVE": "X"}):
        assert portal.call("DinhKemPAKN", data | {"MAKHOA": str(wrong)} | wrong)["error_code"] == "400"
    assert portal.http.get(f"/records/{code}/files/t2").status_code == 404


def test_impossible_action_is_explained_on_the_page(portal: Portal) -> None:
    code = portal.file("k1", "HN-1")
    answer = portal.http.post(f"/records/{code}/return", data={"reason": "Chưa đủ"})
    assert answer.status_code == 200
    assert "Hồ sơ không có câu trả lời để trả lại" in answer.text
