"""Actions on many petitions do exactly what the preview shows, for every role and from every list."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Petition
from petitions.usecases.shared.rehearsal import Rehearsal
from tests.unit.desk.busy import fill
from tests.unit.desk.office import Browser, Office

NOBODYS = "HN-261124-1XCF-TP94"
CHOSEN = re.compile(r'name="(code|seen-[^"]+)" value="([^"]+)"')


@pytest.fixture
def office() -> Office:
    made = Office()
    second = Officer(id="sxd-second", name="Vũ Thị Hà", email="h@x.vn", unit="SXD", role=Role.OFFICER)
    made.store.create(officer_path(second.id), second.stored())
    made.app.extensions["desk"].staff.everyone(fresh=True)
    return made


def held(office: Office, number: int, *, accepted: bool = True, unit: str = "SXD") -> list[Petition]:
    made = [office.filed_in(unit, f"Chuyện số {item} về giấy tờ nhà đất") for item in range(number)]
    for petition in made if accepted else ():
        assert office.at_desk("sxd-head").does(petition, "accept").status_code == 303
    return [office.petition(petition.code) for petition in made]


def previewed(browser: Browser, do: str, codes: list[str], **more: Any) -> list[Any]:
    return browser.many(do, codes, sure="", **more)


def confirmed(browser: Browser, page: TestResponse, **more: Any) -> TestResponse:
    fields: dict[str, Any] = {"code": [], "sure": "1", **more}
    for name, value in CHOSEN.findall(page.text):
        if name == "code":
            fields["code"].append(value)
        else:
            fields[name] = value
    return browser.submit("/bulk", **fields)


@pytest.mark.parametrize("who", ["sxd-officer", "sxd-head", "coordinator"])
def test_preview_matches_the_action_and_changes_nothing(who: str) -> None:
    office = Office()
    fill(office, 40)
    office.filed_in("SYT")
    codes = [petition.code for petition in office.petitions()] + [NOBODYS]
    offered: dict[str, list[tuple[str, dict[str, str]]]] = {
        "sxd-officer": [("take_up", {})],
        "sxd-head": [("remind", {}), ("assign", {"handler": "sxd-officer"}), ("take_up", {})],
        "coordinator": [
            ("remind", {}), ("give", {"unit": "SYT", "text": "Của ngành"}),
            ("assign", {"handler": "sxd-head", "text": "Của sở"}),
        ],
    }  # fmt: skip
    browser = office.at_desk(who)
    for do, more in offered[who]:
        before, published = dict(office.store.documents), len(office.publisher.published)
        preview = previewed(browser, do, codes, **more)
        assert office.store.documents == before, do
        assert len(office.publisher.published) == published
        done = browser.many(do, codes, **more)
        assert done == preview, do
        assert {item.done for item in done} == {True, False}, do
        for item in done:
            path = f"petitions/{item.code}"
            changed = office.store.documents.get(path) != before.get(path)
            assert changed is item.done, item


def test_form_previews_all_results_and_then_acts(office: Office) -> None:
    fine, late = held(office, 1)[0], held(office, 1, accepted=False)[0]
    done = office.filed_in("SXD", "Sở cấp giấy phép xây dựng chậm hai tháng")
    head = office.at_desk("sxd-head")
    assert head.does(done, "withdraw", text="gọi điện").status_code == 303
    other = office.filed_in("SYT", "Bệnh viện thu sai tiền khám bảo hiểm của tôi")
    codes = [fine.code, late.code, done.code, other.code, fine.code]
    page = head.submit("/bulk", do="assign", handler="sxd-second", code=codes)
    assert page.status_code == 200
    text = html.unescape(page.text)
    assert "Sẽ làm: 2" in text
    assert "Không làm được: 2" in text
    assert "Đã tiếp nhận → Đã phân công; người xử lý: Vũ Thị Hà" in text
    assert "Hồ sơ đã xong." in text
    assert other.title not in text  # nor anything else of petitions that they may not see
    assert office.petition(fine.code).handler is None
    result = confirmed(head, page, do="assign", handler="sxd-second")
    assert "Xong 2 trên 4 hồ sơ" in result.text
    assert (office.petition(fine.code).state, office.petition(fine.code).handler) == ("assigned", "sxd-second")
    assert (office.petition(late.code).state, office.petition(late.code).handler) == ("new", "sxd-second")
    assert office.petition(other.code).handler is None


def test_petition_changed_since_the_preview_is_left_alone(office: Office) -> None:
    first, second = held(office, 2)
    head = office.at_desk("sxd-head")
    page = head.submit("/bulk", do="assign", handler="sxd-second", code=[first.code, second.code])
    office.at_desk("sxd-officer").does(first, "assign", handler="sxd-officer")
    result = confirmed(head, page, do="assign", handler="sxd-second")
    assert "Hồ sơ vừa được người khác thay đổi" in result.text
    assert office.petition(first.code).handler == "sxd-officer"
    assert office.petition(second.code).handler == "sxd-second"


def test_own_step_does_not_hide_what_another_changed_since_the_preview(office: Office) -> None:
    (petition,) = held(office, 1)
    head = office.at_desk("sxd-head")
    page = head.submit("/bulk", do="assign", handler="sxd-second", code=petition.code)
    assert office.at_desk("sxd-officer").does(petition, "assign", handler="sxd-officer").status_code == 303
    assert head.many("assign", [petition.code], handler="sxd-head")[0].done
    result = confirmed(head, page, do="assign", handler="sxd-second")
    assert "Hồ sơ vừa được người khác thay đổi" in result.text
    assert office.petition(petition.code).handler == "sxd-head"


@pytest.mark.parametrize(
    ("who", "asked", "words"),
    [
        ("sxd-head", {"do": "remind"}, "Chưa chọn hồ sơ nào"),
        ("sxd-officer", {"do": "take_up"}, "Chưa chọn hồ sơ nào"),
        ("coordinator", {"do": "give", "unit": "SXD"}, "Chưa chọn hồ sơ nào"),
        ("sxd-head", {"do": "assign", "code": NOBODYS}, "Xin chọn người nhận việc"),
        ("coordinator", {"do": "give", "code": NOBODYS}, "Xin chọn đơn vị nhận"),
        ("sxd-head", {"do": "sell", "code": NOBODYS}, "Không có việc này"),
        ("sxd-head", {"do": "remind", "code": [f"HN-{item}" for item in range(101)]}, "tối đa 100 hồ sơ"),
    ],
)
def test_action_that_cannot_start_is_explained_in_a_sentence(
    office: Office, who: str, asked: dict[str, Any], words: str
) -> None:
    refused = office.at_desk(who).submit("/bulk", **asked)
    assert refused.status_code == 400
    assert words in refused.text
    assert ('rel="up">← Danh sách hồ sơ' in refused.text) is (asked["do"] != "sell")
    if asked["do"] == "assign":
        assert f'name="code" value="{NOBODYS}"' in refused.text  # the ticked petitions stay ticked


def test_coordinators_give_their_queue_to_a_unit_or_to_a_person_of_one(office: Office) -> None:
    new, other = (office.filed_in("VPUB", f"Chuyện {item} về khai sinh") for item in range(2))
    elsewhere = held(office, 1)[0]
    office.at_desk("sxd-head").does(elsewhere, "assign", handler="sxd-officer")
    coordinator = office.at_desk("coordinator")
    page = coordinator.submit("/bulk", do="give", unit="SYT", code=[new.code, elsewhere.code])
    assert "Mới → Đã phân công; đơn vị: Sở Y tế" in html.unescape(page.text)
    assert "Xin nhập: Lý do" in page.text  # the reason for taking it from another unit
    confirmed(coordinator, page, do="give", unit="SYT", text="Thuộc ngành y tế")
    assert {office.petition(petition.code).unit for petition in (new, elsewhere)} == {"SYT"}
    (result,) = coordinator.many("assign", [other.code], handler="sxd-second")
    assert result.words == "Mới → Đã phân công; đơn vị: Sở Xây dựng; người xử lý: Vũ Thị Hà"
    lone = office.filed_in("VPUB", "Chuyện đèn đường ngõ 5")
    page = coordinator.submit("/bulk", do="give", unit="STP", code=lone.code)
    assert "chưa có cán bộ nào nhận việc trên hệ thống" in page.text
    confirmed(coordinator, page, do="give", unit="STP", unstaffed="1")
    assert office.petition(lone.code).unit == "STP"


def test_officers_take_many_up(office: Office) -> None:
    new, assigned = held(office, 1, accepted=False)[0], held(office, 1)[0]
    office.at_desk("sxd-head").does(assigned, "assign", handler="sxd-officer")
    officer = office.at_desk("sxd-officer")
    page = officer.submit("/bulk", do="take_up", code=[new.code, assigned.code])
    assert "Mới → Đang xử lý; người xử lý: Nguyễn Văn Thịnh" in html.unescape(page.text)
    confirmed(officer, page, do="take_up")
    assert {office.petition(petition.code).state for petition in (new, assigned)} == {"in_progress"}
    assert officer.submit("/bulk", do="assign", handler="sxd-second", code=new.code).status_code == 403
    assert office.at_desk("inspector").submit("/bulk", do="take_up", code=new.code).status_code == 403


@pytest.mark.parametrize(
    ("who", "path", "back"),
    [
        ("sxd-officer", "/?view=open", "/?view=open"),
        ("sxd-officer", "/?view=overdue", "/?view=overdue"),
        ("sxd-head", "/?view=approval", "/?view=approval"),
        ("sxd-head", "/search", "/search"),
        ("coordinator", "/?view=queue", "/?view=queue"),
        ("coordinator", "/boards/lateness", "/boards/lateness"),
        ("coordinator", "/search", "/search"),
    ],
)
def test_every_list_offers_it_and_the_results_lead_back(who: str, path: str, back: str) -> None:
    office = Office()
    fill(office, 40)
    browser = office.at_desk(who)
    if path == "/search":
        browser.submit("/search", text="khai sinh")
    page = browser.see(path).text
    codes = re.findall(r'form="bulk" name="code" value="([^"]+)"', page)
    deeds = re.findall(r'name="do" value="(\w+)"', page)
    origin = re.search(r'name="origin" value="([^"]+)"', page)
    assert codes
    expected = {
        "sxd-officer": ["take_up"], "sxd-head": ["take_up", "assign", "remind"],
        "coordinator": ["give", "assign", "remind"],
    }  # fmt: skip
    assert deeds == expected[who]
    given = {"do": deeds[-1], "code": codes, "origin": origin[1] if origin else ""}
    shown = browser.submit("/bulk", **given).text
    assert f'<a href="{html.escape(back)}" rel="up">' in shown
    assert 'form="bulk"' not in office.at_desk("inspector").see("/").text


@pytest.mark.parametrize("do", ["assign", "remind"])
def test_guessed_codes_get_the_same_reply_for_foreign_and_unknown_petitions(office: Office, do: str) -> None:
    (petition,) = held(office, 1)
    for sure in ("", "1"):
        found = office.at_desk("syt-head").many(do, [petition.code, NOBODYS], handler="syt-officer", sure=sure)
        theirs, nobodys = found
        assert replace(theirs, code="") == replace(nobodys, code="")
        assert theirs.title == ""


def test_rehearsal_reads_its_own_writes_and_stores_nothing(office: Office) -> None:
    (petition,) = held(office, 1)
    path, before = f"petitions/{petition.code}", dict(office.store.documents)
    rehearsal = Rehearsal(office.store)
    rehearsal.transact(lambda tx: tx.update(path, {"handler": "x", "sync.attempt": 3}))
    rehearsal.transact(lambda tx: tx.create("inbox/new", {"a": 1}))
    assert rehearsal.get_all([path, "inbox/new", "inbox/none"])[1:] == [{"a": 1}, None]
    changed = Petition.model_validate(rehearsal.get(path))
    assert (changed.handler, changed.sync.attempt, changed.sync.handled_seq) == ("x", 3, petition.sync.handled_seq)
    assert rehearsal.create("inbox/new", {}) is False
    rehearsal.transact(lambda tx: tx.delete("inbox/new"))
    assert rehearsal.get("inbox/new") is None
    assert office.store.documents == before
