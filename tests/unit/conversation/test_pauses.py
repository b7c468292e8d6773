"""What silence means: the next question after a pause, and erasure where there was no consent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.shared.identity import pseudonym
from petitions.ports.store import DELETE
from tests.unit.world import ID_KEY, USER, World

PATH = f"citizens/{pseudonym(ID_KEY, USER)}"
TOLD = "Một cửa phường thu thêm tiền khi làm khai sinh"


@pytest.fixture
def world() -> World:
    return World()


def talk(world: World) -> dict[str, Any]:
    conversation: dict[str, Any] = world.talk()
    return conversation


def test_after_a_pause_in_the_story_the_next_question_is_asked_once(world: World) -> None:
    world.types(TOLD, "1")
    world.clock.advance(seconds=149)
    assert world.pauses() == 0
    world.clock.advance(seconds=2)
    assert world.pauses() == 1
    assert "ở đâu" in world.last_reply()
    assert talk(world)["step"] == "address"
    said = len(world.replies())
    world.clock.advance(hours=1)
    assert world.pauses() == 0
    assert len(world.replies()) == said


@pytest.mark.parametrize("state", ["waiting", "sending", "unknown"])
def test_nobody_is_silent_about_a_question_that_has_not_reached_them(world: World, state: str) -> None:
    world.types(TOLD, "1")
    said = len(world.replies())
    path = max(world.store.paths("notices"), key=lambda each: world.store.documents[each]["created_at"])
    world.store.update(path, {"state": state, "next_attempt_at": world.clock.now() + timedelta(minutes=4)})
    world.clock.advance(seconds=151)
    assert world.pauses() == 1
    assert len(world.replies()) == said
    world.store.update(path, {"state": "sent", "next_attempt_at": DELETE})
    world.clock.advance(seconds=151)
    assert world.pauses() == 1
    assert "ở đâu" in world.last_reply()


def test_who_goes_on_writing_is_not_interrupted(world: World) -> None:
    world.types(TOLD, "1")
    for _ in range(4):
        world.clock.advance(seconds=100)
        world.types("Tôi kể thêm một chuyện nữa về việc này")
        assert world.pauses() == 0
    assert talk(world)["step"] == "content"


def test_pictures_without_words_wait_for_words(world: World) -> None:
    world.types("1", "đồng ý")
    world.intake(world.event("user_send_image", {"attachments": [{"type": "image", "payload": {"url": "https://f1"}}]}))
    assert "bằng chữ" in world.last_reply()
    world.clock.advance(minutes=10)
    assert world.pauses() == 0


def test_a_draft_is_there_after_three_days(world: World) -> None:
    world.types(TOLD, "1", "xong")
    world.clock.at += timedelta(days=3)
    world.pauses()
    world.types("Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321", "1")
    assert world.petitions()[0].content == TOLD


@pytest.mark.parametrize("answer", [[], ["không"]])
def test_without_consent_everything_typed_is_erased_after_a_week(world: World, answer: list[str]) -> None:
    world.types(TOLD, *answer)
    world.clock.at += timedelta(days=6, hours=23)
    world.pauses()
    assert world.store.paths(f"{PATH}/inputs")
    world.clock.at += timedelta(hours=2)
    assert world.pauses() == 1
    world.erase()
    assert world.store.paths(f"{PATH}/inputs") == world.store.paths("notices") == []
    assert world.citizen()["zalo_id"] == ""
    assert TOLD not in str(world.citizen())
    assert talk(world)["step"] == "idle"
    assert "next_attempt_at" not in world.citizen()


def test_with_consent_nothing_is_erased(world: World) -> None:
    world.files()
    world.clock.at += timedelta(days=30)
    assert world.pauses() == 0
    assert len(world.store.paths(f"{PATH}/inputs")) == 8


def test_a_message_between_the_sweeps_query_and_its_transaction_wins(world: World) -> None:
    world.types(TOLD, "1")
    world.clock.advance(minutes=5)
    find = world.store.find

    def late(query: Any) -> Any:
        found = find(query)
        if query.collection == "citizens":
            world.types("Tôi kể tiếp đây, còn một chuyện nữa")
        return found

    world.store.find = late  # type: ignore[method-assign]
    world.pauses()
    assert talk(world)["step"] == "content"


def late_for_the_question(world: World, words: str, *, silent: float) -> None:
    """Have the sweep ask at three minutes what the words, sent after that much silence, come too late for."""
    world.types(TOLD, "1")
    world.clock.advance(seconds=silent)
    late = world.event("user_send_text", {"text": words})
    world.clock.advance(seconds=180 - silent)
    assert world.pauses() == 1
    world.clock.advance(seconds=1)
    world.intake(late)


@pytest.mark.parametrize("silent", [0, 155])
def test_what_was_sent_before_the_question_does_not_answer_it(world: World, silent: float) -> None:
    late_for_the_question(world, "họ còn đòi thêm giấy", silent=silent)
    assert talk(world)["step"] == "address"
    assert "họ còn đòi thêm giấy" in [part.get("text") for part in talk(world)["draft"]["parts"]]


@pytest.mark.parametrize("silent", [0, 155])
@pytest.mark.parametrize("word", ["xong", "HỦY", "1", "BỎ QUA"])
def test_a_command_from_before_the_question_does_not_answer_it(world: World, word: str, silent: float) -> None:
    late_for_the_question(world, word, silent=silent)
    assert talk(world)["step"] == "address"
    assert [part.get("text") for part in talk(world)["draft"]["parts"]] == [TOLD]
    assert "đến muộn" in world.last_reply()
    assert "ở đâu" in world.last_reply()
