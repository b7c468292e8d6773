"""Attacks on the web pages of citizens: stolen links and cookies, simultaneous guesses, and malicious texts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree as ET

import html5lib
import pytest
from werkzeug.test import TestResponse

from petitions.domain.language.words import normal
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.pages.filled_form import lines
from petitions.domain.pages.links import page_id, page_of
from petitions.domain.publishing.digit_tries import MOST_WRONG
from tests.unit.citizen_page.site import NAME, PageSite, Visitor, page_text, petition_site
from tests.unit.pages.paged import DIGITS, STORY
from tests.unit.petition.handling import act, officer

STRANGER = "198.51.100.7"


@pytest.fixture
def site() -> PageSite:
    return PageSite()


@pytest.fixture
def filed() -> PageSite:
    return petition_site()


def tells_nothing(answer: TestResponse) -> None:
    for words in (STORY, NAME, "0912345678", DIGITS, "Trung Kính"):
        assert words not in answer.text, words


# Links and cookies.


def altered(key: str) -> list[str]:
    one = "b" if key[-1] != "b" else "c"
    return [key[:-1] + one, one + key[1:], key.upper(), key[:-1], key + "a", key[::-1], f"{key} ", f"{key}\n", "a" * 20]


def test_a_link_that_is_forged_or_altered_opens_nothing(site: PageSite) -> None:
    site.world.relay()
    before = site.everything()
    for key in [*altered(site.key), *altered(site.link)]:
        stranger = site.visitor(STRANGER)
        for path in ("/open", "/confirm", "/word"):
            answer = stranger.calls(path, data={"key": key, "link": key, "typed": DIGITS})
            assert answer.status_code == 404, (path, key)
            tells_nothing(answer)
            assert "Set-Cookie" not in answer.headers
    assert site.everything() == before


def with_cookies(site: PageSite, page: str, cookies: dict[str, str]) -> TestResponse:
    client = site.app.test_client(use_cookies=False)
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return client.get(f"/p/{page}", headers={"Cookie": sent})


def cookies_of(browser: Visitor) -> dict[str, str]:
    kept = {item: browser.client.get_cookie(item) for item in ("browser", f"page-{browser.page[:16]}")}
    return {name: cookie.value for name, cookie in kept.items() if cookie}


def test_cookies_that_are_forged_altered_or_mixed_open_nothing(site: PageSite) -> None:
    browser = site.opened()
    mine = cookies_of(browser)
    (name,) = set(mine) - {"browser"}
    assert STORY in with_cookies(site, browser.page, mine).text
    foreign = site.visitor(STRANGER)
    foreign.opens()
    theirs = foreign.client.get_cookie("browser")
    assert theirs
    tries: list[dict[str, str]] = [
        {name: mine[name]},  # the key alone
        {name: mine[name], "browser": theirs.value},
        *({name: mine[name], "browser": secret} for secret in ("", "0" * 48, mine["browser"].upper(), "' OR 1=1")),
        {name: mine[name], "browser": mine["browser"][:-1] + ("0" if mine["browser"][-1] != "0" else "1")},
        {"browser": mine["browser"]},  # the browser alone
        *({"browser": mine["browser"], name: key} for key in altered(mine[name])[:6]),
        {"browser": mine["browser"], "page": mine[name]},
    ]
    before = site.everything()
    for cookies in tries:
        answer = with_cookies(site, browser.page, cookies)
        assert answer.status_code in {403, 404}, cookies
        tells_nothing(answer)
    assert site.everything() == before


def test_the_key_of_one_page_opens_no_other(filed: PageSite) -> None:
    browser = filed.opened()
    first = cookies_of(browser)
    filed.world.writes("Vỉa hè trước nhà tôi bị đào xới nhiều tuần")
    filed.opened()
    second = browser.page
    assert second != page_of(filed.petition().page or "")
    (name,) = set(first) - {"browser"}
    mixed = {"browser": first["browser"], f"page-{second[:16]}": first[name]}
    assert with_cookies(filed, second, mixed).status_code == 404


def test_a_cookie_that_another_host_could_set_is_not_read_where_the_site_has_https() -> None:
    site = PageSite(citizen_url="https://phieu.example.vn")
    browser = site.visitor()
    browser.opens()
    page, key = page_id(site.key), site.key
    secret = browser.client.get_cookie("__Host-browser")
    assert secret
    planted = {"browser": secret.value, f"page-{page[:16]}": key}
    assert with_cookies(site, page, planted).status_code == 404


def test_a_link_that_has_ended_is_confirmed_even_in_the_browser_that_had_opened_it(filed: PageSite) -> None:
    browser = filed.opened()
    filed.world.clock.advance(days=31)
    for answer in (browser.sees(), browser.opens()):
        assert "Bốn số cuối" in page_text(answer)
        tells_nothing(answer)
    assert browser.confirms("0000", asked="either").status_code == 400
    assert STORY in browser.confirms(DIGITS, asked="either").text


def test_a_link_of_a_former_draft_opens_nothing_and_not_the_next_one(site: PageSite) -> None:
    browser, link = site.opened(), site.link
    browser.does("drop", browser.sees("/sure/drop"))
    site.world.writes("Vỉa hè trước nhà tôi bị đào xới nhiều tuần")
    site.world.relay()
    assert site.link != link
    assert site.visitor(STRANGER).opens(link).status_code == 410
    assert browser.sees().status_code == 404


def test_of_sixteen_guesses_at_once_five_are_looked_at(filed: PageSite) -> None:
    site = filed
    site.opened()
    data = [{"key": site.key, "asked": "digits", "typed": f"{number:04}"} for number in range(16)]

    def guess(fields: dict[str, str]) -> int:
        return site.visitor(STRANGER).calls("/confirm", data=fields).status_code

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(guess, data))
    assert (found.count(400), found.count(429)) == (MOST_WRONG, 16 - MOST_WRONG)
    right = site.visitor(STRANGER).confirms(DIGITS)
    assert right.status_code == 429
    tells_nothing(right)


# Texts.

LONG = "Đường ngập "
TEXTS = {
    "elements": "<script>alert(1)</script><img src=x onerror=alert(1)><b>\"'&amp;&lt;",
    "attributes": '" autofocus onfocus="alert(1)" x="',
    "ends": "</textarea></title></select><svg onload=alert(1)>",
    "templates": "{{ 7*7 }}{% for x in y %}${7*7}#{7*7}<%= 7*7 %>{{ config }}",
    "formats": "{0} {left} %s %(a)s {seen.__class__}",
    "lines": "một\r\nSet-Cookie: a=b\r\n\r\nhai\rba\x0bbốn\u2028năm",
    "nothing": "một\x00hai\x1b[31m\x7f",
    "turning": "đường \u202engập\u202c \u2067trước\u2069 \u200fngõ\u200b",
    "forms": "=cmd|' /C calc'!A0 @SUM(1) +84 -1",
    "marks": "e\u0301\u0323" * 20 + "\U0001f600\ufdfa",
}
DRAFT_FIELDS = ("content", "second", "place", "name", "home", "phone", "email")


def elements(answer: TestResponse) -> list[str]:
    return [str(item.tag) for item in html5lib.parse(answer.text, namespaceHTMLElements=False).iter()]


def shown_in(answer: TestResponse, name: str) -> str:
    tree: ET.Element = html5lib.parse(answer.text, namespaceHTMLElements=False)
    field = next(
        element for element in tree.iter() if element.get("name") == name and element.tag in {"input", "textarea"}
    )
    return (field.text or "") if field.tag == "textarea" else field.get("value", "")


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("name", DRAFT_FIELDS)
def test_a_hostile_text_in_a_draft_comes_back_whole_and_as_text(site: PageSite, name: str, kind: str) -> None:
    browser, text = site.opened(), TEXTS[kind]
    if name == "second":
        browser.does("save", second="Việc thứ hai")
    before, typed = elements(browser.sees()), dict[str, Any]({name: text})
    refused = browser.fills("send", type="nobody", **typed)
    assert refused.status_code == 400
    as_read = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    assert shown_in(refused, name) == as_read
    saved = browser.fills("save", **typed)
    if saved.status_code == 400:
        assert name in {"phone", "email"}
        return
    site.applies()
    page = browser.sees()
    kept = lines(text) if name in {"content", "second"} else normal(text)
    assert shown_in(page, name) == kept.replace("\0", "\ufffd")
    assert set(elements(page)) <= {*before, "textarea", "details", "summary"}
    assert elements(page).count("script") == before.count("script")
    assert page.headers.getlist("Set-Cookie") == []
    assert "{" not in text or "49" not in page_text(page)


@pytest.mark.parametrize("kind", TEXTS)
def test_a_hostile_text_about_a_petition_comes_back_whole_and_as_text(filed: PageSite, kind: str) -> None:
    browser, text = filed.opened(), TEXTS[kind]
    before = elements(browser.sees())
    browser.does("more", words=text)
    page = browser.sees()
    shown = [item.text for item in html5lib.parse(page.text, namespaceHTMLElements=False).iter("p") if item.text]
    assert lines(text).replace("\0", "") in shown
    assert set(elements(page)) <= {*before, "h3"}
    assert elements(page).count("script") == before.count("script")


@pytest.mark.parametrize("kind", TEXTS)
def test_officers_text_is_escaped_too(filed: PageSite, kind: str) -> None:
    petition = filed.petition()
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(filed.world, officer(petition.unit), petition, action)
    before = elements(filed.opened().sees())
    asked = f"Xin gửi thêm giấy tờ sau đây: {TEXTS[kind]}"
    act(filed.world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text=asked)
    filed.world.relay()
    page = filed.browser.sees()
    assert "giấy tờ sau đây" in page_text(page)
    assert set(elements(page)) <= {*before, "fieldset", "legend", "label", "input"}
    assert elements(page).count("script") == before.count("script")
    assert page.headers.getlist("Set-Cookie") == []


def test_twenty_thousand_characters_come_back_and_one_more_does_not(site: PageSite) -> None:
    browser = site.opened()
    text = (LONG * 2_000)[:20_000].strip()
    browser.does("save", content=text)
    assert browser.values()["content"] == text
    refused = browser.fills("save", content=text + "x" * (20_001 - len(text)))
    assert refused.status_code == 400
    assert len(shown_in(refused, "content")) == 20_001
    assert browser.values()["content"] == text


@pytest.mark.parametrize("name", ["content", "name", "place", "seen", "form", "do", "csrf"])
def test_bytes_that_are_no_text_break_nothing(site: PageSite, name: str) -> None:
    browser = site.opened()
    form = browser.values()
    for bad in (b"%ED%A0%80", b"%FF%FE%00", b"%F5%80%80%80", b"%C0%AE", b"%ed%b0%80%ed%a0%80"):
        body = b"&".join(f"{key}=".encode() + quoted(value) for key, value in form.items() if key != name)
        answer = browser.client.post(
            f"/p/{browser.page}", data=body + f"&{name}=".encode() + bad, headers=browser.headers,
            content_type="application/x-www-form-urlencoded",
        )  # fmt: skip
        assert answer.status_code in {303, 400, 403}
        site.applies()
    assert browser.sees().status_code == 200
    assert browser.fills("save", seen='{"revision":"\\ud800","fields":{},"texts":{}}').status_code == 400


def quoted(value: str) -> bytes:
    return "".join(f"%{byte:02x}" for byte in value.encode()).encode()


def test_values_that_a_page_reports_as_shown_are_bounded(site: PageSite) -> None:
    """The browser supplies the values. Data beyond the size of a form's fields are not read at all."""
    browser = site.opened()
    huge = '{"revision":"x","fields":{},"texts":{"k":"' + "x" * 600_000 + '"}}'
    assert browser.fills("save", seen=huge).status_code == 413
    many: dict[str, Any] = {f"x{number}": "1" for number in range(400)}
    assert browser.fills("save", **many).status_code == 413
    assert site.published() == 0
