from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, Response
from werkzeug.serving import make_server

from petitions.domain.publishing.public import result_id
from petitions.domain.reports.frozen import public_report_path
from tests.browser import Silent, violations
from tests.property.figures_year import FiguresYear
from tests.property.test_published_pages import site_of
from tests.unit.public_site.site import Published, report
from tests.unit.world import ID_KEY

pytestmark = pytest.mark.browser

ABOUT = ("/contact", "/privacy", "/accessibility")
SIZES = ((1440, 900), (390, 844), (320, 640))
FIRST_LOAD = 60_000
"""The largest number of bytes for a page with all its resources."""


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


@pytest.mark.parametrize("language", ["", "/en"])
def test_axe_finds_nothing_in_any_size_light_and_dark(
    browser: Browser, site: tuple[Published, str], language: str
) -> None:
    published = site[0].publishes(1)
    for quarter in (1, 2):
        path = public_report_path(f"q{quarter}-{language.strip('/')}")
        site[0].public.create(path, report(quarter, quarter).stored())
    shown = result_id(ID_KEY, published.code)
    page = browser.new_context().new_page()
    codes = (published.code, site[0].petition.code, "x")
    found = (f"/results/{shown}", "/results?q=khongco")
    for path in ("/", *codes, *found, "/?code=", "/results", "/figures", "/reports", "/data", "/how", "/none", *ABOUT):
        page.goto(f"{site[1]}{language}{path if path.startswith('/') else '/'}")
        if path in codes:
            page.locator("#code").fill(path)
            page.locator("form:has(#code) button").click()
        assert page.get_by_role("heading", level=1).count() == 1, path
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], (path, scheme)


@pytest.mark.parametrize("language", ["", "/en"])
def test_axe_finds_nothing_in_published_figures(browser: Browser, language: str) -> None:
    year = FiguresYear(seed=12, a_day=60)
    for _ in year.live(32):
        continue
    page = browser.new_context().new_page()
    with served(site_of(year).application) as address:
        for path in ("/", "/figures", "/figures?unit=SXD", "/figures?period=2026-01-w2"):
            page.goto(address + language + path)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert violations(page) == [], (path, scheme)


def test_a_first_load_is_small_and_asks_nobody_else(browser: Browser, site: tuple[Published, str]) -> None:
    for number in range(20):
        site[0].publishes(number)
    for path in ("/", "/results", "/en/"):
        page, answers = browser.new_context().new_page(), list[Response]()

        def collect(answer: Response, answers: list[Response] = answers) -> None:
            answers.append(answer)

        page.on("response", collect)
        page.goto(site[1] + path, wait_until="networkidle")
        sizes = {response.url: len(response.body()) for response in answers}
        assert all(item.startswith(site[1]) for item in sizes), path
        assert sum(sizes.values()) <= FIRST_LOAD, sizes


def test_a_search_is_narrowed_and_read_without_javascript(browser: Browser, site: tuple[Published, str]) -> None:
    for number in range(3):
        site[0].publishes(number)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(site[1])
    page.get_by_role("link", name="Xem tất cả").click()
    page.get_by_label("Tìm bằng lời thường").fill("tom tat 2")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name="Tóm tắt 2").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Tóm tắt 2 <i>"
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", name="Steps").is_visible()


def test_every_page_links_to_the_pages_about_the_channel_without_javascript(
    browser: Browser, site: tuple[Published, str]
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    for path in ("/", "/results", "/none", *ABOUT):
        for wanted in ABOUT:
            page.goto(site[1] + path)
            page.locator(f"footer a[href='{wanted}']").click()
            assert page.url == site[1] + wanted
            assert page.get_by_role("heading", level=1).count() == 1
