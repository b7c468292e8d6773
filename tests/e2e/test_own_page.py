"""A sheet that Zalo does not take reaches the citizen by the petition's own page, and goes with their erasure."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from petitions.domain.files.scrubbing import scrubbed
from tests import media
from tests.e2e.pages import ANSWER, new_page
from tests.e2e.stack import LocalStack, wait_for

pytestmark = pytest.mark.browser

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = media.office(media.XLSX, **{"xl/worksheets/sheet1.xml": "<x>Bảng thống kê hồ sơ</x>".encode()})
BASIS = "Khoản 1 Điều 16 Luật Hộ tịch số 60/2014/QH13"


def answered_with_a_sheet(stack: LocalStack, user: str) -> str:
    """A petition of 0912 345 678, answered by its ward with a sheet; returns the code."""
    code = stack.files(user)
    officer, head = stack.officer("officer", "PX-00175"), stack.officer("head", "PX-00175")
    wait_for(lambda: officer.petition(code), "the petition at the ward")
    officer.does(code, "accept")
    head.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    body = {"name": "Thống kê tháng 11", "content": base64.b64encode(SHEET).decode()}
    kept = officer.http.post(
        f"/api/petitions/{code}/answer/files", json=body, headers={"X-CSRF-Token": officer.csrf}
    ).json()
    officer.does(code, "submit_answer", text=ANSWER, basis=BASIS, attachments=[kept["id"]])
    head.does(code, "approve", text="Đã xem")
    return code


def link_in(stack: LocalStack, user: str) -> str:
    """The address that the citizen was told."""
    told = wait_for(lambda: [m["text"] for m in stack.messages(user) if "bốn số cuối" in m["text"]], "the link")[-1]
    assert "Thống kê tháng 11.xlsx" in told
    found = re.search(r"https?://\S+?(?=,)", told)
    assert found, told
    return found[0]


def enters(page: Page, digits: str) -> None:
    page.get_by_label("Bốn số cuối điện thoại").fill(digits)
    page.get_by_role("button", name="Xem nội dung").click()


def test_the_very_bytes_are_there_for_who_knows_the_telephone_until_they_are_erased(
    stack: LocalStack, user: str, browser: Browser, pictures: Path
) -> None:
    code = answered_with_a_sheet(stack, user)
    page = new_page(browser, 360, 740)
    page.goto(link_in(stack, user))
    expect(page.locator("main")).to_contain_text("Đã trả lời")
    expect(page.locator("main")).not_to_contain_text(ANSWER)
    page.screenshot(path=pictures / "own-asks-360.png", full_page=True)
    enters(page, "0000")
    expect(page.get_by_role("alert")).to_contain_text("Còn 4 lần thử")
    page.screenshot(path=pictures / "own-wrong-360.png", full_page=True)
    enters(page, "5678")
    expect(page.locator("main")).to_contain_text(ANSWER)
    expect(page.locator("main")).to_contain_text(BASIS)
    assert "5678" not in page.url
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        page.screenshot(path=pictures / f"own-shown-{width}.png", full_page=True)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Tải về Thống kê tháng 11.xlsx").click()
    assert saving.value.suggested_filename == "Thống kê tháng 11.xlsx"
    kept = b"".join(scrubbed(EXCEL, SHEET))
    assert hashlib.sha256(saving.value.path().read_bytes()).digest() == hashlib.sha256(kept).digest()

    stack.says(user, "xóa dữ liệu của tôi", "muốn xóa dữ liệu cá nhân")
    stack.says(user, "1", "đang được xóa")
    stack.move_clock("+3m")
    own, file = f"{stack.url('public_url')}/own", f"{stack.url('public_url')}/own/file"
    ticket = page.locator("input[name=ticket]").first.get_attribute("value") or ""

    def gone() -> bool:
        return stack.http.post(file, data={"ticket": ticket, "number": "0"}).status_code == 404

    wait_for(gone, "the end of the file")
    assert "không đúng" in stack.http.post(own, data={"code": code, "digits": "5678"}).text


def test_five_wrong_tries_pause_it_for_whoever_asks(
    stack: LocalStack, user: str, browser: Browser, pictures: Path
) -> None:
    code = stack.files(user)
    wait_for(lambda: stack.public_status(code), "the status")
    own = f"{stack.url('public_url')}/own"
    for number in range(5):
        assert stack.http.post(own, data={"code": code, "digits": f"000{number}"}).status_code == 400
    page = new_page(browser, 360, 740)
    page.goto(f"{stack.url('public_url')}/?code={code}")
    enters(page, "5678")
    expect(page.get_by_role("alert")).to_contain_text("Đã nhập sai 5 lần")
    page.screenshot(path=pictures / "own-paused-360.png", full_page=True)
