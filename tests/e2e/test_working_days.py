"""A working day of every role at the desk, in headless Chromium on the running system, with screenshots."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import violations
from tests.e2e.pages import PHOTO, new_page, sign_in
from tests.e2e.stack import CODE, LocalStack, wait_for

pytestmark = pytest.mark.browser

WARD = "PX-00175"
TOLD = "Bãi xe trước số 12 phố Trung Kính thu 20.000 đồng một lượt trong khi niêm yết 5.000 đồng, mời kiểm tra"
OWN = (
    "Tổ kiểm tra đã lập biên bản với chủ bãi xe lúc 15 giờ ngày 25, buộc niêm yết lại giá vé và hoàn tiền cho "
    "những lượt thu sai; phường kiểm tra lại vào thứ Hai tuần sau và gửi kết quả cho ông bà."
)


class Day:
    def __init__(self, browser: Browser, stack: LocalStack, folder: Path, role: str, unit: str) -> None:
        self.page: Page = new_page(browser, 1280, 900)
        self.stack, self.folder, self.role = stack, folder, role
        sign_in(self.page, stack, role, unit)
        self.page.wait_for_url(f"{stack.url('desk_url')}/{'admin' if role == 'admin' else ''}")

    def goes(self, path: str) -> None:
        self.page.goto(self.stack.url("desk_url") + path)

    def looks(self, name: str) -> None:
        for width in (1280, 360):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            self.page.screenshot(path=self.folder / f"{self.role}-{name}-{width}.png", full_page=True)
        folded = self.page.evaluate("[...document.querySelectorAll('details')].map(each => each.open)")
        # Content covered by the bar at the foot can be scrolled. `test_every_page` looks at sizes.
        assert [violation for violation in violations(self.page) if not violation.startswith("target-size")] == [], name
        restore = "open => document.querySelectorAll('details').forEach((each, at) => { each.open = open[at]; })"
        self.page.evaluate(restore, folded)
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        expect(self.page.locator(".htmx-request")).to_have_count(0)  # the answer is on the page

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def waits_for(self, code: str) -> None:
        row = self.page.get_by_role("row").filter(has_text=code)
        wait_for(lambda: row.count() or (self.page.reload() and None), f"{code} in the list")


def keys_in(day: Day, content: str, name: str) -> str:
    day.goes("/take-in")
    page = day.page
    page.locator("#channel-telephone").check()
    page.locator("#story").fill(content)
    page.locator("#place").fill("12 phố Trung Kính, phường Yên Hòa")
    page.locator("#ward").select_option(WARD)
    page.locator("#name").fill(name)
    page.locator("#phone").fill("0987654321")
    page.locator("#home").fill("12 phố Trung Kính")
    day.presses("Đọc lại trước khi ghi nhận")
    day.sees(name)
    day.presses("Ghi nhận, cấp mã")
    day.sees(name)
    found = CODE.search(page.locator("main").inner_text())
    assert found
    return found[0]


def coordinators_day(coordinator: Day, stack: LocalStack) -> str:
    coordinator.goes("/take-in")
    coordinator.looks("take-in")
    code, twin = keys_in(coordinator, TOLD, "Lê Văn Bình"), keys_in(coordinator, f"{TOLD} ngay", "Vũ Thị Hà")
    coordinator.looks("receipt")
    coordinator.goes("/?view=open&sort=newest")
    coordinator.waits_for(code)
    coordinator.looks("list")
    for item in (code, twin):
        wait_for(lambda one=item: stack.officer("coordinator").petition(one)["routed"], "routing")  # type: ignore[misc,index]
        coordinator.goes(f"/petitions/{item}")
        coordinator.sees("Nhận qua điện thoại")
        if item == twin:
            coordinator.sees("Có thể cùng nội dung")
            coordinator.looks("twin")
            coordinator.page.get_by_text("Gộp", exact=True).first.click()
            coordinator.page.get_by_label("Mã hồ sơ chính").fill(code)
            coordinator.presses("Xem trước khi gộp")
            coordinator.sees("Không đủ căn cứ để nói hai hồ sơ là của cùng một người gửi")
            coordinator.looks("merge")
            coordinator.presses(f"Gộp vào {code}")
            coordinator.sees("đã gộp vào")
        else:
            coordinator.page.locator("#unit").select_option(WARD)
            coordinator.page.get_by_label("Lý do (bắt buộc khi giao lại").fill("Thuộc địa bàn phường")
            chosen = coordinator.page.locator("#unit option:checked").text_content()
            coordinator.presses(f"Nhận và giao cho {chosen}")
            coordinator.sees("Đã phân công")
    wait_for(lambda: (stack.public_status(twin) or {}).get("merged_into") == code, "the merger on the public site")
    return code


def officers_day(officer: Day, code: str) -> None:
    officer.waits_for(code)
    officer.looks("list")
    officer.goes(f"/petitions/{code}")
    officer.looks("petition")
    officer.presses("Bắt đầu xử lý")
    officer.page.get_by_text("Ghi chú, cuộc gọi, đề nghị phối hợp").click()
    officer.page.get_by_label("Loại", exact=True).select_option("called")
    officer.page.get_by_role("textbox", name="Nội dung", exact=True).fill("Đã hẹn người gửi 9 giờ sáng mai")
    officer.presses("Ghi")
    officer.sees("Đã hẹn người gửi")
    officer.page.get_by_role("link", name="Soạn trả lời").click()
    officer.page.get_by_label("Mẫu câu trả lời").select_option("handled")
    officer.presses("Chèn mẫu")
    expect(officer.page.get_by_label("Nội dung trả lời")).to_have_value(re.compile("kết quả kiểm tra"))
    officer.looks("answer")
    officer.page.get_by_label("Kết quả giải quyết").select_option("resolved")
    officer.presses("Trình duyệt trả lời")
    officer.sees("Còn chỗ của mẫu chưa điền")
    officer.page.get_by_label("Nội dung trả lời").fill(OWN)
    officer.page.get_by_label("Thêm tệp").set_input_files(PHOTO)
    officer.presses("Trình duyệt trả lời")
    officer.sees("Chờ duyệt")


def heads_day(head: Day, stack: LocalStack, code: str) -> None:
    head.waits_for(code)
    head.page.get_by_label(f"Chọn {code}").check()
    head.looks("list")
    head.presses("Nhắc người xử lý")
    head.looks("preview")
    head.presses("Nhắc người xử lý 1 hồ sơ")
    head.sees("Xong 1 trên 1 hồ sơ")
    head.looks("results")
    wait_for(
        lambda: [mail for mail in stack.mails() if "[Nhắc việc]" in str(mail) and code in str(mail)], "the reminder"
    )
    head.goes("/team")
    head.looks("team")
    head.goes(f"/petitions/{code}")
    expect(head.page.get_by_role("link", name="Ảnh 1").locator("img")).not_to_have_js_property("naturalWidth", 0)
    head.looks("approval")
    head.presses("Duyệt và gửi trả lời")
    head.sees("Đã trả lời")
    head.goes(f"/petitions/{code}/receipt")
    head.sees(OWN)
    head.looks("letter")


def test_the_day_of_a_coordinator_an_officer_a_head_and_an_inspector(
    stack: LocalStack, browser: Browser, pictures: Path
) -> None:
    code = coordinators_day(Day(browser, stack, pictures, "coordinator", "VPUB"), stack)
    officers_day(Day(browser, stack, pictures, "officer", WARD), code)
    heads_day(Day(browser, stack, pictures, "head", WARD), stack, code)
    inspector = Day(browser, stack, pictures, "inspector", "SNV")
    inspector.goes(f"/petitions/{code}")
    inspector.sees("Cán bộ kiểm tra chỉ xem")
    inspector.looks("petition")
    assert inspector.page.locator("main").get_by_role("button").count() == 0


def test_the_day_of_an_administrator(stack: LocalStack, browser: Browser, pictures: Path) -> None:
    """Try a text, a template for answers and a holiday, without publishing anything that other tests would see."""
    admin = Day(browser, stack, pictures, "admin", "VPUB")
    admin.looks("officers")
    admin.goes("/admin/texts")
    admin.page.get_by_label("Tìm theo từ").fill("danh gia")
    admin.presses("Tìm")
    admin.looks("texts")
    admin.page.get_by_role("link", name=re.compile("đã đánh giá\\.$")).click()
    admin.page.get_by_label("Tiếng Việt").fill("*Cảm ơn* $code")
    admin.presses("Xem trước")
    admin.sees("Không có chỗ điền: $code")
    admin.looks("text-faults")
    admin.page.get_by_label("Tiếng Việt").fill("Xin cảm ơn anh/chị.")
    admin.presses("Xem trước")
    expect(admin.page.locator(".bubble").first).to_have_text("Xin cảm ơn anh/chị.")
    admin.looks("text")
    admin.goes("/admin/answers?version=shipped")
    admin.looks("skeletons")
    admin.page.get_by_role("link", name="Thêm mẫu").click()
    admin.page.get_by_label("Tên mẫu").fill("Thử")
    admin.page.get_by_label("Nội dung").fill("Ngày [ngày")
    admin.presses("Công bố")
    admin.sees("trong một cặp ngoặc vuông")
    admin.looks("skeleton")
    admin.goes("/admin/reference/calendars")
    admin.page.get_by_label("Ngày", exact=True).fill("2027-11-25")
    admin.page.get_by_label("Tên ngày nghỉ").fill("Nghỉ theo thông báo")
    admin.page.get_by_label("Căn cứ").fill("TB 12/TB-BNV")
    admin.presses("Đánh dấu và xem trước")
    admin.sees("Năm 2027 › Ngày nghỉ › 25/11/2027: thêm Nghỉ theo thông báo")
    admin.sees("Nạp dữ liệu đi kèm phần mềm")
    admin.looks("calendar")
    admin.goes("/admin/reference/deadline_rules")
    admin.looks("rules")
