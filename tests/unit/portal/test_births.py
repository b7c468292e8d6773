"""Petitions filed on the portal are created here once, and those that we sent there never return as new ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.petition import LegalBasis
from petitions.domain.portal.portal_items import PortalReply, PortalStatus
from petitions.domain.shared.outcome import Outcome
from petitions.domain.units.directory import COORDINATORS
from tests.unit.portal.foreign import FOREIGN, created_here, filed
from tests.unit.portal.model import CODE, NATIONAL, PortalWorld, unit_code


@pytest.fixture
def world() -> PortalWorld:
    return PortalWorld()


def test_it_becomes_a_petition_with_its_clock_and_is_routed(world: PortalWorld) -> None:
    world.portal.feed = [filed(world)]
    world.pull()
    [petition] = created_here(world)
    assert (petition.state, petition.unit, petition.routed) == (State.NEW, COORDINATORS, None), "routing finds the unit"
    assert petition.legal_basis is LegalBasis.STATUTORY_DUTY
    assert petition.clocks["reception"].is_running
    assert petition.sync.national_code == FOREIGN
    assert [message.data for message in world.publisher.of("petition-events")] == [
        {"schema": 1, "code": petition.code, "seq": 1}
    ]
    world.push(petition.code)
    [(_, status)] = world.portal.effects
    assert isinstance(status, PortalStatus), "it is not submitted: the portal hears our code"
    assert (status.code, status.national_code, status.state) == (petition.code, FOREIGN, "new")
    kept = next(iter(world.store.paths("portal_inbound")))
    assert world.store.documents[kept]["code"] == petition.code, "so that an erasure finds it"


def test_the_unit_that_the_portal_names_holds(world: PortalWorld) -> None:
    world.portal.feed = [filed(world, unit=unit_code("SXD"))]
    world.pull()
    [petition] = created_here(world)
    assert (petition.unit, petition.held_by, petition.routed.why) == ("SXD", ["SXD"], ["portal"])
    assert petition.news.kinds == ["new"]


def test_the_same_petition_twice_makes_one(world: PortalWorld) -> None:
    world.portal.feed = [filed(world), filed(world, change_id="N2")]
    world.pull()
    world.pull()
    assert len(created_here(world)) == 1


@pytest.mark.parametrize("mark", [{"key": f"{CODE}:1"}, {"code": CODE}])
def test_ours_is_known_by_the_key_of_the_call_or_our_code(world: PortalWorld, mark: dict[str, str]) -> None:
    world.file()
    world.portal.feed = [filed(world, NATIONAL, **mark)]
    world.pull()
    assert created_here(world) == []
    assert world.petition().sync.national_code == NATIONAL, "and its national code is learned"


def test_ours_is_known_by_the_national_code(world: PortalWorld) -> None:
    world.file()
    world.push(CODE)
    world.portal.feed = [filed(world, NATIONAL)]
    world.pull()
    assert created_here(world) == []


def test_it_waits_while_a_submission_of_ours_is_open(world: PortalWorld) -> None:
    world.file()
    world.portal.after = lambda _: PortalReply(Outcome.UNKNOWN, "no_answer")
    world.push(CODE)
    world.portal.feed = [filed(world, NATIONAL, "ECHO"), filed(world)]
    world.pull()
    assert created_here(world) == [], "either may be ours"
    world.portal.after = lambda _: None
    world.clock.advance(minutes=2)
    world.sweep()
    world.pull()
    [petition] = created_here(world)
    assert petition.sync.national_code == FOREIGN, "the echo was ours, the other was not"


def test_an_open_submission_does_not_hold_the_others_for_ever(world: PortalWorld) -> None:
    world.file()
    world.portal.before = lambda _: PortalReply(Outcome.UNKNOWN, "no_answer")
    world.push(CODE)
    petition = world.petition()
    alike = filed(world, NATIONAL, "ECHO", content=petition.content, phone=petition.contact.phone)
    world.portal.feed = [alike, filed(world)]
    world.pull()
    world.clock.at += timedelta(hours=2)
    world.pull()
    assert [item.sync.national_code for item in created_here(world)] == [FOREIGN], (
        "what is like the open one still waits"
    )


@pytest.mark.parametrize(
    ("more", "reason"), [({"strange": "class"}, "class"), ({"kind": None, "strange": "kind"}, "kind")]
)
def test_codes_that_are_not_known_are_kept_and_alarmed(
    world: PortalWorld, more: dict[str, Any], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world.portal.feed = [filed(world, **more)]
    world.pull()
    [path] = world.store.paths("portal_inbound")
    assert (world.store.documents[path]["state"], world.store.documents[path]["reason"]) == ("unknown", reason)
    assert "portal_change_unknown" in capsys.readouterr().out
