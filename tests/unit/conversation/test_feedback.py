"""A rating given in Zalo's own template is stored once, even if its event arrives twice or late."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice, notice_path
from petitions.domain.petition.petition import Petition
from petitions.usecases.conversation.take_feedback import TakeFeedback
from tests.unit.petition.handling import ANSWER, WHY_NONE, act, history, officer, routed
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World()


def answered(world: World) -> Petition:
    petition = routed(world)
    staff, head = officer(petition.unit), officer(petition.unit, Role.HEAD, "truong")
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, staff, petition, action)
    petition = act(world, staff, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    return act(world, head, petition, Action.APPROVE)


def feedback(world: World, rate: Any, *, at: int = 1795485600000, **message: Any) -> None:
    body = {"rate": rate, "note": "chậm", "feedbacks": ["thái độ"], **message}
    event = {"event_name": "user_feedback", "oa_id": "1", "app_id": "2", "timestamp": str(at), "message": body}
    TakeFeedback(world.store, world.publisher, world.clock, world.contacting, world.keep_apart)(event)


def rating(world: World) -> tuple[int, str | None] | None:
    found = world.petitions()[0].rating
    return None if found is None else (found.level, found.reason)


@pytest.mark.parametrize(("rate", "level"), [(5, 1), (4, 2), (3, 2), (2, 3), (1, 3)])
def test_five_faces_are_three_levels(world: World, rate: int, level: int) -> None:
    petition = answered(world)
    feedback(world, rate, tracking_id=f"{petition.code}-{petition.version}")
    assert rating(world) == (level, "chậm\nthái độ")
    assert history(world, petition.code)[-1] == "rated"
    assert "rating_for" not in world.talk()


def test_it_counts_once_and_the_first_stays(world: World) -> None:
    petition = answered(world)
    for _ in range(3):
        feedback(world, 1, tracking_id=f"{petition.code}-{petition.version}")
    feedback(world, 5, at=1795485700000, tracking_id=f"{petition.code}-{petition.version}")
    assert rating(world) == (3, "chậm\nthái độ")
    assert history(world, petition.code).count("rated") == 1


def test_by_zalos_id_where_the_template_had_no_id_of_ours(world: World) -> None:
    petition = answered(world)
    notice = Notice(
        id="ask",
        kind=NoticeKind.RATING_ASKED,
        channel="zalo",
        citizen=petition.citizen,
        text="?",
        about=About(code=petition.code, seq=0),
        message_ids=["zt1"],
        created_at=world.clock.now(),
    )
    world.store.create(notice_path("ask"), notice.stored())
    feedback(world, 4, msg_id="zt1")
    assert rating(world) == (2, "chậm\nthái độ")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"tracking_id": "strange"},
        {"tracking_id": "a/b"},
        {"msg_id": "nobody's"},
        {"tracking_id": "CODE", "rate": 9},
    ],
)
def test_what_fits_nothing_changes_nothing(world: World, message: dict[str, Any]) -> None:
    petition = answered(world)
    if message.get("tracking_id") == "CODE":
        message = {**message, "tracking_id": f"{petition.code}-{petition.version}"}
    feedback(world, message.pop("rate", 5), **message)
    assert rating(world) is None


def test_a_withdrawn_answer_is_not_rated(world: World) -> None:
    petition = answered(world)
    tracking_id = f"{petition.code}-{petition.version}"
    world.store.update(f"petitions/{petition.code}", {"state": "in_progress"})
    feedback(world, 5, tracking_id=tracking_id)
    assert rating(world) is None


def test_the_second_answer_of_a_reopened_petition_is_rated_too(world: World) -> None:
    """The rating of the first answer stays until the second one is rated, once."""
    petition = answered(world)
    feedback(world, 1, tracking_id=f"{petition.code}-{petition.version}")
    assert rating(world) == (3, "chậm\nthái độ")
    coordinator = officer("VPUB", Role.COORDINATOR, "cv")
    petition = act(world, coordinator, world.petitions()[0], Action.REOPEN, text="Trả lời thiếu ý")
    staff, head = officer(petition.unit), officer(petition.unit, Role.HEAD, "truong")
    petition = act(world, staff, petition, Action.RESUME_WORK)
    petition = act(world, staff, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, head, petition, Action.APPROVE)
    assert rating(world) == (3, "chậm\nthái độ")
    for at, rate in ((1795485800000, 5), (1795485900000, 1)):
        feedback(world, rate, at=at, tracking_id=f"{petition.code}-{petition.version}", note="")
    assert rating(world) == (1, "thái độ")
    assert history(world, petition.code).count("rated") == 2
