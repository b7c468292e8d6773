"""A spreadsheet that Zalo does not accept reaches the citizen by the petition's page, and is erased with it."""

from __future__ import annotations

import hashlib
import re

import pytest
from playwright.sync_api import Browser, expect

from petitions.domain.files.scrubbing import scrubbed
from tests import media
from tests.e2e.pages import ANSWER, new_page
from tests.e2e.stack import LocalStack, wait_for

pytestmark = pytest.mark.browser

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = media.office(media.XLSX, **{"xl/worksheets/sheet1.xml": "<x>Bảng thống kê hồ sơ</x>".encode()})
BASIS = "Khoản 1 Điều 16 Luật Hộ tịch số 60/2014/QH13"
SENT_BY_LINK = "không gửi được qua Zalo"


def answered_with_a_sheet(stack: LocalStack, user: str) -> str:
    code = stack.files(user)
    officer, head = stack.officer("officer", "PX-00175"), stack.officer("head", "PX-00175")
    wait_for(lambda: officer.petition(code), "the petition at the ward")
    officer.does(code, "accept")
    head.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    officer.attaches(code, "Thống kê tháng 11.xlsx", SHEET)
    officer.does(code, "submit_answer", text=ANSWER, basis=BASIS)
    head.does(code, "approve", text="Đã xem")
    return code


def link_in(stack: LocalStack, user: str) -> str:
    texts = wait_for(lambda: [m["text"] for m in stack.messages(user) if SENT_BY_LINK in m["text"]], "the link")[-1]
    assert "Thống kê tháng 11.xlsx" in texts
    found = re.search(r"https?://\S+", texts)
    assert found, texts
    return found[0]


def test_files_are_unchanged_behind_the_link_until_erased(stack: LocalStack, user: str, browser: Browser) -> None:
    answered_with_a_sheet(stack, user)
    page = new_page(browser, 360, 740)
    page.goto(link_in(stack, user))
    expect(page.locator("main")).to_contain_text(ANSWER)
    expect(page.locator("main")).to_contain_text(BASIS)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Tải về Thống kê tháng 11.xlsx").click()
    assert saving.value.suggested_filename == "Thống kê tháng 11.xlsx"
    kept = b"".join(scrubbed(EXCEL, SHEET))
    assert hashlib.sha256(saving.value.path().read_bytes()).digest() == hashlib.sha256(kept).digest()

    stack.says(user, "xóa dữ liệu của tôi", "muốn xóa dữ liệu cá nhân")
    stack.says(user, "1", "đang được xóa")
    stack.move_clock("+3m")

    def gone() -> bool:
        page.reload()
        return ANSWER not in page.content()

    wait_for(gone, "the end of the page")
