"""Answers that an approver returned to their author appear in the news, and on the page with the reason."""

from __future__ import annotations

from datetime import timedelta

from petitions.domain.reminders.duties import Duty
from tests.unit.desk.office import Office
from tests.unit.desk.petition.answering import in_progress, submits
from tests.unit.desk.petition.test_reopening import AGAIN, WHY, answered

REDO = "Thiếu kết quả kiểm tra tại chỗ"


def duties(office: Office, who: str) -> list[Duty]:
    officer = office.parts.staff.find(who)
    assert officer is not None
    return [entry.duty for entry in office.parts.duties(officer, office.parts.staff).entries]


def boxed(office: Office, who: str, code: str, page: str = "") -> str:
    return office.at_desk(who).see(f"/petitions/{code}{page}").text.partition('aria-labelledby="redo"')[2][:400]


def test_a_draft_that_was_sent_back_is_its_handlers_duty_though_it_is_due_much_later() -> None:
    office = Office()
    petition = in_progress(office)
    assert submits(office, petition) == 303
    assert Duty.REDO not in duties(office, "sxd-officer")
    head = office.at_desk("sxd-head")
    assert head.does(office.petition(petition.code), "return_for_redo", text=REDO).status_code == 303
    assert duties(office, "sxd-officer") == [Duty.REDO]
    assert duties(office, "sxd-head") == []
    due = office.petition(petition.code).due_at
    assert due is not None
    office.clock.at = due + timedelta(days=1)
    assert duties(office, "sxd-officer") == [Duty.REDO]  # once, even if it is due as well


def test_reopened_petition_is_a_duty_with_its_reason_on_top() -> None:
    office = Office()
    petition = answered(office)
    assert office.at_desk("coordinator").does(petition, "reopen", **AGAIN).status_code == 303
    assert duties(office, "sxd-officer") == [Duty.ANSWER]
    assert "Mở lại" in boxed(office, "sxd-officer", petition.code)
    assert WHY in boxed(office, "sxd-officer", petition.code)
    assert office.at_desk("sxd-officer").does(office.petition(petition.code), "resume_work").status_code == 303
    assert duties(office, "sxd-officer") == []
    assert WHY in boxed(office, "sxd-officer", petition.code, "/answer")
    assert submits(office, office.petition(petition.code)) == 303
    assert boxed(office, "sxd-officer", petition.code) == ""


def test_the_reason_is_back_once_an_answer_was_recalled() -> None:
    office = Office()
    petition = in_progress(office)
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    assert submits(office, petition) == 303
    assert head.does(office.petition(petition.code), "return_for_redo", text=REDO).status_code == 303
    for _ in range(2):
        assert REDO in boxed(office, "sxd-officer", petition.code)
        assert submits(office, office.petition(petition.code)) == 303
        assert boxed(office, "sxd-officer", petition.code) == ""
        assert officer.does(office.petition(petition.code), "recall_answer", text="Sửa lại").status_code == 303
    assert REDO in boxed(office, "sxd-officer", petition.code)


def test_an_answer_that_was_recalled_before_anybody_looked_has_no_reason() -> None:
    office = Office()
    petition = in_progress(office)
    assert submits(office, petition) == 303
    officer = office.at_desk("sxd-officer")
    assert officer.does(office.petition(petition.code), "recall_answer", text="Sửa lại").status_code == 303
    assert boxed(office, "sxd-officer", petition.code) == ""
