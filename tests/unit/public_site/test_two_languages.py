"""The public pages in Vietnamese and English: valid HTML, and cached only if identical for everybody."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import html5lib
import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.outcomes import AnswerOutcome
from petitions.domain.publishing.public import result_id
from petitions.errors import Retryable
from petitions.ports.store import Document, Query
from tests.unit.public_site.site import AnsweredSite, Published
from tests.unit.world import ID_KEY

FOLDER = Path(__file__).parents[3] / "functions/public_site"
WORDS = {item: json.loads((FOLDER / "words" / f"{item}.json").read_text()) for item in ("vi", "en")}
PATHS = ("/", "/results", "/figures", "/reports", "/data", "/how", "/contact", "/privacy", "/accessibility")


@pytest.fixture
def site() -> Published:
    return Published()


def test_both_catalogues_have_the_same_words_with_the_same_gaps() -> None:
    labels = {f"state_{state}" for state in State} | {f"outcome_{answer_outcome}" for answer_outcome in AnswerOutcome}
    assert set(WORDS["en"]) == set(WORDS["vi"]) | labels
    for key, words in WORDS["vi"].items():
        gaps = [
            {name for _, name, _, _ in string.Formatter().parse(item) if name} for item in (words, WORDS["en"][key])
        ]
        assert gaps[0] == gaps[1], key


def gaps(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_word_is_used() -> None:
    sources = "".join(path.read_text() for path in FOLDER.rglob("*") if path.suffix in {".html", ".py"})
    built = (
        "state_",
        "outcome_",
        "next_",
        "step_",
        "late_",
        "overdue_",
        "time_",
        "filter_",
        "works_",
        "figures_",
        "means_",
        "term_",
        "level_",
        "unit_",
    )
    named = {"home", "results", "figures", "data", "how", "contact", "privacy", "accessibility"}
    unused = [
        key for key in WORDS["en"] if f'"{key}"' not in sources and not key.startswith(built) and key not in named
    ]
    assert unused == []


def test_each_page_leads_to_itself_in_the_other_language_and_is_valid(site: Published) -> None:
    shown = result_id(ID_KEY, site.publishes(1).code)
    for path in (*PATHS, f"/results/{shown}", "/results?q=chan&unit=SXD", "/nowhere"):
        page = site.client.get(path).text
        other = re.search(r'<link rel="alternate" hreflang="en" href="([^"]+)"', page)
        assert other
        english = site.client.get(other[1].replace("&amp;", "&")).text
        assert ('<html lang="vi">' in page, '<html lang="en">' in english) == (True, True)
        back = re.search(r'hreflang="vi" href="([^"]+)"', english)
        assert back
        assert back[1].replace("&amp;", "&") == path
        for text in (page, english):
            parser = html5lib.HTMLParser(strict=True)
            parser.parse(text)


def test_english_page_has_vietnamese_only_where_marked(site: Published) -> None:
    site.publishes(1)
    marks = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
    for path in PATHS:
        page = site.client.get(f"/en{path}").text
        plain = re.sub(r"<(\w+)[^>]*\slang=\"vi\".*?</\1>", "", page, flags=re.DOTALL)
        plain = plain.replace("Phản ánh kiến nghị thành phố Hà Nội", "").replace("Đ-CP", "").replace("mở lại", "")
        if path != "/data":  # its data dictionary is in both languages
            assert not marks.findall(re.sub(r"<[^>]+>", "", plain)), path


def test_only_pages_that_are_the_same_for_everybody_are_cached() -> None:
    site = AnsweredSite()
    for path in PATHS:
        answer = site.client.get(path)
        assert answer.headers["Cache-Control"] == "public, max-age=60", path
        again = site.client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
    private = [
        site.client.get(f"/?code={site.code}"),
        site.client.post("/", data={"code": site.code}),
        site.client.post("/api/status", data={"code": site.code}),
        site.client.get("/nowhere"),
    ]
    assert {test_response.headers["Cache-Control"] for test_response in private} == {"no-store"}


def test_a_page_is_read_once_a_minute_however_often_it_is_asked_for(site: Published) -> None:
    site.publishes(1)
    first = site.client.get("/results").text
    site.publishes(2)
    found = site.public.find
    calls = 0

    def counting(*given: object) -> object:
        nonlocal calls
        calls += 1
        return found(*given)  # type: ignore[arg-type]

    site.public.find = counting  # type: ignore[method-assign,assignment]
    assert {site.client.get("/results").text for _ in range(100)} == {first}
    assert calls == 0
    site.clock.advance(seconds=60)
    assert site.client.get("/results").text != first
    assert 0 < calls <= 3


def test_while_one_request_makes_a_page_anew_the_others_get_the_one_before(site: Published) -> None:
    site.publishes(1)
    first = site.client.get("/results").text
    site.publishes(2)
    site.clock.advance(seconds=60)
    found, others = site.public.find, list[str]()

    def slow(query: Query) -> list[Document]:
        others.append(site.app.test_client().get("/results").text)
        return found(query)

    site.public.find = slow  # type: ignore[method-assign]
    fresh = site.client.get("/results").text
    assert (others, fresh != first) == ([first], True)
    assert site.client.get("/results").text == fresh
    site.clock.advance(seconds=60)
    site.public.find = failing  # type: ignore[method-assign,assignment]
    assert site.client.get("/results").status_code == 503  # the request that renews it fails
    assert site.client.get("/results").text == fresh  # for ten seconds all others get the cached page
    site.clock.advance(seconds=10)
    assert site.client.get("/results").status_code == 503


def failing(_: Query) -> list[Document]:
    raise Retryable("down", reason="firestore")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", "3 kết quả"), ("q=CHẤN+chỉnh", "3 kết quả"), ("q=chan+chinh+2", "3 kết quả"), ("q=%20.", "ít nhất một từ"),
        ("q=khongco", "Không có kết quả nào"), ("unit=SXD", "Không có kết quả nào"), ("unit=%00'", "3 kết quả"),
    ],
)  # fmt: skip
def test_search_shows_the_number_of_results(site: Published, asked: str, count: str) -> None:
    for number in (2, 3, 4):
        site.publishes(number)
    assert count in site.client.get(f"/results?{asked}").text


def test_filters_offer_choices_with_results_and_stay_chosen(site: Published) -> None:
    site.publishes(2)
    page = site.client.get("/results").text
    value = re.search(r'<select id="unit".*?<option value="([^"]+)" lang', page, re.DOTALL)
    assert value
    narrowed = site.client.get(f"/results?unit={value[1]}&period=2026_11").text
    assert f'<option value="{value[1]}" selected' in narrowed
    assert "1 kết quả" in narrowed


def test_the_code_that_is_scanned_fills_its_place_whatever_its_length(site: Published) -> None:
    picture = re.search(r"<svg[^>]*>", site.client.get("/").text)
    assert picture
    assert 'viewBox="0 0 ' in picture[0]
    assert "width" not in picture[0]


def test_a_code_of_the_national_portal_gets_words_of_its_own(site: Published) -> None:
    assert "Cổng Dịch vụ công quốc gia" in site.client.post("/", data={"code": "PAKN.20261123.0001"}).text
    assert "National Public Service Portal" in site.client.post("/en/", data={"code": "PAKN.20261123.0001"}).text
