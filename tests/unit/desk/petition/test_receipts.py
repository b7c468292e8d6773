"""The receipt of an entered petition, printed with a link to its page or sent to the filer by e-mail."""

from __future__ import annotations

import pytest
import segno

from petitions.domain.contact.contact_request import answer_due_id, contact_path
from petitions.domain.lifecycle.states import Action
from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.petition.entering import GIVEN, entered
from tests.unit.notices.channel import Channel
from tests.unit.world import CITIZEN_URL

MAIL = "binh@example.com"
REPLY = {"text": "Sở đã kiểm tra bãi xe và phạt chủ bãi.", "basis": "Nghị định 123/2021/NĐ-CP, điều 5"}


def mailed(office: Office) -> Petition:
    return entered(office, office.at_desk("sxd-officer"), email=MAIL, channel="visit")


def sends(browser: Browser, petition: Petition, key: str = "form-0002") -> int:
    return browser.submit(f"/petitions/{petition.code}/receipt", key=key).status_code


def test_receipt_is_complete_and_links_to_the_petitions_page() -> None:
    office = Office()
    content = f"{GIVEN['content']}. " * 12 + "Xin thành phố kiểm tra."
    petition = entered(office, office.at_desk("sxd-officer"), content=content, received_at="2026-11-23T08:30")
    receipt = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/receipt").text
    for words in (
        petition.code,
        "Lê Văn Bình",
        "08:30 thứ Hai 23/11/2026 (qua điện thoại)",
        "tiếp nhận hay không; hạn, tính từ lúc nhận, là 08:30 thứ Tư 25/11/2026",
        "https://pakn.example.vn",
        petition.title,
    ):
        assert words in receipt, words
    assert content not in receipt  # a finder of the paper reads only the subject
    link = f"{CITIZEN_URL}/{petition.page}"
    assert f">{link}<" in receipt
    assert segno.make(link, error="m").svg_inline(omitsize=True, border=4) in receipt
    assert MAIL not in receipt
    assert "Gửi biên nhận tới" not in receipt


def test_receipt_has_head_and_signature_of_the_receiving_officer() -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"), channel="visit")
    own = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/receipt").text
    for words in ("data-print", "<b>Sở Xây dựng</b>", "Người nhận", "Nguyễn Văn Thịnh</b>", "ký, ghi rõ họ tên"):
        assert words in own, words
    office.changed(petition.code, unit="SYT")
    others = office.at_desk("syt-officer").see(f"/petitions/{petition.code}/receipt").text
    assert "Người nhận" not in others


@pytest.mark.parametrize(("way", "words"), [("", "chỉ có ở trang riêng"), ("phone", "được đọc qua điện thoại")])
def test_receipt_of_a_call_needs_no_signature_and_names_the_way_of_the_answer(way: str, words: str) -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"), reply_by=way)
    page = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/receipt").text
    assert "ký, ghi rõ họ tên" not in page
    assert words in page
    assert "Người nhận" in page


def test_the_link_opens_the_page_of_the_petition() -> None:
    office = Office()
    petition = mailed(office)
    office.relay()
    receipt = office.at_desk("sxd-officer").shown(f"/petitions/{petition.code}/receipt")["receipt"]
    assert receipt.link == f"{CITIZEN_URL}/{petition.page}"
    assert len(office.public.paths("pages")) == 1


def test_receipt_without_a_telephone_has_no_link() -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"))
    contact = {**petition.contact.model_dump(mode="json"), "phone": ""}
    office.store.update(f"petitions/{petition.code}", {"contact": contact})
    browser = office.at_desk("sxd-officer")
    page = browser.see(f"/petitions/{petition.code}/receipt").text
    assert CITIZEN_URL not in page
    assert "chưa có số điện thoại" in page


def test_the_paper_names_nobody_of_the_story() -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"))
    office.changed(petition.code, title="Hàng xóm của tôi là bà Đỗ Thị Mùi, số 9 ngõ 40 phố Trung Kính, đốt rác")
    page = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/receipt").text
    assert "đốt rác" in page
    assert "Đỗ Thị Mùi" not in page


def test_receipt_promises_no_answer_on_a_page_that_withholds_it() -> None:
    from desk.petition.undo import why_final  # noqa: PLC0415 - conftest has put it on the path

    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"))
    office.changed(petition.code, accused="SXD", unit="STP")
    page = office.at_desk("coordinator").see(f"/petitions/{petition.code}").text
    assert "câu trả lời không hiện ở trang riêng" in page
    assert "không xem được ở trang riêng, phải báo tận nơi" in why_final(Action.APPROVE, office.petition(petition.code))


def test_others_see_neither_name_nor_link_nor_address() -> None:
    office = Office()
    petition = mailed(office)
    path = f"/petitions/{petition.code}/receipt"
    assert MAIL in office.at_desk("sxd-officer").see(path).text
    assert office.at_desk("syt-officer").see(path).status_code == 404
    seen = office.at_desk("coordinator").see(path).text
    assert petition.code in seen
    for secret in ("Lê Văn Bình", str(petition.page), MAIL, "<svg", "Gửi biên nhận tới"):
        assert secret not in seen.split("<main")[1], secret
    assert sends(office.at_desk("coordinator"), petition) == 403
    assert not office.store.paths("notices")


def test_one_press_sends_the_receipt_once() -> None:
    office = Office()
    petition, browser = mailed(office), office.at_desk("sxd-officer")
    for _ in range(2):
        assert sends(browser, petition) == 303
    assert f"Biên nhận đang được gửi tới {MAIL}." in browser.see(f"/petitions/{petition.code}/receipt").text
    (path,) = office.store.paths("notices")
    channel = Channel(store=office.store)
    channel.send(path.partition("/")[2])
    ((address, subject, text),) = channel.mailer.sent
    assert (address, subject) == (MAIL, f"Biên nhận phản ánh {petition.code}")
    for words in (petition.code, "(trực tiếp)", f"{CITIZEN_URL}/{petition.page}", "https://pakn.example.vn"):
        assert words in text
    assert "Lê Văn Bình" not in text
    assert GIVEN["content"] not in text
    assert office.store.documents[path]["state"] == "sent"
    assert office.store.documents[path]["expires_at"]
    assert sends(browser, petition, "form-0003") == 303  # the form on the page when opened again
    assert len(office.store.paths("notices")) == 2


def test_the_petitions_page_lists_the_sending() -> None:
    office = Office()
    petition = mailed(office)
    assert sends(office.at_desk("sxd-officer"), petition) == 303
    page = office.at_desk("coordinator").see(f"/petitions/{petition.code}").text
    assert "Gửi biên nhận" in page
    assert MAIL not in page


def test_without_an_address_there_is_nothing_to_send_to() -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"))
    refused = office.at_desk("sxd-officer").submit(f"/petitions/{petition.code}/receipt", key="form-0002")
    assert refused.status_code == 400
    sent = entered(office, office.at_desk("sxd-officer"), email=MAIL, key="form-0003")
    assert sends(office.at_desk("sxd-officer"), sent, "form-0002") == 303


def test_erasure_removes_the_mail_and_its_address() -> None:
    office = Office()
    petition, coordinator = mailed(office), office.at_desk("coordinator")
    assert sends(office.at_desk("sxd-officer"), petition) == 303
    reason = "Đơn đề nghị ngày 23/11 của công dân"
    assert coordinator.submit(f"/petitions/{petition.code}/erase", reason=reason).status_code == 303
    office.clock.advance(minutes=1)
    office.erase()
    assert not office.store.paths("notices")
    after = office.petition(petition.code)
    assert (after.contact.email, bool(after.restricted_at)) == (None, True)
    receipt = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/receipt").text
    assert str(petition.page) not in receipt
    assert MAIL not in repr(office.store.documents)


def test_a_mail_that_is_being_sent_is_waited_for() -> None:
    office = Office()
    petition = mailed(office)
    assert sends(office.at_desk("sxd-officer"), petition) == 303
    (path,) = office.store.paths("notices")
    now = office.clock.now()
    claim = {"id": "a", "number": 1, "started_at": now, "lease_until": now.replace(year=2027)}
    office.store.update(path, {"state": "sending", "attempt": claim})
    reason = "Đơn đề nghị ngày 23/11 của công dân"
    assert office.at_desk("coordinator").submit(f"/petitions/{petition.code}/erase", reason=reason).status_code == 303
    office.clock.advance(minutes=1)
    office.erase()
    assert office.store.paths("notices") == [path]
    office.store.update(path, {"state": "unknown"})
    office.clock.advance(minutes=2)
    office.erase()
    assert not office.store.paths("notices")


def test_letter_has_the_answer_with_its_legal_basis() -> None:
    office = Office()
    petition = entered(office, office.at_desk("coordinator"), channel="letter")
    office.store.update(f"petitions/{petition.code}", {"unit": "SXD"})
    given = {"text": "Sở đã kiểm tra bãi xe và phạt chủ bãi.", "basis": "Nghị định 123/2021/NĐ-CP, điều 5"}
    for action, fields in (
        ("accept", {}),
        ("assign", {}),
        ("start", {}),
        ("submit_answer", {**given, "no_evidence": "Biên bản lưu tại Sở"}),
        ("approve", {"text": "Đã xem"}),
    ):
        who = "coordinator" if action == "approve" else "sxd-head"
        done = office.at_desk(who).does(office.petition(petition.code), action, **fields)
        assert done.status_code == 303, (action, done.text)
    letter = office.at_desk("coordinator").see(f"/petitions/{petition.code}/receipt").text
    assert f"{given['text']}\n\nCăn cứ: {given['basis']}" in letter


def test_receipt_for_the_entering_officer_shows_no_later_data() -> None:
    office = Office()
    clerk = office.at_desk("sxd-officer")
    petition = mailed(office)
    path, pages = f"/petitions/{petition.code}/receipt", []
    now = office.clock.now()
    reply = {**REPLY, "author": "syt-head", "unit": "SYT", "written_at": now, "approved_at": now}
    answered = {"state": "answered", "reply": reply}
    for fields in ({"unit": "SYT"}, {"unit": "VPUB", "accused": "SXD"}, {"petition_class": "denunciation"}, answered):
        office.store.update(f"petitions/{petition.code}", fields)
        seen = clerk.see(path)
        assert seen.status_code == 200
        found = clerk.shown(path)["receipt"]
        pages.append((found.text, found.answer, found.unit, found.link))
    assert pages[0] == (found.text, None, "", f"{CITIZEN_URL}/{petition.page}")
    assert set(pages) == {pages[0]}
    assert sends(clerk, petition) == 303
    assert office.at_desk("sxd-head").see(path).status_code == 404


def test_a_petition_about_the_office_that_enters_it_leaves_its_filer_a_receipt() -> None:
    office = Office()
    content = "Cán bộ một cửa Sở Xây dựng vòi tiền 500 nghìn khi tôi nộp hồ sơ xin phép xây dựng"
    petition = entered(office, office.at_desk("sxd-officer"), content=content)
    office.relay()
    receipt = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}/receipt")
    assert receipt.status_code == 200
    assert f"{CITIZEN_URL}/{petition.page}" in receipt.text
    assert len(office.public.paths("pages")) == len(office.public.paths("sealed")) == 1


@pytest.mark.parametrize("reply_by", ["", "email", "post"])
def test_an_answer_that_its_page_withholds_is_asked_to_be_brought(reply_by: str) -> None:
    office = Office()
    petition = entered(office, office.at_desk("sxd-officer"), email=MAIL, reply_by=reply_by)
    office.store.update(f"petitions/{petition.code}", {"unit": "SYT", "accused": "SXD"})
    for action, fields in (
        ("accept", {}),
        ("assign", {}),
        ("start", {}),
        ("submit_answer", {**REPLY, "no_evidence": "Biên bản lưu tại Sở"}),
        ("approve", {"text": "Đã xem"}),
    ):
        who = "coordinator" if action == "approve" else "syt-head"
        done = office.at_desk(who).does(office.petition(petition.code), action, **fields)
        assert done.status_code == 303, (action, done.text[5000:9000])
    request = office.store.documents[contact_path(answer_due_id(petition.code))]
    assert (request["unit"], request["way"]) == ("SYT", reply_by or "phone")
    assert not [path for path in office.store.paths("notices") if "-mailed-" in path]
    assert "Cần đưa câu trả lời tới người gửi" in office.at_desk("syt-head").see(f"/petitions/{petition.code}").text
