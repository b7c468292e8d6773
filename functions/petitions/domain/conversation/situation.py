"""The situation in which a message is read, from the state of the conversation."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen, ConversationStep
from petitions.domain.understanding.acts import Situation

TOPIC_FOR = timedelta(days=10)
"""How long an answer or a refusal stays what the citizen writes about."""

_BY_STEP = {
    ConversationStep.CONSENT: Situation.CONSENT,
    ConversationStep.CONTENT: Situation.CONTENT,
    ConversationStep.DUPLICATE: Situation.DUPLICATE,
    ConversationStep.ADDRESS: Situation.PLACE,
    ConversationStep.WARD: Situation.CHOOSE_WARD,
    ConversationStep.NAME: Situation.NAME,
    ConversationStep.RESIDENCE: Situation.HOME,
    ConversationStep.PHONE: Situation.PHONE,
    ConversationStep.EMAIL: Situation.PHONE,
    ConversationStep.CONFIRM: Situation.CONFIRM,
}


def situation_of(citizen: Citizen, at: datetime) -> Situation:
    """Return the situation of the conversation at this time."""
    talk = citizen.conversation
    if talk.step is not ConversationStep.IDLE:
        return _BY_STEP[talk.step]
    told = talk.topic.at if talk.topic else None
    adding = talk.supplement_for and talk.supplement_at and (told is None or talk.supplement_at > told)
    if talk.awaiting or adding:
        return Situation.SUPPLEMENT
    if talk.rating_for:
        return Situation.ANSWERED
    if talk.topic and at - talk.topic.at <= TOPIC_FOR:
        return Situation(talk.topic.outcome)
    return Situation.IDLE_FILED if citizen.petitions else Situation.IDLE_NEW


def petition_meant(citizen: Citizen, at: datetime) -> str | None:
    """Return the petition that words without a code are about: the one answered, the topic, or the one filed last."""
    talk = citizen.conversation
    topic = talk.topic.code if talk.topic and at - talk.topic.at <= TOPIC_FOR else None
    return talk.supplement_for or talk.rating_for or topic or talk.in_hand
