"""A citizen's own petitions: which of them a message is about, and which actions they allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from petitions.domain.conversation.asking import ask
from petitions.domain.conversation.citizen import Choices, Citizen, OwnPetition, Part, Purpose, Step
from petitions.domain.conversation.drafting import draft_of, drafting, left, talking
from petitions.domain.conversation.effects import AddTo, GuidanceEnded, Guide, LookUp, Offer, Standing, Turn
from petitions.domain.language.similarity import alike
from petitions.domain.lifecycle.states import State
from petitions.domain.lifecycle.transitions import OPEN_STATES

MOST_OFFERED = 9
"""The most petitions that get a number in a question, the newest first."""

SIMILAR_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Line:
    """An own petition in a question."""

    code: str
    title: str
    state: State | None
    """None if it was not read."""


_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})
_ADDABLE = OPEN_STATES | {State.ANSWERED, State.PUBLISHED, State.TRANSFERRED_OUT}
_BEFORE_ACCEPTANCE = frozenset({State.NEW})

_FITTING: dict[str, Callable[[Standing], bool]] = {
    "view": lambda _: True,
    "status": lambda _: True,
    "add": lambda standing: standing.state in _ADDABLE,
    "correct": lambda standing: standing.state in _BEFORE_ACCEPTANCE,
    "duplicate": lambda standing: standing.state in OPEN_STATES,
    "amend": lambda standing: standing.state in _ADDABLE,
    "belongs": lambda standing: standing.state in _ADDABLE,
    "withdraw": lambda standing: standing.state in OPEN_STATES,
    "rate": lambda standing: standing.state in _ANSWERED and not standing.rated,
}


_NONE = {"view": "none_filed", "status": "none_filed", "amend": "none_to_add", "belongs": "none_to_add"}


def similar_to(citizen: Citizen, content: Sequence[int], at: datetime) -> str | None:
    """Return the newest petition of the last 30 days with mostly the same content, or None."""
    recent = (each for each in citizen.petitions if at - each.filed_at <= SIMILAR_FOR)
    return next((each.code for each in recent if alike(each.fingerprint, content)), None)


def own_codes(citizen: Citizen) -> tuple[str, ...]:
    """Return the petitions that a question may offer, the newest first."""
    return tuple(each.code for each in citizen.petitions[:MOST_OFFERED])


def offer(citizen: Citizen, purpose: Purpose | Literal["status"]) -> Turn:
    """Ask about own petitions, if there are any."""
    codes = own_codes(citizen)
    if not codes:
        return Turn(citizen).say("none_filed")
    if len(codes) == 1 and purpose in {"view", "status"}:
        return Turn(citizen, (LookUp(codes[0]),))
    return Turn(citizen, (Offer(purpose, codes),))


def offered(citizen: Citizen, offer: Offer, standings: Mapping[str, Standing], guide: Guide, at: datetime) -> Turn:
    """Complete an Offer now that the states are known: act if one petition fits, ask if several do, or say none."""
    fits = _FITTING[offer.purpose]
    codes = [code for code in offer.codes if code in standings and fits(standings[code])]
    if offer.purpose == "duplicate":
        return _duplicate(citizen, codes, guide)
    if not codes:
        return Turn(citizen).say(_NONE.get(offer.purpose, f"none_to_{offer.purpose}"))
    if offer.purpose == "amend":
        amended = adding(citizen, codes[0], at, correcting=True, acknowledged_at=at)
        return Turn(amended, (AddTo(codes[0], offer.parts, correction=True),))
    if offer.purpose == "belongs":
        return _moved(citizen, codes, at)
    states = {code: standing.state for code, standing in standings.items()}
    if offer.purpose == "status":
        return Turn(citizen).say("list", own=lines(citizen, codes, states))
    if len(codes) == 1:
        return chosen(citizen, offer.purpose, codes[0], (), at)
    choices = Choices(purpose=offer.purpose, codes=codes, at=at)
    return Turn(talking(citizen, choices=choices)).say(f"{offer.purpose}_ask", own=lines(citizen, codes, states))


def _moved(citizen: Citizen, codes: Sequence[str], at: datetime) -> Turn:
    """Move what was begun as a new petition to one already filed, asking which if there are several."""
    draft = draft_of(citizen)
    parts = tuple(part for part in draft.parts if part.type != "sticker")
    settled = (GuidanceEnded(tuple(draft.guidance), "cancelled"),) if draft.guidance else ()
    if len(codes) == 1 and parts:
        return chosen(left(citizen), "belongs", codes[0], parts, at).first(*settled)
    if not parts:
        return Turn(left(citizen), (*settled, Offer("add", tuple(codes))))
    asked = talking(left(citizen), choices=Choices(purpose="belongs", codes=list(codes), parts=list(parts), at=at))
    return Turn(asked, settled).say("belongs_ask", own=lines(citizen, codes, {}))


def _duplicate(citizen: Citizen, codes: Sequence[str], guide: Guide) -> Turn:
    asked = drafting(citizen, similar=codes[0] if codes else None, duplicate_asked=True)
    if not codes:
        return ask(talking(asked, acknowledged_at=None), guide)
    return Turn(talking(asked, step=Step.DUPLICATE, acknowledged_at=None)).say("duplicate_ask", code=codes[0])


def lines(citizen: Citizen, codes: Sequence[str], states: Mapping[str, State]) -> list[Line]:
    """Return the lines that the catalogue numbers."""
    titles = {each.code: each.title for each in citizen.petitions}
    return [Line(code, titles.get(code, ""), states.get(code)) for code in codes]


def chosen(citizen: Citizen, purpose: str, code: str, parts: Sequence[Part], at: datetime) -> Turn:
    """Carry out the purpose for which the petition was chosen, or ask on."""
    citizen = talking(citizen, choices=None)
    if purpose == "view":
        return Turn(citizen, (LookUp(code),))
    if purpose == "rate":
        return Turn(talking(citizen, rating_for=code, rating_told_at=at, menu_shown=False)).say("rating_ask", code=code)
    if purpose == "withdraw":
        sure = Choices(purpose="withdraw_sure", codes=[code], at=at)
        return Turn(talking(citizen, choices=sure)).say("withdraw_sure", code=code)
    opened = adding(citizen, code, at, correcting=purpose == "correct")
    if purpose == "belongs":
        opened = talking(opened, acknowledged_at=at, in_hand=code, in_hand_since=at)
        return Turn(opened, (AddTo(code, tuple(parts)),))
    return Turn(talking(opened, acknowledged_at=None)).say(f"{purpose}_now", code=code)


def adding(citizen: Citizen, code: str, at: datetime, **changes: Any) -> Citizen:
    """Return the citizen whose inputs go to this petition from now on."""
    awaiting = [each for each in citizen.conversation.awaiting if each != code]
    return talking(citizen, awaiting=awaiting, supplement_for=code, supplement_at=at, **changes)


def remembered(citizen: Citizen, petition: OwnPetition, most: int) -> Citizen:
    """Return the citizen with another petition of their own, the newest first."""
    return citizen.model_copy(update={"petitions": [petition, *citizen.petitions][:most]})
