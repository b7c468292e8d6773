"""Requests for information to the citizen: permissions, limits, effects on deadlines, and notices."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from petitions.domain.clock.clocks import TimeState
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.petition.petition import Petition
from petitions.errors import Forbidden
from tests.unit.clock.seeds import at
from tests.unit.petition.handling import COORDINATOR, act, history, in_progress, officer, routed
from tests.unit.reminders.staff import mails, staffed
from tests.unit.world import World

ASKED = "Xin gửi ảnh biên nhận"


@pytest.fixture
def world() -> World:
    return World()


def asks(world: World, petition: Petition, role: Role = Role.OFFICER) -> Petition:
    who = (
        COORDINATOR
        if role is Role.COORDINATOR
        else officer(petition.unit, role, "an" if role is Role.OFFICER else "truong")
    )
    return act(world, who, petition, Action.ASK_SUPPLEMENT, text=ASKED)


def goes_on(world: World, petition: Petition) -> Petition:
    return act(world, officer(petition.unit), petition, Action.SUPPLEMENT, text="Đã gọi điện hỏi rõ")


def test_a_second_request_in_the_same_stage_is_the_heads(world: World) -> None:
    petition = goes_on(world, asks(world, in_progress(world)))
    with pytest.raises(Forbidden, match="Lần tiếp theo phải do lãnh đạo đơn vị"):
        asks(world, petition)
    again = asks(world, petition, Role.HEAD)
    assert again.state is State.AWAITING_CITIZEN
    with pytest.raises(Forbidden, match="tối đa 2 lần"):
        asks(world, goes_on(world, again), Role.HEAD)


def test_a_coordinator_may_ask_again_too_and_no_more_often(world: World) -> None:
    petition = goes_on(world, asks(world, in_progress(world), Role.COORDINATOR))
    petition = goes_on(world, asks(world, petition, Role.COORDINATOR))
    with pytest.raises(Forbidden, match="tối đa 2 lần"):
        asks(world, petition, Role.COORDINATOR)


def test_reception_and_handling_are_stages_of_their_own(world: World) -> None:
    petition = goes_on(world, asks(world, routed(world)))
    assert petition.state is State.NEW
    with pytest.raises(Forbidden, match="khi tiếp nhận"):
        asks(world, petition)
    accepted = act(world, officer(petition.unit), petition, Action.ACCEPT)
    asked = asks(world, accepted)
    assigned = act(world, officer(petition.unit), goes_on(world, asked), Action.ASSIGN)
    with pytest.raises(Forbidden, match="khi giải quyết"):
        asks(world, assigned)


def test_when_the_time_for_waiting_is_used_up_nobody_may_ask_again(world: World) -> None:
    petition = asks(world, in_progress(world))
    world.clock.at = at("2026-12-31 09:00")
    petition = goes_on(world, petition)
    assert petition.clocks["answer"].held == 15
    with pytest.raises(Forbidden, match="Thời gian chờ bổ sung khi giải quyết đã dùng hết"):
        asks(world, petition, Role.HEAD)


def test_no_requests_to_an_erased_filer(world: World) -> None:
    petition = in_progress(world)
    world.store.update(f"petitions/{petition.code}", {"restricted_at": world.clock.now()})
    with pytest.raises(Forbidden, match="không còn gửi yêu cầu"):
        asks(world, petition)


def test_citizen_is_notified_of_the_wait_and_of_the_new_date(world: World) -> None:
    petition = in_progress(world)  # due on Tuesday 8/12
    world.clock.at = at("2026-11-26 10:00")
    asked = asks(world, petition)
    assert "trước 17:30 thứ Năm 10/12/2026" in world.last_reply()  # ten working days
    world.clock.at = at("2026-11-27 09:00")
    goes_on(world, asked)
    reply = world.last_reply()
    assert "tiếp tục xử lý theo thông tin đã có" in reply
    assert "Hạn trả lời hiện nay: 17:30 thứ Tư 09/12/2026" in reply
    again = asks(world, world.petitions()[0], Role.HEAD)
    world.deliver()
    world.clock.at = at("2026-11-30 09:00")
    assert "Hạn trả lời hiện nay: 17:30 thứ Năm 10/12/2026" in world.types("Đây là biên nhận số 12")
    assert world.petitions()[0].state is State.IN_PROGRESS
    assert again.version < world.petitions()[0].version


def test_four_pauses_of_two_minutes_at_closing_time_move_nothing(world: World) -> None:
    petition = in_progress(world)
    due = petition.due_at
    for day, role in (("2026-11-25", Role.OFFICER), ("2026-11-26", Role.HEAD)):
        world.clock.at = at(f"{day} 17:29")
        asked = asks(world, petition, role)
        world.clock.at = at(f"{day} 17:31")
        petition = goes_on(world, asked)
        assert petition.due_at == due
    with pytest.raises(Forbidden, match="tối đa 2 lần"):
        asks(world, petition, Role.HEAD)


def test_a_silent_citizen_does_not_stop_the_clock_for_ever(world: World) -> None:
    petition = in_progress(world)
    staffed(world, petition.unit)
    world.clock.at = at("2026-11-26 10:00")
    asked = asks(world, petition)
    assert asked.due_at == at("2026-12-23 17:30")  # the latest that the answer may become due
    assert asked.clocks["answer"].due_at == at("2026-12-08 17:30")
    world.deliver()
    world.clock.at = at("2026-12-10 17:29")
    world.reminders()
    assert world.petitions()[0].state is State.AWAITING_CITIZEN
    world.clock.at = at("2026-12-10 17:31")
    world.reminders()
    [after] = world.petitions()
    assert (after.state, after.came_from, after.due_at) == (State.IN_PROGRESS, None, at("2026-12-23 17:30"))
    assert "Hạn trả lời hiện nay: 17:30 thứ Tư 23/12/2026" in world.last_reply()
    assert history(world, after.code)[-1] == "supplement"
    line = world.store.documents[f"petitions/{after.code}/history/{after.version}"]
    assert (line["role"], line["reason"]) == ("system", "Hết thời gian chờ bổ sung mà quy tắc thời hạn cho phép")
    assert after.news
    assert after.news.kinds[-1] == "wait_over"
    world.clock.at = at("2026-12-17 08:30")
    world.reminders()
    world.news()
    assert any("Hết thời gian chờ bổ sung" in str(mail["text"]) for mail in mails(world, "news"))
    # Later messages of the citizen still reach the petition.
    world.types("Đây là biên nhận số 12")
    assert [addition.text for addition in world.petitions()[0].additions] == ["Đây là biên nhận số 12"]


def test_asking_after_due_hides_no_lateness(world: World) -> None:
    petition = in_progress(world)
    world.clock.at = at("2026-12-09 09:00")
    asked = asks(world, petition)
    assert asked.due_at == at("2026-12-08 17:30")
    world.clock.advance(days=3)
    assert world.timekeeping.state(asked.clocks["answer"], world.clock.now()) is TimeState.OVERDUE
    assert asked.nearest_clock == asked.clocks["answer"]


def test_wait_within_its_time_is_not_late(world: World) -> None:
    asked = asks(world, in_progress(world))
    world.clock.at = at("2026-12-09 09:00")
    assert asked.nearest_clock
    assert world.timekeeping.state(asked.nearest_clock, world.clock.now()) is not TimeState.OVERDUE
    assert asked.due_at
    assert asked.due_at - world.clock.now() > timedelta(days=7)


def digest_of(world: World) -> str:
    world.digests()
    return "\n".join(str(mail["text"]) for mail in mails(world, "digest"))


def test_digest_reports_a_citizen_who_does_not_answer(world: World) -> None:
    petition = in_progress(world)
    staffed(world, petition.unit)
    world.clock.at = at("2026-11-26 10:00")
    asks(world, petition)
    world.clock.at = at("2026-12-11 08:00")  # the day after the ten working days
    digest = digest_of(world)
    assert "■ Quyết định xử lý tiếp" in digest
    assert "Công dân chưa bổ sung, hạn bổ sung 17:30 thứ Năm 10/12/2026 đã qua" in digest
    assert petition.code in digest


def test_asking_after_due_stops_no_reminders(world: World) -> None:
    petition = in_progress(world)
    staffed(world, petition.unit)
    world.clock.at = at("2026-12-08 17:00")
    world.reminders()
    world.clock.at = at("2026-12-08 17:31")
    asks(world, petition)
    world.clock.at = at("2026-12-11 08:00")
    world.reminders()
    [after] = world.petitions()
    assert after.state is State.AWAITING_CITIZEN
    assert after.accountable == "coordinators"
    assert f"{petition.code}. " in digest_of(world)
    assert re.search(r"uá hạn trả lời từ 17:30 thứ Ba 08/12/2026; đang chờ công dân bổ sung", digest_of(world))
