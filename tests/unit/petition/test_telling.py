"""The citizen gets a notice of every step that needs one, and their reply is added to the petition."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.petition.petition import Petition
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, history, officer, routed
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World()


def asked(world: World) -> Petition:
    petition = routed(world)
    petition = act(world, officer(petition.unit), petition, Action.ACCEPT)
    petition = act(world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text="Xin gửi ảnh biên nhận hồ sơ.")
    world.deliver()
    return petition


@pytest.mark.parametrize(("action", "words"), [(Action.REFUSE, "không được tiếp nhận"), (Action.TRANSFER_OUT, "ngoài")])
def test_refusal_or_transfer_is_notified_with_its_reason(world: World, action: Action, words: str) -> None:
    petition = act(world, COORDINATOR, routed(world), action, text="Thuộc thẩm quyền của Tòa án nhân dân.")
    assert words in world.last_reply()
    assert "Tòa án nhân dân" in world.last_reply()
    assert petition.code in world.last_reply()
    assert petition.next_attempt_at is None


def test_a_supplement_is_asked_for_answered_and_the_clocks_go_on(world: World) -> None:
    petition = asked(world)
    due = petition.clocks["answer"].due_at
    assert "ảnh biên nhận" in world.last_reply()
    assert petition.clocks["answer"].paused_at is not None
    world.clock.at += timedelta(days=3)
    reply = world.types("Biên nhận số 123, hẹn trả 20/11")
    assert "bổ sung" in reply
    petition = world.petitions()[0]
    assert petition.state is State.ACCEPTED
    assert petition.clocks["answer"].is_running
    assert petition.clocks["answer"].due_at > due
    assert [addition.text for addition in petition.additions] == ["Biên nhận số 123, hẹn trả 20/11"]
    assert history(world, petition.code)[-1] == "supplement"


def test_more_parts_of_a_supplement_are_additions_and_one_burst_has_one_answer(world: World) -> None:
    asked(world)
    count = len(world.replies())
    world.types("có", "1", "ảnh gửi sau")
    assert len(world.replies()) == count + 1
    petition = world.petitions()[0]
    assert [addition.text for addition in petition.additions] == ["có", "1", "ảnh gửi sau"]
    assert history(world, petition.code).count("supplement") == 1
    assert "tiếp tục xử lý" in world.types("xong")
    world.types("Một chuyện khác hẳn")
    assert len(world.petitions()[0].additions) == 3


def test_a_new_petition_can_be_begun_while_a_supplement_is_open(world: World) -> None:
    asked(world)
    world.types("menu", "1")
    assert world.talk()["step"] == "content"
    world.types("hủy", "gửi phản ánh mới")
    assert world.talk()["step"] == "content"
    assert world.petitions()[0].additions == []


def test_an_answer_that_comes_in_mid_draft_asks_without_numbers(world: World) -> None:
    petition = routed(world)
    head = officer(petition.unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, head, petition, action)
    petition = act(world, head, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    world.types("Phản ánh chuyện khác: cửa số 3 thu thêm tiền của tôi", "xong", "phường Cầu Giấy")
    assert world.talk()["step"] == "confirm"
    act(world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE)
    assert "1. " not in world.last_reply()
    world.types("rất hài lòng")
    assert world.talk()["step"] == "confirm"
    world.types("1")
    assert len(world.petitions()) == 2
    rated = [item for item in world.petitions() if item.rating]
    assert [item.code for item in rated] == [petition.code]


def test_more_than_a_page_that_fails_starves_nobody_behind_them(world: World) -> None:
    world.files()
    code = world.petitions()[0].code
    early = world.clock.at - timedelta(days=30)
    for number in range(120):
        broken = {"code": "broken", "next_attempt_at": early + timedelta(seconds=number)}
        world.store.create(f"petitions/HN-broken-{number:03d}", broken)
    world.store.create("officers/c", COORDINATOR.stored())
    world.clock.at += timedelta(days=3)
    assert world.reminders() == 121
    assert any(code in path for path in world.store.paths("reminders"))
