"""The menu, and the words that mean the same at every step: cancel, back, start over, help, a person, erasure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Literal

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Nothing, OpenQuestion, QuestionPurpose
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.conversation.asking import repeat_question
from petitions.domain.conversation.drafting import at_step, parts_without_text, with_conversation, with_draft
from petitions.domain.conversation.effects import (
    AskWhichPetition,
    CitizenInput,
    CityGuide,
    ContactWanted,
    ConversationTurn,
    LookUpStatus,
    RateAnswer,
)
from petitions.domain.conversation.own_petitions import ask_which_petition, own_codes
from petitions.domain.conversation.summary_answers import back_to_story
from petitions.domain.conversation.telling import begin_draft, end_draft
from petitions.domain.petition.petition import LOW_RATING
from petitions.domain.understanding.menu_words import MenuWord as Word

LONGEST_LEVEL = 8
"""The most words of a low rating that gives no reason."""

JUST_FILED = timedelta(seconds=15)

_BEFORE: dict[Step, Step] = {
    Step.DUPLICATE: Step.CONTENT,
    Step.ADDRESS: Step.CONTENT,
    Step.WARD: Step.ADDRESS,
    Step.NAME: Step.ADDRESS,
    Step.RESIDENCE: Step.NAME,
    Step.PHONE: Step.RESIDENCE,
    Step.EMAIL: Step.CONFIRM,
    Step.CONFIRM: Step.PHONE,
}


_PURPOSES: Mapping[Word, QuestionPurpose] = {
    Word.VIEW: "view",
    Word.ADD: "add",
    Word.CORRECT: "correct",
    Word.WITHDRAW: "withdraw",
    Word.RATE: "rate",
}


def show_menu(citizen: Citizen) -> ConversationTurn:
    """Greet with the menu; from now on a number answers the menu and no earlier question."""
    talk = citizen.conversation
    at = talk.last_at or citizen.last_interaction_at
    waits = talk.question is not None and talk.question.purpose == "reconsider"
    question = talk.question if waits else OpenQuestion(purpose="menu", at=at)
    return ConversationTurn(with_conversation(citizen, question=question, stage=Nothing())).say("menu")


def item(citizen: Citizen, entry: CitizenInput, word: Word) -> ConversationTurn:
    """Do what an item of the menu says, outside a draft."""
    talk = citizen.conversation
    filed_now = talk.filed and entry.at - talk.filed.at < JUST_FILED and talk.question is None
    if word is Word.BEGIN and talk.filed and filed_now and entry.read.number is not None:
        return ConversationTurn(citizen).say("filed_already", code=talk.filed.code)  # a second tap on "1. Gửi"
    # Whoever calls for a person may still rate the answer that they called about.
    rates = word is Word.PERSON and talk.question is not None and talk.question.purpose == "rating"
    citizen = with_conversation(citizen, stage=Nothing(), question=talk.question if rates else None)
    match word:
        case Word.BEGIN | Word.RESTART:
            return begin_draft(citizen, entry, parts_without_text(entry.parts))
        case Word.LOOK_UP:
            return ConversationTurn(citizen).say("code_ask")
        case Word.ERASE:
            return ask_about_erasure(citizen, entry)
        case Word.PERSON:
            return ask_for_officer(citizen, entry)
        case Word.VIEW | Word.ADD | Word.CORRECT | Word.WITHDRAW | Word.RATE:
            return ask_which_petition(citizen, _PURPOSES[word])
        case Word.VIETNAMESE:
            return speak(citizen, "vi", None)
        case Word.BACK:
            return show_menu(citizen)


def item_in_draft(citizen: Citizen, entry: CitizenInput, word: Word, guide: CityGuide) -> ConversationTurn:
    """Do what a word of the menu says within a draft: at once if it asks nothing, and always if it is erasure."""
    step = citizen.conversation.step
    if word in {Word.ADD, Word.CORRECT} and step is Step.CONTENT and citizen.petitions:
        return ConversationTurn(citizen, (AskWhichPetition("belongs", own_codes(citizen)),))
    if word is Word.ADD and step is Step.CONFIRM:
        return back_to_story(citizen)
    if word in _SAID_IN_DRAFT:
        return ConversationTurn(citizen).say(_SAID_IN_DRAFT[word])
    return _IN_DRAFT[word](citizen, entry, guide) if word in _IN_DRAFT else repeat_question(citizen, guide)


def _back(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    step = citizen.conversation.step
    before = _BEFORE.get(step) if step else None
    if before is None:
        return repeat_question(citizen, guide).say_first("back_none")
    if before is Step.CONTENT:
        return back_to_story(citizen)
    return repeat_question(with_conversation(at_step(citizen, before), acknowledged_at=None), guide)


def _start_over(citizen: Citizen) -> ConversationTurn:
    """Begin the draft anew; the texts written so far stay among the inputs."""
    unconsented = citizen.conversation.step is Step.CONSENT
    given_up = end_draft(citizen)
    anew = at_step(given_up.citizen, Step.CONSENT if unconsented else Step.CONTENT)
    empty = with_draft(anew, **PetitionDraft().model_dump())
    return ConversationTurn(empty, given_up.effects).say("consent_again" if unconsented else "restarted")


def speak(citizen: Citizen, language: Literal["en", "vi"], guide: CityGuide | None) -> ConversationTurn:
    """Go on in this language."""
    spoken = citizen.model_copy(update={"language": language})
    writing = citizen.conversation.draft is not None and guide is not None
    return repeat_question(spoken, guide) if writing and guide else show_menu(spoken)


def cancel(citizen: Citizen) -> ConversationTurn:
    """Drop whatever is in hand."""
    talk = citizen.conversation
    if talk.draft is not None:
        return end_draft(citizen).say("cancelled")
    if talk.adding or (talk.question and talk.question.purpose not in {"menu", "rating"}):
        dropped = with_conversation(citizen, stage=Nothing(), question=None, acknowledged_at=None)
        return ConversationTurn(dropped).say("question_dropped")
    return ConversationTurn(citizen).say("nothing_to_cancel_filed" if citizen.petitions else "nothing_to_cancel")


def ask_about_erasure(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Ask whether everything is to be erased."""
    question = OpenQuestion(purpose="erase", at=entry.at)
    return ConversationTurn(with_conversation(citizen, question=question)).say("erase_ask")


def ask_for_officer(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Have a coordinator called, and say where to reach somebody now."""
    turn = ConversationTurn(citizen, (ContactWanted(ContactReason.PERSON, entry.text),))
    return turn.say("draft_kept") if citizen.conversation.draft else turn


def ask_for_review(citizen: Citizen, entry: CitizenInput, code: str | None) -> ConversationTurn:
    """Have a coordinator look at a decision again."""
    return ConversationTurn(citizen, (ContactWanted(ContactReason.CONTESTED, entry.text, code),))


def rate(citizen: Citizen, code: str, level: int, entry: CitizenInput) -> ConversationTurn:
    """Record a rating; ask the reason of a low one unless it was given, within a draft only in words."""
    reason = entry.text if level == LOW_RATING and len(entry.text.split()) > LONGEST_LEVEL else None
    talk = citizen.conversation.after_rating(code)
    turn = ConversationTurn(citizen.model_copy(update={"conversation": talk}), (RateAnswer(code, level, reason),))
    if level < LOW_RATING:
        return turn.say("rated")
    if reason:
        return turn
    if talk.draft is not None:
        return turn.say("rated_low_in_draft")
    why = OpenQuestion(purpose="reason", codes=[code], at=entry.at)
    return ConversationTurn(with_conversation(turn.citizen, question=why), turn.effects).say("rated_low")


_SAID_IN_DRAFT = {Word.LOOK_UP: "code_ask", Word.WITHDRAW: "finish_first", Word.RATE: "finish_first"}


def look_up(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Tell how far the petition named, or the own ones, are."""
    codes = entry.read.codes
    if codes:
        return ConversationTurn(citizen, (LookUpStatus(codes[0]),))
    turn = ask_which_petition(citizen, "status")
    return turn if citizen.conversation.draft is None else turn.say("draft_kept")


_IN_DRAFT: Mapping[Word, Callable[[Citizen, CitizenInput, CityGuide], ConversationTurn]] = {
    Word.VIEW: lambda citizen, _, __: ask_which_petition(citizen, "status").say("draft_kept"),
    Word.ERASE: lambda citizen, entry, _: ask_about_erasure(citizen, entry),
    Word.PERSON: lambda citizen, entry, _: ask_for_officer(citizen, entry),
    Word.VIETNAMESE: lambda citizen, _, guide: speak(citizen, "vi", guide),
    Word.BACK: lambda citizen, _, guide: _back(citizen, guide),
    Word.RESTART: lambda citizen, _, __: _start_over(citizen),
}
