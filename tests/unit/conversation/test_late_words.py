"""Words that Zalo delivers after newer ones when nothing is being written any more: answered, and never acted on."""

from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import State
from tests.unit.conversation.answers import ASKED_FOR, HERE, PHONE, WHERE, WHO
from tests.unit.conversation.ways import answered
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def filed_with_late(world: World, words: str) -> None:
    """File a petition; the words were sent before its last step and come after it."""
    world.types("Một cửa phường Yên Hòa làm khó khi khai sinh", "1", "xong", WHERE, WHO, HERE, PHONE)
    late = world.event("user_send_text", {"text": words})
    world.clock.advance(seconds=5)
    world.types("1")
    assert world.petitions()
    world.clock.advance(seconds=5)
    world.intake(late)


@pytest.mark.parametrize("words", ["1", "HỦY", "xong", "rút", "chưa hài lòng", *ASKED_FOR])
def test_a_command_that_comes_once_it_is_filed_is_no_content(world: World, words: str) -> None:
    filed_with_late(world, words)
    assert world.petitions()[0].additions == []
    assert "đến muộn" in world.last_reply()
    assert "đang soạn" not in world.last_reply()


def test_a_wish_for_erasure_that_comes_once_it_is_filed_is_asked_about(world: World) -> None:
    filed_with_late(world, "xóa dữ liệu của tôi")
    assert "1. Xóa" in world.last_reply()
    assert world.petitions()[0].additions == []


def test_a_part_of_the_story_that_comes_once_it_is_filed_still_joins_it(world: World) -> None:
    filed_with_late(world, "Họ còn đòi thêm giấy đăng ký kết hôn bản gốc")
    assert len(world.petitions()[0].additions) == 1


@pytest.mark.parametrize("words", ["1", "có", "đồng ý"])
@pytest.mark.parametrize("wish", ["rút phản ánh", "xóa dữ liệu của tôi"])
def test_a_late_word_is_no_answer_to_a_question_that_hurts(world: World, wish: str, words: str) -> None:
    world.files()
    world.clock.advance(minutes=10)
    late = world.event("user_send_text", {"text": words})
    world.clock.advance(seconds=5)
    asked = world.types(wish)
    world.clock.advance(seconds=5)
    world.intake(late)
    assert world.petitions()[0].state is State.NEW
    assert world.citizen().get("consent")
    told = world.last_reply()
    assert "đến muộn" in told
    assert asked.splitlines()[-1] in told, "its answer is still waited for, and it may not have come before"
    if wish == "rút phản ánh":
        assert "chắc chắn muốn rút" in asked
        world.types("1")
        assert world.petitions()[0].state is State.WITHDRAWN


def test_a_late_number_chooses_nothing_of_a_menu_that_is_past(world: World) -> None:
    world.files()
    world.clock.advance(minutes=10)
    late = world.event("user_send_text", {"text": "1"})
    world.clock.advance(seconds=5)
    world.types("rút phản ánh", "2")
    world.clock.advance(seconds=5)
    world.intake(late)
    assert "đến muộn" in world.last_reply()
    assert world.talk()["step"] == "idle"


@pytest.mark.parametrize(("words", "since"), [("2", "cảm ơn"), ("hài lòng", "menu")])
def test_a_rating_that_comes_after_thanks_or_in_words_counts(world: World, words: str, since: str) -> None:
    rated = answered(world)
    world.clock.advance(seconds=30)
    late = world.event("user_send_text", {"text": words})
    world.clock.advance(seconds=5)
    world.types(since)
    world.intake(late)
    assert next(each for each in world.petitions() if each.code == rated.code).rating
