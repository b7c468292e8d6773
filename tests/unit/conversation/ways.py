"""Helpers that bring a citizen to a step of a draft, or to a later state of a petition."""

from __future__ import annotations

from typing import Any

from petitions.domain.contact.contact_request import ContactRequest
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from tests.unit.conversation.answers import CONTACT, HERE, WHERE, WHO
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, officer, routed
from tests.unit.world import World

STORY = "Cán bộ một cửa phường gây khó khăn khi làm khai sinh"
DUTY = Officer(id="vpub-truc", name="Trực", email="truc@x.vn", unit="VPUB", role=Role.COORDINATOR, on_duty=True)
WAY = (STORY, "đồng ý", WHERE, CONTACT)
"""The messages that lead to the summary in as few steps as possible."""
TO = {
    "idle": (),
    "consent": WAY[:1],
    "content": ("phản ánh", "đồng ý"),
    "address": WAY[:2],
    "ward": (*WAY[:2], "Dịch Vọng"),
    "name": WAY[:3],
    "residence": (*WAY[:3], WHO),
    "phone": (*WAY[:3], WHO, HERE),
    "confirm": WAY,
}
"""The messages that lead to each step."""
DRAFT = tuple(step for step in TO if step != "idle")
AFTER_CONSENT = tuple(step for step in DRAFT if step != "consent")


def talk(world: World) -> dict[str, Any]:
    conversation: dict[str, Any] = world.talk()
    return conversation


def draft(world: World) -> dict[str, Any]:
    found: dict[str, Any] = talk(world)["draft"]
    return {name: value for name, value in found.items() if name != "page_at"}


def story(world: World) -> str:
    return "\n".join(part["text"] for part in draft(world)["parts"] if part.get("text"))


def at(world: World, step: str) -> World:
    world.types(*TO[step])
    assert talk(world)["step"] == step
    world.clock.advance(seconds=30)
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


def requested(world: World) -> Petition:
    petition = routed(world)
    head = officer(petition.unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, head, petition, action)
    petition = act(world, head, petition, Action.ASK_SUPPLEMENT, text="Xin gửi ảnh biên nhận.")
    world.deliver()
    world.clock.advance(minutes=5)
    return petition


def the_request(world: World) -> ContactRequest:
    (path,) = world.store.paths("contact_requests")
    return ContactRequest.model_validate(world.store.documents[path])


def requests(world: World) -> list[ContactRequest]:
    found = [world.store.documents[path] for path in world.store.paths("contact_requests")]
    return [ContactRequest.model_validate(document) for document in found]


def spoken(world: World, *, files: bool = False) -> World:
    if files:
        world.files()
        world.clock.advance(hours=1)
    world.types("gặp cán bộ")
    world.handle_contact.answer(DUTY, the_request(world).id, "Anh/chị cần giúp việc gì ạ?")
    world.deliver()
    world.clock.advance(minutes=5)
    return world
