from __future__ import annotations

import html
import re
from typing import Any
from unittest import mock

import pytest

from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.understanding.commands import Tell
from petitions.errors import Retryable
from petitions.usecases.contact.read_contacts import ReadContacts
from tests.unit.desk.office import Office
from tests.unit.world import USER

ANSWER = "Tôi là cán bộ trực, xin anh/chị cho biết cần giúp việc gì."


@pytest.fixture
def office() -> Office:
    return Office()


def the_request(office: Office) -> tuple[str, dict[str, Any]]:
    (path,) = office.store.paths("contact_requests")
    return path.removeprefix("contact_requests/"), office.store.documents[path]


def rated_low(office: Office, unit: str = "SXD", reason: str = "Chưa ai gọi lại cho tôi") -> Petition:
    petition = office.filed_in(unit)
    user = str(10**18)
    office.store.update(f"petitions/{petition.code}", {"state": "answered"})
    answered = Notice(
        id="the-answer", kind=NoticeKind.ANSWERED, channel="zalo", citizen=petition.citizen, text="?",
        about=About(code=petition.code, seq=0), asks_rating=True, created_at=office.clock.now(),
    )  # fmt: skip
    citizen = office.store.documents[f"citizens/{petition.citizen}"]
    notified = [{"kind": "answered", "code": petition.code, "at": office.clock.now()}]
    talk = citizen["conversation"] | {"office_messages": notified}
    office.store.update(f"citizens/{petition.citizen}", {"conversation": talk})
    office.store.create("notices/the-answer", answered.stored())
    office.deliver()
    office.meant[reason] = (Tell(words=reason, end=len(reason)),)
    office.types("chưa hài lòng", reason, user=user)
    return office.petition(petition.code)


def test_a_request_is_seen_answered_and_closed_once(office: Office) -> None:
    office.types("gặp cán bộ")
    coordinator = office.at_desk("coordinator")
    (waiting,) = coordinator.shown("/contacts")["lines"]
    assert (waiting.request.why, waiting.late, waiting.request.unit) == ("person", False, "VPUB")
    assert waiting.request.citizen not in coordinator.see("/contacts").text
    path = f"/contacts/{waiting.request.id}"
    assert coordinator.submit(f"{path}/see").status_code == 303
    assert coordinator.submit(f"{path}/answer", text=" ").status_code == 400
    assert coordinator.submit(f"{path}/answer", text=ANSWER).status_code == 303
    assert ANSWER in office.last_reply()
    assert coordinator.submit(f"{path}/close", outcome="forgotten").status_code == 400
    assert coordinator.submit(f"{path}/close", outcome="helped").status_code == 303
    assert coordinator.submit(f"{path}/close", outcome="helped").status_code == 409
    assert coordinator.shown("/contacts")["lines"] == []
    (closed,) = coordinator.shown("/contacts?closed=1")["lines"]
    assert (closed.request.answered_by, closed.request.outcome) == ("coordinator", "helped")


def test_count_of_contact_requests_has_a_limit(office: Office) -> None:
    petition = rated_low(office)
    officer = office.at_desk("sxd-officer")
    _, one = the_request(office)
    assert one["unit"] == petition.unit
    for number in range(20):
        office.store.create(f"contact_requests/more{number}", {**one, "id": f"more{number}"})
    assert '<b class="count">10+</b>' in officer.see("/contacts").text
    office.types("gặp cán bộ")
    assert '<b class="count">22</b>' in office.at_desk("coordinator").see("/contacts").text


def test_page_shows_busy_while_the_database_does_not_answer_without_a_count(office: Office) -> None:
    officer, down = office.at_desk("sxd-officer"), Retryable("down", reason="firestore")
    with mock.patch.object(ReadContacts, "count", side_effect=down):
        assert officer.see("/").status_code == 200
        with mock.patch.object(office.store, "find", side_effect=down):
            assert officer.see("/").status_code == 503


def test_officers_of_the_unit_read_low_ratings(office: Office) -> None:
    petition = rated_low(office)
    (found,) = office.at_desk("sxd-officer").shown("/contacts/dissatisfied")["petitions"]
    assert (found.code, found.rating.reason) == (petition.code, "Chưa ai gọi lại cho tôi")


def test_a_coordinator_sees_answers_and_closes(office: Office) -> None:
    office.types("gặp cán bộ")
    coordinator = office.at_desk("coordinator")
    page = coordinator.see("/contacts").text
    assert "Muốn gặp cán bộ" in page
    assert '<b class="count">1</b>' in page
    request, _ = the_request(office)
    assert coordinator.submit(f"/contacts/{request}/see").status_code == 303
    assert (the_request(office)[1]["state"], the_request(office)[1]["seen_by"]) == ("seen", "coordinator")
    assert coordinator.submit(f"/contacts/{request}/answer", text=ANSWER).status_code == 303
    assert ANSWER in office.last_reply()
    assert "Văn phòng UBND" in office.last_reply()
    assert '<b class="count">' not in coordinator.see("/contacts").text
    assert coordinator.submit(f"/contacts/{request}/close", outcome="helped").status_code == 303
    assert "Không có ai đang chờ" in coordinator.see("/contacts").text
    closed = coordinator.see("/contacts?closed=1").text
    assert "Đã trả lời, giúp đỡ xong" in closed
    assert ANSWER in closed
    audited = [item["action"] for path, item in office.store.documents.items() if path.startswith("audit/")]
    assert sorted(audited) == ["contact_answered", "contact_closed", "contact_seen"]


def test_a_card_shows_the_petition_and_the_answer_complained_of_as_its_reader_may_see_them(office: Office) -> None:
    petition = rated_low(office)
    reply = StoredAnswer(
        text="Chị Lan sẽ được trả giấy trước 25/12.", author="sxd-officer", unit="SXD", written_at=office.clock.now(),
        approved_at=office.clock.now(),
    )  # fmt: skip
    contact = {**petition.contact.model_dump(mode="json"), "name": "Nguyễn Thị Lan"}
    office.store.update(f"petitions/{petition.code}", {"reply": reply.model_dump(), "contact": contact})
    page = office.at_desk("sxd-officer").see("/contacts").text
    assert petition.title in page
    assert reply.text in page
    assert "Chưa ai gọi lại cho tôi" in page
    office.store.update(f"petitions/{petition.code}", {"accused": "SYT"})
    (request, _) = the_request(office)
    office.store.update(f"contact_requests/{request}", {"unit": "VPUB"})
    page = office.at_desk("coordinator").see("/contacts").text
    assert petition.title in page
    office.store.update(f"contact_requests/{request}", {"why": "person"})
    assert "trước 25/12" not in office.at_desk("coordinator").see("/contacts").text


def test_the_same_answer_sent_twice_is_one_message(office: Office) -> None:
    office.types("gặp cán bộ")
    request, _ = the_request(office)
    coordinator = office.at_desk("coordinator")
    for _ in range(2):
        assert coordinator.submit(f"/contacts/{request}/answer", text=ANSWER).status_code == 303
    assert sum(ANSWER in reply for reply in office.replies(USER)) == 1


@pytest.mark.parametrize(("path", "fields"), [("answer", {"text": " "}), ("close", {"outcome": "strange"})])
def test_missing_field_is_reported_and_nothing_changes(office: Office, path: str, fields: dict[str, str]) -> None:
    office.types("gặp cán bộ")
    request, before = the_request(office)
    assert office.at_desk("coordinator").submit(f"/contacts/{request}/{path}", **fields).status_code == 400
    assert the_request(office)[1] == before


def test_an_answer_in_the_box_goes_out_when_the_request_is_closed(office: Office) -> None:
    office.types("gặp cán bộ")
    request, _ = the_request(office)
    coordinator = office.at_desk("coordinator")
    assert coordinator.submit(f"/contacts/{request}/close", text=ANSWER, outcome="helped").status_code == 303
    assert ANSWER in office.last_reply()
    stored = the_request(office)[1]
    assert (stored["state"], stored["answer"], stored["answered_by"]) == ("closed", ANSWER, "coordinator")
    assert ANSWER in coordinator.see("/contacts?closed=1").text
    audited = [item["action"] for path, item in office.store.documents.items() if path.startswith("audit/")]
    assert sorted(audited) == ["contact_answered", "contact_closed"]


def test_an_answer_that_was_sent_before_is_not_repeated_by_closing(office: Office) -> None:
    office.types("gặp cán bộ")
    request, _ = the_request(office)
    coordinator = office.at_desk("coordinator")
    coordinator.submit(f"/contacts/{request}/answer", text=ANSWER)
    assert coordinator.submit(f"/contacts/{request}/close", text=ANSWER, outcome="helped").status_code == 303
    assert sum(ANSWER in reply for reply in office.replies(USER)) == 1


@pytest.mark.parametrize("path", ["answer", "close"])
def test_a_refused_form_keeps_the_answer_and_the_outcome(office: Office, path: str) -> None:
    office.types("gặp cán bộ")
    request, before = the_request(office)
    words = "Xin gọi số [đã ẩn] để được giúp."
    refused = office.at_desk("coordinator").submit(f"/contacts/{request}/{path}", text=words, outcome="helped")
    assert refused.status_code == 400
    assert words in refused.text
    assert '<option value="helped" selected>' in refused.text
    assert the_request(office)[1] == before


def test_closing_without_an_outcome_keeps_the_answer(office: Office) -> None:
    office.types("gặp cán bộ")
    request, _ = the_request(office)
    refused = office.at_desk("coordinator").submit(f"/contacts/{request}/close", text=ANSWER)
    assert refused.status_code == 400
    assert ANSWER in refused.text
    assert all(ANSWER not in reply for reply in office.replies(USER))


def test_a_closed_request_stays_closed(office: Office) -> None:
    office.types("gặp cán bộ")
    request, _ = the_request(office)
    coordinator = office.at_desk("coordinator")
    coordinator.submit(f"/contacts/{request}/close", outcome="unreached")
    assert coordinator.submit(f"/contacts/{request}/answer", text=ANSWER).status_code == 409
    assert ANSWER not in office.last_reply()


def test_a_unit_sees_its_own_and_no_others(office: Office) -> None:
    office.types("gặp cán bộ")
    petition = rated_low(office)
    own, other = office.at_desk("sxd-officer"), office.at_desk("syt-officer")
    page = own.see("/contacts").text
    assert "Chưa ai gọi lại cho tôi" in page
    assert "Muốn gặp cán bộ" not in page
    assert petition.code not in other.see("/contacts").text
    assert petition.code not in other.see("/contacts/dissatisfied").text
    ids = {
        path.rsplit("-", 1)[-1]: path.removeprefix("contact_requests/")
        for path in office.store.paths("contact_requests")
    }
    for request in ids.values():
        assert other.submit(f"/contacts/{request}/see").status_code == 404
    assert own.submit(f"/contacts/{ids['low_rating']}/see").status_code == 303
    assert own.submit(f"/contacts/{ids['person']}/answer", text=ANSWER).status_code == 404


def test_the_reason_of_a_low_rating_stands_with_the_petition_and_in_the_list(office: Office) -> None:
    petition = rated_low(office, reason="Trả lời chung chung, chưa giải quyết việc của tôi")
    for who in ("sxd-head", "coordinator"):
        assert "Trả lời chung chung" in office.at_desk(who).see("/contacts/dissatisfied").text
    assert petition.rating
    reply = {"text": "x", "author": "sxd-officer", "unit": "SXD", "written_at": office.clock.now()}
    office.store.update(f"petitions/{petition.code}", {"reply": reply})
    assert "Trả lời chung chung" in office.at_desk("sxd-head").see(f"/petitions/{petition.code}").text


def test_erased_citizen_cannot_be_answered(office: Office) -> None:
    office.types("gặp cán bộ")
    request, stored = the_request(office)
    office.store.update(f"citizens/{stored['citizen']}", {"zalo_id": ""})
    refused = office.at_desk("coordinator").submit(f"/contacts/{request}/answer", text=ANSWER)
    assert refused.status_code == 400
    assert "không nhắn được" in refused.text


def test_request_not_seen_in_time_is_marked(office: Office) -> None:
    office.types("gặp cán bộ")
    assert "Quá hạn xem" not in office.at_desk("coordinator").see("/contacts").text
    office.clock.advance(minutes=20)
    assert "Quá hạn xem" in office.at_desk("coordinator").see("/contacts").text


def test_a_possible_danger_stands_on_top(office: Office) -> None:
    office.types("gặp cán bộ")
    office.types("Cháy nhà ở 12 Trung Kính, cứu với", user="99")
    page = office.at_desk("coordinator").see("/contacts").text
    assert page.index("Có thể đang nguy hiểm") < page.index("Muốn gặp cán bộ")


def test_possible_danger_is_in_the_bell_and_its_contact_needs_a_reason(office: Office) -> None:
    words = "Cháy nhà ở 12 Trung Kính, cứu với"
    office.types(words)
    request, stored = the_request(office)
    coordinator, path = office.at_desk("coordinator"), f"/contacts/{request}/reveal"
    assert f"“{words}”" in coordinator.see("/live?duties=1").text
    unknown = coordinator.submit(path, reason="gọi cứu nạn").text
    assert "chưa cho biết họ tên, số điện thoại" in unknown
    contact = {"name": "Nguyễn Thị Lan", "phone": "0912345678"}
    office.store.update(f"citizens/{stored['citizen']}", {"contact": contact})
    assert "Nguyễn Thị Lan" not in coordinator.see("/contacts").text
    refused = coordinator.submit(path, reason="x")
    assert (refused.status_code, "Xin ghi lý do" in refused.text) == (400, True)
    shown = coordinator.submit(path, reason="gọi cứu nạn").text
    assert "Nguyễn Thị Lan" in shown
    looks = [office.store.documents[item] for item in office.store.paths("audit")]
    assert [look["citizen"] for look in looks if look["what"] == "contact"] == [stored["citizen"]] * 2
    assert office.at_desk("sxd-officer").submit(path, reason="gọi cứu nạn").status_code == 404
    assert office.at_desk("inspector").see("/audit").status_code == 200


def test_inbox_reveals_contacts_only_for_possible_dangers(office: Office) -> None:
    office.types("gặp cán bộ")
    request, _ = the_request(office)
    coordinator = office.at_desk("coordinator")
    assert "/reveal" not in coordinator.see("/contacts").text
    assert coordinator.submit(f"/contacts/{request}/reveal", reason="gọi hỏi thăm").status_code == 404


def test_count_of_the_inbox_omits_hidden_requests(office: Office) -> None:
    petition = rated_low(office)
    officer = office.at_desk("sxd-officer")
    assert '<b class="count">1</b>' in officer.see("/contacts").text
    office.store.update(f"petitions/{petition.code}", {"accused": "SXD"})
    assert officer.shown("/contacts")["lines"] == []
    assert '<b class="count">' not in officer.see("/contacts").text


def to_petition(page: str) -> dict[str, str]:
    form = page.split('action="/take-in"')[1].split("</form>", maxsplit=1)[0]
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in fields if name != "csrf"}


def test_danger_becomes_a_petition_with_the_known_data(office: Office) -> None:
    office.types("Cháy nhà ở 12 Trung Kính, cứu với, gọi 0912345678")
    request, stored = the_request(office)
    contact = {"name": "Nguyễn Thị Lan", "phone": "0912345678", "address": "12 phố Trung Kính"}
    office.store.update(f"citizens/{stored['citizen']}", {"contact": contact})
    coordinator = office.at_desk("coordinator")
    assert "Nguyễn Thị Lan" not in to_petition(coordinator.see("/contacts").text).values()
    shown = to_petition(coordinator.submit(f"/contacts/{request}/reveal", reason="gọi cứu nạn").text)
    assert (shown["name"], shown["phone"], shown["content"]) == ("Nguyễn Thị Lan", "0912345678", stored["text"])
    filled = coordinator.shown_after("/take-in", **{**shown, "do": "edit"})
    assert (filled["filled"]["channel"], filled["filled"]["home"]) == ("telephone", "12 phố Trung Kính")
    given = {**filled["filled"], "contact": request, "key": filled["key"], "place": "12 phố Trung Kính"}
    checked = coordinator.submit("/take-in", **given, do="check")
    assert f'name="contact" value="{request}"' in checked.text
    for _ in range(2):
        done = coordinator.submit("/take-in", **given, do="file")
        assert done.status_code == 303, done.text
    (petition,) = office.petitions()
    (path,) = office.store.paths("contact_requests")
    closed = office.store.documents[path]
    assert (closed["state"], closed["outcome"], closed["code"]) == ("closed", "petition", petition.code)
    assert f'href="/petitions/{petition.code}"' in coordinator.see("/contacts?closed=1").text
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert f'href="/contacts?closed=1#request-{request}"' in page
    again = coordinator.submit("/take-in", **{**given, "key": "form-0002"}, do="file")
    assert (again.status_code, "đã có hồ sơ" in again.text) == (409, True)


def test_a_petition_from_a_danger_is_urgent_until_somebody_lowers_it(office: Office) -> None:
    office.types("Cháy nhà ở 12 Trung Kính, cứu với, gọi 0912345678")
    request, stored = the_request(office)
    contact = {"name": "Nguyễn Thị Lan", "phone": "0912345678", "address": "12 phố Trung Kính"}
    office.store.update(f"citizens/{stored['citizen']}", {"contact": contact})
    coordinator = office.at_desk("coordinator")
    shown = to_petition(coordinator.submit(f"/contacts/{request}/reveal", reason="gọi cứu nạn").text)
    filled = coordinator.shown_after("/take-in", **{**shown, "do": "edit"})
    story = "Nước ngập sân nhà, tường rào nghiêng, xin cử người đến xem"
    given = {
        **filled["filled"],
        "contact": request,
        "key": filled["key"],
        "place": "12 phố Trung Kính",
        "content": story,
    }
    assert coordinator.submit("/take-in", **given, do="file").status_code == 303
    (petition,) = office.petitions()
    assert petition.level == "urgent"
    office.routing(petition.code)
    assert office.petition(petition.code).level == "urgent"
    assert office.petition(petition.code).routed
    lowered = coordinator.does(office.petition(petition.code), "set_level", level="normal", text="Đã có người đến")
    assert lowered.status_code == 303
    assert office.petition(petition.code).level == "normal"


def test_closing_as_a_petition_names_the_petition(office: Office) -> None:
    petition = office.filed_in("SXD")
    office.types("gặp cán bộ")
    (path,) = office.store.paths("contact_requests")
    request, coordinator = path.removeprefix("contact_requests/"), office.at_desk("coordinator")
    for code in ("", "HN-000000-0000-0000", "chưa rõ"):
        refused = coordinator.submit(f"/contacts/{request}/close", outcome="petition", text=ANSWER, code=code)
        assert refused.status_code == 400, code
        assert ANSWER in refused.text
    typed = petition.code.lower()
    closed = coordinator.submit(f"/contacts/{request}/close", outcome="petition", text=ANSWER, code=typed)
    assert closed.status_code == 303
    assert the_request(office)[1]["code"] == petition.code
    assert f"#request-{request}" in coordinator.see(f"/petitions/{petition.code}").text
    assert f"#request-{request}" not in office.at_desk("sxd-officer").see(f"/petitions/{petition.code}").text


def test_danger_shows_the_citizens_text_without_numbered_answers(office: Office) -> None:
    office.types("Cháy nhà ở 12 Trung Kính, cứu với, gọi 0912345678")
    office.types("1")
    assert the_request(office)[1]["text"] == "Cháy nhà ở 12 Trung Kính, cứu với, gọi 0912345678"


def test_a_petition_in_one_sentence_is_shown_once(office: Office) -> None:
    petition = office.filed_in("SXD", "Nhà số 5 phố Trung Kính đang cháy")
    office.types("gặp cán bộ")
    request, _ = the_request(office)
    fields = {"code": petition.code, "text": petition.content, "why": "emergency"}
    office.store.update(f"contact_requests/{request}", fields)
    assert office.at_desk("coordinator").see("/contacts").text.count("đang cháy") == 1
