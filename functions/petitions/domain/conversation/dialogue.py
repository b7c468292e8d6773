"""Determine how a message is to be read: its situation, the petition it refers to, and the options shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Answered, Conversation, OfficerAnswer, Refused, Requested
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.conversation.turn import CityGuide
from petitions.domain.shared.edges import UpTo
from petitions.domain.understanding.commands import Situation

TOPIC_FOR = timedelta(days=10)
"""How long words without a code are taken to refer to the last answer or refusal of a petition."""
ANSWERING_BACK_FOR = timedelta(days=2)
"""How long the citizen's messages are read as replies to an officer's answer."""
DANGER_FOR = timedelta(hours=3)
"""How long a danger is taken to continue after the last message about it."""
QUESTION_OPEN_FOR = timedelta(days=1)
"""How long a question about the citizen's petitions can be answered."""
ADDING_FOR = timedelta(minutes=30)
"""The silence after which a further message is no longer added to the same filed petition."""

_BY_STEP: Mapping[Step, Situation] = {
    Step.CONSENT: Situation.CONSENT,
    Step.CONTENT: Situation.CONTENT,
    Step.DUPLICATE: Situation.DUPLICATE,
    Step.ADDRESS: Situation.PLACE,
    Step.WARD: Situation.CHOOSE_WARD,
    Step.NAME: Situation.CONTACT,
    Step.RESIDENCE: Situation.HOME,
    Step.PHONE: Situation.PHONE,
    Step.EMAIL: Situation.PHONE,
    Step.CONFIRM: Situation.CONFIRM,
}
_BY_TOLD = {
    "answered": Situation.ANSWERED,
    "refused": Situation.REFUSED,
    "requested": Situation.SUPPLEMENT,
}
_BY_QUESTION: Mapping[str, Situation] = {
    "erase": Situation.ERASE_CONFIRM,
    "withdraw_sure": Situation.WITHDRAW_CONFIRM,
    "matters": Situation.TWO_MATTERS,
    "reason": Situation.RATE_REASON,
    "review": Situation.RATE_REASON,
    "reconsider": Situation.CONSENT,
    "rating": Situation.ANSWERED,
    "callback": Situation.PHONE,
}


def situation_of(citizen: Citizen, at: datetime) -> Situation:
    """Return the situation in which a message sent at `at` is read, such as CONSENT while consent is asked for.

    In order of precedence: an open question, a danger, the step of the draft, an officer's answer, an addition under
    way, the last message of an office about a petition.
    """
    talk = citizen.conversation
    question = talk.question
    asked = _BY_QUESTION.get(question.purpose) if question else None
    changeable = question is not None and question.purpose == "reconsider" and bool(citizen.petitions)
    if asked and not changeable and (talk.draft is None or asked is not Situation.ANSWERED):
        return asked
    if danger_goes_on(talk, at):
        return Situation.DANGER
    if isinstance(talk.step, Step) and not has_new_office_message(citizen, at):
        lacks_all = talk.draft is not None and talk.draft.residence is None and talk.draft.phone is None
        return Situation.NAME if talk.step is Step.NAME and not lacks_all else _BY_STEP[talk.step]
    if officer_meant(citizen, at):
        return Situation.OFFICER
    topic = topic_of(citizen, at)
    if talk.adding and (topic is None or UpTo(topic.at).is_over(talk.adding.at)):
        return Situation.SUPPLEMENT
    if topic:
        return _BY_TOLD[topic.kind]
    return Situation.IDLE_FILED if citizen.petitions else Situation.IDLE_NEW


def has_new_office_message(citizen: Citizen, at: datetime) -> bool:
    """Return whether an officer has written or a unit has asked for something since the last reply about the draft."""
    talk, officer, topic = citizen.conversation, officer_meant(citizen, at), topic_of(citizen, at)
    asked = [event.at for event in (officer, topic if isinstance(topic, Requested) else None) if event]
    return talk.acknowledged_at is not None and any(UpTo(talk.acknowledged_at).is_over(one) for one in asked)


MEANT: Mapping[str, str] = {
    "tell": "file",
    "add": "add",
    "more": "more",
    "contest": "contest",
    "status": "status",
    "rate": "rate",
    "withdraw": "withdraw",
    "person": "person",
    "erase": "erase",
    "cancel": "cancel",
    "finish": "done",
}
"""The meanings offered for an unclear message, with the suffix of their text's key `meant_...`."""

_NUMBERED: Mapping[Situation, str] = {
    Situation.CONSENT: "consent_again",
    Situation.CONFIRM: "send_ask",
    Situation.DUPLICATE: "duplicate_ask",
    Situation.TWO_MATTERS: "matters_ask",
    Situation.ERASE_CONFIRM: "erase_ask",
    Situation.WITHDRAW_CONFIRM: "withdraw_sure",
    Situation.ANSWERED: "rating_ask",
}
"""The keys of texts with numbered options, by situation."""


def labels_shown(citizen: Citizen, situation: Situation, guide: CityGuide) -> Sequence[str]:
    """Return the labels of the numbered options that the citizen sees, from option 1 on. Empty without options."""
    draft, question = citizen.conversation.draft, citizen.conversation.question
    key = _NUMBERED.get(situation)
    if question and question.purpose == "meant":
        return [label for name in question.readings for label in guide.labels(f"meant_{MEANT[name]}", citizen.language)]
    if question and question.purpose == "whose":
        return guide.labels("whose_ask", citizen.language)
    if question and question.purpose == "sender":
        return [one.value for one in question.values]
    if question and question.codes and question.purpose not in {"rating", "withdraw_sure"}:
        return question.codes
    if situation is Situation.CHOOSE_WARD and draft:
        return [guide.ward_name(code) for code in draft.ward_choices]
    if situation is Situation.ANSWERED and not (question and question.purpose == "rating"):
        return ()
    return guide.labels(key, citizen.language) if key else ()


def danger_goes_on(talk: Conversation, at: datetime) -> bool:
    """Return whether a danger reported earlier still goes on at this time."""
    return talk.danger is not None and at in UpTo(talk.danger.at + DANGER_FOR)


def officer_meant(citizen: Citizen, at: datetime) -> OfficerAnswer | None:
    """Return the officer's answer that a message replies to, or None if it is too old or no longer the topic."""
    talk = citizen.conversation
    newer = max((event.at for event in (topic_of(citizen, at), talk.adding, talk.filed) if event), default=None)
    answer = talk.officer
    if answer is None or UpTo(answer.at + ANSWERING_BACK_FOR).is_over(at) or (newer and UpTo(answer.at).is_over(newer)):
        return None
    return answer


def topic_of(citizen: Citizen, at: datetime) -> Answered | Refused | Requested | None:
    """Return the message of an office that words without a code refer to, or None.

    An open request for more information comes first, then the newest answer or refusal of at most `TOPIC_FOR` ago.
    """
    topics = citizen.conversation.office_messages
    request = next((topic for topic in topics if isinstance(topic, Requested)), None)
    return request or next((topic for topic in topics if at in UpTo(topic.at + TOPIC_FOR)), None)


def petition_meant(citizen: Citizen, at: datetime) -> str | None:
    """Return the code of the petition that words without a code refer to, or None if there is none or several.

    In this order: the petition being added to, the one in the last message of an office, the petition filed last.
    """
    talk, topic = citizen.conversation, topic_of(citizen, at)
    if talk.adding:
        return talk.adding.code
    if isinstance(topic, Requested) and len(talk.requested) > 1:
        return None
    return topic.code if topic else talk.filed.code if talk.filed else None
