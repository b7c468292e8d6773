"""Forms of the desk: the usual course of a petition, the reasons of refusals, and invalid values."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.unit.desk.office import Office, differs

ANSWER = "Đơn vị đã kiểm tra và chấn chỉnh cán bộ, xin cảm ơn anh/chị."
ODD = ["", " ", "x" * 300, "\u0000", "HN-261123-0000-003Y", "-1", "0", "1", str(2**40), "1.5", "true", "a/b", "SXD"]
SEED, TRIES = 20261124, 400
FIELDS = {
    "/": ["text", "view", "state", "time", "level", "mine", "ward", "unit", "sort", "from", "to", "other"],
    "/petitions/{code}/notes": ["kind", "text", "unit", "other"],
    "/petitions/{code}/reveal": ["reason", "other"],
    "/portal/D1/dismiss": ["reason", "other"],
    **{
        f"/petitions/{{code}}/actions/{action}": [
            "version", "text", "unit", "handler", "level", "amount", "summary", "why", "reopen_for", "sure", "other",
        ]
        for action in ("accept", "refuse", "assign", "publish")
    },
}  # fmt: skip
"""The fields of every form, by its path."""


def test_the_straight_path() -> None:
    office = Office()
    code = office.filed_in("VPUB").code
    people = {who: office.at_desk(who) for who in ("coordinator", "sxd-officer", "sxd-head")}
    [line] = people["coordinator"].listed()
    assert (line.code, line.state, line.time_state, line.clock) == (code, "new", "trong_han", "reception")
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("coordinator", "accept", {}),
        ("coordinator", "assign", {"unit": "SXD", "handler": "sxd-officer"}),
        ("sxd-officer", "start", {}),
        ("sxd-officer", "submit_answer", {"text": ANSWER, "no_evidence": "Việc đã xong tại chỗ"}),
        ("sxd-head", "approve", {"text": "Đã xem"}),
    ]
    for who, action, more in steps:
        page = people[who].shown(f"/petitions/{code}")["page"]
        assert action in [item.action for item in page.actions]
        assert people[who].does(page.petition, action, **more).status_code == 303
        assert office.petition(code).version == page.petition.version + 1
    after = office.petition(code)
    assert (after.state, after.unit) == ("answered", "SXD")
    page = people["sxd-head"].shown(f"/petitions/{code}")["page"]
    assert page.petition.reply.text == ANSWER
    assert page.petition.reply.approved_by == "sxd-head"
    assert [notice.kind for notice in page.notices] == ["answered", "reassigned", "accepted", "reply"]
    assert [item.seq for item in page.history] == list(range(1, len(page.history) + 1))
    assert page.petition.sync.national_code is None
    assert page.petition.sync.next_at is None


@pytest.mark.parametrize(
    ("action", "fields", "status", "reason"),
    [
        ("accept", {"version": 7}, 409, "conflict"),
        ("approve", {}, 403, "forbidden"),
        ("refuse", {}, 400, "text_missing"),
        ("refuse", {"text": "Xin gửi tới Tòa án."}, 400, "reason_missing"),
    ],
)
def test_refusals_have_a_stable_reason(action: str, fields: dict[str, Any], status: int, reason: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    path = f"/petitions/{petition.code}/actions/{action}"
    assert office.at_desk("sxd-officer").refused(path, **{"version": petition.version, **fields}) == (status, reason)


def test_an_action_that_is_none_is_not_there() -> None:
    office = Office()
    assert office.at_desk("sxd-officer").does(office.filed_in("SXD"), "explode").status_code == 404


@pytest.mark.parametrize("route", FIELDS)
def test_odd_values_are_refused_with_words_and_never_a_fault_of_ours(route: str) -> None:
    office, chance = Office(), random.Random(f"{SEED}{route}")
    petition, fields = office.filed_in("SXD"), FIELDS[route]
    differs(office, "D1")
    browser = office.at_desk("coordinator")
    office.app.extensions["desk_limit"]._most = 1e9
    office.app.extensions["desk_limit"]._buckets.clear()
    path = route.format(code=petition.code)
    for _ in range(TRIES // 4):
        given = {field: chance.choice(ODD) for field in chance.sample(fields, chance.randint(0, len(fields)))}
        answer = browser.submit(path, **given)
        assert answer.status_code in {200, 303, 400, 403, 404, 409}, (given, answer.text)
