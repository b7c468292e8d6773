from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Petition
from tests.unit.citizen_page.site import PageSite, faulty, form_of, page_text, petition_site, photos
from tests.unit.petition.handling import WHY_NONE, act, officer
from tests.unit.public_site.site import ANSWER, BASIS, BYTES, SHEET, answered


@pytest.fixture
def filed() -> PageSite:
    return petition_site()


def in_hand(site: PageSite) -> Petition:
    petition = site.petition()
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(site.world, officer(petition.unit), petition, action)
    return petition


def asks_more(site: PageSite) -> None:
    petition = in_hand(site)
    act(site.world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text="- Ảnh biên nhận\n- Giấy chứng sinh")


def test_every_form_of_a_petition_is_taken(filed: PageSite) -> None:
    asks_more(filed)
    browser = filed.opened()
    shown = browser.sees()
    assert filed.petition().code in page_text(shown)
    nothing = browser.fills("more", shown)
    assert (nothing.status_code, faulty(nothing)) == (400, ["more-words"])
    done = browser.does("more", nothing, photos(3), given=["0", "1"], words="Xin gửi ạ")
    petition = filed.petition()
    assert (petition.state, len(petition.files)) == (State.IN_PROGRESS, 3)
    assert petition.additions[0].text == "Ảnh biên nhận\nGiấy chứng sinh\nXin gửi ạ"
    assert filed.world.last_reply().split("\n")[0] in page_text(done)
    browser.does("person", words="Xin gặp cán bộ")
    staff = officer(petition.unit)
    petition = act(filed.world, staff, petition, Action.SUBMIT_ANSWER, text=ANSWER, basis=BASIS, no_evidence=WHY_NONE)
    assert ANSWER not in page_text(browser.sees())


def test_an_answer_is_rated_and_contested(filed: PageSite) -> None:
    answered(filed.world, filed.petition())
    browser = filed.opened()
    assert ANSWER in page_text(browser.sees())
    assert faulty(browser.fills("rate")) == ["level"]
    for level in ("0", "4", "²", "1 "):
        assert browser.fills("rate", level=level).status_code == 400
    browser.does("rate", level="2", words="Tạm được")
    rating = filed.petition().rating
    assert rating
    assert (rating.level, rating.reason) == (2, "Tạm được")
    assert 'value="rate"' not in browser.sees().text
    assert faulty(browser.fills("contest", words="\n")) == ["contest-words"]
    browser.does("contest", words="Tôi chưa nhận được giấy")
    assert "Tôi chưa nhận được giấy" in [addition.text for addition in filed.petition().additions]


def test_a_petition_is_withdrawn_and_all_is_erased(filed: PageSite) -> None:
    browser = filed.opened()
    browser.does("withdraw", browser.confirm("withdraw"))
    assert filed.petition().state is State.WITHDRAWN
    assert "withdraw" not in browser.sees().text
    browser.does("erase", browser.sees("/sure/erase"))
    filed.world.clock.advance(minutes=2)
    filed.world.erase()
    filed.world.relay()
    assert browser.sees().status_code == 404
    assert filed.world.public.paths("pages") == []


@pytest.mark.parametrize("given", ["9", "-1", "²", "0010", "1" * 5_000, "x"])
def test_lines_that_nobody_asked_for_are_not_ticked(filed: PageSite, given: str) -> None:
    asks_more(filed)
    browser = filed.opened()
    assert browser.fills("more", given=[given]).status_code == 400
    assert browser.fills("more", given=["0"]).status_code == 400  # a tick alone sends nothing
    browser.does("more", given=[given, "0"], words="Xin gửi ạ")
    assert filed.petition().additions[0].text == "Ảnh biên nhận\nXin gửi ạ"


def test_action_without_a_form_is_refused(filed: PageSite) -> None:
    browser = filed.opened()
    action, form = form_of(browser.sees().text, "person")
    for do in ("save", "drop", "word", "", "Rate"):
        answer = browser.client.post(action, data={**form, "do": do}, headers=browser.headers)
        assert answer.status_code == 400, do
    for rest in ("/split", "/place", "/map.svg", "/sure/drop", "/sure/nothing", "/nothing"):
        assert browser.sees(rest).status_code == 404, rest
    assert filed.published() == 0


def test_the_file_of_an_answer_is_saved_under_its_name(filed: PageSite) -> None:
    petition = answered(filed.world, filed.petition())
    browser = filed.opened()
    shown = browser.sees()
    assert f"Phụ lục {petition.code}.xlsx" in page_text(shown)
    action = f"/p/{browser.page}/file"
    saved = browser.fills(action, shown)
    assert (saved.status_code, saved.data, saved.mimetype) == (200, BYTES, SHEET)
    assert saved.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Ph%E1%BB%A5%20l%E1%BB%A5c")
    assert (saved.headers["Cache-Control"], saved.headers["Cross-Origin-Resource-Policy"]) == (
        "no-store", "same-origin"
    )  # fmt: skip
    for number, status in (("1", 404), ("-1", 400), ("", 400), ("x", 400), ("9" * 9, 400), ("²", 400)):
        assert browser.fills(action, shown, number=number).status_code == status, number
    filed.world.kept.erase("sealed/")
    assert browser.fills(action, shown).status_code == 404


def test_everything_is_there_in_english(filed: PageSite) -> None:
    browser = filed.browser
    answer = browser.opens(english="/en")
    assert answer.request.path == f"/en/p/{browser.page}"
    assert '<html lang="en"' in answer.text
    shown = browser.sees(english="/en")
    assert f'action="/en/p/{browser.page}"' in shown.text
    sent = browser.fills("person", shown, words="Please call me")
    assert sent.location.startswith(f"/en/p/{browser.page}?sent=")
    for status in (403, 200):
        for rest in ("/sure/erase", "/sure/withdraw"):
            shown = browser.sees(rest, "/en")
            assert (shown.status_code, '<html lang="en"' in shown.text) == (status, True)
        browser.confirm()
    gone = browser.client.get("/en/nothing/at/all")
    assert (gone.status_code, '<html lang="en"' in gone.text) == (404, True)
