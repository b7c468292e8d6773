"""A petition from beginning to end in headless Chromium: the phone, the desk, the portal and the public site."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.pages import ANSWER, PHOTO, new_page, sign_in
from tests.e2e.stack import (
    ASKS_CONSENT,
    ASKS_PLACE,
    ASKS_TO_CONFIRM,
    ASKS_WHO,
    CODE,
    FILED,
    USUAL,
    LocalStack,
    wait_for,
)

pytestmark = pytest.mark.browser


def says(phone: Page, text: str, hears: str) -> None:
    answers = phone.locator(".chat .theirs").filter(has_text=hears)
    before = answers.count()
    phone.get_by_role("textbox", name="Tin nhắn").fill(text)
    phone.get_by_role("textbox", name="Tin nhắn").press("Enter")
    expect(answers).not_to_have_count(before)


def filed_by_phone(stack: LocalStack, browser: Browser) -> tuple[Page, str]:
    phone = new_page(browser, 390, 844)
    phone.goto(f"{stack.url('zalo_url')}/")
    phone.get_by_label("Họ và tên").fill("Phạm Thị Mai")
    phone.get_by_role("button", name="Mở điện thoại").click()
    says(phone, USUAL, ASKS_CONSENT)
    says(phone, "đồng ý", ASKS_PLACE)
    phone.get_by_label("Gửi ảnh").set_input_files(PHOTO)
    expect(phone.locator(".chat .mine img")).to_have_count(1)
    says(phone, "12 phố Trung Kính, phường Yên Hòa", ASKS_WHO)
    says(phone, "Phạm Thị Mai, như trên, 0912345678", ASKS_TO_CONFIRM)
    says(phone, "1", FILED)
    found = CODE.search(phone.get_by_role("log").inner_text())
    assert found
    return phone, found[0]


def test_from_the_phone_to_the_desk_and_back(stack: LocalStack, browser: Browser, pictures: Path) -> None:
    phone, code = filed_by_phone(stack, browser)
    phone.screenshot(path=pictures / "phone-filed.png")

    desk = new_page(browser, 1280, 900)
    sign_in(desk, stack, "officer", "PX-00175")
    row = desk.get_by_role("row").filter(has_text=code)
    wait_for(lambda: row.count() or (desk.reload() and None), "the petition in the unit's list")
    row.get_by_role("link").click()
    expect(desk.locator("main")).not_to_contain_text("0912345678")
    expect(desk.get_by_role("link", name="Ảnh 1").locator("img")).not_to_have_js_property("naturalWidth", 0)
    desk.screenshot(path=pictures / "desk-new.png", full_page=True)
    desk.get_by_role("button", name="Tiếp nhận").click()
    desk.get_by_role("button", name="Phân công").click()
    desk.get_by_role("button", name="Bắt đầu xử lý").click()
    desk.get_by_role("link", name="Soạn trả lời").click()
    desk.get_by_label("Nội dung trả lời").fill(ANSWER)
    desk.get_by_label("Kết quả giải quyết").select_option("resolved")
    desk.get_by_label("Thêm tệp").set_input_files(PHOTO)
    desk.get_by_role("button", name="Trình duyệt trả lời").click()
    expect(desk.locator("main")).to_contain_text("Chờ duyệt")
    sign_in(desk, stack, "head", "PX-00175")
    desk.goto(f"{stack.url('desk_url')}/petitions/{code}")
    anyway = desk.get_by_label("Lý do vẫn duyệt")
    if anyway.count():  # like the answer to another petition of this session
        anyway.fill("Đã xem, đúng việc")
    desk.get_by_role("button", name="Duyệt và gửi trả lời").click()
    expect(desk.locator("main")).to_contain_text("Đã trả lời")
    desk.screenshot(path=pictures / "desk-answered.png", full_page=True)

    def answered() -> bool:
        """Return whether the phone shows the answer. Otherwise move the clock, because another notice may delay it."""
        found = ANSWER in (phone.get_by_role("log").text_content() or "")
        if not found:
            stack.move_clock("+1m")
        return found

    wait_for(answered, "the answer on the phone")
    says(phone, "1", "Cảm ơn anh/chị đã đánh giá")
    phone.screenshot(path=pictures / "phone-answered.png")

    site = new_page(browser, 390, 844)
    site.goto(stack.url("public_url"))
    site.get_by_role("textbox").first.fill(code.lower())
    site.get_by_role("textbox").first.press("Enter")
    expect(site.locator("main")).to_contain_text("Đã trả lời")
    expect(site.locator("main")).not_to_contain_text("Mai")
    site.screenshot(path=pictures / "public-status.png", full_page=True)

    portal = new_page(browser, 1280, 900)
    portal.goto(stack.url("portal_url"))
    expect(portal.locator("body")).to_contain_text(code)
    portal.screenshot(path=pictures / "portal.png", full_page=True)


def test_the_console_leads_everywhere_and_moves_the_clock(stack: LocalStack, browser: Browser, pictures: Path) -> None:
    console = new_page(browser, 1280, 900)
    faults: list[str] = []
    console.on("pageerror", lambda error: faults.append(str(error)))
    console.goto(stack.url("console_url"))
    for key in ("zalo_url", "desk_url", "public_url", "citizen_url", "portal_url", "mailbox_url"):
        expect(console.locator(f"a[href^='{stack.url(key)}']").first).to_be_visible()
    console.screenshot(path=pictures / "console.png", full_page=True)
    assert faults == []
