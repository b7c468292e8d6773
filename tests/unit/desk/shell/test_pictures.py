"""A petition with twenty photos in the browser: the size of its page and the photo viewer."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from petitions.domain.petition.petition import Petition
from tests.unit.desk.busy import with_pictures
from tests.unit.desk.shell.served import Desk

pytestmark = pytest.mark.browser
NUMBER = 20
MOST_COLD, MOST_THUMBNAILS, MOST_WARM = 150 * 1024, 60 * 1024, 6


def photo() -> bytes:
    made = io.BytesIO()
    channels = [Image.effect_noise((1600, 1200), sigma) for sigma in (40, 60, 80)]
    Image.merge("RGB", channels).save(made, "JPEG", quality=70)
    return made.getvalue()


@pytest.fixture
def petition(desk: Desk) -> Petition:
    filed = desk.office.filed_in("SXD")
    with_pictures(desk.office, filed, photo(), NUMBER)
    return filed


def loaded(page: Page, address: str) -> list[tuple[str, int]]:
    came: list[tuple[str, int]] = []
    page.on("response", lambda answer: came.append((answer.url, int(answer.request.sizes()["responseBodySize"]))))
    page.goto(address)
    page.locator("a.picture").last.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.querySelectorAll('a.picture img')].every((each) => each.naturalWidth)")
    page.wait_for_load_state("networkidle")
    return came


def test_the_page_weighs_little_cold_and_asks_little_warm(desk: Desk, petition: Petition) -> None:
    address = f"{desk.url}/petitions/{petition.code}"
    signed_in = desk.enter("sxd-officer", 1440, 900).context.storage_state()
    page = desk.browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=signed_in).new_page()
    cold = loaded(page, address)
    pictures = [size for url, size in cold if "/files/" in url]
    print(f"cold: {sum(size for _, size in cold)} bytes, of which {sum(pictures)} for {len(pictures)} photos")  # noqa: T201 - the figures that are asked for
    assert len(pictures) == NUMBER
    assert sum(pictures) <= MOST_THUMBNAILS
    assert sum(size for _, size in cold) <= MOST_COLD
    again = page.context.new_page()
    asked: list[str] = []
    desk.server.app, served = _noting(desk.server.app, asked), desk.server.app
    loaded(again, address)
    desk.server.app = served
    print(f"warm: {asked}")  # noqa: T201
    assert len(asked) <= MOST_WARM
    assert not [path for path in asked if "/files/" in path]


def _noting(app: Callable[..., Any], asked: list[str]) -> Callable[..., Any]:
    def noted(environ: dict[str, Any], start_response: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        return app(environ, start_response)

    return noted


def test_looking_at_photos_loses_neither_place_nor_words(desk: Desk, petition: Petition) -> None:
    page = desk.enter("sxd-officer", 1440, 900)
    page.goto(f"{desk.url}/petitions/{petition.code}")
    page.locator("summary", has_text="Ghi chú, cuộc gọi").click()
    page.locator("#note-text").fill("Đã gọi cho phường")
    page.locator("a.picture").nth(1).focus()
    place = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog", name="Ảnh")
    for key, position in (("ArrowRight", "3 / 20"), ("ArrowLeft", "2 / 20"), ("End", "20 / 20"), ("Home", "1 / 20")):
        page.keyboard.press(key)
        expect(viewer).to_contain_text(position)
    expect(viewer.locator("img")).to_have_js_property("naturalWidth", 1600)
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(page.locator("a.picture").first).to_be_focused()
    expect(page.locator("#note-text")).to_have_value("Đã gọi cho phường")
    assert page.url == f"{desk.url}/petitions/{petition.code}"
    assert abs(page.evaluate("scrollY") - place) <= 100


def test_without_scripts_a_photo_is_a_link(desk: Desk, petition: Petition) -> None:
    page = desk.enter("sxd-officer", 390, 844, scripts=False)
    page.goto(f"{desk.url}/petitions/{petition.code}")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Ảnh 2", exact=True).click()
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("/files/f1")


def test_a_photo_without_a_thumbnail_is_a_link_with_its_size(desk: Desk, petition: Petition) -> None:
    desk.office.store.update(f"petitions/{petition.code}/attachments/f3", {"thumbnail": False})
    page = desk.enter("sxd-officer", 1440, 900)
    page.goto(f"{desk.url}/petitions/{petition.code}")
    link = page.get_by_role("link", name="Ảnh 4", exact=True)
    expect(link).to_contain_text("kB")
    expect(link.locator("img")).to_have_count(0)
    link.click()
    expect(page.get_by_role("dialog", name="Ảnh")).to_contain_text("4 / 20")
