from __future__ import annotations

import random
from typing import Any

import pytest

from tests.unit.desk.office import Office
from tests.unit.desk.petition.answering import in_progress

ODD: list[Any] = [None, "", " ", "x" * 300, "\u0000", "HN-261123-0000-003Y", -1, 0, 1, 2**40, 1.5, True, [], {}, ["a"]]
SEED, TRIES = 20261124, 400


def test_signed_in_officer() -> None:
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


def test_answer_is_saved_only_over_the_seen_version() -> None:
    office = Office()
    petition = in_progress(office)
    officer = office.at_desk("sxd-officer")
    first = officer.saves(petition.code, {"text": "Đơn vị đã kiểm tra"})
    assert (first.status_code, first.get_json().keys()) == (200, {"seen"})
    stale = office.at_desk("sxd-head").saves(petition.code, {"text": "Khác"})
    assert (stale.status_code, stale.get_json()["error"]) == (409, "conflict")
    assert stale.get_json()["message"]
    assert officer.saves(petition.code, {"text": "Đã chấn chỉnh", "seen": first.get_json()["seen"]}).status_code == 200
    drafted = office.petition(petition.code).drafted
    assert drafted
    assert drafted.text == "Đã chấn chỉnh"


def test_malformed_body_gets_all_faults() -> None:
    office = Office()
    petition = in_progress(office)
    body = {"seen": 1, "text": 5, "basis": None, "secret": "0912345678"}
    answer = office.at_desk("sxd-officer").saves(petition.code, body)
    assert answer.status_code == 400
    error = answer.get_json()
    assert error["error"] == "malformed"
    assert {item["field"] for item in error["faults"]} == {"seen", "text", "basis", "secret"}
    assert "0912345678" not in answer.text
    assert office.petition(petition.code) == petition


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"text": 1e400}', b"\xff", b'{"text": "\\ud800"}'])
def test_a_body_that_is_no_such_object(data: bytes) -> None:
    office = Office()
    petition = in_progress(office)
    browser = office.at_desk("sxd-officer")
    path, token = f"/api/petitions/{petition.code}/answer", {"X-CSRF-Token": browser.csrf}
    answer = browser.client.post(path, data=data, headers=token)
    assert answer.status_code == 400
    assert answer.get_json()["faults"]
    assert office.petition(petition.code).drafted is None


def test_unknown_paths_and_methods_answer_json() -> None:
    browser = Office().at_desk("sxd-officer")
    assert browser.see("/api/nowhere").get_json()["error"] == "not_found"
    assert browser.client.post("/api/me").get_json()["error"] == "method_not_allowed"


def test_odd_bodies_are_refused_with_words_and_never_a_fault_of_ours() -> None:
    office, chance = Office(), random.Random(SEED)
    petition = in_progress(office)
    browser = office.at_desk("sxd-officer")
    office.app.extensions["desk_limit"]._most = 1e9
    office.app.extensions["desk_limit"]._buckets.clear()
    fields = ["seen", "text", "basis", "no_evidence", "other"]
    for _ in range(TRIES):
        body = {field: chance.choice(ODD) for field in chance.sample(fields, chance.randint(0, len(fields)))}
        answer = browser.saves(petition.code, body)
        assert answer.status_code in {200, 400, 409}, (body, answer.text)
        assert "seen" in answer.get_json() or answer.get_json()["message"]
