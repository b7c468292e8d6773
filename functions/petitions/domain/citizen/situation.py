"""The situation in which a message is read, from the state of the conversation."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Answered, OfficerAnswer, Refused, Requested
from petitions.domain.citizen.draft import ConversationStep
from petitions.domain.understanding.acts import Situation

TOPIC_FOR = timedelta(days=10)
"""How long an answer or a refusal stays what the citizen writes about."""
ANSWERING_BACK_FOR = timedelta(days=2)
"""How long an officer's answer in the inbox stays what the citizen replies to."""

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
_BY_TOLD = {
    "answered": Situation.ANSWERED,
    "refused": Situation.REFUSED,
    "requested": Situation.SUPPLEMENT,
}


def situation_of(citizen: Citizen, at: datetime) -> Situation:
    """Return the situation of the conversation at this time."""
    talk = citizen.conversation
    if talk.step:
        return _BY_STEP[talk.step]
    if officer_meant(citizen, at):
        return Situation.OFFICER
    topic = topic_of(citizen, at)
    if talk.adding and (topic is None or talk.adding.at > topic.at):
        return Situation.SUPPLEMENT
    if topic:
        return _BY_TOLD[topic.kind]
    return Situation.IDLE_FILED if citizen.petitions else Situation.IDLE_NEW


def officer_meant(citizen: Citizen, at: datetime) -> OfficerAnswer | None:
    """Return the officer's answer that words are a reply to, unless something newer is what they are about."""
    talk = citizen.conversation
    newer = max((each.at for each in (topic_of(citizen, at), talk.adding, talk.filed) if each), default=None)
    answer = talk.officer
    if answer is None or at - answer.at > ANSWERING_BACK_FOR or (newer and newer > answer.at):
        return None
    return answer


def topic_of(citizen: Citizen, at: datetime) -> Answered | Refused | Requested | None:
    """Return what an office told that words without a code are about: an open request, else the newest outcome."""
    told = citizen.conversation.told
    request = next((each for each in told if isinstance(each, Requested)), None)
    return request or next((each for each in told if at - each.at <= TOPIC_FOR), None)


def petition_meant(citizen: Citizen, at: datetime) -> str | None:
    """Return the petition that words without a code are about: the one added to, the topic, or the one filed last."""
    talk, topic = citizen.conversation, topic_of(citizen, at)
    if talk.adding:
        return talk.adding.code
    if isinstance(topic, Requested) and len(talk.requested) > 1:
        return None
    return topic.code if topic else talk.filed.code if talk.filed else None
