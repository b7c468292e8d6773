"""The units that the desk offers for a petition, tested without a page."""

from __future__ import annotations

import pytest

from petitions.adapters import reference
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Contact, Petition
from petitions.usecases.desk.unit_choices import NamedChoice, PlacePetition, _why, unit_choices
from petitions.usecases.officers.staff import Staff
from tests.classification import classifying
from tests.fakes import FakeClock, FakeStore

DIRECTORY = reference.directory()
PLACE = PlacePetition(DIRECTORY, Staff(FakeStore(), FakeClock()), classifying())


def petition(**more: object) -> Petition:
    fields = {"code": "HN-1", "citizen": "c", "title": "t", "content": "t", "address": "a", "unit": "VPUB"}
    own = {"contact": Contact(name="n", phone="p"), "state": State.NEW, "filed_at": FakeClock().now()}
    return Petition.model_validate(fields | own | more)


def test_special_units_are_no_options_and_all_others_are() -> None:
    offered = unit_choices(DIRECTORY)
    found = {choice.id for choice in offered.units + offered.wards}
    special = {unit.code for unit in DIRECTORY.units if unit.kind == "special"}
    assert special
    wards = {ward.code for ward in DIRECTORY.wards}
    assert found == {unit.code for unit in DIRECTORY.units} - special | wards


@pytest.mark.parametrize(
    ("held", "state", "why"),
    [
        ([], State.NEW, "unsure"),
        (["VPUB"], State.NEW, "unsure"),
        (["VPUB", "SXD"], State.NEW, "returned"),
        (["SXD"], State.NEW, "returned"),
        (["SXD", "VPUB", "SXD"], State.NEW, "round"),
        (["VPUB"], State.RETURNED, "returned"),
    ],
)
def test_why_the_coordinators_have_it(held: list[str], state: State, why: str) -> None:
    assert _why(petition(held_by=held, state=state)) == why


def test_a_unit_without_staff_is_not_offered_for_one_press() -> None:
    proposed = [NamedChoice("SXD", "Sở Xây dựng"), NamedChoice("SYT", "Sở Y tế")]
    assert PLACE.one_click_unit(petition(), proposed, frozenset({"SXD", "SYT"})) == "SXD"
    assert PLACE.one_click_unit(petition(), proposed, frozenset({"SYT"})) == ""
    assert PLACE.one_click_unit(petition(held_by=["SXD"]), proposed, frozenset({"SXD", "SYT"})) == "SYT"
    assert PLACE.one_click_unit(petition(unit="SYT"), proposed, frozenset({"SYT"})) == "SYT"
    assert PLACE.one_click_unit(petition(opened_by="o"), proposed, frozenset({"SXD"})) == ""


@pytest.mark.parametrize(
    ("accused", "state", "unit", "is_open"),
    [
        (None, State.NEW, "SXD", True),
        ("SXD", State.NEW, "SXD", False),
        ("SXD", State.NEW, "SYT", True),
        ("?", State.NEW, "SXD", True),
        ("?", State.ACCEPTED, "SXD", False),
        ("?", State.ACCEPTED, "VPUB", True),
    ],
)
def test_an_office_that_is_still_to_be_named_shuts_nobody_out_before_it_is(
    accused: str | None, state: State, unit: str, *, is_open: bool
) -> None:
    assert PLACE.is_open_to(unit, petition(accused=accused, state=state)) == is_open


def test_what_goes_with_one_press_is_named_and_what_lacks_staff_is_said() -> None:
    given = petition(unit="SYT", held_by=["VPUB", "SYT"])
    ready, lacking = PLACE(given, frozenset({"SYT"})), PLACE(given, frozenset())
    assert ready.unit == NamedChoice("SYT", DIRECTORY.name_of("SYT"))
    assert ready.empty is None
    assert ready.held_by == [DIRECTORY.name_of("VPUB"), DIRECTORY.name_of("SYT")]
    assert lacking.unit is None
    assert lacking.empty == NamedChoice("SYT", DIRECTORY.name_of("SYT"))
    later = PLACE(petition(unit="SYT", state=State.IN_PROGRESS), frozenset({"SYT"}))
    assert later.unit is None
