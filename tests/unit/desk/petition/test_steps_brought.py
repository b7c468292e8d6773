"""Steps of a petition whose filer has no Zalo, for which the desk explains delivery by post or telephone."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.contact.contact_request import ContactRequest, contact_path, step_due_id
from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import entered
from tests.unit.desk.petition.test_answer_ways import NOTE, answered_for, lines
from tests.unit.notices.channel import Channel

ASKED = "Xin cho biết bãi xe ở số nhà nào và chụp bảng giá."
WHY = "Bãi xe này do Ban quản lý chợ thu tiền, xin gửi tới Ban quản lý chợ Yên Hòa để được giải quyết."


def at_work(office: Office, **more: Any) -> Petition:
    petition = entered(office, office.at_desk("sxd-officer"), **more)
    office.changed(petition.code, unit="SXD")
    for action in ("accept", "assign", "start"):
        assert office.at_desk("sxd-head").does(office.petition(petition.code), action).status_code == 303
    return office.petition(petition.code)


def task(office: Office, petition: Petition) -> ContactRequest | None:
    found = office.store.documents.get(contact_path(step_due_id(petition.code)))
    return ContactRequest.model_validate(found) if found else None


def done(office: Office, who: str, petition: Petition, action: str, **fields: str) -> str:
    browser = office.at_desk(who)
    answer = browser.does(office.petition(petition.code), action, **fields)
    assert answer.status_code == 303, answer.text[4000:9000]
    return browser.see(answer.headers["Location"]).text


@pytest.mark.parametrize(("way", "named"), [("phone", "gọi điện"), ("post", "gửi thư"), ("", "gọi điện")])
def test_request_to_a_filer_without_zalo_waits_for_delivery(way: str, named: str) -> None:
    office = Office()
    petition = at_work(office, reply_by=way)
    page = done(office, "sxd-officer", petition, "ask_supplement", text=ASKED)
    assert f"người gửi không dùng Zalo, xin {named}: việc nằm ở mục Cần liên hệ" in page
    assert "người gửi được báo ngay" not in page
    waiting = task(office, petition)
    assert waiting
    assert (waiting.unit, waiting.way, waiting.state) == ("SXD", way or "phone", "new")
    assert ASKED in waiting.text
    officer = office.at_desk("sxd-officer")
    for path in ("/contacts", f"/petitions/{petition.code}"):
        assert ASKED in officer.see(path).text
        assert f"Cần báo cho người gửi: {named}" in officer.see(path).text
    assert petition.code not in office.at_desk("syt-officer").see("/contacts").text
    path = f"/contacts/{waiting.id}"
    assert officer.submit(f"{path}/answer", text="Xin chào").status_code == 400
    assert officer.submit(f"{path}/give-answer", text=NOTE, given="yes").status_code == 303
    assert lines(office, petition)[-1].action == "filer_told"
    assert "Cần báo cho người gửi" not in officer.see(f"/petitions/{petition.code}").text


def test_filer_on_zalo_is_notified_in_the_chat() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    page = done(office, "sxd-officer", petition, "ask_supplement", text=ASKED)
    assert "người gửi được báo ngay" in page
    assert task(office, petition) is None


@pytest.mark.parametrize(
    ("action", "fields"),
    [("refuse", {"text": WHY, "why": "other"}), ("transfer_out", {"text": WHY})],
)
def test_a_refusal_and_a_transfer_are_brought_by_the_unit_that_decided(action: str, fields: dict[str, str]) -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"), reply_by="phone")
    office.changed(petition.code, unit="VPUB")
    page = done(office, "coordinator", petition, action, **fields)
    waiting = task(office, petition)
    assert waiting
    assert (waiting.unit, waiting.way) == ("VPUB", "phone")
    assert WHY in waiting.text
    assert "người gửi được báo ngay" not in page
    assert "việc nằm ở mục Cần liên hệ" in page
    coordinator = office.at_desk("coordinator")
    assert coordinator.submit(f"/contacts/{waiting.id}/give-answer", text=NOTE, given="no").status_code == 303
    assert lines(office, petition)[-1].action == "filer_not_told"


def test_a_new_deadline_is_brought_and_its_day_named() -> None:
    office = Office()
    petition = at_work(office, reply_by="phone")
    done(office, "sxd-head", petition, "extend", text="Chờ kết quả đo đạc của chi cục", amount="3")
    waiting = task(office, petition)
    assert waiting
    due = office.petition(petition.code).clocks["answer"].due_at
    assert office.parts.act.telling.texts.time(due) in waiting.text


def test_news_of_a_later_step_takes_the_place_of_undelivered_news() -> None:
    office = Office()
    petition = at_work(office, reply_by="phone")
    for why, amount in (("Chờ kết quả đo đạc của chi cục", "3"), ("Chi cục xin thêm thời gian đo", "2")):
        done(office, "sxd-head", petition, "extend", text=why, amount=amount)
    waiting = task(office, petition)
    assert waiting
    assert "Chi cục xin thêm thời gian đo" in waiting.text
    assert "Chờ kết quả đo đạc" not in waiting.text
    due = office.petition(petition.code).clocks["answer"].due_at
    assert office.parts.act.telling.texts.time(due) in waiting.text


def test_an_email_leads_to_the_page_and_names_nothing() -> None:
    office = Office()
    petition = at_work(office, reply_by="email", email="binh@example.com")
    page = done(office, "sxd-officer", petition, "ask_supplement", text=ASKED)
    assert "người gửi được báo qua e-mail" in page
    assert task(office, petition) is None
    (path,) = [item for item in office.store.paths("notices") if "-step-" in item]
    channel = Channel(store=office.store)
    channel.send(path.partition("/")[2])
    ((address, _, text),) = channel.mailer.sent
    assert address == "binh@example.com"
    assert str(petition.page) in text
    assert ASKED not in text


def test_withdrawn_request_is_not_delivered() -> None:
    office = Office()
    petition = at_work(office, reply_by="phone")
    done(office, "sxd-officer", petition, "ask_supplement", text=ASKED)
    done(office, "sxd-officer", petition, "supplement", text="Đã tự tìm được")
    waiting = task(office, petition)
    assert waiting
    assert waiting.state == "closed"


def test_approved_answer_is_not_marked_sent_if_the_filer_must_be_called() -> None:
    office = Office()
    petition = answered_for(office, reply_by="phone")
    assert petition.answer_way == "phone"
    page = office.at_desk("sxd-head").see(f"/petitions/{petition.code}").text
    assert "được gửi ngay cho người gửi" not in page
