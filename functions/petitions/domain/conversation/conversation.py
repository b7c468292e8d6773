"""The conversation as a pure function (citizen, input) -> (citizen, effects); texts are keys, actions are effects.

One input leads to at most one reply. A text older than the last one applied never answers the current question: it is
added to the content, or to the petition already filed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Nothing
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.situation import petition_meant, situation_of
from petitions.domain.conversation import questions
from petitions.domain.conversation.asking import ask_next, repeat_question, resolve_place
from petitions.domain.conversation.drafting import (
    acknowledge,
    in_burst,
    is_late,
    parts_without_text,
    telling_parts,
    with_contact_info,
    with_conversation,
    with_parts,
    with_word_of_room,
)
from petitions.domain.conversation.effects import AddToPetition, CitizenInput, CityGuide, ConversationTurn
from petitions.domain.conversation.flood_control import count_reply, is_flooding, keep_unanswered
from petitions.domain.conversation.guiding import warn_of_emergency
from petitions.domain.conversation.heard import heard, outcome
from petitions.domain.conversation.menu import ask_about_erasure, item, item_in_draft, look_up, show_menu
from petitions.domain.conversation.outside import added
from petitions.domain.conversation.own_petitions import ask_belongs, begin_adding
from petitions.domain.conversation.pauses import with_wake_up
from petitions.domain.conversation.telling import begin_draft, not_agreed, received
from petitions.domain.language.language import is_english
from petitions.domain.language.words import words
from petitions.domain.understanding.acts import DialogAct as Act
from petitions.domain.understanding.exact import is_taught
from petitions.domain.understanding.menu_words import MENU

_COMMANDS = frozenset({Act.CANCEL, Act.DONE, Act.YES, Act.NO, Act.WITHDRAW})
SURELY = 0.9
"""The probability from which a late message is a command and no part of the story."""

ADDING_FOR = timedelta(minutes=30)
"""The silence after which an input is no longer an addition to the previous petition."""

LONGEST_WITH_A_CODE = 20
"""The most words of a message that asks about the petition whose code it contains."""


def converse(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply one input. Total: every input in every situation has an outcome."""
    talk = citizen.conversation
    if is_flooding(talk, entry.at):
        return _awake(keep_unanswered(citizen, entry))
    if is_late(talk, entry):
        late = _late(citizen, entry, guide)
        if late is not None:
            return _awake(with_word_of_room(citizen, late))
    else:
        entry = replace(entry, burst=in_burst(talk, entry))
        citizen = with_conversation(citizen, last_at=entry.at)
    if talk.adding and entry.at - talk.adding.at > ADDING_FOR:
        citizen = with_conversation(citizen, stage=Nothing())
    if entry.text:
        asked = questions.situation_of_question(citizen) or situation_of(citizen, entry.at)
        entry = replace(entry, said=guide.read(entry.text, asked))
    if talk.draft is None and citizen.language is None and is_english(words(entry.text)):
        citizen = citizen.model_copy(update={"language": "en"})
    turn = with_word_of_room(citizen, _applied(citizen, entry, guide), burst=entry.burst)
    return _awake(count_reply(warn_of_emergency(turn, entry, guide), entry.at))


def _awake(turn: ConversationTurn) -> ConversationTurn:
    return ConversationTurn(with_wake_up(turn.citizen), turn.effects)


def _applied(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an input: to the question in hand, to the draft, or outside of any."""
    turn = questions.answered(citizen, entry, guide)
    if turn is not None:
        return turn
    citizen, entry, turn = _with_reading_chosen(citizen, entry, guide)
    if turn is not None:
        return turn
    if entry.said and entry.read.situation is not situation_of(citizen, entry.at):  # a question left unanswered
        entry = replace(entry, said=guide.read(entry.text, situation_of(citizen, entry.at)))
    if citizen.conversation.draft is not None:
        return _in_draft(citizen, entry, guide)
    return _without_draft(citizen, entry, guide)


_STAYING = frozenset({"rating", "reconsider"})
"""A rating may come after thanks, and a change of mind after a word that one was misunderstood."""


def _with_reading_chosen(
    citizen: Citizen, entry: CitizenInput, guide: CityGuide
) -> tuple[Citizen, CitizenInput, ConversationTurn | None]:
    """Return the citizen without an open question, and the input with what was asked about before it."""
    question = citizen.conversation.question
    free = with_conversation(citizen, question=None)
    if question is None or question.purpose != "meant":
        stays = question is not None and question.purpose in _STAYING
        return (citizen if stays else free), entry, None
    if questions.stops_unanswered(question, entry):
        return free, entry, questions.ask_meant(free, [Act(act) for act in question.acts], question.parts, question.at)
    chosen = questions.chosen_reading(citizen, entry, guide, situation_of(citizen, question.at))
    if chosen is None:
        return free, replace(entry, parts=(*question.parts, *entry.parts)), None
    meant, act = chosen
    if act is None:
        return free, meant, _dropped(free, meant, guide)
    return free, meant, outcome(meant.read.situation, act)(free, meant, guide)


def _dropped(citizen: Citizen, meant: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go on after a message that was none of the readings offered; within a story it is more of it."""
    if citizen.conversation.draft is None:
        return ConversationTurn(citizen).say("question_dropped")
    told = citizen.conversation.step is Step.CONTENT
    return repeat_question(with_parts(citizen, meant.parts) if told else citizen, guide)


def _in_draft(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    if not entry.text:
        return _silent(citizen, entry, guide)
    # A picture with a caption is kept, whatever question its caption answers.
    citizen = with_parts(citizen, parts_without_text(entry.parts))
    read = entry.read
    if read.word:
        return item_in_draft(citizen, entry, read.word, guide)
    if read.codes and read.length <= LONGEST_WITH_A_CODE and citizen.conversation.step is not Step.CONTENT:
        return look_up(citizen, entry)
    if read.miscoded:
        return ConversationTurn(citizen).say("code_wrong")
    return heard(citizen, entry, guide)


def _without_draft(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an input to its petition: the one quoted, the one meant, the only one awaited, or a new one."""
    talk, parts = citizen.conversation, telling_parts(entry.parts)
    if entry.quoted and parts and not talk.adding:
        return ConversationTurn(
            begin_adding(citizen, entry.quoted, entry.at), (AddToPetition(entry.quoted, parts, quiet=entry.burst),)
        )
    if not entry.text:
        return _files(citizen, entry, guide)
    read = entry.read
    awaited = bool(talk.adding or talk.requested)
    if read.word:
        return item(citizen, entry, read.word)
    if read.number is not None and not awaited:
        return item(citizen, entry, MENU[read.number - 1]) if 0 < read.number <= len(MENU) else show_menu(citizen)
    if read.number is not None:
        return added(citizen, entry, guide)
    if read.codes and read.length <= LONGEST_WITH_A_CODE and not awaited:
        return look_up(citizen, entry)
    if read.miscoded:
        return ConversationTurn(citizen).say("code_wrong")
    return heard(citizen, entry, guide)


def _files(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply pictures, files or a position without words: about the topic, if there is one, else a new petition."""
    parts = telling_parts(entry.parts)
    if not parts:
        return show_menu(citizen)
    talk = citizen.conversation
    meant = talk.adding or talk.told
    if meant and petition_meant(citizen, entry.at):
        return added(citizen, entry, guide)
    if talk.requested:
        return ask_belongs(citizen, talk.requested, parts, entry.at)
    return begin_draft(citizen, entry, entry.parts)


def _late(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Apply an input that Zalo delivered after a newer one; None if it is taken as if it had come in time.

    A command among them is no content and answers nothing that was asked since: erasure is still asked about, consent
    is still refused, any other is answered and may be given again.
    """
    talk = citizen.conversation
    drafting, filing = talk.draft is not None, talk.filed is not None and entry.at <= talk.filed.at
    if talk.question and entry.at >= talk.question.at and not drafting:
        return None
    asked = None if drafting else questions.situation_of_question(citizen)
    read = guide.read(entry.text, asked or situation_of(citizen, entry.at)) if entry.text else None
    if read and read.act is Act.ERASE:
        return ask_about_erasure(citizen, entry)
    if read and talk.step is Step.CONSENT and read.act is Act.NO:
        return not_agreed(citizen, replace(entry, said=read), guide)
    commands = read and (is_taught(entry.text) or (read.act in _COMMANDS and read.confidence > SURELY))
    asking = talk.question is not None and not (read and read.level)  # a rating in words means the same at any time
    if read and (read.number is not None or (commands and (drafting or filing or asking))):
        return _late_command(citizen, entry, guide)
    if drafting:
        return ConversationTurn(with_contact_info(with_parts(citizen, entry.parts), entry))
    if filing and talk.filed:
        parts = telling_parts(entry.parts)
        return ConversationTurn(citizen, (AddToPetition(talk.filed.code, entry.parts),) if parts else ())
    return None


def _late_command(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a command that came after newer inputs, and keep a picture whose caption it is."""
    filed, files = citizen.conversation.filed, telling_parts(parts_without_text(entry.parts))
    if citizen.conversation.draft is not None:  # what was asked is outdated by this reply, if it has not come yet
        return repeat_question(with_parts(citizen, files), guide).say_first("late_command")
    turn = questions.sure_again(citizen).say_first("late_command_filed")  # the question may not have come yet
    return turn.first(AddToPetition(filed.code, files, quiet=True)) if filed and files else turn


def _silent(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Add pictures, files, positions or contact data to the draft; the current question stays."""
    before = with_parts(citizen, entry.parts)
    citizen = with_contact_info(before, entry)
    step = citizen.conversation.step
    if step is Step.CONSENT:
        return acknowledge(citizen, entry, "consent_again")
    if step is Step.CONTENT:
        return received(citizen, entry)
    if step is Step.ADDRESS and entry.location:
        return resolve_place(citizen, None, entry.location, guide)
    if citizen != before:
        return ask_next(citizen, guide)
    if entry.burst:
        return ConversationTurn(citizen)
    return repeat_question(with_conversation(citizen, acknowledged_at=entry.at), guide)
