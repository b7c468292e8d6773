"""Moves of a petition between units: their limit, returns as "not ours", deadlines, and routing examples."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.notices.notice import Notice
from petitions.domain.notices.still_true import still_holds
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.transfers import claims_other_unit
from petitions.domain.publishing.public import public_status
from petitions.domain.shared.records import replace
from petitions.errors import Forbidden, Rejected
from petitions.usecases.petition.tell_citizen import TOLD_AFTER
from petitions.usecases.routing.export_corrections import ExportCorrections
from tests.unit.petition.handling import COORDINATOR, act, history, officer, routed
from tests.unit.world import ID_KEY, World

WHY = "Thuộc thẩm quyền của đơn vị khác"


@pytest.fixture
def world() -> World:
    return World()


def passed(world: World, petition: Petition, *units: str) -> Petition:
    for unit in units:
        petition = act(world, officer(petition.unit), petition, Action.GIVE_BACK, text=WHY)
        petition = act(world, COORDINATOR, petition, Action.ASSIGN, unit=unit, text="Vì lý do này")
    return petition


def accepted(world: World) -> Petition:
    petition = routed(world)
    return act(world, officer(petition.unit), petition, Action.ACCEPT)


def due_line(world: World, petition: Petition) -> list[str]:
    return [line for line in world.types(petition.code).splitlines() if "2026" in line and "hạn" in line.lower()]


def corrections(world: World) -> list[dict[str, Any]]:
    return [world.store.documents[path] for path in world.store.paths("corrections")]


def test_hops_are_counted_without_the_coordinators_between(world: World) -> None:
    petition = accepted(world)
    first = petition.unit
    assert (petition.held_by, petition.hops) == ([first], 0)
    petition = act(world, officer(first), petition, Action.ASSIGN)
    assert petition.hops == 0
    petition = passed(world, petition, "SXD", "SYT")
    assert petition.held_by == [first, "SXD", "SYT"]
    assert petition.hops == 2


def test_repeated_return_needs_a_coordinator_with_a_reason(world: World) -> None:
    petition = accepted(world)
    first = petition.unit
    petition = passed(world, petition, "SXD")
    petition = act(world, officer("SXD"), petition, Action.GIVE_BACK, text=WHY)
    for who in (officer("SXD"), officer(first), officer(first, Role.HEAD)):
        with pytest.raises(Forbidden):
            act(world, who, petition, Action.ASSIGN, unit=first, text=WHY)
    with pytest.raises(Rejected, match="đã từng giữ hồ sơ"):
        act(world, COORDINATOR, petition, Action.ASSIGN, unit=first)
    after = act(world, COORDINATOR, petition, Action.ASSIGN, unit=first, text="Đã có ý kiến của lãnh đạo")
    assert after.unit == first
    entry = world.store.documents[f"petitions/{after.code}/history/{after.version}"]
    assert entry["reason"] == "Đã có ý kiến của lãnh đạo"


@pytest.mark.parametrize("state", [State.NEW, State.ACCEPTED, State.ASSIGNED, State.IN_PROGRESS])
def test_from_every_step_of_its_work_a_unit_can_give_it_back_with_a_reason(world: World, state: State) -> None:
    petition = routed(world)
    who = officer(petition.unit)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        if petition.state is not state:
            petition = act(world, who, petition, action)
    assert petition.state is state
    with pytest.raises(Rejected, match="Lý do"):
        act(world, who, petition, Action.GIVE_BACK)
    after = act(world, who, petition, Action.GIVE_BACK, text=WHY)
    assert after.unit == "VPUB"
    assert after.state is (State.NEW if state is State.NEW else State.RETURNED)
    assert any(clock.is_running for clock in after.clocks.values())


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
@pytest.mark.parametrize(
    "text",
    [
        "Nội dung này không thuộc thẩm quyền của Sở",
        "KHONG THUOC DIA BAN phuong toi",
        "Việc này không phải trách nhiệm của đơn vị",
    ],
)
def test_not_ours_is_no_reason_to_refuse(world: World, role: Role, text: str) -> None:
    petition = routed(world)
    with pytest.raises(Rejected, match="trả lại điều phối") as caught:
        act(world, officer(petition.unit, role), petition, Action.REFUSE, text=text)
    assert caught.value.reason == "not_ours"
    assert world.petitions()[0].state is State.NEW


def test_a_refusal_with_another_reason_stands(world: World) -> None:
    petition = routed(world)
    text = "Đây là đơn khiếu nại quyết định hành chính: xin gửi đến Ban Tiếp công dân thành phố."
    assert not claims_other_unit(text)
    assert act(world, officer(petition.unit), petition, Action.REFUSE, text=text).state is State.REFUSED


def test_no_unit_can_close_an_unanswered_petition(world: World) -> None:
    petition = routed(world)
    for role in (Role.OFFICER, Role.HEAD):
        with pytest.raises(Forbidden):
            act(world, officer(petition.unit, role), petition, Action.CLOSE)


def test_passing_it_on_does_not_move_the_citizens_deadline(world: World) -> None:
    petition = accepted(world)
    due = petition.clocks["answer"].due_at
    lines = due_line(world, petition)
    assert lines
    shown = public_status(petition, "x", ID_KEY).due_at
    assert shown == due
    for unit in ("SXD", "SYT", "SGDDT"):
        world.clock.advance(hours=30)
        petition = passed(world, petition, unit)
        assert petition.clocks["answer"].due_at == due
        assert public_status(petition, "x", ID_KEY).due_at == due
        assert due_line(world, petition) == lines


def test_correction_is_kept_if_routing_proposed_another_unit(world: World) -> None:
    petition = passed(world, accepted(world), "SXD")
    (kept,) = corrections(world)
    assert petition.routed
    assert (kept["code"], kept["unit"], kept["auto"]) == (petition.code, "SXD", petition.routed.auto)
    assert kept["proposed"][0] == petition.held_by[0]
    assert kept["directory_version"] == reference.directory().version
    assert kept["officer"] == COORDINATOR.id
    assert not {"text", "content", "address", "contact"} & set(kept)


def test_certain_and_right_routing_is_no_example(world: World) -> None:
    petition = accepted(world)
    assert petition.routed
    assert petition.routed.auto
    first = petition.unit
    petition = passed(world, petition, first)
    assert corrections(world) == []
    assert history(world, petition.code)[-1] == "assign"


def test_decision_on_an_uncertain_routing_is_an_example(world: World) -> None:
    petition = world.files("Cán bộ làm việc tắc trách, gây phiền hà cho dân")
    world.routing(petition.code)
    petition = act(world, COORDINATOR, world.petitions()[0], Action.ACCEPT)
    assert petition.held_by == []
    act(world, COORDINATOR, petition, Action.ASSIGN, unit="SYT")
    assert [kept["unit"] for kept in corrections(world)] == ["SYT"]


def test_the_export_gives_the_last_decision_with_masked_words(world: World) -> None:
    content = "Tôi là Nguyễn Thị Lan, nguyen thi lan, số 0912 345 678, thư lan@example.vn, ngõ ngập quá"
    petition = world.files(content)
    world.routing(petition.code)
    petition = world.petitions()[0]
    if petition.unit != "VPUB":
        petition = act(world, officer(petition.unit), petition, Action.GIVE_BACK, text=WHY)
    petition = act(world, COORDINATOR, petition, Action.ACCEPT)
    petition = act(world, COORDINATOR, petition, Action.ASSIGN, unit="SYT", text=WHY)
    passed(world, petition, "SDL")
    export = ExportCorrections(world.store, reference.directory())
    (example,) = list(export())
    assert example == {
        "id": petition.code,
        "text": "Tôi là [tên], [tên], số [điện thoại], thư [email], ngõ ngập quá",
        "address": "Phường Yên Hòa",
        "units": ["SDL"],
        "kind": petition.kind,
    }
    del world.store.documents[f"petitions/{petition.code}"]
    assert list(export()) == []


def test_the_export_reads_all_pages(world: World) -> None:
    petition = passed(world, accepted(world), "SXD")
    (kept,) = corrections(world)
    document = world.store.documents[f"petitions/{petition.code}"]
    for number in range(450):
        code = f"HN-261123-{number:04d}-0000"
        world.store.create(f"petitions/{code}", {**document, "code": code})
        world.store.create(f"corrections/{code}-5", {**kept, "id": f"{code}-5", "code": code})
    assert len(list(ExportCorrections(world.store, reference.directory())())) == 451


def notices_of(world: World, kind: str) -> list[str]:
    notices = [world.store.documents[path] for path in world.store.paths("notices")]
    return [notice["text"] for notice in notices if notice["kind"] == kind]


def test_citizen_is_not_notified_of_a_unit_that_lost_the_petition_at_once(world: World) -> None:
    petition = accepted(world)
    petition = passed(world, petition, "SXD")
    (planned,) = [path for path in world.store.paths("notices") if world.store.documents[path]["kind"] == "reassigned"]
    notice = Notice.model_validate(world.store.documents[planned])
    assert notice.state == "waiting"
    assert notice.next_attempt_at == world.clock.now() + TOLD_AFTER
    assert still_holds(notice, petition)
    assert not still_holds(notice, replace(petition, unit="VPUB"))


def test_citizen_is_notified_only_of_a_change_of_unit_after_acceptance(world: World) -> None:
    petition = accepted(world)
    first = petition.unit
    petition = act(world, officer(first), petition, Action.ASSIGN)
    petition = passed(world, petition, first)
    assert notices_of(world, "reassigned") == []
    petition = passed(world, petition, "SXD")
    (text,) = notices_of(world, "reassigned")
    assert "Sở Xây dựng" in text
    assert petition.code in text
    notice = world.store.documents[f"notices/{petition.code}-{petition.version}"]
    assert notice["template"]["unit"] == "Sở Xây dựng"
    assert notice["template"]["answer_due"] in text


@pytest.mark.parametrize("action", [Action.REFUSE, Action.TRANSFER_OUT])
def test_the_reason_of_a_refusal_is_read_again_by_its_filer_alone(world: World, action: Action) -> None:
    petition = routed(world)
    act(world, officer(petition.unit), petition, action, text="Xin gửi đơn khiếu nại tới Ban Tiếp công dân.")
    assert "Ban Tiếp công dân" in world.types(petition.code)
    assert "Ban Tiếp công dân" not in world.types(petition.code, user="999")
