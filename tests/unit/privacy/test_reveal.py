"""Revealing the filer, or a citizen in danger, is limited to certain officers and recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.contact.contact_request import ContactReason, ContactRequest, contact_path
from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Contact
from petitions.errors import NotFound, Rejected
from petitions.usecases.privacy.reveal_contact import RevealContact
from tests.unit.petition.handling import COORDINATOR, officer
from tests.unit.privacy.erased import HMAC, SENTENCE
from tests.unit.world import World

WHY = "Gọi hỏi thêm"


@pytest.fixture
def world() -> World:
    return World()


def reveal(world: World) -> RevealContact:
    return RevealContact(world.store, world.clock, world.ids)


def entries(world: World) -> list[dict[str, object]]:
    return [world.store.documents[path] for path in world.store.paths("audit")]


def seen(world: World, **more: object) -> dict[str, object]:
    who = {"officer": COORDINATOR.id, "role": "coordinator", "unit": "VPUB"}
    return {"what": "contact", "at": world.clock.now(), "schema_version": 1, **who, **more}


def asked(world: World, name: str, why: ContactReason = ContactReason.EMERGENCY, **more: object) -> str:
    at = world.clock.now()
    fields = {"id": name, "why": why, "citizen": HMAC, "unit": "VPUB", "at": at, "expires_at": at + timedelta(days=9)}
    world.store.create(contact_path(name), ContactRequest.model_validate({**fields, **more}).stored())
    return name


def person(world: World, who: Officer) -> None:
    world.store.create(officer_path(who.id), who.stored())


@pytest.mark.parametrize("why", ["Gọi.", "  Gọi. ", "x" * 501])
def test_a_reason_has_five_to_five_hundred_characters(world: World, why: str) -> None:
    code, request = world.files(SENTENCE).code, asked(world, "r")
    before = len(entries(world))
    with pytest.raises(Rejected):
        reveal(world)(COORDINATOR, code, why)
    with pytest.raises(Rejected):
        reveal(world).of_request(COORDINATOR, request, why)
    assert len(entries(world)) == before


@pytest.mark.parametrize("why", ["Gọi ạ", "x" * 500, f"  {WHY}  "])
def test_the_filer_is_shown_and_who_saw_them_why_is_written(world: World, why: str) -> None:
    petition = world.files(SENTENCE)
    assert reveal(world)(COORDINATOR, petition.code, why).contact == petition.contact
    assert entries(world) == [seen(world, code=petition.code, reason=why.strip())]


def test_not_of_another_spelling_of_the_code_nor_to_another_unit(world: World) -> None:
    petition = world.files(SENTENCE)
    for who, code in (
        (COORDINATOR, petition.code.lower()),
        (COORDINATOR, "x"),
        (COORDINATOR, f"{petition.code}/history/1"),
        (officer("STC"), petition.code),
    ):
        with pytest.raises(NotFound):
            reveal(world)(who, code, WHY)
    assert entries(world) == []


def test_a_citizen_in_danger_is_shown_and_nobody_whose_matter_can_wait(world: World) -> None:
    petition = world.files(SENTENCE)
    found = reveal(world).of_request(COORDINATOR, asked(world, "danger"), WHY)
    assert found
    assert found.phones == petition.contact.phones
    assert entries(world)[-1] == seen(world, citizen=HMAC, reason=WHY)
    with pytest.raises(NotFound):
        reveal(world).of_request(COORDINATOR, asked(world, "person", ContactReason.PERSON), WHY)


def test_a_citizen_of_whom_nothing_is_known_is_shown_as_nobody(world: World) -> None:
    request = asked(world, "danger", citizen="unknown")
    assert reveal(world).of_request(COORDINATOR, request, WHY) is None
    assert entries(world)[-1]["citizen"] == "unknown"


@pytest.mark.parametrize(
    ("known", "is_shown"),
    [
        (Contact(name="Lan", phone=""), True),
        (Contact(name="", phone="0912345678"), True),
        (Contact(name="", phone="", address="12 Hàng Bạc", email="lan@example.vn"), False),
    ],
)
def test_a_name_or_a_number_is_enough_to_help(world: World, known: Contact, *, is_shown: bool) -> None:
    world.files(SENTENCE)
    world.store.update(f"citizens/{HMAC}", {"contact": known.stored()})
    found = reveal(world).of_request(COORDINATOR, asked(world, "danger"), WHY)
    assert found == (known if is_shown else None)
    assert len(entries(world)) == 1


@pytest.mark.parametrize("staffed", [[], ["TTTP"], ["TTTP", "SNV"], ["SNV"]])
def test_not_while_their_accusation_waits_at_a_staffed_office(world: World, staffed: list[str]) -> None:
    """One staffed office is enough, and an unstaffed one must not keep help away."""
    world.files(SENTENCE)
    request = asked(world, "danger")
    asked(world, "open", ContactReason.PERSON, unit="SYT")  # the officer may read it, so its office keeps nothing away
    person(world, officer("SYT", Role.HEAD))
    for unit in ("TTTP", "SNV"):
        asked(world, f"of-{unit}", ContactReason.PERSON, of_coordinators=True, unit=unit)
    for unit in staffed:
        person(world, officer(unit, Role.HEAD, f"head-{unit.lower()}"))
    if not staffed:
        assert reveal(world).of_request(COORDINATOR, request, WHY)
        return
    with pytest.raises(NotFound):
        reveal(world).of_request(COORDINATOR, request, WHY)
    assert entries(world) == []


def test_of_a_request_about_a_petition_its_filer_is_shown_to_who_may_know_them(world: World) -> None:
    petition = world.files(SENTENCE)
    request = asked(world, "danger", code=petition.code, unit=petition.unit)
    assert reveal(world).of_request(officer(petition.unit), request, WHY) == petition.contact
    assert entries(world)[-1]["code"] == petition.code
    accused = {"accused": petition.unit, "closed_with": [petition.unit]}
    world.store.update(f"petitions/{petition.code}", accused)
    with pytest.raises(NotFound):
        reveal(world).of_request(officer(petition.unit), request, WHY)


@pytest.mark.parametrize(("age", "kept"), [(timedelta(hours=23), True), (timedelta(days=1), False)])
def test_what_was_closed_long_ago_is_another_matter(world: World, age: timedelta, *, kept: bool) -> None:
    world.files(SENTENCE)
    request = asked(world, "danger")
    then = world.clock.now() - age
    asked(world, "old", ContactReason.PERSON, of_coordinators=True, unit="TTTP", state="closed", at=then)
    person(world, officer("TTTP", Role.HEAD))
    if kept:
        with pytest.raises(NotFound):
            reveal(world).of_request(COORDINATOR, request, WHY)
        return
    assert reveal(world).of_request(COORDINATOR, request, WHY)
