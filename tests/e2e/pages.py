"""Pages of the running system in a browser: opened, signed in, and with data to send."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.e2e.stack import (
    ROOT,
    LocalStack,
)

PHOTO = ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg"
ANSWER = (
    "Phường đã làm việc với cán bộ một cửa, xin lỗi công dân và hẹn trả giấy khai sinh trong ngày mai, "
    "trước 11 giờ, tại quầy số 3; công dân chỉ cần mang căn cước, không phải nộp thêm giấy tờ nào khác."
)


def new_page(browser: Browser, width: int, height: int) -> Page:
    return browser.new_context(viewport={"width": width, "height": height}).new_page()


def sign_in(desk: Page, stack: LocalStack, role: str, unit: str) -> None:
    officer_id = stack.officer(role, unit).id
    desk.goto(f"{stack.url('desk_url')}/sign-in")
    desk.locator(f"button[value='{officer_id}']").click()
