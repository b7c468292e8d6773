"""What silence means: the end of a flood or a story after some minutes, and no consent after a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.conversation.asking import repeat
from petitions.domain.conversation.citizen import Citizen, Step
from petitions.domain.conversation.drafting import draft_of, left, talking
from petitions.domain.conversation.effects import Guide, Input, Turn
from petitions.domain.conversation.flood_control import WITHIN, calm
from petitions.domain.conversation.steps_content import content_done

PAUSE = timedelta(seconds=150)
"""Two to three minutes with the minute's sweep."""

UNCONSENTED_FOR = timedelta(days=7)
"""Texts without consent are kept so long, then erased."""


def awake(citizen: Citizen) -> Citizen:
    """The citizen with the instant at which silence will mean something, if any."""
    return citizen.model_copy(update={"next_attempt_at": _until(citizen)})


def _until(citizen: Citizen) -> datetime | None:
    talk = citizen.conversation
    if talk.last_at is None:
        return None
    if talk.flooding:
        return talk.last_at + WITHIN
    if citizen.consent is None or talk.step is Step.CONSENT:
        return talk.last_at + UNCONSENTED_FOR
    if talk.step is not Step.CONTENT or not draft_of(citizen).content():
        return None
    over = talk.last_at + PAUSE
    # While an officer talks with them the bot asks nothing.
    return max(over, citizen.silent_until) if citizen.silent_until else over


def is_unconsented(citizen: Citizen) -> bool:
    """Whether what the silence ends was never agreed to: the draft and its inputs are to be erased."""
    talk = citizen.conversation
    return not talk.flooding and (citizen.consent is None or talk.step is Step.CONSENT)


def forgotten(citizen: Citizen) -> Citizen:
    """The citizen without the draft that was never agreed to."""
    return awake(left(citizen))


def spoken(citizen: Citizen, key: str, guide: Guide) -> Turn:
    """The next question, as if the citizen had said that this is all. `key` is a fresh id.

    It is asked at the end of the silence: what they sent before and Zalo delivers later does not answer it.
    """
    at = citizen.conversation.last_at or citizen.last_interaction_at
    if citizen.conversation.flooding:
        turn = _after_flood(calm(citizen), guide)
        return Turn(awake(turn.citizen), turn.effects)
    # An erasure that was asked about and not confirmed is off: the next number answers the next question.
    turn = content_done(talking(citizen, choices=None), Input(key=key, at=at, parts=()), guide)
    asked = talking(turn.citizen, last_at=max(at, citizen.next_attempt_at or at))
    return Turn(awake(asked), turn.effects)


def _after_flood(citizen: Citizen, guide: Guide) -> Turn:
    """The question in hand, whose words the flood kept back; else an invitation."""
    idle = citizen.conversation.step is Step.IDLE
    return Turn(citizen).say("flood_over") if idle else repeat(citizen, guide)
