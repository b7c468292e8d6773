"""Many messages in a short time: one warning, no lost message, and a normal conversation a minute later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.conversation.flow import MOST_REPLIES
from petitions.domain.understanding import commands as c
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import STORY, at, story
from tests.unit.world import World

FLOOD = reference.texts().render("flood")
MORE = "Ngoài ra họ còn yêu cầu tôi nộp thêm một bản sao hộ khẩu đã bị bãi bỏ"


@pytest.fixture
def world() -> World:
    return World()


def rapidly(world: World, count: int, text: str = "menu") -> None:
    for number in range(count):
        world.clock.at -= timedelta(milliseconds=900)
        world.types(text if number % 2 else f"{text}!")


def inputs(world: World) -> list[Any]:
    return [path for path in world.store.documents if "/inputs/" in path]


def test_a_flood_is_answered_once_and_told_and_every_message_is_kept(world: World) -> None:
    rapidly(world, 300)
    assert len(world.replies()) == MOST_REPLIES + 1
    assert world.last_reply() == FLOOD
    assert len(inputs(world)) == 300


def test_after_a_minute_of_silence_the_bot_speaks_again_once(world: World) -> None:
    rapidly(world, 60)
    world.clock.advance(seconds=59)
    assert world.pauses() == 0
    world.clock.advance(seconds=2)
    assert world.pauses() == 1
    assert "từng câu" in world.last_reply()
    world.clock.advance(seconds=61)
    assert world.pauses() == 0
    assert "1." in world.types("menu")


def test_a_flood_answers_no_question_and_what_it_tells_joins_the_draft(world: World) -> None:
    at(world, "name")
    rapidly(world, 60, "trợ giúp")
    before = len(world.replies())
    world.types("1", MORE)
    assert len(world.replies()) == before
    world.clock.advance(seconds=61)
    world.pauses()
    assert "họ và tên" in world.last_reply()
    assert story(world) == f"{STORY}\n{MORE}"


def test_what_a_flood_tells_while_a_petition_is_added_to_is_added_unanswered(world: World) -> None:
    world.files()
    world.clock.advance(minutes=5)
    world.types("bổ sung")
    for number in range(60):
        world.clock.at -= timedelta(milliseconds=900)
        means(world, f"{MORE}, lần thứ {number}", c.Add())
    assert len(world.petitions()[0].additions) == 60


def test_nothing_is_agreed_to_erased_or_withdrawn_by_a_flood(world: World) -> None:
    world.files()
    rapidly(world, 60)
    world.types("rút", "1", "1", "xóa dữ liệu của tôi", "1", "có")
    assert world.last_reply() == FLOOD
    assert world.petitions()[0].state == "new"
    assert "erased_at" not in world.citizen()
    world.clock.advance(seconds=61)
    assert "chắc chắn" in world.types("rút")


def test_thirty_quick_but_human_answers_are_no_flood(world: World) -> None:
    for _ in range(40):
        world.clock.advance(seconds=1)
        world.types("menu")
    assert FLOOD not in world.replies()
