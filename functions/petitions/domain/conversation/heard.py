"""One table of (situation, dialog act): what follows where the act, and not an exact phrase, tells what is meant.

A pair that is not in the table is an answer to the question in hand, or content; the step takes it. Acts that mean the
same everywhere stand in EVERYWHERE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from petitions.domain.citizen.citizen import Citizen, InputPart, OpenQuestion
from petitions.domain.conversation.act_handlers import (
    Handler,
    added,
    agreed,
    amended,
    answered,
    answered_and_kept,
    answered_outside,
    ask_for_name,
    call_person,
    cancelled,
    contested,
    corrected,
    erasure,
    explain,
    greeted,
    helped,
    in_english,
    more_at_summary,
    not_agreed,
    rated,
    said_of,
    sent,
    soothed,
    tell_status,
    thanked,
    told_all,
    told_more,
    withdrawn,
)
from petitions.domain.conversation.drafting import (
    telling_parts,
    with_conversation,
)
from petitions.domain.conversation.effects import (
    CitizenInput,
    CityGuide,
    ConversationTurn,
)
from petitions.domain.conversation.steps_content import file_apart, join_similar
from petitions.domain.conversation.steps_person import without_place, without_ward
from petitions.domain.understanding.acts import ASKED, OUTSIDE, Situation
from petitions.domain.understanding.acts import DialogAct as Act

MAY_BE_A_STORY = 0.15
"""The probability of a story from which a message outside a draft is kept as one: nothing that was told is lost."""
SURE_WITHIN_A_STORY = 0.6
"""The probability below which a message within a story is more of it, and a first message begins one."""
LEAST_OFFERED = 0.12
"""The probability from which a reading is offered in a question."""


EVERYWHERE: Mapping[Act, Handler] = {
    Act.ERASE: erasure,
    Act.PERSON: call_person,
    Act.ENGLISH: in_english,
    Act.CANCEL: cancelled,
    Act.WITHDRAW: withdrawn,
    Act.STATUS: tell_status,
    Act.ASK: answered,
    Act.THANKS: thanked,
    Act.GREETING: greeted,
    Act.VENT: soothed,
    Act.MENU: helped,
}
"""Acts that mean the same in every situation."""

HERE: Mapping[tuple[Situation, Act], Handler | None] = {
    **{(situation, Act.CONTEST): contested for situation in OUTSIDE if situation is not Situation.IDLE_NEW},
    **{(situation, Act.ADD): added for situation in (Situation.IDLE_FILED, Situation.ANSWERED)},
    (Situation.REFUSED, Act.ADD): contested,  # nobody reads an addition to what was refused
    **{(situation, Act.CORRECT): amended for situation in OUTSIDE if situation is not Situation.SUPPLEMENT},
    (Situation.CONTENT, Act.ASK): answered_and_kept,
    (Situation.IDLE_NEW, Act.ASK): answered_outside,
    (Situation.IDLE_FILED, Act.ASK): answered_outside,
    **{(situation, Act.RATE): rated for situation in (Situation.ANSWERED, Situation.SUPPLEMENT)},
    (Situation.CONSENT, Act.YES): agreed,
    (Situation.CONSENT, Act.NO): not_agreed,
    **{(Situation.CONTENT, act): None for act in (Act.VENT, Act.THANKS, Act.GREETING)},
    (Situation.CONTENT, Act.DONE): told_all,
    **{(situation, act): told_more for situation in ASKED for act in (Act.TELL, Act.FILE, Act.ADD)},
    **{(situation, Act.CORRECT): corrected for situation in ASKED},
    (Situation.PLACE, Act.DECLINE): without_place,
    (Situation.CHOOSE_WARD, Act.DECLINE): without_ward,
    **{(Situation.NAME, act): ask_for_name for act in (Act.UNCLEAR, Act.YES, Act.NO, Act.DONE)},
    (Situation.NAME, Act.DECLINE): explain("name_why"),
    (Situation.HOME, Act.DECLINE): explain("residence_why"),
    (Situation.PHONE, Act.DECLINE): explain("phone_why"),
    **{(situation, Act.EMERGENCY): told_more for situation in ASKED},
    (Situation.CONFIRM, Act.EMERGENCY): more_at_summary,
    **{(Situation.DUPLICATE, act): join_similar for act in (Act.ADD, Act.YES)},
    **{(Situation.DUPLICATE, act): file_apart for act in (Act.FILE, Act.NO)},
    (Situation.CONFIRM, Act.YES): sent,
    **{(Situation.CONFIRM, act): corrected for act in (Act.NO, Act.CORRECT, Act.GIVE)},
    **{(Situation.CONFIRM, act): more_at_summary for act in (Act.TELL, Act.ADD, Act.FILE)},
}
"""Acts that mean something of their own in a situation; None leaves them to the step."""

READINGS: Mapping[Act, str] = {
    Act.FILE: "file",
    Act.ADD: "add",
    Act.CONTEST: "contest",
    Act.STATUS: "status",
    Act.RATE: "rate",
    Act.CORRECT: "correct",
    Act.WITHDRAW: "withdraw",
    Act.PERSON: "person",
    Act.ASK: "ask_us",
    Act.ERASE: "erase",
}
"""The readings that a question can name, with the end of the key of their text `meant_...`."""


def heard(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Return the turn of the message's act; None if the step, or a new petition, takes the message."""
    said = said_of(entry)
    if said.number is not None:  # the step knows its numbers
        return None
    if said.situation is Situation.IDLE_NEW and said.confidence < SURE_WITHIN_A_STORY:
        return None
    if said.situation in OUTSIDE:
        story = said.act in _PASSING and (said.chance(*_LASTING) >= MAY_BE_A_STORY or guide.is_matter(entry.text))
        if said.asks or story or said.act in _VAGUE:
            asked = _ask_what_is_meant(citizen, entry) if citizen.petitions else None
            if asked is not None or said.asks or story:
                return asked
    elif said.asks or (said.situation is Situation.CONTENT and said.confidence < SURE_WITHIN_A_STORY):
        return None
    handler = HERE.get((said.situation, said.act), EVERYWHERE.get(said.act))
    return handler(citizen, entry, guide) if handler else None


_VAGUE = frozenset({Act.VENT, Act.UNCLEAR})
_PASSING = frozenset({Act.VENT, Act.ASK, Act.GREETING, Act.THANKS, Act.MENU, Act.PERSON, Act.STATUS})
"""Acts after which a message leaves no trace in a petition."""
_LASTING = (Act.FILE, Act.TELL, Act.ADD, Act.CONTEST)
"""Acts whose words belong to a petition."""


def _ask_what_is_meant(citizen: Citizen, entry: CitizenInput) -> ConversationTurn | None:
    """Ask one short question that names both readings; None where only one of them can be named."""
    code = citizen.conversation.rating_for
    if code and said_of(entry).likely[0][0] is Act.RATE:
        return ConversationTurn(citizen).say("rating_ask", code=code)
    offered = [act for act, share in said_of(entry).likely if act in READINGS and share >= LEAST_OFFERED][:2]
    if len(offered) < 2:  # noqa: PLR2004 - a choice needs two
        return None
    question = OpenQuestion(
        purpose="meant", acts=[act.value for act in offered], parts=list(telling_parts(entry.parts)), at=entry.at
    )
    return ConversationTurn(with_conversation(citizen, choices=question)).say(
        "meant_ask", first=READINGS[offered[0]], second=READINGS[offered[1]]
    )


def as_meant(citizen: Citizen, question: OpenQuestion, number: int, entry: CitizenInput, guide: CityGuide) -> Meant:
    """Return the message that was asked about with the act chosen, and the turn that follows; no turn for a story."""
    parts: tuple[InputPart, ...] = tuple(question.parts)
    text = "\n".join(part.text for part in parts if part.text)
    said = guide.read(text, said_of(entry).situation)
    meant = replace(entry, parts=parts, said=replace(said, act=Act(question.acts[number - 1]), asks=False))
    return meant, heard(citizen, meant, guide)


Meant = tuple[CitizenInput, ConversationTurn | None]
