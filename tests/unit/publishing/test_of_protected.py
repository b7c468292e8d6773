"""What everybody may read of a protected petition does not tell where it goes, and its link dies with its closing."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.pages.links import copy_path, has_page, page_of
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.own_view import sealed_path
from petitions.domain.publishing.public import public_status
from tests.unit.petition.secret_matters import DELAY, WARD, SecretWorld
from tests.unit.world import ID_KEY

OF_COORDINATORS = "Văn phòng UBND thành phố Hà Nội"


@pytest.fixture
def world() -> SecretWorld:
    return SecretWorld()


def put(world: SecretWorld, petition: Petition, **fields: Any) -> Petition:
    world.store.update(f"petitions/{petition.code}", {**fields, "version": world.again(petition).version + 1})
    world.project(petition.code)
    return world.again(petition)


def status(world: SecretWorld, petition: Petition) -> dict[str, Any]:
    return world.public.documents[f"statuses/{petition.code}"]


def test_the_unit_that_everybody_reads_is_the_same_wherever_a_protected_petition_goes(world: SecretWorld) -> None:
    petition = put(world, world.secret(DELAY), unit="VPUB")
    before = status(world, petition)
    assert (before["unit"], before["unit_name"]) == ("VPUB", OF_COORDINATORS)
    for unit, fields in (("STP", {"accused": WARD}), ("SNV", {"closed_with": [WARD]}), ("TTTP", {"accused": "VPUB"})):
        petition = put(world, petition, unit=unit, **fields)
        assert {**status(world, petition), "version": 0} == {**before, "version": 0}
        assert public_status(petition, "x", ID_KEY).unit == "VPUB"


def test_the_page_of_who_filed_a_decoy_does_not_name_who_has_the_main_petition(world: SecretWorld) -> None:
    decoy, main = world.secret(DELAY, 1), world.secret(DELAY, 2)
    world.store.update(f"petitions/{decoy.code}", {"merged_into": main.code, "closed_with": [WARD], "unit": "VPUB"})
    names = []
    seal = world.copies._sealed

    def sealed(key: str, view: Any, **more: Any) -> Any:
        names.append((view.unit, [line.unit for line in view.history]))
        return seal(key, view, **more)

    object.__setattr__(world.copies, "_sealed", sealed)
    put(world, main, unit="SNV", accused=WARD, absorbed=[decoy.code])
    put(world, decoy, state="merged")
    assert {name for name, _ in names} == {OF_COORDINATORS}
    assert {line for _, lines in names for line in lines} == {""}


TAKEN = {"by": "yh-1", "at": None, "consent": "2026-2", "key": "yh-1:form", "unit": WARD}


@pytest.mark.parametrize(
    ("fields", "has"),
    [
        ({}, True),
        ({"accused": WARD}, False),
        ({"accused": "PX-?"}, False),
        ({"accused": "?"}, False),
        ({"closed_with": [WARD]}, False),
        ({"petition_class": "denunciation"}, False),
        ({"accused": "VPUB", "unit": "TTTP"}, False),
        ({"accused": "SXD"}, True),
    ],
)
def test_the_link_on_a_receipt_is_no_key_for_those_who_are_accused(
    world: SecretWorld, fields: dict[str, Any], *, has: bool
) -> None:
    petition = world.secret(DELAY)
    routed = world.store.documents[f"petitions/{petition.code}"]["routed"]
    sure = {"routed": {**routed, "may_accuse": False, "auto": True}}
    petition = put(world, petition, source="paper", taken={**TAKEN, "at": world.clock.now()}, **sure)
    assert petition.page
    places = {copy_path(page_of(petition.page)), sealed_path(petition.code)}
    assert has_page(petition)
    assert places <= world.public.documents.keys()
    petition = put(world, petition, **fields)
    assert has_page(petition) is has
    assert (places & world.public.documents.keys() == places) is has
    assert bool(places & world.public.documents.keys()) is has
    again = put(world, petition, accused=None, closed_with=[], petition_class="pakn", unit="VPUB")
    assert has_page(again)
    assert places <= world.public.documents.keys()
