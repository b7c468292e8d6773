"""A citizen brought to a step of a draft, or to the outcome of a petition."""

from __future__ import annotations

from typing import Any

from petitions.domain.contact.contact_request import ContactRequest
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from tests.unit.conversation.answers import HERE, PHONE, WHERE, WHO
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, officer, routed
from tests.unit.world import World

STORY = "Cán bộ một cửa phường gây khó khăn khi làm khai sinh"
DUTY = Officer(id="vpub-truc", name="Trực", email="truc@x.vn", unit="VPUB", role=Role.COORDINATOR, on_duty=True)
WAY = (STORY, "đồng ý", "xong", WHERE, WHO, HERE, PHONE)
STEPS = ("idle", "consent", "content", "address", "name", "residence", "phone", "confirm")


def talk(world: World) -> dict[str, Any]:
    conversation: dict[str, Any] = world.talk()
    return conversation


def draft(world: World) -> dict[str, Any]:
    found: dict[str, Any] = talk(world)["draft"]
    return found


def at(world: World, step: str) -> World:
    world.types(*WAY[: STEPS.index(step)])
    assert talk(world)["step"] == step
    return world


def answered(world: World, *, delivered: bool = True) -> Petition:
    petition = routed(world)
    head = officer(petition.unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, head, petition, action)
    petition = act(world, head, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE)
    if delivered:
        world.deliver()
    world.clock.advance(minutes=5)
    return petition


def refused(world: World) -> Petition:
    petition = act(world, COORDINATOR, routed(world), Action.REFUSE, text="Việc dân sự, đề nghị hòa giải ở phường.")
    world.deliver()
    world.clock.advance(hours=3)
    return petition


def the_request(world: World) -> ContactRequest:
    (path,) = world.store.paths("contact_requests")
    return ContactRequest.model_validate(world.store.documents[path])


def spoken(world: World, *, files: bool = False) -> World:
    """A citizen whom an officer has just answered through the inbox."""
    if files:
        world.files()
        world.clock.advance(hours=1)
    world.types("gặp cán bộ")
    world.handle_contact.answer(DUTY, the_request(world).id, "Anh/chị cần giúp việc gì ạ?")
    world.deliver()
    world.clock.advance(minutes=5)
    return world
