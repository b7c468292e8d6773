"""Happenings that a stranger's trial found: each was misread once, and never again."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.lifecycle.states import State
from tests.unit.conversation.answers import IMAGE, WHO
from tests.unit.conversation.ways import STEPS, answered, at, draft, refused, talk
from tests.unit.petition.handling import routed
from tests.unit.world import World

DRAFT = STEPS[1:]


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


@pytest.mark.parametrize(
    "words",
    [
        "trả lời cho có, tiền vẫn bị thu hôm qua",
        "tôi không đồng ý với câu trả lời, đề nghị xem xét lại",
        "mở lại phản ánh giúp tôi",
    ],
)
@pytest.mark.parametrize("outcome", [answered, refused])
def test_a_contested_outcome_is_looked_at_again_and_no_new_petition(world: World, outcome: Any, words: str) -> None:
    petition = outcome(world)
    said = world.tells(words, "Đề nghị xem lại kết quả")  # at most one tap
    assert "xem lại" in said
    assert talk(world)["step"] == "idle"
    assert len(world.petitions()) == 1
    assert [each.text for each in world.petitions()[0].additions] == [words]
    assert world.petitions()[0].code == petition.code


def test_not_satisfied_at_all_is_the_lowest_rating(world: World) -> None:
    answered(world)
    world.types("không hài lòng tí nào")
    (petition,) = world.petitions()
    assert petition.rating is not None
    assert petition.rating.level == 3


def test_ten_points_are_the_highest_rating(world: World) -> None:
    answered(world)
    world.types("10 điểm")
    (petition,) = world.petitions()
    assert petition.rating is not None
    assert petition.rating.level == 1


def test_a_photo_after_an_answer_is_about_it(world: World) -> None:
    petition = answered(world)
    world.intake(world.event("user_send_image", IMAGE))
    assert petition.code in world.last_reply()
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize("words", ["cảm ơn bạn nhiều nhé", "cám ơn cháu, bác mừng lắm"])
def test_thanks_open_no_petition(world: World, words: str) -> None:
    routed(world)
    assert "phản ánh mới" not in world.types(words)
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize("step", DRAFT)
@pytest.mark.parametrize("words", ["tôi muốn xoá hết thông tin của tôi", "xoa het du lieu cua toi di"])
def test_erasure_is_heard_at_every_step(world: World, step: str, words: str) -> None:
    assert "1. Xóa" in at(world, step).types(words)
    world.types("1")
    assert world.citizen().get("consent") is None


@pytest.mark.parametrize("step", DRAFT)
def test_a_person_is_called_at_every_step(world: World, step: str) -> None:
    assert "cán bộ" in at(world, step).types("cho tôi nói chuyện với người thật đi, máy không hiểu gì cả")
    assert talk(world)["step"] == step


@pytest.mark.parametrize("step", [step for step in DRAFT if step != "content"])
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("gửi phản ánh này có mất tiền không vậy", "không mất phí"),
        ("đây có phải kênh chính thức không", "UBND thành phố"),
    ],
)
def test_questions_are_answered_first_and_the_question_in_hand_again(
    world: World, step: str, words: str, answer: str
) -> None:
    before = at(world, step).last_reply()
    said = world.types(words)
    assert answer in said
    assert talk(world)["step"] == step
    assert len(said) > len(answer) + 20 or before in said


@pytest.mark.parametrize("words", ["Ừ tôi đồng ý", "Yes I agree", "bác đồng ý cháu nhé", "dong y nhe ban"])
def test_consent_in_ones_own_words(world: World, words: str) -> None:
    at(world, "consent").types(words)
    assert talk(world)["step"] == "content"


@pytest.mark.parametrize("words", ["hết rồi cháu ạ", "xong rồi cháu ạ", "có thế thôi em nhé"])
def test_the_end_of_a_story_in_ones_own_words(world: World, words: str) -> None:
    at(world, "content").types(words)
    assert talk(world)["step"] == "address"


def test_the_number_of_the_accused_is_not_the_citizens(world: World) -> None:
    world.types("Số điện thoại của cán bộ địa chính là 0988123456, ông ta gọi cho tôi đòi 5 triệu", "đồng ý", "xong")
    assert draft(world).get("phone") is None


@pytest.mark.parametrize("words", ["36 hàng đào", "45 Trần Thái Tông", "số 5 ngõ Cháy"])
def test_an_address_is_no_alarm(world: World, words: str) -> None:
    assert "113" not in at(world, "address").types(words)


def test_a_name_that_burns_is_no_alarm(world: World) -> None:
    assert "113" not in at(world, "name").types("mẹ em tên Phùng Thị Sen")


def test_violence_against_a_child_is_an_alarm(world: World) -> None:
    assert "111" in world.types("hàng xóm đánh con dã man ngày nào cũng nghe tiếng khóc")


def test_a_wrong_place_is_corrected_in_words_at_the_summary(world: World) -> None:
    at(world, "confirm").types("địa chỉ sai rồi, sự việc ở xã Đan Phượng")
    ward = draft(world)["ward"]
    assert ward != "PX-00175"
    assert talk(world)["step"] == "confirm"


def test_a_wrong_phone_is_corrected_in_words_at_the_summary(world: World) -> None:
    at(world, "confirm").types("số điện thoại sai rồi, phải là 0987 654 321")
    assert draft(world)["phone"] == "84987654321"


@pytest.mark.parametrize("words", ["thế thì thôi", "đúng rồi cháu gửi đi"])
def test_what_is_no_name_is_not_taken_for_one(world: World, words: str) -> None:
    at(world, "name").types(words)
    assert (talk(world).get("draft") or {}).get("name") is None


def test_an_open_petition_is_asked_about_and_withdrawn_in_ones_own_words(world: World) -> None:
    petition = routed(world)
    assert "1. Rút" in world.types("thôi em hết bức xúc rồi, rút cái đơn ấy về giùm em")
    world.types("1")
    assert world.petitions()[0].state is State.WITHDRAWN
    assert petition.code in world.last_reply()


def test_what_the_story_says_is_proposed_and_not_asked_again(world: World) -> None:
    world.types(
        "Tôi là Ngô Quang Khải, số điện thoại của tôi 0936 205 771. Phường Yên Hòa thu thêm phí khai sinh",
        "đồng ý",
        "xong",
    )
    assert talk(world)["step"] == "residence"
    said = world.types("12 ngõ 5 Trung Kính")
    for part in ("Ngô Quang Khải", "0936205771", "Phường Yên Hòa", "12 ngõ 5 Trung Kính"):
        assert part in said
    world.types("1")
    assert len(world.petitions()) == 1


def test_name_and_address_on_two_lines_are_two_values(world: World) -> None:
    at(world, "name").types("Tôi tên là: Ngô Quang Khải\nĐịa chỉ: 5 Hàng Bông")
    assert draft(world)["name"] == "Ngô Quang Khải"
    assert "5 Hàng Bông" in draft(world)["residence"]


@pytest.mark.parametrize("words", ["1", "hủy", "2", "xong"])
def test_a_command_that_zalo_delivers_late_is_answered_and_no_content(world: World, words: str) -> None:
    at(world, "content")
    late = world.event("user_send_text", {"text": words})
    world.types("Việc xảy ra sáng thứ hai tại quầy số 3")
    before = draft(world)
    world.intake(late)
    assert "đến muộn" in world.last_reply()
    assert draft(world) == before


def test_a_late_wish_for_erasure_is_asked_about(world: World) -> None:
    at(world, "content")
    late = world.event("user_send_text", {"text": "xóa dữ liệu của tôi"})
    world.types("Việc xảy ra sáng thứ hai tại quầy số 3")
    world.intake(late)
    assert "1. Xóa" in world.last_reply()
    world.types("1")
    assert world.citizen().get("consent") is None


def test_a_long_letter_in_a_burst_is_told_when_it_is_too_long(world: World) -> None:
    at(world, "content")
    before = len(world.replies())
    for number in range(13):
        world.types(f"{number} " + "y" * 1898)
    assert sum("dung lượng" in reply for reply in world.replies()[before:]) == 1


@pytest.mark.parametrize("words", ["đừng", "dừng", "dung", "đừng rút", "không rút", "khoan đã", "thôi đừng rút nữa"])
def test_holding_back_withdraws_nothing(world: World, words: str) -> None:
    routed(world)
    world.types("rút phản ánh", words)
    assert world.petitions()[0].state is State.NEW
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize("words", ["ừ rút", "đồng ý rút", "1", "đúng", "vâng rút giúp tôi"])
def test_a_withdrawal_is_confirmed_in_words(world: World, words: str) -> None:
    routed(world)
    world.types("rút phản ánh", words)
    assert world.petitions()[0].state is State.WITHDRAWN


@pytest.mark.parametrize("words", ["đừng", "dừng", "ok chưa đúng", "ok sai rồi", "gửi gì mà gửi", "no, wait"])
def test_only_a_clear_yes_sends(world: World, words: str) -> None:
    at(world, "confirm").types(words)
    assert world.petitions() == []


@pytest.mark.parametrize("words", ["đồng ý cái gì cơ", "đồng ý với ai", "kể chuyện cười đi bot"])
def test_only_a_clear_yes_is_consent(world: World, words: str) -> None:
    at(world, "consent").types(words)
    assert world.citizen().get("consent") is None


@pytest.mark.parametrize(
    "words", ["rất hài lòng ??? đùa à", "cảm ơn nhưng chưa giải quyết", "very satisfied? are you kidding"]
)
def test_scorn_is_no_praise(world: World, words: str) -> None:
    answered(world)
    world.types(words)
    rating = world.petitions()[0].rating
    assert rating is None or rating.level == 3


@pytest.mark.parametrize("words", ["1 sao", "một sao thôi", "1 star"])
def test_one_star_is_the_lowest(world: World, words: str) -> None:
    answered(world)
    world.types(words)
    rating = world.petitions()[0].rating
    assert rating is None or rating.level == 3


@pytest.mark.parametrize("words", ["nhà em đang cháy", "cứu tôi với, nó cầm dao", "em uống hết lọ thuốc rồi"])
@pytest.mark.parametrize("step", ["adding", "answered", "address", "name", "phone"])
def test_danger_is_heard_at_every_step(world: World, step: str, words: str) -> None:
    if step == "adding":
        routed(world)
        world.types("bổ sung", "Hôm nay họ lại thu tiền")
    elif step == "answered":
        answered(world)
    else:
        at(world, step)
    before = len(world.replies())
    world.types(words)
    assert any("113" in reply for reply in world.replies()[before:])


def test_the_accused_is_not_made_the_sender(world: World) -> None:
    at(world, "confirm").types("bỏ tên chị Hoa khỏi nội dung, tôi sợ bị trù dập")
    assert draft(world)["name"] == WHO
