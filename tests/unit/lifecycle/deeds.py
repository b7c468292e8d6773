"""Every action of officers on a sample petition, with the steps before it, its officer and its options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.officers.policy import actions
from petitions.domain.petition.petition import Petition
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, officer, routed
from tests.unit.world import World

A = Action
_TO_WORK = (A.ACCEPT, A.ASSIGN, A.START)
_TO_APPROVAL = (*_TO_WORK, A.SUBMIT_ANSWER)
_TO_ANSWER = (*_TO_APPROVAL, A.APPROVE)
BEFORE: Mapping[Action, tuple[Action, ...]] = {
    **dict.fromkeys((A.ACCEPT, A.GIVE_BACK, A.ASK_SUPPLEMENT, A.REFUSE, A.TRANSFER_OUT, A.WITHDRAW, A.MERGE), ()),
    **dict.fromkeys((A.TAKE_BACK, A.ASSIGN, A.EXTEND, A.SET_LEVEL, A.CLASSIFY), (A.ACCEPT,)),
    **dict.fromkeys((A.REASSIGN, A.UNASSIGN, A.START), (A.ACCEPT, A.ASSIGN)),
    A.SUBMIT_ANSWER: _TO_WORK,
    **dict.fromkeys((A.RECALL_ANSWER, A.RETURN_FOR_REDO, A.APPROVE), _TO_APPROVAL),
    A.RESUME_WORK: (*_TO_APPROVAL, A.RETURN_FOR_REDO),
    **dict.fromkeys((A.PUBLISH, A.CLOSE, A.REOPEN), _TO_ANSWER),
    A.UNPUBLISH: (*_TO_ANSWER, A.PUBLISH),
    A.SENT_BACK: (A.TRANSFER_OUT,),
    A.SUPPLEMENT: (A.ASK_SUPPLEMENT,),
    A.UNMERGE: (A.MERGE,),
}
"""The earlier actions that make an action possible."""
WORDS = "Xin xem lại việc này theo đúng quy định"
GIVEN: Mapping[Action, Mapping[str, Any]] = {
    A.REASSIGN: {"unit": "SNV"},
    A.SUBMIT_ANSWER: {"text": ANSWER, "no_evidence": WHY_NONE},
    A.PUBLISH: {"summary": "Giấy khai sinh chậm được trả", "text": "Phường đã trả giấy khai sinh"},
    A.EXTEND: {"amount": 1},
    A.SET_LEVEL: {"level": "complex"},
}


def actor(petition: Petition, action: Action) -> Officer:
    """Return an officer of the unit if one may take the action, else its head, else a coordinator."""
    people = (officer(petition.unit), officer(petition.unit, Role.HEAD, "head"), COORDINATOR)
    may_undo = COORDINATOR if action is A.ASSIGN else None
    return may_undo or next(who for who in people if action in {row.action for row in actions(who, petition)})


def options(world: World, action: Action) -> dict[str, Any]:
    if action is A.MERGE:
        return {"text": world.files("Đèn đường ở phố Huế hỏng đã lâu").code}
    return {"text": WORDS, **GIVEN.get(action, {})}


def ready_for(world: World, action: Action) -> Petition:
    petition = routed(world)
    for who in (officer("SNV"), officer(petition.unit)):
        world.store.create(officer_path(who.id), who.stored())
    for earlier in BEFORE[action]:
        petition = act(world, actor(petition, earlier), petition, earlier, **options(world, earlier))
    return petition
