"""Petitions that are not sent to the portal: unclassified ones, complaints, denunciations and accusations."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.classification import Classification
from petitions.domain.portal.portal_items import PortalSubmission
from tests.unit.portal.model import CODE, NATIONAL, PortalWorld


@pytest.fixture
def world() -> PortalWorld:
    return PortalWorld()


def decided(world: PortalWorld, petition_class: str = "pakn") -> dict[str, object]:
    fields = {"nature": "conduct", "statement": "report", "field": "khac", "by": "lan", "at": world.clock.now()}
    return {"classified": Classification.model_validate(fields).stored(), "petition_class": petition_class}


def test_nothing_is_pushed_or_waits_before_classification(world: PortalWorld) -> None:
    world.file(classified=None)
    world.line("routed", role="system", updates={"unit": "SXD"})
    commits = world.store.commits
    world.push(CODE)
    assert world.sweep() == 0
    assert (world.portal.asked, world.store.commits) == ([], commits)


def test_everything_is_pushed_in_order_after_acceptance_and_classification(world: PortalWorld) -> None:
    world.file(classified=None)
    world.line("routed", role="system", updates={"unit": "SXD"})
    world.push(CODE)
    world.line("accept", State.ACCEPTED, updates=decided(world))
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:{seq}" for seq in (1, 2, 3)]


@pytest.mark.parametrize("petition_class", ["complaint", "denunciation"])
def test_complaints_and_denunciations_are_never_pushed(world: PortalWorld, petition_class: str) -> None:
    world.file(petition_class=petition_class)
    world.line("accept", State.ACCEPTED, updates=decided(world, petition_class))
    world.line("refuse", State.REFUSED)
    world.push(CODE)
    world.sweep()
    assert world.portal.asked == []


@pytest.mark.parametrize("secret", [{"accused": "SXD"}, {"accused": "PX-?"}, {"closed_with": ["SXD"]}])
def test_accusation_of_a_unit_is_not_pushed_on_acceptance_either(world: PortalWorld, secret: dict[str, Any]) -> None:
    world.file(classified=None, **secret)
    world.line("accept", State.ACCEPTED, updates=decided(world))
    world.push(CODE)
    world.approve()
    world.push(CODE)
    world.sweep()
    assert world.portal.asked == []


def test_petition_without_accusation_after_all_is_pushed_from_the_beginning(world: PortalWorld) -> None:
    world.file(classified=None, accused="SXD")
    world.line("accept", State.ACCEPTED, updates=decided(world))
    world.push(CODE)
    world.line("classify", updates={"accused": None})
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:{seq}" for seq in (1, 2, 3)]


def test_petition_known_to_the_portal_before_closing_is_still_pushed(world: PortalWorld) -> None:
    """The portal's record would otherwise never change again, and the units that had it there know it anyway."""
    world.file()
    world.push(CODE)
    world.line("kept_closed", role="system", updates={"closed_with": ["SXD"]})
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2"]


def test_petition_found_to_be_a_denunciation_is_pushed_no_further(world: PortalWorld) -> None:
    world.file()
    world.push(CODE)
    world.line("classify", updates=decided(world, "denunciation"))
    world.approve()
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1"]


def test_waiting_repetition_of_a_push_is_dropped(world: PortalWorld) -> None:
    world.file()
    world.push(CODE)
    world.line("classify", updates=decided(world, "denunciation") | {"sync.next_at": world.clock.now()})
    world.sweep()
    assert world.petition().sync.next_at is None
    assert world.portal.effect_keys() == [f"{CODE}:1"]


def test_petition_filed_on_the_portal_is_pushed_before_classification(world: PortalWorld) -> None:
    world.file(source="portal", classified=None, sync={"national_code": NATIONAL})
    world.line("supplement_asked", State.AWAITING_CITIZEN)
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2"]
    assert not any(isinstance(item, PortalSubmission) for _, item in world.portal.effects)


def test_petition_known_to_the_portal_before_classification_is_still_pushed(world: PortalWorld) -> None:
    world.file(classified=None, sync={"national_code": NATIONAL, "handled_seq": 1})
    world.line("accept", State.ACCEPTED)
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:2"]
