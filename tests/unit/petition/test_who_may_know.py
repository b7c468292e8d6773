"""Access to petitions and their handling units, for every combination of accused unit, family and class."""

from __future__ import annotations

from itertools import product

import pytest

from petitions.adapters import reference
from petitions.domain.lifecycle.states import State
from petitions.domain.petition import confidentiality as rules
from petitions.domain.petition.classification import Classification, Nature, PetitionClass, Statement
from petitions.domain.petition.petition import Contact, Petition, PortalSync
from tests.fakes import FakeClock

DIRECTORY = reference.directory()
OFFICE, SUPERIOR, INSPECTORS, WARD, OTHER_WARD = "VPUB", "TTTP", "SNV", "PX-00004", "PX-00331"
UNITS = (OFFICE, SUPERIOR, INSPECTORS, "SXD", WARD, OTHER_WARD)
ACCUSED = (None, "SXD", WARD, "PX-?", "?", OFFICE, SUPERIOR)
FAMILIES: tuple[list[str], ...] = ([], ["SXD"], ["denunciation"], [OFFICE], [OFFICE, SUPERIOR], ["complaint"])
CLASSES: tuple[PetitionClass, ...] = ("pakn", "vbqppl", "complaint", "denunciation")
NOW = FakeClock().now()
READ = Classification(nature=Nature.CONTENT, statement=Statement.REPORT, field="khac", by="o", at=NOW)


def petition(
    accused: str | None, family: list[str], petition_class: PetitionClass, unit: str = OFFICE, **more: object
) -> Petition:
    fields = {"code": "HN-1", "citizen": "c", "title": "t", "content": "t", "address": "a", "unit": unit}
    contact = Contact(name="n", phone="p")
    own = {"accused": accused, "closed_with": family, "petition_class": petition_class, "contact": contact}
    return Petition.model_validate(fields | own | {"state": State.NEW, "filed_at": NOW} | more)


def suspects(accused: str | None, family: list[str], unit: str) -> bool:
    """Return whether the petition may be about the conduct of this unit."""
    named = {accused, *family}
    of_a_ward = "PX-?" in named and unit.startswith("PX-")
    return unit in named or of_a_ward or ("?" in named and unit != OFFICE)


ALL = list(product(ACCUSED, FAMILIES, CLASSES))


def test_whom_a_petition_is_closed_to() -> None:
    for accused, family, petition_class in ALL:
        is_denounced = petition_class == "denunciation" or "denunciation" in family
        is_about_the_office = OFFICE in {accused, *family}
        for unit, holder in product(UNITS, UNITS):
            made = petition(accused, family, petition_class, holder)
            assert rules.is_accused(made, unit) == suspects(accused, family, unit)
            if is_about_the_office:
                knows = unit == holder and unit not in {accused, *family}
            else:
                knows = unit == OFFICE or not (is_denounced or suspects(accused, family, unit))
            assert rules.is_closed_to_unit(made, unit) == (not knows), (unit, holder)


def test_who_handles_and_who_is_named() -> None:
    for accused, family, petition_class in ALL:
        named = {accused, *family} - {None}
        restricted = {petition_class, *family} & {"complaint", "denunciation"}
        is_protected = bool(named or restricted)
        made = petition(accused, family, petition_class, "SXD")
        assert rules.is_protected(made) == is_protected
        assert rules.named_unit(made) == (OFFICE if is_protected else "SXD")
        assert rules.is_denunciation(made) == ("denunciation" in restricted)
        keepers = [office for office in (OFFICE, SUPERIOR, INSPECTORS) if office not in named]
        assert rules.keeper(made, DIRECTORY) == keepers[0]
        assert bool(rules.why_kept(made)) == bool(restricted)
        for holder in ("SXD", OFFICE):
            held = petition(accused, family, petition_class, holder)
            kept = OFFICE in named or bool(restricted) or "?" in named or (is_protected and holder == OFFICE)
            assert rules.is_with_coordinators(held) == kept


def test_no_unit_is_offered_that_may_not_know() -> None:
    """A unit may be refused for other reasons, too: a ward is no superior of another ward."""
    for accused, family, petition_class in ALL:
        made = petition(accused, family, petition_class)
        for unit in UNITS:
            refused = rules.why_closed_to(made, unit, DIRECTORY) is not None
            if not rules.is_closed_to_unit(made, unit):
                is_ward = unit.startswith("PX-")
                restricted = bool(rules.why_kept(made)) and unit != OFFICE
                accuses = bool({accused, *family} - {None, "complaint", "denunciation"})
                assert refused == (restricted or (is_ward and accuses)), unit
            elif not made.accuses_coordinators:
                assert refused, unit
            else:
                assert refused == (unit != rules.keeper(made, DIRECTORY)), unit


@pytest.mark.parametrize("is_read", [True, False])
@pytest.mark.parametrize("source", ["zalo", "portal"])
@pytest.mark.parametrize("known", [None, "G01"])
def test_what_the_portal_may_learn(source: str, known: str | None, *, is_read: bool) -> None:
    for accused, family, petition_class in ALL:
        made = petition(
            accused, family, petition_class,
            source=source, classified=READ if is_read else None, sync=PortalSync(national_code=known),
        )  # fmt: skip
        restricted = bool({petition_class, *family} & {"complaint", "denunciation"})
        if source == "portal":
            expected = known is not None
        elif restricted:
            expected = False
        else:
            expected = known is not None or (is_read and not {accused, *family} - {None})
        assert rules.may_go_to_portal(made) == expected


def test_a_petition_about_conduct_hides_its_filer_and_a_guess_of_the_routing_is_enough() -> None:
    for nature in Nature:
        read = READ.model_copy(update={"nature": nature})
        expected = nature in {Nature.CONDUCT, Nature.BOTH}
        assert rules.is_confidential(petition(None, [], "pakn", classified=read)) == expected
    assert not rules.is_confidential(petition(None, [], "pakn"))
    assert rules.is_confidential(petition("SXD", [], "pakn", classified=READ))


def test_a_family_is_closed_to_all_that_one_of_it_is_closed_to() -> None:
    first, second = petition("SXD", ["complaint"], "pakn"), petition(None, [WARD], "denunciation")
    assert rules.closed_with(first, second) == sorted(["complaint", WARD, "denunciation"])
    assert rules.closed_with(second, first) == sorted([WARD, "SXD", "complaint"])
    assert rules.closed_with(first) == ["complaint"]
