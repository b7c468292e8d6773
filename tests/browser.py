"""Helpers for tests in headless Chromium: a server without a log, and accessibility checks with axe."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler

EVERY_RULE = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
"""All rules of WCAG 2.2 level AA, and axe's best practices."""
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules about colours. They take most of the time, so that callers may leave them out."""
_RUN = "([where, options]) => axe.run(where, options).then(found => found.violations)"


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - named by werkzeug
        del type, message, args


def unfold(page: Page) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def axe(page: Page, rules: Any, *, within: str = "html", without: list[str] | None = None) -> list[str]:
    """Return the violations that axe finds within the selector, as "rule: help text: HTML of the first element".

    The given rules are checked, except those in `without`.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    left_out = {rule: {"enabled": False} for rule in without or []}
    options = {"runOnly": rules, "rules": left_out, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate(_RUN, [{"include": [[within]]}, options])
    return [f"{item['id']}: {item['help']}: {item['nodes'][0]['html']}" for item in found]


def violations(page: Page) -> list[str]:
    """Return axe's violations of all rules on the page, with all `<details>` elements open."""
    unfold(page)
    return axe(page, EVERY_RULE)
