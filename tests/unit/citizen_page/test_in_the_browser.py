"""A citizen's page in headless Chromium, with and without scripts, checked for accessibility with axe."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect
from werkzeug.serving import make_server

from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.pages.page_copy import PageView
from petitions.domain.shared.records import replace
from tests.browser import Silent, violations
from tests.unit.citizen_page.opened import (
    AT,
    KEY,
    LINK,
    PAGE,
    Opened,
    applied,
    bare_petition,
    draft,
    empty_draft,
    petition,
)

pytestmark = pytest.mark.browser

SIZES = ((1440, 900), (390, 844), (320, 640))
READY = {"consented": True, "conflicts": [], "alike": [], "twin": None}
PICTURE = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00"
    b"\x01\x00\x00\x02\x02D\x01\x00;"
)
FIRST_LOAD = 70_000
"""The largest number of bytes for a draft's page with all its resources."""


def picture(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/gif", "buffer": PICTURE}


class Shown:
    def __init__(self, opened: Opened, context: BrowserContext, address: str, *, scripts: bool) -> None:
        self.opened, self.context, self.address, self.scripts = opened, context, address, scripts
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if "status of" not in line.text else None)

    def opens(self, view: PageView | None = None, english: str = "") -> Page:
        if view is not None:
            self.opened.tries.documents.clear()
            self.opened.shows(view)
        self.context.clear_cookies()
        self.page.goto(f"{self.address}{english}/{LINK}", wait_until="commit")
        if not self.scripts:
            self.page.get_by_role("button").click()
        self.page.wait_for_selector("#content, #state, #typed, #confirm", state="attached")
        return self.page

    def at(self, rest: str = "", english: str = "") -> Page:
        self.page.goto(f"{self.address}{english}/p/{PAGE}{rest}")
        return self.page

    def confirmed(self) -> None:
        self.context.request.post(f"{self.address}/word", form={"key": KEY})
        typed = self.opened.sent()["action"]["word"]
        self.context.request.post(f"{self.address}/confirm", form={"key": KEY, "asked": "word", "typed": typed})

    def applies(self, view: PageView) -> None:
        key = self.opened.sent()["key"]
        self.opened.shows(replace(view, posts=[replace(applied(), key=key)]))


@contextmanager
def shown(browser: Browser, view: PageView | None = None, *, scripts: bool = True, **options: Any) -> Iterator[Shown]:
    opened = Opened(view)
    server = make_server("127.0.0.1", 0, opened.app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = browser.new_context(java_script_enabled=scripts, **{"viewport": {"width": 360, "height": 740}, **options})
    try:
        yield Shown(opened, context, f"http://127.0.0.1:{server.port}", scripts=scripts)
    finally:
        context.close()
        server.shutdown()
        thread.join()
        server.server_close()


def every_page(on: Shown, english: str) -> Iterator[str]:
    page = on.page
    page.goto(on.address + english + "/")
    yield "home"
    page.fill("#code", "abc")
    page.click("main form button")
    yield "home, refused"
    on.opens(draft(), english)
    yield "draft"
    page.fill("#name", "")
    page.fill("#phone", "12")
    page.click("#send [value=send]")
    yield "draft, refused"
    for rest in ("/split", "/place", "/sure/drop", "/sure/erase", "?sent=x&tries=40", "?sent=x"):
        on.at(rest, english)
        yield rest
    on.at("/split", english).click("main form button")
    yield "split, refused"
    on.opens(empty_draft(), english)
    yield "empty draft"
    on.opens(petition(), english)
    yield "petition"
    page.click("[value=more]")
    yield "petition, refused"
    on.at("/sure/withdraw", english)
    yield "withdrawing, to be confirmed"
    page.click("[action$='/word'] button")
    yield "withdrawing, word sent"
    page.fill("#typed", on.opened.sent()["action"]["word"])
    page.click("[action$='/confirm'] button")
    yield "withdrawing"
    on.opens(petition(state=State.ANSWERED, wanted=None, clock=None, due_at=None, posts=[applied()]), english)
    on.at("?sent=sent-key", english)
    yield "answered"
    on.opens(bare_petition(may=["more", "person"], due_at=AT, clock=ClockName.RECEPTION), english)
    yield "new petition"
    for view in (petition(digits="5678"), petition(digits="5678", may=[]), petition(may=[]), draft()):
        on.opened.shows(view)
        on.opens(english=english)
        yield "another browser"
    page.click("[action$='/word'] button")
    yield "word, sent"
    for view in (petition(), petition(may=[])):
        on.opens(view.without_filer(), english)
        yield "reading"
    page.goto(f"{on.address}{english}/p/{'0' * 32}")
    yield "trouble"


@pytest.mark.parametrize("english", ["", "/en"])
def test_axe_finds_nothing_in_any_size_light_and_dark(browser: Browser, english: str) -> None:
    with shown(browser) as on:
        for name in every_page(on, english):
            assert on.page.get_by_role("heading", level=1).count() == 1, name
            for width, height in SIZES:
                on.page.set_viewport_size({"width": width, "height": height})
                assert on.page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            for scheme in ("light", "dark"):
                on.page.emulate_media(color_scheme=scheme)
                assert violations(on.page) == [], (name, scheme)
        assert on.errors == []


def test_a_first_load_is_small_and_asks_nobody_else(browser: Browser) -> None:
    with shown(browser, draft()) as on:
        sizes = dict[str, int]()
        on.page.on("response", lambda answer: sizes.update({answer.url: len(answer.body()) if answer.ok else 0}))
        on.opens()
        on.page.wait_for_load_state("networkidle")
        assert all(item.startswith(on.address) for item in sizes)
        assert 0 < sum(sizes.values()) < FIRST_LOAD, sizes


def test_a_draft_is_corrected_and_sent_without_scripts(browser: Browser) -> None:
    view = draft(**READY)
    with shown(browser, view, scripts=False) as on:
        page = on.opens()
        page.get_by_role("button", name="Lưu, chưa gửi").click()
        expect(page.get_by_text("Không có gì thay đổi")).to_be_visible()
        assert on.opened.posts() == []
        on.confirmed()
        page.get_by_label("E-mail").first.fill("khac@example.com")
        page.get_by_role("button", name="Lưu, chưa gửi").click()
        assert on.opened.sent()["action"]["changes"] == {"email": "khac@example.com"}
        on.applies(view)
        expect(page.get_by_role("heading", name="Đã ghi")).to_be_visible()  # the page has reloaded itself
        page.get_by_label("Họ và tên").fill("Trần Thị Lan Anh")
        page.get_by_label("Thứ tự").first.fill("9")
        page.get_by_label("Bỏ", exact=True).nth(1).check()
        page.get_by_label("Phường, xã", exact=True).select_option(label="Phường Hoàn Kiếm")
        page.get_by_label("Thêm ảnh").set_input_files(picture("ảnh.gif"))
        page.get_by_role("button", name="Gửi phản ánh").click()
        expect(page.get_by_role("heading", name="Đang ghi…")).to_be_visible()
        sent = on.opened.sent()
        assert sent["action"]["changes"] == {"name": "Trần Thị Lan Anh"}
        assert sent["action"]["sends"] is True
        assert sent["action"]["removed"] == ["f-1"]
        assert sent["action"]["order"] == ["f-1", "f-2", "f-3", "f-4", "f-0"]
        assert sent["action"]["ward"].startswith("PX-")
        assert [item["name"] for item in sent["uploads"]] == ["ảnh.gif"]
        on.applies(petition())
        expect(page.get_by_role("heading", level=1)).to_contain_text("HN-261123-K7QM-4T2X")


def test_the_enter_key_saves_a_draft_and_never_sends_it(browser: Browser) -> None:
    for scripts in (False, True):
        with shown(browser, draft(**READY), scripts=scripts) as on:
            on.opens().get_by_label("E-mail").first.fill("khac@example.com")
            on.page.get_by_label("E-mail").first.press("Enter")
            on.page.wait_for_selector("[data-state]")
            assert on.opened.sent()["action"]["sends"] is False


def test_the_link_opens_the_page_by_itself_and_the_way_back_does_not_lead_to_it_again(browser: Browser) -> None:
    with shown(browser, draft()) as on:
        on.page.goto("about:blank")
        on.page.goto(f"{on.address}/{LINK}")
        on.page.wait_for_url(f"**/p/{PAGE}")
        on.page.go_back()
        assert on.page.url == "about:blank"


def test_a_page_waits_without_being_loaded_again(browser: Browser) -> None:
    view = draft(**READY)
    with shown(browser, view) as on:
        page = on.opens()
        page.get_by_label("E-mail").first.fill("khac@example.com")
        page.get_by_role("button", name="Lưu, chưa gửi").click()
        page.wait_for_selector("[data-state]")
        page.evaluate("window.mine = true")
        with page.expect_response("**/state?**"):
            pass
        with page.expect_response("**/state?**"):
            pass
        assert page.evaluate("window.mine") is True
        on.applies(view)
        expect(page.get_by_role("heading", name="Đã ghi")).to_be_visible()
        assert page.evaluate("document.activeElement.id") == "done"
        assert on.errors == []


def test_files_are_shown_before_they_are_sent_and_too_many_or_large_ones_are_not(
    browser: Browser, tmp_path: Path
) -> None:
    with shown(browser, draft(**READY)) as on:
        page = on.opens()
        add = page.get_by_label("Thêm ảnh")
        for name in ("một.gif", "hai.gif"):
            add.set_input_files(picture(name))
        expect(page.locator(".picks li")).to_have_count(2)
        expect(page.locator(".picks img").first).to_have_js_property("naturalWidth", 1)
        expect(page.locator(".sum")).to_contain_text("2 tệp, 0.0 MB.")
        page.get_by_role("button", name="Bỏ một.gif").click()
        expect(page.locator(".picks li")).to_have_count(1)
        large = tmp_path / "dài.mp4"
        with large.open("wb") as file:
            file.truncate(26 * 2**20)
        add.set_input_files([large])
        expect(page.locator(".sum")).to_contain_text("Tệp nặng quá 25 MB.")
        page.get_by_role("button", name="Gửi phản ánh").click()
        assert page.evaluate("document.activeElement.id") == "files"
        assert on.opened.posts() == []
        assert violations(page) == []
        page.get_by_role("button", name="Bỏ dài.mp4").click()
        add.set_input_files([picture(f"{n}.gif") for n in range(10)])
        expect(page.locator(".sum")).to_contain_text("nhiều nhất 10 tệp")
        page.get_by_role("button", name="Bỏ hai.gif").click()
        on.confirmed()
        page.get_by_role("button", name="Gửi phản ánh").click()
        page.wait_for_selector("[data-state]")
        assert [item["name"] for item in on.opened.sent()["uploads"]] == [f"{n}.gif" for n in range(10)]
        assert on.errors == []


def test_files_are_ordered_by_buttons(browser: Browser) -> None:
    with shown(browser, draft(**READY)) as on:
        page = on.opens()
        assert not page.get_by_label("Thứ tự").first.is_visible()
        third = page.locator(".files li").nth(2)
        third.get_by_role("button", name="Lên trước").click()
        assert page.evaluate("document.activeElement.dataset.step") == "up"
        expect(page.locator("#moved")).to_have_text("Nay ở vị trí 2.")
        page.get_by_role("button", name="Lưu, chưa gửi").click()
        page.wait_for_selector("[data-state]")
        assert on.opened.sent()["action"]["order"] == ["f-0", "f-2", "f-1", "f-3", "f-4"]


def test_the_wards_are_narrowed_by_typing_with_marks_or_without(browser: Browser) -> None:
    with shown(browser, draft(**READY, ward_choices=[])) as on:
        page = on.opens()
        ward = page.locator("#ward")
        page.get_by_label("Gõ vài chữ").fill("ba dinh")
        expect(ward).to_have_value("PX-00004")
        page.get_by_label("Gõ vài chữ").fill("HOÀN K")
        assert "Phường Hoàn Kiếm" in ward.inner_text()
        page.get_by_label("Gõ vài chữ").fill("")
        assert ward.locator("option").count() > 120


def test_label_of_the_name_depends_on_the_kind_of_filer(browser: Browser) -> None:
    with shown(browser, draft(**READY)) as on:
        page = on.opens()
        expect(page.locator("label[for=name]")).to_have_text("Họ và tên")
        page.get_by_role("radio", name="Tổ chức, doanh nghiệp").check()
        expect(page.locator("label[for=name]")).to_have_text("Tên tổ chức, doanh nghiệp")


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage)")
    return found


def test_words_that_were_not_sent_come_back_on_this_device_until_they_are_sent(browser: Browser) -> None:
    view = draft(**READY)
    with shown(browser, view) as on:
        page = on.opens()
        page.get_by_label("Nội dung phản ánh").fill("Viết lại từ đầu.")
        page.get_by_role("radio", name="Tổ chức, doanh nghiệp").check()
        page.locator("summary", has_text="Nói chuyện").click()
        page.get_by_label("Anh/chị cần hỏi").fill("Bao giờ xong?")
        on.at("/place")
        on.at()
        expect(page.locator("#restored")).to_be_visible()
        expect(page.get_by_label("Nội dung phản ánh")).to_have_value("Viết lại từ đầu.")
        expect(page.get_by_role("radio", name="Tổ chức, doanh nghiệp")).to_be_checked()
        expect(page.get_by_label("Anh/chị cần hỏi")).to_have_value("Bao giờ xong?")
        assert violations(page) == []
        page.get_by_role("button", name="Yêu cầu gặp cán bộ").click()
        page.wait_for_selector("[data-state]")
        on.applies(view)
        page.wait_for_selector("#done")
        expect(page.get_by_label("Anh/chị cần hỏi")).to_have_value("")
        expect(page.get_by_label("Nội dung phản ánh")).to_have_value("Viết lại từ đầu.")  # this was not sent yet
        page.get_by_role("button", name="Lưu, chưa gửi").click()
        page.wait_for_selector("[data-state]")
        assert on.opened.sent()["action"]["content"] == "Viết lại từ đầu."
        on.applies(view)
        page.wait_for_selector("#done")
        assert kept(page) == []
        assert on.errors == []


def test_unsent_text_never_replaces_values_changed_meanwhile(browser: Browser) -> None:
    with shown(browser, draft(**READY)) as on:
        on.opens().get_by_label("Nội dung phản ánh").fill("Viết lại từ đầu.")
        on.opened.shows(draft(**READY, content="Đã sửa trong Zalo."))
        page = on.at()
        expect(page.get_by_label("Nội dung phản ánh")).to_have_value("Đã sửa trong Zalo.")
        expect(page.locator("#restored")).to_contain_text("Viết lại từ đầu.")
        page.get_by_role("button", name="Bỏ chữ chưa gửi").click()
        assert kept(page) == []
        expect(page.locator("#restored")).to_be_hidden()


def test_a_refused_form_keeps_its_words_on_the_device_too(browser: Browser) -> None:
    with shown(browser, draft(**READY)) as on:
        page = on.opens()
        page.get_by_label("Họ và tên").fill("")
        page.get_by_role("button", name="Gửi phản ánh").click()
        page.wait_for_selector("#errors")
        assert page.evaluate("document.activeElement.id") == "errors"
        expect(page.locator("#restored")).to_be_hidden()
        on.at()
        expect(page.get_by_label("Họ và tên")).to_have_value("")


def test_an_erasure_leaves_nothing_on_the_device(browser: Browser) -> None:
    for what, button in (("erase", "Xóa dữ liệu"), ("drop", "Hủy bản soạn")):
        with shown(browser, draft(**READY)) as on:
            page = on.opens()
            page.get_by_label("Nội dung phản ánh").fill("Viết lại từ đầu.")
            assert kept(page) == [f"page:/p/{PAGE}"]
            on.confirmed()
            on.at(f"/sure/{what}").get_by_role("button", name=button).click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Trang này không còn nữa")
            assert kept(page) == []


def test_nothing_is_sent_without_a_connection_and_the_page_shows_it(browser: Browser) -> None:
    with shown(browser, draft(**READY)) as on:
        page = on.opens()
        on.context.set_offline(True)
        expect(page.locator(".offline")).to_contain_text("mất mạng")
        assert violations(page) == []
        page.get_by_role("button", name="Gửi phản ánh").click()
        assert on.opened.posts() == []
        on.context.set_offline(False)
        expect(page.locator(".offline")).to_have_text("")
        page.get_by_role("button", name="Gửi phản ánh").click()
        page.wait_for_selector("[data-state]")
        assert on.opened.sent()["action"]["sends"] is True


def test_a_form_is_sent_once_however_often_the_button_is_pressed(browser: Browser) -> None:
    with shown(browser, draft(**READY)) as on:
        page = on.opens()
        page.evaluate("for (let n = 0; n < 5; n++) document.querySelector('#send [value=send]').click()")
        page.wait_for_selector("[data-state]")
        assert len(on.opened.posts()) == 1


def test_the_telephones_position_is_asked_for_after_a_tap(browser: Browser) -> None:
    place = {"latitude": 20.9, "longitude": 105.6}
    with shown(browser, draft(**READY), geolocation=place, permissions=["geolocation"]) as on:
        on.opens()
        on.at("/place").get_by_role("button", name="Dùng vị trí của điện thoại").click()
        on.page.wait_for_selector("[data-state]")
        assert on.opened.sent()["action"]["point"] == place
        assert on.errors == []


def test_map_is_a_button_with_the_area_of_the_city(browser: Browser) -> None:
    with shown(browser, draft(**READY), scripts=False) as on:
        on.opens()
        on.at("/place").locator("#map").click(position={"x": 480, "y": 96})
        on.page.wait_for_selector("[data-state]")
        point = on.opened.sent()["action"]["point"]
        assert (round(point["longitude"], 2), round(point["latitude"], 2)) == (105.9, 21.09)


def test_all_of_a_page_is_reached_by_the_keyboard_in_the_order_of_reading(browser: Browser) -> None:
    with shown(browser, draft(**READY)) as on:
        page = on.opens()
        stops = list[Any]()
        for _ in range(80):
            page.keyboard.press("Tab")
            stops.append(page.evaluate("document.activeElement.getBoundingClientRect().top + window.scrollY"))
            if page.evaluate("document.activeElement.closest('footer') != null"):
                break
        assert page.evaluate("document.activeElement.closest('footer') != null")
        assert all(later > earlier - 60 for earlier, later in pairwise(stops[1:]))


def test_printed_petition_has_the_text_and_no_forms(browser: Browser) -> None:
    with shown(browser, petition()) as on:
        page = on.opens()
        page.emulate_media(media="print")
        text = page.locator("body").inner_text()
        for words in ("HN-261123-K7QM-4T2X", "Câu trả lời", "Các bước", "Đêm qua xe vẫn chạy."):
            assert words in text
        assert not re.search(r"Gửi đánh giá|Rút phản ánh|English", text)
