"""A quarter's official report in a browser: requested, read, explored down to the petitions, saved, frozen."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.unit.desk.shell.served import Desk
from tests.unit.reports.making import do_jobs

pytestmark = pytest.mark.browser
AFTER = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)
"""A time after the fourth quarter as report II.05 defines it, which ends on 14 December."""


def test_a_coordinator_makes_the_quarter_drills_down_and_freezes_it(desk: Desk) -> None:
    office = desk.office
    users = ("1000000000000000001", "1000000000000000002")
    codes = [office.files("Cán bộ phường trả chậm khi làm khai sinh", user=user).code for user in users]
    office.clock.advance(seconds=(AFTER - office.clock.now()).total_seconds())
    page = desk.enter("coordinator", 1440, 900)
    page.goto(f"{desk.url}/reports")
    page.get_by_label("Kỳ", exact=True).select_option("quarter:2026-4")
    page.get_by_role("button", name="Lập báo cáo").click()
    expect(page.get_by_role("heading", name="Đang lập báo cáo")).to_be_visible()
    do_jobs(office, office.frozen)
    expect(page.get_by_role("heading", name="Biểu II.05a")).to_be_visible()
    city = page.get_by_role("row", name="Toàn thành phố")
    expect(city.get_by_role("cell").first).to_have_text("2")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Biểu II.05a – Quý II.05 4-2026.xlsx").click()
    assert openpyxl.load_workbook(io.BytesIO(saved.value.path().read_bytes())).sheetnames == [
        "Số liệu",
        "Giải thích cột",
    ]
    city.get_by_role("link", name="2").first.click()
    for code in codes:
        expect(page.get_by_role("cell", name=code)).to_be_visible()
    page.get_by_role("row", name=codes[0]).get_by_role("link").click()
    page.wait_for_url(f"{desk.url}/petitions/{codes[0]}")
    page.go_back()
    page.get_by_role("link", name="← II.05a").click()
    page.get_by_role("button", name="Chốt báo cáo này").click()
    expect(page.get_by_role("heading", name="Biểu II.05a")).to_be_visible()  # the browser asks for the tick first
    page.get_by_label("Tôi đã xem lại số liệu").check()
    page.get_by_role("button", name="Chốt báo cáo này").click()
    do_jobs(office, office.frozen)
    page.goto(f"{desk.url}/reports")
    page.get_by_role("link", name="II.05a – Quý II.05 4/2026").last.click()
    expect(page.get_by_text("Đã chốt").first).to_be_visible()
    expect(city.get_by_role("cell").first).to_have_text("2")
