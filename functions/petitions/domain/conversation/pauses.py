"""The meaning of a silence: the end of a flood or a story after some minutes, and no consent after a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.conversation.asking import repeat
from petitions.domain.conversation.citizen import Citizen, Step
from petitions.domain.conversation.drafting import draft_of, left, talking
from petitions.domain.conversation.effects import Guide, Input, Turn
from petitions.domain.conversation.flood_control import WITHIN, calm
from petitions.domain.conversation.steps_content import content_done

PAUSE = timedelta(seconds=150)
"""Becomes two to three minutes with the minute's sweep."""

UNCONSENTED_FOR = timedelta(days=7)
"""How long texts without consent are kept before they are erased."""


def awake(citizen: Citizen) -> Citizen:
    """Return the citizen with the instant at which silence will have a meaning, if any."""
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
    # The bot asks nothing while an officer talks with the citizen.
    return max(over, citizen.silent_until) if citizen.silent_until else over


def is_unconsented(citizen: Citizen) -> bool:
    """Return whether the silence ends a draft without consent, which is to be erased with its inputs."""
    talk = citizen.conversation
    return not talk.flooding and (citizen.consent is None or talk.step is Step.CONSENT)


def forgotten(citizen: Citizen) -> Citizen:
    """Return the citizen without the draft to which they never consented."""
    return awake(left(citizen))


def spoken(citizen: Citizen, key: str, guide: Guide) -> Turn:
    """Ask the next question, as if the citizen had said that this is all. `key` is a fresh id.

    It is asked at the end of the silence, so inputs from before that Zalo delivers later do not answer it.
    """
    at = citizen.conversation.last_at or citizen.last_interaction_at
    if citizen.conversation.flooding:
        turn = _after_flood(calm(citizen), guide)
        return Turn(awake(turn.citizen), turn.effects)
    # A question about erasure that was not confirmed is dropped: the next number answers the next question.
    turn = content_done(talking(citizen, choices=None), Input(key=key, at=at, parts=()), guide)
    asked = talking(turn.citizen, last_at=max(at, citizen.next_attempt_at or at))
    return Turn(awake(asked), turn.effects)


def _after_flood(citizen: Citizen, guide: Guide) -> Turn:
    """Repeat the current question, whose text the flood held back, or invite the citizen to go on."""
    idle = citizen.conversation.step is Step.IDLE
    return Turn(citizen).say("flood_over") if idle else repeat(citizen, guide)
