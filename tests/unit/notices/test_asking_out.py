"""Questions that the bot plans at night and sends in the morning, or as soon as the citizen writes.

The citizen cannot answer a question before it is delivered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import HANOI
from petitions.domain.understanding.commands import Tell
from petitions.usecases.notices.open_questions import with_question
from tests.unit.conversation.scripted import read
from tests.unit.notices.channel import WHO, Channel, no_answer
from tests.unit.petition.handling import ANSWER, WHY_NONE, act, officer
from tests.unit.world import World

EVENING = datetime(2026, 11, 25, 21, 30, tzinfo=HANOI)
NIGHT = datetime(2026, 11, 25, 23, 0, tzinfo=HANOI)
MORNING = datetime(2026, 11, 26, 7, 0, tzinfo=HANOI)


class Night:
    def __init__(self) -> None:
        self.channel = Channel()
        self.world = World(store=self.channel.store, clock=self.channel.clock)
        self.channel.clock.at = EVENING
        self.published = 0
        self.world.routing(self.world.files().code)
        self.send()
        self.channel.clock.at = NIGHT
        self.before = len(self.channel.zalo.sent)

    @property
    def petition(self) -> Petition:
        return self.world.petitions()[0]

    def send(self) -> None:
        """Send all notices planned since the last call, twice, as Pub/Sub may."""
        messages = self.world.publisher.of("notices")
        for message in messages[self.published :]:
            for _ in range(2):
                if message.key == WHO:
                    self.channel.send(message.data["id"])
        self.published = len(messages)

    def accepted(self, *actions: Action) -> Petition:
        petition, head = self.petition, officer(self.petition.unit, Role.HEAD)
        for action in (Action.ACCEPT, *actions):
            petition = act(self.world, head, petition, action)
        self.send()
        return petition

    def answered(self) -> None:
        petition = self.accepted(Action.ASSIGN, Action.START)
        head = officer(petition.unit, Role.HEAD)
        petition = act(self.world, head, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
        act(self.world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE)
        self.send()

    def asked(self) -> None:
        petition = self.accepted()
        act(self.world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text="Xin gửi ảnh biên nhận.")
        self.send()

    def types(self, *texts: str) -> str:
        for text in texts:
            self.world.types(text)
            self.send()
        return self.texts()[-1]

    def texts(self) -> list[str]:
        return self.channel.zalo.texts()[self.before :]

    def at(self, when: datetime) -> None:
        self.channel.clock.at = when
        self.channel.sweep()


@pytest.fixture
def night() -> Night:
    return Night()


def test_a_digit_before_the_answer_arrives_is_a_choice_of_the_menu(night: Night) -> None:
    night.answered()
    assert night.texts() == []
    night.types("1")
    assert night.petition.rating is None
    assert night.world.talk()["step"] == "content"


def test_citizen_writing_at_night_gets_the_waiting_notices_first_and_may_rate(night: Night) -> None:
    night.answered()
    night.types("cảm ơn")
    answered, reply = night.texts()  # that it was accepted is no news any more
    assert ANSWER in answered
    assert "Khi cần" in reply
    assert night.world.citizen().get("untold") == []
    assert "cảm ơn" in night.types("2").lower()
    assert night.petition.rating is not None
    assert night.petition.rating.level == 2
    night.at(MORNING)
    assert sum(ANSWER in text for text in night.texts()) == 1


def test_numbers_belong_to_the_menu_sent_after_the_answer(night: Night) -> None:
    night.answered()
    assert "1. Gửi phản ánh" in night.types("menu")
    night.types("3")
    assert night.petition.rating is None
    night.types("rất hài lòng")
    assert night.petition.rating is not None


@pytest.mark.parametrize("before", ["menu", "rút"])
def test_answer_sent_in_the_morning_is_rated_by_number_after_any_message(night: Night, before: str) -> None:
    night.types(before)
    night.answered()
    night.at(MORNING)
    assert ANSWER in night.texts()[-1]
    night.types("3")
    assert night.petition.rating is not None
    assert (night.petition.rating.level, night.petition.state) == (3, "answered")


def test_a_digit_sent_before_the_answer_and_delivered_after_it_rates_nothing(night: Night) -> None:
    night.answered()
    night.channel.clock.at = MORNING
    typed = night.world.event("user_send_text", {"text": "3"})
    night.at(MORNING.replace(minute=1))
    for _ in range(2):
        night.world.intake(typed)
    assert night.petition.rating is None


def test_a_rating_delivered_twice_rates_once(night: Night) -> None:
    night.answered()
    night.at(MORNING)
    typed = night.world.event("user_send_text", {"text": "1"})
    assert [night.world.intake(typed) for _ in range(2)] == [True, False]
    assert len(night.world.store.paths(f"petitions/{night.petition.code}/history")) == night.petition.version


def test_answer_of_unknown_sending_is_rated_by_number_once_zalo_shows_it(night: Night) -> None:
    night.answered()
    night.at(MORNING.replace(hour=6, minute=59))
    night.channel.zalo.faults["cs"] = [no_answer]
    night.at(MORNING)
    night.types("hủy")
    assert "rating_told_at" not in night.world.talk()
    assert ANSWER in night.texts()[0]
    night.channel.settle(night.channel.echo(night.before))
    night.types("1")
    night.types("1")
    assert night.petition.rating is not None


def test_rating_during_a_hanging_call_counts(night: Night) -> None:
    """The question for a rating is on the phone some seconds before Zalo responds to the call that sent it."""
    night.answered()

    def hang(_request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        shown = act()
        night.channel.clock.advance(seconds=3)
        night.world.types("2")
        night.channel.clock.advance(seconds=4)
        return shown

    night.at(MORNING.replace(hour=6, minute=59))
    night.channel.zalo.faults["cs"] = [hang]
    night.at(MORNING)
    assert night.petition.rating is not None
    assert night.petition.rating.level == 2


def test_a_story_before_the_question_arrives_is_no_answer_to_it(night: Night) -> None:
    night.asked()
    read(night.world, "Chợ cóc lấn chiếm lòng đường trước cổng trường", Tell())
    night.types("Chợ cóc lấn chiếm lòng đường trước cổng trường")
    assert night.petition.additions == []
    assert night.world.talk()["step"] != "idle"
    assert "ảnh biên nhận" in night.texts()[1]
    night.types("hủy", "Biên nhận số 123, hẹn trả ngày 20/11")
    assert [addition.text for addition in night.petition.additions] == ["Biên nhận số 123, hẹn trả ngày 20/11"]


def test_citizen_unfollowing_at_night_gets_no_morning_message(night: Night) -> None:
    night.accepted()
    night.world.intake(night.world.event("unfollow", follower={"id": "4572947693969771653"}, sender={"id": "x"}))
    assert night.world.citizen()["following"] is False
    night.at(MORNING)
    assert night.texts() == []
    night.at(MORNING.replace(minute=5))
    assert "tiếp nhận" in night.types("menu")


@pytest.mark.parametrize("state", [*State, None])
def test_a_question_about_a_petition_that_no_longer_waits_is_not_opened(night: Night, state: State | None) -> None:
    """The petition may have been answered, or deleted, by the time Zalo shows that its question was sent."""
    night.asked()
    path = f"petitions/{night.petition.code}"
    notices = [Notice.model_validate(night.world.store.documents[name]) for name in night.world.store.paths("notices")]
    asked = next(item for item in notices if item.kind is NoticeKind.SUPPLEMENT_ASKED)
    if state is None:
        del night.world.store.documents[path]
    else:
        night.world.store.update(path, {"state": state})
    citizen = Citizen.model_validate(night.world.citizen())
    after = night.world.store.transact(lambda tx: with_question(tx, citizen, asked))
    assert bool(after.conversation.requested) == (state is State.AWAITING_CITIZEN)
