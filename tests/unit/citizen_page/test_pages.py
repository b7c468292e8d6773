from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from markupsafe import escape

from petitions.domain.pages.links import page_id
from petitions.domain.petition.petition import Location
from petitions.domain.understanding.commands import Give, Tell
from petitions.usecases.pages.send_post import SentFile
from tests.unit.citizen_page.site import NAME, PageSite, faulty, page_text, photos
from tests.unit.pages.paged import STORY

WHERE = "Số 12 phố Trung Kính, phường Yên Hòa"
MEGABYTE = 2**20


@pytest.fixture
def site() -> PageSite:
    return PageSite()


# From the link to the petition.


def test_from_the_link_to_the_code(site: PageSite) -> None:
    browser = site.browser
    link = site.world.last_reply().split("http", 1)[1].split()[0]
    assert link.endswith(f"/{site.link}")
    site.world.relay()
    shown = browser.client.get(f"/{site.link}")
    assert (shown.status_code, 'action="/open"' in shown.text) == (200, True)
    draft = browser.opens()
    assert draft.status_code == 200
    assert draft.request.path == f"/p/{page_id(site.key)}"
    values = browser.values()
    assert {name: values[name] for name in ("content", "place", "ward", "name", "phone", "home", "type")} == {
        "content": STORY, "place": WHERE, "ward": "PX-00175", "name": NAME, "phone": "0912345678", "home": WHERE,
        "type": "individual",
    }  # fmt: skip
    done = browser.does("save", name="Trần Thị Hoa", phone="0987 000 111", content=f"{STORY}\r\nĐã ba tuần")
    assert "Đã nhận từ trang." in page_text(done)
    assert "họ tên: Nguyễn Thị Lan → Trần Thị Hoa" in page_text(done)
    assert "Đã nhận từ trang." in site.world.last_reply()
    values = browser.values()
    assert (values["name"], values["phone"], values["content"]) == (
        "Trần Thị Hoa", "0987000111", f"{STORY}\r\nĐã ba tuần"
    )  # fmt: skip
    browser.confirm()
    sent = browser.does("send")
    petition = site.petition()
    assert petition.code in page_text(sent)
    assert sent.request.path == draft.request.path
    assert (petition.contact.name, petition.content) == ("Trần Thị Hoa", f"{STORY}\nĐã ba tuần")
    assert petition.code in site.world.last_reply()


def test_draft_shown_in_the_chat_is_sent_by_one_tap(site: PageSite) -> None:
    browser = site.opened()
    site.applies()
    assert site.world.petitions() == []
    done = browser.does("send")
    assert site.petition().code in page_text(done)
    assert "nhắn KHÓA TRANG" in site.world.last_reply()


def test_link_alone_cannot_send_changes_made_on_the_page(site: PageSite) -> None:
    browser = site.opened()
    refused = browser.fills("send", name="Trần Thị Hoa", files=photos(1))
    assert (refused.status_code, "Chưa gửi." in refused.text) == (403, True)
    site.applies()
    assert (site.world.petitions(), site.draft.name, len(site.draft.files())) == ([], "Trần Thị Hoa", 1)
    assert browser.fills("send").status_code == 403
    assert browser.confirm().request.path == f"/p/{browser.page}"
    browser.does("send")
    assert site.petition().contact.name == "Trần Thị Hoa"


def test_chat_reports_the_opening_of_the_page_once_per_browser(site: PageSite) -> None:
    for _ in range(2):
        site.opened()
        site.applies()
    told_of = [reply for reply in site.world.replies() if "vừa được mở trên một máy" in reply]
    assert len(told_of) == 1
    assert "nhắn KHÓA TRANG" in told_of[0]


def test_the_first_browser_is_not_thrown_out_without_a_word(site: PageSite) -> None:
    site.opened()
    stranger = site.visitor("198.51.100.7")
    stranger.opens()
    stranger.confirm()
    site.applies()
    assert "máy đã mở bằng liên kết trước đó không mở được nữa" in site.world.last_reply()
    assert site.browser.sees().status_code == 403


def test_link_alone_cannot_change_the_name(site: PageSite) -> None:
    site.world.types("1")
    browser = site.opened()
    refused = browser.fills("correct", name="Trần Thị Hoa")
    assert (refused.status_code, "Chưa sửa." in refused.text) == (403, True)
    browser.confirm()
    browser.does("correct", name="Trần Thị Hoa")
    assert site.petition().contact.name == "Trần Thị Hoa"


def test_opening_by_code_and_digits_is_reported_in_the_chat(site: PageSite) -> None:
    site.world.types("1")
    site.visitor("198.51.100.7").enters()
    site.applies()
    assert f"Trang riêng của phản ánh {site.petition().code} vừa được mở" in site.world.last_reply()


def test_untouched_fields_change_nothing(site: PageSite) -> None:
    browser, before = site.opened(), site.draft
    assert browser.fills("save").location.endswith("?same=1")
    assert (site.published(), site.draft) == (0, before)


def test_page_waits_until_the_post_is_applied(site: PageSite) -> None:
    browser = site.opened()
    leads = browser.fills("save", name="Trần Thị Hoa").location
    waiting = browser.client.get(leads)
    again = re.search(r'http-equiv="refresh" content="2;url=([^"]+)"', waiting.text)
    assert again
    assert browser.client.get(f"/p/{browser.page}/state?{leads.partition('?')[2]}").json == {"applied": False}
    late = browser.client.get(f"{leads}&tries=20")
    assert 'http-equiv="refresh"' not in late.text
    assert 'id="late"' in late.text
    site.applies()
    assert browser.client.get(f"/p/{browser.page}/state?{leads.partition('?')[2]}").json == {"applied": True}
    assert 'id="done"' in browser.client.get(unescape(again[1])).text


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"name": ""}, ["name"]),
        ({"home": " ", "name": "\u200b"}, ["name", "home"]),
        ({"content": ""}, ["content"]),
        ({"content": "x" * 20_001}, ["content"]),
        ({"phone": "12"}, ["phone"]),
        ({"email": "hoa"}, ["email"]),
        ({"type": "nobody"}, ["type"]),
        ({"reply_by": "pigeon"}, ["reply_by"]),
        ({"place": "x" * 1_001}, ["place"]),
        ({"place": "", "ward": "", "point": ""}, ["place"]),
    ],
)
def test_fault_is_shown_at_its_field_and_the_typed_values_are_kept(
    site: PageSite, typed: dict[str, str], at: list[str]
) -> None:
    browser, before = site.opened(), site.everything()
    fields: dict[str, Any] = {
        "name": "Trần <b>Hoa",
        "home": "5 Láng Hạ",
        "email": "hoa@example.com",
        "nowhere": None,
        **typed,
    }
    answer = browser.fills("send", files=photos(1), **fields)
    assert answer.status_code == 400
    assert [item for item in faulty(answer) if item != "files"] == at
    shown = answer.text
    for name in ("home", "email", "name", "place"):
        if (value := fields.get(name)) and len(value) < 200:
            assert str(escape(value)).strip("\u200b ") in shown, name
    assert "chọn lại" in page_text(answer)  # the files, which no browser keeps
    assert site.everything()[2:] == before[2:]


def test_a_form_that_was_refused_is_sent_once_it_is_right(site: PageSite) -> None:
    browser = site.opened()
    browser.confirm()
    refused = browser.fills("send", name="Trần Thị Hoa", phone="12", content="Nội dung mới của tôi")
    browser.does("send", refused, phone="0987 000 111")
    petition = site.petition()
    assert (petition.contact.name, petition.contact.phone, petition.content) == (
        "Trần Thị Hoa", "84987000111", "Nội dung mới của tôi"
    )  # fmt: skip


def test_a_draft_that_is_saved_need_not_be_complete(site: PageSite) -> None:
    browser = site.opened()
    browser.does("save", name="", place="", ward="")
    assert (site.draft.name, site.world.petitions()) == (None, [])
    assert faulty(browser.fills("send")) == ["place", "name"]
    browser.confirm()
    browser.does("send", name="Trần Thị Hoa", nowhere="yes")
    assert site.petition().contact.name == "Trần Thị Hoa"


def test_a_new_notice_is_consented_to_before_anything_is_kept(site: PageSite) -> None:
    browser, (path,) = site.opened(), site.world.store.paths("citizens")
    former = {**site.world.store.documents[path]["consent"], "version": "former"}
    site.world.store.update(path, {"consent": former})
    site.world.copies.draft(path.partition("/")[2], browser.page)
    refused = browser.fills("save", name="Trần Thị Hoa")
    assert (refused.status_code, faulty(refused), site.published()) == (400, ["consent"], 0)
    browser.does("save", refused, consent="yes")
    assert site.draft.name == "Trần Thị Hoa"
    assert 'name="consent"' not in browser.sees().text


# Changes on both sides, repeated posts, and the back button.


def test_a_page_on_which_not_everything_was_seen_sends_nothing(site: PageSite) -> None:
    browser = site.opened()
    browser.confirm()
    old = browser.sees()
    more = "Hôm nay họ lại bảo tôi về"
    site.world.meant[more] = (Tell(words=more, end=len(more), chance=1.0),)
    site.world.types(more)
    done = browser.does("send", old, name="Trần Thị Hoa")
    assert site.world.petitions() == []
    assert "CHƯA gửi" in page_text(done)
    assert (site.draft.name, more in browser.values()["content"]) == ("Trần Thị Hoa", True)
    browser.does("send")
    assert more in site.petition().content


def test_two_values_that_differ_are_shown_on_the_page(site: PageSite) -> None:
    browser = site.opened()
    old = browser.sees()
    site.world.meant["tên tôi là Trần Thị Hoa"] = (Give(field="name", value="Trần Thị Hoa"),)
    site.world.types("tên tôi là Trần Thị Hoa")
    site.world.clock.advance(seconds=5)
    shown = page_text(browser.does("save", old, name="Lê Thị Mai"))
    assert "Trần Thị Hoa" in shown
    assert browser.values()["name"] == "Lê Thị Mai"


def test_a_form_sent_twice_is_applied_once(site: PageSite) -> None:
    browser = site.opened()
    site.applies()
    form = browser.sees()
    first, second = (browser.fills("save", form, photos(2), name="Trần Thị Hoa") for _ in range(2))
    assert first.location == second.location
    assert len([name for name in site.world.kept.objects if name.startswith("uploads/")]) == 2
    replies = len(site.world.replies())
    site.applies()
    assert (len(site.world.replies()), len(site.draft.files())) == (replies + 1, 2)


def test_the_form_to_which_one_goes_back_undoes_nothing(site: PageSite) -> None:
    browser = site.opened()
    old = browser.sees()
    browser.does("save", old, name="Trần Thị Hoa")
    browser.does("save", old, email="hoa@example.com")
    assert (site.draft.name, site.draft.email) == ("Trần Thị Hoa", "hoa@example.com")


def test_the_form_of_a_draft_that_the_chat_has_sent_goes_with_the_petition(site: PageSite) -> None:
    browser = site.opened()
    old = browser.sees()
    site.world.types("1")
    done = browser.fills("save", old, name="Trần Thị Hoa")
    assert done.status_code == 303
    site.applies()
    assert site.petition().contact.name == "Trần Thị Hoa"
    site.world.relay()
    assert browser.fills("save", old).location.endswith("?same=1")
    late = browser.fills("save", old, name="Lê Thị Mai")  # the page is the petition's by now
    assert "?sent=" in late.location
    site.applies()
    assert site.petition().contact.name == "Lê Thị Mai"


# More than fields: dividing, the map, files.


def test_one_story_becomes_two_petitions(site: PageSite) -> None:
    browser = site.opened()
    browser.does("save", content="Khai sinh chậm ba tuần.\r\n\r\nVỉa hè trước nhà bị lấn chiếm.")
    form = browser.sees("/split")
    none = browser.fills(f"/p/{browser.page}/split", form)
    assert (none.status_code, site.published()) == (400, 1)
    all_of_it = browser.fills(f"/p/{browser.page}/split", form, second=["0", "1"])
    assert (all_of_it.status_code, site.published()) == (400, 1)
    browser.does(f"/p/{browser.page}/split", form, second=["1"])
    values = browser.values()
    assert (values["content"], values["second"]) == ("Khai sinh chậm ba tuần.", "Vỉa hè trước nhà bị lấn chiếm.")
    stale = browser.fills(f"/p/{browser.page}/split", form, second=["0"])
    assert stale.status_code == 409
    browser.confirm()
    browser.does("send")
    assert [petition.content for petition in site.world.petitions()] == ["Khai sinh chậm ba tuần."]
    assert site.draft.content() == "Vỉa hè trước nhà bị lấn chiếm."


@pytest.mark.parametrize(
    ("content", "moved", "first", "second"),
    [
        ("Rác không ai thu. Phố trên có ổ gà to.", ["1"], "Rác không ai thu.", "Phố trên có ổ gà to."),
        ("rác không ai thu, phố trên có ổ gà", ["1"], "rác không ai thu", "phố trên có ổ gà"),
        ("Một. Hai!\r\nBa? Bốn", ["0", "3"], "Hai!\nBa?", "Một. Bốn"),
    ],
)
def test_one_paragraph_is_divided_by_its_sentences_or_phrases(
    site: PageSite, content: str, moved: list[str], first: str, second: str
) -> None:
    browser = site.opened()
    browser.does("save", content=content)
    form = browser.sees("/split")
    browser.does(f"/p/{browser.page}/split", form, second=moved)
    values = browser.values()
    assert (values["content"].replace("\r", ""), values["second"]) == (first, second)


def test_a_place_is_pointed_at(site: PageSite) -> None:
    browser = site.opened()
    picture = browser.sees("/map.svg")
    assert (picture.mimetype, picture.text.count("<path")) == ("image/svg+xml", 6)
    action, form = f"/p/{browser.page}/place", browser.sees("/place")
    far: dict[str, Any] = {"at.x": "5000", "at.y": "5000"}
    outside = browser.fills(action, form, **far)
    nothing = browser.fills(action, form, point="48.8584,2.2945")
    assert (outside.status_code, nothing.status_code, site.published()) == (400, 400, 0)
    near: dict[str, Any] = {"at.x": "300", "at.y": "100"}
    browser.does(action, form, **near)
    assert site.draft.location
    assert 'fill="#c8102e"' in browser.sees("/map.svg").text
    browser.does(action, browser.sees("/place"), point="21.02850,105.85420")
    assert site.draft.location == Location(latitude=21.0285, longitude=105.8542)
    assert PageSite(mapped=False).opened().sees("/place").status_code == 404


def test_files_are_added_put_in_order_and_taken_away(site: PageSite) -> None:
    browser = site.opened()
    browser.does("save", files=photos(3))
    site.world.fetch()
    site.world.relay()
    assert page_text(browser.sees()).count("đã nhận") >= 3
    first, second, third = [part.key for part in site.draft.files()]
    order: dict[str, Any] = {f"order-{first}": "3", f"order-{third}": "1"}
    browser.does("save", **order)
    assert [part.key for part in site.draft.files()] == [third, second, first]
    browser.does("save", remove=[second])
    assert [part.key for part in site.draft.files()] == [third, first]
    browser.confirm()
    browser.does("send")
    assert len(site.petition().files) == 2


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (photos(11), "nhiều nhất 10 tệp"),
        ([SentFile("phim.mp4", "video/mp4", bytes(25 * MEGABYTE + 1))], "25 MB"),
        ([SentFile("rong.jpg", "image/jpeg", b"")], "tệp trống"),
    ],
    ids=["many", "large", "empty"],
)
def test_files_that_are_too_many_too_large_or_empty_are_refused(
    site: PageSite, files: list[SentFile], words: str
) -> None:
    browser = site.opened()
    refused = browser.fills("save", files=files, name="Trần Thị Hoa")
    assert (refused.status_code, faulty(refused), site.published()) == (400, ["files"], 0)
    assert words in page_text(refused)
    assert "Trần Thị Hoa" in refused.text
    assert site.world.kept.objects == {}


def test_more_than_thirty_megabytes_are_answered_with_words(site: PageSite) -> None:
    browser = site.opened()
    answer = browser.fills("save", files=[SentFile("a.mp4", "video/mp4", bytes(16 * MEGABYTE))] * 2)
    assert (answer.status_code, "30 MB" in page_text(answer), site.published()) == (413, True, 0)


def test_a_draft_is_dropped_and_a_person_is_wished_for(site: PageSite) -> None:
    site.world.has_a_coordinator()
    browser = site.opened()
    assert browser.fills("person", words=" ").status_code == 400
    browser.does("person", words="Xin gọi cho tôi", phone="0987 000 111")
    assert len(site.world.store.paths("contact_requests")) == 1
    assert site.draft
    gone = browser.does("drop", browser.sees("/sure/drop"))
    assert (gone.status_code, "draft" in site.world.talk()["stage"]) == (200, False)
    assert "Việc anh/chị yêu cầu đã được ghi" in page_text(gone)
