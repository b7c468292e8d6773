"""A citizen's own petitions: which of them a message is about, and which actions they allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from petitions.domain.citizen.citizen import Citizen, OwnPetition
from petitions.domain.citizen.conversation import Adding, OpenQuestion, QuestionPurpose
from petitions.domain.citizen.draft import ConversationStep, InputPart
from petitions.domain.conversation.asking import ask_next
from petitions.domain.conversation.drafting import (
    at_step,
    draft_of,
    telling_parts,
    with_conversation,
    with_draft,
    without_draft,
)
from petitions.domain.conversation.effects import (
    AddToPetition,
    AskWhichPetition,
    CityGuide,
    ConversationTurn,
    GuidanceEnded,
    LookUpStatus,
    OwnPetitionStatus,
)
from petitions.domain.language.similarity import is_alike
from petitions.domain.lifecycle.states import State
from petitions.domain.lifecycle.transitions import OPEN_STATES

MOST_OFFERED = 9
"""The most petitions that get a number in a question, the newest first."""

SIMILAR_FOR = timedelta(days=30)


@dataclass(frozen=True)
class OwnPetitionLine:
    """An own petition in a question."""

    code: str
    title: str
    state: State | None
    """None if it was not read."""


_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})
_ADDABLE = OPEN_STATES | {State.ANSWERED, State.PUBLISHED, State.TRANSFERRED_OUT}
_BEFORE_ACCEPTANCE = frozenset({State.NEW})

_FITTING: dict[str, Callable[[OwnPetitionStatus], bool]] = {
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
    return next((each.code for each in recent if is_alike(each.fingerprint, content)), None)


def own_codes(citizen: Citizen) -> tuple[str, ...]:
    """Return the petitions that a question may offer, the newest first."""
    return tuple(each.code for each in citizen.petitions[:MOST_OFFERED])


def ask_which_petition(citizen: Citizen, purpose: QuestionPurpose | Literal["status"]) -> ConversationTurn:
    """Ask about own petitions, if there are any."""
    codes = own_codes(citizen)
    if not codes:
        return ConversationTurn(citizen).say("none_filed")
    if len(codes) == 1 and purpose in {"view", "status"}:
        return ConversationTurn(citizen, (LookUpStatus(codes[0]),))
    return ConversationTurn(citizen, (AskWhichPetition(purpose, codes),))


def resolve_question(
    citizen: Citizen,
    offer: AskWhichPetition,
    standings: Mapping[str, OwnPetitionStatus],
    guide: CityGuide,
    at: datetime,
) -> ConversationTurn:
    """Complete an Offer now that the states are known: act if one petition fits, ask if several do, or say none."""
    fits = _FITTING[offer.purpose]
    codes = [code for code in offer.codes if code in standings and fits(standings[code])]
    if offer.purpose == "duplicate":
        return _duplicate(citizen, codes, guide)
    if not codes:
        return ConversationTurn(citizen).say(_NONE.get(offer.purpose, f"none_to_{offer.purpose}"))
    if offer.purpose == "amend":
        amended = begin_adding(citizen, codes[0], at, correcting=True)
        return ConversationTurn(amended, (AddToPetition(codes[0], offer.parts, correction=True),))
    if offer.purpose == "belongs" and (offer.parts or draft_of(citizen).parts):
        return _moved(citizen, codes, offer.parts, at)
    if offer.purpose == "belongs":  # nothing was told yet: what follows is the addition
        return resolve_question(without_draft(citizen), replace(offer, purpose="add"), standings, guide, at)
    states = {code: standing.state for code, standing in standings.items()}
    if offer.purpose == "status":
        return ConversationTurn(citizen).say("list", own=numbered_lines(citizen, codes, states))
    if len(codes) == 1:
        return act_on_chosen(citizen, offer.purpose, codes[0], (), at)
    question = OpenQuestion(purpose=offer.purpose, codes=codes, at=at)
    return ConversationTurn(with_conversation(citizen, question=question)).say(
        f"{offer.purpose}_ask", own=numbered_lines(citizen, codes, states)
    )


def _moved(citizen: Citizen, codes: Sequence[str], parts: Sequence[InputPart], at: datetime) -> ConversationTurn:
    """Move what was begun as a new petition to one already filed, asking which if there are several."""
    draft = draft_of(citizen)
    told = parts or telling_parts(draft.told())
    settled = (GuidanceEnded(tuple(draft.guidance), "cancelled"),) if draft.guidance else ()
    free = without_draft(citizen)
    if len(codes) == 1:
        return act_on_chosen(free, "belongs", codes[0], told, at).first(*settled)
    return ask_belongs(free, codes, told, at).first(*settled)


def ask_belongs(
    citizen: Citizen, codes: Sequence[str], parts: Sequence[InputPart], at: datetime, key: str = "belongs_ask"
) -> ConversationTurn:
    """Ask to which of several petitions the parts belong, which wait for the answer."""
    question = OpenQuestion(purpose="belongs", codes=list(codes), parts=list(parts), at=at)
    asked = with_conversation(citizen, question=question)
    return ConversationTurn(asked).say(key, own=numbered_lines(citizen, codes, {}))


def _duplicate(citizen: Citizen, codes: Sequence[str], guide: CityGuide) -> ConversationTurn:
    asked = with_draft(citizen, similar=codes[0] if codes else None, duplicate_asked=True)
    if not codes:
        return ask_next(with_conversation(asked, acknowledged_at=None), guide)
    offered = with_conversation(at_step(asked, ConversationStep.DUPLICATE), acknowledged_at=None)
    return ConversationTurn(offered).say("duplicate_ask", code=codes[0])


def numbered_lines(citizen: Citizen, codes: Sequence[str], states: Mapping[str, State]) -> list[OwnPetitionLine]:
    """Return the lines that the catalogue numbers."""
    titles = {each.code: each.title for each in citizen.petitions}
    return [OwnPetitionLine(code, titles.get(code, ""), states.get(code)) for code in codes]


def act_on_chosen(
    citizen: Citizen, purpose: str, code: str, parts: Sequence[InputPart], at: datetime
) -> ConversationTurn:
    """Carry out the purpose for which the petition was chosen, or ask on."""
    citizen = with_conversation(citizen, question=None)
    if purpose == "view":
        return ConversationTurn(citizen, (LookUpStatus(code),))
    if purpose == "rate":
        return ask_rating(citizen, code, at)
    if purpose == "withdraw":
        sure = OpenQuestion(purpose="withdraw_sure", codes=[code], at=at)
        return ConversationTurn(with_conversation(citizen, question=sure)).say("withdraw_sure", code=code)
    opened = begin_adding(citizen, code, at, correcting=purpose == "correct")
    if purpose == "belongs":
        return ConversationTurn(opened, (AddToPetition(code, tuple(parts)),))
    return ConversationTurn(with_conversation(opened, acknowledged_at=None)).say(f"{purpose}_now", code=code)


def ask_rating(citizen: Citizen, code: str, at: datetime) -> ConversationTurn:
    """Ask how satisfied the citizen is with an answer."""
    question = OpenQuestion(purpose="rating", codes=[code], at=at)
    return ConversationTurn(with_conversation(citizen, question=question)).say("rating_ask", code=code)


def begin_adding(citizen: Citizen, code: str, at: datetime, *, correcting: bool = False) -> Citizen:
    """Return the citizen whose inputs go to this petition from now on, acknowledged."""
    talk = citizen.conversation.without(code) if code in citizen.conversation.requested else citizen.conversation
    stage = Adding(code=code, at=at, correcting=correcting)
    return citizen.model_copy(
        update={"conversation": talk.model_copy(update={"stage": stage, "question": None, "acknowledged_at": at})}
    )


def remember_petition(citizen: Citizen, petition: OwnPetition, most: int) -> Citizen:
    """Return the citizen with another petition of their own, the newest first."""
    return citizen.model_copy(update={"petitions": [petition, *citizen.petitions][:most]})
