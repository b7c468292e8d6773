"""Entering a petition in a browser: the form, the review and the receipt, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import violations
from tests.unit.desk.petition.entering import GIVEN
from tests.unit.desk.shell.served import Desk
from tests.unit.desk.shell.sights import PHOTO
from tests.unit.desk.shell.test_every_page import Eyes

pytestmark = pytest.mark.browser
LINES = {
    "Nội dung phản ánh": GIVEN["content"],
    "Địa chỉ nơi xảy ra": "5 phố Trung Kính",
    "Họ và tên, hoặc tên tổ chức": "Lê Văn Bình",
    "Số điện thoại": "0987 654 321",
    "Địa chỉ người gửi": "12 phố Trung Kính",
    "E-mail": "binh@example.com",
}


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Desk]:
    opened = Desk(browser)
    yield opened
    opened.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "don.jpg"
    file.write_bytes(PHOTO)
    return file


def fills(page: Page) -> None:
    for label, words in LINES.items():
        page.get_by_role("textbox", name=label, exact=True).fill(words)
    page.get_by_role("radio", name="trực tiếp").check()
    page.get_by_role("radio", name="Cá nhân").check()
    page.get_by_label("Phường, xã", exact=True).select_option("PX-00175")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_form_to_the_receipt(desk: Desk, photo: Path, *, scripts: bool) -> None:
    page = desk.enter("sxd-officer", 390, 844, scripts=scripts)
    page.goto(f"{desk.url}/take-in")
    page.get_by_role("button", name="Đọc lại trước khi ghi nhận").click()
    expect(page.locator("#errors a")).to_have_count(6)
    page.get_by_role("link", name="Xin ghi nơi xảy ra").click()
    expect(page.get_by_label("Địa chỉ nơi xảy ra")).to_be_focused()
    fills(page)
    page.get_by_role("button", name="Đọc lại trước khi ghi nhận").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đọc lại cho người gửi nghe")
    page.get_by_role("button", name=re.compile("Sửa.*Họ và tên")).click()
    expect(page.get_by_label("Địa chỉ người gửi")).to_have_value("12 phố Trung Kính")
    assert page.url.endswith("/take-in#name")
    page.get_by_label("Họ và tên, hoặc tên tổ chức").fill("Lê Văn Bình Minh")
    page.get_by_role("button", name="Đọc lại trước khi ghi nhận").click()
    page.get_by_label("Bản quét của đơn").set_input_files(photo)
    known = {item.code for item in desk.office.petitions()}
    page.get_by_role("button", name="Ghi nhận, cấp mã").click()
    page.wait_for_url("**/receipt")
    (petition,) = [item for item in desk.office.petitions() if item.code not in known]
    assert (petition.contact.name, len(petition.files)) == ("Lê Văn Bình Minh", 1)
    expect(page.get_by_role("img", name="Mã QR")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"/{petition.page}")
    page.get_by_role("button", name="Gửi biên nhận tới binh@example.com").click()
    expect(page.get_by_role("status")).to_have_text("Biên nhận đang được gửi tới binh@example.com.")
    page.context.close()


def test_the_pages_are_for_everybody_at_every_size_in_light_and_dark(desk: Desk) -> None:
    eyes, found = Eyes(), {}
    page = desk.enter("sxd-officer")
    page.goto(f"{desk.url}/take-in")
    found["form"] = list(eyes.faults(page)) + violations(page)
    page.get_by_role("button", name="Đọc lại trước khi ghi nhận").click()
    found["faults"] = list(eyes.faults(page)) + violations(page)
    fills(page)
    page.get_by_role("button", name="Đọc lại trước khi ghi nhận").click()
    found["read back"] = list(eyes.faults(page)) + violations(page)
    page.get_by_role("button", name="Ghi nhận, cấp mã").click()
    page.wait_for_url("**/receipt")
    found["receipt"] = list(eyes.faults(page)) + violations(page)
    page.context.close()
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_ward_is_found_by_typing_without_marks(desk: Desk) -> None:
    page = desk.enter("sxd-officer")
    page.goto(f"{desk.url}/take-in")
    page.get_by_label("Gõ để tìm").fill("yen hoa")
    expect(page.locator("#ward option:checked")).to_have_text("Yên Hòa (phường)")
    page.get_by_label("Gõ để tìm").fill("")
    assert page.locator("#ward option").count() > 100
    assert violations(page) == []
