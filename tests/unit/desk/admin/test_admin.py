"""Administration of officers: permissions, rejected forms that keep their input, and audit entries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.clock.ladder import Recipient
from petitions.domain.officers.officer import Officer
from petitions.errors import Rejected
from petitions.usecases.officers.staff import Staff
from tests.unit.desk.office import Browser, Office

NEW = {"name": "Phạm Thu Trang", "email": "Trang.PT@hanoi.gov.vn", "unit": "SXD", "role": "officer"}


def stored(office: Office, officer_id: str) -> Officer:
    return Officer.model_validate(office.store.documents[f"officers/{officer_id}"])


def create(admin: Browser, **changes: str) -> str:
    answer = admin.submit("/admin/officers/new", **(NEW | changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rsplit("/", 1)[-1]


def test_new_officer_can_sign_in_and_the_audit_names_the_administrator() -> None:
    office = Office()
    admin = office.at_desk("admin")
    who = create(admin)
    assert stored(office, who).email == "trang.pt@hanoi.gov.vn"
    office.clock.advance(seconds=61)
    assert office.at_desk(who).see("/").status_code == 200
    page = admin.see(f"/admin/officers/{who}").text
    assert "Thêm vào danh sách" in page
    assert "Đặng Quốc Bảo" in page


def test_change_shows_the_previous_values() -> None:
    office = Office()
    admin = office.at_desk("admin")
    who = create(admin)
    assert admin.submit(f"/admin/officers/{who}", **(NEW | {"unit": "SYT", "role": "head"})).status_code == 303
    assert (stored(office, who).unit, stored(office, who).role) == ("SYT", "head")
    words = "đơn vị: Sở Xây dựng → Sở Y tế; vai trò: cán bộ xử lý → lãnh đạo đơn vị"
    assert words in admin.see(f"/admin/officers/{who}").text
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
def test_impossible_entry_is_explained_and_the_typed_values_are_kept(wrong: dict[str, str], words: str) -> None:
    office = Office()
    before = office.store.paths("officers")
    answer = office.at_desk("admin").submit("/admin/officers/new", **(NEW | wrong))
    assert answer.status_code == 400
    assert words in answer.text
    assert (NEW | wrong)["email"] in answer.text
    assert office.store.paths("officers") == before


def test_all_faults_are_reported_together() -> None:
    empty = {"name": "", "email": "", "unit": "", "role": ""}
    shown = Office().at_desk("admin").shown_after("/admin/officers/new", **empty)
    assert shown["status"] == 400
    assert shown["faults"].keys() == empty.keys()


def test_deactivated_officer_is_signed_out_gets_no_mail_and_keeps_the_name() -> None:
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
    assert not [notice for notice in notices if notice.get("officer") == "sxd-officer" and notice["kind"] == "reminder"]
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


def handed(office: Office, number: int, to: str = "sxd-officer") -> list[str]:
    codes = []
    for item in range(number):
        petition = office.filed_in("SXD", f"Chuyện số {item} về giấy tờ nhà đất")
        for action, more in (("accept", {}), ("assign", {"handler": to})):
            done = office.at_desk("sxd-head").does(office.petition(petition.code), action, **more)
            assert done.status_code == 303
        codes.append(petition.code)
    return codes


def test_open_work_is_handed_over_before_the_account_ends() -> None:
    office = Office()
    codes = handed(office, 3)
    admin = office.at_desk("admin")
    page = admin.see("/admin/officers/sxd-officer").text
    assert "Đang giữ 3 hồ sơ" in page
    assert codes[0] not in page
    refused = admin.submit("/admin/officers/sxd-officer/standing")
    assert (refused.status_code, "đang giữ 3 hồ sơ" in refused.text) == (400, True)
    for stranger in ("coordinator", "sxd-officer", "nobody"):
        assert admin.submit("/admin/officers/sxd-officer/standing", to=stranger).status_code in {400, 404}
        assert stored(office, "sxd-officer").left_at is None
    assert admin.submit("/admin/officers/sxd-officer/standing", to="sxd-head").status_code == 303
    assert {office.petition(code).handler for code in codes} == {"sxd-head"}
    assert stored(office, "sxd-officer").left_at is not None
    assert "Đổi người xử lý" in office.at_desk("sxd-head").see(f"/petitions/{codes[0]}").text


def test_work_goes_back_to_the_unit_where_nobody_there_takes_it() -> None:
    office = Office()
    (code,) = handed(office, 1)
    admin = office.at_desk("admin")
    standing = "/admin/officers/sxd-officer/standing"
    assert admin.submit(standing, to="").status_code == 400
    assert admin.submit(standing, to="syt-officer").status_code == 303
    assert "Đã bàn giao 1 hồ sơ" in admin.see("/admin/officers/sxd-officer").text
    assert office.petition(code).handler is None  # not somebody of another unit
    assert office.at_desk("coordinator").submit("/admin/officers/sxd-head/standing", to="unit").status_code == 403
    recipients = Staff(office.store, office.clock).meant(office.petition(code), [Recipient.HANDLER, Recipient.HEAD])
    assert [officer.id for officer in recipients] == ["sxd-head"]


def test_petition_arriving_meanwhile_keeps_the_account_open() -> None:
    office = Office()
    handed(office, 1)
    manage = office.app.extensions["desk"].manage
    with pytest.raises(Rejected, match="vẫn giữ hồ sơ"):
        manage.deactivate(stored(office, "admin"), "sxd-officer")
    assert stored(office, "sxd-officer").left_at is None


def test_deactivated_officer_is_no_deputy_and_receives_no_petitions() -> None:
    office = Office()
    today = office.clock.now().date()
    days = {"since": f"{today}", "until": f"{today + timedelta(days=5)}"}
    admin = office.at_desk("admin")
    assert admin.submit("/admin/officers/sxd-head/deputy", deputy="sxd-officer", **days).status_code == 303
    assert "Có người thay đến" in admin.see("/admin").text
    assert admin.submit("/admin/officers/sxd-officer/standing").status_code == 303
    assert stored(office, "sxd-head").deputy is None
    assert admin.submit("/admin/officers/sxd-head/deputy", deputy="sxd-officer", **days).status_code == 400
    petition = office.filed_in("SXD")
    hand = {"do": "assign", "code": petition.code, "handler": "sxd-officer", "sure": "1"}
    assert office.at_desk("sxd-head").refused("/bulk", **hand) == (400, "handler_missing")


def test_deputy_of_a_coordinator_is_notified_on_duty() -> None:
    office = Office()
    who = create(office.at_desk("admin"), unit="VPUB")
    petition = office.filed_in("SYT")
    office.clock.advance(seconds=61)
    assert office.at_desk(who).see(f"/petitions/{petition.code}").status_code == 404
    today = office.clock.now().date()
    page = office.at_desk("coordinator").see("/team").text
    assert "Nguyễn Thu Hương" in page
    days = {"since": f"{today}", "until": f"{today}"}
    deputy = office.at_desk("coordinator").submit("/team/deputy", who="coordinator", deputy=who, **days)
    assert deputy.status_code == 303
    assert office.at_desk(who).see(f"/petitions/{petition.code}").status_code == 200
    staff = Staff(office.store, office.clock)
    assert {officer.id for officer in staff.on_duty(petition)} == {"coordinator", who}
    office.clock.advance(days=1)
    assert office.at_desk(who).see(f"/petitions/{petition.code}").status_code == 404


def test_a_role_that_does_not_fit_the_unit_is_confirmed_or_not_kept() -> None:
    office = Office()
    admin, wanted = office.at_desk("admin"), NEW | {"unit": "PX-00004", "role": "coordinator"}
    asked = admin.submit("/admin/officers/new", **wanted)
    assert asked.status_code == 400
    assert "thấy và điều phối hồ sơ của mọi đơn vị" in asked.text
    assert 'name="confirmed"' in asked.text
    assert wanted["email"] in asked.text
    who = create(admin, **wanted, confirmed="1")
    renamed = admin.submit(f"/admin/officers/{who}", **(wanted | {"name": "Phạm Trang"}))
    assert renamed.status_code == 303  # asked once, not at every change


def test_officers_are_found_by_parts_of_names_without_marks_and_never_in_an_address() -> None:
    office = Office()
    admin = office.at_desk("admin")
    to = admin.submit("/admin", text="thinh nguyen", unit="")
    assert to.headers["Location"] == "/admin?find=1"
    page = admin.see("/admin?find=1").text
    assert "Nguyễn Văn Thịnh" in page
    assert "Trần Thu Hằng" not in page
    assert admin.submit("/admin", text="dieu phoi", unit="VPUB").headers["Location"] == "/admin?unit=VPUB&find=1"
    assert "Nguyễn Thu Hương" in admin.see("/admin?unit=VPUB&find=1").text
    admin.submit("/admin", text="zzzz", unit="")
    assert "Không có cán bộ nào khớp “zzzz”" in admin.see("/admin?find=1").text


def test_the_history_of_an_officer_is_in_words() -> None:
    office = Office()
    admin = office.at_desk("admin")
    changed = {"name": "Nguyễn Văn Thịnh", "email": "sxd-officer@example.vn", "unit": "SYT", "role": "head"}
    given = changed | {"position": "Phó Giám đốc", "confirmed": "1"}
    assert admin.submit("/admin/officers/sxd-officer", **given).status_code == 303
    words = "đơn vị: Sở Xây dựng → Sở Y tế; vai trò: cán bộ xử lý → lãnh đạo đơn vị; chức vụ: chưa ghi → Phó Giám đốc"
    assert words in admin.see("/admin/officers/sxd-officer").text
    assert words in admin.see("/audit").text


@pytest.mark.parametrize(
    ("desk", "path", "who"),
    [("admin", "/admin/officers/sxd-head/deputy", {}), ("sxd-head", "/team/deputy", {"who": "sxd-head"})],
)
def test_impossible_deputy_keeps_the_typed_values(desk: str, path: str, who: dict[str, str]) -> None:
    office = Office()
    browser = office.at_desk(desk)
    typed = {**who, "deputy": "sxd-officer", "since": "2026-12-24", "until": "2026-12-20", "mandate": "05/GUQ-SXD"}
    refused = browser.submit(path, **typed)
    assert refused.status_code == 400
    for value in ("2026-12-24", "2026-12-20", "05/GUQ-SXD"):
        assert f'value="{value}"' in refused.text
    assert 'value="sxd-officer" selected' in refused.text
    nobody = browser.submit(path, **{**typed, "deputy": "", "until": "2026-12-26"})
    assert (nobody.status_code, "Xin chọn người thay" in nobody.text) == (400, True)
    assert stored(office, "sxd-head").deputy is None
