"""The classification by an officer: proposed values, changes of access, and the words in history and notices."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest

from petitions.adapters import reference
from petitions.domain.clock.deadline_rules import LEVEL_LABELS
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.lifecycle.states import Level
from petitions.domain.petition.classification import (
    CLASS_LABELS,
    NATURE_LABELS,
    STATEMENT_LABELS,
    GivenClassification,
    Nature,
    PetitionClass,
    Statement,
)
from petitions.domain.routing.kinds import PetitionKind
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import UNKNOWN_OFFICE
from petitions.errors import Rejected
from tests.classification import classifying
from tests.unit.petition.handling import COORDINATOR, act, officer, routed
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World()


def test_a_complaint_is_proposed_in_the_field_of_the_inspectorate(world: World) -> None:
    rules, petition = classifying(), routed(world)
    fields = reference.fields()
    assert rules.proposed(petition).field == fields.proposed(
        [petition.unit, *(proposal.unit for proposal in petition.routed.proposals)] if petition.routed else []
    )
    plain = replace(petition, routed=None)
    assert rules.proposed(plain).field == fields.proposed([petition.unit])
    complaint = replace(petition, petition_class="complaint")
    assert rules.proposed(complaint).field == fields.proposed(["TTTP"])
    assert fields.proposed(["TTTP"]) != fields.proposed([petition.unit])


@pytest.mark.parametrize("petition_class", get_args(PetitionClass))
def test_the_kind_of_a_petition_follows_from_its_class_then_its_nature_and_statement(
    world: World, petition_class: PetitionClass
) -> None:
    rules, petition = classifying(), routed(world)
    for nature, statement in product(Nature, Statement):
        chosen = GivenClassification(nature=nature, statement=statement, petition_class=petition_class)
        about_rules = nature is Nature.CONTENT or statement is Statement.PROPOSAL
        usual = PetitionKind.REGULATION if about_rules else PetitionKind.CONDUCT
        kinds = {"complaint": PetitionKind.COMPLAINT, "denunciation": PetitionKind.DENUNCIATION}
        decided = rules.decide(COORDINATOR, petition, chosen, None, world.clock.now())
        assert decided["kind"] is kinds.get(petition_class, usual)


@pytest.mark.parametrize("family", [{"merged_into": "HN-2"}, {"absorbed": ["HN-2"]}, {}])
def test_what_a_family_is_closed_by_stays_when_one_of_it_is_classified_anew(
    world: World, family: dict[str, Any]
) -> None:
    petition = replace(routed(world), accused="SXD", closed_with=["SNV", UNKNOWN_OFFICE], **family)
    given = GivenClassification(accused="")
    decided = classifying().decide(COORDINATOR, petition, given, None, world.clock.now(), sure=True)
    assert decided["closed_with"] == (["SNV", "SXD"] if family else [])
    assert decided["opened_by"] == COORDINATOR.id


@pytest.mark.parametrize("accused", ["", "SXD"])
def test_a_classification_is_told_in_all_its_parts(world: World, accused: str) -> None:
    rules, petition = classifying(), routed(world)
    assert rules.in_words(petition) == "", "nobody has classified it"
    given = GivenClassification(
        nature=Nature.CONTENT, statement=Statement.PROPOSAL, petition_class="vbqppl", accused=accused
    )
    decided = replace(petition, **rules.decide(COORDINATOR, petition, given, "complex", world.clock.now()))
    assert decided.classified
    assert rules.in_words(decided).split("; ") == [
        NATURE_LABELS[Nature.CONTENT],
        STATEMENT_LABELS[Statement.PROPOSAL],
        CLASS_LABELS["vbqppl"],
        f"lĩnh vực {reference.fields().name_of(decided.classified.field)}",
        LEVEL_LABELS[Level.COMPLEX],
        *(["về hành vi của Sở Xây dựng"] if accused else []),
    ]


def test_what_opens_a_petition_to_the_accused_needs_to_be_confirmed(world: World) -> None:
    rules, now = classifying(), world.clock.now()
    petition = replace(routed(world), accused="VPUB", unit="TTTP")
    given = replace(rules.proposed(petition), accused="")
    boss = officer("TTTP", Role.HEAD)
    with pytest.raises(Rejected) as raised:
        rules.decide(boss, petition, given, None, now)
    assert raised.value.reason == "opens_to_accused"
    assert rules.decide(boss, petition, given, None, now, sure=True)["accused"] is None


@pytest.mark.parametrize("level", list(Level))
def test_the_form_of_acceptance_shows_the_due_time_that_accepting_then_gives(world: World, level: Level) -> None:
    petition = routed(world)
    world.clock.advance(seconds=1)
    shown = classifying().due(world.timekeeping, petition, world.clock.now())
    assert [(one.petition_class, one.level) for one in shown] == [*product(get_args(PetitionClass), Level)]
    due = {(one.petition_class, one.level): one.answer_due for one in shown}
    world.clock.advance(seconds=-1)
    accepted = act(world, COORDINATOR, petition, Action.ACCEPT, level=level.value)
    assert accepted.clocks["answer"].due_at == due[accepted.petition_class, level]
