"""Faults of who does what: deputies, those who leave, what comes late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from petitions.domain.conversation import conversation, questions
from petitions.domain.officers.officer import Deputy
from petitions.ports.store import Query
from petitions.usecases.officers import manage_officers, officer_leaves, staff
from petitions.usecases.petition import act_on_petition
from tests.simulation.planted.planting import Planted

_NOTHING = Query("petitions", (("handler", "==", ""),), order_by=("due_at", "code"))


class _Unasked(dict[str, Any]):
    """Questions that hurt, of which none is found to be one."""

    def __contains__(self, _: object) -> bool:
        return False


IN_PEOPLE: Mapping[str, Planted] = {
    "a deputy stands in on any day": Planted("nobody_approves_but_who_may", Deputy, "on", lambda *_: True),
    "a deputy stands in for nobody": Planted(
        "who_stands_in_may_approve", staff, "standing_in", lambda officer, *_: officer
    ),
    "whoever answers approves": Planted(
        "nobody_approves_their_own_answer", act_on_petition, "why_not_approved", lambda *_: None
    ),
    "who leaves is asked for no work": Planted(
        "who_left_holds_nothing",
        officer_leaves,
        "handled_by",
        lambda _: _NOTHING,
        ((manage_officers, "handled_by", lambda _: _NOTHING),),
    ),
    "a late command joins the story": Planted(
        "what_comes_late_is_answered", conversation, "is_taught", lambda _: False, ((conversation, "SURELY", 2.0),)
    ),
    "a late word answers what was asked since": Planted(
        "nothing_is_withdrawn_unasked",
        conversation,
        "is_late",
        lambda *_: False,
        ((questions, "SURE", _Unasked(questions.SURE)),),
    ),
    "what comes late is dropped": Planted(
        "nothing_told_is_lost", conversation, "with_parts", lambda citizen, _: citizen
    ),
}
"""By what the mutation does."""
