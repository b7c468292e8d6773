"""A confidential petition's public data does not reveal the unit that handles it."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.pages.links import copy_path, page_key, page_of
from petitions.domain.pages.page_copy import VIEWS
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.own_view import OwnView, sealed_path
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
    ("fields", "shows"),
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
def test_the_link_on_a_receipt_shows_nothing_more_to_those_who_are_accused(
    world: SecretWorld, fields: dict[str, Any], *, shows: bool
) -> None:
    petition = world.secret(DELAY)
    routed = world.store.documents[f"petitions/{petition.code}"]["routed"]
    sure = {"routed": {**routed, "may_accuse": False, "auto": True}}
    petition = put(world, petition, source="paper", taken={**TAKEN, "at": world.clock.now()}, **sure)
    assert seen(world, petition).history
    petition = put(world, petition, **fields)
    view = seen(world, petition)
    assert view.withheld is not shows
    assert bool(view.unit and view.history and view.contact) is shows
    if not shows:
        assert view.own == OwnView(content=petition.content)
        assert (view.code, view.filed_at, view.due_why, view.sent) == (petition.code, petition.filed_at, "", [])
    petition = put(world, petition, accused=None, closed_with=[], petition_class="pakn", unit="VPUB")
    assert seen(world, petition).history


def test_what_is_published_is_read_on_a_page_that_is_withheld(world: SecretWorld) -> None:
    petition = world.secret(DELAY)
    taken, now = {**TAKEN, "at": world.clock.now()}, world.clock.now()
    reply = {"text": "Đã giải quyết, xin lỗi công dân.", "basis": "", "author": "x", "unit": "VPUB", "written_at": now}
    reply |= {"approved_at": now}
    petition = put(
        world, petition, source="paper", taken=taken, accused=WARD, unit="VPUB", state="published", reply=reply,
        publication={"summary": "Chậm giấy", "answer": "Đã trả giấy.", "by": "x", "at": now},
    )  # fmt: skip
    view = seen(world, petition)
    assert (view.withheld, view.own.answer) == (True, "Đã trả giấy.")


def test_the_filer_whose_page_is_withheld_still_opens_it_and_answers_what_is_asked(world: SecretWorld) -> None:
    petition = world.secret(DELAY)
    taken = {**TAKEN, "at": world.clock.now()}
    petition = put(world, petition, source="paper", taken=taken, accused=WARD, unit="VPUB", state="awaiting_citizen")
    view = seen(world, petition)
    assert (view.may, view.own.answer) == (["supplement"], None)
    door = world.public.documents[sealed_path(petition.code)]
    number = petition.contact.phone.removeprefix("84")
    for box, known in (("box", number[-4:]), ("whole", number)):
        assert world.seals.open(sealed_path(petition.code), known, door[box]) == page_key(petition.page or "").encode()


def seen(world: SecretWorld, petition: Petition) -> PetitionView:
    path = copy_path(page_of(petition.page or ""))
    box = world.seals.open(path, page_key(petition.page or ""), world.public.documents[path]["box"])
    view = VIEWS.validate_json(box or b"")
    assert isinstance(view, PetitionView)
    return view


@pytest.mark.parametrize("grounds", [{"accused": WARD}, {"closed_with": [WARD]}, {"petition_class": "complaint"}])
def test_the_status_of_a_protected_petition_names_no_main_petition_whatever_protects_it(
    world: SecretWorld, grounds: dict[str, Any]
) -> None:
    petition = world.again(world.secret(DELAY)).model_copy(update={"accused": None, "closed_with": []})
    joined = petition.model_copy(update={"merged_into": "HN-260101-0000-0000", **grounds})
    assert public_status(joined, "x", ID_KEY).merged_into is None
    open_to_all = joined.model_copy(update={"accused": None, "closed_with": [], "petition_class": "pakn"})
    assert public_status(open_to_all, "x", ID_KEY).merged_into == "HN-260101-0000-0000"
