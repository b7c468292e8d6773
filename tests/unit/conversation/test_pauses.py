"""Citizens who stop answering: drafts stay open, the question is repeated, data without consent is erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.conversation.pauses import FORGOTTEN_AFTER, REMINDED_AFTER, with_wake_up
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.records import replace
from petitions.domain.understanding import commands as c
from petitions.ports.store import DELETE
from tests.unit.conversation.answers import CONTACT, IMAGE, WHERE
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import AFTER_CONSENT, STORY, at, draft, story, talk
from tests.unit.world import ID_KEY, USER, World

PATH = f"citizens/{pseudonym(ID_KEY, USER)}"
UNSENT = "CHƯA được gửi"


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def passes(world: World, **time: float) -> str:
    before, end = len(world.replies()), world.clock.now() + timedelta(**time)
    while world.clock.now() < end:
        world.clock.advance(minutes=60)
        world.pauses()
    return "\n".join(world.replies()[before:])


@pytest.mark.parametrize("step", AFTER_CONSENT)
def test_a_pause_ends_no_story_and_asks_nothing(world: World, step: str) -> None:
    before = draft(at(world, step))
    assert passes(world, hours=12) == ""
    assert (talk(world)["step"], draft(world)) == (step, before)


@pytest.mark.parametrize(
    ("step", "question"),
    [("content", "mô tả sự việc"), ("address", "ở đâu"), ("name", "họ và tên"), ("confirm", "Gửi chưa?")],
)
def test_an_unfinished_draft_is_recalled_twice_with_its_question_and_then_given_up(
    world: World, step: str, question: str
) -> None:
    at(world, step)
    first = passes(world, hours=40)
    assert first.count(UNSENT) == 1
    assert question in first
    second = passes(world, days=5)
    assert second.count(UNSENT) == 1
    assert question in second
    assert talk(world)["step"] == step
    assert passes(world, days=9) == ""
    assert talk(world)["step"] == "idle"


def test_reminders_come_by_day(world: World) -> None:
    at(world, "name")
    passes(world, hours=40)
    local = [world.store.documents[path]["created_at"] for path in world.store.paths("notices")][-1]
    assert 7 <= (local.hour + 7) % 24 < 22


def test_a_reminder_puts_a_question_that_hurts_again_and_no_other_in_its_place(world: World) -> None:
    at(world, "name").types("xóa dữ liệu của tôi")
    reply = passes(world, hours=40)
    assert "1. Xóa" in reply
    assert "họ và tên" not in reply
    assert talk(world)["question"]["purpose"] == "erase"
    reminded = max(world.store.documents[path]["created_at"] for path in world.store.paths("notices"))
    assert talk(world)["question"]["at"] == reminded, "it is open as long as if it had been asked now"


def test_who_answers_after_the_reminder_goes_on_where_they_were(world: World) -> None:
    at(world, "name")
    passes(world, hours=30)
    world.types(CONTACT, "1")
    assert len(world.petitions()) == 1


def test_a_draft_is_there_after_three_days(world: World) -> None:
    at(world, "address")
    passes(world, days=3)
    world.types(WHERE, CONTACT, "1")
    assert world.petitions()[0].content == STORY


def test_the_silences_have_these_lengths() -> None:
    lengths = (*REMINDED_AFTER, FORGOTTEN_AFTER)
    assert lengths == (timedelta(hours=20), timedelta(days=6), timedelta(days=14))


@pytest.mark.parametrize("hours", [-1, 1])
def test_no_silence_ends_while_an_officer_talks_with_the_citizen(world: World, hours: int) -> None:
    at(world, "name")
    citizen = Citizen.model_validate(world.citizen())
    ends = citizen.next_attempt_at
    assert ends
    until = ends + timedelta(hours=hours)
    assert with_wake_up(replace(citizen, silent_until=until)).next_attempt_at == max(ends, until)


@pytest.mark.parametrize("state", ["waiting", "sending", "unknown"])
def test_nobody_is_silent_about_a_question_that_has_not_reached_them(world: World, state: str) -> None:
    at(world, "name")
    before = len(world.replies())
    path = max(world.store.paths("notices"), key=lambda path: world.store.documents[path]["created_at"])
    world.clock.advance(hours=24)
    world.store.update(path, {"state": state, "next_attempt_at": world.clock.now() + timedelta(minutes=4)})
    assert world.pauses() == 1
    assert len(world.replies()) == before
    world.store.update(path, {"state": "sent", "next_attempt_at": DELETE})
    world.clock.advance(seconds=151)
    assert world.pauses() == 1
    assert UNSENT in world.last_reply()


def test_a_message_between_the_sweeps_query_and_its_transaction_wins(world: World) -> None:
    at(world, "name")
    world.clock.advance(hours=24)
    find = world.store.find

    def late(query: Any) -> Any:
        found = find(query)
        if query.collection == "citizens":
            means(world, "Tôi kể tiếp đây, còn một chuyện nữa", c.Tell())
        return found

    world.store.find = late  # type: ignore[method-assign]
    world.pauses()
    assert UNSENT not in world.last_reply()
    assert "Tôi kể tiếp đây" in story(world)


def test_pictures_without_words_wait_for_words(world: World) -> None:
    at(world, "content").intake(world.event("user_send_image", IMAGE))
    assert passes(world, hours=12) == ""
    assert talk(world)["step"] == "content"


@pytest.mark.parametrize("answer", [[], ["2"]])
def test_without_consent_everything_typed_is_erased_after_a_week(world: World, answer: list[str]) -> None:
    at(world, "consent").types(*answer)
    world.clock.at += timedelta(days=6, hours=23)
    world.pauses()
    assert world.store.paths(f"{PATH}/inputs")
    world.clock.at += timedelta(hours=2)
    assert world.pauses() == 1
    world.erase()
    assert world.store.paths(f"{PATH}/inputs") == world.store.paths("notices") == []
    assert world.citizen()["zalo_id"] == ""
    assert STORY not in str(world.citizen())
    assert talk(world)["step"] == "idle"
    assert "next_attempt_at" not in world.citizen()


def test_with_consent_nothing_is_erased(world: World) -> None:
    at(world, "confirm").types("1")
    typed = len(world.store.paths(f"{PATH}/inputs"))
    world.clock.at += timedelta(days=30)
    assert world.pauses() == 0
    assert len(world.store.paths(f"{PATH}/inputs")) == typed
