"""Thousands of invalid requests to the pages of citizens: no status 5xx, no foreign data, nothing invalid published."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from petitions.domain.citizen.citizen import input_path
from petitions.domain.pages.browsers import MOST_WORDS
from petitions.domain.pages.links import page_id
from petitions.domain.pages.posts import PagePost
from petitions.domain.publishing.digit_tries import MOST_WRONG
from tests.unit.citizen_page.site import NAME, form_of, petition_site
from tests.unit.pages.paged import DIGITS, STORY
from tests.unit.public_site.site import ANSWER, answered

SEED = 20261127
FEW, ALL = 400, 20_000
PLACE = "Trung Kính"

_TEXT = st.text(st.characters(codec=None, exclude_categories=["Cs"]), max_size=60)
_ODD = st.sampled_from(
    ["\x00", "²", "٣", "-1", "9" * 5_000, "{{7*7}}", "\r\nSet-Cookie: a=b", "\u202e", "null", "[]", "{}"]
)
_SEEN = st.sampled_from(
    [
        '{"revision":"x","fields":{},"texts":{}}',
        '{"revision":"","fields":{"name":"x","\\u0000":""},"texts":{"k":"x"},"second":{"k":"x"}}',
        '{"revision":1,"fields":{},"texts":{}}',
    ]
)
_METHODS = st.sampled_from(["GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
_PATHS = (
    "/", "/{}", "/open", "/confirm", "/word", "/code", "/p/{}", "/p/{}/split", "/p/{}/place", "/p/{}/file",
    "/p/{}/state", "/p/{}/map.svg", "/p/{}/sure/{}", "/robots.txt", "/assets/{}", "/{}/{}",
)  # fmt: skip
_HEADERS = st.dictionaries(
    st.sampled_from(["X-Forwarded-For", "Sec-Fetch-Site", "Content-Type", "Host", "Cookie", "X-HTTP-Method-Override"]),
    st.text("abcdef0123456789.,:; =/-*[]<>%", max_size=60),
    max_size=3,
)
_DRAFT = (
    "content", "second", "place", "ward", "point", "type", "name", "phone", "home", "email", "reply_by", "remove",
    "file", "consent", "nowhere", "seen", "was_ward", "was_point", "order-x", "form", "shown", "at.x", "at.y", "files",
)  # fmt: skip
_ABOUT = ("more", "rate", "contest", "person", "withdraw")
_PETITION = ("given", "words", "level", "phone", "number", "form", "files")


class Odd:
    def __init__(self) -> None:
        self.site = petition_site()
        answered(self.site.world, self.site.petition())
        self.petition = self.site.opened()
        self.petition.confirm()
        self.site.world.relay()
        self.key = self.site.key
        self.site.world.writes(STORY)
        self.draft = self.site.visitor("198.51.100.9")
        assert self.draft.opens().status_code == 200
        self.citizen = str(self.site.draft_view().citizen)
        self.statuses: Counter[int] = Counter()

    def judged(self, answer: Any, asked: object) -> str:
        """Check that a response has no status 5xx and a strict content policy, and return its text."""
        self.statuses[answer.status_code] += 1
        assert answer.status_code < 500, (asked, answer.text)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        text: str = answer.get_data(as_text=True)
        answer.close()
        return text

    def tell(self) -> None:
        print(f"{sum(self.statuses.values())} requests, seed {SEED}, statuses {dict(self.statuses)}")  # noqa: T201 - the figure


@pytest.fixture(scope="module")
def odd() -> Odd:
    return Odd()


def _strangers(odd: Odd, examples: int) -> None:
    site, code = odd.site, odd.site.petition().code
    client = site.app.test_client(use_cookies=False)
    keys = (odd.key, site.key)
    pages = st.sampled_from([*map(page_id, keys), *keys, site.link, *(page_id(key).upper() for key in keys), "0" * 32])
    names = [f"page-{page_id(key)[:16]}" for key in keys]
    cookies = st.dictionaries(st.sampled_from(["browser", *names]), st.sampled_from([*keys, "0" * 48, ""]), max_size=3)
    digits = st.integers(0, 9999).map(lambda number: f"{number:04}").filter(lambda item: item != DIGITS)
    odd_one = _TEXT.filter(lambda item: DIGITS not in "".join(item.split())) | _ODD
    named = {
        "key": pages,
        "link": pages,
        "then": st.sampled_from(["withdraw", "erase"]),
        "code": st.just(code),
        "typed": digits,
        "digits": digits,
        "csrf": pages,
        "sent": pages,
    }
    others = ("asked", "do", "tries", "number", "point")
    fields = st.fixed_dictionaries(
        {}, optional={name: likely | odd_one for name, likely in named.items()} | dict.fromkeys(others, odd_one)
    )
    before, published = site.everything(), site.published()

    @seed(SEED)
    @settings(max_examples=examples, database=None)
    @given(_METHODS, st.sampled_from(_PATHS), _TEXT | _ODD | pages, cookies, fields, fields, _HEADERS)
    def one(
        method: str,
        path: str,
        part: str,
        cookies: dict[str, str],
        query: dict[str, str],
        form: dict[str, str],
        headers: dict[str, Any],
    ) -> None:
        kept = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
        answer = client.open(
            path.replace("{}", quote(part)), method=method, query_string=query, data=form, headers=kept | headers
        )
        text = odd.judged(answer, (method, path, part, cookies, query, form, headers))
        for words in (STORY, ANSWER, NAME, "0912", "345678", PLACE):
            assert words not in text

    one()
    odd.tell()
    after = site.everything()
    assert (after[:2], after[3]) == (before[:2], before[3])  # all but the tries and the words sent to the chat
    posts = site.world.publisher.of("page-posts")[published:]
    assert {post.data["action"]["kind"] for post in posts} <= {"word", "opened"}
    assert len(posts) <= len(keys) * MOST_WORDS
    kinds = {path.partition("/")[2].partition("-")[0] for path in site.tries.documents}
    assert kinds <= {"digits", "number", "code", "from", "site", "page"}
    pages_tried = [item for path, item in site.tries.documents.items() if "/page-" in path]
    assert all(sent["wrong"] <= MOST_WRONG for item in pages_tried for sent in item["sent"])
    assert all(len(item["known"]) <= 1 for item in pages_tried)


def test_odd_requests_of_strangers(odd: Odd) -> None:
    _strangers(odd, FEW)


def _citizens(odd: Odd, of_draft: bool, examples: int) -> None:  # noqa: FBT001 - one of two
    site, browser = odd.site, odd.draft if of_draft else odd.petition
    forms, names = (("save", "send", "person"), _DRAFT) if of_draft else (_ABOUT, _PETITION)
    known = st.sampled_from(["0", "1", "2", "3", "yes", "PX-00004", "PX-99999", "21.0,105.8", "business", "zalo"])
    values = st.lists(_TEXT | _ODD | _SEEN | known, min_size=1, max_size=2)

    @seed(SEED)
    @settings(max_examples=examples, database=None, deadline=None)
    @given(
        st.sampled_from(["", "", "", "", "/split", "/place", "/file"]),
        st.sampled_from([*forms, *forms, "x"]),
        st.dictionaries(st.sampled_from(names), values, max_size=3),
        st.lists(st.tuples(_TEXT | _ODD, _TEXT, st.binary(max_size=20)), max_size=2),
    )
    def one(rest: str, do: str, fields: dict[str, list[str]], uploads: list[tuple[str, str, bytes]]) -> None:
        shown = browser.sees()
        if of_draft and 'name="seen"' not in shown.text:  # it was sent
            site.world.clock.advance(minutes=2)  # nobody writes too fast
            begun = site.world.talk().get("draft")
            if begun and "page" not in begun:
                site.world.types("HỦY")
            if not begun or "page" not in begun:
                site.world.writes(STORY)
            shown = browser.opens()
        _, form = form_of(shown.text, "save" if of_draft else "person")
        files = [(BytesIO(content), name, kind) for name, kind, content in uploads if _sendable(name, kind)]
        sent: dict[str, list[Any]] = {**dict(form.lists()), **fields}
        sent |= {"csrf": [form["csrf"]], "do": [do], "files": files}
        published = site.published()
        answer = browser.client.post(f"/p/{browser.page}{rest}", data=sent, headers=browser.headers)
        odd.judged(answer, (rest, do, fields, uploads))
        sends = answer.status_code == 303 and ("?sent=" in answer.location or "/done/" in answer.location)
        kept = site.published() > published  # also if the chat's word is required before sending
        assert kept or not sends
        if kept:
            post = PagePost.model_validate(site.last())
            assert (post.page, post.citizen) == (browser.page, odd.citizen)
            site.applies()
            assert site.world.store.get(input_path(post.citizen, post.input_key))

    one()
    odd.tell()


def _sendable(name: str, kind: str) -> bool:
    return bool(name) and not set("\r\n") & set(name + kind)


@pytest.mark.parametrize("of_draft", [True, False])
def test_odd_forms_of_the_citizen(odd: Odd, *, of_draft: bool) -> None:
    _citizens(odd, of_draft, FEW // 2)


@pytest.mark.faults
def test_twenty_thousand_odd_requests(odd: Odd) -> None:
    _strangers(odd, ALL)


@pytest.mark.faults
@pytest.mark.parametrize("of_draft", [True, False])
def test_many_odd_forms_of_the_citizen(odd: Odd, *, of_draft: bool) -> None:
    _citizens(odd, of_draft, ALL // 10)
