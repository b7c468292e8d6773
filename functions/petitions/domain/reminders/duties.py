"""An officer's duties about a petition or a waiting person, as mails and the desk's bell group them."""

from __future__ import annotations

from enum import StrEnum

from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Petition


class Duty(StrEnum):
    """Something to do, in the order in which it is listed."""

    CONTACT = "contact"
    CONTEST = "contest"
    APPROVE = "approve"
    ACCEPT = "accept"
    ASSIGN = "assign"
    TAKE_UP = "take_up"
    GO_ON = "go_on"
    """The citizen's supplement has not come. A person decides how to go on."""
    REDO = "redo"
    ANSWER = "answer"
    HELP = "help"
    """Another unit that has it asks for an opinion."""
    WAIT = "wait"
    """Somebody else has to approve the answer."""
    URGE = "urge"
    """It is overdue in another unit."""
    KNOW = "know"
    """There is nothing to do any more."""


NO_DEED = frozenset({Duty.WAIT, Duty.KNOW})
"""What leaves nothing to do for the reader."""

_DUTIES = {
    State.NEW: Duty.ACCEPT,
    State.ACCEPTED: Duty.ASSIGN,
    State.RETURNED: Duty.ASSIGN,
    State.ASSIGNED: Duty.TAKE_UP,
    State.IN_PROGRESS: Duty.ANSWER,
    State.REOPENED: Duty.ANSWER,
    State.REDO: Duty.REDO,
    State.AWAITING_CITIZEN: Duty.GO_ON,
}


def duty_of(petition: Petition, *, approves: bool) -> Duty:
    """Return the duty of the petition's holders. `approves` is true if the reader may approve its answer."""
    if petition.state is State.AWAITING_APPROVAL:
        return Duty.APPROVE if approves else Duty.WAIT
    return _DUTIES.get(petition.state, Duty.KNOW)
