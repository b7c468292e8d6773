"""Messages that Zalo delivers after newer ones. Texts are added to their petition, commands only get a reply."""

from __future__ import annotations

import json

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.understanding import commands as c
from tests.unit.conversation.answers import CONTACT, IMAGE, TAUGHT, WHERE
from tests.unit.conversation.scripted import means, read
from tests.unit.conversation.ways import STORY, answered, at, draft, story, talk
from tests.unit.world import USER, World

MORE = "Họ còn đòi thêm giấy đăng ký kết hôn bản gốc"


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def late(world: World, text: str, *commands: c.Command, files: bool = False) -> str:
    if commands:
        read(world, text, *commands)
    body = world.event("user_send_image" if files else "user_send_text", {"text": text, **(IMAGE if files else {})})
    world.intake(world.event("user_send_image", IMAGE))
    world.clock.advance(seconds=1)
    world.intake(body)
    return world.last_reply()


def filed_with_late(world: World, text: str, *commands: c.Command) -> str:
    at(world, "confirm")
    read(world, text, *commands) if commands else None
    body = world.event("user_send_text", {"text": text})
    world.clock.advance(seconds=5)
    world.types("1")
    assert world.petitions()
    world.clock.advance(seconds=5)
    world.intake(body)
    return world.last_reply()


# Within a draft.


@pytest.mark.parametrize("word", TAUGHT)
@pytest.mark.parametrize("step", ["content", "address", "name", "confirm"])
def test_a_command_that_zalo_delivers_late_is_answered_and_no_content(world: World, step: str, word: str) -> None:
    before = story(at(world, step))
    reply = late(world, word)
    assert "đến chậm hơn" in reply
    assert talk(world)["step"] == step
    assert story(world) == before


@pytest.mark.parametrize("command", [c.Cancel(), c.Affirm(), c.Deny(), c.Withdraw()])
def test_a_late_command_in_other_words_is_none_either(world: World, command: c.Command) -> None:
    before = story(at(world, "confirm"))
    assert "đến chậm hơn" in late(world, "thế thôi nhé", command)
    assert (talk(world)["step"], story(world), world.petitions()) == ("confirm", before, [])


def test_after_a_late_command_the_question_in_hand_is_asked_again(world: World) -> None:
    at(world, "name")
    reply = late(world, "HỦY")
    assert "đến chậm hơn" in reply
    assert "họ và tên" in reply


def test_a_picture_whose_late_caption_is_a_command_is_kept(world: World) -> None:
    at(world, "address")
    assert "đến chậm hơn" in late(world, "hủy", files=True)
    assert [part["type"] for part in draft(world)["parts"]].count("image") == 2


@pytest.mark.parametrize("step", ["address", "name", "confirm"])
def test_a_late_part_of_the_story_joins_it_in_its_place(world: World, step: str) -> None:
    at(world, "consent")
    read(world, MORE, c.Tell())
    body = world.event("user_send_text", {"text": MORE})
    world.types("đồng ý", *{"address": (), "name": (WHERE,), "confirm": (WHERE, CONTACT)}[step])
    means(world, "Chuyện kể sau", c.Tell())
    world.intake(body)
    assert talk(world)["step"] == step
    assert story(world) == f"{STORY}\n{MORE}\nChuyện kể sau"


def test_a_late_wish_for_erasure_is_asked_about(world: World) -> None:
    at(world, "name")
    assert "1. Xóa" in late(world, "xóa dữ liệu của tôi")
    world.types("1")
    assert world.citizen().get("consent") is None


@pytest.mark.parametrize("word", ["2", "không đồng ý"])
def test_not_consenting_is_done_though_it_arrives_late(world: World, word: str) -> None:
    at(world, "consent")
    assert "dừng lại" in late(world, word, c.Deny())
    assert talk(world)["step"] == "idle"


def test_late_consent_is_none(world: World) -> None:
    at(world, "consent")
    late(world, "đồng ý")
    assert world.citizen().get("consent") is None


def test_late_contact_data_are_taken_after_consent(world: World) -> None:
    at(world, "address")
    info = {"name": "Lê Thị Hoa", "phone": "84912000111"}
    body = world.event("user_submit_info", info=info)
    world.types(WHERE)
    world.intake(body)
    assert draft(world)["phone"] == "84912000111"


# Once it is filed.


@pytest.mark.parametrize("word", TAUGHT)
def test_a_command_that_comes_once_it_is_filed_is_no_content(world: World, word: str) -> None:
    reply = filed_with_late(world, word)
    assert world.petitions()[0].additions == []
    assert "đến chậm hơn" in reply
    assert "đang soạn" not in reply


def test_a_wish_for_erasure_that_comes_once_it_is_filed_is_asked_about(world: World) -> None:
    assert "1. Xóa" in filed_with_late(world, "xóa dữ liệu của tôi")
    assert world.petitions()[0].additions == []


def test_a_part_of_the_story_that_comes_once_it_is_filed_still_joins_it(world: World) -> None:
    filed_with_late(world, MORE, c.Tell())
    assert [addition.text for addition in world.petitions()[0].additions] == [MORE]


def test_a_part_of_the_story_that_comes_once_it_is_withdrawn_begins_no_other(world: World) -> None:
    at(world, "confirm")
    read(world, MORE, c.Tell())
    body = world.event("user_send_text", {"text": MORE})
    world.clock.advance(seconds=5)
    world.types("1", "tôi muốn rút phản ánh", "1")
    assert world.petitions()[0].state is State.WITHDRAWN
    replies = len(world.replies())
    world.intake(body)
    assert (len(world.replies()), "draft" in world.talk()) == (replies, False)
    assert [addition.text for addition in world.petitions()[0].additions] == [MORE]


def test_late_contact_data_are_no_addition(world: World) -> None:
    at(world, "confirm")
    body = world.event("user_submit_info", info={"name": "Lê Thị Hoa", "phone": "84912000111"})
    world.types("1")
    before = len(world.replies())
    world.intake(body)
    assert world.petitions()[0].version == 1
    assert len(world.replies()) == before


def test_a_late_story_never_joins_an_old_petition(world: World) -> None:
    world.files()
    world.clock.advance(days=30)
    words = "Đường trước nhà tôi ngập nặng"
    read(world, words, c.Tell())
    body = world.event("user_send_text", {"text": words})
    world.types("xin chào")
    world.intake(body)
    assert world.petitions()[0].additions == []
    assert story(world) == words


def test_a_late_text_of_a_cancelled_draft_is_not_handed_in_elsewhere(world: World) -> None:
    world.files()
    world.clock.advance(minutes=5)
    means(world, "Vỉa hè trước chợ bị lấn chiếm", c.Tell())
    read(world, MORE, c.Tell())
    body = world.event("user_send_text", {"text": MORE})
    world.types("hủy")
    world.intake(body)
    assert world.petitions()[0].additions == []


# Irrevocable questions, menus, ratings.


@pytest.mark.parametrize("word", ["1", "đồng ý"])
@pytest.mark.parametrize("wish", ["rút phản ánh", "xóa dữ liệu của tôi"])
def test_a_late_word_is_no_answer_to_a_question_that_hurts(world: World, wish: str, word: str) -> None:
    world.files()
    world.clock.advance(minutes=10)
    body = world.event("user_send_text", {"text": word})
    world.clock.advance(seconds=5)
    asked = world.types(wish)
    world.clock.advance(seconds=5)
    world.intake(body)
    assert world.petitions()[0].state is State.NEW
    assert world.citizen().get("consent")
    messages = world.last_reply()
    assert "đến chậm hơn" in messages
    assert asked.splitlines()[-1] in messages, "its answer is still waited for, and it may not have come before"


def test_a_late_number_chooses_nothing_of_a_menu_that_is_past(world: World) -> None:
    world.files()
    world.clock.advance(minutes=10)
    body = world.event("user_send_text", {"text": "1"})
    world.clock.advance(seconds=5)
    world.types("rút phản ánh", "2")
    world.clock.advance(seconds=5)
    world.intake(body)
    assert "đến chậm hơn" in world.last_reply()
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize(("word", "since"), [("2", "cảm ơn"), ("hài lòng", "menu")])
def test_a_rating_that_comes_after_thanks_or_in_words_counts(world: World, word: str, since: str) -> None:
    answered(world)
    world.clock.advance(seconds=30)
    body = world.event("user_send_text", {"text": word})
    world.clock.advance(seconds=5)
    world.types(since)
    world.intake(body)
    assert world.petitions()[0].rating


def test_a_redelivery_under_another_timestamp_is_the_same_event(world: World) -> None:
    body = json.loads(world.event("user_send_text", {"text": "xin chào"}, user=USER))
    world.intake(json.dumps(body).encode())
    body["timestamp"] = str(int(body["timestamp"]) + 30_000)
    assert world.intake(json.dumps(body).encode()) is False
