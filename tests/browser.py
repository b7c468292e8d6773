"""Headless Chromium for tests, a server that logs nothing, and what axe finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - named by werkzeug
        del type, message, args


def violations(page: Page) -> list[str]:
    """What axe calls serious or critical on the page with everything unfolded."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html']}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
