"""Planted faults in the rights of people: deputies, former officers, and late messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.conversation import flow, repairs
from petitions.domain.conversation.turn import CitizenInput, CityGuide, ConversationTurn
from petitions.domain.officers.officer import Deputy
from petitions.domain.understanding import commands
from petitions.ports.store import Query
from petitions.usecases.lifecycle import commands as commands_of_officers
from petitions.usecases.officers import manage_officers, officer_leaves, staff
from tests.simulation.planted.planting import Planted

_NOTHING = Query("petitions", (("handler", "==", ""),), order_by=("due_at", "code"))


_LATE = flow._late


class _Unasked(set[str]):
    """A set that reports every item as absent, to skip the questions that protect irreversible actions."""

    def __contains__(self, _: object) -> bool:
        return False


def _dropped(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    turn = _LATE(citizen, entry, guide)
    return turn and replace(turn, citizen=citizen)


IN_PEOPLE: Mapping[str, Planted] = {
    "a deputy stands in on any day": Planted("nobody_approves_but_who_may", Deputy, "on", lambda *_: True),
    "a deputy stands in for nobody": Planted(
        "who_stands_in_may_approve", staff, "standing_in", lambda officer, *_: officer
    ),
    "whoever answers approves": Planted(
        "nobody_approves_their_own_answer", commands_of_officers, "why_not_approved", lambda *_: None
    ),
    "who leaves is asked for no work": Planted(
        "who_left_holds_nothing",
        officer_leaves,
        "handled_by",
        lambda _: _NOTHING,
        ((manage_officers, "handled_by", lambda _: _NOTHING),),
    ),
    "a late command joins the story": Planted("what_comes_late_is_answered", flow, "_is_command", lambda _: False),
    "a late word answers what was asked since": Planted(
        "nothing_is_withdrawn_unasked",
        flow,
        "is_late",
        lambda *_: False,
        ((repairs, "_SURE", _Unasked(repairs._SURE)),),
    ),
    "an edit is forgotten": Planted(
        "what_was_given_is_filed", flow, "correct_values", lambda turn: turn.take(commands.Correct)
    ),
    "what comes late is dropped": Planted("nothing_told_is_lost", flow, "_late", _dropped),
}
