"""Administration of officers: who may, what cannot be, nothing typed is lost, every change has its line."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.officers.officer import Officer
from tests.unit.desk.office import Browser, Office

NEW = {"name": "Phạm Thu Trang", "email": "Trang.PT@hanoi.gov.vn", "unit": "SXD", "role": "officer"}


def stored(office: Office, officer_id: str) -> Officer:
    return Officer.model_validate(office.store.documents[f"officers/{officer_id}"])


def create(admin: Browser, **changes: str) -> str:
    answer = admin.submit("/admin/officers/new", **(NEW | changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rsplit("/", 1)[-1]


def test_a_new_officer_can_sign_in_and_the_audit_says_who_let_them_in() -> None:
    office = Office()
    admin = office.at_desk("admin")
    who = create(admin)
    assert stored(office, who).email == "trang.pt@hanoi.gov.vn"
    office.clock.advance(seconds=61)
    assert office.at_desk(who).see("/").status_code == 200
    page = admin.see(f"/admin/officers/{who}").text
    assert "Thêm vào danh sách" in page
    assert "Đặng Quốc Bảo" in page


def test_a_change_says_what_it_was_before() -> None:
    office = Office()
    admin = office.at_desk("admin")
    who = create(admin)
    assert admin.submit(f"/admin/officers/{who}", **(NEW | {"unit": "SYT", "role": "head"})).status_code == 303
    assert (stored(office, who).unit, stored(office, who).role) == ("SYT", "head")
    assert "unit: SXD → SYT; role: officer → head" in admin.see(f"/admin/officers/{who}").text
    before = len(office.store.paths("audit"))
    admin.submit(f"/admin/officers/{who}", **(NEW | {"unit": "SYT", "role": "head"}))
    assert len(office.store.paths("audit")) == before  # nothing changed, nothing is written


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Xin ghi họ tên"),
        ({"email": "không phải thư"}, "Địa chỉ thư điện tử chưa đúng"),
        ({"email": "sxd-head@example.vn"}, "Địa chỉ này đã là của Trần Thu Hằng"),
        ({"unit": "XYZ"}, "Xin chọn đơn vị"),
        ({"role": "system"}, "Xin chọn vai trò"),
    ],
)
def test_what_cannot_be_is_said_in_words_and_nothing_typed_is_lost(wrong: dict[str, str], words: str) -> None:
    office = Office()
    before = office.store.paths("officers")
    answer = office.at_desk("admin").submit("/admin/officers/new", **(NEW | wrong))
    assert answer.status_code == 400
    assert words in answer.text
    assert (NEW | wrong)["email"] in answer.text
    assert office.store.paths("officers") == before


def test_all_faults_are_told_together() -> None:
    answer = Office().at_desk("admin").call("/officers", {"name": "", "email": "", "unit": "", "role": ""})
    assert answer.status_code == 400
    for words in ("họ tên", "thư điện tử", "đơn vị", "vai trò"):
        assert words in answer.get_json()["message"]


def test_who_leaves_is_out_at_once_gets_nothing_and_keeps_their_name() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    admin, officer = office.at_desk("admin"), office.at_desk("sxd-officer")
    assert officer.does(petition, "accept").status_code == 303
    assert admin.submit("/admin/officers/sxd-officer/standing").status_code == 303
    office.clock.advance(seconds=61)
    assert officer.see("/").status_code == 303  # to the page of sign-in
    head = office.at_desk("sxd-head")
    page = head.see(f"/petitions/{petition.code}").text
    assert "Nguyễn Văn Thịnh" in page  # in the history
    refused = head.does(office.petition(petition.code), "assign", handler="sxd-officer")
    assert refused.status_code == 400
    office.clock.advance(days=3)
    office.reminders()
    notices: list[Any] = [office.store.documents[path] for path in office.store.paths("notices")]
    assert not [each for each in notices if each.get("officer") == "sxd-officer" and each["kind"] == "reminder"]
    admin = office.at_desk("admin")
    assert "Đã ngừng" in admin.see("/admin").text
    assert admin.submit("/admin/officers/sxd-officer/standing", back="1").status_code == 303
    office.clock.advance(seconds=61)
    assert office.at_desk("sxd-officer").see("/").status_code == 200


def test_nobody_locks_themselves_out_or_raises_themselves() -> None:
    office = Office()
    admin = office.at_desk("admin")
    left = admin.submit("/admin/officers/admin/standing")
    own = admin.submit("/admin/officers/admin", name="B", email="admin@example.vn", unit="VPUB", role="coordinator")
    assert (left.status_code, own.status_code) == (400, 400)
    assert stored(office, "admin").role == "admin"
    assert stored(office, "admin").left_at is None


def test_an_administrator_begins_with_the_officers_and_sees_no_petition() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    admin = office.at_desk("admin")
    assert admin.see("/").headers["Location"] == "/admin"
    assert admin.see(f"/petitions/{petition.code}").status_code == 403
    menu = admin.see("/admin").text
    assert 'href="/admin"' in menu
    assert 'href="/figures"' not in menu
    assert "chưa có ai" in admin.see("/admin/units").text
