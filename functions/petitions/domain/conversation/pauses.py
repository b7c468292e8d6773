"""The meaning of a silence: the end of a flood or a story after some minutes, and no consent after a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen, ConversationStep
from petitions.domain.conversation.asking import repeat_question
from petitions.domain.conversation.drafting import draft_of, with_conversation, without_draft
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn
from petitions.domain.conversation.flood_control import FLOOD_WINDOW, end_flood
from petitions.domain.conversation.steps_content import finish_content

STORY_PAUSE = timedelta(seconds=150)
"""Becomes two to three minutes with the minute's sweep."""

UNCONSENTED_FOR = timedelta(days=7)
"""How long texts without consent are kept before they are erased."""


def with_wake_up(citizen: Citizen) -> Citizen:
    """Return the citizen with the instant at which silence will have a meaning, if any."""
    return citizen.model_copy(update={"next_attempt_at": _until(citizen)})


def _until(citizen: Citizen) -> datetime | None:
    talk = citizen.conversation
    if talk.last_at is None:
        return None
    if talk.flooding:
        return talk.last_at + FLOOD_WINDOW
    if citizen.consent is None or talk.step is ConversationStep.CONSENT:
        return talk.last_at + UNCONSENTED_FOR
    if talk.step is not ConversationStep.CONTENT or not draft_of(citizen).content():
        return None
    over = talk.last_at + STORY_PAUSE
    # The bot asks nothing while an officer talks with the citizen.
    return max(over, citizen.silent_until) if citizen.silent_until else over


def is_unconsented(citizen: Citizen) -> bool:
    """Return whether the silence ends a draft without consent, which is to be erased with its inputs."""
    talk = citizen.conversation
    return not talk.flooding and (citizen.consent is None or talk.step is ConversationStep.CONSENT)


def without_unconsented_draft(citizen: Citizen) -> Citizen:
    """Return the citizen without the draft to which they never consented."""
    return with_wake_up(without_draft(citizen))


def speak_after_pause(citizen: Citizen, key: str, guide: CityGuide) -> ConversationTurn:
    """Ask the next question, as if the citizen had said that this is all. `key` is a fresh id.

    It is asked at the end of the silence, so inputs from before that Zalo delivers later do not answer it.
    """
    at = citizen.conversation.last_at or citizen.last_interaction_at
    if citizen.conversation.flooding:
        turn = _after_flood(end_flood(citizen), guide)
        return ConversationTurn(with_wake_up(turn.citizen), turn.effects)
    # A question about erasure that was not confirmed is dropped: the next number answers the next question.
    turn = finish_content(with_conversation(citizen, choices=None), CitizenInput(key=key, at=at, parts=()), guide)
    asked = with_conversation(turn.citizen, last_at=max(at, citizen.next_attempt_at or at))
    return ConversationTurn(with_wake_up(asked), turn.effects)


def _after_flood(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    """Repeat the current question, whose text the flood held back, or invite the citizen to go on."""
    idle = citizen.conversation.step is ConversationStep.IDLE
    return ConversationTurn(citizen).say("flood_over") if idle else repeat_question(citizen, guide)
