"""The next step that an officer must take on a petition. Mails and the desk's bell group petitions by it."""

from __future__ import annotations

from enum import StrEnum

from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Petition


class Duty(StrEnum):
    """A next step, in the order in which lists show them."""

    CONTACT = "contact"
    CONTEST = "contest"
    APPROVE = "approve"
    ACCEPT = "accept"
    ASSIGN = "assign"
    TAKE_UP = "take_up"
    GO_ON = "go_on"
    """The citizen's supplement did not come in time. An officer decides how to go on."""
    REDO = "redo"
    ANSWER = "answer"
    HELP = "help"
    """The unit that handles the petition asks for an opinion."""
    WAIT = "wait"
    """Another person has to approve the answer."""
    URGE = "urge"
    """The petition is overdue in another unit."""
    KNOW = "know"
    """The reader has nothing left to do, and is only informed."""


NO_DEED = frozenset({Duty.WAIT, Duty.KNOW})
"""The members that leave the reader nothing to do."""

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
    """Return the next step on the petition. `approves` is True if the reader may approve its answer."""
    if petition.state is State.AWAITING_APPROVAL:
        return Duty.APPROVE if approves else Duty.WAIT
    return _DUTIES.get(petition.state, Duty.KNOW)
