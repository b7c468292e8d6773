"""The layout at three screen sizes: visible rows of a list, the link back, and the bytes of a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer, officer_path
from tests.browser import EVERY_RULE, axe
from tests.unit.desk.busy import fill
from tests.unit.desk.petition.test_placing import proposed
from tests.unit.desk.shell.served import Desk
from tests.unit.desk.shell.sights import EVERY_ROLE

pytestmark = pytest.mark.browser
SIZES = {(1440, 900): 13, (1920, 1080): 16, (390, 844): 4}
"""The least number of visible rows, by screen size."""
LONGEST_NAME = "TTPVHCC"
"""The unit with the longest name, which must fit on the buttons of the coordinators' list."""


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Desk]:
    opened = Desk(browser)
    fill(opened.office, 90)
    head = Officer(id="head", name="Lê Thị Mai", email="head@example.vn", unit=LONGEST_NAME, role=Role.HEAD)
    opened.office.store.create(officer_path(head.id), head.stored())
    for _ in range(10):
        proposed(opened.office, LONGEST_NAME)
    yield opened
    opened.close()


def whole_rows(page: Page) -> int:
    found: int = page.evaluate(
        "[...document.querySelectorAll('.rows tbody tr')].filter(row => row.getBoundingClientRect().height"
        " && row.getBoundingClientRect().bottom <= innerHeight).length"
    )
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("who", "path"),
    [("sxd-officer", "/"), ("coordinator", "/?view=open&level=normal"), ("coordinator", "/?view=queue")],
)
def test_a_screen_shows_many_rows_of_two_lines(desk: Desk, who: str, path: str, size: tuple[int, int]) -> None:
    page = desk.enter(who, *size)
    page.goto(desk.url + path)
    assert whole_rows(page) >= SIZES[size]
    if size[0] > 860:
        assert (
            page.evaluate("Math.max(...[...document.querySelectorAll('.rows tbody tr')].map(e => e.offsetHeight))")
            <= 56
        )


@pytest.mark.parametrize("width", [1440, 1024, 900, 390, 320])
def test_the_menu_of_every_role_is_whole_and_of_seven_items_at_most(desk: Desk, width: int) -> None:
    desk.office.types("Cho tôi gặp cán bộ")  # so that the menu shows a count
    for who in EVERY_ROLE:
        page = desk.enter(who, width, 900)
        items = page.locator("nav.menu > :is(a, button):visible")
        assert items.count() <= 7, who
        last, edge = items.last.bounding_box(), page.locator("header .ask").bounding_box()
        assert last
        assert edge
        assert last["x"] + last["width"] <= edge["x"], who
        assert page.evaluate("document.documentElement.scrollWidth") <= width, who


def test_a_tablet_shows_four_pages_in_the_bar_and_the_keys_in_the_middle(desk: Desk) -> None:
    page = desk.enter("sxd-officer", 1024, 700)
    assert page.locator("nav.menu > a:visible").count() == 4
    page.keyboard.press("?")
    box = page.get_by_role("dialog", name="Phím tắt").bounding_box()
    assert box
    assert abs(2 * box["x"] + box["width"] - 1024) < 20
    assert abs(2 * box["y"] + box["height"] - 700) < 20


@pytest.mark.parametrize("width", [1440, 390])
def test_remaining_pages_are_in_a_menu_that_works_by_keys_and_without_scripts(desk: Desk, width: int) -> None:
    for who, scripts in (("coordinator", True), ("sxd-head", True), ("inspector", False)):
        page = desk.enter(who, width, 900, scripts=scripts)
        more = page.get_by_role("button", name="Thêm")
        more.press("Enter")
        menu = page.locator("#menu-more")
        expect(menu).to_be_visible()
        box = menu.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(more).to_be_focused()
        more.press("Enter")
        page.keyboard.press("Tab")
        expect(menu.get_by_role("link").locator("visible=true").first).to_be_focused()
        if scripts:
            assert axe(page, EVERY_RULE, within="header") == [], who
        menu.get_by_role("link", name="Khó khăn").press("Enter")
        page.wait_for_url("**/difficulties")
        bar, folded = page.locator("nav.menu > a:visible"), menu.get_by_role("link", include_hidden=True)
        assert bar.count() + folded.count() >= 6


def test_page_of_styles_states_the_actual_sizes(desk: Desk) -> None:
    """The sizes named on the page match the rendered ones, including those of buttons."""
    page = desk.enter("sxd-officer", 1440, 900)
    page.goto(f"{desk.url}/styles")
    shown: list[list[str]] = page.evaluate(
        """() => [...document.querySelectorAll('[aria-labelledby=type] *')].filter(each => each.childElementCount === 0)
        .map(each => [each.innerText, getComputedStyle(each).fontSize]).filter(([words]) => words.includes(' · '))"""
    )
    assert len(shown) == 6
    assert {words: float(size.removesuffix("px")) for words, size in shown} == {
        words: pytest.approx(16 * float(words.partition(" ")[0])) for words, _ in shown
    }
    height = "each => each.getBoundingClientRect().height"
    for what, least in (("[aria-labelledby=buttons] .button", 40), ("input", 40), (".chip", 28)):
        for locator in page.locator("main").locator(what).all():
            assert locator.evaluate(height) >= least, what
    page.goto(desk.url)
    assert all(locator.evaluate(height) >= 36 for locator in page.locator(".seek .button").all())
    assert all(locator.evaluate(height) >= 32 for locator in page.locator(".bar .button").all())


def test_the_look_is_the_devices_until_one_chooses(desk: Desk) -> None:
    page = desk.enter("sxd-officer", scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto(f"{desk.url}/me")
    page.get_by_label("Màu của trang").select_option("light")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("body")).not_to_have_css("background-color", dark)
    page.goto(f"{desk.url}/me")
    page.get_by_label("Màu của trang").select_option("")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("body")).to_have_css("background-color", dark)


def test_back_next_and_previous_keep_list_filter_and_page(desk: Desk) -> None:
    page = desk.enter("coordinator", 1440, 900)
    page.goto(f"{desk.url}/?view=open&sort=newest")
    page.get_by_role("link", name="Trang sau").click()
    page.wait_for_url("**after=**")
    came_from = page.url
    codes = page.locator(".rows td.code").all_inner_texts()
    page.locator(".rows tbody th a").nth(1).click()
    page.wait_for_url(f"**/petitions/{codes[1]}")
    expect(page.locator("[data-place]")).to_have_text(f"2 / {len(codes)}")
    page.keyboard.press("n")
    page.wait_for_url(f"**/petitions/{codes[2]}")
    page.keyboard.press("p")
    page.wait_for_url(f"**/petitions/{codes[1]}")
    page.get_by_role("link", name="‹ Trước").click()
    page.wait_for_url(f"**/petitions/{codes[0]}")
    expect(page.get_by_role("link", name="‹ Trước")).to_be_hidden()
    page.keyboard.press("u")
    page.wait_for_url(came_from)


def test_a_list_of_fifty_is_light(desk: Desk) -> None:
    page = desk.enter("coordinator", 1440, 900)
    cold = page.context.browser.new_context(storage_state=page.context.storage_state()).new_page()  # type: ignore[union-attr]
    weights: list[int] = []
    cold.on("response", lambda answer: weights.append(int(answer.request.sizes()["responseBodySize"])))
    cold.goto(f"{desk.url}/?view=open", wait_until="networkidle")
    assert cold.locator(".rows tbody tr").count() >= 45
    print(f"a list of fifty weighs {sum(weights)} bytes cold in {len(weights)} requests")  # noqa: T201 - the figure that is asked for
    assert sum(weights) <= 70 * 1024
