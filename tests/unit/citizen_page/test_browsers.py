from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from petitions.domain.lifecycle.states import State
from petitions.domain.pages.browsers import browsers_path
from petitions.domain.pages.links import page_id
from petitions.domain.publishing.digit_tries import MOST_OF_CODE, MOST_WRONG
from tests.unit.citizen_page.site import NAME, PageSite, Visitor, form_of, page_text, petition_site, photos
from tests.unit.pages.paged import DIGITS, STORY


@pytest.fixture
def site() -> PageSite:
    return PageSite()


@pytest.fixture
def filed() -> PageSite:
    return petition_site()


def test_another_browser_is_confirmed_by_a_word_in_the_chat(site: PageSite) -> None:
    site.opened()
    other = site.visitor("198.51.100.7")
    asked = other.opens()
    assert 'action="/word"' in asked.text
    nothing_of_theirs(site, asked)
    assert other.confirms("482193", asked="word").status_code == 400  # no word was sent
    word = site.word_of(other.calls("/word", data={"key": site.key}))
    wrong = other.confirms("000000" if word != "000000" else "000001", asked="word")
    assert (wrong.status_code, "4" in page_text(wrong)) == (400, True)
    assert other.sees().status_code == 404
    right = other.confirms(f" {word[:3]} {word[3:]} ", asked="word")
    assert (right.status_code, NAME in right.text) == (200, True)


def test_page_explains_why_a_link_does_not_suffice_and_what_helps(filed: PageSite) -> None:
    filed.world.clock.advance(minutes=15)
    late = page_text(filed.visitor().opens())
    for words in ("quá 10 phút", "chuyển cho người khác", "bốn số cuối", "rồi bấm liên kết mới"):
        assert words in late
    filed.world.types(filed.petition().code)
    filed.world.relay()
    assert STORY in page_text(filed.opened().sees())  # one tap, as the chat has just given it
    second = page_text(filed.visitor("198.51.100.7").opens())
    for words in ("đã được mở ở máy khác", "sẽ không mở được nữa"):
        assert words in second


@pytest.mark.parametrize("drafting", [True, False])
def test_link_after_an_erasure_shows_the_erasure(drafting: bool) -> None:  # noqa: FBT001
    site = PageSite() if drafting else petition_site()
    link, browser = site.link, site.opened()
    assert "Đang tìm trang" in page_text(site.visitor().opens("a" * 20))
    site.world.types("XÓA DỮ LIỆU CỦA TÔI")
    site.world.types("1")
    site.world.erase()
    site.world.relay()
    for visitor in (browser, site.visitor("198.51.100.7")):
        over = visitor.opens(link)
        assert (over.status_code, "xóa theo yêu cầu của người gửi" in page_text(over)) == (410, True)
        assert "Đang tìm trang" not in page_text(over)


def test_stranger_requesting_words_blocks_nobody(filed: PageSite) -> None:
    stranger, browser = filed.visitor("198.51.100.7"), filed.visitor()
    stranger.enters()
    assert [stranger.calls("/word", data={"key": filed.key}).status_code for _ in range(4)] == [200] * 3 + [429]
    browser.enters()
    assert browser.calls("/word", data={"key": filed.key}).status_code == 429
    filed.applies()
    filed.world.types(filed.petition().code)
    filed.world.relay()
    assert 'value="person"' in browser.confirm().text


@pytest.mark.parametrize("source", ["zalo", "paper"])
def test_after_wrong_tries_from_many_addresses_the_filer_has_another_way(filed: PageSite, source: str) -> None:
    code = filed.petition().code
    filed.world.store.update(f"petitions/{code}", {"source": source, "version": 90})
    filed.world.project(code)
    stranger = filed.visitor("198.51.100.7")
    assert [stranger.enters(f"{number:04}").status_code for number in range(6)] == [400] * MOST_WRONG + [429]
    assert STORY in page_text(filed.visitor().enters())  # it has another address than the stranger
    for number in range(MOST_OF_CODE - MOST_WRONG):
        filed.visitor(f"198.51.101.{number}").enters("0000")
    browser = filed.visitor()
    paused = browser.enters()
    shown = page_text(paused)
    assert (paused.status_code, "cả số điện thoại" in shown, STORY in shown) == (429, True, False)
    assert (STORY in page_text(browser.enters("0912 345 678"))) == (source == "paper")
    if source == "zalo":
        assert STORY in page_text(browser.confirm())


def test_the_link_of_a_petition_takes_digits_or_a_word(filed: PageSite) -> None:
    filed.opened()
    other = filed.visitor("198.51.100.7")
    nothing_of_theirs(filed, other.opens())
    assert STORY in page_text(other.confirms(DIGITS, asked="either"))
    other = filed.visitor("198.51.100.7")
    other.opens()
    word = filed.word_of(other.calls("/word", data={"key": filed.key}))
    assert 'value="person"' in other.confirms(word, asked="either").text


def test_a_draft_is_not_opened_by_digits(site: PageSite) -> None:
    site.opened()
    other = site.visitor("198.51.100.7")
    other.opens()
    for asked in ("digits", "either", "word"):
        assert other.confirms(DIGITS, asked=asked).status_code == 400
    assert site.published() == 0


def test_code_and_digits_open_the_page_for_reading(filed: PageSite) -> None:
    filed.world.relay()
    browser, code = filed.visitor(), filed.petition().code
    for typed, digits, status in ((code, "0000", 400), (code, "abc", 400), ("HN-1", DIGITS, 400)):
        answer = browser.calls("/code", data={"code": typed, "digits": digits})
        assert (answer.status_code, NAME in answer.text) == (status, False)
    answer = browser.calls("/code", data={"code": f" {code.lower()} ", "digits": DIGITS})
    assert (answer.status_code, STORY in page_text(answer)) == (200, True)
    assert code not in answer.request.path
    for words in (NAME, "0912", "912345678"):
        assert words not in answer.text
    assert browser.calls("/en/code", "", data={"code": code, "digits": DIGITS}).status_code == 200


ACTS: dict[str, dict[str, Any]] = {
    "more": {"words": "Tôi xin rút đơn"}, "rate": {"level": "1"}, "contest": {"words": "Tôi chưa nhận được giấy"},
    "correct": {"phone": "0987 000 111"}, "person": {"words": "Xin gọi cho tôi", "phone": "0987 000 111"},
    "withdraw": {}, "erase": {}, "save": {"name": "Khác"}, "drop": {}, "word": {},
}  # fmt: skip


@pytest.mark.parametrize("do", ACTS)
def test_code_and_digits_allow_no_action_for_the_filer(filed: PageSite, do: str) -> None:
    """The browser opened the page by code and digits, and submits forms copied from a browser with more rights."""
    browser = filed.visitor("198.51.100.7")
    shown = browser.enters()
    assert 'name="do"' not in shown.text
    secret = browser.client.get_cookie("browser")
    assert secret
    csrf = hashlib.sha256(f"form {browser.page} {secret.value}".encode()).hexdigest()[:32]
    before = filed.everything()
    data = {"csrf": csrf, "form": "f" * 24, "do": do, **ACTS[do]}
    answer = browser.client.post(f"/p/{browser.page}", data=data, headers=browser.headers)
    assert (answer.status_code, 'action="/word"' in answer.text) == (403, True)
    for rest in ("/sure/withdraw", "/sure/erase"):
        assert browser.sees(rest).status_code == 403
    assert browser.calls("/open", data={"link": filed.key[:20]}).status_code == 404
    assert filed.everything() == before
    assert 'value="person"' in browser.confirm().text


def test_final_action_needs_a_word_even_in_the_first_browser(filed: PageSite) -> None:
    browser = filed.opened()
    form = browser.sees()
    asked = browser.sees("/sure/withdraw")
    assert (asked.status_code, 'name="then" value="withdraw"' in asked.text) == (403, True)
    for do in ("withdraw", "erase"):
        action, data = form_of(form.text, "person")
        refused = browser.client.post(action, data={**data, "do": do}, headers=browser.headers)
        assert (refused.status_code, filed.published()) == (403, 0)
    sure = browser.confirm(then="withdraw")
    assert sure.request.path == f"/p/{browser.page}/sure/withdraw"
    browser.does("withdraw", sure)
    assert filed.petition().state is State.WITHDRAWN


def test_where_a_confirmation_leads_is_not_chosen_by_others(filed: PageSite) -> None:
    browser = filed.opened()
    for then in ("//evil.example", "drop", "../../x", "withdraw/../x"):
        assert browser.confirm(then=then).request.path == f"/p/{browser.page}"
        filed.world.clock.advance(days=1)


def nothing_of_theirs(site: PageSite, answer: TestResponse) -> None:
    petitions = site.world.petitions()
    for words in (
        STORY,
        NAME,
        "Lan",
        "0912",
        "345678",
        DIGITS,
        "Trung Kính",
        *[petition.code for petition in petitions],
    ):
        assert words not in answer.text, words


@pytest.mark.parametrize("english", ["", "/en"])
def test_forwarded_link_reveals_nothing_about_the_citizen(filed: PageSite, english: str) -> None:
    link = filed.visitor().client.get(f"{english}/{filed.petition().page}")
    assert link.status_code == 200
    nothing_of_theirs(filed, link)
    filed.opened()
    asked = filed.visitor().opens(english=english)
    nothing_of_theirs(filed, asked)
    nothing_of_theirs(filed, filed.visitor().confirms("0000", asked="either"))


def test_preview_of_the_link_changes_nothing(site: PageSite) -> None:
    site.world.relay()
    before = site.everything()
    robot = site.app.test_client()
    for method in ("GET", "HEAD", "OPTIONS"):
        for path in (f"/{site.link}", f"/en/{site.link}", f"/{site.link}/", f"/p/{page_id(site.key)}"):
            answer = robot.open(path, method=method, headers={"User-Agent": "facebookexternalhit/1.1"})
            nothing_of_theirs(site, answer)
            assert "Set-Cookie" not in answer.headers
    assert robot.get("/open").status_code == 404
    assert site.everything() == before
    assert site.browser.opens().status_code == 200  # it shuts out no other browser


def test_a_page_that_ends_meanwhile_takes_nothing(site: PageSite) -> None:
    browser = site.opened()
    form = browser.sees()
    site.world.types("xóa dữ liệu của tôi", "1")
    site.world.relay()
    answer = browser.fills("save", form, photos(1), name="Trần Thị Hoa")
    assert (answer.status_code, site.published()) == (404, 0)
    assert [name for name in site.world.kept.objects if name.startswith("uploads/")] == []


def test_post_just_before_an_erasure_is_dropped(site: PageSite) -> None:
    browser = site.opened()
    assert browser.fills("save", files=photos(1), name="Trần Thị Hoa").status_code == 303
    site.world.types("xóa dữ liệu của tôi", "1")
    site.applies()
    site.world.fetch()
    assert "Trần Thị Hoa" not in repr(site.world.store.documents)
    assert browser.sees().status_code == 404


# Headers, limits, and foreign forms.


def test_every_answer_is_closed_to_caches_frames_scripts_of_others_and_engines(site: PageSite) -> None:
    browser = site.opened()
    refused = browser.client.post(f"/p/{browser.page}", data={"csrf": "x"})
    answers = [browser.sees(), browser.sees("/sure/drop"), browser.client.get("/"), browser.client.get("/a/b"), refused]
    for answer in [*answers, browser.sees("/map.svg"), browser.sees("/state"), browser.client.get("/robots.txt")]:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Disallow: /" in browser.client.get("/robots.txt").text
    with browser.client.get("/assets/page.css") as style:
        assert style.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize(("url", "prefix"), [("https://phieu.example.vn", "__Host-"), ("http://127.0.0.1:8080", "")])
def test_the_cookies_are_for_this_site_alone(url: str, prefix: str) -> None:
    site = PageSite(citizen_url=url)
    site.world.relay()
    answer = site.app.test_client().post("/open", data={"link": site.link})
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(cooky.split("=")[0] for cooky in cookies) == [
        f"{prefix}browser", f"{prefix}page-{page_id(site.key)[:16]}"
    ]  # fmt: skip
    for cooky in cookies:
        attributes = {part.strip() for part in cooky.split(";")[1:]}
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
        assert ("Secure" in attributes) == bool(prefix)
        assert not [part for part in attributes if part.startswith("Domain")]
    assert answer.location == f"/p/{page_id(site.key)}"  # from here on no address has the key


def test_a_network_and_a_page_have_limits_of_their_own() -> None:
    site = PageSite(looks=30, page_looks=20, posts=5)
    browser = site.opened()
    found = [browser.sees().status_code for _ in range(20)]
    assert (found.count(200), found.count(429)) == (19, 1)  # opening it led to the page once
    assert (
        site.visitor("198.51.100.7").client.get("/", headers={"X-Forwarded-For": "8.8.8.8, 1.1.1.1"}).status_code == 200
    )
    refused = browser.sees()
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    site.seconds += 60
    form = browser.sees()
    assert [browser.fills("save", form).status_code for _ in range(6)] == [303] * 5 + [429]
    site.seconds += 60
    many = [browser.client.get("/", headers=browser.headers).status_code for _ in range(31)]
    assert (many.count(200), many[-1]) == (30, 429)


@pytest.mark.parametrize("reads", [False, True])
def test_a_stranger_at_one_page_does_not_shut_its_citizen_out(reads: bool) -> None:  # noqa: FBT001
    site = petition_site(page_looks=10, posts=5)
    site.opened()
    stranger = site.visitor("198.51.100.7")
    if reads:
        stranger.enters()
    for number in range(20):
        stranger.confirms(f"{number:04}")
        stranger.sees()
        stranger.calls("/open", data={"link": site.link})
    assert site.browser.sees().status_code == 200
    assert site.visitor().opens().status_code == 200


def forms_of_others(site: PageSite, browser: Visitor) -> list[dict[str, Any]]:
    other = site.visitor("198.51.100.7")
    other.opens()
    other.confirm()
    browser.confirm()
    foreign = PageSite()
    return [
        {"csrf": ""},
        {"csrf": None},
        {"csrf": "0" * 32},
        {"csrf": other.values()["csrf"]},
        {"csrf": foreign.opened().values()["csrf"]},
        {"csrf": [browser.values()["csrf"][:-1], "x"]},
        {"csrf": "é\x00"},
    ]


def test_a_form_without_the_mark_of_this_browser_changes_nothing(site: PageSite) -> None:
    browser = site.opened()
    shown, forms = browser.sees(), forms_of_others(site, browser)
    before = site.everything()
    for form in forms:
        answer = browser.fills("save", shown, photos(1), name="Trần Thị Hoa", **form)
        assert (answer.status_code, NAME in answer.text) == (403, False), form
    for site_of in ("cross-site", "same-site"):
        answer = browser.fills("save", shown, headers={"Sec-Fetch-Site": site_of}, name="Trần Thị Hoa")
        assert answer.status_code == 403
    assert site.everything() == before


@pytest.mark.parametrize("path", ["/open", "/confirm", "/word", "/code"])
def test_files_from_an_unopened_browser_are_not_read(filed: PageSite, path: str) -> None:
    filed.world.relay()
    before = filed.everything()
    data = {
        "key": filed.key,
        "link": filed.link,
        "typed": "0000",
        "code": filed.petition().code,
        "digits": "0000",
        "x": "x" * 20_000,
    }
    for sent in (data, {**data, "x": "", "file": (BytesIO(bytes(20_000)), "a.jpg")}):
        assert filed.visitor().client.post(path, data=sent).status_code == 413
    assert filed.everything() == before


@pytest.mark.parametrize("path", ["/open", "/confirm", "/word", "/code"])
def test_a_form_of_another_site_opens_nothing_and_uses_up_no_try(filed: PageSite, path: str) -> None:
    filed.world.relay()
    before = filed.everything()
    data = {"key": filed.key, "link": filed.link, "typed": "0000", "code": filed.petition().code, "digits": "0000"}
    answer = filed.visitor().client.post(path, data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert filed.everything() == before


@pytest.mark.parametrize("path", ["/open", "/confirm", "/word", "/code"])
@pytest.mark.parametrize("origin", ["https://evil.example", "http://trang.example.vn.evil.example", "file://"])
def test_a_form_of_a_foreign_origin_opens_nothing(filed: PageSite, path: str, origin: str) -> None:
    filed.world.relay()
    before = filed.everything()
    data = {"key": filed.key, "link": filed.link, "typed": "0000", "code": filed.petition().code, "digits": "0000"}
    assert filed.visitor().client.post(path, data=data, headers={"Origin": origin}).status_code == 403
    assert filed.everything() == before


@pytest.mark.parametrize("origin", ["null", "http://localhost", "https://pakn.example.vn"])
def test_a_code_comes_from_our_own_pages_and_from_the_public_site(filed: PageSite, origin: str) -> None:
    filed.world.relay()
    data = {"code": filed.petition().code, "digits": "5678"}
    assert filed.visitor().client.post("/code", data=data, headers={"Origin": origin}).status_code == 303


def test_a_page_is_nobodys_without_its_cookies(site: PageSite) -> None:
    browser = site.opened()
    form = browser.sees()
    stranger = site.visitor("198.51.100.7")
    stranger.page = browser.page
    for rest in ("", "/split", "/place", "/map.svg", "/state", "/sure/erase", f"?sent={form.text[:5]}"):
        answer = stranger.sees(rest)
        assert answer.status_code == 404
        nothing_of_theirs(site, answer)
    before = site.everything()
    assert stranger.fills("save", form, name="Trần Thị Hoa").status_code == 404
    assert site.everything() == before


def test_browser_is_confirmed_again_after_its_record_has_expired(site: PageSite) -> None:
    browser = site.opened()
    form = browser.sees()
    del site.tries.documents[browsers_path(browser.page)]
    again = browser.sees()
    assert (again.status_code, 'action="/word"' in again.text) == (403, True)
    nothing_of_theirs(site, again)
    assert browser.fills("save", form, name="Trần Thị Hoa").status_code == 403
    assert site.published() == 0
