"""The vocabulary of a petition's life: states, roles, actions, clocks and the shape of a transition."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

CAME_FROM: Literal["came_from"] = "came_from"


class State(StrEnum):
    """The state of a petition, from filing to its end."""

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
    """The role of an actor. The table has no inspectors or administrators: they do not act on petitions."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    HEAD = "head"
    COORDINATOR = "coordinator"
    INSPECTOR = "inspector"
    ADMIN = "admin"
    SYSTEM = "system"
    PORTAL = "portal"


class Action(StrEnum):
    """An action of the table of transitions. Most move a petition to another state or change its clocks."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    TAKE_BACK = "take_back"
    UNASSIGN = "unassign"
    START = "start"
    SUBMIT_ANSWER = "submit_answer"
    APPROVE = "approve"
    RETURN_FOR_REDO = "return_for_redo"
    RECALL_ANSWER = "recall_answer"
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
    UNPUBLISH = "unpublish"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    UNMERGE = "unmerge"
    EXTEND = "extend"
    SET_LEVEL = "set_level"
    CLASSIFY = "classify"


class Level(StrEnum):
    """The difficulty or urgency of a petition (bình thường, phức tạp, khẩn)."""

    NORMAL = "normal"
    COMPLEX = "complex"
    URGENT = "urgent"


class ClockName(StrEnum):
    """The clocks of a petition (LAW 7.5). They can be late independently of one another."""

    RECEPTION = "reception"
    TRANSFER = "transfer"
    ANSWER = "answer"
    SUPPLEMENT = "supplement"


class ClockVerb(StrEnum):
    """The effects that a transition can have on a clock."""

    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True)
class ClockEffect:
    """One effect of a transition on one clock. It is skipped if it does not apply, as when the clock is not running."""

    verb: ClockVerb
    clock: ClockName


@dataclass(frozen=True)
class TransitionRow:
    """One row of the table: an action, the states and roles in which it is allowed, the next state, and its effects."""

    action: Action
    sources: frozenset[State]
    to: State | Literal["came_from"]
    """The next state. CAME_FROM means the state before the petition was assigned, was merged or began to wait."""
    roles: frozenset[Role]
    label: str
    text: str | None
    """The Vietnamese name of the text that the person must give (a reason, a question, an answer), or None."""
    effects: tuple[ClockEffect, ...]
    again: frozenset[Role]
    """The roles that may repeat the action before the petition moves on. The default is `roles`."""


@dataclass(frozen=True)
class Transition:
    """An allowed transition, ready to be applied to a petition."""

    action: Action
    source: State
    to: State
    role: Role
    row: TransitionRow
    came_from: State | None
    """The state that the petition must remember to return to. None clears it."""
    effects: tuple[ClockEffect, ...]
    """The clock effects of the row that apply here."""
