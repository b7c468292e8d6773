from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from petitions.domain.language.words import fold
from petitions.domain.lifecycle.lifecycle import TRANSITIONS, Role
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace
from petitions.usecases.desk.read_audit import PAGE, AuditLine
from tests.unit.desk.api.systems import system
from tests.unit.desk.office import Browser, CountingStore, Office


def revealed(office: Office, who: str = "sxd-officer", reason: str = "gọi hẹn làm việc") -> Petition:
    petition = office.filed_in("SXD")
    browser = office.at_desk(who)
    assert browser.see(f"/petitions/{petition.code}").status_code == 200
    assert browser.submit(f"/petitions/{petition.code}/reveal", reason=reason).status_code == 200
    return petition


def lines(browser: Browser, query: str = "") -> list[AuditLine]:
    return list(browser.shown(f"/audit{query}")["found"].lines)


def test_heads_and_coordinators_see_views_reveals_and_changes_of_a_petition() -> None:
    office = Office()
    petition = revealed(office)
    assert office.at_desk("sxd-officer").does(petition, "accept").status_code == 303
    for who in ("sxd-head", "coordinator", "inspector"):
        browser = office.at_desk(who)
        assert f"/petitions/{petition.code}/audit" in browser.see(f"/petitions/{petition.code}").text
        page = browser.see(f"/petitions/{petition.code}/audit").text
        for words in ("Mở hồ sơ", "Xem người gửi", "gọi hẹn làm việc", "Nguyễn Văn Thịnh", "Tiếp nhận"):
            assert words in page
    assert office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/audit").status_code == 403
    assert office.at_desk("syt-head").see(f"/petitions/{petition.code}/audit").status_code == 404
    assert office.at_desk("admin").see(f"/petitions/{petition.code}/audit").status_code == 403


def test_a_look_is_one_line_a_day_and_ends_with_the_year() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    for _ in range(3):
        office.at_desk("sxd-head").see(f"/petitions/{petition.code}")
    assert len([path for path in office.store.paths("audit") if "view-" in path]) == 1
    office.clock.advance(days=1)
    office.at_desk("sxd-head").see(f"/petitions/{petition.code}")
    found = [office.store.documents[path] for path in office.store.paths("audit") if "view-" in path]
    assert len(found) == 2
    assert all(item["expires_at"] - item["at"] == timedelta(days=400) for item in found)


@pytest.mark.parametrize("accused", ["SNV", "?"])
def test_accused_office_reads_no_entry_about_its_handlers(accused: str) -> None:
    office = Office()
    petition, other = revealed(office), revealed(office)
    inspector = office.at_desk("inspector")
    assert {line.code for line in lines(inspector, "?what=contact")} == {petition.code, other.code}
    office.store.update(f"petitions/{petition.code}", {"accused": accused})
    assert {line.code for line in lines(inspector, "?what=contact")} == {other.code}
    assert lines(inspector, f"?code={petition.code}&what=contact") == []
    assert petition.code not in inspector.see("/audit.csv?what=contact").text


def test_reading_the_audit_log_is_recorded_with_its_filters() -> None:
    office = Office()
    petition = revealed(office)
    inspector = office.at_desk("inspector")
    lines(inspector, f"?what=contact&code={petition.code}")
    inspector.see("/audit.csv?unit=SXD")
    office.at_desk("sxd-head").see(f"/petitions/{petition.code}/audit")
    read = [(line.officer, line.action, line.reason) for line in lines(office.at_desk("admin"), "?what=audit")]
    assert read == [
        ("admin", "audit_read", "what=audit"),
        ("sxd-head", "audit_read", f"code={petition.code}"),
        ("inspector", "audit_exported", "unit=SXD"),
        ("inspector", "audit_read", f"what=contact; code={petition.code}"),
    ]


@pytest.mark.parametrize("who", ["inspector", "admin"])
def test_nothing_of_a_citizen_is_in_it(who: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    contact = petition.contact
    reason = f"gọi {contact.name}, {contact.phone}, {fold(contact.name)} ở {contact.address}, a.b@gmail.com"
    assert office.at_desk("sxd-officer").submit(f"/petitions/{petition.code}/reveal", reason=reason).status_code == 200
    browser = office.at_desk(who)
    seen = [browser.see(path).text for path in ("/audit", "/audit.csv")]
    seen.append(office.at_desk("sxd-head").see(f"/petitions/{petition.code}/audit").text)
    for page in map(unescape, seen):
        assert petition.code in page
        for secret in (contact.name, fold(contact.name), contact.phone, contact.phone[2:], "a.b@gmail.com",
                       petition.citizen, petition.content):  # fmt: skip
            assert not secret or secret not in page
    reads = any("gọi" in line.reason for line in lines(browser))
    assert reads == (who == "inspector")  # an administrator reads nothing about a petition


def test_a_number_is_masked_also_where_the_line_is_about_no_petition() -> None:
    office = Office()
    subjects: tuple[dict[str, Any], ...] = ({"subject": "list_files"}, {"subject": "SXD"}, {})
    for number, fields in enumerate(subjects):
        entry = AuditEntry(
            role=Role.HEAD, what="change", action="job_asked", reason="said=bà Lan 0912 345 678", at=office.clock.now(),
            **fields,
        )  # fmt: skip
        office.store.create(audit_path(f"line{number}"), entry.stored())
    browser = office.at_desk("admin")
    assert [line.reason for line in lines(browser, "?what=change")] == ["said=bà Lan [điện thoại]"] * 3
    assert "0912" not in browser.see("/audit.csv?what=change").get_data().decode()


def test_a_search_of_the_audit_keeps_no_words_of_its_own() -> None:
    office = Office()
    browser, before = office.at_desk("inspector"), dict(office.store.documents)
    for path in ("/audit?officer=Nguyễn Thị Lan", "/audit?officer=0912345678", "/audit.csv?officer=sxd-head,Lan"):
        assert browser.see(path).status_code == 400, path
    assert office.store.documents == before
    assert browser.see("/audit?officer=sxd-head").status_code == 200


def test_words_about_a_denunciation_stay_with_the_coordinators() -> None:
    office = Office()
    petition = revealed(office, "coordinator", "mời người tố cáo lên làm việc")
    office.store.update(f"petitions/{petition.code}", {"petition_class": "denunciation"})
    assert "mời người tố cáo" not in office.at_desk("inspector").see("/audit").text
    assert office.at_desk("inspector").see(f"/petitions/{petition.code}/audit").status_code == 404
    assert "mời người tố cáo" in office.at_desk("coordinator").see(f"/petitions/{petition.code}/audit").text


def entries(office: Office, number: int, **fields: Any) -> None:
    for item in range(number):
        entry = AuditEntry.model_validate(
            {"officer": "sxd-officer", "role": Role.OFFICER, "unit": "SXD", "what": "change", "action": "noted",
             "at": office.clock.now(), **fields}
        )  # fmt: skip
        office.store.create(audit_path(f"made-{item:04}-{fields.get('what', '')}"), entry.stored())


def test_pages_follow_one_another_also_within_one_instant_and_cost_one_query() -> None:
    office = Office()
    entries(office, 2 * PAGE + 3)
    inspector = office.at_desk("inspector")
    found, after = [], ""
    for _ in range(3):
        assert isinstance(office.store, CountingStore)
        office.store.calls = 0
        page = inspector.shown(f"/audit?officer=sxd-officer&what=change&after={after}")["found"]
        assert office.store.calls <= 2
        found += page.lines
        after = page.next
    assert after is None
    assert len(found) == 2 * PAGE + 3
    first = inspector.see("/audit?officer=sxd-officer&what=change").text
    assert "Cũ hơn" in first
    assert "Nguyễn Văn Thịnh" in first


def test_subject_of_an_entry_has_a_name() -> None:
    office = Office()
    entries(office, 1, action="reference_published", subject="reminder_ladder", reason="2026-11-25-ab")
    assert office.at_desk("admin").submit("/admin/officers/sxd-officer/standing").status_code == 303
    page = office.at_desk("inspector").see("/audit").text
    for words in ("Công bố dữ liệu nền", "Bậc nhắc việc", "Ngừng tài khoản", "Nguyễn Văn Thịnh"):
        assert words in page
    office.at_desk("inspector").see("/audit?unit=SXD")
    assert "đơn vị Sở Xây dựng" in office.at_desk("inspector").see("/audit").text


def test_it_is_searched_by_name_unit_day_and_kind() -> None:
    office = Office()
    entries(office, 1)
    entries(office, 1, what="contact", officer="syt-officer", unit="SYT", at=office.clock.now() - timedelta(days=3))
    admin, today = office.at_desk("admin"), office.clock.now().date()
    to = admin.submit("/audit", name="anh tuấn", what="contact").headers["Location"]
    assert to == "/audit?what=contact&officer=syt-officer"
    assert [line.officer for line in lines(admin, to.removeprefix("/audit"))] == ["syt-officer"]
    assert [line.officer for line in lines(admin, f"?what=contact&until={today - timedelta(days=3)}")]
    assert lines(admin, f"?what=contact&since={today - timedelta(days=2)}") == []
    assert "Không có dòng nhật ký nào khớp" in admin.see(f"/audit?unit=SYT&since={today}").text
    assert admin.submit("/audit", name="zzzz").headers["Location"] == "/audit?officer=-"
    nobody = admin.see("/audit?officer=-").text
    assert "Không có cán bộ nào tên như vậy" in nobody
    assert "Không có dòng nhật ký nào khớp" in nobody
    for wrong in ("what=x", "unit=x", "code=x", "since=x", "after=x"):
        assert admin.see(f"/audit?{wrong}").status_code == 400


def test_a_code_is_read_as_the_search_reads_it_and_a_wrong_one_keeps_the_form() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    office.at_desk("sxd-officer").see(f"/petitions/{petition.code}")
    office.changed(petition.code, sync=replace(petition.sync, national_code="PAKN.20261123.0042"))
    admin = office.at_desk("admin")
    plain = petition.code.replace("-", "")
    national = "pakn.20261123.0042"
    for typed in (petition.code, plain, f" {plain.lower()} ", petition.code[:-2], plain[:-3], national):
        answer = admin.submit("/audit", code=typed)
        assert answer.headers.get("Location") == f"/audit?code={petition.code}", typed
    assert {line.code for line in lines(admin, f"?code={petition.code}")} == {petition.code}
    wrong = admin.submit("/audit", code="Nguyễn Thị Lan", what="view", name="Thịnh")
    assert wrong.status_code == 400
    assert "Không có mã hồ sơ như vậy" in wrong.text
    for kept in ('value="Nguyễn Thị Lan"', 'value="Thịnh"', 'value="view" selected', 'aria-invalid="true"'):
        assert kept in wrong.text
    assert "Không có mã hồ sơ như vậy" in admin.see("/audit?code=x").text


def test_the_beginning_of_a_code_that_is_closed_to_the_reader_is_that_of_none() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    inspector = office.at_desk("inspector")
    assert inspector.submit("/audit", code=petition.code[:-2]).status_code == 303
    office.changed(petition.code, accused="SNV", unit="VPUB")
    closed = inspector.submit("/audit", code=petition.code[:-2])
    none = inspector.submit("/audit", code="HN-250101-ZZ")
    assert (closed.status_code, none.status_code) == (400, 400)
    assert "Không có hồ sơ nào có mã như vậy" in closed.text
    assert "Không có hồ sơ nào có mã như vậy" in none.text


def test_the_beginning_of_many_codes_asks_for_more_of_it() -> None:
    office = Office()
    petitions = [office.filed_in("SXD") for _ in range(4)]
    answer = office.at_desk("admin").submit("/audit", code=petitions[0].code[:9])
    assert (answer.status_code, "xin gõ thêm" in answer.text) == (400, True)


def test_no_cell_of_the_export_is_a_formula() -> None:
    office = Office()
    petition = revealed(office, reason="=HYPERLINK(1)")
    rows = list(csv.reader(io.StringIO(office.at_desk("inspector").see(f"/audit.csv?code={petition.code}").text)))
    assert "'=HYPERLINK(1)" in [row[-1] for row in rows]
    assert not [cell for row in rows[1:] for cell in row if cell[:1] in set("=+-@")]


def test_every_deed_that_the_code_records_has_a_name() -> None:
    from desk.words.audit_words import DEEDS  # noqa: PLC0415 - conftest has put it on the path
    from petitions.domain.petition.history_actions import HISTORY_ACTIONS  # noqa: PLC0415
    from tests.unit.test_layers import FUNCTIONS  # noqa: PLC0415

    known = {*DEEDS, *HISTORY_ACTIONS, *(row.action for row in TRANSITIONS)}
    written: set[str] = set()
    for path in (FUNCTIONS / "petitions" / "usecases").rglob("*.py"):
        text = path.read_text()
        if "AuditEntry" in text or "audit_change(" in text or "_audit(" in text:
            written |= set(re.findall(r'(?:action=|, )"([a-z]+_[a-z_]+)"[,)]', text))
    assert {"officer_left", "contact_seen", "audit_read"} <= written
    assert {item for item in written if item.endswith(("ed", "_left", "_back", "_read", "_seen"))} <= known


def test_calls_of_other_systems_are_listed_only_when_asked_for() -> None:
    office = Office()
    petition = revealed(office)
    known = system(office)
    known.get(f"/petitions/{petition.code}")
    admin = office.at_desk("admin")
    assert "system_called" not in {line.action for line in lines(admin)}
    assert petition.code in {line.code for line in lines(admin)}
    assert {line.action for line in lines(admin, "?what=system")} == {"system_called"}
    assert "Hệ thống khác gọi" not in admin.see("/audit.csv").text
    of_it = office.at_desk("sxd-head").see(f"/petitions/{petition.code}/audit").text
    assert "Hệ thống khác gọi" in of_it


def test_change_of_a_text_names_it_with_its_previous_words() -> None:
    office = Office()
    admin = office.at_desk("admin")
    page = admin.see("/admin/texts/you_are_welcome").text
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen
    was = office.parts.texts.one("you_are_welcome").words
    given = {**was, "texts": "Dạ, không có gì ạ.", "seen": seen[1]}
    shown = admin.submit("/admin/texts/you_are_welcome", **given, do="preview").text
    mark = re.search(r'name="previewed" value="([^"]*)"', shown)
    assert mark
    done = admin.submit("/admin/texts/you_are_welcome", **given, previewed=mark[1], do="publish")
    assert done.status_code == 303, done.text
    page = unescape(admin.see("/audit").text)
    assert "(you_are_welcome)" in page
    assert f"“{was['texts']}” → “Dạ, không có gì ạ.”" in page
