"""The conflicts between a change on the national portal and a petition that has moved on here: one table.

The leading rules: national transfers and returns win over local assignment, an answer that went out is never lost, and
the later rating wins. Cases that no row names are for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, State
from petitions.domain.petition.petition import Petition

_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED})
_DONE = _ANSWERED | {State.CLOSED}
_AWAY = frozenset({State.TRANSFERRED_OUT})
_AT_WORK = frozenset(
    {State.ASSIGNED, State.RETURNED, State.IN_PROGRESS, State.AWAITING_APPROVAL, State.REDO, State.REOPENED}
)
_ANY = frozenset(State)


class Wins(StrEnum):
    """The side whose decision holds."""

    PORTAL = "portal"
    """The change is applied; the history says what it overrides."""
    LOCAL = "local"
    """Our value stays, the history records the change, and the portal is told again."""
    BOTH = "both"
    """Both sides agree already; there is nothing to do."""
    PERSON = "person"


class When(StrEnum):
    """A condition besides the state."""

    ALWAYS = "always"
    ANSWERED_SINCE = "answered_since"
    """An answer went out after the change was made."""
    SAME_UNIT = "same_unit"
    RATED_SINCE = "rated_since"
    ANSWERED_EVER = "answered_ever"


@dataclass(frozen=True)
class Rule:
    """One row of the table; the first row that fits decides."""

    kind: str
    states: frozenset[State]
    wins: Wins
    why: str
    when: When = When.ALWAYS


def _row(kind: str, states: Iterable[State], wins: Wins, why: str, when: When = When.ALWAYS) -> Rule:
    return Rule(kind, frozenset(states), wins, why, when)


TABLE: tuple[Rule, ...] = (
    _row("returned", _ANSWERED, Wins.LOCAL, "a newer answer has gone out since", When.ANSWERED_SINCE),
    _row("returned", _ANSWERED, Wins.PORTAL, "a national return wins over our answer"),
    _row("returned", _AT_WORK, Wins.BOTH, "the answer is being made again"),
    _row("transferred", OPEN_STATES, Wins.PORTAL, "a national transfer wins over our assignment"),
    _row("transferred", _DONE, Wins.LOCAL, "an answer that went out is never lost"),
    _row("transferred", _AWAY, Wins.BOTH, "it is away already"),
    _row("moved", OPEN_STATES, Wins.BOTH, "the unit has it already", When.SAME_UNIT),
    _row("moved", OPEN_STATES, Wins.PORTAL, "a national transfer wins over our assignment"),
    _row("moved", _DONE, Wins.LOCAL, "an answer that went out is never lost"),
    _row("moved", _AWAY, Wins.PORTAL, "what was transferred out comes back"),
    _row("sent_back", _AWAY, Wins.PORTAL, "what was transferred out comes back"),
    _row("sent_back", OPEN_STATES | _DONE, Wins.BOTH, "it is here already"),
    _row("answered", _AWAY, Wins.PORTAL, "the authority that has it answered"),
    _row("answered", _ANSWERED, Wins.LOCAL, "an answer that went out is never lost"),
    _row("answered", {State.CLOSED}, Wins.BOTH, "it is closed already"),
    _row("rated", _ANY, Wins.LOCAL, "the later rating wins", When.RATED_SINCE),
    _row("rated", _ANY, Wins.PORTAL, "the later rating wins", When.ANSWERED_EVER),
)


def decide(petition: Petition, kind: str, at: datetime, unit: str) -> Rule:
    """Return the row that decides on a change of this kind, made at `at` and naming `unit`."""
    for rule in TABLE:
        if rule.kind == kind and petition.state in rule.states and _holds(rule.when, petition, at, unit):
            return rule
    return Rule(kind, _ANY, Wins.PERSON, f"state_{petition.state}")


def _holds(when: When, petition: Petition, at: datetime, unit: str) -> bool:
    reply, rating = petition.reply, petition.rating
    answered_at = reply.approved_at if reply else None
    return {
        When.ALWAYS: True,
        When.ANSWERED_SINCE: answered_at is not None and answered_at > at,
        When.SAME_UNIT: petition.unit == unit,
        When.RATED_SINCE: rating is not None and rating.at >= at,
        When.ANSWERED_EVER: answered_at is not None,
    }[when]
