"""Extensions of the deadline: permissions, limits, notices and counts. An extension never hides lateness."""

from __future__ import annotations

import pytest

from petitions.domain.clock.clocks import TimeState
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.errors import Forbidden, Rejected
from tests.unit.clock.seeds import at
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, history, in_progress, officer
from tests.unit.world import World

REASON = "Cần lấy ý kiến của Sở Tư pháp"


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("role", [Role.HEAD, Role.COORDINATOR])
def test_extension_notifies_the_citizen_and_is_counted(world: World, role: Role) -> None:
    petition = in_progress(world)
    approver = COORDINATOR if role is Role.COORDINATOR else officer(petition.unit, Role.HEAD, "truong")
    after = act(world, approver, petition, Action.EXTEND, amount=5, text=REASON)
    clock = after.clocks["answer"]
    assert after.state is petition.state
    assert clock.due_at == after.due_at == at("2026-12-14 17:30")  # Sunday 13/12 rolled forward
    assert (clock.extensions, clock.extended, clock.due_version) == (1, 5, 2)
    entry = world.store.documents[f"petitions/{petition.code}/history/{after.version}"]
    assert (entry["action"], entry["actor"], entry["reason"]) == ("extend", approver.id, REASON)
    assert entry["clock_effects"] == ["extend answer 5"]
    reply = world.last_reply()
    assert petition.code in reply
    assert "gia hạn đến 17:30 thứ Hai 14/12/2026" in reply
    assert REASON in reply
    assert "gia hạn 5 ngày" in world.types(petition.code)


def test_an_officer_may_not_extend(world: World) -> None:
    petition = in_progress(world)
    with pytest.raises(Forbidden, match="không được “Gia hạn trả lời”"):
        act(world, officer(petition.unit), petition, Action.EXTEND, amount=1, text=REASON)


def test_after_due_it_is_refused_and_the_petition_stays_overdue(world: World) -> None:
    petition = in_progress(world)
    world.clock.at = at("2026-12-08 17:30")  # a second later it is acted on
    with pytest.raises(Forbidden, match="Đã quá hạn"):
        act(world, COORDINATOR, petition, Action.EXTEND, amount=1, text=REASON)
    assert history(world, petition.code)[-1] == "start"
    clock = world.petitions()[0].clocks["answer"]
    assert world.timekeeping.state(clock, world.clock.now()) is TimeState.OVERDUE


def test_on_the_very_instant_it_is_still_possible(world: World) -> None:
    petition = in_progress(world)
    world.clock.at = at("2026-12-08 17:29:59")
    assert act(world, COORDINATOR, petition, Action.EXTEND, amount=1, text=REASON).clocks["answer"].extended == 1


def test_never_more_in_all_than_the_rule_allows(world: World) -> None:
    petition = in_progress(world)
    for wrong in (None, 0, -1, 16):
        with pytest.raises(Rejected, match="từ 1 đến 15"):
            act(world, COORDINATOR, petition, Action.EXTEND, amount=wrong, text=REASON)
    petition = act(world, COORDINATOR, petition, Action.EXTEND, amount=10, text=REASON)
    with pytest.raises(Rejected, match="từ 1 đến 5"):
        act(world, COORDINATOR, petition, Action.EXTEND, amount=6, text=REASON)
    petition = act(world, COORDINATOR, petition, Action.EXTEND, amount=5, text=REASON)
    assert petition.clocks["answer"].extensions == 2
    with pytest.raises(Forbidden, match="hết mức"):
        act(world, COORDINATOR, petition, Action.EXTEND, amount=1, text=REASON)


def test_a_reason_is_asked_for(world: World) -> None:
    with pytest.raises(Rejected, match="Lý do"):
        act(world, COORDINATOR, in_progress(world), Action.EXTEND, amount=1, text="  ")


def test_an_extension_does_not_make_a_late_answer_timely(world: World) -> None:
    petition = act(world, COORDINATOR, in_progress(world), Action.EXTEND, amount=1, text=REASON)
    assert petition.due_at == at("2026-12-09 17:30")
    world.clock.at = at("2026-12-10 09:00")
    petition = act(world, officer(petition.unit), petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, COORDINATOR, petition, Action.APPROVE)
    assert world.timekeeping.state(petition.clocks["answer"], at("2027-06-01 09:00")) is TimeState.LATE
