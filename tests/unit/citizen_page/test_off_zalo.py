"""The page of a petition filed on paper, whose filer has no chat and identifies with code and digits only."""

from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import Action, State
from petitions.usecases.channels.hand_in import DESK_CITIZEN
from tests.unit.citizen_page.site import NAME, PageSite, Visitor, form_of, page_text, petition_site, photos
from tests.unit.pages.paged import STORY
from tests.unit.petition.handling import act, officer

ASKED = "- Số giấy hẹn\n- Ngày nộp hồ sơ"
WORDS = "Giấy hẹn số 15, tôi nộp ngày 3 tháng 11"
ACCUSING = "Cán bộ một cửa đòi tôi 2 triệu đồng mới chịu trả giấy khai sinh"


@pytest.fixture
def site() -> PageSite:
    made = petition_site()
    petition = made.petition()
    made.world.store.update(f"petitions/{petition.code}", {"source": "paper", "citizen": DESK_CITIZEN})
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(made.world, officer(petition.unit), made.petition(), action)
    act(made.world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text=ASKED)
    made.world.relay()
    return made


def entered(site: PageSite, address: str = "203.0.113.5") -> Visitor:
    browser = site.visitor(address)
    assert STORY in page_text(browser.enters())
    return browser


def test_code_and_digits_allow_only_the_reply_to_a_request(site: PageSite) -> None:
    browser = entered(site)
    shown = browser.sees()
    assert ("trả lời được điều cơ quan hỏi" in page_text(shown), NAME in shown.text) == (True, False)
    assert "file" not in shown.text.partition("<form")[2]
    done = page_text(browser.does("more", given=["0"], words=WORDS))
    assert "Cơ quan đang giải quyết phản ánh đã nhận được" in done
    petition = site.petition()
    assert petition.state is State.IN_PROGRESS
    assert [one.text for one in petition.additions] == [f"Số giấy hẹn\n{WORDS}"]
    assert WORDS in page_text(browser.sees())
    assert "chỉ để xem" in page_text(browser.sees())


@pytest.mark.parametrize("do", ["correct", "withdraw", "erase", "rate", "contest", "person", "save", "send"])
def test_no_other_form_is_taken(site: PageSite, do: str) -> None:
    browser = entered(site)
    action, form = form_of(browser.sees().text, "more")
    form["do"] = do
    fields = {**form.to_dict(), "words": WORDS, "name": "Trần Hoa", "phone": "0987000111", "level": "1"}
    answer = browser.client.post(action, data=fields, headers=browser.headers)
    assert (answer.status_code, site.published()) == (404, 0)
    assert browser.sees(f"/sure/{do}").status_code == 404


def test_no_file_is_taken(site: PageSite) -> None:
    browser = entered(site)
    assert browser.fills("more", files=photos(1), words=WORDS).status_code == 404


def test_once_nothing_is_asked_any_more_the_page_is_for_reading(site: PageSite) -> None:
    browser = entered(site)
    action, form = form_of(browser.sees().text, "more")
    browser.does("more", words=WORDS)
    answer = browser.client.post(action, data={**form.to_dict(), "words": "Thêm"}, headers=browser.headers)
    assert answer.status_code == 404
    assert len(site.petition().additions) == 1


def test_text_about_misconduct_is_hidden_from_the_unit(site: PageSite) -> None:
    before = site.petition()
    entered(site).does("more", words=ACCUSING)
    first = next(one for one in site.world.petitions() if one.code == before.code)
    apart = next(one for one in site.world.petitions() if one.apart_from == before.code)
    assert (first.additions, first.version, apart.content) == ([], before.version, ACCUSING)


def test_code_and_digits_only_read_a_petition_from_zalo(site: PageSite) -> None:
    browser = entered(site)
    action, form = form_of(browser.sees().text, "more")
    site.world.store.update(f"petitions/{site.petition().code}", {"source": "zalo", "version": 90})
    site.world.project(site.petition().code)
    answer = browser.client.post(action, data={**form.to_dict(), "words": WORDS}, headers=browser.headers)
    assert (answer.status_code, site.published()) == (403, 0)
