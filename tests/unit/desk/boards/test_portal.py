from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from petitions.domain.officers.audit import AuditEntry
from petitions.domain.portal.portal_differences import DIFFERENCE_REPAIRS, DifferenceKind, breaker_path, night_path
from petitions.usecases.portal.desk_differences import PAGE
from tests.unit.desk.office import Browser, Office, differs

CODE = "HN-261123-0000-0001"


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def browser(office: Office) -> Browser:
    return office.at_desk("coordinator")


def stored(office: Office, identity: str) -> dict[str, Any]:
    return office.store.documents[f"portal_differences/{identity}"]


def audit(office: Office) -> list[AuditEntry]:
    return [AuditEntry.model_validate(office.store.documents[path]) for path in office.store.paths("audit")]


def test_authorised_officers_find_the_link_on_the_desk(office: Office, browser: Browser) -> None:
    assert 'href="/portal"' in browser.see("/").text
    assert 'href="/portal"' not in office.at_desk("sxd-head").see("/").text
    assert "không có khác biệt nào" in browser.see("/portal").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ("Khác trạng thái", "Đã trả lời", "Đang xử lý", "Gửi lại trạng thái")),
        ({"here": "MOI_LA"}, ("MOI_LA",)),
        (
            {"kind": "unit", "here": "000.00.07.H26", "there": "00004", "reason": "moved"},
            ("Sở Xây dựng", "UBND phường Ba Đình", "Lấy theo"),
        ),
        ({"kind": "rating", "here": "0", "there": "3"}, ("Khác đánh giá", "chưa đánh giá", "Chưa hài lòng")),
        ({"kind": "answer", "here": "0123456789abcdef", "there": ""}, ("Khác câu trả lời", "có câu", "chưa có")),
        ({"kind": "refused", "reason": "400", "here": "3", "there": ""}, ("Cổng từ chối nhận", "số 3", "mã lỗi 400")),
        (
            {"kind": "conflict", "repair": "person", "here": "closed", "there": "returned", "reason": "state_closed"},
            ("không áp dụng được", "Đóng", "trả lại câu trả lời", "Cán bộ xem xét"),
        ),
        (
            {"kind": "conflict", "repair": "person", "here": "", "there": "moved", "reason": "petition_unknown"},
            ("không tìm thấy hồ sơ", "chuyển đơn vị khác"),
        ),
        (
            {"kind": "twin", "repair": "person", "here": "new", "there": "new", "reason": "national_code_differs"},
            ("Hai mã quốc gia", "mã quốc gia khác"),
        ),
        ({"kind": "missing_there", "repair": "tell_all", "here": "new", "there": ""}, ("Cổng chưa có", "toàn bộ")),
        ({"kind": "missing_here", "repair": "take", "here": "", "there": "DANG_XU_LY"}, ("Ở đây chưa có", "Lấy theo")),
        (
            {"kind": "unit_code", "repair": "person", "here": "CATP", "there": "", "reason": "no_code"},
            ("chưa có mã định danh", "Công an thành phố Hà Nội", "bổ sung mã"),
        ),
        ({"kind": "code", "repair": "take", "here": "", "there": "PAKN.20261123.0001"}, ("Chưa biết mã", "0001")),
    ],
)  # fmt: skip
def test_every_kind_has_a_description(
    office: Office, browser: Browser, fields: dict[str, str], words: tuple[str, ...]
) -> None:
    differs(office, "D1", code=CODE, national_code="PAKN.20261123.0001", **fields)
    page = browser.see("/portal").text
    for word in (*words, f'href="/petitions/{CODE}"', "PAKN.20261123.0001"):
        assert word in page
    assert "0123456789abcdef" not in page, "a hash says nothing to anybody"


def test_no_kind_is_without_words() -> None:
    from desk.boards.differences import DIFFERENCE_LABELS, REPAIR_LABELS as WORDS  # noqa: I001, PLC0415 - conftest has put it on the path

    assert DIFFERENCE_LABELS.keys() == set(DifferenceKind) == DIFFERENCE_REPAIRS.keys()
    assert WORDS.keys() == {repair for repair, _ in DIFFERENCE_REPAIRS.values()}


def test_a_repair_is_wished_for_once_and_written_down(office: Office, browser: Browser) -> None:
    differs(office, "D1", code=CODE)
    answer = browser.submit("/portal/D1/repair")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/portal")
    assert (stored(office, "D1")["state"], stored(office, "D1")["by"]) == ("wanted", "coordinator")
    [entry] = audit(office)
    assert (entry.what, entry.action, entry.code, entry.officer) == ("change", "portal_repair", CODE, "coordinator")
    page = browser.see("/portal").text
    assert "đang chờ sửa" in page
    assert "/portal/D1/repair" not in page
    assert browser.submit("/portal/D1/repair").status_code == 409
    assert len(audit(office)) == 1


def test_difference_for_a_person_has_no_button(office: Office, browser: Browser) -> None:
    differs(office, "D1", kind="conflict", repair="person", here="closed", there="returned")
    assert "/portal/D1/repair" not in browser.see("/portal").text
    answer = browser.submit("/portal/D1/repair")
    assert answer.status_code == 409
    assert "cần cán bộ xử lý" in answer.text
    assert stored(office, "D1")["state"] == "open"


def test_it_is_closed_with_words(office: Office, browser: Browser) -> None:
    differs(office, "D1", code=CODE)
    answer = browser.submit("/portal/D1/dismiss", reason="ờ")
    assert answer.status_code == 400
    assert ">ờ</textarea>" in answer.text, "what was typed is not lost"
    assert browser.submit("/portal/D1/dismiss", reason="Đã gọi hỏi cán bộ Cổng").status_code == 303
    assert stored(office, "D1")["state"] == "dismissed"
    [entry] = audit(office)
    assert (entry.action, entry.reason) == ("portal_dismiss", "Đã gọi hỏi cán bộ Cổng")
    assert browser.see("/portal").text.partition("<main")[2].count("<section") == 0


@pytest.mark.parametrize("identity", ["D2", "..", "__x__", "a%2Fb", "x" * 300])
def test_one_that_is_not_there(office: Office, browser: Browser, identity: str) -> None:
    differs(office, "D1")
    assert browser.submit(f"/portal/{identity}/repair").status_code == 404
    assert audit(office) == []


def test_pages_are_newest_first(office: Office, browser: Browser) -> None:
    for number in range(PAGE + 3):
        office.clock.advance(seconds=1)
        differs(office, f"D{number:03d}")
    differs(office, "closed", state="repaired")
    first = browser.shown("/portal")["listing"]
    names = [difference.id for difference in first.differences]
    assert names == [f"D{number:03d}" for number in range(PAGE + 2, 2, -1)]
    assert f"/portal?after={first.next}" in browser.see("/portal").text
    rest = browser.shown(f"/portal?after={first.next}")["listing"]
    assert ([difference.id for difference in rest.differences], rest.next) == (["D002", "D001", "D000"], None)
    odd = browser.shown("/portal?after=../x")["listing"]
    assert len(odd.differences) == PAGE


def test_page_shows_the_state_of_the_synchronisation(office: Office, browser: Browser) -> None:
    assert "Cổng đang kết nối bình thường" in browser.see("/portal").text
    now = office.clock.now()
    office.store.create("portal_state/cursor", {"cursor": now, "failing_since": now - timedelta(hours=2)})
    assert "Không lấy được thay đổi từ Cổng từ 23/11/2026 07:00" in browser.see("/portal").text
    office.store.create(breaker_path(), {"open": True, "since": now, "until": now + timedelta(minutes=10)})
    page = browser.see("/portal").text
    assert "không phản hồi từ 23/11/2026 09:00" in page
    assert "thử lại lúc 23/11/2026 09:10" in page
    office.store.update(breaker_path(), {"open": False})
    counts = {"there": 41, "here": 42, "equal": 40, "waiting": 1, "repaired": 2}
    figures = {"at": now, "complete": False, "differences": {"state": 2, "unit": 1}, **counts}
    office.store.create(night_path(date(2026, 11, 23)), figures)
    page = browser.see("/portal").text
    assert "chưa hết" in page
    assert [f">{count}<" in page for count in (*counts.values(), 3)] == [True] * 6
    assert browser.shown("/portal")["listing"].standing.closed_since is None
