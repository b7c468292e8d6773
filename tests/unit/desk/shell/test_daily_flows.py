"""Everyday tasks stay within a limit of clicks and page loads, counted in a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.paths import ROOT
from petitions.domain.petition.petition import Petition
from tests.unit.desk.busy import SETTLED, fill, petition_at, with_pictures
from tests.unit.desk.shell.served import Desk

pytestmark = pytest.mark.browser
PHOTO = (ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg").read_bytes()


class Hand:
    def __init__(self, desk: Desk, who: str, path: str = "/") -> None:
        self.page: Page = desk.enter(who, 1440, 900)
        self.page.goto(desk.url + path)
        self.clicks = self.loads = 0
        self.page.on("load", lambda _: self._loaded())

    def _loaded(self) -> None:
        self.loads += 1

    def clicks_on(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def presses(self, name: str) -> None:
        self.clicks_on(self.page.get_by_role("button", name=name, exact=True).first)

    def opens(self, petition: Petition) -> None:
        self.clicks_on(self.page.locator(f"a[href='/petitions/{petition.code}']"))
        self.page.wait_for_url(f"**/petitions/{petition.code}")

    def unfolds(self, name: str) -> None:
        self.clicks_on(self.page.locator("summary", has_text=name).first)

    def spent(self, what: str, clicks: int, loads: int) -> None:
        """Print the clicks and page loads of a task, and fail if either exceeds its limit."""
        print(f"{what}: {self.clicks} clicks, {self.loads} page loads")  # noqa: T201 - the figures that are asked for
        assert self.clicks <= clicks
        assert self.loads <= loads

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)


def test_from_the_list_to_a_submitted_answer_and_its_approval(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    officer = Hand(desk, "sxd-officer")
    officer.opens(petition)
    officer.presses("Nhận và xử lý")
    officer.sees("Đang xử lý")
    officer.clicks_on(officer.page.get_by_role("link", name="Soạn trả lời").first)
    officer.page.get_by_label("Nội dung trả lời").fill(SETTLED)
    officer.page.get_by_label("Kết quả giải quyết").select_option("resolved")
    officer.page.get_by_label("Nếu không kèm tệp nào: lý do").fill("Việc đã xong tại chỗ")
    officer.presses("Trình duyệt trả lời")
    officer.sees("Chờ duyệt")
    assert officer.page.url == f"{desk.url}/petitions/{petition.code}"
    officer.spent("answer submitted", 4, 1)
    head = Hand(desk, "sxd-head")
    head.opens(petition)
    head.page.get_by_label("Lý do vẫn duyệt").fill("Đã xem") if head.page.get_by_label(
        "Lý do vẫn duyệt"
    ).count() else None
    head.presses("Duyệt và gửi trả lời")
    head.sees("Đã trả lời")
    head.spent("approved", 2, 1)


def test_a_coordinator_assigns_asks_extends_and_merges(desk: Desk) -> None:
    office = desk.office
    first, twin = office.filed_in("VPUB"), office.filed_in("VPUB")
    hand = Hand(desk, "coordinator")
    hand.opens(first)
    hand.page.locator("#unit").select_option("SXD")
    hand.clicks += 1
    hand.presses("Nhận và giao cho Sở Xây dựng")
    hand.sees("Đã phân công")
    hand.spent("assigned", 3, 1)
    merging = Hand(desk, "coordinator")
    merging.opens(twin)
    merging.unfolds("Gộp")
    merging.page.get_by_label("Mã hồ sơ chính").fill(first.code)
    merging.presses("Xem trước khi gộp")
    merging.presses(f"Gộp vào {first.code}")
    merging.sees("Đã gộp")
    merging.spent("merged", 4, 2)
    merging.clicks_on(merging.page.get_by_role("button", name="Hoàn tác"))
    expect(merging.page.get_by_role("button", name="Hoàn tác")).to_have_count(0)
    merging.sees("Bỏ gộp")
    assert office.petition(twin.code).state == "new"
    asking = Hand(desk, "sxd-officer")
    asking.opens(first)
    asking.unfolds("Yêu cầu bổ sung")
    asking.page.get_by_label("Nội dung cần bổ sung").fill("Xin gửi ảnh giấy hẹn")
    asking.presses("Yêu cầu bổ sung")
    asking.sees("Chờ bổ sung")
    asking.spent("more asked for", 3, 1)


def test_a_head_extends_and_reminds_of_many(desk: Desk) -> None:
    office = desk.office
    petition = office.filed_in("SXD")
    assert office.at_desk("sxd-officer").submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    head = Hand(desk, "sxd-head")
    for box in head.page.locator("td.pick input").all():
        head.clicks_on(box)
    head.presses("Nhắc người xử lý")
    head.sees("Sẽ làm: 1")
    head.presses("Nhắc người xử lý 1 hồ sơ")
    head.sees("Xong 1 trên 1 hồ sơ")
    assert head.page.url == f"{desk.url}/"  # reloading shows the list and sends nothing
    head.spent("reminded of many", 3, 0)
    head = Hand(desk, "sxd-head")
    head.opens(petition)
    head.unfolds("Gia hạn trả lời")
    head.page.get_by_label("Gia hạn thêm").fill("3")
    head.page.get_by_label("Lý do", exact=True).locator("visible=true").fill("Cần xác minh thêm")
    head.presses("Gia hạn trả lời")
    head.sees("Đã gia hạn 1 lần")
    head.spent("extended", 3, 1)


def test_the_most_urgent_is_on_top_without_a_click(desk: Desk) -> None:
    filed = fill(desk.office, 30)
    hand = Hand(desk, "sxd-officer")
    top = desk.office.petition(hand.page.locator(".rows td.code").first.inner_text())
    ours = [petition for petition in filed if petition.unit == "SXD" and petition.due_at]
    assert top.level == "urgent"
    assert top.due_at == min(petition.due_at for petition in ours if petition.level == "urgent" and petition.due_at)
    assert hand.clicks == 0


def test_refusal_stays_on_the_page_and_keeps_the_typed_values(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    hand = Hand(desk, "sxd-officer")
    hand.opens(petition)
    hand.unfolds("Trả lại điều phối")
    hand.page.get_by_label("Lý do", exact=True).locator("visible=true").fill("Không thuộc sở")
    desk.office.at_desk("sxd-head").does(petition, "accept")
    hand.presses("Trả lại điều phối")
    hand.sees("vừa được người khác thay đổi")
    hand.sees("Không thuộc sở")
    assert hand.page.url == f"{desk.url}/petitions/{petition.code}"
    assert hand.loads == 1


def test_draft_is_saved_during_writing_and_the_other_writer_is_notified(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    desk.office.at_desk("sxd-officer").submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    path = f"/petitions/{petition.code}/answer"
    one, two = Hand(desk, "sxd-officer", path), Hand(desk, "sxd-head", path)
    for text in ("Đơn vị đã kiểm tra", "Đơn vị đã kiểm tra và xin lỗi công dân"):
        one.page.get_by_label("Nội dung trả lời").fill(text)
        expect(one.page.locator("[data-saved]")).to_contain_text("Đã tự lưu")
        one.page.wait_for_function("text => document.querySelector('[data-saved]').textContent !== ''", arg=text)
    two.page.get_by_label("Nội dung trả lời").fill("Bản của lãnh đạo")
    expect(two.page.locator("[data-saved]")).to_contain_text("vừa được lưu ở nơi khác")
    drafted = desk.office.petition(petition.code).drafted
    assert drafted
    assert drafted.text.startswith("Đơn vị đã kiểm tra")


def test_the_outcome_and_the_document_are_saved_while_they_are_filled_in(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    desk.office.at_desk("sxd-officer").submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    path = f"/petitions/{petition.code}/answer"
    hand = Hand(desk, "sxd-officer", path)
    hand.page.get_by_label("Kết quả giải quyết").select_option("explained")
    hand.unfolds("Văn bản trả lời")
    for label, words in (("Số, ký hiệu", "45/UBND"), ("Ngày", "2026-11-25"), ("Người ký", "Kế"), ("Chức vụ", "PCT")):
        hand.page.get_by_label(label, exact=True).fill(words)
    expect(hand.page.locator("[data-saved]")).to_contain_text("Đã tự lưu")
    drafted = desk.office.petition(petition.code).drafted
    assert drafted
    assert drafted.outcome == "explained"
    assert list(vars(drafted.document).values()) == ["45/UBND", "2026-11-25", "Kế", "PCT"]


def test_on_a_phone_the_next_step_is_offered_once(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    desk.office.at_desk("sxd-officer").submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    page = desk.enter("sxd-officer", 390, 844)
    page.goto(f"{desk.url}/petitions/{petition.code}")
    expect(page.get_by_role("link", name="Soạn trả lời")).to_have_count(1)


def test_pictures_are_looked_at_with_keys(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    with_pictures(desk.office, petition, PHOTO, 3)
    page = desk.enter("sxd-officer", 1440, 900)
    page.goto(f"{desk.url}/petitions/{petition.code}")
    page.locator("[data-viewer] a").first.focus()
    page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog", name="Ảnh")
    for key, place in (("ArrowRight", "2 / 3"), ("j", "3 / 3"), ("ArrowRight", "3 / 3"), ("ArrowLeft", "2 / 3")):
        page.keyboard.press(key)
        expect(viewer).to_contain_text(place)
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(page.locator("[data-viewer] a").nth(1)).to_be_focused()


def test_keys_are_listed_and_the_main_action_has_one_key(desk: Desk) -> None:
    petition = petition_at(desk.office, desk.office.filed_in("SXD"), desk.office.clock.now() - timedelta(hours=2), 1)
    page = desk.enter("sxd-officer")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_contain_text("về danh sách")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.goto(f"{desk.url}/petitions/{petition.code}")
    for key in ("a", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".tags")).to_contain_text("Đang xử lý")
    for key in ("a", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_label("Nội dung trả lời")).to_be_visible()
