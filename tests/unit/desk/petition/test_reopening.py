"""Reopening an answered or refused petition at the desk: the button, the clock and the notice to the citizen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from petitions.domain.language.texts import hanoi_time
from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Office
from tests.unit.desk.petition.answering import in_progress, submits

USER = str(10**18)
WHY = "Người dân chứng minh bộ phận một cửa vẫn đòi thêm giấy tờ"
AGAIN = {"reopen_for": "incomplete", "text": WHY}


def answered(office: Office) -> Petition:
    petition = in_progress(office)
    assert submits(office, petition) == 303
    assert office.at_desk("sxd-head").does(office.petition(petition.code), "approve").status_code == 303
    return office.petition(petition.code)


def refused(office: Office) -> Petition:
    petition = office.filed_in("SXD")
    given = {"why": "other", "text": "Việc này đã được trả lời tháng trước."}
    assert office.at_desk("coordinator").does(petition, "refuse", **given).status_code == 303
    return office.petition(petition.code)


@pytest.mark.parametrize("over", [answered, refused], ids=["answered", "refused"])
def test_coordinator_reopens_and_the_citizen_gets_the_new_deadline(over: Callable[[Office], Petition]) -> None:
    office = Office()
    before = over(office)
    office.clock.advance(hours=1)
    coordinator = office.at_desk("coordinator")
    assert "reopen" in coordinator.buttons(before.code)
    assert coordinator.does(before, "reopen", **AGAIN).status_code == 303
    after = office.petition(before.code)
    assert (after.state, after.decision, after.refused_for) == ("reopened", None, None)
    clock = after.clocks["answer"]
    assert (clock.started_at, clock.stopped_at) == (office.clock.now(), None)
    assert after.due_at == clock.due_at > office.clock.now()
    reply = office.last_reply(USER)
    assert before.code in reply
    assert "được mở lại" in reply
    assert hanoi_time(clock.due_at) in reply
    assert WHY not in reply  # internal
    line = office.store.documents[f"petitions/{before.code}/history/{after.version}"]
    assert (line["action"], line["clock_effects"]) == ("reopen", ["start answer"])
    assert line["reason"].splitlines()[-1] == f"Câu trả lời chưa đúng hoặc chưa đủ nội dung: {WHY}"
    assert after.classified, "what was refused before anybody classified it is classified now"
    officer = office.at_desk("sxd-officer")
    assert before.code in officer.see("/").text
    assert officer.does(after, "resume_work").status_code == 303


def test_reopening_voids_ratings_and_hides_the_answer() -> None:
    office = Office()
    petition = answered(office)
    path = f"citizens/{petition.citizen}"
    assert office.store.documents[path]["conversation"]["office_messages"][0]["kind"] == "answered"
    assert office.at_desk("coordinator").does(petition, "reopen", **AGAIN).status_code == 303
    assert office.store.documents[path]["conversation"]["office_messages"] == []
    assert "Mở lại" in office.types(petition.code, user=USER) or "Đang xử lý" in office.types(petition.code, user=USER)


def test_units_and_forms_without_a_reason_open_nothing() -> None:
    office = Office()
    petition = answered(office)
    assert "reopen" not in office.at_desk("sxd-head").buttons(petition.code)
    assert office.at_desk("sxd-head").does(petition, "reopen", **AGAIN).status_code == 403
    assert office.at_desk("coordinator").does(petition, "reopen", **AGAIN | {"text": " "}).status_code == 400
    assert office.petition(petition.code) == petition


def answered_again(office: Office, petition: Petition) -> Petition:
    assert office.at_desk("sxd-officer").does(petition, "resume_work").status_code == 303
    assert submits(office, office.petition(petition.code)) == 303
    head = office.at_desk("sxd-head")
    assert head.does(office.petition(petition.code), "approve", text="Đã xem").status_code == 303
    return office.petition(petition.code)


def test_answered_petition_is_reopened_once_with_an_explanation() -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    assert coordinator.does(answered(office), "reopen", **AGAIN).status_code == 303
    petition = answered_again(office, office.petitions()[0])
    assert "reopen" not in coordinator.buttons(petition.code)
    assert "đã được mở lại 1 lần" in coordinator.see(f"/petitions/{petition.code}").text
    refusal = coordinator.does(petition, "reopen", **AGAIN)
    assert refusal.status_code == 403
    assert "người gửi có thể gửi phản ánh mới" in refusal.text
    assert WHY in refusal.text  # the typed text is kept
    assert office.petition(petition.code) == petition


def test_it_is_reopened_within_ten_days_of_the_answer() -> None:
    office = Office()
    petition = answered(office)
    assert petition.reply
    assert petition.reply.approved_at
    last = office.timekeeping.calendar.add_calendar_days(petition.reply.approved_at, 10)
    office.clock.at = last
    assert "reopen" in office.at_desk("coordinator").buttons(petition.code)
    office.clock.at = last + timedelta(seconds=1)
    coordinator = office.at_desk("coordinator")
    assert "reopen" not in coordinator.buttons(petition.code)
    refusal = coordinator.does(petition, "reopen", **AGAIN)
    assert refusal.status_code == 403
    assert f"10 ngày kể từ khi trả lời, tức là đến {hanoi_time(last)}" in refusal.text
    path, given = f"/petitions/{petition.code}/actions/reopen", {**AGAIN, "version": petition.version}
    assert coordinator.refused(path, **given) == (403, "reopening_over")


def test_coordinators_reopen_refused_petitions_without_limits() -> None:
    office = Office()
    petition = refused(office)
    for _ in range(2):
        office.clock.advance(days=30)
        coordinator = office.at_desk("coordinator")
        assert coordinator.does(office.petition(petition.code), "reopen", **AGAIN).status_code == 303
        assert office.at_desk("sxd-officer").does(office.petition(petition.code), "resume_work").status_code == 303
        again = {"why": "other", "text": "Việc này đã được trả lời tháng trước."}
        assert coordinator.does(office.petition(petition.code), "refuse", **again).status_code == 303


def test_a_reopening_of_a_refusal_does_not_use_up_that_of_the_answer() -> None:
    office = Office()
    petition = refused(office)
    coordinator = office.at_desk("coordinator")
    assert coordinator.does(petition, "reopen", **AGAIN).status_code == 303
    after = answered_again(office, office.petition(petition.code))
    assert "reopen" in coordinator.buttons(after.code)
    assert coordinator.does(after, "reopen", **AGAIN).status_code == 303
