"""The officers' part of a petition: sample officers, actions and the recorded history."""

from __future__ import annotations

from typing import Any

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.lifecycle.reopening_reasons import ReopeningReason
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.usecases.lifecycle.commands import command
from tests.unit.clock.seeds import at
from tests.unit.world import World

ANSWER = (
    "Đơn vị đã kiểm tra, xin lỗi công dân và đã hướng dẫn lại cán bộ một cửa theo đúng quy định. "
    "Giấy khai sinh được trả sáng 26/11 tại phường Yên Hòa, không thu thêm giấy tờ nào."
)
WHY_NONE = "Việc đã xong tại chỗ, không có tài liệu"
FORWARD = {
    State.NEW: Action.ACCEPT,
    State.ACCEPTED: Action.ASSIGN,
    State.RETURNED: Action.ASSIGN,
    State.ASSIGNED: Action.START,
    State.IN_PROGRESS: Action.SUBMIT_ANSWER,
    State.AWAITING_APPROVAL: Action.APPROVE,
    State.REDO: Action.RESUME_WORK,
    State.REOPENED: Action.RESUME_WORK,
}
"""The usual next action, by state."""


def officer(unit: str, role: Role = Role.OFFICER, name: str = "an") -> Officer:
    return Officer(id=f"{unit.lower()}-{name}", name=name, email=f"{name}@example.vn", unit=unit, role=role)


COORDINATOR = officer("VPUB", Role.COORDINATOR, "dieu-phoi")


def act(world: World, who: Officer, petition: Petition, action: Action, **more: Any) -> Petition:
    world.clock.advance(seconds=1)
    if action is Action.REFUSE:
        more = {"why": RefusalReason.OTHER, **more}
    if action is Action.REOPEN:
        more = {"reopen_for": ReopeningReason.INCOMPLETE, **more}
    more = {"sure": True, **more}  # few of these worlds have officers in every unit
    return world.desk(who, command(petition.code, action, petition.version, **more))


def history(world: World, code: str) -> list[str]:
    paths = world.store.paths(f"petitions/{code}/history")
    entries = sorted((world.store.documents[path] for path in paths), key=lambda entry: entry["seq"])
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    return [entry["action"] for entry in entries]


def routed(world: World) -> Petition:
    petition = world.files()
    world.routing(petition.code)
    return world.petitions()[0]


def in_progress(world: World) -> Petition:
    """Return a petition in progress: accepted on Monday 23/11/2026, with its answer due on Tuesday 8/12."""
    petition = routed(world)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, officer(petition.unit), petition, action)
    assert petition.clocks["answer"].due_at == at("2026-12-08 17:30")
    return petition


def given(world: World, petition: Petition, name: str, media_type: str, size: int = 1000) -> str:
    file = PetitionFile(
        id=f"a-{name}",
        type="file",
        purpose="answer",
        name=name,
        state=AttachmentState.STORED,
        media_type=media_type,
        size=size,
        sha256="aa",
        object=f"obj-{name}",
    )
    world.store.create(file_path(petition.code, file.id), file.stored())
    return file.id
