"""The coordinators' actions at the desk except assignments, and delays and pauses as the desk shows them."""

from __future__ import annotations

import re

import pytest

from desk.petition.undo import FINAL, UNDONE_BY
from petitions.domain.figures.figures_row import percent
from petitions.domain.language.words import fold
from petitions.domain.lifecycle.states import Role
from petitions.domain.lifecycle.transitions import TRANSITIONS
from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Browser, Office

TOLD = "Cán bộ một cửa phường Yên Hòa đòi thêm giấy tờ khi làm khai sinh cho con tôi sáng thứ Hai vừa rồi"
WHY = "Thuộc trách nhiệm của Sở Y tế"


@pytest.fixture
def office() -> Office:
    return Office()


def begun(office: Office) -> Petition:
    petition = office.filed_in("SXD", TOLD)
    for action in ("accept", "assign", "start"):
        assert office.at_desk("sxd-officer").does(office.petition(petition.code), action).status_code == 303
    return office.petition(petition.code)


def page(browser: Browser, petition: Petition) -> str:
    return browser.see(f"/petitions/{petition.code}").text


@pytest.mark.parametrize(
    "content",
    [
        TOLD.replace("giấy tờ", "giáy tơ").replace("khai sinh", "khia sinh"),
        f"Thưa anh chị, {fold(TOLD)}",
        "Đường Trung Kính ngập nước mỗi khi mưa to, cống tắc từ năm ngoái mà không ai nạo vét",
    ],
)
def test_same_text_with_typing_errors_is_shown_as_a_duplicate(office: Office, content: str) -> None:
    main, twin = office.filed_in("SXD", TOLD), office.filed_in("SXD", content)
    assert ("Hồ sơ trùng" in page(office.at_desk("coordinator"), twin)) is ("Trung Kính" not in content)
    assert ("Hồ sơ trùng" in page(office.at_desk("coordinator"), main)) is ("Trung Kính" not in content)


def test_a_merging_is_previewed_before_it_is_made(office: Office) -> None:
    main, twin = office.filed_in("SXD", TOLD), office.filed_in("SXD", TOLD + ", xin xem lại")
    coordinator = office.at_desk("coordinator")
    assert f'action="/petitions/{twin.code}/merge"' in page(coordinator, twin)
    shown = coordinator.see(f"/petitions/{twin.code}/merge?main={main.code.lower()}").text
    assert TOLD in shown
    assert f"Gộp vào {main.code}" in shown
    assert "còn bỏ gộp được đến khi" in shown
    assert office.petition(twin.code) == twin  # reading changes nothing
    wrong = coordinator.see(f"/petitions/{twin.code}/merge?main=HN-261124-ABCD-EFGH")
    assert (wrong.status_code, "Xin nhập đúng mã" in wrong.text) == (400, True)
    assert 'id="changed"' not in wrong.text  # nothing changed
    assert office.at_desk("sxd-head").see(f"/petitions/{twin.code}/merge?main={main.code}").status_code == 403
    assert coordinator.see(f"/petitions/HN-261124-ABCD-EFGH/merge?main={main.code}").status_code == 404


@pytest.mark.parametrize("by", ["assign", "take-up"])
def test_assignment_can_be_undone_before_the_unit_is_notified(office: Office, by: str) -> None:
    petition = office.filed_in("VPUB", TOLD)
    coordinator = office.at_desk("coordinator")
    if by == "assign":
        coordinator.does(petition, "accept")
        coordinator.does(office.petition(petition.code), "assign", unit="SXD")
    else:
        given = {"version": petition.version, "unit": "SXD"}
        assert coordinator.submit(f"/petitions/{petition.code}/take-up", **given).status_code == 303
    shown = page(coordinator, office.petition(petition.code))
    assert f'action="/petitions/{petition.code}/actions/unassign" class="note line" data-undo="10"' in shown
    assert coordinator.does(office.petition(petition.code), "unassign").status_code == 303
    after = office.petition(petition.code)
    assert (after.unit, after.state, after.hops, after.held_by) == ("VPUB", "accepted", 0, petition.held_by)
    assert after.clocks["transfer"].is_running
    office.clock.advance(minutes=30)
    office.news()
    assert not [path for path in office.store.paths("notices") if "sxd" in path]  # nor of taking it back


def test_an_assignment_is_undone_to_where_it_was(office: Office) -> None:
    petition = office.filed_in("SYT", TOLD)
    office.at_desk("syt-officer").does(petition, "accept")
    office.at_desk("syt-officer").does(office.petition(petition.code), "give_back", text="Thuộc Sở Xây dựng")
    coordinator = office.at_desk("coordinator")
    before = office.petition(petition.code)
    assert before.state == "returned"
    assert coordinator.does(before, "assign", unit="SXD").status_code == 303
    assert coordinator.does(office.petition(petition.code), "unassign").status_code == 303
    after = office.petition(petition.code)
    assert (after.unit, after.state, after.held_by) == (before.unit, before.state, before.held_by)
    again = coordinator.does(after, "assign", unit="SXD")
    assert again.status_code == 303  # the unit never held it, so no reason is asked for giving it the petition again


def test_assignment_is_not_undone_after_the_units_notice_or_by_others(office: Office) -> None:
    petition = office.filed_in("VPUB", TOLD)
    coordinator = office.at_desk("coordinator")
    coordinator.does(petition, "accept")
    coordinator.does(office.petition(petition.code), "assign", unit="SXD")
    assert "unassign" in coordinator.buttons(petition.code)
    office.clock.advance(minutes=30)
    office.news()
    assigned = office.petition(petition.code)
    assert "unassign" not in office.at_desk("coordinator").buttons(petition.code)
    late = office.at_desk("coordinator").does(assigned, "unassign")
    assert (late.status_code, office.petition(petition.code).state) == (403, "assigned")


def test_assignment_within_a_unit_has_no_undo(office: Office) -> None:
    petition = office.filed_in("SXD", TOLD)
    head = office.at_desk("sxd-head")
    head.does(petition, "accept")
    head.does(office.petition(petition.code), "assign", handler="sxd-officer")
    assert "data-undo" not in page(head, petition)


def test_merging_into_an_answered_petition_is_marked_final(office: Office) -> None:
    main = begun(office)
    office.at_desk("sxd-officer").does(
        main,
        "submit_answer",
        text="Sở đã kiểm tra tại quầy một cửa và hướng dẫn lại cán bộ",
        no_evidence="Xong tại chỗ",
    )
    office.at_desk("sxd-head").does(office.petition(main.code), "approve", text="Đã xem")
    twin = office.filed_in("SXD", TOLD + ", xin xem lại")
    coordinator = office.at_desk("coordinator")
    assert "không bỏ gộp được nữa" in coordinator.see(f"/petitions/{twin.code}/merge?main={main.code}").text
    assert coordinator.does(twin, "merge", text=main.code).status_code == 303
    merged = office.petition(twin.code)
    assert "unmerge" not in coordinator.buttons(twin.code)
    assert f"Câu trả lời của {main.code} đã được gửi" in page(coordinator, merged)
    assert coordinator.does(merged, "unmerge", text=WHY).status_code == 403


def test_a_unit_without_staff_is_marked_and_needs_a_second_yes(office: Office) -> None:
    petition = begun(office)
    coordinator = office.at_desk("coordinator")
    assert petition.handler
    shown = page(coordinator, petition)
    assert "(chưa có cán bộ)" in shown
    # The present unit and its handler are not preselected for another unit.
    choices = shown[shown.index('<select data-find id="unit') :].partition("</select>")[0]
    assert re.search(r'<option value="[^"]+" selected>', choices) is None
    warned = coordinator.does(petition, "reassign", unit="SDL", text=WHY)
    assert (warned.status_code, 'name="sure"' in warned.text) == (400, True)
    assert "chưa có cán bộ nào nhận việc" in warned.text
    assert coordinator.does(petition, "reassign", unit="SDL", text=WHY, sure="1").status_code == 303
    assert office.petition(petition.code).unit == "SDL"
    again = office.petition(petition.code)
    assert coordinator.does(again, "reassign", unit="SYT", text=WHY).status_code == 303  # it has staff
    taken = office.petition(petition.code)
    assert coordinator.does(taken, "take_back", text=WHY).status_code == 303
    assert "take_back" not in coordinator.buttons(taken.code)


def test_second_request_is_not_offered_to_an_officer_with_a_reason(office: Office) -> None:
    petition = begun(office)
    officer = office.at_desk("sxd-officer")
    officer.does(petition, "ask_supplement", text="Xin gửi ảnh biên nhận")
    waiting = office.petition(petition.code)
    assert "Chờ người gửi bổ sung" in officer.see("/").text
    assert "chậm nhất" in officer.see("/").text
    assert "Tạm dừng lâu nhất đến" in page(officer, waiting)
    (line,) = officer.listed()
    assert (line.paused, line.paused_until is not None) == (True, True)
    officer.does(waiting, "supplement", text="Đã gọi điện hỏi rõ")
    assert "ask_supplement" not in officer.buttons(petition.code)
    assert "Lần tiếp theo phải do lãnh đạo đơn vị" in page(officer, petition)
    assert "ask_supplement" in office.at_desk("sxd-head").buttons(petition.code)


def test_lateness_is_shown_in_the_list_on_the_page_and_in_the_figures(office: Office) -> None:
    petition = office.filed_in("SXD", TOLD)
    office.clock.advance(days=16)
    for action in ("accept", "assign", "start"):
        assert office.at_desk("sxd-officer").does(office.petition(petition.code), action).status_code == 303
    officer = office.at_desk("sxd-officer")
    assert "Trễ: tiếp nhận" in officer.see("/").text
    assert "Trễ: tiếp nhận" in page(officer, petition)
    assert officer.shown(f"/petitions/{petition.code}")["page"].late_steps == ["reception"]
    text = "Sở đã kiểm tra tại quầy một cửa và hướng dẫn lại cán bộ, hẹn trả giấy khai sinh sáng mai"
    officer.does(office.petition(petition.code), "submit_answer", text=text, no_evidence="Xong tại chỗ")
    office.at_desk("sxd-head").does(office.petition(petition.code), "approve", text="Đã xem")
    office.fold()
    coordinator = office.at_desk("coordinator")
    total = coordinator.shown("/figures")["found"].total
    assert (percent(*total.on_time), total.number("late_reception")) == (0, 1)
    assert "Trễ tiếp nhận" in coordinator.see("/figures.csv").text
    assert "Trễ: tiếp nhận" in officer.see("/?view=done").text


def test_the_figures_show_how_long_units_waited_for_their_citizens(office: Office) -> None:
    petition = begun(office)
    office.at_desk("sxd-officer").does(petition, "ask_supplement", text="Xin gửi ảnh biên nhận")
    office.clock.advance(days=2)
    office.at_desk("sxd-officer").does(office.petition(petition.code), "supplement", text="Đã rõ")
    office.fold()
    coordinator = office.at_desk("coordinator")
    total = coordinator.shown("/figures")["found"].total
    assert total.number("asked") == 1
    assert total.paused_days == pytest.approx(total.counts["paused_minutes"] / 480)
    assert total.paused_days > 0
    assert "Ngày chờ bổ sung" in coordinator.see("/figures.csv").text


def test_units_are_distinguished_by_their_first_letters(office: Office) -> None:
    """All 126 wards are named “UBND phường” or “UBND xã”, yet three letters find nearly every one."""
    petition = office.filed_in("VPUB", TOLD)
    form = re.findall(
        r'<select data-find id="unit" .*?</select>', page(office.at_desk("coordinator"), petition), re.DOTALL
    )[0]
    wards = re.findall(r'<option value="PX-\d+"[^>]*>([^<]*)<', form.split("Phường, xã")[1])
    assert len(wards) == 126
    assert "Yên Hòa (phường) (chưa có cán bộ)" in wards
    assert wards.index("Ba Đình (phường) (chưa có cán bộ)") < wards.index("Đa Phúc (xã) (chưa có cán bộ)")
    assert not any(ward.startswith(("UBND", "Phường", "Xã")) for ward in wards)
    assert len({ward[:5] for ward in wards}) > 100


def test_running_clocks_stand_above_finished_ones(office: Office) -> None:
    petition = begun(office)
    shown = page(office.at_desk("sxd-officer"), petition).split('id="clocks"')[1]
    names = re.findall(r"<h3>(.*?)\n", shown)
    assert names[:3] == ["Trả lời", "Chuyển xử lý", "Tiếp nhận"]
    assert {name for name, clock in petition.clocks.items() if clock.stopped_at} == {"transfer", "reception"}


def test_every_step_of_an_officer_can_be_undone_or_explains_why_not() -> None:
    people = {Role.OFFICER, Role.HEAD, Role.COORDINATOR}
    steps = {row.action for row in TRANSITIONS if row.roles & people}
    undoing = set(UNDONE_BY.values()) - UNDONE_BY.keys()
    assert steps - undoing == FINAL.keys()  # actions that can be undone also have a text for when they no longer can


def test_classification_can_be_undone_unless_it_changed_a_notice_to_the_filer(office: Office) -> None:
    petition = begun(office)
    coordinator = office.at_desk("coordinator")
    before = office.petition(petition.code)
    assert before.classified
    given = {"nature": "content", "statement": "proposal", "field": before.classified.field}
    given |= {"petition_class": before.petition_class, "accused": "-"}
    assert coordinator.does(before, "classify", text=WHY, **given).status_code == 303
    shown = page(coordinator, before)
    form = shown[shown.index("data-undo") :].partition("</form>")[0]
    assert "Phân loại như trước trong 10 giây" in form
    sent = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
    undone = coordinator.submit(f"/petitions/{petition.code}/actions/classify", **sent)
    assert undone.status_code == 303
    after = office.petition(petition.code)
    kept = {"by", "at"}
    assert after.classified
    assert after.classified.model_dump(exclude=kept) == before.classified.model_dump(exclude=kept)
    assert (after.petition_class, after.accused, after.clocks) == (before.petition_class, before.accused, before.clocks)
    assert coordinator.does(after, "classify", text=WHY, **{**given, "petition_class": "vbqppl"}).status_code == 303
    shown = page(coordinator, after)
    assert "data-undo" not in shown
    assert "Việc này không hoàn tác được: loại hoặc thời hạn đã đổi và người gửi được báo" in shown


@pytest.mark.parametrize(
    ("who", "action", "words"),
    [("sxd-officer", "accept", "người gửi được báo ngay"), ("coordinator", "take_back", "đơn vị trước được báo ngay")],
)
def test_final_action_is_marked_as_final(office: Office, who: str, action: str, words: str) -> None:
    petition, browser = office.filed_in("SXD", TOLD), office.at_desk(who)
    assert browser.does(petition, action, text=WHY).status_code == 303
    shown = browser.see(f"/petitions/{petition.code}").text if who != "coordinator" else page(browser, petition)
    assert f"Việc này không hoàn tác được: {words}" in shown
    note = browser.submit(f"/petitions/{petition.code}/notes", kind="noted", text="Đã gọi")
    assert note.status_code == 303
    assert "ghi nhầm thì xin ghi thêm dòng đính chính" in page(browser, petition)
