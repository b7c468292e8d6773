"""What everyone may see of a petition: by code alone its state, unit and dates. Cannot hold personal data."""

from __future__ import annotations

from petitions.domain.petition import Petition
from petitions.domain.records import Instant, Root
from petitions.domain.states import State

_INNER = {State.RETURNED: State.ACCEPTED, State.AWAITING_APPROVAL: State.IN_PROGRESS, State.REDO: State.IN_PROGRESS}
_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})


def shown_state(state: State) -> State:
    """The state as everyone is told it: what offices do among themselves looks like the step it belongs to."""
    return _INNER.get(state, state)


class PublicStatus(Root):
    """`statuses/{code}` in the public database; `version` is the petition's, so that an older one never wins."""

    code: str
    state: State
    unit: str
    unit_name: str = ""
    filed_at: Instant
    due_at: Instant | None = None
    due_why: str | None = None
    answered_at: Instant | None = None
    merged_into: str | None = None
    version: int


def public_status(petition: Petition, unit_name: str) -> PublicStatus:
    """The projection; every field is named here one by one, so that nothing else can slip out."""
    clock = petition.citizens_clock
    return PublicStatus(
        code=petition.code,
        state=shown_state(petition.state),
        unit=petition.unit,
        unit_name=unit_name,
        filed_at=petition.filed_at,
        due_at=clock.due_at if clock else None,
        due_why=(clock.simple_explanation or None) if clock else None,
        answered_at=petition.reply.approved_at if petition.reply and petition.state in _ANSWERED else None,
        merged_into=petition.merged_into,
        version=petition.version,
    )


def status_path(code: str) -> str:
    """Where the projection is stored."""
    return f"statuses/{code}"
