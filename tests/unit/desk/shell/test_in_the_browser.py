"""The desk in headless Chromium: accessibility (axe), a phone's width, the keyboard, and pages without scripts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import violations
from tests.unit.desk.busy import fill, petition_at
from tests.unit.desk.shell.served import Desk
from tests.unit.world import USER

pytestmark = pytest.mark.browser
ANSWER = "Sở đã kiểm tra, chấn chỉnh cán bộ một cửa và hẹn trả giấy khai sinh trong ngày mai."


def test_the_inbox_of_people_is_worked_through_without_a_mouse_pointer_or_a_wide_screen(desk: Desk) -> None:
    office = desk.office
    office.types("Cho tôi gặp cán bộ")
    office.types("Cháy nhà ở 12 Trung Kính, cứu với", user="99")
    low = office.filed_in("SXD")
    rating = {"level": 3, "at": office.clock.now(), "reason": "Trả lời chung chung, chưa ai gọi lại cho tôi"}
    office.store.update(f"petitions/{low.code}", {"rating": rating})
    office.clock.advance(minutes=20)
    for who in ("coordinator", "sxd-officer"):
        for width in (1280, 360):
            page = desk.enter(who, width)
            for path in ("/contacts", "/contacts?closed=1", "/contacts/dissatisfied"):
                page.goto(desk.url + path)
                assert violations(page) == [], (who, path)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (who, path)
    page = desk.enter("coordinator", 360)
    expect(page.get_by_role("link", name="Cần liên hệ 2")).to_be_visible()
    page.goto(f"{desk.url}/contacts")
    card = page.locator("section", has_text="Muốn gặp cán bộ")
    card.get_by_role("button", name="Tôi đã xem").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận người xem")
    card.get_by_text("Trả lời, đóng yêu cầu").press("Enter")
    card.get_by_label("Lời trả lời").fill("Chào anh/chị, tôi gọi lại ngay.")
    card.get_by_role("button", name="Gửi trả lời").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("gửi cho công dân qua Zalo")
    card.get_by_text("Trả lời, đóng yêu cầu").press("Enter")
    card.get_by_label("Kết quả").select_option("helped")
    card.get_by_role("button", name="Đóng yêu cầu").press("Enter")
    expect(page.locator("section", has_text="Muốn gặp cán bộ")).to_have_count(0)
    assert "tôi gọi lại ngay" in office.last_reply()


def test_words_in_another_form_are_not_lost_without_a_question(desk: Desk) -> None:
    desk.office.types("Cho tôi gặp cán bộ")
    page = desk.enter("coordinator")
    page.goto(f"{desk.url}/contacts")
    page.get_by_text("Trả lời, đóng yêu cầu").click()
    page.get_by_label("Lời trả lời").fill("Chào anh/chị, tôi gọi lại ngay.")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Tôi đã xem").click()
    expect(page.get_by_label("Lời trả lời")).to_have_value("Chào anh/chị, tôi gọi lại ngay.")
    page.get_by_label("Kết quả").select_option("helped")
    page.get_by_role("button", name="Đóng yêu cầu").click()
    expect(page.get_by_role("status")).to_contain_text("Lời trả lời được gửi và yêu cầu đã đóng")
    assert any("tôi gọi lại ngay" in reply for reply in desk.office.replies(USER))


def test_choosing_other_weeks_changes_the_figures_alone(desk: Desk) -> None:
    desk.office.filed_in("SXD")
    desk.office.fold()
    page = desk.enter("sxd-head")
    page.goto(f"{desk.url}/figures")
    page.evaluate("window.same = true")
    page.get_by_label("Thời gian", exact=True).select_option("26w")
    page.wait_for_url("**/figures?period=26w")
    expect(page.get_by_text("Theo tuần")).to_be_visible()
    assert page.evaluate("window.same")


def test_choosing_another_unit_changes_all_that_names_it_and_days_keep_it(desk: Desk) -> None:
    desk.office.filed_in("SXD")
    desk.office.fold()
    page = desk.enter("coordinator", 390, 844)
    page.goto(f"{desk.url}/figures")
    page.get_by_label("Đơn vị", exact=True).select_option("SXD")
    expect(page.get_by_role("heading", level=1)).to_have_text("Số liệu Sở Xây dựng")
    page.get_by_text("Chọn ngày", exact=True).click()
    page.get_by_label("Từ ngày").fill("2026-11-20")
    page.get_by_label("đến trước ngày").fill("2026-11-22")
    page.get_by_role("button", name="Xem những ngày này").click()
    page.wait_for_url("**/figures?unit=SXD&from=2026-11-20&to=2026-11-22")
    expect(page.get_by_text("20/11/2026 – 21/11/2026")).to_be_visible()
    expect(page.get_by_label("Thời gian", exact=True)).to_have_value("")
    page.goto(f"{desk.url}/figures")
    landmarks = Axe().run(page, options={"runOnly": ["landmark-unique"]}).response
    assert landmarks["violations"] == []
    assert landmarks["passes"]
    width = "each => each.getBoundingClientRect().width / each.parentElement.getBoundingClientRect().width"
    assert page.locator("figure.chart svg").first.evaluate(width) > 0.99


@pytest.mark.parametrize("scripts", [True, False])
def test_the_figures_are_one_screen_and_their_tables_behind_tabs(desk: Desk, *, scripts: bool) -> None:
    template = fill(desk.office, 40)[0]
    wards = desk.office.app.extensions["desk"].directory.wards
    for number, ward in enumerate(wards[:9]):
        petition_at(desk.office, template, desk.office.clock.now(), number, unit=ward.code)
    desk.office.clock.advance(days=40)
    desk.office.fold()
    for who in ("coordinator", "sxd-head", "inspector"):
        page = desk.enter(who, 1440, 900, scripts=scripts)
        page.goto(f"{desk.url}/figures")
        named = page.locator("#where ~ table").first.locator("tbody tr").count()
        assert named == (2 if who == "sxd-head" else 8), who
        for name in ("Trễ ở đâu", "Trễ vì đâu", "Theo tuần", "Vào và ra"):
            expect(page.locator("section", has=page.get_by_role("heading", name=name))).to_be_in_viewport(ratio=1)
        page.get_by_role("link", name="Lĩnh vực", exact=True).press("Enter")
        page.wait_for_url("**/figures?view=fields*")
        expect(page.locator(".tabs [aria-current=page]")).to_have_text("Lĩnh vực")
        expect(page.get_by_role("group", name="Bảng theo lĩnh vực")).to_be_in_viewport(ratio=1)
        page.get_by_role("link", name="Tổng quan").press("Enter")
        page.locator("section", has=page.get_by_role("heading", name="Trễ vì đâu")).get_by_role("link").first.click()
        expect(page.locator("[data-found] li").first).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        if page.evaluate("document.activeElement.innerText").strip() == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {name!r} by Tab")


def test_the_main_path_with_keys_alone(desk: Desk) -> None:
    petitions = [desk.office.filed_in("SXD") for _ in range(2)]
    page = desk.enter("sxd-officer")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f"a[href='/petitions/{petitions[1].code}']")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/petitions/{petitions[0].code}")
    for button, state in (
        ("Tiếp nhận", "Đã tiếp nhận"),
        ("Phân công", "Đã phân công"),
        ("Bắt đầu xử lý", "Đang xử lý"),
    ):
        tab_to(page, button)
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":  # including the name of the form
            page.keyboard.press("Tab")
            tab_to(page, button)
        page.keyboard.press("Enter")
        expect(page.locator(".tags")).to_contain_text(state)
    page.keyboard.press("u")
    page.wait_for_url(f"{desk.url}/?view=open")
    page.keyboard.press("/")
    expect(page.get_by_label("Mã hồ sơ hoặc từ trong nội dung")).to_be_focused()
    page.keyboard.type("khong co tu nay")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Không có hồ sơ nào khớp bộ lọc.")


def test_everything_works_without_scripts(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    page = desk.enter("sxd-officer", scripts=False)
    page.get_by_label("Mã hồ sơ hoặc từ trong nội dung").fill("khai sinh")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_text("Bộ lọc", exact=True).click()
    page.locator("#f-state").select_option("new")
    page.get_by_role("button", name="Lọc", exact=True).click()
    page.get_by_role("link", name=petition.title).click()
    page.get_by_role("button", name="Tiếp nhận").click()
    expect(page.locator(".tags")).to_contain_text("Đã tiếp nhận")
    expect(page.locator("[data-keys]")).to_have_count(0)


def test_lists_change_without_loading_the_page_anew_and_keys_go_on(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    page = desk.enter("sxd-officer")
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.evaluate("window.same = true")
    page.evaluate("document.querySelector('#text').style.width = '260px'")  # as browsers do when a box is enlarged
    page.get_by_role("link", name="Đã xong").click()
    page.wait_for_url("**/?view=done")
    expect(page.locator(".tabs [aria-current=page]")).to_contain_text("Đã xong")
    page.get_by_role("link", name="Đang mở").click()
    page.wait_for_url("**/?view=open")
    expect(page.locator(f"a[href='/petitions/{petition.code}']")).to_be_visible()
    assert page.evaluate("window.same")
    page.keyboard.press("j")
    expect(page.locator(f"a[href='/petitions/{petition.code}']")).to_be_focused()
    desk.office.clock.advance(hours=9)  # the session is over, so the sign-in page replaces it
    page.get_by_role("link", name="Quá hạn").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert not messages  # the policy blocks neither scripts nor styles of htmx


def test_the_box_that_ticks_all_is_in_every_list(desk: Desk) -> None:
    desk.office.filed_in("SXD")
    page = desk.enter("sxd-head")
    page.get_by_role("link", name="Đã xong").click()
    page.wait_for_url("**/?view=done")
    page.get_by_role("link", name="Đang mở").click()
    page.wait_for_url("**/?view=open")
    page.get_by_label("Chọn tất cả").check()
    expect(page.locator("td.pick input")).to_be_checked()


def test_on_a_phone_the_answer_that_is_approved_stands_by_the_button(desk: Desk) -> None:
    office = desk.office
    petition = office.filed_in("SXD")
    officer = office.at_desk("sxd-officer")
    given = {"text": ANSWER, "no_evidence": "Việc đã xong tại chỗ"}
    for action, fields in (("accept", {}), ("assign", {}), ("start", {}), ("submit_answer", given)):
        assert officer.does(office.petition(petition.code), action, **fields).status_code == 303
    page = desk.enter("sxd-head", 390, 844)
    page.goto(f"{desk.url}/petitions/{petition.code}")
    bar = page.locator(".reach")
    expect(bar.get_by_role("button", name="Duyệt và gửi trả lời")).to_be_in_viewport()
    beginning = bar.get_by_role("link", name=ANSWER[:40])
    expect(beginning).to_be_in_viewport(ratio=1)
    beginning.click()
    expect(page.locator("#reply")).to_be_in_viewport()
    assert violations(page) == []


def test_only_people_of_the_chosen_unit_are_offered(desk: Desk) -> None:
    petition = desk.office.filed_in("VPUB")
    page = desk.enter("coordinator")
    for path, unit, person in (("/", "#bulk-unit", "#to"), (f"/petitions/{petition.code}", "#unit", "#handler")):
        page.goto(desk.url + path)
        for box in page.locator("td.pick input").all():
            box.check()
        for code, people in (("SXD", ["sxd-officer", "sxd-head"]), ("SYT", ["syt-officer", "syt-head"]), ("SDL", [])):
            page.locator(unit).select_option(code)
            offered = page.locator(f"{person} option").evaluate_all("all => all.map(each => each.value)")
            assert sorted(offered) == sorted(["", *people]), (path, code)
        page.locator(unit).select_option("SXD")
        page.locator(person).select_option("sxd-head")
        page.locator(unit).select_option("SYT")
        assert page.locator(person).input_value() == ""


def test_a_printed_list_has_its_petitions_and_nothing_to_press(desk: Desk) -> None:
    desk.office.filed_in("SXD")
    page = desk.enter("sxd-head")
    page.emulate_media(media="print")
    expect(page.locator("[data-rows] tbody th a")).to_be_visible()
    for shown in page.locator("input, button, select, summary, nav").all():
        expect(shown).to_be_hidden()


def test_the_tabs_of_the_administration_are_all_in_sight_on_a_small_screen(desk: Desk) -> None:
    page = desk.enter("admin", 1024)
    page.goto(f"{desk.url}/admin")
    tabs = page.locator(".tabs").first
    assert tabs.evaluate("here => here.scrollWidth <= here.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    expect(tabs.get_by_role("link").last).to_be_in_viewport()


def test_own_action_is_no_news_while_it_is_pending(desk: Desk) -> None:
    code = desk.office.filed_in("SXD").code
    page = desk.enter("sxd-officer")
    changed = f"""(own) => {{
        const piece = document.createElement("div");
        piece.innerHTML = '<i data-changed="{code}" data-version="99"></i>';
        if (own) document.dispatchEvent(new Event("submit"));
        merge(piece);
    }}"""
    for own in (True, False):
        page.goto(f"{desk.url}/petitions/{code}")
        page.evaluate(changed, own)
        notice = page.locator("[data-others]")
        if own:
            expect(notice).to_be_hidden()
        else:
            expect(notice).to_contain_text("Hồ sơ vừa thay đổi")
