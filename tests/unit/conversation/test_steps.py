"""Every question of a draft: its answers, the next question, and messages that do not answer it."""

from __future__ import annotations

import pytest

from petitions.domain.understanding import commands as c
from tests.unit.conversation.answers import CONTACT, HERE, IMAGE, PHONE, WHERE, WHO
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import AFTER_CONSENT, DRAFT, STORY, at, draft, story, talk
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def given(world: World, *fields: str) -> dict[str, str | None]:
    return {field: draft(world).get(field) for field in fields}


# The next question.


def test_once_consent_is_given_the_next_question_follows_at_once(world: World) -> None:
    reply = at(world, "consent").types("đồng ý")
    assert "xảy ra ở đâu" in reply
    assert "cứ gửi bất cứ lúc nào" in reply
    assert talk(world)["step"] == "address"


def test_who_consents_before_telling_anything_is_asked_for_the_story(world: World) -> None:
    assert "mô tả sự việc" in world.types("phản ánh", "đồng ý")
    assert "xảy ra ở đâu" in world.types(STORY)


def test_name_home_and_telephone_are_asked_for_in_one_question(world: World) -> None:
    reply = at(world, "address").types(WHERE)
    assert all(words in reply for words in ("họ và tên", "địa chỉ liên hệ", "số điện thoại"))


@pytest.mark.parametrize(
    ("messages", "asked", "unasked"),
    [
        (WHO, ("địa chỉ liên hệ", "số điện thoại"), ("họ và tên",)),
        (PHONE, ("họ và tên", "địa chỉ liên hệ"), ("số điện thoại",)),
        (f"{WHO}, {PHONE}", ("địa chỉ liên hệ",), ("họ và tên", "số điện thoại")),
        (f"{WHO}, {HERE}", ("số điện thoại",), ("họ và tên",)),
    ],
)
def test_only_what_is_missing_is_asked_for(
    world: World, messages: str, asked: tuple[str, ...], unasked: tuple[str, ...]
) -> None:
    reply = at(world, "name").types(messages)
    assert all(words in reply for words in asked)
    assert not any(words in reply for words in unasked)


def test_all_in_one_message_leads_to_the_summary(world: World) -> None:
    reply = at(world, "name").types(CONTACT)
    assert talk(world)["step"] == "confirm"
    assert all(words in reply for words in (STORY, WHERE, WHO, PHONE, "1. Gửi", "2. Sửa", "3. Bỏ"))


def test_what_the_story_says_is_not_asked_again(world: World) -> None:
    world.types("Tôi là Trần Văn An, SĐT 0987 654 321. Phường Yên Hòa thu thêm phí khai sinh của tôi")
    reply = world.types("đồng ý")
    assert talk(world)["step"] == "residence"
    assert "họ và tên" not in reply
    assert given(world, "name", "phone") == {"name": "Trần Văn An", "phone": "84987654321"}
    assert "Phường Yên Hòa" in world.types("như trên")


def test_values_of_any_message_are_used(world: World) -> None:
    world.types(STORY)
    means(world, "đồng ý, tôi là Trần Văn An", c.Affirm(), c.Give(field="name", value="Trần Văn An"))
    means(world, "cảm ơn, số tôi 0987654321", c.Talk(), c.Give(field="phone", value="0987654321"))
    assert given(world, "name", "phone") == {"name": "Trần Văn An", "phone": "84987654321"}


def test_a_returning_citizen_is_asked_only_where(world: World) -> None:
    world.files()
    world.clock.advance(minutes=5)
    means(world, "Đường trước nhà tôi ngập nặng", c.Tell())
    summary = world.types("Phường Cầu Giấy")
    assert talk(world)["step"] == "confirm"
    assert "Nguyễn Thị Lan" in summary
    assert "0912345678" in summary


@pytest.mark.parametrize("word", ["xong", "XONG", "xong rồi", "done"])
@pytest.mark.parametrize("step", DRAFT)
def test_the_word_for_done_is_harmless_at_every_step(world: World, step: str, word: str) -> None:
    before = draft(at(world, step))
    world.types(word)
    assert talk(world)["step"] == step
    assert draft(world) == before
    assert world.petitions() == []


def test_contact_data_of_zalos_form_count_after_consent_only(world: World) -> None:
    info = {"name": "Lê Thị Hoa", "phone": 84912000111, "address": "12 Trung Kính"}
    at(world, "consent").intake(world.event("user_submit_info", info=info))
    assert given(world, "name", "phone", "residence") == {"name": None, "phone": None, "residence": None}
    world.types("đồng ý", WHERE)
    world.intake(world.event("user_submit_info", info=info))
    assert talk(world)["step"] == "confirm"
    assert "Lê Thị Hoa" in world.last_reply()


# The place.


@pytest.mark.parametrize("where", ["12 phố Trung Kính, phường Yên Hòa", "Số 12 phố Trung Kính, phường Yên Hòa"])
def test_an_address_is_kept_whole_with_its_ward(world: World, where: str) -> None:
    at(world, "address").types(where)
    assert given(world, "address", "ward") == {"address": where, "ward": "PX-00175"}


def test_parts_of_a_place_that_are_read_apart_are_one_place(world: World) -> None:
    street, ward = c.Give(field="place", value="12 phố Trung Kính"), c.Give(field="place", value="phường Yên Hòa")
    means(at(world, "address"), "12 phố Trung Kính, phường Yên Hòa", street, ward)
    assert given(world, "address", "ward") == {"address": "12 phố Trung Kính, phường Yên Hòa", "ward": "PX-00175"}


def test_several_wards_are_asked_for_with_numbers_and_explained(world: World) -> None:
    assert "1. Phường" in at(world, "ward").last_reply()
    assert "sắp xếp" in means(world, "ơ kìa", c.Unclear())
    world.types("99")
    assert talk(world)["step"] == "ward"
    world.types("2")
    assert draft(world)["ward"]
    assert talk(world)["step"] == "name"


@pytest.mark.parametrize("answer", ["phường Cầu Giấy", "Cầu Giấy"])
def test_a_ward_is_chosen_by_its_name(world: World, answer: str) -> None:
    at(world, "ward").types(answer)
    assert draft(world)["ward"] == "PX-00166"


@pytest.mark.parametrize("answer", ["0", "BỎ QUA"])
def test_who_knows_no_ward_leaves_it_to_the_coordinators(world: World, answer: str) -> None:
    at(world, "ward").types(answer)
    assert given(world, "ward") == {"ward": None}
    assert talk(world)["step"] == "name"


def test_yes_takes_the_only_ward(world: World) -> None:
    assert "1. Phường Yên Hòa\n0." in at(world, "address").types("ngõ 12 Trung Kính")
    means(world, "đúng rồi", c.Affirm())
    assert given(world, "address", "ward") == {"address": "ngõ 12 Trung Kính", "ward": "PX-00175"}


def test_a_place_without_a_ward_is_asked_for_twice_and_then_left_to_the_coordinators(world: World) -> None:
    at(world, "address")
    assert "phường hoặc xã" in means(world, "ngõ sau nhà bà Tư", c.Give(field="place", value="ngõ sau nhà bà Tư"))
    means(world, "gần cái chợ", c.Give(field="place", value="gần cái chợ"))
    assert talk(world)["step"] == "name"
    world.types(CONTACT, "1")
    (petition,) = world.petitions()
    assert (petition.ward, petition.address) == (None, "ngõ sau nhà bà Tư, gần cái chợ")


def test_the_street_is_kept_when_the_ward_is_asked_for(world: World) -> None:
    at(world, "address").types("Số 5 ngõ 10", "Phường Yên Hòa", CONTACT, "1")
    (petition,) = world.petitions()
    assert (petition.address, petition.ward) == ("Số 5 ngõ 10, Phường Yên Hòa", "PX-00175")


def test_a_skipped_place_is_filed_as_not_known(world: World) -> None:
    at(world, "address").types("BỎ QUA")
    assert draft(world)["address"] == "chưa rõ"
    assert talk(world)["step"] == "name"


def test_a_position_is_a_place(world: World) -> None:
    place = {"type": "location", "payload": {"coordinates": {"latitude": "21.02", "longitude": "105.79"}}}
    at(world, "address").intake(world.event("user_send_location", {"attachments": [place]}))
    assert talk(world)["step"] in {"ward", "name"}
    assert draft(world)["location"]


# Contact data.


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Trần Văn An", {"name": "Trần Văn An"}),
        ("tran van an", {"name": "tran van an"}),
        ("Tôi tên là Trần Văn An", {"name": "Trần Văn An"}),
        ("Họ tên: Trần Văn An, SĐT: 0987 654 321", {"name": "Trần Văn An", "phone": "84987654321"}),
        ("Trần Văn An, 12 Trung Kính, Yên Hòa", {"name": "Trần Văn An", "residence": "12 Trung Kính, Yên Hòa"}),
        ("Công ty TNHH Hoa Sen", {"name": "Công ty TNHH Hoa Sen", "type": "business"}),
        ("Nguyễn Công Tý", {"name": "Nguyễn Công Tý", "type": "individual"}),
    ],
)
def test_a_name_and_what_stands_beside_it(world: World, text: str, known: dict[str, str]) -> None:
    at(world, "name").types(text)
    assert given(world, *known) == known


def test_a_company_and_who_speaks_for_it_are_kept_together(world: World) -> None:
    company, person = c.Give(field="org", value="Công ty Sao Mai"), c.Give(field="name", value="Nguyễn Văn An")
    means(at(world, "name"), "Công ty Sao Mai, đại diện Nguyễn Văn An", company, person)
    assert given(world, "name", "type") == {"name": "Công ty Sao Mai (Nguyễn Văn An)", "type": "business"}


@pytest.mark.parametrize("text", ["1", "12/11/2026", "👍"])
def test_what_is_no_name(world: World, text: str) -> None:
    at(world, "name").types(text)
    assert talk(world)["step"] == "name"
    assert given(world, "name") == {"name": None}


@pytest.mark.parametrize("text", ["như trên", "NHƯ TRÊN", "1", "cùng địa chỉ"])
def test_the_home_may_be_where_it_happened(world: World, text: str) -> None:
    at(world, "residence").types(text)
    assert given(world, "residence") == {"residence": WHERE}
    assert talk(world)["step"] == "phone"


@pytest.mark.parametrize("value", ["như trên", "nhu tren", "same as above", "ở đó luôn", "y như trên"])
def test_a_home_that_is_said_to_be_the_place_becomes_it(world: World, value: str) -> None:
    means(at(world, "residence"), "địa chỉ thì thế", c.Give(field="home", value=value))
    assert given(world, "residence") == {"residence": WHERE}


def test_another_home_is_kept_as_typed(world: World) -> None:
    at(world, "residence").types("Số 5 ngõ 2 phố Huế")
    assert given(world, "residence") == {"residence": "Số 5 ngõ 2 phố Huế"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0987 654 321", "84987654321"), ("+84 987 654 321", "84987654321"), ("+44 20 7946 0958", "+442079460958")],
)
def test_telephones_are_kept_as_zalo_writes_them_and_foreign_ones_as_they_are(
    world: World, typed: str, kept: str
) -> None:
    number = c.Give(field="phone", value="".join(typed.split()))
    assert typed.replace(" ", "")[-6:] in means(at(world, "phone"), typed, number)
    assert given(world, "phone") == {"phone": kept}


def test_a_telephone_and_an_email_in_one_message(world: World) -> None:
    at(world, "phone").types("0987 654 321, an@example.com")
    assert given(world, "phone", "email") == {"phone": "84987654321", "email": "an@example.com"}


def test_who_gives_no_phone_is_told_why_and_then_gets_letters(world: World) -> None:
    assert "e-mail" in at(world, "phone").types("BỎ QUA")
    assert "gửi thư" in world.types("BỎ QUA")
    world.types("1")
    (petition,) = world.petitions()
    assert (petition.contact.phone, petition.contact.address) == ("", WHERE)


@pytest.mark.parametrize("step", ["name", "residence"])
def test_who_would_rather_not_say_is_told_why_it_is_asked(world: World, step: str) -> None:
    assert "20/2008/NĐ-CP" in at(world, step).types("BỎ QUA")
    assert talk(world)["step"] == step


# Words that are no answer.


@pytest.mark.parametrize(("step", "way"), [("name", "GẶP CÁN BỘ"), ("phone", "BỎ QUA"), ("address", "BỎ QUA")])
def test_nobody_is_asked_the_same_in_the_same_words_for_ever(world: World, step: str, way: str) -> None:
    at(world, step)
    reply = [world.last_reply(), *(means(world, "hả", c.Unclear()) for _ in range(3))]
    assert reply[0] != reply[1]
    assert way in reply[3]


@pytest.mark.parametrize(
    ("topic", "answer"), [("cost", "không mất phí"), ("legitimacy", "kênh chính thức"), ("privacy", "không công khai")]
)
@pytest.mark.parametrize("step", DRAFT)
def test_a_question_is_answered_and_the_question_in_hand_put_again(
    world: World, step: str, topic: str, answer: str
) -> None:
    before = draft(at(world, step))
    reply = means(world, "cho tôi hỏi", c.Ask(topic=topic))
    assert answer in reply
    assert len(reply) > len(answer) + 20
    assert (talk(world)["step"], draft(world)) == (step, before)


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("consent", "Toàn bộ thông báo"),
        ("address", "đúng phường"),
        ("name", "Quy định"),
        ("phone", "báo kết quả nhanh"),
    ],
)
def test_who_asks_why_is_told_why_of_this_question(world: World, step: str, why: str) -> None:
    assert why in means(at(world, step), "sao phải hỏi thế", c.Ask(topic="why"))


def test_who_asks_what_is_being_written_sees_it(world: World) -> None:
    reply = means(at(world, "name"), "tôi đã viết gì", c.Ask(topic="draft"))
    assert STORY in reply
    assert "CHƯA gửi" in reply


def test_outside_a_draft_a_question_is_answered_without_beginning_one(world: World) -> None:
    assert "không mất phí" in means(world, "có mất phí không", c.Ask(topic="cost"))
    assert talk(world)["step"] == "idle"


# Going back, starting anew, leaving.


@pytest.mark.parametrize(
    ("step", "before"), [("name", "address"), ("residence", "name"), ("phone", "residence"), ("confirm", "phone")]
)
@pytest.mark.parametrize("text", ["quay lại", "QUAY LAI", "back"])
def test_back_goes_one_question_back_and_forgets_nothing(world: World, step: str, before: str, text: str) -> None:
    drafted = draft(at(world, step))
    world.types(text)
    assert talk(world)["step"] == before
    assert draft(world) == drafted


def test_before_the_first_question_there_is_none_and_it_is_put_again(world: World) -> None:
    reply = at(world, "name").types("quay lại", "quay lại")
    assert "bước đầu tiên" in reply
    assert "xảy ra ở đâu" in reply
    assert talk(world)["step"] == "address"


def test_back_and_a_new_answer_end_at_the_summary(world: World) -> None:
    world.types(*("quay lại",) * 3) if at(world, "confirm") else None
    reply = means(world, "Lê Thị Bình", c.Give(field="name", value="Lê Thị Bình"))
    assert talk(world)["step"] == "confirm"
    assert "Lê Thị Bình" in reply


@pytest.mark.parametrize("step", AFTER_CONSENT)
def test_start_over_empties_the_draft_and_keeps_consent(world: World, step: str) -> None:
    at(world, step).types("làm lại")
    assert talk(world)["step"] == "content"
    assert draft(world)["parts"] == []
    assert world.citizen()["consent"]


@pytest.mark.parametrize("step", DRAFT)
@pytest.mark.parametrize("text", ["hủy", "Huy bo", "CANCEL"])
def test_cancel_everywhere(world: World, step: str, text: str) -> None:
    assert "Đã hủy" in at(world, step).types(text)
    assert talk(world)["step"] == "idle"
    assert world.petitions() == []


def test_a_draft_is_dropped_in_words_only_where_it_is_surely_meant(world: World) -> None:
    at(world, "name")
    assert "1. Dừng" in means(world, "thôi vậy", c.Cancel(), chance=0.6)
    assert talk(world)["step"] == "name"
    assert "Đã hủy" in world.types("1")


def test_who_did_not_mean_to_stop_goes_on(world: World) -> None:
    means(at(world, "name"), "thôi vậy", c.Cancel(), chance=0.6)
    assert "họ và tên" in world.types("0")
    assert talk(world)["step"] == "name"


# Further text of the petition, and pictures.


@pytest.mark.parametrize("step", AFTER_CONSENT)
def test_more_of_the_story_is_kept_at_every_step(world: World, step: str) -> None:
    more = "Họ còn đòi thêm giấy xác nhận cư trú của cả nhà"
    means(at(world, step), more, c.Tell())
    assert more in story(world)


@pytest.mark.parametrize("step", DRAFT)
def test_a_picture_is_kept_at_every_step_with_whatever_its_caption_says(world: World, step: str) -> None:
    at(world, step)
    world.intake(world.event("user_send_image", IMAGE))
    world.clock.advance(seconds=30)
    world.intake(world.event("user_send_image", {**IMAGE, "text": "cảm ơn"}))
    assert [part["type"] for part in draft(world)["parts"]].count("image") == 2


@pytest.mark.parametrize("number", range(5))
def test_a_picture_is_filed_whatever_its_caption_answers(world: World, number: int) -> None:
    for turn, text in enumerate([STORY, "đồng ý", WHERE, CONTACT, "1"]):
        more = IMAGE if turn == number else {}
        world.intake(world.event("user_send_image" if more else "user_send_text", {"text": text, **more}))
    assert len(world.petitions()[0].files) == 1


def test_pictures_without_words_wait_for_words(world: World) -> None:
    at(world, "content").intake(world.event("user_send_image", IMAGE))
    assert "bằng chữ" in world.last_reply()
    assert talk(world)["step"] == "content"
    assert "xảy ra ở đâu" in world.types(STORY)


def test_a_picture_while_a_name_is_corrected_brings_no_old_name_back(world: World) -> None:
    means(at(world, "confirm"), "sai tên", c.Correct(field="name", value=None))
    world.intake(world.event("user_send_image", IMAGE))
    means(world, "Lê Bình", c.Give(field="name", value="Lê Bình"))
    world.types("của tôi")
    assert given(world, "name") == {"name": "Lê Bình"}


def test_who_speaks_instead_of_writing_is_called_back(world: World) -> None:
    audio = {"attachments": [{"type": "audio", "payload": {"url": "https://f1.zdn.vn/1.amr"}}]}
    at(world, "content").intake(world.event("user_send_audio", audio))
    assert "chưa nghe được" in world.last_reply()
    assert "số điện thoại" in world.last_reply()
    world.types("0987654321")
    (path,) = world.store.paths("contact_requests")
    assert "0987654321" in str(world.store.documents[path])


def test_a_burst_is_answered_once_and_after_a_pause_again(world: World) -> None:
    at(world, "address")
    before = len(world.replies())
    for words in ("Việc xảy ra hôm qua", "lúc ba giờ chiều", "tại quầy số hai"):
        means(world, words, c.Tell())
    assert len(world.replies()) == before + 1
    world.clock.advance(seconds=9)
    means(world, "Tôi còn giữ biên lai", c.Tell())
    assert len(world.replies()) == before + 2
    assert len(draft(world)["parts"]) == 5


def test_an_album_is_answered_once(world: World) -> None:
    at(world, "address")
    before = len(world.replies())
    for _ in range(5):
        world.intake(world.event("user_send_image", IMAGE))
    assert len(world.replies()) == before + 1
    assert "ở đâu" in world.last_reply()
