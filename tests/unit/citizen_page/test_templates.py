from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import html5lib
import pytest

from petitions.adapters import reference
from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.pages.draft_view import DraftView
from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.petition_view import TOLD_STEPS, PetitionView
from petitions.domain.publishing.late_step import LateStep
from petitions.domain.shared.records import replace
from tests.unit.citizen_page.opened import (
    AT,
    CODE,
    EVERYTHING,
    KEY,
    LINK,
    PAGE,
    PAPER,
    Opened,
    applied,
    bare_petition,
    draft,
    empty_draft,
    petition,
)

FOLDER = Path(__file__).parents[3] / "functions/citizen_page"
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
MOST = {"page.css": 14 * 1024, "page.js": 9.5 * 1024}
MOST_OF_A_PAGE = 40_000
LANGUAGES = ("", "/en")
MARKS = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def checked(text: str) -> str:
    html5lib.HTMLParser(strict=True).parse(text)
    assert text.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), [item for item in ids if ids.count(item) > 1]
    named = re.findall(r'(?:for|aria-labelledby|aria-describedby)="([^"]+)"', text)
    assert {item for names in named for item in names.split()} <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    return text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda item: item.name)
def test_no_template_has_a_script_a_style_or_anything_of_others_in_it(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text, re.IGNORECASE)
    assert re.findall(r"<script.*?</script>", text) in ([], ['<script src="/assets/page.js" defer></script>'])
    assert not re.search(r"(src|href)=\"(https?:)?//", text)
    assert "|safe" not in text


def test_the_assets_are_small() -> None:
    for name, most in MOST.items():
        assert (FOLDER / "assets" / name).stat().st_size < most, name


@pytest.mark.parametrize("english", LANGUAGES)
@pytest.mark.parametrize("view", [draft(), empty_draft(), petition(), bare_petition()], ids=lambda item: item.kind)
def test_every_page_is_valid_and_small(view: PageView, english: str) -> None:
    opened = Opened(view).opens(english)
    if isinstance(view, DraftView) or view.may:
        opened.confirmed()
    for rest in ("", "?sent=none", "?sent=none&tries=40"):
        answer = opened.get(rest, english)
        assert answer.status_code == 200
        assert len(checked(answer.text).encode()) < MOST_OF_A_PAGE
    ways = [what for what in ("withdraw", "erase", "drop") if opened.get(f"/sure/{what}", english).status_code == 200]
    assert ways == re.findall(r'/sure/(\w+)"', opened.get("", english).text)[:: -1 if "drop" in ways else 1]
    for what in ways:
        text = checked(opened.get(f"/sure/{what}", english).text)
        assert f'name="do" value="{what}"' in text


@pytest.mark.parametrize("english", LANGUAGES)
def test_draft_offers_all_wards_and_the_filled_in_values(english: str) -> None:
    text = Opened(draft()).opens(english).get(english=english).text
    wards = reference.directory().wards
    assert len(wards) > 120
    assert all(f'<option value="{ward.code}"' in text for ward in wards)
    assert text.count(" selected") == 1
    assert '<option value="PX-00008" selected>Phường Ngọc Hà</option>' in text
    assert 'value="0912 345 678"' in text
    assert 'id="type-individual" name="type" value="individual" checked' in text
    assert 'id="reply-by-phone" name="reply_by" value="phone" checked' in text
    assert "HN-261101-ABCD-EFGH" in text
    assert f'href="https://pakn.example.vn{english}/results/KQ-0123456789AB"' in text
    assert "Số 40 Đội Cấn, Phường Ba Đình" in text
    assert ">0912345678<" in text
    assert "Phần dài thêm thứ nhất." in text


@pytest.mark.parametrize("english", LANGUAGES)
def test_refused_draft_keeps_the_typed_text_and_marks_the_faults(english: str) -> None:
    opened = Opened(draft(consented=True)).opens(english)
    typed = {
        "content": "Mới <b>", "place": "", "ward": "", "nowhere": "yes", "type": "business", "name": "", "phone": "12",
        "home": "", "email": "x", "reply_by": "email", "remove": "f-1", "order-f-0": "5",
    }  # fmt: skip
    answer = opened.post(english=english, do="send", **typed)
    assert answer.status_code == 400
    text = checked(answer.text)
    assert text.count('aria-invalid="true"') == 4
    for name in ("name", "phone", "home", "email"):
        assert f'<a href="#{name}">' in text
        assert f'aria-describedby="{name}-hint {name}-fault"' in text or f'aria-describedby="{name}-fault"' in text
    assert "Mới &lt;b&gt;" in text
    for name in ("nowhere", "type-business", "reply-by-email", "remove-f-1"):
        assert re.search(f'id="{name}"[^>]* checked', text), name
    assert 'name="order-f-0" value="5"' in text
    assert 'name="phone" value="12"' in text
    assert re.search(r'name="was_ward" value="PX-00008"', text)
    assert text.index("<title>Lỗi" if not english else "<title>Error")


def test_a_wish_to_talk_that_is_refused_leaves_the_draft_as_it_is() -> None:
    opened = Opened(draft()).opens()
    answer = opened.post(do="person", words=" ", phone="0987 654 321")
    assert answer.status_code == 400
    text = checked(answer.text)
    assert '<a href="#person-words">' in text
    assert '<details class="card no-print" id="person" open>' in text
    assert 'name="phone" value="0987 654 321"' in text
    assert 'name="phone" value="0912 345 678"' in text
    assert opened.post(do="person", words="Bao giờ xong?").status_code == 303
    assert opened.sent()["action"]["kind"] == "person"


def test_a_draft_without_consent_asks_for_it_with_the_whole_notice() -> None:
    opened = Opened(draft()).opens()
    text = opened.get().text
    assert 'name="consent" value="yes"' in text
    assert 'href="https://pakn.example.vn/privacy"' in text
    for words in ("Máy chủ của Google Cloud tại Singapore", "được chuyển ra nước ngoài", "10 năm"):
        assert words in text
    refused = opened.post(do="save", content="x")
    assert '<a href="#consent">' in checked(refused.text)
    opened.shows(draft(consented=True))
    assert 'name="consent"' not in opened.get().text


@pytest.mark.parametrize("english", LANGUAGES)
def test_page_waits_until_the_post_is_applied_and_then_shows_the_chats_reply(english: str) -> None:
    opened = Opened(draft()).opens(english)
    waiting = opened.get("?sent=sent-key", english).text
    assert f'<meta http-equiv="refresh" content="2;url={english}/p/{PAGE}?sent=sent-key&amp;tries=1">' in waiting
    assert f'data-state="{english}/p/{PAGE}/state?sent=sent-key"' in waiting
    assert "<textarea" not in waiting
    late = opened.get("?sent=sent-key&tries=20", english).text
    assert 'id="late"' in late
    assert "http-equiv" not in late
    for view in (draft(posts=[applied("Đã ghi <i>.\nDòng hai.")]), petition(posts=[applied("Đã ghi <i>.\nDòng hai.")])):
        opened.shows(view)
        text = checked(opened.get("?sent=sent-key", english).text)
        assert '<p class="words" lang="vi">Đã ghi &lt;i&gt;.\nDòng hai.</p>' in text
        assert "http-equiv" not in text


def test_page_ended_by_a_post_shows_that_it_has_ended() -> None:
    opened = Opened(draft()).opens()
    for what in ("drop", "erase"):
        text = checked(opened.client.get(f"/done/{what}").text)
        assert "Việc anh/chị yêu cầu đã được ghi" in text
        assert 'data-forget="page"' in text
    assert opened.client.get("/done/send").status_code == 404
    opened.ends()
    assert "data-forget" not in checked(opened.get().text)


@pytest.mark.parametrize("english", LANGUAGES)
def test_the_sentences_of_a_story_are_divided(english: str) -> None:
    opened = Opened(draft()).opens(english)
    text = checked(opened.get("/split", english).text)
    assert len(re.findall(r'name="second" value="\d"', text)) == 4
    assert opened.post("/split", english).status_code == 400
    assert opened.post("/split", english, second="1").status_code == 303
    assert opened.sent()["action"]["content"].count("\n") == 1
    assert opened.post("/split", english, second="1", shown="another").status_code == 409


@pytest.mark.parametrize("english", LANGUAGES)
def test_a_place_is_pointed_at_without_scripts(english: str) -> None:
    opened = Opened(draft()).opens(english)
    text = checked(opened.get("/place", english).text)
    assert f'<input type="image" id="map" name="at" src="{english}/p/{PAGE}/map.svg" width="600"' in text
    assert opened.post("/place", english, **{"at.x": "0", "at.y": "9999"}).status_code == 400
    assert opened.post("/place", english, **{"at.x": "120", "at.y": "130"}).status_code == 303
    assert "point" in opened.sent()["action"]
    assert "/place" not in Opened(draft(), mapped=False).opens(english).get(english=english).text


@pytest.mark.parametrize("english", LANGUAGES)
@pytest.mark.parametrize("kind", ["", *EVERYTHING])
def test_petition_has_forms_for_allowed_actions_only(kind: str, english: str) -> None:
    text = checked(Opened(petition(may=[kind] if kind else [])).opens(english).get(english=english).text)
    offered = set(re.findall(r'name="do" value="(\w+)"', text)) | set(re.findall(r'/sure/(\w+)"', text))
    assert offered == ({kind} if kind else set())


@pytest.mark.parametrize("did", ["more", "rate", "contest", "person"])
def test_a_form_about_a_petition_that_is_refused_stays_open(did: str) -> None:
    opened = Opened(petition(wanted=None)).opens()
    answer = opened.post(do=did, words="x" * 5_001)
    assert answer.status_code == 400
    text = checked(answer.text)
    assert f'<a href="#{did}-words">' in text
    assert (
        f'<textarea id="{did}-words" name="words" rows="40" aria-describedby="{did}-words-fault" aria-invalid="true">'
        in text
    )
    assert text.count("x" * 5_001) == 1


def test_a_petition_shows_what_is_wanted_and_takes_it() -> None:
    opened = Opened(petition()).opens()
    text = opened.get().text
    assert len(re.findall(r'name="given" value="\d"', text)) == 3
    assert opened.post(do="more", given="2", words="Xin gửi").status_code == 303
    assert opened.sent()["action"]["given"] == ["Thời gian xe chạy qua"]
    refused = checked(opened.post(do="more", given="9").text)
    assert '<a href="#more-words">' in refused


def test_petition_shows_all_steps_and_states_in_both_languages() -> None:
    opened = Opened(petition()).opens()
    for english in LANGUAGES:
        assert opened.get(english=english).text.count("<li>\n      <p><b>") == len(TOLD_STEPS)
        for state in State:
            opened.shows(petition(state=state))
            assert opened.get(english=english).status_code == 200


def test_a_file_of_the_answer_is_saved() -> None:
    opened = Opened(petition()).opens()
    text = opened.get().text
    assert f'action="/p/{PAGE}/file"' in text
    hidden = dict(re.findall(r'name="(csrf|number)" value="(\w+)"', text))
    answer = opened.client.post(f"/p/{PAGE}/file", data=hidden)
    assert (answer.status_code, answer.data) == (200, PAPER)


def test_late_petition_shows_since_when() -> None:
    assert "Đã quá hạn trả lời từ 09:00 Chủ nhật 22/11/2026." in Opened(petition()).opens().get().text
    step = LateStep(
        clock=ClockName.RECEPTION, due_at=AT - timedelta(days=1), reminded=Recipient.HANDLER, keyed_late=True
    )
    keyed = Opened(petition(late_step=step)).opens().get().text
    assert "nhập phản ánh vào hệ thống khi hạn này đã qua" in keyed
    assert "Xin lỗi" not in keyed
    assert "quá hạn" not in Opened(petition(due_at=None, clock=None, late_step=None)).opens().get().text


@pytest.mark.parametrize("english", LANGUAGES)
@pytest.mark.parametrize(
    ("view", "chats", "typed"),
    [
        (draft(), True, "000000"),
        (petition(digits="5678"), True, "000000"),
        (petition(digits="5678"), True, "0000"),
        (petition(digits="5678", may=[]), False, "0912000000"),
        (petition(), True, "000000"),
    ],
)
def test_another_browser_is_asked_for_digits_or_a_word(english: str, view: PageView, chats: bool, typed: str) -> None:  # noqa: FBT001
    opened = Opened(view).opens(english)
    other = opened.app.test_client()
    asked = checked(other.post(f"{english}/open", data={"link": LINK}).text)
    assert (f'action="{english}/word"' in asked) == chats
    if chats:
        assert 'id="done"' in checked(other.post(f"{english}/word", data={"key": KEY}).text)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked))
    wrong = other.post(f"{english}/confirm", data={**hidden, "typed": typed})
    assert wrong.status_code == 400
    assert 'aria-invalid="true"' in checked(wrong.text)


@pytest.mark.parametrize("english", LANGUAGES)
def test_a_browser_that_nothing_can_confirm_is_sent_to_the_office(english: str) -> None:
    opened = Opened(petition(may=[]))
    asked = checked(opened.app.test_client().post(f"{english}/open", data={"link": LINK}).text)
    assert "024.1022" in asked.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in asked


@pytest.mark.parametrize("english", LANGUAGES)
@pytest.mark.parametrize("view", [petition(), petition(may=[])])
def test_page_open_for_reading_shows_the_other_options(view: PetitionView, english: str) -> None:
    opened = Opened(view.without_filer()).opens(english)
    text = checked(opened.get(english=english).text)
    assert 'id="read"' in text
    assert (f'action="{english}/word"' in text) == bool(view.may)
    assert 'name="do"' not in text
    assert "/sure/" not in text
    assert 'id="read"' not in Opened(petition()).opens(english).get(english=english).text


@pytest.mark.parametrize("english", LANGUAGES)
@pytest.mark.parametrize(("state", "shown"), [(State.CLOSED, True), (State.ANSWERED, True), (State.IN_PROGRESS, False)])
def test_page_without_the_answer_mentions_it(state: State, shown: bool, english: str) -> None:  # noqa: FBT001
    withheld = replace(petition(may=[]), state=state).kept_from_taker(None)
    text = checked(Opened(withheld).opens(english).get(english=english).text)
    assert (("has been answered" if english else "đã được trả lời") in text) == shown
    assert (("looking into it" if english else "đang được nơi có thẩm quyền") in text) != shown


@pytest.mark.parametrize("english", LANGUAGES)
def test_a_page_is_opened_by_a_button_or_by_its_code(english: str) -> None:
    opened = Opened(petition())
    assert "data-at-once" in checked(opened.client.get(f"{english}/{LINK}").text)
    for path in ("/", "/code", "/nowhere/at/all"):
        checked(opened.client.get(english + path).text)
    refused = opened.client.post(f"{english}/code", data={"code": "x<", "digits": ""})
    assert 'value="x&lt;"' in checked(refused.text)
    assert checked(opened.client.post(f"{english}/code", data={"code": CODE, "digits": "0000"}).text)


def test_each_page_that_can_be_read_again_leads_to_the_other_language() -> None:
    opened = Opened(draft()).opens()
    for rest in ("", "/split", "/place", "/sure/drop"):
        other = re.search(r'<a class="no-print" href="([^"]+)" lang="en"', opened.get(rest).text)
        assert other, rest
        assert other[1] == f"/en/p/{PAGE}{rest}"
        assert '<html lang="en">' in opened.client.get(other[1]).text


def test_english_page_has_vietnamese_only_where_marked_or_written_by_a_citizen() -> None:
    own = replace(petition().own, content="Rats", additions=[])
    text = Opened(petition(own=own, place="", sent=[])).opens("/en").get(english="/en").text
    plain = re.sub(r"<(\w+)[^>]*\slang=\"vi\".*?</\1>", "", text, flags=re.DOTALL)
    assert MARKS.findall(re.sub(r"<[^>]+>", "", plain)) == []
