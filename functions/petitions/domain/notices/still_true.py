"""The check whether a notice that has waited is still true; if not, it is cancelled instead of sent."""

from __future__ import annotations

from petitions.domain.lifecycle.lifecycle import OPEN_STATES
from petitions.domain.lifecycle.states import State
from petitions.domain.notices.notice import Notice
from petitions.domain.petition.petition import Petition

_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})
_WHILE = {
    "accepted": OPEN_STATES,
    "extended": OPEN_STATES,
    "relevelled": OPEN_STATES,
    "reassigned": OPEN_STATES,
    "reopened": OPEN_STATES,
    "redo": OPEN_STATES,
    "supplement_asked": frozenset({State.AWAITING_CITIZEN}),
    "answered": _ANSWERED,
    "files": _ANSWERED,
    "rating_asked": _ANSWERED,
    "refused": frozenset({State.REFUSED}),
    "merged": frozenset({State.MERGED}),
    "transferred_out": frozenset({State.TRANSFERRED_OUT, State.CLOSED}),
}
"""The states in which a notice about a step is still true; other kinds depend on no state."""


def still_holds(notice: Notice, petition: Petition | None) -> bool:
    """Return whether a notice is still true.

    A reminder is if its clock runs and its due instant has not moved, another one if the petition exists and is in a
    state that fits its kind.
    """
    about = notice.about
    if about is None:
        return True
    if notice.kind == "reminder" and about.clock is not None:
        clock = petition.clocks.get(about.clock) if petition else None
        return clock is not None and clock.is_running and clock.due_version == about.due_version
    states = _WHILE.get(notice.kind)
    if states is None:
        return True
    if petition is None or petition.state not in states:
        return False
    return notice.kind != "rating_asked" or petition.rating is None
