"""A petition from filing to rating, with its state, deadlines, notices and history after every step."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.usecases.lifecycle.commands import command
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, history, officer, routed
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World()


def test_the_whole_way_to_a_rating(world: World) -> None:
    petition = routed(world)
    who = officer(petition.unit)
    head = officer(petition.unit, Role.HEAD, "truong")
    world.store.create(f"officers/{who.id}", who.stored())
    petition = act(world, who, petition, Action.ACCEPT)
    assert petition.clocks["reception"].stopped_at is not None
    assert petition.clocks["answer"].is_running
    petition = act(world, head, petition, Action.ASSIGN, handler=who.id)
    assert petition.handler == who.id
    petition = act(world, who, petition, Action.START)
    petition = act(world, who, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, head, petition, Action.APPROVE)
    assert petition.state is State.ANSWERED
    assert petition.due_at is None
    assert petition.next_attempt_at is not None  # the rating is asked for once more, if it does not come
    assert ANSWER in world.last_reply()
    world.deliver()
    assert "cảm ơn" in world.types("2").lower()
    petition = world.petitions()[0]
    assert petition.rating is not None
    assert petition.rating.level == 2
    steps = ["filed", "routed", "accept", "assign", "start", "submit_answer", "approve", "rated"]
    assert history(world, petition.code) == steps
    nudged = [dict(message.data)["seq"] for message in world.publisher.of("petition-events")]
    assert nudged == list(range(1, len(steps) + 1))


def test_answer_is_sent_only_to_the_filer(world: World) -> None:
    petition = routed(world)
    head = officer(petition.unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, head, petition, action)
    petition = act(world, head, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE)
    assert ANSWER in world.types(petition.code)
    assert ANSWER not in world.types(petition.code, user="12345")


def test_draft_answer_is_not_sent_before_approval(world: World) -> None:
    petition = routed(world)
    head = officer(petition.unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, head, petition, action)
    act(world, head, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    assert ANSWER not in world.types(petition.code)


def test_second_of_two_officers_on_a_petition_is_notified(world: World) -> None:
    petition = routed(world)
    act(world, officer(petition.unit), petition, Action.ACCEPT)
    with pytest.raises(Conflict):
        act(world, officer(petition.unit, name="binh"), petition, Action.ACCEPT)
    assert history(world, petition.code).count("accept") == 1


def test_an_officer_of_another_unit_can_do_nothing(world: World) -> None:
    petition = routed(world)
    with pytest.raises(Forbidden):
        act(world, officer("SDL"), petition, Action.ACCEPT)


def test_forbidden_transition_is_refused_and_changes_nothing(world: World) -> None:
    petition = routed(world)
    before = dict(world.store.documents)
    with pytest.raises(Forbidden):
        act(world, officer(petition.unit), petition, Action.APPROVE)
    with pytest.raises(Rejected):
        act(world, COORDINATOR, petition, Action.REFUSE, text="  ")
    with pytest.raises(NotFound):
        world.desk(COORDINATOR, command("HN-261123-AAAA-AAAA", Action.ACCEPT, 1))
    assert world.store.documents == before


def test_only_coordinators_move_a_petition_to_another_unit(world: World) -> None:
    petition = act(world, COORDINATOR, routed(world), Action.ACCEPT)
    with pytest.raises(Forbidden):
        act(world, officer(petition.unit, Role.HEAD), petition, Action.ASSIGN, unit="SXD")
    with pytest.raises(Rejected):
        act(world, COORDINATOR, petition, Action.ASSIGN, unit="KHONG-CO")
    assert act(world, COORDINATOR, petition, Action.ASSIGN, unit="SXD").unit == "SXD"


def test_returned_petition_is_in_the_coordinators_queue(world: World) -> None:
    petition = routed(world)
    head = officer(petition.unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN):
        petition = act(world, head, petition, action)
    petition = act(world, head, petition, Action.GIVE_BACK, text="Không thuộc phường")
    assert (petition.state, petition.unit, petition.handler) == (State.RETURNED, "VPUB", None)
    assert act(world, COORDINATOR, petition, Action.ASSIGN, unit="SXD").unit == "SXD"


@pytest.mark.parametrize("crash", ["before", "after"])
def test_action_with_a_lost_commit_response_is_done_once_and_reported_as_done(world: World, crash: str) -> None:
    petition = routed(world)
    world.store.crash = crash
    assert act(world, officer(petition.unit), petition, Action.ACCEPT).state is State.ACCEPTED
    assert history(world, petition.code).count("accept") == 1
    published = [message.data for message in world.publisher.of("petition-events")]
    assert published.count({"schema": 1, "code": petition.code, "seq": petition.version + 1}) == 1


def test_the_desk_does_not_fail_when_only_publishing_does(world: World) -> None:
    petition = routed(world)
    world.publisher.failing = True
    assert act(world, officer(petition.unit), petition, Action.ACCEPT).state is State.ACCEPTED
    assert any("unpublished_since" in world.store.documents[path] for path in world.store.paths("inbox"))


def test_routing_twice_is_routing_once(world: World) -> None:
    petition = world.files()
    assert world.routing(petition.code) is True
    assert world.routing(petition.code) is False
    assert world.routing("HN-261123-AAAA-AAAA") is False
    assert history(world, petition.code) == ["filed", "routed"]


def test_uncertain_petition_goes_to_the_coordinators_with_proposals(world: World) -> None:
    petition = world.files("abc xyz không rõ chuyện gì")
    world.routing(petition.code)
    petition = world.petitions()[0]
    assert petition.unit == "VPUB"
    assert petition.routed is not None
    assert petition.routed.auto is False
    assert len(petition.routed.proposals) == 3


def test_an_urgent_petition_has_four_working_hours_from_reception(world: World) -> None:
    world.clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    petition = routed(world)
    path = f"petitions/{petition.code}"
    world.store.update(path, {"level": "urgent"})
    petition = act(world, officer(petition.unit), world.petitions()[0], Action.ACCEPT)
    clock = petition.clocks["answer"]
    assert world.timekeeping.calendar.elapsed_working(clock.started_at, clock.due_at).total_seconds() == 4 * 3600
