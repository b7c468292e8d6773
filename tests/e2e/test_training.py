"""A new officer practises: tasks done on the pages are recognised, and a wrong step is reported."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.stack import ROOT, LocalStack

pytestmark = pytest.mark.browser
WARD = "PX-00175"


@pytest.fixture
def stack() -> Iterator[LocalStack]:
    running = LocalStack(f"training-{os.getpid()}", functions=("desk",))
    running.up()
    yield running
    running.down()
    shutil.rmtree(ROOT / ".local" / running.name, ignore_errors=True)


def enter(page: Page, stack: LocalStack, who: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{stack.url('desk_url')}/sign-in")
    page.locator(f"button[value='{who}']").click()
    page.get_by_role("link", name="Bài tập").wait_for()


def finds(page: Page, stack: LocalStack, words: str) -> None:
    page.goto(f"{stack.url('desk_url')}/search")
    page.locator("#text").fill(words)
    page.locator("#text").press("Enter")
    page.locator("#content .plain-list a").first.click()
    page.wait_for_url("**/petitions/HN-*")


def mark(page: Page, stack: LocalStack, task: str) -> str:
    page.goto(f"{stack.url('desk_url')}/training")
    return page.locator(f"[data-task='{task}']").get_attribute("data-mark") or ""


def test_a_new_officer_practises(stack: LocalStack, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(stack.url("console_url"))
    page.get_by_role("button", name="Bắt đầu tập").click()
    expect(page.locator("#trained")).to_contain_text("30 hồ sơ để tập đã sẵn sàng")
    enter(page, stack, f"{WARD.lower()}-officer")
    assert mark(page, stack, "take_up") == "open"

    finds(page, stack, "giấy hẹn ghi trả kết quả hôm kia")
    page.get_by_role("button", name="Nhận và xử lý").first.click()
    expect(page.get_by_role("button", name="Nhận và xử lý")).to_have_count(0)
    assert mark(page, stack, "take_up") == "done"

    finds(page, stack, "bệnh viện bắt nộp bản sao thẻ giấy")
    page.get_by_text("Trả lại điều phối", exact=True).first.click()
    given = page.locator("form[action$='/actions/give_back']")
    given.locator("textarea").fill("Việc của bệnh viện thành phố, đề nghị giao Sở Y tế.")
    given.get_by_role("button").click()
    page.wait_for_url(stack.url("desk_url") + "/")
    assert mark(page, stack, "give_back") == "done"

    enter(page, stack, f"{WARD.lower()}-head")
    finds(page, stack, "hỗ trợ an ninh 200.000 đồng")
    page.get_by_label("Lý do vẫn duyệt").fill("Đã giải thích cho người gửi tại quầy.")
    page.get_by_role("button", name="Duyệt và gửi trả lời").first.click()
    expect(page.locator("#content")).to_contain_text("Đã trả lời")
    assert mark(page, stack, "send_back") == "wrong"
    expect(page.locator("[data-task='send_back'] .advice")).to_contain_text("chỉ hứa “sẽ xem xét”")

    enter(page, stack, "vpub-coordinator-1")
    finds(page, stack, "nhiều người già phải về")
    older = page.url.rpartition("/")[2]
    finds(page, stack, "Đề nghị có người phát số")
    page.get_by_text("Gộp", exact=True).first.click()
    page.locator("#main").fill(older)
    page.get_by_role("button", name="Xem trước khi gộp").first.click()
    page.get_by_role("button", name=re.compile("^Gộp vào HN-")).click()
    expect(page.locator("#content")).to_contain_text("Đã gộp")
    assert mark(page, stack, "merge") == "done"
    expect(page.locator("h1")).to_contain_text("đã xong 3 trên 11 việc")
