from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.lifecycle.states import State
from petitions.domain.mailbox.mail import Mail, MailState
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.channel import Channel
from tests.unit.desk.mailbox.planted import mail, now, posted
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.test_by_hand import hidden
from tests.unit.mailbox.letters import PDF, STORY

ACCUSING = "Cán bộ phường đòi tôi 5 triệu đồng tiền bồi dưỡng mới làm giấy khai sinh"
COMPLETED = {"place": "UBND phường Yên Hòa", "home": "12 phố Trung Kính"}


def prefilled(page: str) -> dict[str, str]:
    values = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', page)}
    texts = {
        name: html.unescape(text)
        for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s?(.*?)</textarea>', page, re.DOTALL)
    }
    return {**values, **texts}


def entered(browser: Browser, mail_id: str = "m1", **more: str) -> TestResponse:
    page = browser.see(f"/take-in?mail={mail_id}").text
    sent = {**hidden(page), "channel": "email", "type": "individual", "reply_by": "email", **more}
    fields = prefilled(page)
    given: dict[str, str] = {
        name: fields[name] for name in ("received_at", "number", "content", "name", "email") if name in fields
    }
    whole: dict[str, str] = {**given, **COMPLETED, **sent}
    checked = browser.submit("/take-in", do="check", **whole)
    assert checked.status_code == 200, checked.text
    kept = hidden(checked.text)
    kept.pop("csrf", None)
    return browser.submit("/take-in", **{**kept, "do": "file"})


def deed(browser: Browser, what: str, mail_id: str = "m1", **fields: Any) -> TestResponse:
    page = hidden(browser.see(f"/mails/{mail_id}").text)
    return browser.submit(
        f"/mails/{mail_id}/{what}", **{"key": page.get("key"), "version": page.get("version"), **fields}
    )


def the_petition(office: Office) -> Petition:
    (petition,) = office.petitions()
    return petition


@pytest.mark.parametrize(
    ("who", "status"), [("clerk", 200), ("coordinator", 200), ("sxd-officer", 404), ("sxd-head", 404)]
)
def test_officers_of_the_mailbox_s_unit_and_coordinators_read_the_mails(who: str, status: int) -> None:
    listed = status == 200
    office = posted()
    mail(office)
    browser = office.at_desk(who)
    assert ("Nguyễn Thị Lan" in browser.see("/mails").text) == listed
    assert browser.see("/mails/m1").status_code == status
    assert browser.see("/mails/m1/files/1").status_code == status
    assert browser.see("/take-in?mail=m1").status_code == status
    assert ("/mails" in browser.see("/").text) == listed


def test_a_mail_of_misconduct_is_for_coordinators_and_does_not_exist_for_others() -> None:
    office = posted()
    mail(office, text=ACCUSING, apart=True)
    clerk = office.at_desk("clerk")
    assert "Nguyễn Thị Lan" not in clerk.see("/mails").text
    assert office.at_desk("coordinator").see("/mails/m1").status_code == 200
    none, closed = clerk.see("/mails/zz9"), clerk.see("/mails/m1")
    assert (none.status_code, none.text.replace("zz9", "m1")) == (closed.status_code, closed.text)
    answers = [clerk.submit(f"/mails/{item}/reject", key="key-12345", version="1", text="x") for item in ("zz9", "m1")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert now(office).state is MailState.NEW


def test_mail_without_its_files_is_hidden() -> None:
    office = posted()
    mail(office, state=MailState.ARRIVING)
    coordinator = office.at_desk("coordinator")
    assert coordinator.see("/mails/m1").status_code == 404
    assert "Không có thư nào đang chờ" in coordinator.see("/mails").text


def test_a_mail_becomes_a_petition_by_the_form_that_it_fills_in() -> None:
    office = posted()
    came = mail(office).arrived_at
    clerk = office.at_desk("clerk")
    answer = entered(clerk)
    petition = the_petition(office)
    assert answer.headers["location"] == f"/petitions/{petition.code}/receipt"
    assert petition.taken
    assert (petition.taken.channel, petition.taken.number, petition.taken.by) == (
        Channel.EMAIL,
        "<m1@example.vn>",
        "clerk",
    )
    assert (petition.content, petition.contact.name, petition.contact.email) == (
        STORY,
        "Nguyễn Thị Lan",
        "lan@example.vn",
    )
    assert petition.contact.reply_by == "email"
    assert petition.filed_at == came.replace(second=0, microsecond=0)
    (file,) = [office.store.documents[path] for path in office.store.paths(f"petitions/{petition.code}/attachments")]
    assert (file["state"], file["object"], file["name"]) == (AttachmentState.STORED.value, "object-m1", "Đơn.pdf")
    assert [file_ref.id for file_ref in petition.files] == [file["id"]]
    left = now(office)
    assert (left.state, left.code, left.by) == (MailState.FILED, petition.code, "clerk")
    assert (left.text, left.sender, left.sender_name, left.subject, left.files) == ("", "", "", "", [])
    office.routing(petition.code)
    assert office.petition(petition.code).routed
    assert office.at_desk("coordinator").see(f"/petitions/{petition.code}/files/{file['id']}").data == PDF


def test_the_form_sent_twice_files_once() -> None:
    office = posted()
    mail(office)
    clerk = office.at_desk("clerk")
    page = clerk.see("/take-in?mail=m1").text
    sent = {
        **prefilled(page),
        **hidden(page),
        **COMPLETED,
        "channel": "email",
        "type": "individual",
        "reply_by": "email",
    }
    answers = [clerk.submit("/take-in", **{**sent, "do": "file"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(office.petitions()) == 1


def test_second_of_two_with_the_page_open_sees_the_first_ones_name_and_loses_nothing() -> None:
    office = posted()
    mail(office, message_id="")
    clerk, other = office.at_desk("clerk"), office.at_desk("other")
    page = other.see("/take-in?mail=m1").text
    mine = {
        **prefilled(page),
        **hidden(page),
        **COMPLETED,
        "channel": "email",
        "type": "individual",
        "reply_by": "email",
    }
    mine["content"] = "Điều tôi đã sửa"
    assert deed(clerk, "reject", text="Thư rác").status_code == 303
    answer = other.submit("/take-in", **{**mine, "do": "file"})
    assert answer.status_code == 409
    assert "Phạm Thị Thư đã từ chối thư này" in answer.text
    assert "Điều tôi đã sửa" in answer.text
    assert office.petitions() == []


def test_second_of_two_simultaneous_decisions_keeps_its_text() -> None:
    office = posted()
    mail(office)
    clerk, other = office.at_desk("clerk"), office.at_desk("other")
    page = hidden(other.see("/mails/m1").text)
    deed(clerk, "reject", text="Thư rác")
    answer = other.submit("/mails/m1/reject", key=page["key"], version=page["version"], text="Lý do của tôi")
    assert answer.status_code == 409
    assert "Phạm Thị Thư đã từ chối thư này" in answer.text
    assert now(office).reason == "Thư rác"


def test_the_same_message_twice_becomes_one_petition_with_a_link() -> None:
    office = posted()
    mail(office)
    mail(office, "m2", message_id="<m1@example.vn>", twin="m1")
    clerk = office.at_desk("clerk")
    assert "/mails/m1" in clerk.see("/mails/m2").text
    entered(clerk)
    page = clerk.see("/take-in?mail=m2").text
    sent = {
        **prefilled(page),
        **hidden(page),
        **COMPLETED,
        "channel": "email",
        "type": "individual",
        "reply_by": "email",
    }
    answer = clerk.submit("/take-in", **{**sent, "do": "file"})
    assert answer.status_code == 409
    assert the_petition(office).code in answer.text


def test_a_mail_is_rejected_with_a_reason_and_stays_readable() -> None:
    office = posted()
    mail(office)
    clerk = office.at_desk("clerk")
    assert deed(clerk, "reject", text="  ").status_code == 400
    assert deed(clerk, "reject", text="Không thuộc phạm vi").status_code == 303
    left = now(office)
    assert (left.state, left.reason, left.text) == (MailState.REJECTED, "Không thuộc phạm vi", STORY)
    assert left.words_until
    assert left.words_until > office.clock.now() + timedelta(days=365)
    assert "Không thuộc phạm vi" in clerk.see("/mails/m1").text
    assert "Đã từ chối" in clerk.see("/mails?view=decided").text


def test_a_mail_of_a_machine_waits_aside_until_somebody_takes_it_out() -> None:
    office = posted()
    mail(office, state=MailState.ASIDE, automatic="bulk", words_until=office.clock.now())
    clerk = office.at_desk("clerk")
    assert "Nguyễn Thị Lan" not in clerk.see("/mails").text
    assert "bản tin" in clerk.see("/mails?view=aside").text
    assert deed(clerk, "take-out").status_code == 303
    assert (now(office).state, now(office).words_until) == (MailState.NEW, None)
    assert "Nguyễn Thị Lan" in clerk.see("/mails").text
    assert deed(clerk, "take-out").status_code == 403


def accepted(office: Office) -> Petition:
    petition = office.filed_in("VPUB")
    office.routing(petition.code)
    return office.changed(petition.code, unit="VPUB")


def test_a_mail_is_added_to_the_petition_that_its_subject_names() -> None:
    office = posted()
    petition = accepted(office)
    mail(office, subject=f"Bổ sung hồ sơ {petition.code.lower()}")
    clerk = office.at_desk("coordinator")
    page = clerk.see("/mails/m1").text
    assert f'value="{petition.code}"' in page
    assert "không trùng" in page
    assert deed(clerk, "add", code=petition.code).status_code == 303
    after = office.petition(petition.code)
    (added,) = after.additions
    assert (added.by, added.text) == ("citizen", f"Bổ sung hồ sơ {petition.code.lower()}\n\n{STORY}")
    assert [file.name for file in after.files] == ["Đơn.pdf"]
    assert office.store.documents[f"petitions/{petition.code}/attachments/m1-1"]["object"] == "object-m1"
    assert (now(office).state, now(office).code, now(office).text) == (MailState.ADDED, petition.code, "")
    assert clerk.see(f"/petitions/{petition.code}/files/m1-1").data == PDF


def test_requested_supplement_may_come_by_mail() -> None:
    office = posted()
    petition = accepted(office)
    coordinator = office.at_desk("coordinator")
    coordinator.does(office.petition(petition.code), "ask_supplement", text="Xin gửi thêm ảnh")
    assert office.petition(petition.code).state is State.AWAITING_CITIZEN
    mail(office)
    deed(coordinator, "add", code=petition.code)
    assert office.petition(petition.code).state is not State.AWAITING_CITIZEN


def test_mail_is_not_added_to_hidden_or_closed_petitions() -> None:
    office = posted()
    petition = office.filed_in("SXD")
    mail(office, subject=petition.code)
    clerk = office.at_desk("clerk")
    assert f'value="{petition.code}"' not in clerk.see("/mails/m1").text
    answers = [deed(clerk, "add", code=code) for code in (petition.code, "HN-261123-0000-000K")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert (
        answers[0].text.replace(petition.code, "")
        == answers[1].text.replace("HN-261123-0000-000K", "").replace(petition.code, "")
        or "Không" in answers[0].text
    )
    assert deed(clerk, "add", code="x").status_code == 400
    office.changed(petition.code, state=State.CLOSED)
    over = deed(office.at_desk("coordinator"), "add", code=petition.code)
    assert over.status_code == 400
    assert "đã kết thúc" in over.text
    assert now(office).state is MailState.NEW


@pytest.mark.parametrize("source", ["zalo", "paper"])
def test_an_accusation_that_is_added_is_kept_from_the_unit(source: str) -> None:
    office = posted()
    petition = accepted(office)
    if source == "paper":
        office.changed(petition.code, source="paper", citizen="desk")
    office.changed(petition.code, unit="SXD", state=State.ACCEPTED)
    mail(office, text=ACCUSING, apart=True)
    coordinator = office.at_desk("coordinator")
    assert deed(coordinator, "add", code=petition.code).status_code == 303
    first = office.petition(petition.code)
    assert (first.additions, first.files) == ([], [])
    (apart,) = [item for item in office.petitions() if item.apart_from == petition.code]
    assert ACCUSING in apart.content
    assert (apart.source, [file.name for file in apart.files]) == (
        source,
        [
            "Đơn.pdf",
        ],
    )
    assert now(office).code == apart.code
    assert office.store.documents[f"petitions/{apart.code}/attachments/m1-1"]["state"] == "stored"


def test_an_accusation_that_is_filed_goes_to_the_coordinators_closed() -> None:
    office = posted()
    mail(office, text=ACCUSING, apart=True)
    entered(office.at_desk("coordinator"))
    petition = the_petition(office)
    office.routing(petition.code)
    assert office.petition(petition.code).unit == "VPUB"
    assert office.at_desk("clerk").see(f"/petitions/{petition.code}").status_code == 404


def test_every_look_and_every_decision_is_in_the_audit_without_a_word_of_the_mail() -> None:
    office = posted()
    mail(office, "m1")
    mail(office, "m2")
    mail(office, "m3", state=MailState.ASIDE, automatic="bulk")
    petition, clerk, coordinator = accepted(office), office.at_desk("clerk"), office.at_desk("coordinator")
    entered(clerk, "m1")
    deed(clerk, "reject", "m2", text="Thư rác")
    deed(clerk, "take-out", "m3")
    deed(coordinator, "add", "m3", code=petition.code)
    lines = [office.store.documents[path] for path in office.store.paths("audit")]
    about = {
        (line["what"], line.get("action"), line["subject"])
        for line in lines
        if str(line.get("subject", "")).startswith("mail:")
    }
    assert about >= {
        ("view", None, "mail:m1"),
        ("change", "mail_filed", "mail:m1"),
        ("change", "mail_rejected", "mail:m2"),
        ("change", "mail_new", "mail:m3"),
        ("change", "mail_added", "mail:m3"),
    }
    assert all("lan@example.vn" not in str(line) and STORY not in str(line) for line in lines)
    page = office.at_desk("inspector").see("/audit").text
    assert "Từ chối thư điện tử" in page


def test_words_of_a_mail_are_shown_as_words() -> None:
    office = posted()
    mail(office, subject="<b>x</b>", text="<script>alert(1)</script>", sender_name='"><i>')
    clerk = office.at_desk("clerk")
    for path in ("/mails", "/mails/m1", "/take-in?mail=m1"):
        page = clerk.see(path).text
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page


@pytest.mark.parametrize("fault", ["broken", "too_deep", "too_large", "cut", "files_left", "empty", "deadly"])
def test_a_mail_that_could_not_be_read_is_there_with_the_reason(fault: str) -> None:
    office = posted()
    mail(office, fault=fault, text="", subject="", sender="", sender_name="", files=[])
    clerk = office.at_desk("clerk")
    assert "ản gốc" in clerk.see("/mails/m1").text
    assert "(không có tiêu đề)" in clerk.see("/mails").text


def test_a_file_that_is_not_kept_is_named_with_the_reason() -> None:
    office = posted()
    files = [
        {"id": str(number), "size": 1, "name": f"{reason}.exe", "reason": reason}
        for number, reason in enumerate(("type", "size", "broken", "deadly"))
    ]
    mail(office, files=files)
    page = office.at_desk("clerk").see("/mails/m1").text
    assert page.count("bản gốc còn trong hộp thư") == 4
    assert office.at_desk("clerk").see("/mails/m1/files/0").status_code == 404


def test_forgotten_mail_keeps_only_the_data_of_its_decision() -> None:
    office = posted()
    left = mail(office).forgotten()
    assert isinstance(left, Mail)
    assert left.id == "m1"
    assert (left.text, left.message_id, left.files) == ("", "", [])
