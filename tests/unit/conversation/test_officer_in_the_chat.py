"""An officer replies in Zalo's own chat tool: the text is stored with the petition, and the bot pauses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from petitions.domain.lifecycle.states import State
from tests.unit.conversation.ways import STORY, at, story
from tests.unit.world import SILENCE, USER, World


@pytest.fixture
def world() -> World:
    return World()


def officer_writes(world: World, text: str, **changes: Any) -> None:
    body = json.loads(world.event("oa_send_text", {"text": text}))
    body |= {"sender": {"id": "oa", "admin_id": "7"}, "recipient": {"id": USER}} | changes
    world.intake(json.dumps(body).encode())


def test_the_officers_words_are_recorded_on_the_petition_in_hand(world: World) -> None:
    code = world.files().code
    before = len(world.replies())
    officer_writes(world, "Chào bà, phường mời bà qua bộ phận một cửa")
    petition = world.petitions()[0]
    assert [(addition.by, addition.text) for addition in petition.additions] == [
        ("officer", "Chào bà, phường mời bà qua bộ phận một cửa")
    ]
    history = world.store.documents[f"petitions/{code}/history/{petition.version}"]
    assert (history["action"], history["role"]) == ("officer_wrote", "officer")
    assert len(world.replies()) == before


def test_the_bot_is_silent_for_that_citizen_alone_and_nothing_is_lost(world: World) -> None:
    world.files()
    officer_writes(world, "Bà cho xem biên nhận được không?")
    before = len(world.replies())
    world.types("Dạ đây ạ", "1", "xin chào")
    assert len(world.replies()) == before
    assert [addition.text for addition in world.petitions()[0].additions if addition.by == "citizen"] == [
        "Dạ đây ạ",
        "1",
        "xin chào",
    ]
    assert world.types("xin chào", user="another") != ""
    world.clock.advance(seconds=SILENCE.total_seconds())
    world.types("xin chào")
    assert len(world.replies()) == before + 1
    assert "silent_until" not in world.citizen()


def test_a_draft_goes_on_where_it_was(world: World) -> None:
    at(world, "address")
    officer_writes(world, "Bà cần giúp gì ạ?")
    before = len(world.replies())
    world.types("Tôi muốn hỏi về lệ phí", "xong")
    assert len(world.replies()) == before
    assert story(world) == f"{STORY}\nTôi muốn hỏi về lệ phí\nxong"
    world.clock.advance(seconds=SILENCE.total_seconds())
    assert "xảy ra ở đâu" in world.types("xong")


def test_the_word_for_the_menu_brings_the_bot_back(world: World) -> None:
    world.files()
    officer_writes(world, "Chào bà")
    before = len(world.replies())
    world.types("MENU")
    assert len(world.replies()) == before + 1
    world.types("xin chào")
    assert len(world.replies()) == before + 2


def test_erasure_and_danger_are_answered_all_the_same(world: World) -> None:
    world.files()
    officer_writes(world, "Tôi xem giúp bà")
    before = len(world.replies())
    assert "114" in world.types("Cứu với, cháy nhà, có người kẹt bên trong")
    assert "xóa" in world.types("xóa dữ liệu của tôi").lower()
    world.types("1")
    assert world.citizen()["erased_at"]
    assert len(world.replies()) > before


def test_who_follows_meanwhile_is_not_greeted(world: World) -> None:
    officer_writes(world, "Chào bà")
    world.intake(world.event("follow", follower={"id": USER}))
    assert world.replies() == []
    assert world.citizen()["following"] is True


def test_an_officers_words_are_no_supplement(world: World) -> None:
    code = world.files().code
    world.store.documents[f"petitions/{code}"] |= {"state": State.AWAITING_CITIZEN, "came_from": State.NEW}
    officer_writes(world, "Bà bổ sung giấy hẹn nhé")
    assert world.petitions()[0].state is State.AWAITING_CITIZEN
    world.types("Giấy hẹn số 5")
    assert world.petitions()[0].state is State.NEW


def test_a_late_echo_does_not_shorten_the_silence(world: World) -> None:
    officer_writes(world, "hai")
    until = world.citizen()["silent_until"]
    officer_writes(world, "một", timestamp=str(int(world.clock.now().timestamp() * 1000) - 3_600_000))
    assert world.citizen()["silent_until"] == until


def test_unfollow_is_recorded_and_answered_by_nothing(world: World) -> None:
    world.types("xin chào")
    before = len(world.replies())
    world.intake(world.event("unfollow", follower={"id": USER}))
    assert world.citizen()["following"] is False
    assert len(world.replies()) == before
