"""The step for which an open petition waits, by its state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from petitions.domain.lifecycle.states import State


class Stand(StrEnum):
    RECEPTION = "reception"
    PLACING = "placing"
    """The petition waits to be assigned, in this unit or to another."""
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
"""The open states, by the step for which a petition in them waits. Every open state occurs once."""
