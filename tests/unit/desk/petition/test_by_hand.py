"""Petitions on paper and by telephone: entered like any other, their clock since they came, nothing sent on Zalo."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import GIVEN, entered, entry


def test_a_call_becomes_a_petition_whose_clock_runs_since_it_came() -> None:
    office = Office()
    received = office.clock.now() - timedelta(hours=1)
    petition = entered(office, office.at_desk("sxd-officer"), received_at=received.isoformat())
    assert (petition.source, petition.state, petition.filed_at) == ("phone", "new", received)
    assert petition.clocks["reception"].started_at == received
    assert petition.contact.phone == "84987654321"
    assert petition.taken
    assert petition.taken.by == "sxd-officer"
    office.routing(petition.code)
    assert office.petition(petition.code).routed
    assert office.publisher.of("petition-events")
    assert not office.store.paths("notices")
    (line,) = [each for each in office.store.paths(f"petitions/{petition.code}/history") if each.endswith("/1")]
    assert office.store.documents[line]["actor"] == "sxd-officer"


def test_nobody_is_told_on_zalo_whatever_is_done_and_the_page_says_so() -> None:
    office = Office()
    petition = entered(office, office.at_desk("coordinator"), source="paper")
    coordinator = office.at_desk("coordinator")
    assert coordinator.does(petition, "accept").status_code == 303
    assert not office.store.paths("notices")
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert "Nhận bằng văn bản" in page
    assert "kết quả phải gửi bằng thư" in page
    assert "Lê Văn Bình" not in page


def test_the_letter_says_the_answer_with_its_basis_in_law() -> None:
    office = Office()
    petition = entered(office, office.at_desk("coordinator"), source="paper")
    office.store.update(f"petitions/{petition.code}", {"unit": "SXD"})
    said = {"text": "Sở đã kiểm tra bãi xe và phạt chủ bãi.", "basis": "Nghị định 123/2021/NĐ-CP, điều 5"}
    for action, fields in (
        ("accept", {}),
        ("assign", {}),
        ("start", {}),
        ("submit_answer", {**said, "no_evidence": "Biên bản lưu tại Sở"}),
        ("approve", {"text": "Đã xem"}),
    ):
        who = "coordinator" if action == "approve" else "sxd-head"
        done = office.at_desk(who).does(office.petition(petition.code), action, **fields)
        assert done.status_code == 303, (action, done.text)
    letter = office.at_desk("coordinator").see(f"/petitions/{petition.code}/receipt").text
    assert f"{said['text']}\n\nCăn cứ: {said['basis']}" in letter


def test_the_form_leads_to_a_receipt_for_whoever_took_it() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    page = browser.see("/take-in").text
    assert page.index("Anh/chị có đồng ý không?") < page.index('name="consent"')
    for words in (
        "Bên kiểm soát dữ liệu là UBND thành phố Hà Nội",
        "hạn chế, phản đối",
        "https://pakn.example.vn/privacy",
    ):
        assert words in page
    told = f"{GIVEN['content']}. " * 12 + "Xin thành phố kiểm tra."
    fields = {**entry(office), "content": told, "consent": "1", "received_at": "2026-11-23T08:30"}
    done = browser.submit("/take-in", **fields)
    assert done.status_code == 303, done.text
    receipt = browser.see(done.headers["Location"]).text
    (petition,) = office.petitions()
    for words in (
        petition.code,
        "Lê Văn Bình",
        "08:30 thứ Hai 23/11/2026",
        "qua điện thoại",
        "https://pakn.example.vn",
    ):
        assert words in receipt
    assert told in receipt  # whole, however long
    # It lies with the coordinators now: others of the office see neither it nor the receipt; they see no name.
    assert office.at_desk("syt-officer").see(done.headers["Location"]).status_code == 404
    assert "Lê Văn Bình" not in office.at_desk("coordinator").see(done.headers["Location"]).text


def test_the_same_form_twice_makes_one_petition() -> None:
    office = Office()
    browser = office.at_desk("sxd-officer")
    first, again = entered(office, browser), entered(office, browser)
    assert first.code == again.code
    assert entered(office, browser, key="form-0002").code != first.code


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("consent", False, "đồng ý về xử lý dữ liệu"),
        ("content", "ngắn", "nội dung phải có"),
        ("name", " ", "thiếu họ tên"),
        ("residence", "", "thiếu địa chỉ"),
        ("address", "", "thiếu nơi xảy ra"),
        ("phone", "12345", "số điện thoại chưa đúng"),
        ("email", "không", "e-mail chưa đúng"),
        ("ward", "99999", "không có phường"),
        ("received_at", "2026-12-25T00:00:00Z", "không được ở tương lai"),
        ("received_at", "2026-01-01T00:00:00Z", "quá 60 ngày"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_filed(field: str, value: Any, words: str) -> None:
    office = Office()
    answer = office.at_desk("sxd-officer").call("/petitions/by-hand", entry(office, **{field: value}))
    assert answer.status_code == 400
    assert words in answer.get_json()["message"]
    assert not office.petitions()


def test_a_form_that_is_refused_keeps_what_was_typed() -> None:
    office = Office()
    fields = {**entry(office), "consent": "", "received_at": "2026-11-23T08:30"}
    answer = office.at_desk("sxd-officer").submit("/take-in", **fields)
    assert answer.status_code == 400
    assert GIVEN["content"] in answer.text
    assert 'value="form-0001"' in answer.text


def test_two_who_called_are_not_taken_for_one() -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    first = entered(office, coordinator)
    second = entered(office, coordinator, key="form-0002", name="Vũ Thị Hà")
    page = coordinator.see(f"/petitions/{second.code}").text
    assert first.code in page
    assert "cùng người gửi" not in page


def test_looking_it_up_by_code() -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"))
    office.types(petition.code)
    assert f"{petition.code}: Mới" in office.last_reply()
    assert "Bình" not in office.last_reply()
