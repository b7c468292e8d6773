"""Lists of petitions in headless Chromium: assignment from a row, ticked rows, and news since the last visit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from petitions.domain.lifecycle.states import State
from tests.browser import EVERY_RULE, axe, violations
from tests.unit.desk.petition.test_placing import proposed
from tests.unit.desk.shell.served import Desk

pytestmark = pytest.mark.browser
LIVE = "**/live?*"


def row(page: Page, code: str) -> Locator:
    return page.locator(f"#r-{code}")


def test_a_petition_is_given_from_its_row_which_stays_in_its_place(desk: Desk) -> None:
    first, second = proposed(desk.office, "SXD"), proposed(desk.office, "SYT")
    page = desk.enter("coordinator", 1440, 900)
    row(page, second.code).get_by_role("checkbox").check()
    row(page, first.code).get_by_role("button", name=f"Nhận và giao {first.code} cho Sở Xây dựng").click()
    expect(row(page, first.code)).to_contain_text("Đã giao")
    expect(row(page, first.code).get_by_role("button", name="Hoàn tác")).to_be_visible()
    assert page.locator("tbody tr").first.get_attribute("id") == f"r-{first.code}"
    expect(row(page, second.code).get_by_role("checkbox")).to_be_checked()
    expect(row(page, second.code).get_by_role("link")).to_be_focused()
    page.route(LIVE, lambda route: route.fulfill(status=503))  # the row must not be renewed before it is pressed
    desk.office.changed(second.code, version=second.version + 1)
    row(page, second.code).get_by_role("button", name="Nhận và giao").click()
    expect(row(page, second.code)).to_contain_text("vừa được người khác thay đổi")
    page.unroute(LIVE)
    with page.expect_response(LIVE) as brought:
        pass
    assert f"r-{second.code}" in brought.value.text()
    with page.expect_response(LIVE):  # the page has taken in the response before
        pass
    expect(row(page, second.code)).to_contain_text("vừa được người khác thay đổi")
    assert desk.office.petition(second.code).unit == "VPUB"
    assert axe(page, EVERY_RULE) == []
    row(page, first.code).get_by_role("button", name="Hoàn tác").click()
    page.wait_for_url(f"**/petitions/{first.code}")
    assert desk.office.petition(first.code).state is State.ACCEPTED


def test_the_queue_is_worked_through_with_keys_and_on_a_phone(desk: Desk) -> None:
    first, second = proposed(desk.office, "SXD"), proposed(desk.office, "SYT")
    page = desk.enter("coordinator", 1440, 900)
    for key in ("j", "a", "Enter"):
        page.keyboard.press(key)
    expect(row(page, first.code)).to_contain_text("Đã giao")
    expect(row(page, second.code).get_by_role("link")).to_be_focused()
    phone = desk.enter("coordinator", 390, 844)
    row(phone, second.code).get_by_role("button", name="Nhận và giao").click()
    expect(row(phone, second.code)).to_contain_text("Đã giao")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(phone) == []
    assert [desk.office.petition(petition.code).unit for petition in (first, second)] == ["SXD", "SYT"]


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_bar_of_ticked_petitions_counts_them_and_covers_nothing(desk: Desk, width: int) -> None:
    codes = [desk.office.filed_in("VPUB").code for _ in range(3)]
    page = desk.enter("coordinator", width, 900)
    bar = page.locator(".bulk")
    expect(bar).to_be_hidden()
    if width == 390:  # checkboxes only on wide screens
        return
    plain = row(page, codes[0]).evaluate("each => getComputedStyle(each).backgroundColor")
    row(page, codes[1]).get_by_role("checkbox").check()
    expect(bar.locator("legend")).to_have_text("Với 1 hồ sơ đã chọn")
    page.get_by_label("Chọn tất cả").check()
    expect(bar.locator("legend")).to_have_text("Với 3 hồ sơ đã chọn")
    page.mouse.move(0, 0)
    assert row(page, codes[0]).evaluate("each => getComputedStyle(each).backgroundColor") != plain
    inside, legend = bar.locator("fieldset").bounding_box(), bar.locator("legend").bounding_box()
    assert inside
    assert legend
    assert legend["y"] >= inside["y"]
    assert len(_heights(bar.locator("button, select"))) == 1
    assert width < 1440 or len(_heights(page.locator(".head .tabs a"))) == 1
    empty = bar.locator("#bulk-unit option", has_text="Sở Du lịch")
    expect(empty).to_have_text("Sở Du lịch (chưa có cán bộ)")
    expect(bar.locator("#bulk-unit option[value=SXD]")).to_have_text("Sở Xây dựng")
    assert violations(page) == []


def _heights(found: Locator) -> set[int]:
    """Return the distinct vertical positions of the elements in pixels. Elements on one line share one."""
    return {round(box["y"]) for locator in found.all() if (box := locator.bounding_box())}


def test_news_since_the_last_visit_is_marked_until_opened(desk: Desk) -> None:
    office = desk.office
    old = office.filed_in("SXD")
    page = desk.enter("sxd-officer")
    expect(page.locator("tr.news")).to_have_count(0)
    office.clock.advance(hours=2)
    new = office.filed_in("SXD")
    office.at_desk("sxd-head").does(old, "set_level", level="urgent", text="Gấp")
    page.goto(f"{desk.url}/sign-in")
    page.locator("button[value='sxd-officer']").press("Enter")
    page.wait_for_url(f"{desk.url}/")
    expect(page.locator("tr.news")).to_have_count(2)
    row(page, new.code).get_by_role("link").click()
    page.wait_for_url(f"**/petitions/{new.code}")
    page.keyboard.press("u")
    page.wait_for_url("**/?view=open")
    expect(page.locator("tr.news")).to_have_count(1)
    page.get_by_role("link", name="Đã xong").click()
    page.get_by_role("link", name="Đang mở").click()
    expect(page.locator("tr.news")).to_have_attribute("id", f"r-{old.code}")


def test_the_editor_of_an_answer_begins_in_its_text(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    desk.office.at_desk("sxd-officer").submit(f"/petitions/{petition.code}/take-up", version=petition.version)
    page = desk.enter("sxd-officer")
    for path in (f"/petitions/{petition.code}", f"/petitions/{petition.code}/answer"):
        page.goto(desk.url + path)
        if not path.endswith("answer"):
            page.get_by_role("link", name="Soạn trả lời").first.click()
        expect(page.get_by_label("Nội dung trả lời")).to_be_focused()


def test_a_place_that_names_its_ward_is_not_followed_by_it(desk: Desk) -> None:
    petition = desk.office.filed_in("SXD")
    ward = desk.office.petition(petition.code).ward
    assert ward
    page = desk.enter("sxd-officer")
    for address, times in (("12 Trung Kính, phường Yên Hòa", 1), ("12 Trung Kính", 2)):
        desk.office.changed(petition.code, address=address)
        page.goto(f"{desk.url}/petitions/{petition.code}")
        shown = page.locator("h3", has_text="Nơi xảy ra").locator("xpath=following-sibling::p[1]").inner_text()
        assert len(shown.splitlines()) == times


def test_assign_button_names_the_chosen_unit(desk: Desk) -> None:
    petition = proposed(desk.office, "SXD")
    page = desk.enter("coordinator", 1440, 900)
    page.goto(f"{desk.url}/petitions/{petition.code}")
    gives = page.locator("#actions ~ form button[formaction$='/take-up']")
    expect(gives).to_have_text("Nhận và giao cho Sở Xây dựng")
    page.locator("#unit").select_option("SYT")
    expect(gives).to_have_text("Nhận và giao cho Sở Y tế")
    page.locator("#handler").select_option("syt-head")
    expect(gives).to_contain_text("Sở Y tế")
    expect(gives).not_to_have_text("Nhận và giao cho Sở Y tế")  # and the person
