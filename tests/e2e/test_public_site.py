"""The whole public site for anonymous visitors: no personal data, no dead end, and no need of scripts.

Names, phones, addresses, Zalo ids, codes and notes of the petitions are words that occur nowhere else. One petition is
published with the text of a head, one with the text drafted by the machine, and one is not published.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import feedparser
import html5lib
import httpx
import jsonschema
import pytest
from playwright.sync_api import Browser, Page, expect

from petitions.domain.language.searching import search_words
from petitions.domain.publishing.law_references import law_link
from tests import georeport
from tests.e2e.pages import ANSWER
from tests.e2e.site_crawler import Crawler
from tests.e2e.stack import LocalStack, wait_for

NAME, PHONE, PLACE = "Khuất Thị Xuyến Ngoãn", "0987 650 431", "số 7749 ngõ Quỷnh Khoeo, phường Yên Hòa"
NOTE, DEED = "GHICHUNOIBO77", "Bỏ dòng nêu tên QUANTRINOIBO88"
INSIDE = "UBND phường chậm trả giấy khai sinh, việc này BIMATTRONG99 chưa ai trả lời"
STORY = "UBND phường chậm trả giấy khai sinh cho con tôi"
SUMMARY = "Phường trả giấy khai sinh chậm hẹn."
REPLY = f"Gửi bà {NAME}, {PLACE}: {ANSWER} Căn cứ Nghị định 123/2015/NĐ-CP."
DIGITS = "0431"


def _is_public(stack: LocalStack, code: str) -> bool:
    return bool((stack.public_status(code) or {}).get("published_at"))


class Filed:
    def __init__(self) -> None:
        self.codes: list[str] = []
        self.marks: set[str] = {"GHICHUNOIBO77", "QUANTRINOIBO88", "BIMATTRONG99"}


def _routed(petition: dict[str, Any] | None) -> dict[str, Any] | None:
    return petition if petition and petition["routed"] else None


def _answers(stack: LocalStack, code: str) -> None:
    coordinator = stack.officer("coordinator")
    petition: dict[str, Any] = wait_for(lambda: _routed(coordinator.petition(code)), "the routing")
    officer, head = stack.officer("officer", petition["unit"]), stack.officer("head", petition["unit"])
    officer.does(code, "accept")
    head.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    officer.submit(f"/petitions/{code}/notes", kind="noted", text=NOTE)
    officer.does(code, "submit_answer", text=REPLY, no_evidence=f"Việc đã xong tại chỗ {NOTE}")
    head.does(code, "approve", text=f"Đã xem {NOTE}")


def _drafted(stack: LocalStack, code: str) -> dict[str, str]:
    petition = stack.officer("coordinator").petition(code) or {}
    page = stack.officer("head", petition["unit"]).http.get(f"/petitions/{code}").text
    parts = r'<textarea id="(?:summary|text-publish)" name="(summary|text)"[^>]*>\n?(.*?)</textarea>'
    found = dict(re.findall(parts, page, re.DOTALL))
    return {name: unescape(words) for name, words in found.items()}


@pytest.fixture(scope="module")
def filed(stack: LocalStack) -> Filed:
    made, users = Filed(), [f"45729476930{number:09}" for number in (771, 772, 773)]
    for user, story in zip(users, (STORY, STORY, INSIDE), strict=True):
        stack.begins(user, story)
        stack.completes(user, PLACE, NAME, PHONE)
        made.codes.append(stack.confirms(user))
    for code in made.codes[:2]:
        _answers(stack, code)
    coordinator = stack.officer("coordinator")
    coordinator.does(made.codes[0], "publish", summary=SUMMARY, text=ANSWER)
    coordinator.does(made.codes[1], "publish", **_drafted(stack, made.codes[1]))
    plain = PHONE.replace(" ", "")
    made.marks |= {*users, *made.codes, PHONE, plain, f"84{plain[1:]}", f"+84{plain[1:]}", NAME, "Xuyến Ngoãn"}
    made.marks |= {"7749 ng", "Quỷnh Khoeo", "Xuyen Ngoan", "Quynh Khoeo"}
    wait_for(lambda: all(_is_public(stack, code) for code in made.codes[:2]), "the publication")
    stack.command("fire", "figures-fold")
    return made


@pytest.fixture(scope="module")
def walked(stack: LocalStack, filed: Filed) -> Crawler:
    assert filed
    crawler = Crawler(stack.http, stack.url("public_url"))
    crawler.walk("/", "/en/", "/robots.txt", "/sitemap.xml", "/data", "/results?q=%C4%91%C6%B0%E1%BB%A3c")
    return crawler


def _seen(answer: httpx.Response) -> list[str]:
    text = answer.content.decode("utf-8")
    written = text.encode().decode("unicode_escape", "replace") if "\\u" in text else ""
    return [str(answer.url), repr(answer.headers.raw), text, unescape(text), written]


def test_no_mark_of_anybody_is_on_any_address(walked: Crawler, filed: Filed) -> None:
    marks = {form for mark in filed.marks for form in (mark, quote(mark), mark.lower(), mark.upper())}
    found = {
        (path, mark)
        for path, answer in walked.pages.items()
        for text in _seen(answer)
        for mark in marks
        if mark in text
    }
    assert found == set()
    # The crawler did reach both results, in every format of the site.
    ids = set(re.findall(r"/results/(KQ-[0-9A-Z-]{14})", " ".join(walked.pages)))
    assert len(ids) >= 2
    for public_id in ids:
        for path in (f"/results/{public_id}", f"/en/results/{public_id}", f"/open311/v2/requests/{public_id}.json"):
            assert walked.pages[path].status_code == 200, path
    assert any(SUMMARY in walked.pages[path].text for path in walked.pages if path.startswith("/results/"))
    kinds = ("/results?", "/en/results?", "/figures?", "/en/figures?", "/results.atom?", "/data/figures.csv?",
             "/data/figures.json", "/data/results.csv", "/data/results.json", "/open311/v2/services.json",
             "/open311/v2/requests.json?", "/robots.txt", "/privacy", "/en/how", "/assets/")  # fmt: skip
    assert [kind for kind in kinds if not any(path.startswith(kind) for path in walked.pages)] == []


def test_masked_data_finds_nobody(stack: LocalStack, filed: Filed) -> None:
    """The search finds nobody by masked data, because its index could keep words that no page shows."""
    assert filed.codes
    for words in ("Khuất", "Xuyến Ngoãn", "Quỷnh Khoeo", "0987650431", "7749", NOTE):
        assert search_words(words)
        page = stack.http.get(f"{stack.url('public_url')}/data/results.json", params={"q": words})
        assert page.json()["results"] == [], words


def test_no_address_of_the_site_is_dead_and_none_is_foreign(stack: LocalStack, walked: Crawler) -> None:
    broken = {path: answer.status_code for path, answer in walked.pages.items() if answer.status_code != 200}
    assert broken == {"/api/": 404}  # named in robots.txt alone, as an address not to follow
    assert walked.loaded_elsewhere == set()
    leads = {item for item in walked.elsewhere if not item.startswith("tel:")}
    assert leads <= {stack.env("public_site", "ZALO_CHAT_URL"), law_link("123/2015/NĐ-CP")}


def test_every_page_and_feed_is_as_its_standard_has_it(walked: Crawler) -> None:
    seen = dict.fromkeys(
        ("text/html", "application/atom+xml", "application/xml", "application/json", "text/csv", "text/xml"), 0
    )
    for path, answer in walked.pages.items():
        kind = answer.headers["Content-Type"].partition(";")[0]
        seen[kind] = seen.get(kind, 0) + 1
        if kind == "text/html":
            html5lib.HTMLParser(strict=True).parse(answer.text)
            for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL):
                question = json.loads(data)["mainEntity"]
                assert question["acceptedAnswer"]["@type"] == "Answer", path
        elif kind == "application/atom+xml":
            assert feedparser.parse(answer.text).bozo is False, path
        elif kind == "application/xml":
            ET.fromstring(answer.text)  # noqa: S314 - our own
        elif kind == "text/xml" and "/v2/" in path:
            georeport.read_xml(answer.text)
        elif path.startswith("/open311/v2/"):
            name = "services" if "services" in path else "service_requests"
            jsonschema.validate(answer.json(), georeport.SCHEMAS[name])
        elif kind == "application/json":
            answer.json()
    assert min(seen.values()) > 0, seen


@pytest.mark.browser
def test_the_journeys_need_no_script(stack: LocalStack, filed: Filed, browser: Browser) -> None:
    page: Page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    main, home = page.locator("main"), stack.url("public_url")
    page.goto(home)
    page.get_by_label("Mã phản ánh").fill(filed.codes[0].lower().replace("-", " "))
    page.get_by_role("button", name="Tra cứu").click()
    expect(main).to_contain_text("Đã công khai")
    assert filed.codes[0] not in page.url
    page.get_by_label("Bốn số cuối điện thoại").fill(DIGITS)
    page.get_by_role("button", name="Xem nội dung").click()
    expect(main).to_contain_text(ANSWER[:60])
    assert DIGITS not in page.url
    page.goto(home)
    page.get_by_role("link", name="Kết quả", exact=True).click()
    page.get_by_label("Tìm bằng lời thường").fill("giay khai sinh")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name=SUMMARY).first.click()
    expect(main).to_contain_text(ANSWER)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Steps")).to_be_visible()
    page.get_by_role("link", name="Figures", exact=True).click()
    page.get_by_label("Office").select_option("SXD")
    page.get_by_role("button", name="Show").click()
    assert "unit=SXD" in page.url
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sở Xây dựng")
    page.get_by_role("link", name="Open data", exact=True).click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="/data/results.csv").click()
    assert SUMMARY in saving.value.path().read_text(encoding="utf-8")
