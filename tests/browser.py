"""Headless Chromium for tests, a server that logs nothing, and axe's findings on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler

EVERY_RULE = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
"""WCAG 2.2 AA, and good practice beside it."""
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that look at colours: they take most of the time."""
_RUN = "([where, options]) => axe.run(where, options).then(found => found.violations)"


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - named by werkzeug
        del type, message, args


def unfold(page: Page) -> None:
    """Open everything that is folded on the page."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def axe(page: Page, rules: Any, *, within: str = "html", without: list[str] | None = None) -> list[str]:
    """Return axe's violations of these rules within the selector."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    left_out = {rule: {"enabled": False} for rule in without or []}
    options = {"runOnly": rules, "rules": left_out, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate(_RUN, [{"include": [[within]]}, options])
    return [f"{item['id']}: {item['help']}: {item['nodes'][0]['html']}" for item in found]


def violations(page: Page) -> list[str]:
    """Return axe's findings on the page with everything unfolded."""
    unfold(page)
    return axe(page, EVERY_RULE)
