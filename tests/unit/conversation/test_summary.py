"""The summary of a draft: sent after a clear yes, postponed, dropped, or corrected in free text."""

from __future__ import annotations

import pytest

from petitions.domain.notices.notice import NoticeState
from petitions.domain.understanding import commands as c
from petitions.ports.store import DELETE
from tests.unit.conversation.answers import CONTACT, IMAGE, WHERE, WHO
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import STORY, at, draft, story, talk
from tests.unit.world import World

ASKED = "Gửi chưa?\n1. Gửi"


@pytest.fixture
def world() -> World:
    return at(World().has_a_coordinator(), "confirm")


# Sending.


@pytest.mark.parametrize("text", ["1", "gửi", "GUI DI", "đồng ý", "ok gửi đi", "xác nhận", "send"])
def test_a_clear_yes_sends(world: World, text: str) -> None:
    world.types(text)
    (petition,) = world.petitions()
    contact = petition.contact
    assert (contact.name, contact.phone, contact.address) == (WHO, "84987654321", WHERE)
    assert petition.content == STORY


@pytest.mark.parametrize("state", [NoticeState.WAITING, NoticeState.UNKNOWN])
def test_a_summary_that_has_not_come_is_not_sent_but_shown_again(world: World, state: NoticeState) -> None:
    """A "1" typed before the summary arrives answers an earlier question (simulation seed 15493616)."""
    path = max(world.store.paths("notices"), key=lambda item: world.store.documents[item]["created_at"])
    world.store.update(path, {"state": state, "next_attempt_at": world.clock.now()})
    assert "Xin kiểm tra lại" in world.types("1")
    assert (talk(world)["step"], world.petitions()) == ("confirm", [])
    world.store.update(path, {"state": NoticeState.SENT, "next_attempt_at": DELETE})
    world.types("1")
    assert len(world.petitions()) == 1


def test_no_keeps_the_draft_as_it_is(world: World) -> None:
    before = draft(world)
    assert "chưa gửi" in means(world, "chưa, mai tôi gửi", c.Deny())
    assert (talk(world)["step"], draft(world), world.petitions()) == ("confirm", before, [])
    world.types("1")
    assert len(world.petitions()) == 1


def test_a_yes_beside_a_no_sends_nothing(world: World) -> None:
    means(world, "ok mà khoan", c.Affirm(), c.Deny())
    assert world.petitions() == []


def test_words_that_are_not_to_be_added_may_be_followed_by_a_yes(world: World) -> None:
    words = "Bao lâu thì có người xuống dọn rứa em"
    assert "Thêm câu này" in means(world, words, c.Tell(), chance=0.7)
    text = "Không thêm, gửi đi"
    means(world, text, c.Deny(words="Không thêm", end=12, chance=0.97), c.Affirm(words="gửi đi", start=12, end=18))
    (petition,) = world.petitions()
    assert petition.content == STORY


def test_who_wants_to_see_it_again_does_not_send_it(world: World) -> None:
    text = "Được rồi, xem lại lần cuối"
    look = c.Ask(topic="draft", words=text[10:], start=10, end=len(text), chance=0.9)
    assert STORY in means(world, text, c.Affirm(words="Được rồi", end=10, chance=0.97), look)
    assert world.petitions() == []


def test_the_wish_to_have_words_added_is_no_part_of_them(world: World) -> None:
    means(world, "có bà già gãy tay đó, ghi vô giùm", c.Tell())
    assert story(world) == f"{STORY}\ncó bà già gãy tay đó"


def test_a_company_is_corrected_to_a_person(world: World) -> None:
    means(world, "công ty Hoa Mai gửi", c.Give(field="org", value="Công ty Hoa Mai"))
    assert (draft(world)["type"], draft(world)["name"]) == ("business", f"Công ty Hoa Mai ({WHO})")
    means(world, "tôi là cá nhân chứ không phải công ty", c.Correct(field="org", value=None))
    assert (draft(world)["type"], draft(world)["name"]) == ("individual", WHO)


def test_a_faint_yes_sends_nothing(world: World) -> None:
    means(world, "ừm", c.Affirm(), chance=0.4)
    assert world.petitions() == []


@pytest.mark.parametrize("text", ["3", "hủy"])
def test_the_draft_is_dropped(world: World, text: str) -> None:
    assert "Đã hủy" in world.types(text)
    assert talk(world)["step"] == "idle"
    assert world.petitions() == []


@pytest.mark.parametrize("text", ["0", "4", "9"])
def test_another_number_chooses_nothing(world: World, text: str) -> None:
    before = draft(world)
    assert "1 để gửi" in world.types(text)
    assert (talk(world)["step"], draft(world)) == ("confirm", before)


def test_a_second_tap_on_send_begins_no_second_petition(world: World) -> None:
    world.types("1")
    (petition,) = world.petitions()
    assert petition.code in world.types("1")
    assert talk(world)["step"] == "idle"
    world.clock.advance(minutes=10)
    world.types("1")
    assert talk(world)["step"] == "content"


# Corrections.


def test_two_asks_what_is_to_be_changed_in_words(world: World) -> None:
    assert "viết điều cần sửa" in world.types("2")
    assert talk(world)["step"] == "confirm"


@pytest.mark.parametrize(
    ("field", "value", "kept", "old", "new"),
    [
        ("name", "Lê Thị Bình", {"name": "Lê Thị Bình"}, WHO, "Lê Thị Bình"),
        ("phone", "0911222333", {"phone": "84911222333"}, "0987654321", "0911222333"),
        ("home", "9 phố Huế", {"residence": "9 phố Huế"}, WHERE, "9 phố Huế"),
        ("place", "Phường Cầu Giấy", {"address": "Phường Cầu Giấy", "ward": "PX-00166"}, WHERE, "Phường Cầu Giấy"),
        ("org", "Công ty Sao Mai", {"type": "business"}, WHO, "Công ty Sao Mai"),
    ],
)
@pytest.mark.parametrize("kind", [c.Correct, c.Give])
def test_a_correction_shows_only_its_difference_and_asks_whether_to_send(
    world: World, kind: type[c.Correct | c.Give], field: c.Field, value: str, kept: dict[str, str], old: str, new: str
) -> None:
    reply = means(world, "sửa giúp tôi", kind(field=field, value=value))
    assert reply.startswith("Đã sửa ")
    assert f": {old} → {new}" in reply
    assert ASKED in reply
    assert STORY not in reply
    assert {name: draft(world)[name] for name in kept} == kept
    assert world.petitions() == []


def test_a_value_that_was_not_there_is_shown_as_new(world: World) -> None:
    reply = means(world, "thêm e-mail", c.Correct(field="email", value="an@example.com"))
    assert reply.startswith("Đã ghi e-mail: an@example.com")
    assert draft(world)["email"] == "an@example.com"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("tên là Lê Thị Bình", {"name": "Lê Thị Bình"}),
        ("số điện thoại là 0911 222 333", {"phone": "84911222333"}),
        ("địa chỉ là 20 Trần Quý Kiên", {"residence": "20 Trần Quý Kiên"}),
        ("nơi xảy ra: phường Cầu Giấy", {"ward": "PX-00166"}),
    ],
)
def test_corrections_are_understood_as_the_bot_words_them(world: World, typed: str, kept: dict[str, str]) -> None:
    assert ASKED in world.types(typed)
    assert {name: draft(world)[name] for name in kept} == kept


def test_what_is_the_same_already_is_said_to_be(world: World) -> None:
    reply = means(world, "tên tôi là Trần Văn An", c.Correct(field="name", value=WHO))
    assert "không đổi gì" in reply
    assert ASKED in reply


@pytest.mark.parametrize(
    ("field", "step"),
    [("name", "name"), ("phone", "phone"), ("home", "residence"), ("place", "address"), ("email", "email")],
)
def test_a_wish_to_correct_asks_for_the_value_and_the_summary_follows(world: World, field: c.Field, step: str) -> None:
    means(world, "chỗ này sai rồi", c.Correct(field=field, value=None))
    assert talk(world)["step"] == step
    new = {"name": "Lê Bình", "phone": "0911222333", "home": "9 phố Huế", "place": "Phường Cầu Giấy", "email": "a@b.vn"}
    reply = means(world, "đây ạ", c.Give(field=field, value=new[field]))
    assert talk(world)["step"] == "confirm"
    assert new[field] in reply


def test_a_wish_that_names_nothing_is_asked_about(world: World) -> None:
    assert "dòng nào" in means(world, "sai rồi", c.Correct(field=None, value=None))
    assert talk(world)["step"] == "confirm"


def test_a_company_is_noted_and_its_name_asked_for(world: World) -> None:
    reply = means(world, "đây là công ty", c.Correct(field="org", value=None))
    assert "doanh nghiệp" in reply
    assert draft(world)["type"] == "business"
    assert talk(world)["step"] == "name"


def test_an_edit_is_undone(world: World) -> None:
    means(world, "tên là Lê Bình", c.Correct(field="name", value="Lê Bình"))
    reply = means(world, "thôi để như cũ", c.Correct(field=None, value=None))
    assert f": Lê Bình → {WHO}" in reply
    assert draft(world)["name"] == WHO


def test_what_is_corrected_beside_a_yes_is_shown_and_sent(world: World) -> None:
    reply = means(world, "tên là Lê Bình, gửi đi", c.Correct(field="name", value="Lê Bình"), c.Affirm())
    assert f"{WHO} → Lê Bình" in reply
    assert world.petitions()[0].contact.name == "Lê Bình"


def test_a_place_that_is_corrected_beside_a_yes_is_seen_first(world: World) -> None:
    place = c.Correct(field="place", value="Phường Cầu Giấy")
    assert ASKED in means(world, "ở phường Cầu Giấy, gửi đi", place, c.Affirm())
    assert world.petitions() == []


@pytest.mark.parametrize(
    "edit",
    [
        c.Correct(field=None, value=None),
        c.Correct(field="phone", value=None),
        c.Correct(field="content", value="300", old="thu 200"),
        c.Remove(target="đòi tiền"),
    ],
)
def test_what_could_not_be_corrected_beside_a_yes_is_not_sent(world: World, edit: c.Command) -> None:
    means(world, "sửa rồi gửi đi", edit, c.Affirm())
    assert world.petitions() == []


# Changes of the petition's text.


def test_words_of_the_story_are_replaced(world: World) -> None:
    reply = means(world, "đổi chữ", c.Correct(field="content", value="làm khó", old="gây khó khăn"))
    assert "gây khó khăn → làm khó" in reply
    assert story(world) == STORY.replace("gây khó khăn", "làm khó")


def test_words_that_are_not_there_change_nothing_and_are_said(world: World) -> None:
    reply = means(world, "đổi chữ", c.Correct(field="content", value="300", old="thu 200"))
    assert "không thấy “thu 200”" in reply
    assert story(world) == STORY


def test_words_are_taken_out_of_the_story(world: World) -> None:
    reply = means(world, "bỏ chữ", c.Remove(target="khi làm khai sinh"))
    assert "Đã bỏ: “khi làm khai sinh”" in reply
    assert ASKED in reply
    assert story(world) == "Cán bộ một cửa phường gây khó khăn"


def test_what_cannot_be_taken_out_is_said(world: World) -> None:
    assert "không thấy “đòi tiền”" in means(world, "bỏ chữ", c.Remove(target="đòi tiền"))
    assert story(world) == STORY


def test_a_telephone_may_be_left_out_again(world: World) -> None:
    means(world, "bỏ số điện thoại", c.Remove(target="số điện thoại"))
    world.types("1")
    assert world.petitions()[0].contact.phone == ""


def test_the_name_of_the_accused_is_not_made_the_senders(world: World) -> None:
    means(world, "bỏ tên chị Hoa khỏi nội dung", c.Remove(target="tên chị Hoa"))
    assert draft(world)["name"] == WHO


def test_more_told_at_the_summary_joins_the_story_and_is_shown(world: World) -> None:
    more = "Cán bộ đã hẹn tôi ba lần mà không giải quyết"
    reply = means(world, more, c.Tell())
    assert f"“{more}”" in reply
    assert ASKED in reply
    assert story(world) == f"{STORY}\n{more}"


def test_a_picture_at_the_summary_is_counted_with_its_caption(world: World) -> None:
    world.intake(world.event("user_send_image", IMAGE))
    assert "1 ảnh, tệp" in world.last_reply()
    assert ASKED in world.last_reply()
    world.types("1")
    assert len(world.petitions()[0].files) == 1


def test_a_new_place_takes_the_old_position_with_it() -> None:
    world = at(World(), "address")
    place = {"type": "location", "payload": {"coordinates": {"latitude": "21.02", "longitude": "105.79"}}}
    world.intake(world.event("user_send_location", {"attachments": [place]}))
    if talk(world)["step"] == "ward":
        world.types("1")
    world.types(CONTACT.replace("như trên", "5 phố Huế"))
    means(world, "nơi xảy ra sai", c.Correct(field="place", value="Phường Cầu Giấy"))
    world.types("1")
    (petition,) = world.petitions()
    assert (petition.location, petition.ward) == (None, "PX-00166")


def test_without_a_story_nothing_is_sent(world: World) -> None:
    means(world, "bỏ hết", c.Remove(target="hết"))
    assert talk(world)["step"] == "content"
    world.types("1")
    assert world.petitions() == []


# Edits that quote words, or stand beside others.


def test_beside_quoted_words_a_value_is_corrected_too(world: World) -> None:
    before = draft(world)["parts"][0]["text"]
    word = before.split()[0]
    reply = world.types(f'bỏ chữ "{word}" đi. số điện thoại đúng là 0911222333')
    assert f"Đã bỏ: “{word}”" in reply
    assert draft(world)["phone"] == "84911222333"


def test_only_the_words_that_are_kept_are_left(world: World) -> None:
    world.types("nội dung: Cống tắc ba ngày. Phường không đến.")
    world.types('chỉ giữ câu "Cống tắc ba ngày" thôi, còn lại xóa hết')
    assert [part["text"] for part in draft(world)["parts"] if part.get("text")] == ["Cống tắc ba ngày"]


def test_a_correction_that_also_says_what_was_wrong(world: World) -> None:
    world.types("nội dung: Tôi nộp hồ sơ ngày mùng 2 tháng 10.")
    means(world, "mùng 5 chứ không phải mùng 2", c.Correct(field="content", value="mùng 5 chứ không", old="mùng 2"))
    assert "ngày mùng 5 tháng 10" in draft(world)["parts"][0]["text"]


def test_the_label_of_a_line_names_the_field(world: World) -> None:
    home = draft(world)["residence"]
    means(world, "nơi xảy ra là 9 phố Huế", c.Correct(field="home", value="9 phố Huế", words="nơi xảy ra là 9 phố Huế"))
    assert draft(world)["residence"] == home
    assert "9 phố Huế" in draft(world)["address"]


def test_an_edit_beside_a_question_sends_nothing(world: World) -> None:
    message = "đổi tên giúp, bao lâu thì xong ạ"
    means(world, message, c.Correct(field="name", value="Lê Thị Bình"), c.Affirm(words="xong ạ"), c.Ask(topic="time"))
    assert world.petitions() == []


@pytest.mark.parametrize("words", ["tách", "ghép", "xóa", "thêm", "tách ra"])
def test_a_word_that_only_seems_to_choose_sends_nothing(world: World, words: str) -> None:
    world.types(words)
    assert world.petitions() == []


@pytest.mark.parametrize(
    ("words", "added"),
    [
        ("Sửa nội dung: thiếu tên cán bộ là Nguyễn Văn Ba", "tên cán bộ là Nguyễn Văn Ba"),
        ("nội dung: còn thiếu họ đòi thêm 500 nghìn", "họ đòi thêm 500 nghìn"),
    ],
)
def test_what_the_content_lacks_is_added_and_replaces_nothing(words: str, added: str) -> None:
    world = at(World().has_a_coordinator(), "confirm")
    world.types(words)
    assert story(world).startswith(STORY)
    assert story(world).endswith(added)
    assert draft(world)["name"] == WHO


@pytest.mark.parametrize(
    "words",
    [
        "không phải, tôi là Bùi Văn Cường, 40 phố Trung Kính, 0977001122",
        "sửa người gửi: Bùi Văn Cường, 40 phố Trung Kính, 0977001122",
        "tôi là Bùi Văn Cường, ở 40 phố Trung Kính, sđt 0977001122",
    ],
)
def test_a_whole_contact_replaces_name_home_and_telephone(words: str) -> None:
    world = at(World().has_a_coordinator(), "confirm")
    world.types(words)
    found = draft(world)
    assert (found["name"], found["residence"], found["phone"]) == ("Bùi Văn Cường", "40 phố Trung Kính", "84977001122")
