"""Pictures of the desk's help can be taken, with a number at every element that the help explains.

`HELP_PICTURES=renew` stores them (`make pictures`). Otherwise the test only tries to take them.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from desk.words.help_texts import TOPICS
from tests.browser import violations
from tests.unit.desk.guide.scenes import AFTER_A_FORM, LARGEST, MADE_OF, PICTURES, Scene, busy_office, digest, outdated
from tests.unit.desk.shell.served import Desk

pytestmark = pytest.mark.browser
SIZE, SHOWN = (1100, 641), (640, 373)
NUMBER = """([selector, number]) => {
  const found = [...document.querySelectorAll(selector)].find(each => each.getBoundingClientRect().height);
  if (!found) return false;
  const at = found.getBoundingClientRect(), sign = document.createElement("b");
  sign.textContent = number;
  sign.style.cssText = `position:absolute;z-index:99;left:${Math.max(4, at.left + scrollX - 12)}px;`
    + `top:${at.top + scrollY - 12}px;width:34px;height:34px;border-radius:50%;background:#b3005e;color:#fff;`
    + "font:700 20px/34px sans-serif;text-align:center;box-shadow:0 0 0 3px #fff";
  found.style.outline = "3px solid #b3005e";
  document.body.append(sign);
  return true;
}"""


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Desk]:
    opened = Desk(browser)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def scenes(desk: Desk) -> dict[str, Scene]:
    return busy_office(desk.office)


@pytest.fixture(scope="module")
def people(desk: Desk) -> dict[str, Page]:
    return {who: desk.enter(who, *SIZE) for who in ("sxd-officer", "sxd-head", "coordinator", "inspector", "admin")}


def test_every_page_can_be_pictured(desk: Desk, scenes: dict[str, Scene], people: dict[str, Page]) -> None:
    made, wrong = {}, []
    assert scenes.keys() == TOPICS.keys() - {AFTER_A_FORM}
    for rule, scene in scenes.items():
        topic, page = TOPICS[rule], people[scene.who]
        answer = page.goto(desk.url + scene.path)
        assert answer is not None
        assert answer.ok, rule
        if scene.sought:
            page.locator("#text").fill(scene.sought)
            page.locator("#text").press("Enter")
            expect(page.locator("#content .plain-list")).to_be_visible()
        for number, point in enumerate(topic.points, 1):
            if point.mark and not page.evaluate(NUMBER, [point.mark, number]):
                wrong.append((rule, point.mark))
        page.evaluate("scrollTo(0, 0)")
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)
        packed = io.BytesIO()
        picture.save(packed, "WEBP", quality=38, method=6)
        made[topic.picture] = packed.getvalue()
    assert wrong == []
    assert {name: len(item) for name, item in made.items() if len(item) > LARGEST} == {}
    if os.environ.get("HELP_PICTURES") == "renew":
        PICTURES.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            if name in outdated():
                (PICTURES / f"{name}.webp").write_bytes(content)
        MADE_OF.write_text(json.dumps({t.picture: digest(t) for t in TOPICS.values()}, indent=1, sort_keys=True) + "\n")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_help_is_in_the_same_place_of_every_page_and_needs_no_script(
    desk: Desk, scenes: dict[str, Scene], width: int, height: int
) -> None:
    places = set()
    for scripts in (True, False):
        page = desk.enter("sxd-officer", width, height, scripts=scripts)
        for rule in ("/", "/petitions/<code>", "/petitions/<code>/answer", "/me"):
            page.goto(desk.url + scenes[rule].path)
            button = page.get_by_role("button", name="Trợ giúp cho trang này")
            places.add((box["x"], box["y"]) if (box := button.bounding_box()) and scripts else None)
            button.click()
            helped = page.locator("#help")
            expect(helped).to_contain_text(TOPICS[rule].points[0].words)
            expect(helped.get_by_role("heading", name=TOPICS[rule].title)).to_be_in_viewport()
            if scripts:
                assert violations(page) == [], rule
                assert page.evaluate("document.querySelector('#help img').complete")
            page.keyboard.press("Escape")
            expect(helped).to_be_hidden()
    assert len(places - {None}) == 1


def test_the_help_follows_when_only_the_content_of_a_page_is_changed(desk: Desk, scenes: dict[str, Scene]) -> None:
    page = desk.enter("coordinator")
    page.goto(desk.url + scenes["/boards/reminders"].path)
    page.get_by_role("link", name="Quá hạn").first.click()
    page.wait_for_url("**/boards/lateness")
    page.get_by_role("button", name="Trợ giúp cho trang này").click()
    expect(page.locator("#help h2")).to_have_text(TOPICS["/boards/lateness"].title)


@pytest.mark.parametrize("width", [1440, 390])
def test_glossary_and_guide_can_be_read_and_printed(desk: Desk, people: dict[str, Page], width: int) -> None:
    page = people["sxd-head"]
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/help", "/help/guide"):
        page.goto(desk.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.emulate_media(media="print")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.get_by_role("heading", name="1. Danh sách hồ sơ")).to_be_visible()
    page.emulate_media(media="screen")
