"""Words that mean the same at every step: cancel, back, start over, help, officer, status, thanks."""

from __future__ import annotations

from typing import Literal

from petitions.domain.citizen.citizen import Citizen, ConversationStep, OpenQuestion, PetitionDraft
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.asking import repeat_question
from petitions.domain.conversation.drafting import with_conversation
from petitions.domain.conversation.effects import (
    AskWhichPetition,
    CitizenInput,
    CityGuide,
    ConversationTurn,
    EraseCitizenData,
    GuidanceGiven,
    LookUpStatus,
    RateAnswer,
)
from petitions.domain.conversation.own_petitions import ask_which_petition, own_codes
from petitions.domain.conversation.steps_content import end_draft
from petitions.domain.petition.codes import find_code, looks_like_code

LONGEST_QUESTION = 120
"""The most characters of a text that, outside a draft, asks for the status of the petition whose code it contains."""

LOW_RATING = 3

_BEFORE: dict[ConversationStep, ConversationStep] = {
    ConversationStep.DUPLICATE: ConversationStep.CONTENT,
    ConversationStep.ADDRESS: ConversationStep.CONTENT,
    ConversationStep.WARD: ConversationStep.ADDRESS,
    ConversationStep.NAME: ConversationStep.ADDRESS,
    ConversationStep.RESIDENCE: ConversationStep.NAME,
    ConversationStep.PHONE: ConversationStep.RESIDENCE,
    ConversationStep.EMAIL: ConversationStep.CONFIRM,
    ConversationStep.CONFIRM: ConversationStep.PHONE,
}
BEGIN, LOOK_UP, VIEW, ADD, WITHDRAW, RATE, ERASE, OFFICER = range(1, 9)
"""The numbers of the menu."""


def command(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Return the turn of a text that means the same at every step; None if it is an answer or content."""
    for reading in (_rated_in_words, _in_language, _given_up, _to_person, _coded, _in_draft):
        turn = reading(citizen, entry, guide)
        if turn is not None:
            return turn
    return None


def answer_erasure(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Return the turn of an answer to the question whether to erase everything, asked within a draft; else None."""
    answered = with_conversation(citizen, choices=None)
    sure = said.confirms(entry.text, "xoa")
    if sure:
        return ConversationTurn(answered, (EraseCitizenData(),))
    if sure is False:
        return repeat_question(answered, guide).say_first("question_dropped")
    return None


def _rated_in_words(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    code, level = citizen.conversation.rating_for, said.rating(entry.text)
    return (
        rate(citizen, code, level, entry)
        if code and level and not said.without_courtesy(entry.text).isdigit()
        else None
    )


def _in_language(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    word = said.without_courtesy(entry.text)
    english = word in vocabulary.ENGLISH
    if not english and word not in vocabulary.IN_VIETNAMESE:
        return None
    return speak(citizen, "en" if english else "vi", guide)


def speak(citizen: Citizen, language: Literal["en", "vi"], guide: CityGuide) -> ConversationTurn:
    """Go on in this language."""
    spoken = citizen.model_copy(update={"language": language})
    return show_menu(spoken) if citizen.conversation.step is ConversationStep.IDLE else repeat_question(spoken, guide)


def _given_up(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Drop whatever is in hand or, outside a draft, offer to withdraw a filed petition."""
    if not said.cancels(entry.text):
        return None
    filed = citizen.conversation.draft is None and citizen.petitions and said.names_petition(entry.text)
    return (
        ask_which_petition(with_conversation(citizen, choices=None, supplement_for=None), "withdraw")
        if filed
        else cancel(citizen)
    )


def _to_person(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    return ask_for_officer(citizen, entry) if said.without_courtesy(entry.text) in vocabulary.OFFICER else None


def _coded(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Look up a code, right or wrong, in a short text; one of the codes offered as a choice is an answer instead."""
    talk = citizen.conversation
    if len(entry.text) > (LONGEST_QUESTION if talk.step is ConversationStep.IDLE else said.SHORT):
        return None
    code = find_code(entry.text)
    if code and talk.choices and code in talk.choices.codes:
        return None
    if code:
        return ConversationTurn(citizen, (LookUpStatus(code),))
    wrong = said.like_a_code(entry.text) or (talk.step is ConversationStep.IDLE and looks_like_code(entry.text))
    return ConversationTurn(citizen).say("code_wrong") if wrong else None


def _in_draft(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    step, word = citizen.conversation.step, said.without_courtesy(entry.text)
    if step is ConversationStep.IDLE:
        return None
    if word in vocabulary.HELP:
        return ConversationTurn(citizen).say("help_" + step.value).say("help_commands")
    if word in vocabulary.BACK:
        return _back(citizen, guide)
    if word in vocabulary.START_OVER:
        return _start_over(citizen)
    if word in vocabulary.GRATITUDE:
        return repeat_question(citizen, guide).say_first("you_are_welcome")
    return _item_in_draft(citizen, entry, guide)


def _item_in_draft(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Handle an item of the menu within a draft: at once if it asks nothing, and always if it is erasure."""
    step, word = citizen.conversation.step, said.without_courtesy(entry.text)
    item = said.number_said(word, vocabulary.MENU)
    if step is ConversationStep.CONTENT and citizen.petitions and word in vocabulary.MENU_COMMANDS | vocabulary.CORRECT:
        return ConversationTurn(citizen, (AskWhichPetition("belongs", own_codes(citizen)),))
    if item == LOOK_UP:
        return ConversationTurn(citizen).say("code_ask")
    if item == VIEW:
        return ask_which_petition(citizen, "status").say("draft_kept")
    if item == ERASE:
        return ask_about_erasure(citizen, entry)
    if item in {WITHDRAW, RATE}:
        return ConversationTurn(citizen).say("finish_first")
    greets = said.is_opening(entry.text) and step is not ConversationStep.CONTENT
    begins = (
        item is not None and not word.isdigit() and step not in {ConversationStep.CONFIRM, ConversationStep.DUPLICATE}
    )
    return repeat_question(citizen, guide) if greets or begins else None


def _back(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    before = _BEFORE.get(citizen.conversation.step)
    if before is None:
        return repeat_question(citizen, guide).say_first("back_none")
    citizen = with_conversation(citizen, step=before, acknowledged_at=None)
    return (
        ConversationTurn(citizen).say("content_back")
        if before is ConversationStep.CONTENT
        else repeat_question(citizen, guide)
    )


def _start_over(citizen: Citizen) -> ConversationTurn:
    """Begin the draft anew; the texts written so far stay among the inputs."""
    step = (
        ConversationStep.CONSENT if citizen.conversation.step is ConversationStep.CONSENT else ConversationStep.CONTENT
    )
    given_up = end_draft(citizen)
    anew = with_conversation(given_up.citizen, step=step, draft=PetitionDraft())
    return ConversationTurn(anew, given_up.effects).say(
        "consent_again" if step is ConversationStep.CONSENT else "restarted"
    )


def show_menu(citizen: Citizen) -> ConversationTurn:
    """Greet with the menu; from now on a number answers the menu and no earlier question."""
    return ConversationTurn(with_conversation(citizen, menu_shown=True, choices=None, supplement_for=None)).say("menu")


def cancel(citizen: Citizen) -> ConversationTurn:
    """Drop whatever is in hand."""
    talk = citizen.conversation
    if talk.draft is not None:
        return end_draft(citizen).say("cancelled")
    if talk.choices or talk.supplement_for:
        return ConversationTurn(
            with_conversation(citizen, choices=None, supplement_for=None, acknowledged_at=None)
        ).say("question_dropped")
    return ConversationTurn(citizen).say("nothing_to_cancel_filed" if citizen.petitions else "nothing_to_cancel")


def ask_about_erasure(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Ask whether everything is to be erased."""
    return ConversationTurn(with_conversation(citizen, choices=OpenQuestion(purpose="erase", at=entry.at))).say(
        "erase_ask"
    )


def ask_for_officer(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Record the request among the guidance for the coordinators, and say where to reach somebody now."""
    turn = ConversationTurn(citizen, (GuidanceGiven(f"{entry.key}-officer", "officer", entry.text),)).say(
        "officer_told"
    )
    return turn.say("draft_kept") if citizen.conversation.draft else turn


def ask_for_review(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Record among the guidance for the coordinators that a decision is to be reviewed."""
    return ConversationTurn(citizen, (GuidanceGiven(f"{entry.key}-officer", "officer", entry.text),)).say("review_told")


def rate(citizen: Citizen, code: str, level: int, entry: CitizenInput) -> ConversationTurn:
    """Record a rating; ask the reason of a low one unless it was given, within a draft only in words."""
    rating = RateAnswer(code, level, entry.text if level == LOW_RATING and len(entry.text) > said.SHORT else None)
    turn = ConversationTurn(with_conversation(citizen, rating_for=None), (rating,))
    if level < LOW_RATING:
        return turn.say("rated")
    if rating.reason:
        return turn.say("reason_kept", code=code)
    if citizen.conversation.step is not ConversationStep.IDLE:
        return turn.say("rated_low_in_draft")
    reason = OpenQuestion(purpose="reason", codes=[code], at=entry.at)
    return ConversationTurn(with_conversation(turn.citizen, choices=reason), turn.effects).say("rated_low")
