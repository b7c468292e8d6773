"""Actions of coordinators alone: take a petition back, move it, unpublish an answer, undo a merger."""

from __future__ import annotations

import pytest

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.figures.figures import deltas
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.lifecycle.reopening_reasons import REOPENING_REASONS, ReopeningReason
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.public import public_status
from petitions.domain.shared.records import replace
from petitions.errors import Forbidden, Rejected
from tests.unit.clock.seeds import at
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, history, in_progress, officer, routed
from tests.unit.reminders.staff import mails, staffed
from tests.unit.world import ID_KEY, World

WHY = "Thuộc trách nhiệm của Sở Y tế"
OTHER = "4572947693969779999"


@pytest.fixture
def world() -> World:
    return World()


def answered(world: World, petition: Petition) -> Petition:
    who = officer(petition.unit)
    if petition.state is not State.IN_PROGRESS:
        petition = act(world, who, petition, Action.RESUME_WORK)
    petition = act(world, who, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    return act(world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE)


def brought_to(world: World, state: State) -> Petition:
    if state is State.NEW:
        return routed(world)
    if state is State.ACCEPTED:
        petition = routed(world)
        return act(world, officer(petition.unit), petition, Action.ACCEPT)
    if state is State.ASSIGNED:
        petition = brought_to(world, State.ACCEPTED)
        return act(world, officer(petition.unit), petition, Action.ASSIGN)
    petition = in_progress(world)
    who, head = officer(petition.unit), officer(petition.unit, Role.HEAD, "truong")
    if state is State.AWAITING_CITIZEN:
        return act(world, who, petition, Action.ASK_SUPPLEMENT, text="Xin gửi ảnh biên nhận")
    if state is State.REOPENED:
        return act(world, COORDINATOR, answered(world, petition), Action.REOPEN, text="Chưa đúng")
    if state in {State.AWAITING_APPROVAL, State.REDO}:
        petition = act(world, who, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    if state is State.REDO:
        petition = act(world, head, petition, Action.RETURN_FOR_REDO, text="Chưa rõ")
    return petition


HELD = [
    State.NEW,
    State.ACCEPTED,
    State.ASSIGNED,
    State.IN_PROGRESS,
    State.AWAITING_CITIZEN,
    State.AWAITING_APPROVAL,
    State.REDO,
    State.REOPENED,
]


@pytest.mark.parametrize("state", HELD)
def test_a_coordinator_takes_it_back_in_every_open_state_and_gives_it_away(world: World, state: State) -> None:
    petition = brought_to(world, state)
    assert petition.state is state
    unit = petition.unit
    staffed(world, unit)
    taken = act(world, COORDINATOR, petition, Action.TAKE_BACK, text=WHY)
    expected = {State.NEW: State.NEW, State.AWAITING_CITIZEN: State.AWAITING_CITIZEN}.get(state, State.RETURNED)
    assert (taken.unit, taken.handler, taken.state) == ("VPUB", None, expected)
    assert any(
        "Cán bộ điều phối đã lấy lại" in str(mail["text"]) and WHY in str(mail["text"])
        for mail in mails(world, "taken_back")
    )
    with pytest.raises(Forbidden, match="không thuộc đơn vị"):
        act(world, officer(unit), taken, Action.GIVE_BACK, text="x")
    with pytest.raises(Forbidden, match=r"đang ở chỗ cán bộ điều phối|Không thể"):
        act(world, COORDINATOR, taken, Action.TAKE_BACK, text=WHY)
    again = Action.ASSIGN if expected is State.RETURNED else Action.REASSIGN
    given = act(world, COORDINATOR, taken, again, unit="SYT", text=WHY)
    assert given.unit == "SYT"
    if state is State.AWAITING_CITIZEN:
        world.deliver()
        world.types("Đây là biên nhận số 12")
        [given] = world.petitions()
        assert (given.unit, given.state) == ("SYT", State.ASSIGNED)
        assert given.clocks["transfer"].is_running
    assert history(world, given.code).count("take_back") == 1


@pytest.mark.parametrize("state", [item for item in HELD if item is not State.ACCEPTED])
def test_a_coordinator_gives_it_to_another_unit_in_one_step(world: World, state: State) -> None:
    petition = brought_to(world, state)
    with pytest.raises(Rejected, match="Lý do"):
        act(world, COORDINATOR, petition, Action.REASSIGN, unit="SYT", text=" ")
    with pytest.raises(Rejected, match="chính đơn vị này"):
        act(world, COORDINATOR, petition, Action.REASSIGN, unit=petition.unit, text=WHY)
    given = act(world, COORDINATOR, petition, Action.REASSIGN, unit="SYT", text=WHY)
    expected = state if state in {State.NEW, State.AWAITING_CITIZEN} else State.ASSIGNED
    assert (given.unit, given.state) == ("SYT", expected)
    reply = world.last_reply()
    assert ("được chuyển cho Sở Y tế" in reply) is (state is not State.NEW)
    assert ("transfer" in given.clocks) is (state is not State.NEW)
    assert given.clocks.get("answer") == petition.clocks.get("answer")  # a move changes no deadline of the citizen


@pytest.mark.parametrize("action", [Action.TAKE_BACK, Action.REASSIGN])
def test_request_stays_open_after_a_change_of_unit(world: World, action: Action) -> None:
    petition = brought_to(world, State.AWAITING_CITIZEN)
    world.deliver()

    def asked() -> bool:
        return petition.code in Citizen.model_validate(world.citizen()).conversation.requested

    assert asked()
    moved = act(world, COORDINATOR, petition, action, unit="SYT", text=WHY)
    assert asked()
    act(world, COORDINATOR, moved, Action.SUPPLEMENT, text="Đã gọi điện hỏi rõ")
    assert not asked()


@pytest.mark.parametrize("action", [Action.TAKE_BACK, Action.REASSIGN, Action.UNPUBLISH, Action.UNMERGE])
def test_nobody_else_may(world: World, action: Action) -> None:
    petition = in_progress(world)
    with pytest.raises(Forbidden):
        act(world, officer(petition.unit, Role.HEAD, "truong"), petition, action, unit="SYT", text=WHY)


def test_a_unit_without_staff_or_that_has_ended_is_warned_of(world: World) -> None:
    petition = in_progress(world)
    with pytest.raises(Rejected, match="Sở Y tế chưa có cán bộ nào nhận việc") as caught:
        act(world, COORDINATOR, petition, Action.REASSIGN, unit="SYT", text=WHY, sure=False)
    assert caught.value.reason == "unit_unstaffed"
    gone = replace(officer("SYT"), left_at=world.clock.now())
    world.store.create(f"officers/{gone.id}", gone.stored())
    with pytest.raises(Rejected, match="chưa có cán bộ nào nhận việc"):
        act(world, COORDINATOR, petition, Action.REASSIGN, unit="SYT", text=WHY, sure=False)
    with pytest.raises(Rejected, match="Không có đơn vị này"):
        act(world, COORDINATOR, petition, Action.REASSIGN, unit="SXYZ", text=WHY, sure=False)
    staff = officer("SYT", name="binh")
    world.store.create(f"officers/{staff.id}", staff.stored())
    assert act(world, COORDINATOR, petition, Action.REASSIGN, unit="SYT", text=WHY, sure=False).unit == "SYT"


def test_published_petition_can_be_unpublished(world: World) -> None:
    petition = answered(world, in_progress(world))
    words = {"summary": "Chậm làm khai sinh", "text": "Đã hướng dẫn lại cán bộ"}
    petition = act(world, COORDINATOR, petition, Action.PUBLISH, **words)
    assert public_status(petition, "x", ID_KEY).result
    hidden = act(world, COORDINATOR, petition, Action.UNPUBLISH, text="Còn tên người dân")
    assert (hidden.state, hidden.publication, public_status(hidden, "x", ID_KEY).result) == (State.ANSWERED, None, None)
    again = act(world, COORDINATOR, hidden, Action.PUBLISH, **words)
    world.clock.advance(days=30)
    world.reminders()
    world.reminders()
    [closed] = world.petitions()
    assert closed.state is State.CLOSED
    assert public_status(closed, "x", ID_KEY).result
    hidden = act(world, COORDINATOR, closed, Action.UNPUBLISH, text="Còn tên người dân")
    assert (hidden.state, public_status(hidden, "x", ID_KEY).result) == (State.CLOSED, None)
    assert again.publication
    with pytest.raises(Forbidden, match="chưa được công khai"):
        act(world, COORDINATOR, hidden, Action.UNPUBLISH, text="lần nữa")


def two(world: World, state: State = State.IN_PROGRESS) -> tuple[Petition, Petition]:
    twin = brought_to(world, state)
    world.files("Đèn đường ngõ 12 hỏng cả tháng nay, tối đi lại nguy hiểm", user=OTHER)
    main = next(petition for petition in world.petitions() if petition.code != twin.code)
    return twin, main


def fresh(world: World, petition: Petition) -> Petition:
    return next(item for item in world.petitions() if item.code == petition.code)


@pytest.mark.parametrize("state", HELD)
def test_a_merging_is_undone_as_if_it_had_never_been(world: World, state: State) -> None:
    twin, main = two(world, state)
    merged = act(world, COORDINATOR, twin, Action.MERGE, text=main.code)
    assert (merged.state, merged.merged_into, merged.due_at) == (State.MERGED, main.code, None)
    world.clock.advance(hours=30)
    alone = act(world, COORDINATOR, merged, Action.UNMERGE, text="Không cùng một việc")
    for name in ("state", "came_from", "clocks", "due_at", "merged_into", "merged", "unit"):
        assert getattr(alone, name) == getattr(twin, name), name
    assert fresh(world, main).absorbed == []
    assert history(world, main.code)[-2:] == ["absorbed", "released"]
    reply = world.last_reply()
    assert f"{twin.code} được tách ra" in reply
    assert main.code not in reply
    assert public_status(alone, "x", ID_KEY).merged_into is None
    counted = deltas(merged, alone, "unmerge", world.clock.now())
    assert counted
    assert counted.events == {"unmerged": 1}
    # And it may be merged and answered like any other.
    assert act(world, COORDINATOR, alone, Action.MERGE, text=main.code).merged_into == main.code


def test_once_an_answer_has_gone_out_on_it_a_merging_stands(world: World) -> None:
    twin, main = two(world)
    merged = act(world, COORDINATOR, twin, Action.MERGE, text=main.code)
    main = fresh(world, main)
    for action in (Action.ACCEPT, Action.ASSIGN):
        main = act(
            world, COORDINATOR, main, action, unit="SXD" if action is Action.ASSIGN else None, text="Ngõ do Sở quản lý"
        )
    main = act(world, officer("SXD"), main, Action.START)
    answered(world, main)
    with pytest.raises(Forbidden, match=f"Câu trả lời của {main.code} đã được gửi"):
        act(world, COORDINATOR, merged, Action.UNMERGE, text="Không cùng một việc")


@pytest.mark.parametrize("why", ReopeningReason)
def test_a_reopened_petition_goes_where_the_reason_points(world: World, why: ReopeningReason) -> None:
    petition = answered(world, in_progress(world))
    again = act(world, COORDINATOR, petition, Action.REOPEN, reopen_for=why, text="Người dân gọi lại")
    row = REOPENING_REASONS[why]
    assert again.unit == ("VPUB" if row.to_coordinators else petition.unit)
    line = world.store.documents[f"petitions/{again.code}/history/{again.version}"]
    assert line["reason"] == f"{row.label}: Người dân gọi lại"
    if row.to_coordinators:
        given = act(world, COORDINATOR, again, Action.REASSIGN, unit="SYT", text=WHY)
        assert (given.state, given.unit) == (State.ASSIGNED, "SYT")


def test_reopening_asks_for_its_reason(world: World) -> None:
    petition = answered(world, in_progress(world))
    with pytest.raises(Rejected, match="Xin chọn lý do mở lại"):
        act(world, COORDINATOR, petition, Action.REOPEN, reopen_for=None, text="Người dân gọi lại")


def test_accepting_twelve_working_days_late_is_late_everywhere(world: World) -> None:
    petition = routed(world)
    world.clock.at = at("2026-12-10 09:00")
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, officer(petition.unit), petition, action)
    before = petition
    petition = answered(world, petition)
    assert petition.clocks["answer"].stopped_at
    assert petition.clocks["answer"].stopped_at <= petition.clocks["answer"].due_at
    entry = world.store.documents[f"petitions/{petition.code}/history/{petition.version}"]
    assert entry["figures"]["events"].items() >= {"late": 1, "late_reception": 1, "handled": 1}.items()
    assert "on_time" not in entry["figures"]["events"]
    assert before.version < petition.version
    words = {"summary": "Chậm làm khai sinh", "text": "Đã hướng dẫn lại cán bộ"}
    result = public_status(act(world, COORDINATOR, petition, Action.PUBLISH, **words), "x", ID_KEY).result
    assert result
    assert (result.in_time, result.late_steps) == (False, ["reception"])


def test_waiting_for_the_citizen_is_counted_for_the_unit(world: World) -> None:
    petition = in_progress(world)
    world.clock.at = at("2026-11-26 10:00")
    asked = act(world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text="Xin gửi ảnh")
    line = world.store.documents[f"petitions/{asked.code}/history/{asked.version}"]
    assert line["figures"]["events"] == {"asked": 1}
    world.clock.at = at("2026-11-27 09:59:59")
    going = act(world, officer(petition.unit), asked, Action.SUPPLEMENT, text="Đã rõ")
    line = world.store.documents[f"petitions/{going.code}/history/{going.version}"]
    assert line["figures"]["events"] == {"paused_minutes": 8 * 60 - 1}
