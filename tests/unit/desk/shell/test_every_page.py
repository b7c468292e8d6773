"""All pages of the desk for all roles, at three sizes and in light and dark colours, checked by axe.

Every page is loaded once, then resized and recoloured. Colour rules are checked once for every kind of element, meaning
elements that style sheets cannot distinguish.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import COLOURS, EVERY_RULE, axe, unfold
from tests.unit.desk.shell.served import Desk
from tests.unit.desk.shell.sights import EVERY_ROLE, SOUGHT, furnish, pages_of

pytestmark = pytest.mark.browser
SIZES = ((1440, 900), (1920, 1080), (390, 844))
NARROWEST = 360
"""The width of a narrow phone in pixels. Nothing on a page may be wider."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LAYOUT = ["target-size", "scrollable-region-focusable"]
"""The rules about positions. The result of all other rules is the same on wide screens."""
_MARK = """known => {
  const seen = new Set(known), marks = ['class', 'aria-current', 'aria-labelledby', 'role', 'type', 'fill', 'disabled'];
  const one = each => each.localName + marks.map(name => each.getAttribute(name) ?? '').join('|');
  const kind = each => each && each !== document.documentElement ? kind(each.parentElement) + '>' + one(each) : '';
  const words = each => each.matches('input, select, textarea') || [...each.childNodes].some(
    node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const each of document.querySelectorAll('[data-kind]')) each.removeAttribute('data-kind');
  const fresh = [];
  for (const each of document.body.querySelectorAll('*')) {
    if (!words(each) || !each.checkVisibility() || seen.has(kind(each))) continue;
    seen.add(kind(each));
    fresh.push(kind(each));
    each.dataset.kind = 'fresh';
  }
  return fresh;
}"""


@dataclass
class Eyes:
    """Checks of a page at all sizes and in all colours.

    A kind of element is checked only once at each size and in each colour scheme.
    """

    known: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def faults(self, page: Page) -> Iterator[str]:
        """Yield the faults of the page at every size and in both colour schemes."""
        unfold(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            yield from _too_wide(page)
            everything = width != SIZES[1][0]
            # As high as the page, because content below the bar at the foot can be scrolled but counts as too small.
            high = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": max(height, high + height)})
            for item in axe(page, EVERY_RULE, without=COLOURS) if everything else axe(page, LAYOUT):
                yield f"{width}: {item}"
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                yield from (f"{width} {scheme}: {colour}" for colour in self._colours(page, f"{width} {scheme}"))
        page.set_viewport_size({"width": NARROWEST, "height": height})
        yield from _too_wide(page)

    def _colours(self, page: Page, look: str) -> list[str]:
        fresh = page.evaluate(_MARK, list(self.known[look]))
        self.known[look].update(fresh)
        return axe(page, COLOURS, within="[data-kind]") if fresh else []


def _too_wide(page: Page) -> list[str]:
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"{screen}: {wide - screen} px wider than the screen"] if wide > screen else []


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Desk]:
    opened = Desk(browser)
    furnish(opened.office)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    return Eyes()


@pytest.mark.parametrize("who", EVERY_ROLE)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(desk: Desk, eyes: Eyes, who: str) -> None:
    page = desk.enter(who)
    if who != "admin":
        page.goto(f"{desk.url}/search")
        page.locator("#text").fill(SOUGHT)
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    found: dict[str, list[str]] = {}
    for path in pages_of(desk.office, who):
        page.goto(desk.url + path)
        faults = list(eyes.faults(page))
        found |= {path: faults} if faults else {}
    page.context.close()
    assert found == {}


def test_the_eyes_see(desk: Desk) -> None:
    """Faults that occur at one size or in one scheme are found, once per check."""
    page = desk.enter("sxd-officer")
    page.goto(f"{desk.url}/me")
    page.evaluate(
        """() => {
      const style = new CSSStyleSheet();
      style.replaceSync(`.faint { color: #000 } @media (max-width: 860px) { .faint { color: #aaa } }
        @media (prefers-color-scheme: dark) { .faint { color: #333 } } .near { display: inline-block; width: 9px }`);
      document.adoptedStyleSheets.push(style);
      document.querySelector('main').insertAdjacentHTML('beforeend',
        '<p class="faint">mờ</p><p class="faint">cũng mờ</p>' +
        '<p><a class="near" href="/">.</a><a class="near" href="/me">.</a></p>');
    }"""
    )
    faults = [fault.split(": ")[:2] for fault in Eyes().faults(page)]
    page.context.close()
    near = [[str(width), "target-size"] for width, _ in SIZES]
    dark = [[f"{width} dark", "color-contrast"] for width, _ in SIZES]
    assert sorted(faults) == sorted([*near, *dark, ["390 light", "color-contrast"]])
