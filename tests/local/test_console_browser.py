"""The console page of a local system in a real browser, as wide as a small phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import violations
from tests.local.small_stack import SmallStack


@pytest.mark.browser
def test_the_console_moves_the_clock_and_shows_what_happens(running: SmallStack, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(running.stack["console_url"])
    expect(page.locator("#processes tr")).to_have_count(len(running.stack["processes"]))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.get_by_role("link", name="Điện thoại")).to_have_attribute("href", running.stack["zalo_url"])
    page.get_by_role("button", name="+1 giờ").click()
    expect(page.locator("#ahead")).to_have_text(re.compile("Đi trước giờ thật"))
    expect(page.locator("#feed")).to_contain_text("Đồng hồ tới")
    running.command("event", "text", "--user", "1", "Xin chào")
    expect(page.locator("#feed")).to_contain_text("Zalo gọi webhook")
    page.get_by_role("button", name="Chạy ngay lịch morning").click()
    expect(page.locator("#feed")).to_contain_text("Lịch morning")
    page.locator("#to").fill("2020-01-01T08:00")
    page.get_by_role("button", name="Chuyển").click()
    expect(page.locator("#clock-error")).to_contain_text("forward only")
    page.locator("#to").fill("2030-01-01T08:00")
    page.get_by_role("button", name="Chuyển").click()
    page.get_by_role("button", name="Dừng ở đây").click()
    expect(page.locator("#moving")).to_be_hidden()
    expect(page.locator("#date")).not_to_contain_text("2030")
    assert violations(page) == []
    assert faults == []
