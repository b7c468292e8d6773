"""A ward's petition whose filer later sends an accusation, for tests of its secrecy.

An accusation is separated: it becomes a petition of its own that only the coordinators can read.
"""

from __future__ import annotations

from petitions.adapters import reference
from petitions.adapters.understanding import vocabulary
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.officers.officer import officer_path
from petitions.domain.pages.links import OPEN_FOR
from petitions.domain.petition.petition import Petition
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE
from petitions.errors import NotFound
from petitions.usecases.contact.read_contacts import ReadContacts
from petitions.usecases.desk.read_petition import ReadPetition
from petitions.usecases.officers.staff import Staff
from tests.classification import classifying
from tests.fakes import FakeStore
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, officer
from tests.unit.world import World

WARD = "PX-00175"
STAFF, HEAD = officer(WARD), officer(WARD, Role.HEAD, "truong")
ACCUSES = "chị Thu cán bộ phường nhận hối lộ, tôi tố cáo, xin giữ kín tên tôi"
INNOCENT = "Biên nhận số 123, hẹn trả ngày 20/11"


def accuses(text: str) -> bool:
    """Return whether the text contains "hối lộ" (bribe), in place of the language model."""
    return "hối lộ" in text


def a_world() -> World:
    world = World(reports_misconduct=accuses).has_a_coordinator()
    for item in (STAFF, HEAD):
        world.store.create(officer_path(item.id), item.stored())
    return world


def new_at_the_ward(world: World) -> Petition:
    petition = world.files("Rác chất đống trước cổng trường đã một tuần")
    world.routing(petition.code)
    open_to_it = {"unit": WARD, "held_by": [WARD], "accused": None, "petition_class": "pakn"}
    world.store.documents[f"petitions/{petition.code}"] |= open_to_it
    return again(world.store, petition)


def at_the_ward(world: World) -> Petition:
    petition = new_at_the_ward(world)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, STAFF, petition, action)
    return petition


def answered_by_the_ward(world: World) -> Petition:
    petition = act(world, STAFF, at_the_ward(world), Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, HEAD, petition, Action.APPROVE)
    world.deliver()
    world.clock.advance(minutes=5)
    return again(world.store, petition)


def awaiting(world: World) -> Petition:
    petition = act(world, STAFF, at_the_ward(world), Action.ASK_SUPPLEMENT, text="Xin gửi số biên nhận.")
    world.deliver()
    world.clock.advance(minutes=5)
    return again(world.store, petition)


def again(store: FakeStore, petition: Petition) -> Petition:
    return Petition.model_validate(store.documents[f"petitions/{petition.code}"])


def apart_from(store: FakeStore, petition: Petition) -> Petition:
    stored = (Petition.model_validate(store.documents[path]) for path in store.paths("petitions"))
    (own,) = [item for item in stored if item.apart_from == petition.code]
    return own


def nothing_apart(store: FakeStore) -> bool:
    return not any(store.documents[path].get("apart_from") for path in store.paths("petitions"))


def holders(store: FakeStore, words: str) -> set[str]:
    """Return the paths of documents that contain the words, except below `citizens/`."""
    return {
        path for path, fields in store.documents.items() if words in str(fields) and not path.startswith("citizens/")
    }


def check_kept_from_the_ward(world: World, before: Petition, words: str = ACCUSES) -> Petition:
    """Fail if anybody but the coordinators can read the words. Return the separated petition that contains them."""
    store = world.store
    own = apart_from(store, before)
    world.routing(own.code)
    own = again(store, own)
    assert (own.unit, own.accused) == (COORDINATORS, UNKNOWN_OFFICE)
    assert own.page_until
    assert own.page_until >= own.filed_at + OPEN_FOR, "its page is open as long as every new petition's"
    assert words in "\n".join([own.content, *(addition.text or "" for addition in own.additions)])
    for path in holders(store, words):
        theirs = path.startswith(f"petitions/{own.code}") or store.documents[path].get("unit") == COORDINATORS
        assert theirs, path
    page = ReadPetition(
        store,
        world.clock,
        reference.directory(),
        world.timekeeping,
        Staff(store, world.clock),
        classifying(),
        vocabulary.search_words(),
    )
    contacts = ReadContacts(store, world.clock, reference.directory())
    for person in (STAFF, HEAD):
        seen = f"{page(person, before.code)}{contacts.open(person)}"
        assert words not in seen
        assert own.code not in seen
        try:
            page(person, own.code)
        except NotFound:
            continue
        raise AssertionError("the ward can open the petition that accuses it")
    assert words in str(page(COORDINATOR, own.code).petition)
    return own
