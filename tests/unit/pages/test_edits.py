"""Changes of a draft on its page are applied once, combined with changes in the chat, and answered there."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from petitions.domain.citizen.draft import words_of
from petitions.domain.citizen.draft_changes import PAGE_FIELDS
from petitions.domain.pages.draft_view import DraftView
from petitions.domain.pages.links import page_id, page_key
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.pages.posts import DraftDropped
from petitions.domain.petition.petition import Location
from petitions.domain.understanding.commands import Give, Tell
from petitions.errors import NotFound
from petitions.usecases.pages.send_post import SentFile
from tests.unit.pages.paged import STORY, Paged, edit_of
from tests.unit.world import CITIZEN_URL, USER

NEW = "UBND phường chậm trả giấy khai sinh cho con tôi.\nTôi đã đến ba lần."
PHOTO = SentFile("anh.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a photo")


def ward_name(page: Paged, code: str | None) -> str:
    return page.world.intake.effects.guide.ward_name(code or "")


@pytest.fixture
def page() -> Paged:
    return Paged()


def test_summary_has_the_link_and_the_page_shows_the_same(page: Paged) -> None:
    link = f"{CITIZEN_URL}/{page.link}"
    assert link in page.world.last_reply()
    for words in ("HN-", "Lan", "0912", "84912"):
        assert words not in link
    view = page.draft_view()
    assert (view.content, view.name, view.phone, view.place) == (
        STORY, "Nguyễn Thị Lan", "0912345678", "Số 12 phố Trung Kính, phường Yên Hòa"
    )  # fmt: skip
    assert view.consented
    assert ward_name(page, view.ward) == "Phường Yên Hòa"


def test_the_same_link_is_given_as_long_as_the_draft_lasts(page: Paged) -> None:
    key = page.key
    page.world.meant["tên tôi là Trần Thị Hoa"] = (Give(field="name", value="Trần Thị Hoa"),)
    page.world.types("tên tôi là Trần Thị Hoa")
    assert page.key == key


def test_fields_are_changed_and_shown_as_differences(page: Paged) -> None:
    reply = page.edits(name="Trần Thị Hoa", phone="0987 000 111", email="Hoa@Example.com", home="5 Láng Hạ")
    draft = page.draft
    assert (draft.name, draft.phone, draft.email, draft.residence) == (
        "Trần Thị Hoa", "84987000111", "hoa@example.com", "5 Láng Hạ"
    )  # fmt: skip
    assert reply.startswith("Đã nhận từ trang.")
    assert "Đã sửa họ tên: Nguyễn Thị Lan → Trần Thị Hoa" in reply
    assert "Xin kiểm tra lại" in reply
    assert page.draft_view().name == "Trần Thị Hoa"


def test_a_page_from_before_a_field_was_added_files_the_draft(page: Paged, monkeypatch: pytest.MonkeyPatch) -> None:
    view = page.draft_view()
    assert view.email == ""
    monkeypatch.setitem(cast("dict[str, tuple[str, ...]]", PAGE_FIELDS), "fax", ("email",))
    page.edits(view, sends=True)
    assert page.petition().contact.name == "Nguyễn Thị Lan"


def test_unchanged_fields_keep_the_values_of_the_chat(page: Paged) -> None:
    view = page.draft_view()
    page.world.meant["số của tôi là 0987654321"] = (Give(field="phone", value="0987654321"),)
    page.world.types("số của tôi là 0987654321")
    page.edits(view, name="Trần Thị Hoa")
    assert (page.draft.name, page.draft.phone) == ("Trần Thị Hoa", "84987654321")


def test_text_sent_meanwhile_follows_the_new_story(page: Paged) -> None:
    view = page.draft_view()
    more = "Hôm nay họ lại bảo tôi về"
    page.world.meant[more] = (Tell(words=more, end=len(more), chance=1.0),)
    page.world.types(more)
    assert more in page.draft.content()
    reply = page.edits(view, content=NEW)
    assert page.draft.content() == f"{NEW}\n{more}"
    assert "Đã thay nội dung" in reply


def test_both_texts_of_a_conflict_are_shown_and_the_newer_one_is_kept(page: Paged) -> None:
    view = page.draft_view()
    page.world.meant["tên tôi là Trần Thị Hoa"] = (Give(field="name", value="Trần Thị Hoa"),)
    page.world.types("tên tôi là Trần Thị Hoa")
    page.world.clock.advance(seconds=5)
    reply = page.edits(view, name="Lê Thị Mai")
    assert page.draft.name == "Lê Thị Mai"
    assert "Trần Thị Hoa" in reply
    assert "Lê Thị Mai" in reply
    (conflict,) = page.draft_view().conflicts
    assert (conflict.field, conflict.kept, conflict.other) == ("name", "Lê Thị Mai", "Trần Thị Hoa")


def test_a_post_that_arrives_after_a_newer_message_replaces_nothing_of_it(page: Paged) -> None:
    view = page.draft_view()
    page.sends(edit_of(view, name="Lê Thị Mai"), view)
    page.world.clock.advance(seconds=5)
    page.world.meant["tên tôi là Trần Thị Hoa"] = (Give(field="name", value="Trần Thị Hoa"),)
    page.world.types("tên tôi là Trần Thị Hoa")
    page.applies()
    assert page.draft.name == "Trần Thị Hoa"
    assert "Lê Thị Mai" in page.world.last_reply()


def test_a_message_that_arrives_after_a_newer_post_replaces_nothing_of_it(page: Paged) -> None:
    page.world.meant["tên tôi là Trần Thị Hoa"] = (Give(field="name", value="Trần Thị Hoa"),)
    late = page.world.event("user_send_text", {"text": "tên tôi là Trần Thị Hoa"})
    page.world.clock.advance(seconds=5)
    page.edits(name="Lê Thị Mai")
    page.world.clock.advance(seconds=1)
    page.world.intake(late)
    assert page.draft.name == "Lê Thị Mai"
    assert "giữ như trên trang" in page.world.last_reply()


def test_a_double_click_changes_nothing_twice(page: Paged) -> None:
    view = page.draft_view()
    for _ in range(2):
        page.sends(edit_of(view, content=NEW), view, [PHOTO], form="the same")
    before = len(page.world.replies())
    page.applies()
    assert len(page.world.replies()) == before + 1
    assert len(page.draft.files()) == 1


def test_files_are_added_ordered_and_taken_away(page: Paged) -> None:
    page.edits(files=[PHOTO, SentFile("b.pdf", "application/pdf", b"%PDF-1.7 b")])
    first, second = page.draft.files()
    assert (first.type, second.type, second.name) == ("image", "file", "b.pdf")
    page.edits(order=[second.key, first.key])
    assert [file.key for file in page.draft.files()] == [second.key, first.key]
    reply = page.edits(removed=[first.key])
    assert [file.key for file in page.draft.files()] == [second.key]
    assert "Đã bỏ 1" in reply


def test_an_uploaded_file_is_checked_and_kept_as_all_files_are(page: Paged) -> None:
    page.edits(files=[SentFile("b.pdf", "image/png", b"%PDF-1.7 b")])
    uploads = [name for name in page.world.kept.objects if name.startswith("uploads/")]
    assert len(uploads) == 1
    page.world.fetch()
    assert [name for name in page.world.kept.objects if name.startswith("uploads/")] == []
    (name,) = [name for name in page.world.kept.objects if name.startswith("copies/")]
    assert page.world.kept.objects[name][0] == b"%PDF-1.7 b"
    assert [file.state for file in page.draft_view().files] == ["stored"]


def test_unsupported_file_is_refused_with_a_message(page: Paged) -> None:
    page.edits(files=[SentFile("a.jpg", "image/jpeg", b"MZ a program")])
    page.world.fetch()
    assert [file.state for file in page.draft_view().files] == ["failed"]
    (lost,) = [path for path in page.world.store.paths("notices") if "file-lost" in path]
    assert "a.jpg" in str(page.world.store.documents[lost]["text"])
    assert [name for name in page.world.kept.objects if not name.startswith("sealed/")] == []


def test_two_matters_are_split_and_filed_one_after_the_other(page: Paged) -> None:
    reply = page.edits(content="Việc khai sinh chậm", second="Vỉa hè trước nhà bị lấn chiếm")
    assert "việc thứ hai" in reply
    view = page.draft_view()
    assert (view.content, view.second) == ("Việc khai sinh chậm", "Vỉa hè trước nhà bị lấn chiếm")
    page.edits(view, sends=True)
    assert page.petition().content == "Việc khai sinh chậm"
    assert page.draft.content() == "Vỉa hè trước nhà bị lấn chiếm"


def test_a_place_is_changed_by_words_by_a_ward_and_by_a_point(page: Paged) -> None:
    page.edits(place="20 Trần Quý Kiên, phường Cầu Giấy")
    assert page.draft.address == "20 Trần Quý Kiên, phường Cầu Giấy"
    assert ward_name(page, page.draft.ward) == "Phường Cầu Giấy"
    page.edits(ward="PX-00070")
    assert page.draft.ward == "PX-00070"
    page.edits(point=Location(latitude=21.03, longitude=105.8))
    assert page.draft.location == Location(latitude=21.03, longitude=105.8)
    page.edits(ward="PX-99999")
    assert page.draft.ward != "PX-99999"


def test_of_two_pages_that_rewrite_the_same_story_the_later_stands_and_the_other_is_shown(page: Paged) -> None:
    both = page.draft_view()
    page.edits(both, content=f"{STORY}. Đã ba tuần.")
    page.edits(both, content=f"{STORY}. Xin trả sớm.")
    assert page.draft.content() == f"{STORY}. Xin trả sớm."
    assert [conflict.other for conflict in page.draft.conflicts] == [f"{STORY}. Đã ba tuần."]


def test_a_page_that_never_showed_a_message_does_not_drop_it_from_the_story_of_another_page(page: Paged) -> None:
    old = page.draft_view()
    more = "Hôm nay họ lại bảo tôi về"
    page.world.meant[more] = (Tell(words=more, end=len(more), chance=1.0),)
    page.world.types(more)
    page.edits(content=f"{STORY}. Đã ba tuần.\n{more}")
    page.edits(old, content=f"{STORY}. Xin trả sớm.")
    assert page.draft.content() == f"{STORY}. Xin trả sớm.\n{more}"
    page.edits(content=f"{STORY}. Xin trả sớm.")
    assert page.draft.content() == f"{STORY}. Xin trả sớm."


def test_a_ward_stays_that_the_form_showed_beside_new_words_of_the_place(page: Paged) -> None:
    page.edits(ward="PX-00070")
    reply = page.edits(place="số 4 ngõ nhỏ")
    assert (page.draft.address, page.draft.ward) == ("số 4 ngõ nhỏ", "PX-00070")
    assert "Xin chọn số" not in reply
    page.edits(place="20 Trần Quý Kiên, phường Cầu Giấy")
    assert ward_name(page, page.draft.ward) == "Phường Cầu Giấy"
    page.edits(place="số 5 ngõ nhỏ", ward="")
    assert page.draft.ward is None


def test_the_page_sends_and_becomes_the_page_of_the_petition(page: Paged) -> None:
    key = page.key
    reply = page.edits(name="Trần Thị Hoa", sends=True)
    petition = page.petition()
    assert petition.contact.name == "Trần Thị Hoa"
    assert petition.code in reply
    assert page_key(str(petition.page)) == key
    view = page.petition_view(key)
    assert (view.code, view.own.content) == (petition.code, STORY)
    assert petition.code in view.posts[0].words


def test_a_stale_page_files_nothing_that_was_not_seen(page: Paged) -> None:
    view = page.draft_view()
    more = "Hôm nay họ lại bảo tôi về"
    page.world.meant[more] = (Tell(words=more, end=len(more), chance=1.0),)
    page.world.types(more)
    reply = page.edits(view, name="Trần Thị Hoa", sends=True)
    assert page.world.petitions() == []
    assert "CHƯA gửi" in reply
    assert page.draft.name == "Trần Thị Hoa"
    page.edits(sends=True)
    assert more in page.petition().content


def test_incomplete_draft_is_not_sent_and_the_chat_asks_for_missing_values() -> None:
    page = Paged(begun=False)
    page.world.types(STORY, "đồng ý", "Phường Yên Hòa")
    reply = page.edits(name="Trần Thị Hoa", sends=True)
    assert page.world.petitions() == []
    assert "còn thiếu" in reply
    assert "địa chỉ" in reply


def test_edit_after_the_chat_has_sent_the_draft_joins_the_petition(page: Paged) -> None:
    view = page.draft_view()
    key = page.key
    page.world.types("1")
    code = page.petition().code
    typed = {"content": NEW, "second": "Vỉa hè trước nhà bị lấn chiếm", "place": "9 phố Trung Kính"}
    page.sends(edit_of(view, name="Trần Thị Hoa", **typed), view, key=key)
    page.applies()
    petition = page.petition()
    assert petition.code == code
    assert petition.contact.name == "Trần Thị Hoa"
    assert [text for text in typed.values() if text not in (petition.additions[0].text or "")] == []
    assert code in page.world.last_reply()


def test_a_dropped_draft_ends_its_page(page: Paged) -> None:
    key, view = page.key, page.draft_view()
    assert "Đã hủy" in page.does(DraftDropped())
    page.world.relay()
    with pytest.raises(NotFound):
        page.open._view(key)
    page.sends(edit_of(view, name="Trần Thị Hoa"), view, key=key)
    page.applies()
    assert "không còn nữa" in page.world.last_reply()


def test_the_page_of_another_draft_changes_nothing(page: Paged) -> None:
    key, view = page.key, page.draft_view()
    page.world.types("1")
    page.world.writes("Vỉa hè trước nhà tôi bị đào xới nhiều tuần")
    assert page.key != key
    page.sends(edit_of(view, name="Trần Thị Hoa"), view, key=key)
    page.applies()
    assert page.draft.name == "Nguyễn Thị Lan"


def test_erasure_ends_the_page_and_later_posts_are_dropped(page: Paged) -> None:
    key, view = page.key, page.draft_view()
    page.world.types("xóa dữ liệu của tôi", "1")
    page.world.relay()
    with pytest.raises(NotFound):
        page.open._view(key)
    page.sends(edit_of(view, name="Trần Thị Hoa"), view, key=key)
    inputs = [path for path in page.world.store.paths("citizens") if "/inputs/" in path]
    page.applies()
    assert [path for path in page.world.store.paths("citizens") if "/inputs/" in path] == inputs


def test_late_erasure_event_erases_posts_sent_meanwhile(page: Paged) -> None:
    page.world.types("xóa dữ liệu của tôi")
    confirmed = page.world.event("user_send_text", {"text": "1"})
    page.world.clock.advance(seconds=5)
    page.edits(name="Trần Thị Hoa")
    page.world.intake(confirmed)
    page.world.clock.advance(minutes=2)
    page.world.erase()
    assert [path for path in page.world.store.paths("citizens") if "/inputs/" in path] == []


def test_an_erasure_goes_on_with_the_count_of_changes_so_that_later_copies_are_newer(page: Paged) -> None:
    before = page.world.citizen()["changes"]
    page.world.types("xóa dữ liệu của tôi", "1")
    assert page.world.citizen()["changes"] > before


def test_a_danger_in_the_new_story_leads_the_reply(page: Paged) -> None:
    words = "Nhà tôi đang cháy, có người mắc kẹt bên trong, cứu với"
    assert "114" in page.edits(content=words)


def test_a_danger_that_is_over_does_not_begin_again_with_the_page(page: Paged) -> None:
    page.edits(content="Nhà tôi đang cháy, có người mắc kẹt bên trong, cứu với")
    page.world.types("an toàn rồi, không còn cháy nữa")
    written = words_of(page.draft.parts)
    assert "114" not in page.edits(content=f"{written}\nBà cụ nhà bên vẫn chưa có chỗ ở")
    assert "114" in page.edits(content=f"{written}\nLại cháy rồi, có người mắc kẹt, cứu với")


def test_without_consent_nothing_is_stored_from_the_page() -> None:
    page = Paged()
    who = next(path for path in page.world.store.paths("citizens") if path.count("/") == 1)
    page.world.store.update(who, {"consent": {"version": "2025-1", "at": page.world.clock.now()}})
    reply = page.edits(name="Trần Thị Hoa")
    assert page.draft.name == "Nguyễn Thị Lan"
    assert "chưa đánh dấu đồng ý" in reply
    page.edits(name="Trần Thị Hoa", consents=True)
    assert page.draft.name == "Trần Thị Hoa"


def test_an_older_copy_never_replaces_a_newer_one(page: Paged) -> None:
    view = page.draft_view()
    old = dict(page.world.public.documents[f"pages/{page_id(page.key)}"])
    page.edits(name="Trần Thị Hoa")
    new = page.world.public.documents[f"pages/{page_id(page.key)}"]
    assert (new["changes"], isinstance(view, DraftView)) > (old["changes"], False)


def test_the_link_lasts_thirty_days_and_is_renewed_in_the_chat(page: Paged) -> None:
    page.world.types("1")
    code = page.petition().code
    first = page.petition().page_until
    assert first is not None
    page.world.clock.advance(days=10)
    page.world.types(code)
    later = page.petition().page_until
    assert later is not None
    assert later - first >= timedelta(days=10)
    view = page.petition_view()
    assert isinstance(view, PetitionView)
    assert view.until == later
    assert page.world.last_reply(USER).count(CITIZEN_URL) == 1


def test_a_name_of_a_company_makes_the_sender_an_organisation_unless_something_else_is_chosen(page: Paged) -> None:
    page.edits(name="Công ty TNHH Thịnh Phát")
    assert page.draft.type == "business"


def test_the_second_matter_gets_a_page_of_its_own_and_a_question_in_the_chat(page: Paged) -> None:
    key = page.key
    page.edits(content="Việc khai sinh chậm", second="Vỉa hè trước nhà bị lấn chiếm")
    reply = page.edits(sends=True)
    assert "việc thứ hai" in reply
    assert page.key != key
    assert f"{CITIZEN_URL}/{page.link}" in reply
    assert page.draft_view().content == "Vỉa hè trước nhà bị lấn chiếm"
    assert f"{CITIZEN_URL}/{page.link}" in page.petition_view(key).posts[0].words


def test_stale_page_shows_the_changed_fields(page: Paged) -> None:
    view = page.draft_view()
    page.world.meant["số của tôi là 0987654321"] = (Give(field="phone", value="0987654321"),)
    page.world.types("số của tôi là 0987654321")
    reply = page.edits(view, sends=True)
    assert "Đã đổi từ lúc anh/chị mở trang: số điện thoại." in reply


MORE = "Hôm nay họ lại bảo tôi về"


def filed_with_more(page: Paged) -> DraftView:
    view = page.draft_view()
    page.edits(view, content=f"{STORY}\n{MORE}")
    page.world.types("1")
    return view


@pytest.mark.parametrize(
    ("content", "added"),
    [
        (f"{STORY}\n{MORE}", None),
        (f"{STORY}\n{MORE}\nĐã ba tuần", "Đã ba tuần"),
        (f"{STORY}\nĐã ba tuần", f"{STORY}\nĐã ba tuần"),
    ],
)
def test_an_old_page_gives_the_filed_petition_what_it_adds_or_all_if_it_leaves_out(
    page: Paged, content: str, added: str | None
) -> None:
    view, key = filed_with_more(page), page.key
    assert key is not None
    page.sends(edit_of(view, content=content, place=page.petition().address), view, key=key)
    page.applies()
    assert [addition.text for addition in page.petition().additions] == ([added] if added else [])
