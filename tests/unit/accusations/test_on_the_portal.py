from __future__ import annotations

from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.petition import PORTAL_FILER, Petition
from petitions.usecases.portal.portal_births import routed_there
from tests.unit.accusations.later_words import ACCUSES, INNOCENT, accuses, apart_from, holders, nothing_apart
from tests.unit.portal.model import CODE, NATIONAL, PortalWorld
from tests.unit.portal.test_conflicts import change


@pytest.fixture
def world() -> PortalWorld:
    made = PortalWorld(reports_misconduct=accuses)
    routed = routed_there("SXD", reference.directory(), made.clock.now())
    made.file(source="portal", citizen=PORTAL_FILER, unit="SXD", sync={"national_code": NATIONAL}, routed=routed)
    return made


def comes(world: PortalWorld, kind: str, text: str, **more: Any) -> Petition:
    before = world.petition()
    world.portal.feed = [change(kind, world.clock.now(), text=text, **more)]
    world.clock.advance(minutes=1)
    world.pull()
    return before


def check_kept_from_the_unit(world: PortalWorld) -> Petition:
    own = apart_from(world.store, world.petition())
    assert (own.unit, own.accused, own.source, own.citizen) == ("VPUB", "?", "portal", PORTAL_FILER)
    assert own.contact == world.petition().contact
    kept = holders(world.store, ACCUSES)
    assert all(path.startswith((f"petitions/{own.code}", "portal_inbound/")) for path in kept), kept
    world.push(own.code)
    assert own.code not in str(world.portal.effects)
    return own


def test_a_supplement_goes_on_waiting(world: PortalWorld) -> None:
    world.line("ask_supplement", State.AWAITING_CITIZEN, updates={"came_from": State.NEW})
    before = comes(world, "supplemented", ACCUSES)
    own = check_kept_from_the_unit(world)
    assert world.petition() == before
    comes(world, "supplemented", ACCUSES, id="TD2")
    assert apart_from(world.store, before) == own, "sent twice but stored once"


def test_why_it_is_withdrawn(world: PortalWorld) -> None:
    comes(world, "withdrawn", ACCUSES)
    check_kept_from_the_unit(world)
    assert world.petition().state is State.WITHDRAWN
    assert world.petition().additions == []


def test_the_reason_of_a_rating(world: PortalWorld) -> None:
    world.approve()
    comes(world, "rated", ACCUSES)
    check_kept_from_the_unit(world)
    rating = world.petition().rating
    assert rating is not None
    assert (rating.level, rating.reason) == (3, None)
    (path,) = world.store.paths("contact_requests")
    assert world.store.documents[path]["text"] == ""


@pytest.mark.parametrize("kind", ["supplemented", "withdrawn", "rated"])
def test_innocent_words(world: PortalWorld, kind: str) -> None:
    if kind == "rated":
        world.approve()
    comes(world, kind, INNOCENT)
    assert INNOCENT in str(world.petition())
    assert nothing_apart(world.store)


def test_filer_on_zalo_is_notified_there(world: PortalWorld) -> None:
    who, at = "0" * 32, world.clock.now()
    world.store.documents[f"petitions/{CODE}"] |= {"citizen": who, "source": "zalo"}
    world.store.create(citizen_path(who), Citizen(zalo_id="1", last_interaction_at=at).stored())
    comes(world, "supplemented", ACCUSES)
    own = apart_from(world.store, world.petition())
    (notice,) = [world.store.documents[path] for path in world.store.paths("notices")]
    assert (notice["kind"], notice["citizen"], own.citizen) == ("kept_apart", who, who)
    assert own.code in notice["text"]
    assert [document["code"] for document in world.store.documents[citizen_path(who)]["petitions"]] == [own.code]
