"""Delivery of a petition's answer by telephone, letter or e-mail, or through its original channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from petitions.domain.contact.contact_request import ContactRequest, contact_path
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.notices.notice import NoticeState
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.shared.records import replace
from petitions.usecases.contact.bring_answer import mail_id
from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import entered
from tests.unit.desk.petition.test_merging import answered
from tests.unit.notices.channel import Channel

NOTE = "Đã gọi 0987654321 lúc 9 giờ, người gửi nghe máy và đồng ý"


def answered_for(office: Office, **more: Any) -> Petition:
    petition = entered(office, office.at_desk("sxd-officer"), **more)
    office.changed(petition.code, unit="SXD")
    return answered(office, petition)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reply_by": "post"}, "người gửi không dùng Zalo, xin gửi thư: việc nằm ở mục Cần liên hệ"),
        ({"reply_by": "phone"}, "người gửi không dùng Zalo, xin gọi điện: việc nằm ở mục Cần liên hệ"),
        (None, "câu trả lời được gửi ngay cho người gửi"),
    ],
)
def test_consequences_of_an_approval_are_shown_beside_its_button(more: dict[str, str] | None, words: str) -> None:
    office = Office()
    petition = office.filed_in("SXD") if more is None else entered(office, office.at_desk("sxd-officer"), **more)
    office.changed(petition.code, unit="SXD", state=State.AWAITING_APPROVAL, reply=reply_of("sxd-officer"))
    head = office.at_desk("sxd-head")
    page = head.see(f"/petitions/{petition.code}").text
    assert f"Không hoàn tác được: {words}." in page
    assert ("gửi ngay cho người gửi" in page) == (more is None)


def reply_of(author: str) -> StoredAnswer:
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    return StoredAnswer(text="Giấy khai sinh đã được trả.", author=author, unit="SXD", written_at=at)


def task(office: Office, petition: Petition) -> ContactRequest | None:
    found = office.store.documents.get(contact_path(f"answer-{petition.code}"))
    return ContactRequest.model_validate(found) if found else None


def much_later(office: Office, petition: Petition) -> Petition:
    office.clock.advance(days=14)
    office.reminders()
    return office.petition(petition.code)


def lines(office: Office, petition: Petition) -> list[HistoryEntry]:
    found = office.store.paths(f"petitions/{petition.code}/history")
    return sorted((HistoryEntry.model_validate(office.store.documents[item]) for item in found), key=lambda it: it.seq)


@pytest.mark.parametrize(
    ("more", "way", "words"),
    [
        ({"reply_by": "phone"}, "phone", "gọi và đọc câu trả lời"),
        ({"reply_by": "post"}, "post", "Soạn và in “Thư trả lời”"),
        ({"channel": "1022", "number": "1022-77", "reply_by": "channel"}, "channel", "qua Tổng đài 1022"),
    ],
)
def test_answer_waits_for_delivery_by_an_officer(more: dict[str, str], way: str, words: str) -> None:
    office = Office()
    petition = answered_for(office, **more)
    assert petition.answer_way == way
    waiting = task(office, petition)
    assert waiting
    assert (waiting.unit, waiting.way, waiting.state) == ("SXD", way, "new")
    officer = office.at_desk("sxd-officer")
    for page in (officer.see("/contacts").text, officer.see(f"/petitions/{petition.code}").text):
        assert words in page
    assert "Cần đưa câu trả lời tới người gửi" not in office.at_desk("syt-officer").see("/contacts").text
    head = office.at_desk("sxd-head")
    assert head.does(petition, "close").status_code in {400, 403}
    assert much_later(office, petition).state == "answered"
    officer = office.at_desk("sxd-officer")
    assert officer.submit(f"/contacts/answer-{petition.code}/give-answer", text=NOTE, given="yes").status_code == 303
    last = lines(office, petition)[-1]
    assert last.action == "answer_given"
    assert last.reason
    assert "9 giờ" in last.reason
    assert "0987654321" not in last.reason
    assert much_later(office, petition).state == "closed"


def test_failed_delivery_is_recorded_with_a_reason_and_no_longer_blocks() -> None:
    office = Office()
    petition = answered_for(office, reply_by="phone")
    officer = office.at_desk("sxd-officer")
    path = f"/contacts/answer-{petition.code}"
    short = officer.submit(f"{path}/give-answer", text="a", given="no")
    assert short.status_code == 400
    assert "Xin ghi đã trả lời lúc nào" in short.text
    assert officer.submit(f"{path}/close", outcome="helped").status_code == 400
    assert officer.submit(f"{path}/answer", text="Xin chào").status_code == 400
    assert officer.submit(f"{path}/give-answer", text="Ba lần không ai nghe máy", given="no").status_code == 303
    assert lines(office, petition)[-1].action == "answer_not_given"
    assert much_later(office, petition).state == "closed"


def test_an_answer_that_is_opened_again_is_not_brought() -> None:
    office = Office()
    petition = answered_for(office, reply_by="phone")
    done = office.at_desk("coordinator").does(petition, "reopen", text="Trả lời thiếu ý", reopen_for="incomplete")
    assert done.status_code == 303, done.text
    waiting = task(office, petition)
    assert waiting
    assert waiting.state == "closed"
    officer = office.at_desk("sxd-officer")
    assert officer.submit(f"/contacts/{waiting.id}/give-answer", text=NOTE, given="yes").status_code == 409


def test_an_email_leads_to_the_answer_and_names_nothing_of_it() -> None:
    office = Office()
    petition = answered_for(office, reply_by="email", email="binh@example.com")
    assert task(office, petition) is None
    (path,) = [item for item in office.store.paths("notices") if "-mailed-" in item]
    channel = Channel(store=office.store)
    channel.send(path.partition("/")[2])
    ((address, subject, text),) = channel.mailer.sent
    assert (address, subject) == ("binh@example.com", f"Đã có trả lời phản ánh {petition.code}")
    assert str(petition.page) in text
    for secret in ("Lê Văn Bình", "Bãi xe", "một cửa"):
        assert secret not in text
    assert much_later(office, petition).state == "closed"


def test_an_email_that_does_not_arrive_becomes_a_task_before_the_petition_is_closed() -> None:
    office = Office()
    petition = answered_for(office, reply_by="email", email="binh@example.com")
    (path,) = [item for item in office.store.paths("notices") if "-mailed-" in item]
    office.store.update(path, {"state": NoticeState.UNDELIVERABLE.value})
    refused = office.at_desk("sxd-head").does(petition, "close")
    assert refused.status_code in {400, 403}
    assert much_later(office, petition).state == "answered"
    waiting = task(office, petition)
    assert waiting
    assert waiting.way == "email"
    officer = office.at_desk("sxd-officer")
    assert "E-mail báo câu trả lời không tới" in officer.see("/contacts").text
    assert officer.submit(f"/contacts/{waiting.id}/give-answer", text="Đã gửi thư số 5", given="yes").status_code == 303
    assert much_later(office, petition).state == "closed"


def test_answer_on_the_page_needs_no_delivery() -> None:
    office = Office()
    petition = answered_for(office)
    assert task(office, petition) is None
    assert much_later(office, petition).state == "closed"


@pytest.mark.parametrize(("more", "way"), [({"reply_by": "email", "email": "binh@example.com"}, "email"), ({}, "post")])
def test_an_answer_that_no_page_can_show_waits_for_an_officer(more: dict[str, str], way: str) -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"), **more)
    office.changed(petition.code, unit="SXD", contact=replace(petition.contact, phone=""))
    page = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}").text
    assert "không có ở trang riêng, vì hồ sơ chưa có số điện thoại" in page
    assert "có ở trang riêng của phản ánh" not in page
    receipt = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/receipt").text
    assert "chỉ có ở trang riêng" not in receipt
    answered(office, office.petition(petition.code))
    assert not [item for item in office.store.paths("notices") if "-mailed-" in item]
    waiting = task(office, petition)
    assert waiting
    assert waiting.way == way


def test_the_filer_of_a_merged_petition_is_answered_in_their_own_way() -> None:
    office = Office()
    coordinator = office.at_desk("coordinator")
    main = entered(office, office.at_desk("sxd-officer"), key="form-0001")
    twin = entered(office, office.at_desk("sxd-officer"), key="form-0002", name="Vũ Thị Hà", reply_by="phone")
    for petition in (main, twin):
        office.changed(petition.code, unit="SXD")
    assert coordinator.does(office.petition(twin.code), "merge", text=main.code).status_code == 303
    answered(office, office.petition(main.code))
    assert task(office, main) is None
    waiting = task(office, twin)
    assert waiting
    assert (waiting.code, waiting.unit) == (twin.code, "SXD")
    officer = office.at_desk("sxd-officer")
    assert officer.submit(f"/contacts/{waiting.id}/give-answer", text=NOTE, given="yes").status_code == 303


def test_citizen_on_zalo_can_ask_for_a_call() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    wish = replace(petition.contact, reply_by="phone")
    office.changed(petition.code, contact=wish)
    after = answered(office, petition)
    waiting = task(office, after)
    assert waiting
    assert waiting.citizen == petition.citizen


def test_delivery_has_the_deadlines_of_contact_requests() -> None:
    office = Office()
    petition = answered_for(office, reply_by="phone")
    waiting = task(office, petition)
    assert waiting
    assert waiting.see_by
    assert waiting.see_by - waiting.at < timedelta(days=1)


def test_every_approval_has_an_email_of_its_own_even_two_of_one_minute() -> None:
    office = Office()
    petition = answered_for(office, reply_by="email", email="binh@example.com")
    assert petition.reply
    approved = petition.reply.approved_at
    assert approved
    later = [replace(petition.reply, approved_at=approved + timedelta(seconds=seconds)) for seconds in range(3)]
    again = [replace(petition, reply=reply) for reply in later]
    assert len({mail_id(one, one) for one in again}) == len(again)
