"""The conversation as a pure function (citizen, input) -> (citizen, effects); texts are keys, actions are effects.

One input leads to at most one reply. A text older than the last one applied never answers the current question: it is
added to the content, or to the petition already filed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from petitions.domain.citizen.citizen import Citizen, ConversationStep
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import steps_confirm, steps_content, steps_person, vocabulary
from petitions.domain.conversation.act_handlers import erasure
from petitions.domain.conversation.asking import ask_next, repeat_question, resolve_place
from petitions.domain.conversation.commands import answer_erasure, command
from petitions.domain.conversation.drafting import (
    acknowledge,
    draft_of,
    in_burst,
    is_late,
    parts_without_text,
    telling_parts,
    with_contact_info,
    with_conversation,
    with_parts,
)
from petitions.domain.conversation.effects import AddToPetition, CitizenInput, CityGuide, ConversationTurn
from petitions.domain.conversation.flood_control import count_reply, is_flooding, keep_unanswered
from petitions.domain.conversation.heard import heard
from petitions.domain.conversation.pauses import with_wake_up
from petitions.domain.conversation.situation import situation_of
from petitions.domain.conversation.without_draft import without_draft
from petitions.domain.language.language import is_english
from petitions.domain.language.words import words
from petitions.domain.understanding.acts import DialogAct

_STEPS: dict[ConversationStep, Callable[[Citizen, CitizenInput, CityGuide], ConversationTurn]] = {
    ConversationStep.CONSENT: steps_content.consent,
    ConversationStep.CONTENT: steps_content.content,
    ConversationStep.DUPLICATE: steps_content.duplicate,
    ConversationStep.ADDRESS: steps_person.address,
    ConversationStep.WARD: steps_person.ward,
    ConversationStep.NAME: steps_person.name,
    ConversationStep.RESIDENCE: steps_person.residence,
    ConversationStep.PHONE: steps_person.phone,
    ConversationStep.EMAIL: steps_person.email,
    ConversationStep.CONFIRM: steps_confirm.confirm,
}
_ASKED_IN_WORDS = frozenset({ConversationStep.ADDRESS, ConversationStep.NAME, ConversationStep.PHONE})
_COMMANDS = frozenset({DialogAct.CANCEL, DialogAct.DONE, DialogAct.YES, DialogAct.NO, DialogAct.WITHDRAW})
SURELY = 0.9
"""The probability from which a late message is a command and no part of the story."""
_NO_ANSWER = vocabulary.ACKNOWLEDGED | vocabulary.GREETING | vocabulary.IS_DONE


def converse(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply one input. Total: every input at every step has an outcome and leads to a next step."""
    talk = citizen.conversation
    if is_flooding(talk, entry.at):
        turn = keep_unanswered(citizen, entry)
        return ConversationTurn(with_wake_up(turn.citizen), turn.effects)
    if is_late(talk, entry):
        late = _late(citizen, entry, guide)
        if late is not None:
            return ConversationTurn(with_wake_up(late.citizen), late.effects)
    else:
        entry = replace(entry, burst=in_burst(talk, entry))
        citizen = with_conversation(citizen, last_at=entry.at)
    if entry.text:
        entry = replace(entry, said=guide.read(entry.text, situation_of(citizen, entry.at)))
    if talk.step is ConversationStep.IDLE and citizen.language is None and is_english(words(entry.text)):
        citizen = citizen.model_copy(update={"language": "en"})
    turn = count_reply(steps_content.warn_of_emergency(_applied(citizen, entry, guide), entry, guide), entry.at)
    return ConversationTurn(with_wake_up(turn.citizen), turn.effects)


def _applied(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    step = citizen.conversation.step
    if step is not ConversationStep.IDLE and citizen.conversation.choices is not None:
        sure = answer_erasure(citizen, entry, guide)
        if sure is not None:
            return sure
        citizen = with_conversation(citizen, choices=None)
    if step is ConversationStep.IDLE:
        given = command(citizen, entry, guide)
        return given if given is not None else without_draft(citizen, entry, guide)
    if not entry.text:
        return _silent(citizen, entry, guide)
    # A picture with a caption is kept, whatever question its caption answers.
    citizen = with_parts(citizen, parts_without_text(entry.parts))
    given = command(citizen, entry, guide)
    if given is not None:
        return given
    if step in _ASKED_IN_WORDS and said.without_courtesy(entry.text) in _NO_ANSWER:
        return repeat_question(citizen, guide)
    return heard(citizen, entry, guide) or _STEPS[step](citizen, entry, guide)


def _late(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Apply an input that Zalo delivered after a newer one; None if nothing was being written when it was sent.

    A command among them is no content: erasure is still asked about, any other is answered and may be given again.
    """
    talk = citizen.conversation
    read = guide.read(entry.text, situation_of(citizen, entry.at)) if talk.draft is not None and entry.text else None
    if read and read.act is DialogAct.ERASE:
        return erasure(citizen, entry, guide)
    if read and (read.number is not None or (read.act in _COMMANDS and read.confidence > SURELY)):
        return ConversationTurn(citizen).say("late_command")
    if talk.draft is not None:
        return ConversationTurn(with_contact_info(with_parts(citizen, entry.parts), entry))
    if talk.in_hand and (talk.in_hand_since is None or entry.at <= talk.in_hand_since):
        parts = telling_parts(entry.parts)
        return ConversationTurn(citizen, (AddToPetition(talk.in_hand, entry.parts),) if parts else ())
    return None


def _silent(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Add pictures, files, positions or contact data to the draft; the current question stays."""
    before = with_parts(citizen, entry.parts)
    citizen = with_contact_info(before, entry)
    step = citizen.conversation.step
    if step is ConversationStep.CONSENT:
        return acknowledge(citizen, entry, "consent_again")
    if step is ConversationStep.CONTENT:
        return acknowledge(citizen, entry, "content_more" if draft_of(citizen).content() else "content_words")
    if step is ConversationStep.ADDRESS and entry.location:
        return resolve_place(citizen, None, entry.location, guide)
    if citizen != before:
        return ask_next(citizen, guide)
    if entry.burst:
        return ConversationTurn(citizen)
    return repeat_question(with_conversation(citizen, acknowledged_at=entry.at), guide)
