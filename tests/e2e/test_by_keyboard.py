"""An officer and a head use the running desk with the keyboard alone, and see one another's changes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.pages import ANSWER, PHOTO, new_page
from tests.e2e.stack import LocalStack, wait_for
from tests.keyboard import Keyboard

pytestmark = pytest.mark.browser


def signs_in(browser: Browser, stack: LocalStack, role: str, unit: str) -> Keyboard:
    hand, who = Keyboard(new_page(browser, 1440, 900)), stack.officer(role, unit).id
    hand.page.goto(f"{stack.url('desk_url')}/sign-in")
    while hand.page.evaluate("document.activeElement.value") != who:
        hand.press("Tab")
        assert hand.pressed < 1000, f"no way to {who}"
    hand.press("Enter")
    hand.page.wait_for_url(f"{stack.url('desk_url')}/")
    hand.page.goto(f"{stack.url('desk_url')}/?view=open&sort=newest")
    return hand


def opens(hand: Keyboard, code: str) -> None:
    before = None
    while hand.page.evaluate("document.activeElement.getAttribute('href')") != f"/petitions/{code}":
        hand.press("j")
        now = hand.page.evaluate("document.activeElement.getAttribute('href')")
        assert now != before, f"{code} is not in the list"
        before = now
    hand.press("Enter")
    hand.page.wait_for_url(f"**/petitions/{code}")


def test_from_the_list_to_an_approved_answer_by_keys_alone(stack: LocalStack, browser: Browser, user: str) -> None:
    code = stack.files(user)
    coordinator = stack.officer("coordinator")
    routed = wait_for(lambda: (found := coordinator.petition(code)) and found["routed"] and found, "routing")
    head = signs_in(browser, stack, "head", routed["unit"])
    row = head.page.locator(f"#r-{code}")
    expect(row).to_contain_text("Mới")
    head.page.evaluate("window.same = true")
    head.press("/")
    head.page.keyboard.type("dang go do")
    officer = signs_in(browser, stack, "officer", routed["unit"])
    opens(officer, code)
    officer.press("a", "Enter")
    officer.sees("Đang xử lý")
    officer.is_at_work()
    expect(row).to_contain_text("Đang xử lý")
    officer.does("Soạn trả lời", most=12)
    officer.page.wait_for_url("**/answer")
    officer.fills("Nội dung trả lời", ANSWER)
    officer.chooses("Kết quả giải quyết", "Đã giải quyết")
    officer.brings("Thêm tệp", PHOTO)
    officer.does("Trình duyệt trả lời")
    officer.page.wait_for_url(f"**/petitions/{code}")
    officer.sees("Chờ duyệt")
    expect(row).to_contain_text("Chờ duyệt")
    expect(head.page.locator("input[type=search]:focus")).to_have_value("dang go do")
    assert head.page.evaluate("window.same")
    head.goes_to("Chọn tất cả")
    opens(head, code)
    head.press("a")
    if head.at() == "Lý do vẫn duyệt":  # like the answer to another petition of this session
        head.write("Đã xem, đúng việc")
    head.press("Control+Enter" if head.at() == "Lý do vẫn duyệt" else "Enter")
    head.sees("Đã trả lời")
    head.is_at_work()
    expect(officer.page.locator("[data-others]")).to_contain_text("Hồ sơ vừa thay đổi")
    wait_for(lambda: (coordinator.petition(code) or {})["state"] == "answered", "the approval")
    for hand in (officer, head):
        hand.never_pointed()
