"""The coordinators' list of petitions to assign: proposed units in the rows, and assignment from a row."""

from __future__ import annotations

import re
from typing import Any

import pytest

from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.states import Role, State
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Petition, RoutingResult, UnitProposal
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.usecases.officers.on_hand import concerned_officers
from petitions.usecases.officers.staff import Staff
from tests.unit.desk.busy import fill
from tests.unit.desk.office import Browser, Office

HX = {"HX-Request": "true"}


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def coordinator(office: Office) -> Browser:
    return office.at_desk("coordinator")


def proposed(office: Office, *units: str, **fields: Any) -> Petition:
    routed = RoutingResult(
        proposals=[UnitProposal(unit=unit, score=0.5) for unit in units], why=[], confidence=0.5, auto=False,
        directory_version="1", at=office.clock.now(),
    )  # fmt: skip
    return office.changed(office.filed_in("VPUB").code, routed=routed, **fields)


def row(browser: Browser, petition: Petition, view: str = "queue") -> str:
    page = browser.see(f"/?view={view}").text
    found = re.search(rf'<tr[^>]* id="r-{petition.code}".*?</tr>', page, re.DOTALL)
    return found[0] if found else ""


def gives(browser: Browser, petition: Petition, unit: str = "SXD", **more: Any) -> Any:
    browser.clock.advance(seconds=1)
    given = {"csrf": browser.csrf, "version": petition.version, "unit": unit}
    return browser.client.post(f"/petitions/{petition.code}/give", data=given, **more)


def test_row_has_the_proposed_units_and_a_button_for_the_first(office: Office, coordinator: Browser) -> None:
    shown = row(coordinator, proposed(office, "SXD", "SYT", level="urgent"))
    for words in ("Sở Xây dựng hoặc Sở Y tế", "Xây dựng, nhà ở", "Phản ánh", "Hành vi hành chính", "Khẩn"):
        assert words in shown, words
    assert 'name="unit" value="SXD"' in shown
    assert 'Nhận và giao<span class="one small">cho Sở Xây dựng</span>' in shown


def test_petition_is_not_returned_to_its_sender_with_one_press(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD")
    office.changed(petition.code, contact=replace(petition.contact, name="Sở Xây dựng Hà Nội"))
    shown = row(coordinator, petition)
    assert "Sở Xây dựng" in shown
    assert ('name="unit" value="SXD"' in shown, "Chọn đơn vị" in shown) == (False, True)


@pytest.mark.parametrize(
    ("units", "fields", "words"),
    [
        ((), {}, "chưa có đề xuất"),
        (("SDL",), {}, "chưa có cán bộ"),  # no officer there would see it
        (("SXD",), {"held_by": ["SXD"]}, "Đơn vị trả lại"),  # units that gave it back are not proposed again
        (("SXD",), {"accused": "SXD"}, "chưa có đề xuất"),
        (("SXD",), {"closed_with": ["denunciation"]}, "Xem để từ chối"),
    ],
)
def test_a_proposal_that_cannot_be_taken_as_it_is_has_no_button(
    office: Office, coordinator: Browser, units: tuple[str, ...], fields: dict[str, Any], words: str
) -> None:
    petition = proposed(office, *units, **fields)
    shown = row(coordinator, petition)
    assert words in shown
    assert "<button" not in shown
    assert f'href="/petitions/{petition.code}#actions"' in shown


def test_the_superior_of_whom_an_officer_found_accused_is_proposed_but_not_chosen(
    office: Office, coordinator: Browser
) -> None:
    person = Officer(id="vpub-an", name="Lê Thị An", email="an@example.vn", unit="VPUB", role=Role.OFFICER)
    office.store.create(officer_path(person.id), person.stored())
    office.clock.advance(minutes=2)
    petition = proposed(office, "SXD", accused="SXD", opened_by="somebody")
    page = coordinator.see(f"/petitions/{petition.code}").text
    offered = re.findall(r'<option value="([^"]*)"', page[page.index('<select data-find id="unit"') :])
    assert offered[:2] == ["", "VPUB"]
    assert proposals_of(page) == ["Văn phòng UBND thành phố Hà Nội"]


def accused_in(page: str) -> list[str]:
    field = page[page.index('name="accused"') :]
    return re.findall(r'<option value="([^"]*)"', field[: field.index("</select>")])


def proposals_of(page: str) -> list[str]:
    section = page[page.index('id="routed"') :]
    return re.findall(r"<li>([^<]*)</li>", section[: section.index("</section>")])


@pytest.mark.parametrize(("units", "accused"), [(("SXD", "SYT"), None), (("PX-00166", "SXD"), "?")])
def test_no_unit_that_may_be_accused_is_proposed_or_chosen(
    office: Office, coordinator: Browser, units: tuple[str, ...], accused: str | None
) -> None:
    petition = proposed(office, *units, accused=accused)
    assert petition.routed
    petition = office.changed(petition.code, routed=replace(petition.routed, may_accuse=accused is None))
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert proposals_of(page) == []
    assert accused_in(page)[0] == ""
    assert set(accused_in(page)[1:3]).isdisjoint(units)
    assert '<select data-find id="unit"' not in page


def test_the_accused_unit_is_asked_first_and_where_it_can_be_seen(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD", accused="?")
    page = coordinator.see(f"/petitions/{petition.code}").text
    first = page.index("trước hết xin chọn đơn vị bị phản ánh")
    assert first < page.index('name="accused"') < page.index("<summary>Sửa phân loại")
    where = f"/petitions/{petition.code}/take-up"
    assert where not in page
    assert coordinator.submit(where, version=petition.version, unit="SXD", accused="SYT").status_code == 303
    after = office.petition(petition.code)
    assert (after.unit, after.accused, after.state) == ("VPUB", "SYT", State.ACCEPTED)


ABOUT = "Tôi gửi đơn hôm qua. Ông Lâm ở Sở Xây dựng gọi hỏi ai gửi. Ngõ nhà tôi nhiều rác"
ASKED = "Người nhận có phải nơi, người bị nói tới không?"


def test_who_gives_away_what_was_doubted_answers_first_whether_it_goes_to_the_accused(
    office: Office, coordinator: Browser
) -> None:
    petition = proposed(office, "SXD", content=ABOUT, accused="SYT", opened_by="somebody", state=State.ACCEPTED)
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert page.index(ASKED) < page.index("<li>“Ông Lâm ở Sở Xây dựng gọi hỏi ai gửi”</li>")
    assert "<li>“Ngõ nhà tôi nhiều rác”</li>" not in page
    assert row(coordinator, petition).count("<button") == 0
    where = f"/petitions/{petition.code}/actions/assign"
    refused = coordinator.submit(where, version=petition.version, unit="SXD")
    assert (refused.status_code, office.petition(petition.code).unit) == (400, "VPUB")
    assert "trả lời ở mục giao" in refused.text
    given = coordinator.submit(where, version=petition.version, unit="SXD", apart="1")
    assert (given.status_code, office.petition(petition.code).unit) == (303, "SXD")


def test_what_is_doubted_is_not_given_by_the_list(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD", accused="?")
    gives(coordinator, petition)
    assert (office.petition(petition.code).unit, office.petition(petition.code).state) == ("VPUB", State.NEW)


def test_a_denunciation_is_not_refused_by_the_first_button(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD", closed_with=["denunciation"])
    page = coordinator.see(f"/petitions/{petition.code}").text
    forms = re.findall(r'action="/petitions/[^"]*/actions/([a-z_]+)"', page)
    assert forms[0] != "refuse"
    typed = re.search(r'<textarea id="text-refuse"[^>]*>\n?([^<]*)</textarea>', page)
    assert typed
    assert typed[1] == ""


def test_no_unit_is_preselected_if_the_petition_may_accuse_it(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD")
    assert petition.routed
    petition = office.changed(petition.code, routed=replace(petition.routed, may_accuse=True))
    shown = row(coordinator, petition)
    assert "Sở Xây dựng" not in shown
    assert "<button" not in shown


def test_where_a_petition_may_accuse_a_unit_somebody_decides_before_it_is_given_in_a_step_of_its_own(
    office: Office, coordinator: Browser
) -> None:
    petition = proposed(office, "SXD")
    assert petition.routed
    petition = office.changed(petition.code, routed=replace(petition.routed, may_accuse=True))
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert proposals_of(page) == []
    assert '<optgroup label="Đề xuất">' not in page
    assert accused_in(page)[:2] == ["", "?"]
    assert accused_in(page)[-1] == "-"
    given = gives(coordinator, petition, headers=HX)
    assert "xin đọc kỹ" in given.text
    where = f"/petitions/{petition.code}/take-up"
    refused = coordinator.submit(where, version=petition.version, unit="SXD")
    assert "xin đọc kỹ" in refused.text
    assert office.petition(petition.code).unit == "VPUB"
    asked = coordinator.submit(where, version=petition.version, unit="SXD", accused="-")
    assert "đơn vị được giao sẽ đọc được hồ sơ, cả tên người gửi" in asked.text
    assert office.petition(petition.code).unit == "VPUB"
    assert coordinator.submit(where, version=petition.version, unit="SXD", accused="-", sure="1").status_code == 303
    accepted = office.petition(petition.code)
    assert (accepted.unit, accepted.state) == ("VPUB", State.ACCEPTED)
    where = f"/petitions/{petition.code}/actions/assign"
    assert coordinator.submit(where, version=accepted.version, unit="SXD", apart="1").status_code == 303
    assert office.petition(petition.code).unit == "SXD"
    assert "chọn sau khi đọc kỹ" not in coordinator.see(f"/petitions/{petition.code}").text


def test_one_request_accepts_and_assigns_and_the_row_shows_it(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD")
    answer = gives(coordinator, petition, headers=HX)
    assert answer.status_code == 200
    assert answer.text.startswith(f'<tr id="r-{petition.code}"')
    assert "Đã giao" in answer.text
    after = office.petition(petition.code)
    assert (after.state, after.unit) == (State.ASSIGNED, "SXD")
    assert after.classified
    assert row(coordinator, petition) == ""
    again = gives(coordinator, petition, headers=HX)
    assert "Đã được ghi nhận từ lần gửi trước" in again.text
    assert office.petition(petition.code).version == after.version
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version
    undone = coordinator.submit(f"/petitions/{petition.code}/actions/unassign", version=version[1], text="nhầm")
    assert undone.status_code == 303
    assert (office.petition(petition.code).state, office.petition(petition.code).unit) == (State.ACCEPTED, "VPUB")
    assert "Giao" in row(coordinator, petition)


def test_without_scripts_it_leads_back_to_the_list(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD")
    coordinator.see("/?view=queue")
    answer = gives(coordinator, petition)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?view=queue")
    assert "Sở Xây dựng" in coordinator.see("/?view=queue").text
    assert office.petition(petition.code).unit == "SXD"


def test_petition_changed_by_others_is_left_alone_and_the_row_explains_it(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD")
    office.changed(petition.code, version=petition.version + 1)
    answer = gives(coordinator, petition, headers=HX)
    assert "Chưa giao" in answer.text
    assert "vừa được người khác thay đổi" in answer.text
    assert office.petition(petition.code).unit == "VPUB"
    assert gives(office.at_desk("sxd-head"), petition).status_code == 403


def test_complaints_and_denunciations_have_a_list_of_their_own_and_every_petition_one_place(office: Office) -> None:
    fill(office, 30)
    classes = ("pakn", "complaint", "vbqppl", "denunciation")
    held = [item for item in office.petitions() if item.unit == "VPUB" and item.due_at]
    expected: dict[str, set[str]] = {"queue": set(), "kept": set()}
    for place, petition in enumerate(held):
        office.changed(petition.code, petition_class=classes[place % 4])
        expected["kept" if place % 2 else "queue"].add(petition.code)
    coordinator = office.at_desk("coordinator")
    pages = {view: coordinator.see(f"/?view={view}").text for view in expected}
    assert {view: set(re.findall(r'id="r-([^"]+)"', page)) for view, page in pages.items()} == expected
    for view, codes in expected.items():
        assert codes
        assert all(f'data-count="{view}">{len(codes)}</b>' in page for page in pages.values())
    assert "<button" not in row(coordinator, office.petition(expected["kept"].pop()), "kept")
    assert office.at_desk("sxd-head").see("/?view=kept").status_code == 400


def test_no_column_of_the_queue_is_the_same_in_every_row(office: Office, coordinator: Browser) -> None:
    proposed(office, "SXD")
    heads = re.findall(r"<th scope=\"col\"[^>]*>(?:<a[^>]*>)?([^<]*)", coordinator.see("/?view=queue").text)
    assert {"Thời hạn", "Nội dung", "Máy đề xuất", "Mã"} <= {head.strip() for head in heads}
    assert not {"Trạng thái", "Đơn vị", "Người xử lý"} & {head.strip() for head in heads}


def test_urgent_ones_are_first_and_a_paused_one_has_no_running_deadline(office: Office, coordinator: Browser) -> None:
    paused, urgent = proposed(office, "SXD"), proposed(office, "SYT", level="urgent")
    coordinator.does(paused, "ask_supplement", text="Xin gửi ảnh giấy hẹn")
    office.clock.advance(days=3)
    coordinator = office.at_desk("coordinator")
    page = coordinator.see("/?view=queue").text
    assert re.findall(r'id="r-([^"]+)"', page) == [urgent.code, paused.code]
    shown = row(coordinator, paused)
    assert "Chờ người gửi bổ sung" in shown
    assert "Quá" not in shown
    assert "<button" not in shown


def test_petition_that_returns_again_shows_its_previous_units(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "STP", held_by=["SXD", "SYT", "SXD"])
    shown = row(coordinator, petition)
    assert "Quay vòng" in shown
    assert "Sở Xây dựng → Sở Y tế → Sở Xây dựng" in shown


def test_row_updated_later_has_the_same_cells(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD")
    since = office.clock.now().isoformat()
    office.clock.advance(minutes=1)
    assert coordinator.does(petition, "set_level", level="urgent", text="Gấp").status_code == 303
    piece = coordinator.client.get("/live", query_string={"view": "queue", "since": since}).text
    cells = re.findall(r"<t[dh] [^>]*class=\"([\w-]+)", re.search(r"<tr.*?</tr>", piece, re.DOTALL)[0])  # type: ignore[index]
    assert cells == re.findall(r"<t[dh] [^>]*class=\"([\w-]+)", row(coordinator, petition))
    assert "col-give" in cells


def test_the_inbox_is_one_of_the_coordinators_lists(office: Office, coordinator: Browser) -> None:
    office.types("Cho tôi gặp cán bộ")
    queue = coordinator.see("/?view=queue").text
    assert re.search(r'<a href="/contacts" hx-boost="false">Cần liên hệ <b class="count">1</b>', queue)
    for path in ("/contacts", "/contacts?closed=1", "/contacts/dissatisfied"):
        page = coordinator.see(path).text
        assert '<a href="/contacts" hx-boost="false" aria-current="page">' in page, path
        assert 'href="/?view=queue"' in page, path
    assert 'href="/?view=open"' not in office.at_desk("sxd-officer").see("/contacts").text


def test_petition_for_the_coordinators_office_can_be_moved_on(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "VPUB", state=State.ACCEPTED)
    shown = row(coordinator, petition)
    assert ("Văn phòng UBND thành phố Hà Nội chưa có cán bộ nào" in shown, 'name="unit"' in shown) == (True, False)
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert "Văn phòng UBND thành phố Hà Nội (chưa có cán bộ xử lý)</option>" in page
    warned = coordinator.does(petition, "assign", unit="VPUB")
    assert (warned.status_code, "chưa có cán bộ nào nhận việc" in warned.text) == (400, True)
    assert coordinator.does(petition, "assign", unit="VPUB", sure="1").status_code == 303
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert "Văn phòng UBND thành phố Hà Nội chưa có cán bộ nào nhận việc" in page
    assert "reassign" in coordinator.buttons(petition.code)
    assert "chưa có cán bộ" in row(coordinator, petition)  # still in the queue
    newcomer = replace(office.officer("sxd-officer"), id="vpub-officer", unit="VPUB")
    office.store.create("officers/vpub-officer", newcomer.stored())
    office.clock.advance(minutes=2)
    assert "chưa có cán bộ nào nhận việc" not in coordinator.see(f"/petitions/{petition.code}").text


def test_untouched_petition_is_marked_and_taken_back_with_one_press(office: Office, coordinator: Browser) -> None:
    petition = office.filed_in("SDL")  # assigned there by the router
    shown = row(coordinator, petition, "open")
    assert "chưa có cán bộ" in shown
    assert "chưa có cán bộ" not in row(coordinator, office.filed_in("SXD"), "open")
    page = coordinator.see(f"/petitions/{petition.code}").text
    assert "Sở Du lịch chưa có cán bộ nào nhận việc trên hệ thống" in page
    assert "Lấy lại để giao đơn vị khác" in page
    assert coordinator.does(petition, "take_back", text="Đơn vị chưa có cán bộ trên hệ thống").status_code == 303
    assert office.petition(petition.code).unit == "VPUB"
    assert "chưa có cán bộ nào nhận việc" not in coordinator.see(f"/petitions/{petition.code}").text


def test_only_the_head_is_notified_of_petitions_given_to_the_unit(office: Office, coordinator: Browser) -> None:
    office.store.update("officers/sxd-officer", {"left_at": office.clock.now()})
    office.clock.advance(minutes=2)
    petition = proposed(office, "SXD")
    assert gives(coordinator, petition).status_code == 303
    given = office.petition(petition.code)
    assert (given.unit, given.handler) == ("SXD", "sxd-head")
    assert petition.code in office.at_desk("sxd-head").see("/?view=mine").text
    recipients = concerned_officers(office.store, replace(given, handler=None), hanoi(office.clock.now()).date())
    assert [officer.id for officer in recipients] == ["sxd-head"]
    meant = Staff(office.store, office.clock).meant(replace(given, handler=None), [Recipient.HANDLER])
    assert [officer.id for officer in meant] == ["sxd-head"]


def test_where_a_petition_should_go_is_shown_until_it_has_gone(office: Office, coordinator: Browser) -> None:
    petition = proposed(office, "SXD", "SYT")
    path = f"/petitions/{petition.code}"
    for step in ({"action": "accept"}, {"action": "assign", "unit": "SXD"}):
        assert "Đề xuất chuyển xử lý" in coordinator.see(path).text
        assert coordinator.does(office.petition(petition.code), **step).status_code == 303
    assert "Đề xuất chuyển xử lý" not in coordinator.see(path).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"confidence": 0.6}, "chưa đủ chắc về nơi nhận, độ tin cậy 60%"),
        ({"confidence": 1.0}, "rõ nơi nhận, nhưng cần người đọc"),
        ({"confidence": 1.0, "ward_choices": ["00175", "00163"]}, "chưa rõ phường, xã nào"),
        ({"confidence": 1.0, "may_accuse": True}, "có thể nói về việc làm của chính đơn vị sẽ nhận"),
    ],
)
def test_page_explains_why_the_router_chose_no_unit(fields: dict[str, Any], words: str) -> None:
    office = Office()
    petition = office.filed_in("VPUB")
    given = {"proposals": [], "why": [], "auto": False, "directory_version": "1", "at": office.clock.now(), **fields}
    office.changed(petition.code, routed=RoutingResult(**given))
    page = office.at_desk("coordinator").see(f"/petitions/{petition.code}").text
    assert f"Không tự chuyển: {words}" in page
