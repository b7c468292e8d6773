"""What real people write first, and instead of the answer: greetings, slips, refusals, questions in between."""

from __future__ import annotations

import pytest

from petitions.adapters import reference
from petitions.domain.understanding.acts import DialogAct, Situation
from tests.unit.world import World

TOLD = "Một cửa hẹn 7 ngày mà 20 ngày chưa xong căn cước"


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def at_name(world: World) -> None:
    world.types(TOLD, "đồng ý", "xong", "tại UBND phường Yên Hòa")


@pytest.mark.parametrize(
    "text", ["chao co chu", "ad oi cho e hỏi", "Em chào anh chị ạ", "cho tôi hỏi chút", "a", "ok ạ"]
)
def test_an_opening_begins_no_draft(world: World, text: str) -> None:
    world.types(text)
    assert "draft" not in world.talk()


@pytest.mark.parametrize("text", ["Cho tôi hỏi phường Yên Hòa sao thu phí sai", "Chào bạn, đường Trung Kính hỏng"])
def test_an_opening_with_a_story_is_one(world: World, text: str) -> None:
    world.types(text)
    assert world.talk()["draft"]["parts"][0]["text"] == text


@pytest.mark.parametrize("text", ["oki", "okkkk", "uk", "Vângggg ạ", "đồng ýyyy"])
def test_teencode_and_stretched_words_agree(text: str) -> None:
    read = reference.message_reader().read(text, Situation.CONSENT)
    assert read.act is DialogAct.YES
    assert read.clear


@pytest.mark.parametrize(
    "text",
    ["tôi gửi hôm trước thế nào rồi", "mã của tôi là gì", "hồ sơ của tôi bao giờ xong", "đơn của em sao rồi ạ"],
)
def test_a_question_how_it_stands_is_heard_in_free_words(text: str) -> None:
    assert reference.message_reader().read(text, Situation.IDLE_FILED).act is DialogAct.STATUS


def test_a_road_that_is_long_open_is_no_such_question() -> None:
    read = reference.message_reader().read("Đường Trung Kính đào lên bao giờ mới xong", Situation.IDLE_NEW)
    assert read.act is not DialogAct.STATUS


@pytest.mark.parametrize("text", ["tôi là Nguyễn Văn Bình 72 tuổi", "nguyen van binh, sinh năm 1954"])
def test_an_age_is_no_part_of_a_name(world: World, text: str) -> None:
    at_name(world)
    assert "địa chỉ liên hệ" in world.types(text)
    assert world.talk()["draft"]["name"].lower() in {"nguyễn văn bình", "nguyen van binh"}


def test_an_address_in_place_of_a_name_is_kept_and_the_name_asked_again(world: World) -> None:
    at_name(world)
    assert "họ tên" in world.types("phố Trung Kính phường Yên Hòa")
    assert "số điện thoại" in world.types("Nguyễn An")
    assert world.talk()["draft"]["residence"] == "phố Trung Kính phường Yên Hòa"


@pytest.mark.parametrize(
    "name", ["Ngô Văn Hội", "Đường Thu Hương", "Phương Thị Xã", "Khổng Tú Quỳnh", "Công ty Bạn và Tôi"]
)
def test_real_names_are_taken(world: World, name: str) -> None:
    at_name(world)
    world.types(name)
    assert world.talk()["draft"]["name"] == name


def test_who_would_rather_not_say_is_told_why_it_is_asked(world: World) -> None:
    at_name(world)
    assert "Nghị định số 20/2008/NĐ-CP" in world.types("không cho tên")
    world.types("Nguyễn An", "như trên")
    said = world.types("k cho sđt đc ko")
    assert "e-mail thay cho số điện thoại" in said
    assert "người thân" not in said
    assert "kiểm tra lại" in world.types("0912345678")


def test_a_name_is_no_address_and_yes_is_the_same_place(world: World) -> None:
    at_name(world)
    world.types("Nguyễn An")
    assert "gõ 1 nếu giống" in world.types("Nguyễn Đức Toàn")
    assert "số điện thoại" in world.types("đúng rồi")


def test_done_and_a_wish_for_an_officer_are_no_address(world: World) -> None:
    world.types(TOLD, "đồng ý", "xong")
    assert "ở đâu" in world.types("xong rồi")
    assert "cán bộ trực" in world.types("cho tôi gặp cán bộ")
    assert "họ và tên" in world.types("phường Yên Hòa")


def test_yes_takes_the_only_ward(world: World) -> None:
    world.types(TOLD, "đồng ý", "xong")
    assert "1. Phường Yên Hòa\n0." in world.types("ngõ 12 Trung Kính")
    assert "họ và tên" in world.types("đúng rồi")
