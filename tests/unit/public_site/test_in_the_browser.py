"""The public pages in headless Chromium: what axe finds, and a phone's width."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.unit.desk.test_in_the_browser import Silent, browser, violations
from tests.unit.public_site.test_results import Published

pytestmark = pytest.mark.browser
__all__ = ["browser"]


@pytest.fixture
def site() -> Iterator[tuple[Published, str]]:
    site = Published()
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_a_phone_is_wide_enough(
    browser: Browser, site: tuple[Published, str], width: int
) -> None:
    published = site[0].publishes(1)
    page = browser.new_context(viewport={"width": width, "height": 740}).new_page()
    for path in ("/", f"/?code={published.code}", f"/?code={site[0].petition.code}", "/?code=x", "/results", "/none"):
        page.goto(site[1] + path)
        assert violations(page) == [], path
        assert page.get_by_role("heading", level=1).count() == 1, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
