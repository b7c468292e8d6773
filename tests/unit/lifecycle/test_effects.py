"""The writes of single actions besides the state: fields, mails, corrections, clocks, and refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import FINAL_STATES, Action, Role, to_mermaid
from petitions.domain.lifecycle.refusal_reasons import (
    FEWEST_WORDS,
    SHORTEST_GUIDANCE,
    RefusalReason,
    is_helpful_guidance,
)
from petitions.domain.lifecycle.states import Level, State
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.classification import (
    GivenClassification,
)
from petitions.domain.petition.petition import Petition, RoutingResult, UnitProposal, petition_path
from petitions.errors import Forbidden, PetitionError, Rejected
from petitions.usecases.lifecycle.classify_petition import OVERDUE, level_choices
from petitions.usecases.lifecycle.take_up import TakeUp, Taking
from tests.unit.petition.handling import COORDINATOR, act, in_progress, officer, routed
from tests.unit.world import World

SECOND = timedelta(seconds=1)
WHY = "Giao nhầm đơn vị, xin chuyển lại"


@pytest.fixture
def world() -> World:
    made = World()
    for who in (COORDINATOR, *(officer(unit, role, f"{role}-{unit.lower()}") for unit in ("SXD", "SNV") for role in
                               (Role.OFFICER, Role.HEAD))):  # fmt: skip
        made.store.create(officer_path(who.id), who.stored())
    return made


def coordinated(world: World, *, accepted: bool = True) -> Petition:
    petition = routed(world)
    world.store.update(petition_path(petition.code), {"unit": "VPUB"})
    there = again(world, petition)
    return act(world, COORDINATOR, there, Action.ACCEPT) if accepted else there


def again(world: World, petition: Petition) -> Petition:
    return Petition.model_validate(world.store.documents[petition_path(petition.code)])


def effects(world: World, petition: Petition) -> list[str]:
    path = f"petitions/{petition.code}/history/{petition.version}"
    return list(world.store.documents[path].get("clock_effects", []))


def refused(
    error: type[PetitionError], world: World, who: Officer, petition: Petition, action: Action, **more: Any
) -> str:
    before = dict(world.store.documents)
    with pytest.raises(error) as raised:
        act(world, who, petition, action, **more)
    assert before == world.store.documents
    return str(raised.value.reason)


def test_who_loses_a_petition_is_told_by_a_mail_about_the_line_that_took_it(world: World) -> None:
    given = act(world, COORDINATOR, coordinated(world), Action.ASSIGN, unit="SXD")
    world.store.update(petition_path(given.code), {"news": None})
    taken = act(world, COORDINATOR, again(world, given), Action.TAKE_BACK, text=WHY)
    assert (taken.unit, taken.handler) == ("VPUB", None)
    mails = {path: world.store.documents[path] for path in world.store.paths("notices") if "/taken-" in path}
    assert mails
    for path, mail in mails.items():
        assert path == f"notices/taken-{taken.code}-{taken.version}-{mail['officer']}"
        assert mail["about"] == {"code": taken.code, "seq": taken.version}
        assert WHY in mail["text"]
    assert {mail["officer"] for mail in mails.values()} == {"sxd-officer-sxd"}
    assert refused(Forbidden, world, COORDINATOR, taken, Action.TAKE_BACK, text=WHY)


def test_an_assignment_that_nobody_heard_of_is_undone_to_whom_it_was_before(world: World) -> None:
    first = coordinated(world)
    given = act(world, COORDINATOR, first, Action.ASSIGN, unit="SXD", handler="sxd-officer-sxd")
    assert (given.unit, given.handler, given.held_by[-1:]) == ("SXD", "sxd-officer-sxd", ["SXD"])
    undone = act(world, COORDINATOR, given, Action.UNASSIGN)
    assert (undone.unit, undone.handler, undone.state) == ("VPUB", None, State.ACCEPTED)
    assert undone.held_by == first.held_by
    assert not [path for path in world.store.paths("notices") if "/taken-" in path]
    second = act(world, COORDINATOR, undone, Action.ASSIGN, unit="SNV")
    world.store.update(petition_path(second.code), {"news": None})
    assert refused(Forbidden, world, COORDINATOR, again(world, second), Action.UNASSIGN) == "unit_told"


@pytest.mark.parametrize("alone", [True, False])
def test_the_head_handles_what_a_unit_without_officers_gets(world: World, *, alone: bool) -> None:
    petition = coordinated(world)
    if alone:
        del world.store.documents[officer_path("sxd-officer-sxd")]
    given = act(world, COORDINATOR, petition, Action.ASSIGN, unit="SXD")
    assert given.handler == ("sxd-head-sxd" if alone else None)


def test_an_undone_assignment_leads_back_to_the_unit_that_had_it(world: World) -> None:
    first = act(world, COORDINATOR, routed(world), Action.ACCEPT)
    assert first.unit not in {"VPUB", "SNV"}
    given = act(world, COORDINATOR, first, Action.ASSIGN, unit="SNV")
    assert given.unit == "SNV"
    undone = act(world, COORDINATOR, given, Action.UNASSIGN)
    assert (undone.unit, undone.handler, undone.held_by) == (first.unit, None, first.held_by)


@pytest.mark.parametrize(("who", "learned"), [(COORDINATOR, True), (officer("SXD", Role.HEAD, "head-sxd"), False)])
def test_only_a_coordinators_choice_of_a_unit_teaches_the_routing(world: World, who: Officer, *, learned: bool) -> None:
    petition = coordinated(world)
    proposal = UnitProposal(unit="SNV", score=0.5)
    unsure = RoutingResult(
        auto=False, proposals=[proposal], directory_version="1", why=[], confidence=0.5,
        at=world.clock.now(),
    )  # fmt: skip
    world.store.update(petition_path(petition.code), {"routed": unsure.stored(), "unit": who.unit})
    given = act(world, who, again(world, petition), Action.ASSIGN, unit="SXD", handler="sxd-officer-sxd")
    assert bool(world.store.paths("corrections")) == learned
    if learned:
        assert world.store.paths("corrections") == [f"corrections/{given.code}-{given.version}"]


def test_a_petition_is_merged_into_another_one_that_exists(world: World) -> None:
    petition, main = coordinated(world), world.files("Đèn đường ở phố Huế hỏng đã lâu")
    for text in ("HN-261123-0000-000K", "không phải mã", petition.code):
        assert refused(Rejected, world, COORDINATOR, petition, Action.MERGE, text=text) == "main_unknown"
    merged = act(world, COORDINATOR, petition, Action.MERGE, text=f" {main.code} ")
    assert (merged.state, merged.merged_into) == (State.MERGED, main.code)
    assert again(world, main).absorbed == [petition.code]
    apart = act(world, COORDINATOR, merged, Action.UNMERGE, text=WHY)
    assert (apart.state, apart.merged_into, again(world, main).absorbed) == (State.ACCEPTED, None, [])
    assert effects(world, apart) == [
        f"unstop {name}" for name, clock in apart.clocks.items() if clock != merged.clocks[name]
    ]
    assert len(effects(world, apart)) < len(apart.clocks), "a clock that had ended stays ended"


def test_an_answer_that_is_gone_by_now_is_approved_without_one(world: World) -> None:
    """Nothing is sent, and nobody is named as its approver."""
    petition = in_progress(world)
    world.store.update(petition_path(petition.code), {"state": State.AWAITING_APPROVAL, "reply": None})
    approved = act(world, COORDINATOR, again(world, petition), Action.APPROVE)
    assert (approved.state, approved.reply) == (State.ANSWERED, None)


@pytest.mark.parametrize(("options", "handler"), [({}, "an"), ({"takes": True}, "an"), ({"takes": False}, None)])
def test_who_starts_handles_what_has_no_handler_unless_another_system_starts_it(
    world: World, options: dict[str, bool], handler: str | None
) -> None:
    petition = routed(world)
    for action in (Action.ACCEPT, Action.ASSIGN):
        petition = act(world, officer(petition.unit), petition, action)
    started = act(world, officer(petition.unit), petition, Action.START, **options)
    assert started.handler == (f"{petition.unit.lower()}-{handler}" if handler else None)
    world.store.update(petition_path(petition.code), {"state": State.ASSIGNED, "handler": "another"})
    again_started = act(world, officer(petition.unit), again(world, started), Action.START, **options)
    assert again_started.handler == "another"


@pytest.mark.parametrize("asked", [None, -SECOND, timedelta(), SECOND])
def test_a_paused_deadline_is_late_only_if_it_was_when_it_was_paused(world: World, asked: timedelta | None) -> None:
    petition = in_progress(world)
    due = petition.clocks["answer"].due_at
    if asked is not None:
        world.clock.at = due + asked - SECOND
        petition = act(world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text="Xin cho biết số hồ sơ")
        assert petition.clocks["answer"].paused_at == due + asked
    for now, late in ((due, False), (due + SECOND, True)):
        if asked is None or now >= due + asked:
            choices = {choice.level: choice for choice in level_choices(world.timekeeping, petition, now)}
            assert set(choices) == {*Level} - {Level(petition.level)}
            assert choices[Level.COMPLEX].moves
            is_late = late if asked is None else asked > timedelta()
            assert choices[Level.COMPLEX].refused == (OVERDUE if is_late else None)


def test_questions_before_the_acceptance_count_for_nothing_after_it(world: World) -> None:
    """Each stage counts its own questions, because the clock that they paused has ended."""
    petition = coordinated(world, accepted=False)
    most = petition.clocks["reception"].rule.max_pauses
    assert most
    for _ in range(most):
        petition = act(world, COORDINATOR, petition, Action.ASK_SUPPLEMENT, text=WHY)
        petition = act(world, COORDINATOR, petition, Action.SUPPLEMENT, text=WHY)
    assert refused(Forbidden, world, COORDINATOR, petition, Action.ASK_SUPPLEMENT, text=WHY) == "supplement_limit"
    petition = act(world, COORDINATOR, petition, Action.ACCEPT)
    assert act(world, COORDINATOR, petition, Action.ASK_SUPPLEMENT, text=WHY).state is State.AWAITING_CITIZEN


@pytest.mark.parametrize("action", [Action.REFUSE, Action.TRANSFER_OUT])
def test_who_turns_a_petition_away_says_enough_to_help_its_filer(world: World, action: Action) -> None:
    petition = coordinated(world)
    words = "gửi cơ quan thuế ở huyện"
    for short in (words[: SHORTEST_GUIDANCE - 1], " " + words[: SHORTEST_GUIDANCE - 1] + " ", "xin " * 9):
        assert refused(Rejected, world, COORDINATOR, petition, action, text=short) == "text_too_short"
    assert len(words[:SHORTEST_GUIDANCE].strip()) == SHORTEST_GUIDANCE
    away = act(world, COORDINATOR, petition, action, text=f" {words[:SHORTEST_GUIDANCE]}\n")
    assert away.decision == words[:SHORTEST_GUIDANCE]
    assert away.refused_for == (RefusalReason.OTHER if action is Action.REFUSE else None)


@pytest.mark.parametrize(
    ("guidance", "enough"),
    [
        ("xin gửi cơ quan thuế", True),
        ("xin gửi cơ quan BHX", False),
        ("gửiiiii quaaaan thuếế", False),
        ("gửiii quaaa thuếế nàyy", True),
    ],
)
def test_guidance_has_twenty_characters_and_four_words(guidance: str, *, enough: bool) -> None:
    assert is_helpful_guidance(guidance) == enough


@pytest.mark.parametrize(("words", "enough"), [(FEWEST_WORDS - 1, False), (FEWEST_WORDS, True)])
def test_a_word_that_comes_again_says_nothing_more(words: int, *, enough: bool) -> None:
    different = " ".join(f"chữ{number}" for number in range(words))
    guidance = f"{different} {'CHỮ0 ' * SHORTEST_GUIDANCE}"
    assert len(guidance) > SHORTEST_GUIDANCE
    assert is_helpful_guidance(guidance) == enough


def test_steps_taken_together_end_where_the_officer_loses_the_petition(world: World) -> None:
    petition = routed(world)
    classified = GivenClassification(accused=petition.unit)
    taking = Taking(petition.code, petition.version, classified=classified, sure=True)
    after = TakeUp(world.desk)(officer(petition.unit), taking)
    assert (after.state, after.version, after.accused) == (State.ACCEPTED, petition.version + 1, petition.unit)
    assert after.unit != petition.unit


def test_nobody_who_saw_a_version_of_the_future_or_of_long_ago_takes_steps_together(world: World) -> None:
    petition, taking = routed(world), TakeUp(world.desk)
    who = officer(petition.unit)
    assert taking.left(who, petition.version, petition)
    for version in (petition.version + 1, petition.version + 2, petition.version - 1, petition.version - 4):
        assert taking.left(who, version, petition) is None


def test_a_line_that_is_gone_is_no_step(world: World) -> None:
    petition = routed(world)
    who = officer(petition.unit)
    seen = petition.version
    accepted = act(world, who, petition, Action.ACCEPT)
    assert TakeUp(world.desk).left(who, seen, accepted) == (Action.ASSIGN, Action.START)
    del world.store.documents[f"petitions/{petition.code}/history/{accepted.version}"]
    assert TakeUp(world.desk).left(who, seen, accepted) is None


def test_the_diagram_names_every_state_and_every_action_on_its_arrow() -> None:
    diagram = to_mermaid()
    arrows = [line for line in diagram.split("\n") if "-->" in line and "[*]" not in line]
    assert all(line.partition(": ")[2].strip() for line in arrows)
    assert "    new --> accepted: Tiếp nhận" in arrows
    ends = [line.strip() for line in diagram.split("\n") if "[*]" in line]
    assert ends == ["[*] --> new", *(f"{state.value} --> [*]" for state in State if state in FINAL_STATES)]
    assert len(set(arrows)) == len(arrows)
