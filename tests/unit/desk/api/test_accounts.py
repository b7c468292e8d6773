"""Accounts of external systems: administration, keys, rights, and the rate limit."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from petitions.domain.officers.officer import Deputy
from petitions.domain.officers.service_account import ServiceRight
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.usecases.officers.manage_officers import OfficerForm
from tests.unit.desk.api.systems import System, system, wanted
from tests.unit.desk.office import Office


def test_of_a_key_the_hash_alone_is_kept_and_two_are_valid_while_it_is_changed() -> None:
    office = Office()
    admin, accounts = office.officer("admin"), office.parts.service_accounts
    keys = [accounts.make(admin, wanted()).key, *(accounts.rotate(admin, "tong-dai").key for _ in range(2))]
    for key in keys:
        assert key.partition(".")[2] not in str(office.store.documents)
    first, second, third = (System(office.app.test_client(), key) for key in keys)
    assert [item.get("/units").status_code for item in (first, second, third)] == [401, 200, 200]
    older, _ = accounts.known(admin)[0].keys
    accounts.end_key(admin, "tong-dai", older.id)
    assert [item.get("/units").status_code for item in (second, third)] == [401, 200]
    accounts.close(admin, "tong-dai")
    assert third.get("/units").status_code == 401
    with pytest.raises(NotFound):
        accounts.rotate(admin, "tong-dai")
    deeds = [office.store.documents[path]["action"] for path in office.store.paths("audit")]
    assert sorted(deed for deed in deeds if deed.startswith("account_")) == [
        "account_closed", "account_key_ended", "account_key_made", "account_key_made", "account_made",
    ]  # fmt: skip


def test_head_of_a_unit_is_notified_of_new_officers() -> None:
    office = Office()
    admin = office.officer("admin")

    def mails() -> list[tuple[str, str]]:
        found = (office.store.documents[path] for path in office.store.paths("notices"))
        return [(item["officer"], item["text"]) for item in found if item["id"].startswith("joined-")]

    office.parts.service_accounts.make(admin, wanted(unit="SXD"))
    ((head, words),) = mails()
    assert head == "sxd-head"
    assert f"{admin.name} (" in words
    assert "hệ thống Tổng đài 1022" in words
    office.parts.manage.put(admin, OfficerForm("", "Đỗ Văn Chánh", "chanh@sxd.example.vn", "SXD", "officer"))
    office.parts.manage.put(admin, OfficerForm("", "Đỗ Văn Trung", "trung@syt.example.vn", "SYT", "officer"))
    assert sorted(who for who, words in mails() if "Đỗ Văn Chánh" in words) == ["sxd-head"]
    assert not [who for who, words in mails() if "Đỗ Văn Trung" in words and who == "sxd-head"]


def test_deputy_of_a_head_is_notified_too() -> None:
    office = Office()
    stands = Deputy(officer="sxd-officer", since=date(2026, 1, 1), until=date(2027, 12, 31))
    office.store.update("officers/sxd-head", {"deputy": stands.stored()})
    office.parts.service_accounts.make(office.officer("admin"), wanted(unit="SXD"))
    found = (office.store.documents[path] for path in office.store.paths("notices"))
    recipients = {item["officer"] for item in found if item["id"].startswith("joined-")}
    assert recipients == {"sxd-head", "sxd-officer"}


@pytest.mark.parametrize("who", ["sxd-officer", "sxd-head", "coordinator", "inspector"])
def test_only_administrators_keep_accounts(who: str) -> None:
    office = Office()
    accounts, person = office.parts.service_accounts, office.officer(who)
    for deed in (
        lambda: accounts.make(person, wanted()),
        lambda: accounts.rotate(person, "x"),
        lambda: accounts.close(person, "x"),
        lambda: accounts.known(person),
    ):
        with pytest.raises(Forbidden):
            deed()
    assert office.store.paths("service_accounts") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "a.b"},
        {"account": "tổng đài"},
        {"account": "x" * 41},
        {"name": " "},
        {"unit": "none"},
        {"rights": ()},
        {"channel": None},
        {"a_minute": 0},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    office = Office()
    with pytest.raises(Rejected):
        office.parts.service_accounts.make(office.officer("admin"), wanted(**wrong))
    assert office.store.paths("service_accounts") == []


def test_an_account_is_not_made_over_another() -> None:
    office = Office()
    system(office)
    with pytest.raises(Conflict):
        system(office, name="Khác")


@pytest.mark.parametrize("key", ["", "tong-dai", "tong-dai.", "tong-dai.x", "a/b.c", "..", ".", "x" * 5_000])
def test_a_key_that_is_none_is_answered_alike(key: str) -> None:
    office = Office()
    system(office)
    answer = System(office.app.test_client(), key).get("/units")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    problem = answer.get_json()
    assert (problem["status"], problem["title"], problem["type"]) == (401, "Chưa xác thực", "not_signed_in")


def test_a_session_opens_nothing_here_and_a_key_nothing_elsewhere() -> None:
    office = Office()
    known, petition = system(office), office.filed_in("SXD")
    assert office.at_desk("sxd-head").see("/api/v1/units").status_code == 401
    headers = {"Authorization": f"Bearer {known.key}"}
    for path in ("/", f"/petitions/{petition.code}", "/admin"):
        assert known.client.get(path, headers=headers).status_code == 303
    assert known.client.get("/api/me", headers=headers).status_code == 401


def test_in_the_cloud_each_way_in_is_closed_to_the_other() -> None:
    cloud = Office(local=False)
    known = system(cloud)
    headers = {"Authorization": f"Bearer {known.key}"}
    signed = {"X-Goog-Iap-Jwt-Assertion": "signed:sxd-head@example.vn"}
    assert known.get("/units").status_code == 200
    assert known.client.get("/api/v1/units", headers=signed | headers).status_code == 403
    rules = list(cloud.app.url_map.iter_rules())
    for rule in rules:
        own = rule.rule.startswith(("/api/v1/", "/assets/"))
        if "GET" in (rule.methods or ()) and not own and "<" not in rule.rule:
            assert known.client.get(rule.rule, headers=headers).status_code == 403, rule.rule
    beside = {rule.rule for rule in rules if rule.endpoint.startswith("v1.")}
    assert beside == {rule.rule for rule in rules if rule.rule.startswith("/api/v1/")}


def test_a_right_that_is_missing_and_a_quota_that_is_used_up() -> None:
    office = Office()
    reads, petition = system(office, rights=(ServiceRight.READ, ServiceRight.UNIT), a_minute=30), office.filed_in("SXD")
    assert reads.get(f"/petitions/{petition.code}").status_code == 200
    refused = reads.post(f"/petitions/{petition.code}/accept", {"version": petition.version})
    assert (refused.status_code, refused.get_json()["type"]) == (403, "right")
    late = [reads.get("/units") for _ in range(60)][-1]
    assert (late.status_code, late.headers["Retry-After"]) == (429, "60")
    assert system(office, "other").get("/units").status_code == 200


def test_every_call_is_in_the_audit_with_the_accounts_name() -> None:
    office = Office()
    known, petition = system(office), office.filed_in("SXD")
    known.get(f"/petitions/{petition.code}")
    known.post(f"/petitions/{petition.code}/accept", {"version": petition.version})
    lines = [office.store.documents[path] for path in office.store.paths("audit")]
    calls = [line for line in lines if line.get("action") == "system_called"]
    assert sorted((call["officer"], call["subject"], call["reason"], call["code"]) for call in calls) == [
        ("tong-dai", "Tổng đài 1022", "GET /api/v1/petitions/<code>", petition.code),
        ("tong-dai", "Tổng đài 1022", "POST /api/v1/petitions/<code>/accept", petition.code),
    ]


def test_the_audit_of_a_petition_names_a_system_as_one_and_has_the_draft_that_it_saved() -> None:
    office = Office()
    known, petition = system(office), office.filed_in("SXD")
    for action in ("accept", "assign"):
        office.at_desk("sxd-head").does(office.petition(petition.code), action)
    answer = known.post(f"/petitions/{petition.code}/answer", {"text": "Phường đã nhắc bãi xe thu đúng giá."})
    assert answer.status_code == 200, answer.text
    office.at_desk("coordinator").see(f"/petitions/{petition.code}")
    shown = office.at_desk("inspector").see(f"/petitions/{petition.code}/audit").text
    assert "Lưu bản nháp câu trả lời" in shown
    lines = shown.split("<li>")
    assert all("hệ thống khác" in line and "cán bộ xử lý" not in line for line in lines if "Tổng đài 1022" in line)
    assert any("Tổng đài 1022" in line for line in lines)


def test_polls_are_in_the_audit_once_a_day() -> None:
    office = Office()
    known = system(office)
    for _ in range(3):
        assert known.get("/changes").status_code == 200
    office.clock.advance(days=1)
    assert known.get("/changes").status_code == 200
    lines = [office.store.documents[path] for path in office.store.paths("audit")]
    calls = [(line["reason"], line["unit"]) for line in lines if line.get("action") == "system_called"]
    assert calls == [("GET /api/v1/changes", "SXD")] * 2


def test_the_scheme_is_read_in_any_case() -> None:
    office = Office()
    known = system(office)
    for scheme in ("bearer", "BEARER"):
        answer = known.client.get("/api/v1/units", headers={"Authorization": f"{scheme} {known.key}"})
        assert answer.status_code == 200


@pytest.mark.parametrize("local", [True, False])
def test_the_description_needs_no_key(*, local: bool) -> None:
    office = Office(local=local)
    client = office.app.test_client()
    assert client.get("/api/v1/openapi.json").get_json()["openapi"] == "3.1.0"
    assert client.get("/api/v1/units").status_code == 401
    signed = {"X-Goog-Iap-Jwt-Assertion": "signed:sxd-head@example.vn"}
    assert client.get("/api/v1/openapi.json", headers=signed).status_code == 403


def test_page_shows_a_key_once_and_keeps_the_typed_values() -> None:
    office = Office()
    admin = office.at_desk("admin")
    given = {"id": "tong-dai", "name": "Tổng đài 1022", "unit": "SXD", "channel": "1022", "a_minute": "60"}
    refused = admin.submit("/admin/systems", **given, do="make")
    assert (refused.status_code, 'value="Tổng đài 1022"' in refused.text) == (400, True)
    made = admin.submit("/admin/systems", **given, rights=["read", "hand_in"], do="make")
    (key,) = re.findall(r'<p class="code whole-hash">(tong-dai\.[^<]+)</p>', made.text)
    assert System(office.app.test_client(), key).get("/units").status_code == 200
    page = admin.see("/admin/systems").text
    assert key.partition(".")[2] not in page
    assert f"…{key[-4:]}" in page
    assert f"dùng gần nhất ngày {office.clock.now():%d/%m/%Y}" in page
    assert "Tổng đài 1022" in page
    other = admin.submit("/admin/systems", id="tong-dai", do="rotate")
    assert other.text.count('<p class="code whole-hash">tong-dai.') == 1
    (first, second) = office.parts.service_accounts.known(office.officer("admin"))[0].keys
    asked = admin.submit("/admin/systems", id="tong-dai", key=first.id, do="end").text
    assert "dùng gần nhất ngày" in asked.split('class="note bad" role="alert"')[1].split("</p>", maxsplit=1)[0]
    assert System(office.app.test_client(), key).get("/units").status_code == 200
    assert asked.index(f"…{second.ending}</span>") < asked.index(f"…{first.ending}</span>")
    admin.submit("/admin/systems", id="tong-dai", key=first.id, do="end", sure="1")
    assert "Đã thu hồi khóa của Tổng đài 1022" in admin.see("/admin/systems").text
    assert System(office.app.test_client(), key).get("/units").status_code == 401
    assert "không mở lại được" in admin.submit("/admin/systems", id="tong-dai", do="close").text
    assert "đã đóng" not in admin.see("/admin/systems").text
    admin.submit("/admin/systems", id="tong-dai", do="close", sure="1")
    assert "Đã đóng tài khoản Tổng đài 1022" in admin.see("/admin/systems").text
    assert "đã đóng" in admin.see("/admin/systems").text
    assert office.at_desk("coordinator").see("/admin/systems").status_code == 403
