from __future__ import annotations

import pytest

from petitions.domain.petition.petition import Petition
from petitions.domain.units.directory import COORDINATORS
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World()


def routed(world: World, content: str) -> Petition:
    code = world.files(content).code
    world.routing(code)
    return next(petition for petition in world.petitions() if petition.code == code)


def test_conduct_of_a_ward_goes_to_its_superior_and_not_to_the_ward(world: World) -> None:
    petition = routed(world, "Cán bộ một cửa phường gây khó khăn khi làm khai sinh")
    assert petition.unit == "STP"
    assert petition.ward == "PX-00175"
    assert "PX-00175" not in petition.coordinating
    assert petition.routed
    assert petition.routed.auto
    assert petition.routed.ward_choices == []


def test_what_is_unsure_is_the_coordinators_alone_until_they_decide(world: World) -> None:
    petition = routed(world, "Tôi có việc cần trình bày với cơ quan, cán bộ làm sai quy trình")
    assert petition.routed
    assert not petition.routed.auto
    assert (petition.unit, petition.coordinating) == (COORDINATORS, [])
    assert len(petition.routed.proposals) == 3
