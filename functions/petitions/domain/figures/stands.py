"""The step of the work that an open petition waits for, by its state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from petitions.domain.lifecycle.states import State


class Stand(StrEnum):
    """The step that an open petition waits for."""

    RECEPTION = "reception"
    PLACING = "placing"
    """The petition waits to be assigned, in this unit or another."""
    WORK = "work"
    APPROVAL = "approval"
    FILER = "filer"


STATES: Mapping[Stand, tuple[State, ...]] = {
    Stand.RECEPTION: (State.NEW,),
    Stand.PLACING: (State.ACCEPTED, State.RETURNED),
    Stand.WORK: (State.ASSIGNED, State.IN_PROGRESS, State.REDO, State.REOPENED),
    Stand.APPROVAL: (State.AWAITING_APPROVAL,),
    Stand.FILER: (State.AWAITING_CITIZEN,),
}
"""The open states. Every state belongs to one stand."""
