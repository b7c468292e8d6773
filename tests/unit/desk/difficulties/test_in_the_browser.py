"""A difficulty in a browser: reported where it arose, shown in the news, answered, and rated."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests import media
from tests.browser import violations
from tests.unit.desk.difficulties.reported import ANSWER, TOLD, does, reported, stored
from tests.unit.desk.shell.served import Desk

pytestmark = pytest.mark.browser


def by_the_bell(page: Page, words: str) -> None:
    """Wait for one news item, open the news, and follow the entry with the given words."""
    expect(page.locator(".bell summary .count")).to_have_text("1")
    page.locator(".bell summary").click()
    page.locator(".bell").get_by_role("link", name=words).click()


def test_ward_reports_a_difficulty_reads_the_answer_and_confirms_that_it_helped(desk: Desk) -> None:
    coordinator = desk.enter("coordinator", 1440, 900)
    ward = desk.enter("sxd-officer", 390, 844)
    ward.goto(f"{desk.url}/figures")
    ward.get_by_role("link", name="Báo khó khăn").click()
    ward.get_by_label("Khó khăn về").select_option(label="Danh mục, mẫu, thời hạn, lịch làm việc")
    ward.get_by_label("Anh/chị gặp khó khăn gì").fill(f"{TOLD} Gọi 0912345678 để biết thêm.")
    ward.get_by_label("Ảnh chụp màn hình").set_input_files(
        {"name": "man-hinh.jpg", "mimeType": "image/jpeg", "buffer": media.jpeg()}
    )
    desk.office.clock.advance(seconds=30)
    ward.get_by_role("button", name="Gửi tới Văn phòng").click()
    expect(ward.get_by_text("Đã gửi khó khăn tới Văn phòng")).to_be_visible()
    expect(ward.locator("#content")).not_to_contain_text("0912345678")
    by_the_bell(coordinator, "Báo khó khăn (khó khăn)")
    expect(coordinator.get_by_text("ở Số liệu")).to_be_visible()
    expect(coordinator.locator(".files img")).to_be_visible()
    coordinator.get_by_label("Đơn vị giải quyết").select_option("STC")
    coordinator.get_by_role("button", name="Ghi phân công").click()
    expect(coordinator.get_by_text("Đã ghi phân công")).to_be_visible()
    coordinator.get_by_label("Lời trả lời").fill(ANSWER)
    desk.office.clock.advance(seconds=30)
    coordinator.keyboard.press("Control+Enter")
    expect(coordinator.get_by_text("Đã trả lời; đơn vị thấy ngay")).to_be_visible()
    by_the_bell(ward, "Trả lời (khó khăn)")
    expect(ward.get_by_text(ANSWER).first).to_be_visible()
    ward.get_by_role("button", name="Giúp được").click()
    expect(ward.get_by_text("Cảm ơn anh/chị đã cho biết")).to_be_visible()
    (path,) = desk.office.store.paths("difficulties")
    assert stored(desk.office, path.removeprefix("difficulties/")).helped is True


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_runs_over(desk: Desk, scheme: Literal["light", "dark"]) -> None:
    difficulty = reported(desk.office)
    does(desk.office.at_desk("coordinator"), difficulty, "arrange", group="Mẫu trả lời", assigned="STC")
    does(desk.office.at_desk("coordinator"), stored(desk.office, difficulty.id), "answer", text=ANSWER)
    for width in (1440, 390):
        for who, path in (
            ("coordinator", "/difficulties"),
            ("coordinator", f"/difficulties/{difficulty.id}"),
            ("coordinator", "/difficulties/quarter"),
            ("sxd-officer", f"/difficulties/{difficulty.id}"),
            ("sxd-officer", "/difficulties/new"),
        ):
            page = desk.enter(who, width, 900, scheme=scheme)
            page.goto(desk.url + path)
            assert violations(page) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            page.context.close()
