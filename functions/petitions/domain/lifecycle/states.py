"""The words of a petition's life: states, roles, actions, and the shape of a row of the table of transitions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

CAME_FROM: Literal["came_from"] = "came_from"


class State(StrEnum):
    """Where a petition stands."""

    NEW = "new"
    AWAITING_CITIZEN = "awaiting_citizen"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    RETURNED = "returned"
    IN_PROGRESS = "in_progress"
    AWAITING_APPROVAL = "awaiting_approval"
    REDO = "redo"
    ANSWERED = "answered"
    PUBLISHED = "published"
    REOPENED = "reopened"
    CLOSED = "closed"
    REFUSED = "refused"
    TRANSFERRED_OUT = "transferred_out"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Role(StrEnum):
    """Who acts. Inspectors only look, administrators never do: no row names them."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    HEAD = "head"
    COORDINATOR = "coordinator"
    INSPECTOR = "inspector"
    ADMIN = "admin"
    SYSTEM = "system"
    PORTAL = "portal"


class Action(StrEnum):
    """What is done to a petition."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    START = "start"
    SUBMIT_ANSWER = "submit_answer"
    APPROVE = "approve"
    RETURN_FOR_REDO = "return_for_redo"
    RESUME_WORK = "resume_work"
    PORTAL_RETURN = "portal_return"
    PORTAL_TRANSFER = "portal_transfer"
    PORTAL_MOVE = "portal_move"
    REFUSE = "refuse"
    TRANSFER_OUT = "transfer_out"
    SENT_BACK = "sent_back"
    GIVE_BACK = "give_back"
    ASK_SUPPLEMENT = "ask_supplement"
    SUPPLEMENT = "supplement"
    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    EXTEND = "extend"
    SET_LEVEL = "set_level"


class ClockName(StrEnum):
    """The clocks of a petition (LAW 7.5): each may be late on its own."""

    RECEPTION = "reception"
    TRANSFER = "transfer"
    ANSWER = "answer"
    SUPPLEMENT = "supplement"


class ClockVerb(StrEnum):
    """What a transition does to a clock."""

    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True)
class ClockEffect:
    """`verb` applied to a clock; it changes nothing where it has nothing to act on (no such clock is running)."""

    verb: ClockVerb
    clock: ClockName


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `text` names, in Vietnamese, the text that the person must give (a reason, a question, an answer), or is None.
    `to` is a state or CAME_FROM: the state that the petition was in when the citizen was asked.
    """

    action: Action
    sources: frozenset[State]
    to: State | Literal["came_from"]
    roles: frozenset[Role]
    label: str
    text: str | None
    effects: tuple[ClockEffect, ...]


@dataclass(frozen=True)
class Transition:
    """A transition that is allowed; `came_from` is what the petition must remember (None: forget it)."""

    action: Action
    source: State
    to: State
    role: Role
    row: Row
    came_from: State | None


class ForbiddenTransition(ValueError):  # noqa: N818 - a refusal, not a fault
    """Not possible in this state, or not for this role; the message is Vietnamese and for the person who tried."""

    def __init__(self, message: str, state: State, action: Action, role: Role) -> None:
        super().__init__(message)
        self.state = state
        self.action = action
        self.role = role
