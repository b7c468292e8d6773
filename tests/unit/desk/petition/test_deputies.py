"""A deputy for an absent head: approvals, notices, and the deputy's name in records."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest

from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Deputy, Officer, officer_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from tests.unit.desk.office import Office
from tests.unit.desk.petition.answering import SAID, WHY_NONE, in_progress
from tests.unit.reminders.staff import mails

DEPUTY = "Nguyễn Văn Thịnh (thay Trần Thu Hằng)"


@pytest.fixture
def office() -> Office:
    found = Office()
    clerk = Officer(id="sxd-clerk", name="Vũ Mai", email="c@x.vn", unit="SXD", role=Role.OFFICER)
    found.store.create(officer_path(clerk.id), clerk.stored())
    return found


def handed_in(office: Office, who: str, content: str = "UBND phường chậm trả giấy khai sinh") -> Petition:
    petition = in_progress(office, content)
    answer = office.at_desk(who).does(petition, "submit_answer", text=SAID, no_evidence=WHY_NONE)
    assert answer.status_code == 303
    return office.petition(petition.code)


def leave(office: Office, absent: str = "sxd-head", deputy: str = "sxd-officer") -> None:
    today = hanoi(office.clock.now()).date()
    stands = Deputy(officer=deputy, since=today, until=today + timedelta(days=1))
    office.store.update(f"officers/{absent}", {"deputy": stands.stored()})
    office.clock.advance(seconds=61)


def approvals(office: Office, who: str) -> tuple[set[str], str | None]:
    page = office.at_desk(who).see("/?view=approval").text
    number = re.search(r'data-count="approval">([^<]*)<', page)
    return set(re.findall(r'href="/petitions/(HN-[0-9A-Z-]+)', page)), number[1] if number else None


def test_absent_officer_sees_the_deputy_on_every_page() -> None:
    office = Office()
    stands = Deputy(officer="sxd-officer", since=date(2026, 1, 1), until=date(2027, 12, 31))
    office.store.update("officers/sxd-head", {"deputy": stands.stored()})
    words = f"{office.parts.staff.name('sxd-officer')} đang thay anh/chị đến hết 31/12/2027."
    assert words in office.at_desk("sxd-head").see("/").text
    assert words not in office.at_desk("sxd-officer").see("/").text


def test_list_of_a_deputy_has_approvals_without_their_own_answers(office: Office) -> None:
    leave(office)
    own, others = handed_in(office, "sxd-officer"), handed_in(office, "sxd-clerk", "Đường ngập sâu")
    assert approvals(office, "sxd-officer") == ({others.code}, "1")
    assert office.at_desk("sxd-officer").does(others, "approve", text="Đã xem").status_code == 303
    assert approvals(office, "sxd-officer") == (set(), "0")
    deputy = office.at_desk("sxd-officer")
    deputy.submit("/", text=own.code, view="approval")
    found = deputy.listed("view=approval&find=1")
    assert [item.code for item in found] == [own.code]  # a code is found in every list


def test_a_head_does_not_count_their_own_answers_either(office: Office) -> None:
    handed_in(office, "sxd-head")
    others = handed_in(office, "sxd-clerk", "Đường ngập sâu")
    assert approvals(office, "sxd-head") == ({others.code}, "1")


def test_coordinators_see_the_answers_that_nobody_in_the_unit_can_approve(office: Office) -> None:
    own, others = handed_in(office, "sxd-officer"), handed_in(office, "sxd-clerk", "Đường ngập sâu")
    assert approvals(office, "coordinator") == (set(), "0")
    leave(office)
    assert approvals(office, "coordinator") == ({own.code}, "1")
    assert approvals(office, "sxd-officer") == ({others.code}, "1")
    assert office.at_desk("coordinator").does(own, "approve", text="Đã xem").status_code == 303
    assert approvals(office, "coordinator") == (set(), "0")


def test_coordinators_see_the_answers_of_a_unit_without_a_head(office: Office) -> None:
    petition = handed_in(office, "sxd-clerk")
    office.store.update("officers/sxd-head", {"role": Role.OFFICER.value})
    office.clock.advance(seconds=61)
    assert approvals(office, "coordinator") == ({petition.code}, "1")
    filtered = office.at_desk("coordinator").see("/?view=approval&level=urgent").text
    assert petition.code not in filtered


def test_every_answer_that_waits_is_in_somebodys_list(office: Office) -> None:
    """During every absence, an officer who may approve the answer finds it, and its author does not."""
    waiting = [handed_in(office, "sxd-officer"), handed_in(office, "sxd-clerk", "Đường ngập sâu")]
    waiting.append(handed_in(office, "sxd-head", "Mất nước ba ngày"))
    second = Officer(id="sxd-second", name="Phạm Phó", email="p@x.vn", unit="SXD", role=Role.HEAD)
    everyone = ("sxd-officer", "sxd-clerk", "sxd-head", "sxd-second", "coordinator")
    office.store.create(officer_path(second.id), second.stored())
    for absent, deputy in (("sxd-head", "sxd-clerk"), ("sxd-second", "sxd-head"), ("sxd-second", "sxd-officer")):
        leave(office, absent, deputy)
        for petition in waiting:
            assert petition.reply
            lists = {who: approvals(office, who)[0] if _approves(office, who) else set() for who in everyone}
            assert petition.code not in lists[petition.reply.author]
            assert any(petition.code in codes for codes in lists.values())


def _approves(office: Office, who: str) -> bool:
    return "view=approval" in office.at_desk(who).see("/").text


def test_a_deputy_reads_until_when_they_are_one_and_after_it_why_the_list_is_gone(office: Office) -> None:
    until = hanoi(office.clock.now()).date() + timedelta(days=1)
    line = f"Anh/chị đang thay Trần Thu Hằng đến hết {until:%d/%m/%Y}."
    assert "Anh/chị đang thay" not in office.at_desk("sxd-officer").see("/").text
    leave(office)
    assert line in office.at_desk("sxd-officer").see("/").text
    assert "Anh/chị đang thay" not in office.at_desk("sxd-head").see("/").text
    office.clock.advance(days=2)
    deputy = office.at_desk("sxd-officer")
    gone = deputy.see("/?view=approval")
    assert (gone.status_code, "thời gian thay chưa bắt đầu hoặc đã hết" in gone.text) == (400, True)
    assert "Anh/chị đang thay" not in deputy.see("/").text


def test_editor_names_deputy_and_absent_head_only_without_another_approver(office: Office) -> None:
    leave(office)
    petition = in_progress(office)
    page = office.at_desk("sxd-clerk").see(f"/petitions/{petition.code}/answer").text
    assert f"Người duyệt: {DEPUTY}." in page
    own = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/answer").text
    named = "Người duyệt: Nguyễn Thu Hương (cán bộ điều phối), Trần Thu Hằng (đang nghỉ, vẫn duyệt được), vì hôm nay"
    assert named in own
    waiting = handed_in(office, "sxd-officer", "Đường ngập sâu")
    assert office.at_desk("sxd-head").does(waiting, "approve", text="Đã xem").status_code == 303


def test_absent_head_and_coordinators_are_notified_of_a_waiting_answer(office: Office) -> None:
    leave(office)
    handed_in(office, "sxd-officer")
    office.clock.advance(minutes=15)
    office.news()
    waiting = {mail["officer"] for mail in mails(office, "news") if "chờ duyệt" in mail["text"]}
    assert {"coordinator", "sxd-head"} <= waiting


def test_actions_of_a_deputy_name_the_head(office: Office) -> None:
    leave(office)
    petition = handed_in(office, "sxd-clerk")
    deputy = office.at_desk("sxd-officer")
    assert "lãnh đạo đơn vị, thay Trần Thu Hằng" in deputy.see("/").text
    assert deputy.does(petition, "approve", text="Đã xem").status_code == 303
    reply = office.petition(petition.code).reply
    assert reply
    assert (reply.approved_by, reply.approved_instead_of) == ("sxd-officer", "sxd-head")
    line = office.store.documents[f"petitions/{petition.code}/history/{petition.version + 1}"]
    assert (line["actor"], line["instead_of"], line["role"]) == ("sxd-officer", "sxd-head", "head")
    page = html.unescape(office.at_desk("sxd-head").see(f"/petitions/{petition.code}").text)
    assert f"Duyệt: {DEPUTY}" in page
    assert f"· {DEPUTY} · Sở Xây dựng" in page
    traced = html.unescape(office.at_desk("coordinator").see(f"/petitions/{petition.code}/audit").text)
    assert f"{DEPUTY} · lãnh đạo đơn vị" in traced
    lines = office.at_desk("inspector").shown("/audit?what=change")["found"].lines
    assert {item.instead_of for item in lines if item.officer == "sxd-officer"} == {"sxd-head"}
    exported = office.at_desk("inspector").see("/audit.csv").text
    assert DEPUTY in exported


def test_views_and_plans_of_a_deputy_name_the_head_too(office: Office) -> None:
    petition = in_progress(office)
    office.clock.advance(days=40)
    leave(office)
    deputy, path = office.at_desk("sxd-officer"), f"/petitions/{petition.code}"
    until = hanoi(office.clock.now()).date() + timedelta(days=7)
    plan = {"version": petition.version, "text": "Chờ bản vẽ của nhà thầu, sẽ sửa trong tuần", "until": until}
    assert deputy.submit(f"{path}/recovery", **plan).status_code == 303
    assert f"Hẹn xong trước {until:%d/%m/%Y} · {DEPUTY}" in html.unescape(deputy.see(path).text)
    entries = [office.store.documents[path] for path in office.store.paths("audit")]
    views = [
        entry for entry in entries if entry["what"] == "view" and entry["at"] > office.clock.now() - timedelta(hours=1)
    ]
    assert {(view["officer"], view.get("instead_of")) for view in views} == {("sxd-officer", "sxd-head")}


def test_once_the_head_is_back_the_officer_acts_for_themselves(office: Office) -> None:
    leave(office)
    office.clock.advance(days=3)
    petition = handed_in(office, "sxd-officer")
    line = office.store.documents[f"petitions/{petition.code}/history/{petition.version}"]
    assert "instead_of" not in line
    assert office.petition(petition.code).state is State.AWAITING_APPROVAL
    assert approvals(office, "sxd-head") == ({petition.code}, "1")
    assert office.store.documents["officers/sxd-officer"]["role"] == "officer"
    assert "stands_in" not in office.store.documents["officers/sxd-officer"]


def appoints(office: Office, who: str, deputy: str, mandate: str = "") -> int:
    today = hanoi(office.clock.now()).date()
    days = {"since": today, "until": today + timedelta(days=3)}
    named = {"unit": "SXD", "who": "sxd-head", "deputy": deputy, "mandate": mandate, **days}
    return office.at_desk(who).submit("/team/deputy", **named).status_code


def test_a_head_writes_the_mandate_by_which_somebody_signs(office: Office) -> None:
    assert appoints(office, "sxd-head", "sxd-officer", " 05/GUQ-SXD  ngày 20/11/2026 ") == 303
    assert office.store.documents["officers/sxd-head"]["deputy"]["mandate"] == "05/GUQ-SXD ngày 20/11/2026"
    assert "theo 05/GUQ-SXD ngày 20/11/2026" in office.at_desk("sxd-head").see("/team").text
    assert appoints(office, "sxd-head", "sxd-officer", "x" * 101) == 400


def test_deputy_cannot_change_the_heads_deputy(office: Office) -> None:
    leave(office)
    before = office.store.documents["officers/sxd-head"]
    for mandate in ("", "05/GUQ-SXD"):
        assert appoints(office, "sxd-officer", "sxd-officer", mandate) == 403
    assert office.store.documents["officers/sxd-head"] == before


def test_mail_sent_by_a_deputy_names_the_head(office: Office) -> None:
    leave(office)
    petition = in_progress(office)
    assert office.at_desk("sxd-officer").does(petition, "submit_answer", text=SAID, no_evidence=WHY_NONE)
    office.store.update(f"petitions/{petition.code}", {"handler": "sxd-clerk"})
    (result,) = office.at_desk("sxd-officer").many("remind", [petition.code])
    assert result.done
    mail = next(office.store.documents[path] for path in office.store.paths("notices") if "asked-" in path)
    assert mail["text"].startswith(f"{DEPUTY} nhắc anh/chị")
