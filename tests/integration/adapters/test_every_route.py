"""Every form of the desk, the public site and citizens' pages, and every change by the JSON API, on the real adapters.

`python -m tests.doors` fails for a route that is left out. What each does in every case: the unit tests.
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
from petitions.adapters.reference import parsed
from petitions.adapters.storage import BucketFiles
from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.contact.contact_request import ContactRequest, contact_path
from petitions.domain.difficulties.difficulty import Difficulty, difficulty_path
from petitions.domain.jobs.job import job_path
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.officers.list_layout import Column, ListLayout
from petitions.domain.officers.officer import Deputy, Officer, officer_path
from petitions.domain.pages.links import page_id
from petitions.domain.pages.posts import PagePost
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.portal.portal_differences import Difference, difference_path
from petitions.domain.scoring.scoring import Scoring, scoring_path
from petitions.ports.store import Query
from tests import media
from tests.integration.adapters.desk_server import HOOKS, Person
from tests.integration.adapters.real_office import RealOffice, office_in
from tests.integration.adapters.storage_server import BUCKET
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
    """What a field of a form holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def done(answer: httpx.Response) -> str:
    """A form was taken; where it leads."""
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
    person.call(f"/filters/{saved.id}/share", {})
    assert officer(office, "officer").filters[0].shared == "SYT"
    person.call(f"/filters/{saved.id}/withdraw", {})
    made = person.call("/filters", {"name": "Mới", "view": "open", "filters": {"state": "in_progress"}})
    assert int(made["number"]) > 0
    person.call(f"/filters/{made['id']}/remove", {})
    assert officer(office, "officer").filters == [saved]
    done(person.submit("/layout", column=["due", "ward"], sort="oldest"))
    assert officer(office, "officer").layout == ListLayout(columns=[Column.DUE, Column.WARD], sort="oldest")
    found = person.call("/petitions/search", {"text": petition.code, "view": "open"})
    assert [each["code"] for each in found["petitions"]] == [petition.code]
    done(person.submit("/me/settings", phone="0912 345 678"))
    assert officer(office, "officer").phone == "84912345678"
    assert done(person.submit("/sign-out")) == "/sign-in"
    assert person.see("/me").status_code == SEE_OTHER


def test_a_deputy_is_named_by_form_and_by_the_api(office: RealOffice) -> None:
    head, until = office.desk.at("head"), TODAY + timedelta(days=3)
    days = {"since": f"{TODAY}", "until": f"{until}"}
    done(head.submit("/team/deputy", who="head", deputy="officer", **days))
    assert officer(office, "head").deputy == Deputy(officer="officer", since=TODAY, until=until)
    assert "thay từ" in head.see("/team").text
    head.call("/team/deputies", {"who": "head", "deputy": "second", **days})
    assert officer(office, "head").deputy == Deputy(officer="second", since=TODAY, until=until)
    head.call("/team/deputies", {"who": "head", "deputy": ""})
    assert officer(office, "head").deputy is None


def test_a_units_own_templates_are_written_by_form_and_by_the_api(office: RealOffice) -> None:
    head = office.desk.at("head")
    seen = field_of(head.see("/team/answers").text, "seen")
    done(head.submit("/team/answers", seen=seen, name="Hẹn kiểm tra", text="Đơn vị hẹn [ngày kiểm tra].", do="put"))
    listed = head.see("/api/team/answers").json()
    body = {"templates": [*listed["templates"], {"name": "Khác", "text": "Đã xong."}], "seen": listed["seen"]}
    assert [each["name"] for each in head.call("/team/answers", body)["templates"]] == ["Hẹn kiểm tra", "Khác"]


def test_many_are_assigned_reminded_of_and_handed_over(office: RealOffice) -> None:
    head, petitions = office.desk.at("head"), [office.filed(State.ACCEPTED) for _ in range(2)]
    codes = [each.code for each in petitions]
    seen = head.submit("/bulk", do="assign", handler="officer", code=codes)
    assert "Sẽ làm: 2" in seen.text
    assert {office.petition(code).handler for code in codes} == {None}
    page = head.submit("/bulk", do="assign", handler="officer", code=codes, sure="1")
    assert (page.status_code, "Xong 2 trên 2 hồ sơ" in page.text) == (OK, True)
    results = head.call("/petitions/bulk", {"do": "remind", "codes": codes})["results"]
    assert [each["done"] for each in results] == [True, True]
    page = head.submit("/team/hand-over", leaving="officer", to="second")
    assert page.status_code == OK
    assert {office.petition(code).handler for code in codes} == {"second"}
    body = {"unit": "SYT", "leaving": "second", "to": "officer"}
    assert all(each["done"] for each in head.call("/team/hand-over", body)["results"])
    assert {office.petition(code).handler for code in codes} == {"officer"}


def test_a_head_plans_what_is_overdue(office: RealOffice) -> None:
    petition, until = office.filed(at=NOW - timedelta(days=60)), TODAY + timedelta(days=11)
    plan = "Bổ sung một cán bộ, trả lời trong tuần này."
    path = f"/petitions/{petition.code}"
    done(office.desk.at("head").submit(f"{path}/recovery", version=petition.version, text=plan, until=f"{until}"))
    kept = office.petition(petition.code).recovery
    assert kept is not None
    assert (kept.text, kept.until, kept.by) == (plan, until, "head")
    coordinator = office.desk.at("coordinator")
    assert f"{until:%d/%m/%Y}" in coordinator.see(path).text
    listed = coordinator.call("/petitions/search", {"text": petition.code, "view": "open"})["petitions"]
    assert listed[0]["recovery"]["until"] == f"{until}"


def test_what_came_on_paper_is_filed_its_filer_shown_and_erased(office: RealOffice) -> None:
    coordinator, received = office.desk.at("coordinator"), NOW - timedelta(hours=3)
    form = {**GIVEN, "key": "form-0001", "received_at": f"{received:%Y-%m-%dT%H:%M}"}
    assert GIVEN["content"] in coordinator.submit("/take-in", **form).text
    receipt = done(coordinator.submit("/take-in", **form, do="file"))
    code = receipt.split("/")[2]
    assert GIVEN["name"] in coordinator.see(receipt).text
    done(coordinator.submit(receipt, key="receipt-0001"))
    body = {**GIVEN, "key": "form-0002", "received_at": received.isoformat()}
    other = coordinator.call("/petitions/by-hand", body)["code"]
    assert office.petition(other).state == State.NEW
    coordinator.call(f"/petitions/{other}/receipt", {"key": "receipt-0002"})
    for filed in (code, other):
        about = office.store.find(Query("notices", (("about.code", "==", filed),), ("-created_at",), limit=20))
        assert "receipt" in {notice.data["kind"] for notice in about}, filed
    why = "hẹn gặp để xác minh"
    assert GIVEN["name"] in coordinator.submit(f"/petitions/{code}/reveal", reason=why).text
    assert coordinator.call(f"/petitions/{other}/reveal", {"reason": why})["name"] == GIVEN["name"]
    done(coordinator.submit(f"/petitions/{code}/erase", reason="Đơn đề nghị ngày 23/11 của công dân"))
    assert office.store.count(Query("erasures")) == 1


def test_acts_and_notes_by_form_and_by_the_api(office: RealOffice) -> None:
    petition, person = office.filed(State.NEW), office.desk.at("officer")
    path = f"/petitions/{petition.code}"
    done(person.submit(f"{path}/actions/accept", version=petition.version))
    accepted = office.petition(petition.code)
    assert accepted.state == State.ACCEPTED
    body = {"version": accepted.version, "handler": "officer"}
    assert office.desk.at("head").call(f"{path}/actions/assign", body)["state"] == State.ASSIGNED
    done(person.submit(f"{path}/notes", kind="called", text="Đã gọi, hẹn chiều mai."))
    before = office.petition(petition.code).version
    assert person.call(f"{path}/notes", {"kind": "noted", "text": "Đã nhận thêm giấy tờ."})["version"] == before + 1


def answered(office: RealOffice) -> Petition:
    """An answer with one file, written by the API and by the form, submitted and approved."""
    petition, person = office.filed(), office.desk.at("officer")
    path = f"/petitions/{petition.code}"
    upload = {"name": "bien-ban.pdf", "content": base64.b64encode(media.PDF).decode()}
    file_id = person.call(f"{path}/answer/files", upload)["id"]
    left = person.call(f"{path}/answer/files/{file_id}/remove", {})
    assert left["attachments"] == []
    saved = person.call(f"{path}/answer", {"seen": left["seen"], "text": SAID, "basis": "", "no_evidence": ""})
    submitted = person.submit(
        f"{path}/answer",
        files={"files": ("biên bản.pdf", media.PDF, "application/pdf")},
        do="submit", version=office.petition(petition.code).version, seen=saved["seen"], text=SAID,
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
    key, phone = "answered000000000000", petition.contact.phone
    office.store.update(petition_path(petition.code), {"page": key, "page_until": NOW + timedelta(days=30)})
    office.store.create(citizen_path(petition.citizen), Citizen(zalo_id="45729", last_interaction_at=NOW).stored())
    office.project(petition.code)
    assert "Đã trả lời" in office.site.post("/", data={"code": petition.code}).text
    assert "Answered" in office.site.post("/en/", data={"code": petition.code}).text
    page = f"/p/{page_id(key)}"
    with office.browser() as first:
        assert done(first.post("/open", data={"key": key})) == page
        for language in ("", "/en"):
            with office.browser() as other, office.browser() as third:
                assert other.post(f"{language}/open", data={"key": key}).status_code == OK  # it asks for the digits
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
    assert [each["action"]["kind"] for each in office.posted()] == ["rate"]
    rating = office.petition(petition.code).rating
    assert rating is not None
    assert rating.level == 1


def drafted(office: RealOffice, who: str, *told: str) -> str:
    """The draft of a citizen who has told this; return the key of its page."""
    page, key = Paged(begun=not told), f"{who}".ljust(20, "0")
    if told:
        page.world.types(*told)
    (path,) = page.world.store.paths("citizens")
    citizen = page.world.store.documents[path]
    citizen["conversation"]["stage"]["draft"]["page"] = key
    office.store.create(citizen_path(who), citizen)
    office.copies().draft(who, page_id(key))
    return key


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_draft_is_changed_divided_placed_and_sent_on_its_page(office: RealOffice, language: str) -> None:
    who = f"draft{language[1:]}"
    key = drafted(office, who)
    page = f"{language}/p/{page_id(key)}"
    with office.browser() as browser:

        def sends(do: str, at: str = page, files: Any = None, **fields: str) -> dict[str, Any]:
            path, form = form_of(browser.get(at).text, do)
            assert done(browser.post(path, data={**form.to_dict(), **fields}, files=files)).startswith(page)
            (post,) = office.posted()
            if office.store.count(Query("petitions", (("citizen", "==", who),))) == 0:
                office.copies().draft(who, page_id(key))
            return post

        assert done(browser.post(f"{language}/open", data={"key": key})) == page
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
        sends("send")
    (found,) = office.store.find(Query("petitions", (("citizen", "==", who),)))
    petition = Petition.model_validate(found.data)
    assert (petition.contact.name, petition.content, petition.page, len(petition.files)) == (
        "Trần Thị Hoa", "Khai sinh chậm ba tuần.", key, 1
    )  # fmt: skip


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_word_in_the_chat_opens_a_page_in_another_browser(office: RealOffice, language: str) -> None:
    who = f"word{language[1:]}"
    key = drafted(office, who, STORY, "đồng ý", "Phường Yên Hòa")
    with office.browser() as first, office.browser() as other:
        assert done(first.post(f"{language}/open", data={"key": key}))
        assert other.post(f"{language}/open", data={"key": key}).status_code == OK
        assert other.post(f"{language}/word", data={"key": key}).status_code == OK
        (post,) = office.posted()
        word = post["action"]["word"]
        notice = office.store.get(f"notices/reply-{PagePost.model_validate(post).input_key}")
        assert notice is not None
        assert word in notice["text"]
        page = done(other.post(f"{language}/confirm", data={"key": key, "asked": "word", "typed": word}))
        assert STORY in other.get(page).text


@pytest.mark.parametrize("by", ["form", "api"])
def test_a_dead_letter_is_sent_again(office: RealOffice, by: str) -> None:
    coordinator, letter = office.desk.at("coordinator"), f"petition-events-routing:{by}"
    fields: dict[str, Any] = {
        "consumer": "petition-events-routing", "message_id": by, "reason": "unexpected", "attempts": 5,
        "payload": json.dumps({"code": "HN-1"}).encode(), "key": "HN-1", "attributes": {}, "kept_at": NOW,
    }  # fmt: skip
    office.store.create(f"dead_letters/{letter}", fields)
    path = f"/boards/letters/{letter}/replay"
    if by == "form":
        done(coordinator.submit(path))
    else:
        assert coordinator.call(path, {}) == {"topic": "petition-events"}
    kept = office.store.get(f"dead_letters/{letter}")
    assert kept is not None
    assert "replayed_at" in kept


@pytest.mark.parametrize("by", ["form", "api"])
def test_a_difference_from_the_portal_is_repaired_or_dismissed(office: RealOffice, by: str) -> None:
    coordinator, why = office.desk.at("coordinator"), "đã gọi hỏi"
    for identity, wish, fields, state in (
        (f"{by}-1", "repair", {}, "wanted"),
        (f"{by}-2", "dismiss", {"reason": why}, "dismissed"),
    ):
        difference = Difference(
            id=identity, kind="state", code="", reason="tell_now", repair="tell_now", found_at=NOW, seen_at=NOW
        )
        office.store.create(difference_path(identity), difference.stored())
        if by == "form":
            done(coordinator.submit(f"/portal/{identity}/{wish}", **fields))
        else:
            coordinator.call(f"/portal/differences/{identity}/{wish}", fields)
        assert Difference.model_validate(office.store.get(difference_path(identity))).state == state


def test_a_citizen_who_waits_is_seen_answered_and_closed_by_the_api(office: RealOffice) -> None:
    coordinator = office.desk.at("coordinator")
    until = NOW + timedelta(days=90)
    waits = ContactRequest(id="api-1", why="person", citizen="waits", unit="VPUB", at=NOW, expires_at=until)
    office.store.create(contact_path("api-1"), waits.stored())
    office.store.create(
        citizen_path("waits"), Citizen(zalo_id="45729476939690001234", last_interaction_at=NOW).stored()
    )
    for step, fields in (("see", {}), ("answer", {"text": SAID}), ("close", {"outcome": "helped"})):
        assert coordinator.call(f"/contacts/api-1/{step}", fields) == {"id": "api-1"}
    assert ContactRequest.model_validate(office.store.get(contact_path("api-1"))).answer == SAID


@pytest.mark.parametrize("by", ["form", "api"])
def test_a_difficulty_is_reported_arranged_answered_judged_linked_and_closed(office: RealOffice, by: str) -> None:
    officer, coordinator = office.desk.at("officer"), office.desk.at("coordinator")
    key, told = f"difficulty-{by}", {"kind": "data", "text": "Không tìm ra mẫu trả lời về đất đai"}
    steps: list[tuple[Any, str, dict[str, Any], dict[str, Any]]] = [
        (coordinator, "arrange", {"group": "Mẫu", "assigned": "VPUB"}, {}),
        (coordinator, "answer", {"text": SAID}, {}),
        (officer, "judge", {"helped": ""}, {"why": "Mẫu vẫn như cũ", "text": "Mẫu vẫn như cũ"}),
        (coordinator, "link", {"kind": "software"}, {"what": "Thêm mẫu", "text": "Thêm mẫu"}),
        (coordinator, "close", {}, {"why": "Đã thêm", "text": "Đã thêm"}),
    ]
    if by == "form":
        done(officer.submit("/difficulties", key=key, **told))
    else:
        assert officer.call("/difficulties", {"key": key, **told}) == {"id": key, "changed": 1}
    for version, (who, step, fields, words) in enumerate(steps, 1):
        if by == "form":
            given = {name: each for name, each in words.items() if name == "text"}
            done(who.submit(f"/difficulties/{key}/{step}", version=version, **fields, **given))
        else:
            said = {name: each for name, each in words.items() if name != "text"}
            wish = {"version": version, **fields, **said} | ({"helped": False} if step == "judge" else {})
            assert who.call(f"/difficulties/{key}/{step}", wish) == {"id": key, "changed": 1}
    assert key in officer.see("/difficulties?closed=1").text
    assert key in coordinator.see("/difficulties/quarter").text
    stored = Difficulty.model_validate(office.store.get(difficulty_path(key)))
    assert (stored.state, stored.version, len(stored.steps)) == ("closed", 6, 6)


def test_scores_are_asked_for_contested_answered_and_frozen(office: RealOffice) -> None:
    inspector, head = office.desk.at("inspector"), office.desk.at("head")
    files = BucketFiles(CHECKED_PROJECT, BUCKET)
    for name, over in (("open-year", False), ("over-year", True)):
        plant(office.store, files, NOW, name, over=over)
    done(inspector.submit("/scoring/make", name=f"{NOW.year - 1}", restates="", key="score00001"))
    done(head.submit("/scoring/open-year/contests", case=f"on_time {CASE}", text="Nghỉ bão ba ngày theo công điện"))
    done(inspector.submit("/scoring/open-year/contests/c1", accepted="1", text="Đúng là nhập nhầm."))
    contests = Scoring.model_validate(office.store.get(scoring_path("open-year"))).contests
    assert {(each.criterion, each.state) for each in contests} == {("on_time", "open"), ("lasting", "accepted")}
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
    assert admin.call("/officers", {**new, "id": who, "name": "Trần Đổi Tên"}) == {"id": who}
    assert officer(office, who).name == "Trần Đổi Tên"
    done(admin.submit("/admin", text="đổi tên", unit="SXD"))
    assert "Trần Đổi Tên" in admin.see("/admin?unit=SXD&find=1").text
    days = {"since": f"{TODAY}", "until": f"{TODAY + timedelta(days=3)}"}
    done(admin.submit("/admin/officers/head/deputy", deputy="officer", **days))
    assert officer(office, "head").deputy == Deputy(officer="officer", since=TODAY, until=TODAY + timedelta(days=3))
    done(admin.submit("/admin/officers/head/deputy", deputy=""))
    assert admin.call(f"/officers/{who}/leave", {"to": ""}) == {"id": who, "moved": 0}
    assert officer(office, who).left_at is not None


def test_officers_are_imported_by_form_and_by_the_api(office: RealOffice) -> None:
    admin = office.desk.at("admin")
    lines = "".join(f"Cán bộ {each},nhap{each}@example.vn,SXD,officer\n" for each in range(500))
    table = f"Họ tên,Email,Đơn vị,Vai trò\n{lines}"
    before = office.store.count(Query("officers"))
    shown = admin.submit("/admin/import", do="read", files={"file": ("a.csv", table.encode(), "text/csv")})
    assert (shown.status_code, "Thêm <b>500</b>" in shown.text) == (OK, True)
    done(admin.submit("/admin/import", do="apply", table=table, previewed=field_of(shown.text, "previewed")))
    assert office.store.count(Query("officers")) == before + 500
    body = {"table": "name,email,unit,role\nCán bộ Một,nhap1@example.vn,SYT,head\n"}
    tried = admin.call("/officers/import", body)
    assert admin.call("/officers/import", {**body, "previewed": tried["previewed"]})["written"]


def with_a_day_off(calendar: dict[str, Any], day: str) -> str:
    years = [
        {**each, "off": {**each["off"], day: "nghỉ"}} if each["year"] == 2026 else each for each in calendar["years"]
    ]
    return json.dumps({**calendar, "years": years}, ensure_ascii=False)


def test_a_calendar_is_published_by_form_and_by_the_api(office: RealOffice) -> None:
    admin, path = office.desk.at("admin"), "/reference/calendars"

    def stored() -> dict[str, Any]:
        found: dict[str, Any] = admin.see(f"/api{path}").json()
        return found

    before = stored()
    given = {"data": with_a_day_off(before["data"], "2026-12-08"), "seen": before["version"]}
    shown = admin.submit(f"/admin{path}", do="preview", **given)
    done(admin.submit(f"/admin{path}", do="publish", previewed=field_of(shown.text, "previewed"), **given))
    office.desk.wait(61)
    now = stored()
    assert "2026-12-08" in json.dumps(now["data"])
    body = {"data": with_a_day_off(now["data"], "2026-12-09"), "seen": now["version"]}
    tried = admin.call(path, body)
    assert admin.call(path, {**body, "previewed": tried["previewed"]})["published"]
    office.desk.wait(61)
    assert "2026-12-09" in json.dumps(stored()["data"])


def test_a_text_is_published_by_form_and_by_the_api(office: RealOffice) -> None:
    admin, key, new = office.desk.at("admin"), "rated", "Xin cảm ơn anh/chị đã đánh giá."
    page, english = f"/admin/texts/{key}", parsed("texts.en.json")[key]
    words = {"texts": new, "texts_en": english, "seen": field_of(admin.see(page).text, "seen")}
    shown = admin.submit(page, do="preview", **words)
    done(admin.submit(page, do="publish", previewed=field_of(shown.text, "previewed"), **words))
    office.desk.wait(61)
    known = admin.see(f"/api/texts/{key}").json()
    assert known["words"]["texts"] == new
    body = {"texts": parsed("texts.vi.json")[key], "texts_en": english, "seen": known["seen"]}
    tried = admin.call(f"/texts/{key}", body)
    assert admin.call(f"/texts/{key}", {**body, "previewed": tried["previewed"]})["published"]


def test_a_unit_is_edited_by_form_and_by_the_api(office: RealOffice) -> None:
    admin = office.desk.at("admin")

    def stored() -> dict[str, Any]:
        office.desk.wait(61)
        found: dict[str, Any] = admin.see("/api/units/SYT").json()
        return found

    before = stored()
    more = [*before["keywords"], "mộ phần vô chủ"]
    fields = {"aliases": "\r\n".join(before["aliases"]), "competence": before["competence"], "seen": before["version"]}
    done(admin.submit("/admin/units/SYT", do="publish", keywords="\r\n".join(more), **fields))
    now = stored()
    assert now["keywords"] == more
    body = {name: before[name] for name in ("aliases", "keywords", "competence")}
    assert admin.call("/units/SYT", {**body, "seen": now["version"], "publish": True})["published"]
    assert stored()["keywords"] == before["keywords"]


def test_skeletons_of_answers_are_added_moved_and_taken_back(office: RealOffice) -> None:
    admin, path = office.desk.at("admin"), "/admin/answers"

    def stored() -> dict[str, Any]:
        office.desk.wait(61)
        found: dict[str, Any] = admin.see("/api/answers").json()
        return found

    def names(known: dict[str, Any]) -> list[str]:
        return [each["name"] for each in known["templates"]]

    before = stored()
    new = {"name": "Đã xong", "text": "Đơn vị đã xử lý xong ngày [ngày xong].", "basis": ""}
    done(admin.submit(f"{path}/new", seen=before["seen"], **new))
    now = stored()
    assert names(now)[-1] == new["name"]
    done(admin.submit(f"{path}/{now['templates'][-1]['id']}/place", do="up", seen=now["seen"]))
    now = stored()
    assert names(now)[-2] == new["name"]
    admin.call("/answers", {"templates": before["templates"], "seen": now["seen"]})
    now = stored()
    assert names(now) == names(before)
    done(admin.submit(path, version="shipped", seen=now["seen"]))


def test_petitions_are_searched_by_words_ward_and_telephone(office: RealOffice) -> None:
    petition, coordinator = office.filed(), office.desk.at("coordinator")
    assert done(coordinator.submit("/search", text=petition.title)) == "/search"
    assert coordinator.see("/search").status_code == OK
    for text in (petition.code, f"{petition.title} Cầu Giấy", petition.contact.phone):
        found = coordinator.call("/search", {"text": text})
        while petition.code not in [each["code"] for each in found["petitions"]]:
            assert found["next"], text
            found = coordinator.call("/search", {"text": text, "after": found["next"]})
        assert "petitions" in office.desk.at("officer").call("/search", {"text": text})


def test_the_audit_is_searched_paged_and_exported(office: RealOffice) -> None:
    petition, head, inspector = office.filed(), office.desk.at("head"), office.desk.at("inspector")
    assert head.see(f"/petitions/{petition.code}").status_code == OK
    assert "Mở hồ sơ" in head.see(f"/petitions/{petition.code}/audit").text
    to = done(inspector.submit("/audit", name="", what="view", code=petition.code, since=f"{TODAY}"))
    found = inspector.see(f"/api{to}").json()
    assert [each["officer"] for each in found["lines"]] == ["head"]
    every, after = [], ""
    while True:
        answer = inspector.see(f"/api/audit?unit=VPUB&what=change&after={after}").json()
        every += [each["at"] for each in answer["lines"]]
        if answer["next"] is None:
            break
        after = answer["next"].replace("+", "%2B")
    assert every == sorted(every, reverse=True)
    query = Query("audit", (("unit", "==", "VPUB"), ("what", "==", "change")))
    assert len(every) == office.store.count(query) > 50
    assert petition.code in inspector.see(f"/audit.csv?code={petition.code}").text


def test_the_way_to_zalos_page_of_permissions_is_begun(office: RealOffice) -> None:
    coordinator: Person = office.desk.at("coordinator")
    page = coordinator.submit("/zalo/begin")
    assert (page.status_code, "code_challenge" in page.text) == (OK, True)
    assert office.store.count(Query("zalo_consents")) == 1


def test_a_petition_is_taken_up_in_one_step(office: RealOffice) -> None:
    petition = office.filed(State.NEW)
    done(office.desk.at("officer").submit(f"/petitions/{petition.code}/take-up", version=petition.version))
    after = office.petition(petition.code)
    assert (after.state, after.handler) == (State.IN_PROGRESS, "officer")
