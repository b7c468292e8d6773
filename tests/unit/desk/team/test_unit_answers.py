"""A unit's own templates for answers are written by its head and visible to its officers only."""

from __future__ import annotations

import re
from html import unescape

import pytest

from petitions.domain.petition.petition import Petition
from petitions.usecases.petition.draft_answer import draft_mark
from tests.unit.desk.office import Browser, Office

OWN = {
    "name": "Hẹn đo đạc",
    "text": "Về [nội dung phản ánh] ([mã hồ sơ]): Sở hẹn đo đạc ngày [ngày đo đạc].",
    "basis": "",
}


@pytest.fixture
def office() -> Office:
    return Office()


def seen(browser: Browser) -> str:
    return str(browser.shown("/team/answers")["listed"].seen)


def put(browser: Browser, **fields: str) -> int:
    return browser.submit("/team/answers", **({"seen": seen(browser), "do": "put"} | OWN | fields)).status_code


def begun(office: Office, unit: str) -> Petition:
    petition = office.filed_in(unit)
    for action in ("accept", "assign", "start"):
        office.at_desk(f"{unit.lower()}-officer").does(office.petition(petition.code), action)
    return office.petition(petition.code)


def offered(office: Office, unit: str, petition: Petition) -> list[str]:
    found = office.at_desk(f"{unit.lower()}-officer").shown(f"/petitions/{petition.code}/answer")
    return [item.name for item in found["templates"]]


def test_its_people_find_them_first_filled_with_the_facts_and_others_do_not(office: Office) -> None:
    head = office.at_desk("sxd-head")
    before = offered(office, "SXD", begun(office, "SXD"))
    assert put(head) == 303
    petition, other = begun(office, "SXD"), begun(office, "SYT")
    assert offered(office, "SXD", petition) == [OWN["name"], *before]
    assert offered(office, "SYT", other) == before
    officer, path = office.at_desk("sxd-officer"), f"/petitions/{petition.code}/answer"
    (own,) = re.findall(rf'<option value="([^"]+)">{OWN["name"]}<', officer.see(path).text)
    assert officer.submit(path, do="template", template=own, text="", basis="").status_code == 303
    drafted = office.petition(petition.code).drafted
    assert drafted
    assert drafted.text == f"Về {petition.title} ({petition.code}): Sở hẹn đo đạc ngày [ngày đo đạc]."
    now = office.petition(petition.code)
    given = {"text": drafted.text, "no_evidence": "Xong tại chỗ", "version": now.version, "seen": draft_mark(drafted)}
    refused = officer.shown_after(path, do="submit", **given)
    assert (refused["status"], "[ngày đo đạc]" in str(refused["refusal"])) == (400, True)


def test_they_are_changed_and_removed_and_nothing_is_overwritten_unseen(office: Office) -> None:
    head = office.at_desk("sxd-head")
    old = seen(head)
    assert put(head) == 303
    (own,) = head.shown("/team/answers")["listed"].templates
    assert "Sửa mẫu" in head.see(f"/team/answers?id={own.id}").text
    assert put(head, seen=old, name="Bản cũ") == 409
    assert put(head, id=own.id, name="Hẹn lại") == 303
    assert [template.name for template in head.shown("/team/answers")["listed"].templates] == ["Hẹn lại"]
    refused = head.submit("/team/answers", seen=seen(head), do="put", name="Hỏng", text="chỗ [hở", basis="")
    assert refused.status_code == 400
    assert "chỗ [hở" in unescape(refused.text)  # nothing typed is lost
    assert put(head, id="none") == 404
    assert put(head, id=own.id, do="remove") == 303
    assert "Đơn vị chưa có mẫu riêng" in head.see("/team/answers").text
    deeds = [office.store.documents[path] for path in office.store.paths("audit")]
    assert [deed["subject"] for deed in deeds if deed.get("action") == "unit_answers"] == ["SXD"] * 3


def test_only_a_head_writes_them_and_only_those_of_their_unit(office: Office) -> None:
    assert put(office.at_desk("syt-head")) == 303
    assert office.at_desk("sxd-head").shown("/team/answers")["listed"].templates == []
    assert office.at_desk("sxd-officer").see("/team/answers").status_code == 403
