from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Page, expect

from petitions.domain.scoring.scoring import counted_again
from tests.unit.desk.scoring.scored_year import YEAR, a_year, stored, works
from tests.unit.desk.shell.served import Desk

pytestmark = pytest.mark.browser
WHY = "Hồ sơ trễ vì bão, thành phố cho nghỉ làm ba ngày theo công điện"
ANSWER = "Đúng là đã nghỉ bão, hồ sơ này không tính."


def by_the_bell(page: Page, words: str) -> None:
    link = page.locator(".bell").get_by_role("link", name=words, include_hidden=True)
    expect(link).to_have_count(1)
    page.locator(".bell summary").click()
    link.click()


def test_a_year_is_made_contested_answered_and_frozen(desk: Desk) -> None:
    _, late = a_year(desk.office)
    inspector, head = desk.enter("inspector", 1440, 900), desk.enter("sxd-head", 390, 844)
    inspector.get_by_role("link", name="Chấm điểm").first.click()
    inspector.get_by_label("Năm", exact=True).select_option("2026")
    inspector.get_by_role("button", name="Chấm điểm").click()
    expect(inspector.get_by_text("Đang chấm. Bảng điểm hiện ở dưới khi xong.")).to_be_visible()
    works(desk.office)
    inspector.get_by_role("link", name="Năm dương lịch 2026").click()
    expect(inspector.get_by_text("Dự thảo").first).to_be_visible()

    by_the_bell(head, "Có dự thảo điểm của đơn vị")
    head.get_by_role("link", name="Sở Xây dựng").first.click()
    expect(head.get_by_text("2/3 lượt đạt")).to_be_visible()
    head.get_by_label("Hồ sơ bị trừ điểm").select_option(f"on_time {late.code}")
    head.get_by_label("Vì sao hồ sơ này không nên tính").fill(WHY)
    head.get_by_role("button", name="Gửi Sở Nội vụ").click()
    expect(head.get_by_text("Đã gửi ý kiến tới Sở Nội vụ")).to_be_visible()

    by_the_bell(inspector, "Đơn vị nêu ý kiến về điểm")
    expect(inspector.get_by_text(WHY)).to_be_visible()
    inspector.get_by_label("Trả lời đơn vị").fill(ANSWER)
    inspector.get_by_role("button", name="Chấp nhận").click()
    expect(inspector.get_by_text("Đã trả lời đơn vị.")).to_be_visible()

    by_the_bell(head, "Sở Nội vụ trả lời ý kiến về điểm")
    expect(head.get_by_text(ANSWER)).to_be_visible()

    desk.office.clock.advance(days=15)
    inspector = desk.enter("inspector", 1440, 900)
    inspector.goto(f"{desk.url}/scoring/{YEAR}")
    inspector.get_by_label("Tôi đã xem lại bảng điểm").check()
    inspector.get_by_role("button", name="Chốt điểm").click()
    expect(inspector.get_by_text("Đang chốt. Bản đã chốt hiện ở trang này khi xong.")).to_be_visible()
    works(desk.office)
    inspector.reload()
    expect(inspector.get_by_text("Năm này đã chốt.")).to_be_visible()
    with inspector.expect_download() as inputs:
        inspector.get_by_role("link", name="Tải dữ liệu vào của bản này").click()
    counted = counted_again(gzip.decompress(inputs.value.path().read_bytes()).splitlines())
    assert counted.hash == stored(desk.office).last.hash
    inspector.get_by_role("link", name="Sở Xây dựng").first.click()
    expect(inspector.get_by_text("2/2 lượt đạt").first).to_be_visible()
    expect(inspector.get_by_text("Không tính vì ý kiến được chấp nhận")).to_be_visible()
