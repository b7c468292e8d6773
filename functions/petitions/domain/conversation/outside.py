"""What dialog acts do outside a draft: about a petition already filed, or a new one."""

from __future__ import annotations

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Nothing, OpenQuestion
from petitions.domain.citizen.situation import petition_meant
from petitions.domain.conversation.drafting import telling_parts, with_conversation
from petitions.domain.conversation.effects import (
    AddToPetition,
    AskWhichPetition,
    CitizenInput,
    CityGuide,
    ConversationTurn,
    ReplyToOfficer,
)
from petitions.domain.conversation.menu import ask_for_review, rate, show_menu
from petitions.domain.conversation.own_petitions import (
    ask_belongs,
    ask_rating,
    ask_which_petition,
    begin_adding,
    own_codes,
)
from petitions.domain.conversation.questions import ask_meant
from petitions.domain.conversation.telling import begin_draft
from petitions.domain.understanding.acts import DialogAct as Act
from petitions.domain.understanding.acts import Situation
from petitions.domain.understanding.menu_words import act_of_word

FEWEST_LETTERS = 3
"""A message with fewer letters is no petition."""
MAY_BE_NEW = 0.12
"""The probability of a new matter from which a reply to an officer is asked about."""
SURELY_A_PETITION = 0.9
"""The probability from which words would begin a petition if no officer had written."""


def begun(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Begin a petition with what was told; a telephone number or two letters are none."""
    tells = sum(letter.isalpha() for letter in entry.text) >= FEWEST_LETTERS or not entry.text
    return begin_draft(citizen, entry, entry.parts) if tells else show_menu(citizen)


def added(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Add the words to the petition meant; ask which one where several may be."""
    talk, parts = citizen.conversation, telling_parts(entry.parts)
    code = petition_meant(citizen, entry.at)
    if code and parts:
        correcting = talk.adding is not None and talk.adding.correcting and talk.adding.code == code
        opened = begin_adding(citizen, code, entry.at, correcting=correcting)
        return ConversationTurn(opened, (AddToPetition(code, parts, quiet=entry.burst, correction=correcting),))
    if talk.requested and parts:
        return ask_belongs(citizen, talk.requested, parts, entry.at)
    if citizen.petitions and parts:
        return ConversationTurn(citizen, (AskWhichPetition("belongs", own_codes(citizen), parts),))
    return begun(citizen, entry, guide)


def added_all(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """End an addition; without one nothing is open."""
    adding = citizen.conversation.adding
    if adding is None:
        return ConversationTurn(citizen).say("you_are_welcome")
    done = with_conversation(citizen, stage=Nothing(), acknowledged_at=None)
    return ConversationTurn(done).say("supplement_done", code=adding.code)


def amended(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Pass on a correction of what was filed."""
    code = petition_meant(citizen, entry.at)
    codes = (code,) if code else own_codes(citizen)
    if not codes:
        return begun(citizen, entry, guide)
    return ConversationTurn(citizen, (AskWhichPetition("amend", codes, telling_parts(entry.parts)),))


def contested(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Keep the words and files with the petition, and have a person look at the outcome again.

    Who typed nothing but the word that we teach is asked why.
    """
    code = petition_meant(citizen, entry.at)
    question = citizen.conversation.question
    if question is not None and question.purpose == "rating":
        doubted = question.model_copy(update={"acts": [Act.CONTEST.value]})
        citizen = with_conversation(citizen, question=doubted)
    if act_of_word(entry.text) is Act.CONTEST:
        why = OpenQuestion(purpose="review", codes=[code] if code else [], at=entry.at)
        return ask_for_review(with_conversation(citizen, question=why), entry, code).say("review_why")
    turn = ask_for_review(citizen, entry, code)
    return turn.first(AddToPetition(code, telling_parts(entry.parts), quiet=True)) if code else turn


def rated(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Record the level of satisfaction; ask for it where the words name none, and which answer where none is open."""
    topic = next((each for each in citizen.conversation.told if each.kind == "answered"), None)
    if topic is None:
        return ask_which_petition(citizen, "rate")
    level = entry.read.level
    return rate(citizen, topic.code, level, entry) if level else ask_rating(citizen, topic.code, entry.at)


def disagreed(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Take a bare no after an answer as a sign to ask how satisfied they are."""
    topic = citizen.conversation.unrated()
    return ask_rating(citizen, topic.code, entry.at) if topic else ConversationTurn(citizen).say("you_are_welcome")


def welcomed(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Answer thanks and "I have read it"."""
    return ConversationTurn(citizen).say("you_are_welcome")


def menu_shown(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Show what can be done here."""
    return show_menu(citizen)


def replied(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Pass the words on to the officers whose answer they reply to."""
    answer = citizen.conversation.officer
    if answer is None:
        return added(citizen, entry, guide)
    return ConversationTurn(citizen, (ReplyToOfficer(answer.request, entry.text),))


def perhaps_replied(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Take the words for a reply to the officer; where they may be a new matter as well, ask which."""
    read = entry.read
    alone = guide.read(read.text, Situation.IDLE_NEW).chance(Act.FILE) >= SURELY_A_PETITION
    whole = alone and read.act is not Act.GIVE and guide.responsible(read.text, surely=False) is not None
    if whole or read.chance(Act.FILE, Act.EMERGENCY) >= MAY_BE_NEW:
        return ask_meant(citizen, [Act.TELL, Act.FILE], telling_parts(entry.parts), entry.at)
    return replied(citizen, entry, guide)
