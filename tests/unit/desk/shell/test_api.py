"""The JSON API: the same rules as the pages, and errors that list every fault."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.desk.office import Office

ANSWER = "Đơn vị đã kiểm tra và chấn chỉnh cán bộ, xin cảm ơn anh/chị."


def test_who_is_signed_in() -> None:
    browser = Office().at_desk("sxd-head")
    assert browser.see("/api/me").get_json() == {
        "officer": {
            "id": "sxd-head",
            "name": "Trần Thu Hằng",
            "role": "head",
            "unit": "SXD",
            "unit_name": "Sở Xây dựng",
        },
        "csrf": browser.csrf,
    }


def test_the_straight_path() -> None:
    office = Office()
    code = office.filed_in("VPUB").code
    people = {who: office.at_desk(who) for who in ("coordinator", "sxd-officer", "sxd-head")}
    [line] = people["coordinator"].see("/api/petitions").get_json()["petitions"]
    assert (line["code"], line["state"], line["time_state"], line["clock"]) == (code, "new", "trong_han", "reception")
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("coordinator", "accept", {}),
        ("coordinator", "assign", {"unit": "SXD", "handler": "sxd-officer"}),
        ("sxd-officer", "start", {}),
        ("sxd-officer", "submit_answer", {"text": ANSWER, "no_evidence": "Việc đã xong tại chỗ"}),
        ("sxd-head", "approve", {"text": "Đã xem"}),
    ]
    for who, action, more in steps:
        page = people[who].see(f"/api/petitions/{code}").get_json()
        assert action in [each["action"] for each in page["actions"]]
        answer = people[who].call(f"/petitions/{code}/actions/{action}", {"version": page["version"], **more})
        assert answer.status_code == 200, answer.text
        after = answer.get_json()
        assert after["version"] == page["version"] + 1
    assert after == {"code": code, "state": "answered", "unit": "SXD", "version": after["version"]}
    page = people["sxd-head"].see(f"/api/petitions/{code}").get_json()
    assert page["reply"]["text"] == ANSWER
    assert page["reply"]["approved_by"] == "sxd-head"
    assert [each["kind"] for each in page["notices"]] == ["answered", "reassigned", "accepted", "reply"]
    assert [each["seq"] for each in page["history"]] == list(range(1, page["version"] + 1))
    assert page["portal"] == {"national_code": None, "waiting": False}


def test_the_contact_for_a_reason() -> None:
    office = Office()
    code = office.filed_in("SXD").code
    answer = office.at_desk("sxd-officer").call(f"/petitions/{code}/reveal", {"reason": "gọi hẹn làm việc"})
    assert answer.get_json() == {
        "name": "Nguyễn Thị Lan",
        "phone": "84912345678",
        "address": "Số 12 phố Trung Kính, phường Yên Hòa",
        "type": "individual",
        "content": "UBND phường chậm trả giấy khai sinh",
        "additions": [],
    }
    assert len(office.store.paths("audit")) == 1


def test_a_malformed_body_is_told_all_its_faults() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    body = {"version": "1", "text": 5, "unit": "", "handler": "a/b", "secret": "0912345678"}
    answer = office.at_desk("sxd-officer").call(f"/petitions/{petition.code}/actions/refuse", body)
    assert answer.status_code == 400
    told = answer.get_json()
    assert told["error"] == "malformed"
    assert {each["field"] for each in told["faults"]} == {"version", "text", "unit", "handler", "secret"}
    assert "0912345678" not in answer.text
    assert office.petition(petition.code) == petition


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'{"version": 1e400}', b"\xff", b'{"version": 1, "text": "\\ud800"}']
)
def test_a_body_that_is_no_such_object(data: bytes) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk("sxd-officer")
    answer = browser.client.post(
        f"/api/petitions/{petition.code}/actions/accept", data=data, headers={"X-CSRF-Token": browser.csrf}
    )
    assert answer.status_code == 400
    assert answer.get_json()["faults"]
    assert office.petition(petition.code).state == "new"


@pytest.mark.parametrize(
    ("path", "body", "status", "reason"),
    [
        ("accept", {"version": 7}, 409, "conflict"),
        ("explode", {"version": 1}, 404, "action_unknown"),
        ("approve", {"version": 1}, 403, "forbidden"),
        ("refuse", {"version": 1}, 400, "text_missing"),
        ("refuse", {"version": 1, "text": "Xin gửi tới Tòa án."}, 400, "reason_missing"),
    ],
)
def test_refusals_have_a_stable_reason(path: str, body: dict[str, Any], status: int, reason: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    answer = office.at_desk("sxd-officer").call(f"/petitions/{petition.code}/actions/{path}", body)
    assert (answer.status_code, answer.get_json()["error"]) == (status, reason)
    assert answer.get_json()["message"]


def test_unknown_paths_and_methods_answer_json() -> None:
    browser = Office().at_desk("sxd-officer")
    assert browser.see("/api/nowhere").get_json()["error"] == "not_found"
    assert browser.call("/me", {}).get_json()["error"] == "method_not_allowed"
    assert browser.see("/api/petitions?view=all").get_json()["error"] == "view_unknown"
