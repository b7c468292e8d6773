"""Every form of the desk, the public site and citizens' pages is sent once to the real adapters.

`python -m tests.doors` fails if a route is missing. The details of a route are tested in the unit tests.
"""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT
from petitions.adapters import reference
from petitions.adapters.storage import BucketFiles
from petitions.domain.channels.line_result import Found
from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.contact.contact_request import ContactReason, ContactRequest, contact_path
from petitions.domain.difficulties.difficulty import Difficulty, difficulty_path
from petitions.domain.jobs.job import Job, job_path
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.mailbox.mail import Mail, MailState, mail_path
from petitions.domain.officers.list_layout import Column, ListLayout
from petitions.domain.officers.officer import Deputy, Officer, officer_path
from petitions.domain.pages.links import page_id, page_key, page_of
from petitions.domain.pages.posts import PagePost
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.portal.portal_differences import Difference, DifferenceKind, DifferenceRepair, difference_path
from petitions.domain.scoring.scoring import Scoring, scoring_path
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Query
from tests import law, media
from tests.integration.adapters.desk_server import HOOKS, Person
from tests.integration.adapters.real_office import RealOffice, office_in
from tests.integration.adapters.storage_server import BUCKET
from tests.integration.adapters.test_entry_files import Offices, table
from tests.load.desk_city import NOW
from tests.unit.citizen_page.site import form_of
from tests.unit.desk.scoring.planted import CASE, plant
from tests.unit.pages.paged import STORY, Paged

SEE_OTHER, OK = httpx.codes.SEE_OTHER, httpx.codes.OK
TODAY = NOW.date()
WARD = "PX-00175"
SAID = (
    "Ngày 20/11 Sở đã làm việc với trạm y tế phường, xác nhận phản ánh là đúng; người trực đã bị nhắc nhở, "
    "giấy tờ của ông bà được trả tận nhà sáng 21/11, không thu thêm khoản nào."
)
GIVEN = {
    "channel": "telephone",
    "content": "Bãi xe số 5 phố Trung Kính thu 20.000 đồng một lượt, niêm yết 5.000 đồng",
    "place": "5 phố Trung Kính",
    "ward": WARD,
    "name": "Lê Văn Bình",
    "home": "12 phố Trung Kính",
    "phone": "0987 654 321",
    "email": "binh@example.com",
    "type": "individual",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealOffice]:
    with office_in(tmp_path_factory.mktemp("office"), itertools.count(1)) as running:
        yield running


def field_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def text_of(page: str, name: str) -> str:
    found = re.search(rf'<textarea [^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found, name
    return unescape(found[1])


def done(answer: httpx.Response) -> str:
    assert answer.status_code == SEE_OTHER, answer.text
    return str(answer.headers["location"])


def officer(office: RealOffice, who: str) -> Officer:
    return Officer.model_validate(office.store.get(officer_path(who)))


def test_signing_in_a_narrowed_list_a_kept_filter_and_signing_out(office: RealOffice) -> None:
    with httpx.Client(base_url=office.desk.url, timeout=60, event_hooks=HOOKS) as browser:
        assert done(browser.post("/sign-in", data={"officer": "inspector"})) == "/"
        assert browser.get("/").status_code == OK
    person = office.desk.at("officer")
    petition = office.filed()
    narrowed = done(person.submit("/", text=petition.code, view="open"))
    assert petition.code in person.see(narrowed).text
    done(person.submit("/filters", name="Của tôi", view="open", state="in_progress"))
    (saved,) = officer(office, "officer").filters
    assert saved.name == "Của tôi"
    done(person.submit("/filters", do="share", id=saved.id))
    assert officer(office, "officer").filters[0].shared == "SYT"
    done(person.submit("/filters", do="withdraw", id=saved.id))
    (number,) = re.findall(r'<b class="count">(\d+)\+?</b> <span class="soft small">hồ sơ', person.see("/filters").text)
    assert int(number) > 0
    done(person.submit("/filters", name="Mới", view="open", state="in_progress"))
    other = next(saved_filter for saved_filter in officer(office, "officer").filters if saved_filter.id != saved.id)
    done(person.submit("/filters", do="forget", id=other.id))
    assert officer(office, "officer").filters == [saved]
    done(person.submit("/layout", column=["due", "ward"], sort="oldest"))
    assert officer(office, "officer").layout == ListLayout(columns=[Column.DUE, Column.WARD], sort="oldest")
    done(person.submit("/me/settings", phone="0912 345 678"))
    assert officer(office, "officer").phone == "84912345678"
    assert done(person.submit("/sign-out")) == "/sign-in"
    assert person.see("/me").status_code == SEE_OTHER


def test_a_deputy_is_named(office: RealOffice) -> None:
    head, until = office.desk.at("head"), TODAY + timedelta(days=3)
    days = {"since": f"{TODAY}", "until": f"{until}"}
    done(head.submit("/team/deputy", who="head", deputy="officer", **days))
    assert officer(office, "head").deputy == Deputy(officer="officer", since=TODAY, until=until)
    assert "thay từ" in head.see("/team").text
    done(head.submit("/team/deputy", who="head", deputy="second", **days))
    assert officer(office, "head").deputy == Deputy(officer="second", since=TODAY, until=until)
    done(head.submit("/team/deputy", who="head", deputy=""))
    assert officer(office, "head").deputy is None


def test_the_head_enters_an_office_of_the_unit(office: RealOffice) -> None:
    head = office.desk.at("head")
    done(head.submit("/team/position", who="officer", position="Phó Giám đốc"))
    assert officer(office, "officer").position == "Phó Giám đốc"
    assert "Phó Giám đốc" in head.see("/team").text


def test_a_units_own_templates_are_written(office: RealOffice) -> None:
    head = office.desk.at("head")
    seen = field_of(head.see("/team/answers").text, "seen")
    done(head.submit("/team/answers", seen=seen, name="Hẹn kiểm tra", text="Đơn vị hẹn [ngày kiểm tra].", do="put"))
    seen = field_of(head.see("/team/answers").text, "seen")
    done(head.submit("/team/answers", seen=seen, name="Khác", text="Đã xong.", do="put"))
    page = head.see("/team/answers").text
    assert re.findall(r"<summary>([^<]*)</summary>", page)[:2] == ["Hẹn kiểm tra", "Khác"]


def test_many_are_assigned_reminded_of_and_handed_over(office: RealOffice) -> None:
    head, petitions = office.desk.at("head"), [office.filed(State.ACCEPTED) for _ in range(2)]
    codes = [petition.code for petition in petitions]
    seen = head.submit("/bulk", do="assign", handler="officer", code=codes)
    assert "Sẽ làm: 2" in seen.text
    assert {office.petition(code).handler for code in codes} == {None}
    page = head.submit("/bulk", do="assign", handler="officer", code=codes, sure="1")
    assert (page.status_code, "Xong 2 trên 2 hồ sơ" in page.text) == (OK, True)
    page = head.submit("/bulk", do="remind", code=codes, sure="1")
    assert (page.status_code, "Xong 2 trên 2 hồ sơ" in page.text) == (OK, True)
    page = head.submit("/team/hand-over", leaving="officer", to="second")
    assert page.status_code == OK
    assert {office.petition(code).handler for code in codes} == {"second"}
    page = head.submit("/team/hand-over", leaving="second", to="officer")
    assert page.status_code == OK
    assert {office.petition(code).handler for code in codes} == {"officer"}


def test_head_plans_an_overdue_petition(office: RealOffice) -> None:
    petition, until = office.filed(at=NOW - timedelta(days=60)), TODAY + timedelta(days=11)
    plan = "Bổ sung một cán bộ, trả lời trong tuần này."
    path = f"/petitions/{petition.code}"
    done(office.desk.at("head").submit(f"{path}/recovery", version=petition.version, text=plan, until=f"{until}"))
    kept = office.petition(petition.code).recovery
    assert kept is not None
    assert (kept.text, kept.until, kept.by) == (plan, until, "head")
    coordinator = office.desk.at("coordinator")
    assert f"{until:%d/%m/%Y}" in coordinator.see(path).text
    listed = coordinator.see(done(coordinator.submit("/", text=petition.code, view="open"))).text
    assert f"Hẹn {until:%d/%m}" in listed


def test_petition_on_paper_is_filed_and_its_filer_shown_and_erased(office: RealOffice) -> None:
    coordinator, received = office.desk.at("coordinator"), NOW - timedelta(hours=3)
    form = {**GIVEN, "key": "form-0001", "received_at": f"{received:%Y-%m-%dT%H:%M}"}
    assert GIVEN["content"] in coordinator.submit("/take-in", **form).text
    receipt = done(coordinator.submit("/take-in", **form, do="file"))
    code = receipt.split("/")[2]
    assert GIVEN["name"] in coordinator.see(receipt).text
    done(coordinator.submit(receipt, key="receipt-0001"))
    second = done(coordinator.submit("/take-in", **{**form, "key": "form-0002"}, do="file"))
    other = second.split("/")[2]
    assert office.petition(other).state == State.NEW
    done(coordinator.submit(second, key="receipt-0002"))
    for filed in (code, other):
        about = office.store.find(Query("notices", (("about.code", "==", filed),), ("-created_at",), limit=20))
        assert "receipt" in {notice.data["kind"] for notice in about}, filed
    why = "hẹn gặp để xác minh"
    assert GIVEN["name"] in coordinator.submit(f"/petitions/{code}/reveal", reason=why).text
    done(coordinator.submit(f"/petitions/{code}/erase", reason="Đơn đề nghị ngày 23/11 của công dân"))
    assert office.store.count(Query("erasures")) == 1


def test_acts_and_notes(office: RealOffice) -> None:
    petition, person = office.filed(State.NEW), office.desk.at("officer")
    path = f"/petitions/{petition.code}"
    done(person.submit(f"{path}/actions/accept", version=petition.version))
    accepted = office.petition(petition.code)
    assert accepted.state == State.ACCEPTED
    done(office.desk.at("head").submit(f"{path}/actions/assign", version=accepted.version, handler="officer"))
    assert office.petition(petition.code).state == State.ASSIGNED
    done(person.submit(f"{path}/notes", kind="called", text="Đã gọi, hẹn chiều mai."))
    before = office.petition(petition.code).version
    done(person.submit(f"{path}/notes", kind="noted", text="Đã nhận thêm giấy tờ."))
    assert office.petition(petition.code).version == before + 1


def answered(office: RealOffice) -> Petition:
    petition, person = office.filed(), office.desk.at("officer")
    path = f"/petitions/{petition.code}"
    other = {"files": ("bien-ban.pdf", media.PDF, "application/pdf")}
    done(person.submit(f"{path}/answer", files=other, do="save", seen="", text="Đang viết"))
    draft = office.petition(petition.code).drafted
    assert draft is not None
    (file_id,) = draft.attachments
    seen = field_of(person.see(f"{path}/answer").text, "seen")
    done(person.submit(f"{path}/answer", do="save", seen=seen, text="Đang viết", remove=file_id))
    seen = field_of(person.see(f"{path}/answer").text, "seen")
    saved = person.saves(petition.code, {"seen": seen, "text": SAID, "basis": "", "no_evidence": ""})
    submitted = person.submit(
        f"{path}/answer",
        files={"files": ("biên bản.pdf", media.PDF, "application/pdf")},
        do="submit", version=office.petition(petition.code).version, seen=saved, text=SAID,
    )  # fmt: skip
    assert done(submitted) == path
    waiting = office.petition(petition.code)
    assert waiting.state == State.AWAITING_APPROVAL
    done(office.desk.at("head").submit(f"{path}/actions/approve", version=waiting.version))
    return office.petition(petition.code)


def test_an_answer_with_a_file_is_written_and_seen_by_its_filer_on_their_page(office: RealOffice) -> None:
    petition = answered(office)
    assert petition.reply is not None
    assert len(petition.reply.attachments) == 1
    link, phone = "answered000000000000", petition.contact.phone
    office.store.update(petition_path(petition.code), {"page": link, "page_until": NOW + timedelta(days=30)})
    office.store.create(citizen_path(petition.citizen), Citizen(zalo_id="45729", last_interaction_at=NOW).stored())
    office.project(petition.code)
    assert "Đã trả lời" in office.site.post("/", data={"code": petition.code}).text
    assert "Answered" in office.site.post("/en/", data={"code": petition.code}).text
    key = page_key(link)
    page = f"/p/{page_id(key)}"
    with office.browser() as first:
        assert done(first.post("/open", data={"link": link})) == page
        for language in ("", "/en"):
            with office.browser() as other, office.browser() as third:
                # The page asks for the digits.
                assert other.post(f"{language}/open", data={"link": link}).status_code == OK
                assert (
                    done(other.post(f"{language}/confirm", data={"key": key, "typed": phone[-4:]})) == language + page
                )
                code = {"code": petition.code, "digits": phone[-4:]}
                assert done(third.post(f"{language}/code", data=code)) == language + page
                for browser in (first, other, third):
                    shown = browser.get(language + page)
                    assert (shown.status_code, SAID in unescape(shown.text)) == (OK, True)
                    path, form = form_of(shown.text, f"{language}{page}/file")
                    file = browser.post(path, data=form.to_dict())
                    assert (file.status_code, file.content) == (OK, media.PDF)
        path, form = form_of(first.get(page).text, "rate")
        assert done(first.post(path, data={**form.to_dict(), "level": "1"})).startswith(f"{page}?sent=")
    assert acts(office) == ["rate"]
    rating = office.petition(petition.code).rating
    assert rating is not None
    assert rating.level == 1


def acts(office: RealOffice) -> list[str]:
    kinds = [str(item["action"]["kind"]) for item in office.posted()]
    return [kind for kind in kinds if kind != "opened"]


def drafted(office: RealOffice, who: str, *messages: str) -> str:
    page, link = Paged(begun=not messages), f"{who}".ljust(20, "0")
    if messages:
        page.world.types(*messages)
    (path,) = page.world.store.paths("citizens")
    citizen = page.world.store.documents[path]
    citizen["conversation"]["stage"]["draft"] |= {"page": link, "page_at": NOW}
    office.store.create(citizen_path(who), citizen)
    office.copies().draft(who, page_of(link))
    return link


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_draft_is_changed_divided_placed_and_sent_on_its_page(office: RealOffice, language: str) -> None:
    who = f"draft{language[1:]}"
    link = drafted(office, who)
    page = f"{language}/p/{page_of(link)}"
    with office.browser() as browser:

        def sends(do: str, at: str = page, files: Any = None, **fields: str) -> dict[str, Any]:
            path, form = form_of(browser.get(at).text, do)
            assert done(browser.post(path, data={**form.to_dict(), **fields}, files=files)).startswith(page)
            post = office.posted()[-1]
            if office.store.count(Query("petitions", (("citizen", "==", who),))) == 0:
                office.copies().draft(who, page_of(link))
            return post

        assert done(browser.post(f"{language}/open", data={"link": link})) == page
        story = "Khai sinh chậm ba tuần.\nVỉa hè trước nhà bị lấn chiếm."
        photo = {"files": ("ảnh.jpg", media.jpeg(), "image/jpeg")}
        saved = sends("save", files=photo, content=story, name="Trần Thị Hoa")
        (upload,) = saved["uploads"]
        assert b"".join(BucketFiles(CHECKED_PROJECT, BUCKET).read(upload["object"])) == media.jpeg()
        sends(f"{page}/split", f"{page}/split", second="1")
        sends(f"{page}/place", f"{page}/place", **{"at.x": "300", "at.y": "300"})
        shown = browser.get(page).text
        values = form_of(shown, "save")[1]
        assert (values["name"], values["content"]) == ("Trần Thị Hoa", "Khai sinh chậm ba tuần.")
        assert (values["second"], values["ward"]) == ("Vỉa hè trước nhà bị lấn chiếm.", WARD)
        assert values["point"]
        assert shown.count('name="remove"') == 1
        key = page_key(link)
        assert browser.post(f"{language}/word", data={"key": key}).status_code == OK
        word = office.posted()[-1]["action"]["word"]
        assert done(browser.post(f"{language}/confirm", data={"key": key, "asked": "word", "typed": word})) == page
        sends("send")
    (found,) = office.store.find(Query("petitions", (("citizen", "==", who),)))
    petition = Petition.model_validate(found.data)
    assert (petition.contact.name, petition.content, petition.page, len(petition.files)) == (
        "Trần Thị Hoa", "Khai sinh chậm ba tuần.", link, 1
    )  # fmt: skip


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_word_in_the_chat_opens_a_page_in_another_browser(office: RealOffice, language: str) -> None:
    who = f"word{language[1:]}"
    link = drafted(office, who, STORY, "đồng ý", "Phường Yên Hòa")
    key = page_key(link)
    with office.browser() as first, office.browser() as other:
        assert done(first.post(f"{language}/open", data={"link": link}))
        assert other.post(f"{language}/open", data={"link": link}).status_code == OK
        assert other.post(f"{language}/word", data={"key": key}).status_code == OK
        post = office.posted()[-1]
        word = post["action"]["word"]
        notice = office.store.get(f"notices/reply-{PagePost.model_validate(post).input_key}")
        assert notice is not None
        assert word in notice["text"]
        page = done(other.post(f"{language}/confirm", data={"key": key, "asked": "word", "typed": word}))
        assert STORY in other.get(page).text


def test_a_dead_letter_is_sent_again(office: RealOffice) -> None:
    coordinator, letter = office.desk.at("coordinator"), "petition-events-routing:form"
    fields: dict[str, Any] = {
        "consumer": "petition-events-routing", "message_id": "form", "reason": "unexpected", "attempts": 5,
        "payload": json.dumps({"code": "HN-1"}).encode(), "key": "HN-1", "attributes": {}, "kept_at": NOW,
    }  # fmt: skip
    office.store.create(f"dead_letters/{letter}", fields)
    done(coordinator.submit(f"/boards/letters/{letter}/replay"))
    kept = office.store.get(f"dead_letters/{letter}")
    assert kept is not None
    assert "replayed_at" in kept


def test_a_difference_from_the_portal_is_repaired_or_dismissed(office: RealOffice) -> None:
    coordinator, why = office.desk.at("coordinator"), "đã gọi hỏi"
    for identity, wish, fields, state in (
        ("form-1", "repair", {}, "wanted"),
        ("form-2", "dismiss", {"reason": why}, "dismissed"),
    ):
        difference = Difference(
            id=identity,
            kind=DifferenceKind.STATE,
            code="",
            reason="tell_now",
            repair=DifferenceRepair.TELL_NOW,
            found_at=NOW,
            seen_at=NOW,
        )
        office.store.create(difference_path(identity), difference.stored())
        done(coordinator.submit(f"/portal/{identity}/{wish}", **fields))
        assert Difference.model_validate(office.store.get(difference_path(identity))).state == state


def test_contact_request_is_seen_answered_and_closed(office: RealOffice) -> None:
    coordinator = office.desk.at("coordinator")
    until = NOW + timedelta(days=90)
    waits = ContactRequest(
        id="waits-1", why=ContactReason.PERSON, citizen="waits", unit="VPUB", at=NOW, expires_at=until
    )
    office.store.create(contact_path("waits-1"), waits.stored())
    office.store.create(
        citizen_path("waits"), Citizen(zalo_id="45729476939690001234", last_interaction_at=NOW).stored()
    )
    for step, fields in (("see", {}), ("answer", {"text": SAID}), ("close", {"outcome": "helped"})):
        done(coordinator.submit(f"/contacts/waits-1/{step}", **fields))
    assert ContactRequest.model_validate(office.store.get(contact_path("waits-1"))).answer == SAID


def test_e_mails_are_entered_added_rejected_and_taken_out(office: RealOffice) -> None:
    coordinator, petition = office.desk.at("coordinator"), office.filed()
    for name in ("entered", "added", "rejected", "taken-out"):
        state = MailState.ASIDE if name == "taken-out" else MailState.NEW
        mail = Mail(id=name, unit="VPUB", arrived_at=NOW, changed_at=NOW, text=GIVEN["content"], state=state)
        office.store.create(mail_path(name), mail.stored())

    def seen(name: str) -> dict[str, str]:
        page = coordinator.see(f"/mails/{name}").text
        return {item: field_of(page, item) for item in ("key", "version")}

    page = coordinator.see("/take-in?mail=entered").text
    begun = {item: field_of(page, item) for item in ("key", "mail", "mail_version")}
    received = {"received_at": f"{hanoi(NOW):%Y-%m-%dT%H:%M}", "channel": "email"}
    done(coordinator.submit("/take-in", **{**GIVEN, **begun, **received, "do": "file"}))
    done(coordinator.submit("/mails/added/add", **seen("added"), code=petition.code))
    done(coordinator.submit("/mails/rejected/reject", **seen("rejected"), text="Thư quảng cáo"))
    done(coordinator.submit("/mails/taken-out/take-out", **seen("taken-out")))
    found = {name: office.store.get(mail_path(name)) or {} for name in ("entered", "added", "rejected", "taken-out")}
    assert [item["state"] for item in found.values()] == ["filed", "added", "rejected", "new"]
    assert "taken-out" in coordinator.see("/mails").text
    assert "rejected" in coordinator.see("/mails?view=decided").text


def test_a_difficulty_is_reported_arranged_answered_judged_linked_and_closed(office: RealOffice) -> None:
    officer, coordinator = office.desk.at("officer"), office.desk.at("coordinator")
    key, form = "difficulty-form", {"kind": "data", "text": "Không tìm ra mẫu trả lời về đất đai"}
    steps: list[tuple[Any, str, dict[str, Any]]] = [
        (coordinator, "arrange", {"group": "Mẫu", "assigned": "VPUB"}),
        (coordinator, "answer", {"text": SAID}),
        (officer, "judge", {"helped": "", "text": "Mẫu vẫn như cũ"}),
        (coordinator, "link", {"kind": "software", "text": "Thêm mẫu"}),
        (coordinator, "close", {"text": "Đã thêm"}),
    ]
    done(officer.submit("/difficulties", key=key, **form))
    for version, (who, step, fields) in enumerate(steps, 1):
        done(who.submit(f"/difficulties/{key}/{step}", version=version, **fields))
    assert key in officer.see("/difficulties?closed=1").text
    assert key in coordinator.see("/difficulties/quarter").text
    stored = Difficulty.model_validate(office.store.get(difficulty_path(key)))
    assert (stored.state, stored.version, len(stored.steps)) == ("closed", 6, 6)


def test_a_file_of_many_petitions_is_checked_and_confirmed(office: RealOffice) -> None:
    clerk, row = office.desk.at("officer"), {**GIVEN, "channel": "1022", "number": "1022-1", "ward": "Phường Yên Hòa"}
    row |= {"received_at": f"{NOW - timedelta(hours=2):%d/%m/%Y %H:%M}", "type": "cá nhân"}
    sent = {"file": ("a.csv", table([row]), "text/csv")}
    path = done(clerk.submit("/take-in/file", key="file000001", files=sent))
    job = office.store.get(job_path(path.rpartition("/")[2]))
    background = Offices(office.store, BucketFiles(CHECKED_PROJECT, BUCKET))
    assert background.found(background.done(Job.model_validate(job))) == {Found.NEW: 1}
    following = done(clerk.submit(path))
    job = office.store.get(job_path(following.rpartition("/")[2]))
    assert background.found(background.done(Job.model_validate(job))) == {Found.FILED: 1}
    assert "Đã ghi 1 hồ sơ" in clerk.see(following).text


def test_an_answer_is_brought_to_its_filer(office: RealOffice) -> None:
    petition, until = office.filed(State.ANSWERED), NOW + timedelta(days=400)
    waits = ContactRequest(
        id="answer-1",
        why=ContactReason.ANSWER_DUE,
        way="phone",
        citizen="c",
        code=petition.code,
        unit="SYT",
        at=NOW,
        expires_at=until,
    )
    office.store.create(contact_path(waits.id), waits.stored())
    given = {"text": "Đã gọi lúc 9 giờ, người gửi nghe máy", "given": "yes"}
    done(office.desk.at("officer").submit("/contacts/answer-1/give-answer", **given))
    assert ContactRequest.model_validate(office.store.get(contact_path("answer-1"))).outcome == "helped"


def test_scores_are_asked_for_contested_answered_and_frozen(office: RealOffice) -> None:
    inspector, head = office.desk.at("inspector"), office.desk.at("head")
    files = BucketFiles(CHECKED_PROJECT, BUCKET)
    for name, over in (("open-year", False), ("over-year", True)):
        plant(office.store, files, NOW, name, over=over)
    done(inspector.submit("/scoring/make", name=f"{NOW.year - 1}", restates="", key="score00001"))
    done(head.submit("/scoring/open-year/contests", case=f"on_time {CASE}", text="Nghỉ bão ba ngày theo công điện"))
    done(inspector.submit("/scoring/open-year/contests/c1", accepted="1", text="Đúng là nhập nhầm."))
    contests = Scoring.model_validate(office.store.get(scoring_path("open-year"))).contests
    assert {(contest.criterion, contest.state) for contest in contests} == {
        ("on_time", "open"),
        ("lasting", "accepted"),
    }
    done(inspector.submit("/scoring/over-year/freeze", key="score00002", sure="1"))
    for key in ("score00001", "score00002"):
        assert office.store.get(job_path(f"inspector-{key}")) is not None


def test_officers_are_entered_leave_and_come_back(office: RealOffice) -> None:
    admin = office.desk.at("admin")
    new = {"name": "Trần Mới", "email": "moi@example.vn", "unit": "SXD", "role": "officer"}
    who = done(admin.submit("/admin/officers/new", **new)).rsplit("/", 1)[-1]
    done(admin.submit(f"/admin/officers/{who}/standing"))
    assert officer(office, who).left_at is not None
    done(admin.submit(f"/admin/officers/{who}/standing", back="1"))
    assert officer(office, who).left_at is None
    done(admin.submit(f"/admin/officers/{who}", **{**new, "name": "Trần Đổi Tên"}))
    assert officer(office, who).name == "Trần Đổi Tên"
    done(admin.submit("/admin", text="đổi tên", unit="SXD"))
    assert "Trần Đổi Tên" in admin.see("/admin?unit=SXD&find=1").text
    days = {"since": f"{TODAY}", "until": f"{TODAY + timedelta(days=3)}"}
    done(admin.submit("/admin/officers/head/deputy", deputy="officer", **days))
    assert officer(office, "head").deputy == Deputy(officer="officer", since=TODAY, until=TODAY + timedelta(days=3))
    done(admin.submit("/admin/officers/head/deputy", deputy=""))


def test_officers_are_imported(office: RealOffice) -> None:
    admin = office.desk.at("admin")
    lines = "".join(f"Cán bộ {item},nhap{item}@example.vn,SXD,officer\n" for item in range(500))
    table = f"Họ tên,Email,Đơn vị,Vai trò\n{lines}"
    before = office.store.count(Query("officers"))
    shown = admin.submit("/admin/import", do="read", files={"file": ("a.csv", table.encode(), "text/csv")})
    assert (shown.status_code, "Thêm <b>500</b>" in shown.text) == (OK, True)
    done(admin.submit("/admin/import", do="apply", table=table, previewed=field_of(shown.text, "previewed")))
    assert office.store.count(Query("officers")) == before + 500


def with_a_day_off(calendar: dict[str, Any], day: str) -> str:
    years = [
        {**item, "off": {**item["off"], day: "nghỉ"}} if item["year"] == 2026 else item for item in calendar["years"]
    ]
    return json.dumps({**calendar, "years": years}, ensure_ascii=False)


def test_a_calendar_is_published(office: RealOffice) -> None:
    admin, path = office.desk.at("admin"), "/admin/reference/calendars"

    page = admin.see(path).text
    given = {"data": with_a_day_off(json.loads(text_of(page, "data")), "2026-12-08"), "seen": field_of(page, "seen")}
    shown = admin.submit(path, do="preview", **given)
    done(admin.submit(path, do="publish", previewed=field_of(shown.text, "previewed"), **given))
    office.desk.wait(61)
    assert "2026-12-08" in text_of(admin.see(path).text, "data")


def test_a_text_is_published(office: RealOffice) -> None:
    admin, key, new = office.desk.at("admin"), "rated", "Xin cảm ơn anh/chị đã đánh giá."
    page, english = f"/admin/texts/{key}", law.packaged_data("texts.en.json")[key]
    words = {"texts": new, "texts_en": english, "seen": field_of(admin.see(page).text, "seen")}
    shown = admin.submit(page, do="preview", **words)
    done(admin.submit(page, do="publish", previewed=field_of(shown.text, "previewed"), **words))
    office.desk.wait(61)
    assert text_of(admin.see(page).text, "texts").strip() == new


def test_a_unit_is_edited(office: RealOffice) -> None:
    admin = office.desk.at("admin")

    def stored() -> dict[str, str]:
        office.desk.wait(61)
        page = admin.see("/admin/units/SYT").text
        fields = {name: text_of(page, name).strip() for name in ("aliases", "keywords", "competence")}
        return fields | {"seen": field_of(page, "seen")}

    before = stored()
    more = f"{before['keywords']}\nmộ phần vô chủ"
    done(admin.submit("/admin/units/SYT", do="publish", **{**before, "keywords": more}))
    now = stored()
    assert now["keywords"] == more
    done(admin.submit("/admin/units/SYT", do="publish", **{**now, "keywords": before["keywords"]}))
    assert stored()["keywords"] == before["keywords"]


def test_skeletons_of_answers_are_added_moved_and_taken_back(office: RealOffice) -> None:
    admin, path = office.desk.at("admin"), "/admin/answers"

    def listed() -> tuple[str, dict[str, str]]:
        office.desk.wait(61)
        page = admin.see(path).text
        found = re.findall(r'<a href="/admin/answers/([^"/?]+)">([^<]+)</a>', page)
        return field_of(page, "seen"), {unescape(name): template for template, name in found if template != "new"}

    seen, before = listed()
    new = {"name": "Đã xong", "text": "Đơn vị đã xử lý xong ngày [ngày xong].", "basis": ""}
    done(admin.submit(f"{path}/new", seen=seen, **new))
    seen, now = listed()
    assert list(now)[-1] == new["name"]
    done(admin.submit(f"{path}/{now[new['name']]}/place", do="up", seen=seen))
    seen, now = listed()
    assert list(now)[-2] == new["name"]
    done(admin.submit(path, version="shipped", seen=seen))
    assert listed()[1] == before


def test_petitions_are_searched_by_words_ward_and_telephone(office: RealOffice) -> None:
    petition, coordinator = office.filed(), office.desk.at("coordinator")
    assert done(coordinator.submit("/search", text=petition.title)) == "/search"
    assert coordinator.see("/search").status_code == OK
    ward = reference.directory().ward(petition.ward or "")
    assert ward
    for text in (petition.code, f"{petition.title} {ward.name}", petition.contact.phone):
        page = coordinator.see(done(coordinator.submit("/search", text=text))).text
        while f'href="/petitions/{petition.code}"' not in page:
            following = re.search(r'href="(/search\?after=[^"]+)"', page)
            assert following, text
            page = coordinator.see(unescape(following[1])).text
        other = office.desk.at("officer")
        assert other.see(done(other.submit("/search", text=text))).status_code == OK


def test_the_audit_is_searched_paged_and_exported(office: RealOffice) -> None:
    petition, head, inspector = office.filed(), office.desk.at("head"), office.desk.at("inspector")
    assert head.see(f"/petitions/{petition.code}").status_code == OK
    assert "Mở hồ sơ" in head.see(f"/petitions/{petition.code}/audit").text
    to = done(inspector.submit("/audit", name="", what="view", code=petition.code, since=f"{TODAY}"))
    found = inspector.see(to).text
    assert found.count('<tr><td data-label="Lúc">') == 1
    assert officer(office, "head").name in found
    number, here = 0, "/audit?unit=VPUB&what=change"
    while here:
        page = inspector.see(here).text
        number += page.count('<tr><td data-label="Lúc">')
        older = re.search(r'href="(/audit\?[^"]*after=[^"]+)">Cũ hơn', page)
        here = unescape(older[1]) if older else ""
    query = Query("audit", (("unit", "==", "VPUB"), ("what", "==", "change")))
    assert number == office.store.count(query) > 50
    assert petition.code in inspector.see(f"/audit.csv?code={petition.code}").text


def test_the_way_to_zalos_page_of_permissions_is_begun(office: RealOffice) -> None:
    coordinator: Person = office.desk.at("coordinator")
    page = coordinator.submit("/zalo/begin")
    assert (page.status_code, "code_challenge" in page.text) == (OK, True)
    assert office.store.count(Query("zalo_consents")) == 1


def test_another_system_hands_in_follows_and_acts(office: RealOffice) -> None:
    account = {"id": "tong-dai", "name": "Tổng đài 1022", "unit": "SYT", "channel": "1022", "a_minute": "600"}
    rights = ["hand_in", "read", "work", "note", "answer", "unit"]
    made = office.desk.at("admin").submit("/admin/systems", **account, rights=rights, do="make")
    key = re.search(r"tong-dai\.\w+", made.text)
    assert key, made.text
    headers = {"Authorization": f"Bearer {key[0]}"}
    with httpx.Client(base_url=f"{office.desk.url}/api/v1", timeout=60, event_hooks=HOOKS, headers=headers) as system:
        given = {name: value for name, value in GIVEN.items() if name != "channel"}
        given |= {"received_at": (NOW - timedelta(hours=1)).isoformat(), "number": "1022-2"}
        codes = set()
        for _ in range(2):
            answer = system.post("/petitions", json=given, headers={"Idempotency-Key": "call-000001"})
            assert answer.status_code == OK, answer.text
            codes.add(answer.json()["code"])
        assert len(codes) == 1
        petition = office.filed(State.NEW)
        path = f"/petitions/{petition.code}"
        done = system.post(f"{path}/accept", json={"version": petition.version}).json()
        done = system.post(f"{path}/assign", json={"version": done["version"], "handler": "officer"}).json()
        assert done["state"] == State.ASSIGNED
        assert system.post(f"{path}/notes", json={"text": "Người dân gọi lại"}).status_code == OK
        assert system.post(f"{path}/answer", json={"text": SAID}).status_code == OK
        file = {"name": "a.pdf", "content": base64.b64encode(media.PDF).decode()}
        assert system.post(f"{path}/answer/files", json=file).status_code == OK
        office.desk.wait(300)
        reported, cursor, more = set(), "", True
        while more:
            page = system.get("/changes", params={"cursor": cursor}).json()
            reported |= {item["code"] for item in page["changes"]}
            cursor, more = page["cursor"], page["more"]
        assert {petition.code, *codes} <= reported


def test_a_petition_is_taken_up_in_one_step(office: RealOffice) -> None:
    petition = office.filed(State.NEW)
    done(office.desk.at("officer").submit(f"/petitions/{petition.code}/take-up", version=petition.version))
    after = office.petition(petition.code)
    assert (after.state, after.handler) == (State.IN_PROGRESS, "officer")


def test_a_petition_is_given_from_the_queue_in_one_step(office: RealOffice) -> None:
    petition = office.filed(State.NEW)
    office.store.update(petition_path(petition.code), {"unit": "VPUB"})
    coordinator = office.desk.at("coordinator")
    done(coordinator.submit(f"/petitions/{petition.code}/give", version=petition.version, unit="SYT"))
    after = office.petition(petition.code)
    assert (after.state, after.unit) == (State.ASSIGNED, "SYT")
