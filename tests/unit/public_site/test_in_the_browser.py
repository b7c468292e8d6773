"""The public pages in headless Chromium: what axe finds, and a phone's width."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.browser import Silent, violations
from tests.unit.public_site.site import BYTES, DIGITS, OwnSite, Published

pytestmark = pytest.mark.browser

ABOUT = ("/privacy", "/contact", "/accessibility")


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site() -> Iterator[tuple[Published, str]]:
    site = Published()
    with served(site.app) as address:
        yield site, address


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_a_phone_is_wide_enough(
    browser: Browser, site: tuple[Published, str], width: int
) -> None:
    published = site[0].publishes(1)
    page = browser.new_context(viewport={"width": width, "height": 740}).new_page()
    found = (f"/?code={published.code}", f"/?code={site[0].petition.code}")
    for path in ("/", *found, "/?code=x", "/results", "/none", *ABOUT):
        page.goto(site[1] + path)
        assert violations(page) == [], path
        assert page.get_by_role("heading", level=1).count() == 1, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_every_page_leads_to_what_the_channel_says_of_itself_without_javascript(
    browser: Browser, site: tuple[Published, str]
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    for path in ("/", "/results", "/none", *ABOUT):
        for wanted in ABOUT:
            page.goto(site[1] + path)
            page.locator(f"footer a[href='{wanted}']").click()
            assert page.url == site[1] + wanted
            assert page.get_by_role("heading", level=1).count() == 1


@pytest.mark.parametrize("width", [1280, 360])
def test_a_filers_own_page_is_as_good_and_works_without_javascript(browser: Browser, width: int) -> None:
    site = OwnSite()
    context = browser.new_context(viewport={"width": width, "height": 740})
    with served(site.app) as address:
        page = context.new_page()
        for digits, words in (("0000", "Còn 4 lần thử"), (DIGITS, "Câu trả lời")):
            page.goto(f"{address}/?code={site.code}")
            page.get_by_label("Bốn số cuối điện thoại").fill(digits)
            page.get_by_role("button", name="Xem nội dung").click()
            assert words in page.locator("main").inner_text()
            assert violations(page) == [], digits
            assert page.get_by_role("heading", level=1).count() == 1, digits
            assert page.evaluate("document.documentElement.scrollWidth") <= width, digits
        with page.expect_download() as saving:
            page.get_by_role("button", name="Tải về Phụ lục").click()
        assert saving.value.path().read_bytes() == BYTES
        assert page.locator("script").count() == 0
