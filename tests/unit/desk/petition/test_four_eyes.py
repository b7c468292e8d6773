"""Officers cannot approve their own answers, and the desk names the approvers before submission."""

from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Deputy, Officer, officer_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from petitions.usecases.officers.staff import Staff
from tests.unit.desk.office import Office
from tests.unit.desk.petition.answering import SAID, WHY_NONE, in_progress
from tests.unit.reminders.staff import mails

OWN = "phải do người khác duyệt"


@pytest.fixture
def office() -> Office:
    return Office()


def handed_in(office: Office, who: str) -> Petition:
    petition = in_progress(office)
    answer = office.at_desk(who).does(petition, "submit_answer", text=SAID, no_evidence=WHY_NONE)
    assert answer.status_code == 303
    return office.petition(petition.code)


def stands_in(office: Office) -> None:
    today = hanoi(office.clock.now()).date()
    deputy = Deputy(officer="sxd-officer", since=today, until=today)
    office.store.update("officers/sxd-head", {"deputy": deputy.stored()})
    office.clock.advance(seconds=61)


def second_head(office: Office) -> str:
    person = Officer(id="sxd-second", name="Phạm Phó", email="p@x.vn", unit="SXD", role=Role.HEAD)
    office.store.create(officer_path(person.id), person.stored())
    office.clock.advance(seconds=61)
    return person.id


def test_a_head_does_not_approve_their_own_answer(office: Office) -> None:
    petition = handed_in(office, "sxd-head")
    head = office.at_desk("sxd-head")
    assert "approve" not in head.buttons(petition.code)
    assert OWN in head.see(f"/petitions/{petition.code}").text
    refused = head.does(petition, "approve", text="Đã xem")
    assert (refused.status_code, OWN in refused.text) == (403, True)
    assert office.petition(petition.code) == petition
    assert "return_for_redo" not in head.buttons(petition.code)  # officers may take back their own answers
    assert "recall_answer" in head.buttons(petition.code)


@pytest.mark.parametrize("who", ["sxd-second", "coordinator"])
def test_another_head_or_a_coordinator_approves_it(office: Office, who: str) -> None:
    second_head(office)
    petition = handed_in(office, "sxd-head")
    assert office.at_desk(who).does(petition, "approve", text="Đã xem").status_code == 303
    reply = office.petition(petition.code).reply
    assert reply is not None
    assert (reply.author, reply.approved_by) == ("sxd-head", who)


def test_deputy_approves_the_heads_answer_and_not_their_own(office: Office) -> None:
    stands_in(office)
    petition = handed_in(office, "sxd-head")
    assert office.at_desk("sxd-officer").does(petition, "approve", text="Đã xem").status_code == 303
    other = handed_in(office, "sxd-officer")
    assert office.at_desk("sxd-officer").does(other, "approve", text="Đã xem").status_code == 403
    assert office.at_desk("sxd-head").does(other, "approve", text="Đã xem").status_code == 303


def test_editor_names_the_approvers_before_submission(office: Office) -> None:
    petition = in_progress(office)

    def read(who: str) -> tuple[str, list[str]]:
        browser, path = office.at_desk(who), f"/petitions/{petition.code}/answer"
        return browser.see(path).text, [approver.id for approver in browser.shown(path)["page"].approvers]

    page, ids = read("sxd-officer")
    assert ("Người duyệt: Trần Thu Hằng." in page, ids) == (True, ["sxd-head"])
    page, ids = read("sxd-head")
    assert "Người duyệt: Nguyễn Thu Hương (cán bộ điều phối), vì hôm nay đơn vị không có lãnh đạo" in page
    assert ids == ["coordinator"]
    second_head(office)
    page, ids = read("sxd-head")
    assert ("Người duyệt: Phạm Phó." in page, ids) == (True, ["sxd-second"])
    stands_in(office)
    assert set(read("sxd-head")[1]) == {"sxd-officer", "sxd-second"}


def test_only_officers_allowed_to_approve_are_named_as_approvers(office: Office) -> None:
    petition = in_progress(office)
    path = f"petitions/{petition.code}"
    today = hanoi(office.clock.now()).date()
    gone = Deputy(officer="who-left", since=today, until=today)
    office.store.update("officers/sxd-head", {"deputy": gone.stored()})
    office.clock.advance(seconds=61)
    page = f"/petitions/{petition.code}/answer"
    named = [approver.id for approver in office.at_desk("sxd-officer").shown(page)["page"].approvers]
    assert named == ["sxd-head"]  # their deputy has left, so there is none
    office.store.update(path, {"accused": "VPUB", "unit": "TTTP"})
    secret = office.petition(petition.code)
    staff = Staff(office.store, office.clock)
    lead = Officer(id="tttp-head", name="Lê Chánh", email="l@x.vn", unit="TTTP", role=Role.HEAD)
    assert staff.approvers(secret, "tttp-officer") == []  # closed to the coordinators
    office.store.create(officer_path(lead.id), lead.stored())
    away = Deputy(officer="tttp-officer", since=today, until=today)
    aide = Officer(id="tttp-officer", name="Vũ Viên", email="v@x.vn", unit="TTTP", role=Role.OFFICER)
    office.store.create(officer_path(aide.id), aide.stored())
    office.store.update(officer_path(lead.id), {"deputy": away.stored()})
    staff = Staff(office.store, office.clock)
    assert [approver.id for approver in staff.approvers(secret, "tttp-officer")] == ["tttp-head"]


def test_coordinators_are_notified_if_nobody_in_the_unit_may_approve(office: Office) -> None:
    handed_in(office, "sxd-head")
    office.clock.advance(minutes=15)
    office.news()
    waiting = {mail["officer"] for mail in mails(office, "news") if "chờ duyệt" in mail["text"]}
    assert waiting == {"sxd-officer", "coordinator"}  # the handler and the approvers


def test_author_can_take_back_an_answer_until_the_decision(office: Office) -> None:
    petition = handed_in(office, "sxd-officer")
    officer = office.at_desk("sxd-officer")
    for other in ("sxd-head", "coordinator"):
        assert "recall_answer" not in office.at_desk(other).buttons(petition.code)
        assert office.at_desk(other).does(petition, "recall_answer", text="Nhầm").status_code == 403
    assert officer.does(petition, "recall_answer").status_code == 400  # a reason, as for every step backwards
    assert officer.does(petition, "recall_answer", text="Quên kèm ảnh").status_code == 303
    after = office.petition(petition.code)
    assert (after.state, after.clocks) == (State.IN_PROGRESS, petition.clocks)
    assert SAID in officer.see(f"/petitions/{petition.code}/answer").text
    office.clock.advance(minutes=30)
    office.news()
    assert not [mail for mail in mails(office, "news") if mail["officer"] == "sxd-head"]  # nothing waits for the head
    assert office.at_desk("sxd-head").does(after, "approve", text="Đã xem").status_code == 403


def test_handing_in_is_undone_from_the_page_that_follows(office: Office) -> None:
    petition = in_progress(office)
    officer = office.at_desk("sxd-officer")
    given = {"version": petition.version, "text": SAID, "no_evidence": WHY_NONE, "do": "submit"}
    assert officer.submit(f"/petitions/{petition.code}/answer", **given).status_code == 303
    page = officer.see(f"/petitions/{petition.code}").text
    assert f'action="/petitions/{petition.code}/actions/recall_answer" class="note line" data-undo="10"' in page


def test_action_that_notifies_the_filer_cannot_be_undone(office: Office) -> None:
    officer = office.at_desk("sxd-officer")
    for action, fields in (("accept", {}), ("ask_supplement", {"text": "Xin gửi ảnh giấy hẹn"})):
        petition = office.filed_in("SXD")
        assert officer.does(petition, action, **fields).status_code == 303
        assert "data-undo" not in officer.see(f"/petitions/{petition.code}").text
