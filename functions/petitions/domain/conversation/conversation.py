"""The conversation as a pure function (citizen, input) -> (citizen, effects); texts are keys, actions are effects.

One input leads to at most one reply. A text older than the last one applied never answers the current question: it is
added to the content, or to the petition already filed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import steps_confirm, steps_content, steps_person, vocabulary
from petitions.domain.conversation.asking import ask, placed, repeat
from petitions.domain.conversation.citizen import Citizen, Step
from petitions.domain.conversation.commands import command, erased
from petitions.domain.conversation.drafting import (
    acknowledged,
    draft_of,
    in_burst,
    informed,
    is_late,
    talking,
    told,
    unsaid,
    with_parts,
)
from petitions.domain.conversation.effects import AddTo, Guide, Input, Turn
from petitions.domain.conversation.flood_control import floods, heard, paced
from petitions.domain.conversation.pauses import awake
from petitions.domain.conversation.without_draft import idle
from petitions.domain.language.language import is_english
from petitions.domain.language.words import words

_STEPS: dict[Step, Callable[[Citizen, Input, Guide], Turn]] = {
    Step.CONSENT: steps_content.consent,
    Step.CONTENT: steps_content.content,
    Step.DUPLICATE: steps_content.duplicate,
    Step.ADDRESS: steps_person.address,
    Step.WARD: steps_person.ward,
    Step.NAME: steps_person.name,
    Step.RESIDENCE: steps_person.residence,
    Step.PHONE: steps_person.phone,
    Step.EMAIL: steps_person.email,
    Step.CONFIRM: steps_confirm.confirm,
}
_ASKED_IN_WORDS = frozenset({Step.ADDRESS, Step.NAME, Step.PHONE})
_NO_ANSWER = vocabulary.ACKNOWLEDGED | vocabulary.GREETING | vocabulary.DONE


def converse(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    """Apply one input. Total: every input at every step has an outcome and leads to a next step."""
    talk = citizen.conversation
    if floods(talk, entry.at):
        turn = heard(citizen, entry)
        return Turn(awake(turn.citizen), turn.effects)
    if is_late(talk, entry):
        late = _late(citizen, entry)
        if late is not None:
            return Turn(awake(late.citizen), late.effects)
    else:
        entry = replace(entry, burst=in_burst(talk, entry))
        citizen = talking(citizen, last_at=entry.at)
    if talk.step is Step.IDLE and citizen.language is None and is_english(words(entry.text)):
        citizen = citizen.model_copy(update={"language": "en"})
    turn = paced(steps_content.alarmed(_applied(citizen, entry, guide), entry, guide), entry.at)
    return Turn(awake(turn.citizen), turn.effects)


def _applied(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    step = citizen.conversation.step
    if step is not Step.IDLE and citizen.conversation.choices is not None:
        sure = erased(citizen, entry, guide)
        if sure is not None:
            return sure
        citizen = talking(citizen, choices=None)
    if step is Step.IDLE:
        given = command(citizen, entry, guide)
        return given if given is not None else idle(citizen, entry)
    if not entry.text:
        return _silent(citizen, entry, guide)
    # A picture with a caption is kept, whatever question its caption answers.
    citizen = with_parts(citizen, unsaid(entry.parts))
    given = command(citizen, entry, guide)
    if given is not None:
        return given
    if step in _ASKED_IN_WORDS and said.plain(entry.text) in _NO_ANSWER:
        return repeat(citizen, guide)
    return _STEPS[step](citizen, entry, guide)


def _late(citizen: Citizen, entry: Input) -> Turn | None:
    """Apply an input that Zalo delivered after a newer one; None if nothing was being written when it was sent."""
    talk = citizen.conversation
    if talk.draft is not None:
        return Turn(informed(with_parts(citizen, entry.parts), entry))
    if talk.in_hand and (talk.in_hand_since is None or entry.at <= talk.in_hand_since):
        parts = told(entry.parts)
        return Turn(citizen, (AddTo(talk.in_hand, entry.parts),) if parts else ())
    return None


def _silent(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    """Add pictures, files, positions or contact data to the draft; the current question stays."""
    before = with_parts(citizen, entry.parts)
    citizen = informed(before, entry)
    step = citizen.conversation.step
    if step is Step.CONSENT:
        return acknowledged(citizen, entry, "consent_again")
    if step is Step.CONTENT:
        return acknowledged(citizen, entry, "content_more" if draft_of(citizen).content() else "content_words")
    if step is Step.ADDRESS and entry.location:
        return placed(citizen, None, entry.location, guide)
    if citizen != before:
        return ask(citizen, guide)
    if entry.burst:
        return Turn(citizen)
    return repeat(talking(citizen, acknowledged_at=entry.at), guide)
