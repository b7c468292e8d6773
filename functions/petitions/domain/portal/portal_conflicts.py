"""The table of decisions on changes from the national portal to petitions that have changed here too.

The main rules: the portal's transfers and returns override assignments here, an answer that was sent is never lost, and
the later rating counts. If no row fits, an officer decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, State
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until, UpTo

_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED})
_DONE = _ANSWERED | {State.CLOSED}
_AWAY = frozenset({State.TRANSFERRED_OUT})
_AT_WORK = frozenset(
    {State.ASSIGNED, State.RETURNED, State.IN_PROGRESS, State.AWAITING_APPROVAL, State.REDO, State.REOPENED}
)
_ANY = frozenset(State)
_OVER = _ANY - OPEN_STATES - {State.WITHDRAWN}


class Winner(StrEnum):
    """The side whose value is kept if a change made on the portal conflicts with the petition here."""

    PORTAL = "portal"
    """The change is applied. The history records the decision that it overrides."""
    LOCAL = "local"
    """This system's value stays, and is sent to the portal again. The history records the change."""
    BOTH = "both"
    """Both sides already agree, so nothing is done."""
    PERSON = "person"


class ConflictCondition(StrEnum):
    """A condition of a row, in addition to the petition's state."""

    ALWAYS = "always"
    ANSWERED_SINCE = "answered_since"
    """An answer was sent after the change was made."""
    SAME_UNIT = "same_unit"
    RATED_SINCE = "rated_since"
    ANSWERED_EVER = "answered_ever"


@dataclass(frozen=True)
class ConflictRule:
    """One row of the table. The first row that fits decides."""

    kind: str
    states: frozenset[State]
    wins: Winner
    why: str
    when: ConflictCondition = ConflictCondition.ALWAYS


def _row(
    kind: str, states: Iterable[State], wins: Winner, why: str, when: ConflictCondition = ConflictCondition.ALWAYS
) -> ConflictRule:
    return ConflictRule(kind, frozenset(states), wins, why, when)


CONFLICT_RULES: tuple[ConflictRule, ...] = (
    _row("returned", _ANSWERED, Winner.LOCAL, "a newer answer has gone out since", ConflictCondition.ANSWERED_SINCE),
    _row("returned", _ANSWERED, Winner.PORTAL, "a national return wins over our answer"),
    _row("returned", _AT_WORK, Winner.BOTH, "the answer is being made again"),
    _row("transferred", OPEN_STATES, Winner.PORTAL, "a national transfer wins over our assignment"),
    _row("transferred", _DONE, Winner.LOCAL, "an answer that went out is never lost"),
    _row("transferred", _AWAY, Winner.BOTH, "it is away already"),
    _row("moved", OPEN_STATES, Winner.BOTH, "the unit has it already", ConflictCondition.SAME_UNIT),
    _row("moved", OPEN_STATES, Winner.PORTAL, "a national transfer wins over our assignment"),
    _row("moved", _DONE, Winner.LOCAL, "an answer that went out is never lost"),
    _row("moved", _AWAY, Winner.PORTAL, "what was transferred out comes back"),
    _row("sent_back", _AWAY, Winner.PORTAL, "what was transferred out comes back"),
    _row("sent_back", OPEN_STATES | _DONE, Winner.BOTH, "it is here already"),
    _row("answered", _AWAY, Winner.PORTAL, "the authority that has it answered"),
    _row("answered", _ANSWERED, Winner.LOCAL, "an answer that went out is never lost"),
    _row("answered", {State.CLOSED}, Winner.BOTH, "it is closed already"),
    _row("rated", _ANY, Winner.LOCAL, "the later rating wins", ConflictCondition.RATED_SINCE),
    _row("rated", _ANY, Winner.PORTAL, "the later rating wins", ConflictCondition.ANSWERED_EVER),
    _row("supplemented", _ANY, Winner.PORTAL, "what the filer sends is never lost"),
    _row("withdrawn", OPEN_STATES, Winner.PORTAL, "the filer may withdraw what is open"),
    _row("withdrawn", {State.WITHDRAWN}, Winner.BOTH, "it is withdrawn already"),
    _row("withdrawn", _OVER, Winner.LOCAL, "what is over cannot be withdrawn"),
)


def decide_conflict(petition: Petition, kind: str, at: datetime, unit: str) -> ConflictRule:
    """Return the row that decides on a change of this kind, made at `at` and naming `unit`.

    If no row fits, the winner is PERSON.
    """
    for rule in CONFLICT_RULES:
        if rule.kind == kind and petition.state in rule.states and _holds(rule.when, petition, at, unit):
            return rule
    return ConflictRule(kind, _ANY, Winner.PERSON, f"state_{petition.state}")


def _holds(when: ConflictCondition, petition: Petition, at: datetime, unit: str) -> bool:
    reply, rating = petition.reply, petition.rating
    answered_at = reply.approved_at if reply else None
    return {
        ConflictCondition.ALWAYS: True,
        ConflictCondition.ANSWERED_SINCE: answered_at is not None and UpTo(at).is_over(answered_at),
        ConflictCondition.SAME_UNIT: petition.unit == unit,
        ConflictCondition.RATED_SINCE: rating is not None and Until(at).is_over(rating.at),
        ConflictCondition.ANSWERED_EVER: answered_at is not None,
    }[when]
