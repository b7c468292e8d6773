"""The conversation without a draft: answers about own petitions, small talk, the menu, a new petition."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from petitions.domain.citizen.citizen import CONSENT_VERSION, MAX_PARTS, Citizen, ConversationStep, OpenQuestion
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.commands import (
    ADD,
    BEGIN,
    ERASE,
    LOOK_UP,
    OFFICER,
    VIEW,
    WITHDRAW,
    ask_about_erasure,
    ask_for_officer,
    rate,
    show_menu,
)
from petitions.domain.conversation.drafting import (
    is_late,
    parts_without_text,
    telling_parts,
    with_conversation,
    with_parts,
)
from petitions.domain.conversation.effects import (
    AddToPetition,
    CitizenInput,
    CityGuide,
    ConversationTurn,
    EraseCitizenData,
    GiveRatingReason,
    WithdrawPetition,
)
from petitions.domain.conversation.heard import as_meant, heard
from petitions.domain.conversation.own_petitions import act_on_chosen, ask_which_petition, begin_adding, numbered_lines
from petitions.domain.conversation.situation import petition_meant

QUESTION_OPEN_FOR = timedelta(days=1)
"""How long a question about own petitions waits for its answer."""

ADDING_FOR = timedelta(minutes=30)
"""The silence after which an input is no longer an addition to the previous petition."""

LONGEST_REMARK = 160
"""The most characters of a text that corrects or contests something filed; a longer one is a new matter."""

JUST_FILED = timedelta(seconds=60)


def without_draft(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an input to its petition: that of the question, the one quoted, the only one awaited, or a new one."""
    turn = _answer(citizen, entry, guide)
    if turn is not None:
        return turn
    unsure = citizen.conversation.choices
    # A question what was meant, not answered: what was asked about goes with what follows.
    kept = tuple(unsure.parts) if unsure and unsure.purpose == "meant" else ()
    whole = replace(entry, parts=(*kept, *entry.parts))
    citizen = with_conversation(citizen, choices=None)
    since = citizen.conversation.supplement_at
    if since and entry.at - since > ADDING_FOR:
        citizen = with_conversation(citizen, supplement_for=None, supplement_at=None, correcting=False)
    if all(part.type in {"text", "sticker"} for part in entry.parts):
        turn = _words(citizen, entry)
        if turn is None and entry.said and not entry.quoted:
            turn = heard(citizen, whole, guide)
        if turn is not None:
            return turn
    turn = _belongs(citizen, whole)
    return turn if turn is not None else begin_draft(citizen, whole, whole.parts)


def begin_draft(citizen: Citizen, entry: CitizenInput, parts: Any) -> ConversationTurn:
    """Begin a draft with these parts; consent comes first."""
    citizen = with_parts(with_conversation(citizen, choices=None, supplement_for=None, supplement_at=None), parts)
    empty = not telling_parts(parts)
    if citizen.consent is None or citizen.consent.version != CONSENT_VERSION:
        return ConversationTurn(
            with_conversation(citizen, step=ConversationStep.CONSENT, acknowledged_at=entry.at)
        ).say("consent_ask")
    if empty:
        return ConversationTurn(with_conversation(citizen, step=ConversationStep.CONTENT, acknowledged_at=None)).say(
            "content_ask"
        )
    key = "content_begun" if citizen.petitions else "content_more"
    return ConversationTurn(with_conversation(citizen, step=ConversationStep.CONTENT, acknowledged_at=entry.at)).say(
        key
    )


def _answer(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Apply an answer to a question about own petitions; None if the input is no answer."""
    choices = citizen.conversation.choices
    if choices and choices.purpose == "belongs":
        return _where(citizen, choices, entry)
    if choices is None or not entry.text or entry.at - choices.at > QUESTION_OPEN_FOR:
        return None
    word = said.without_courtesy(entry.text)
    answered = with_conversation(citizen, choices=None)
    if choices.purpose == "meant":
        return _meant(answered, choices, entry, guide)
    if choices.purpose == "reason":
        return _reason(answered, choices, entry)
    if choices.purpose in SURE:
        return _sure(citizen, choices, entry)
    if picked := _picked(choices, entry):
        return act_on_chosen(citizen, choices.purpose, picked, (), entry.at)
    if said.choice(entry.text):
        return ConversationTurn(citizen).say("choose_again")
    return ConversationTurn(answered).say("question_dropped") if word in vocabulary.NO | {"0"} else None


SURE = {"erase": "xoa", "withdraw_sure": "rut"}
"""The purposes of questions whether the citizen is sure, with what they would do."""


def _sure(citizen: Citizen, question: OpenQuestion, entry: CitizenInput) -> ConversationTurn | None:
    """Do what was asked about on a clear yes; ask again for anything short that is neither yes nor no."""
    sure = said.confirms(entry.text, SURE[question.purpose])
    answered = with_conversation(citizen, choices=None)
    if sure:
        done = EraseCitizenData() if question.purpose == "erase" else WithdrawPetition(question.codes[0])
        return ConversationTurn(answered, (done,))
    if sure is False:
        return ConversationTurn(answered).say("question_dropped")
    if len(entry.text) > said.SHORT:
        return None
    if question.purpose == "erase":
        return ConversationTurn(citizen).say("erase_ask")
    return ConversationTurn(citizen).say("withdraw_sure", code=question.codes[0])


def _meant(citizen: Citizen, question: OpenQuestion, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Carry out the reading that the citizen chose of an earlier message."""
    number = said.choice(entry.text)
    if number == 0:
        return ConversationTurn(citizen).say("question_dropped")
    if number is None or number > len(question.acts):
        return None
    meant, turn = as_meant(citizen, question, number, entry, guide)
    return turn or begin_draft(citizen, meant, meant.parts)


def _picked(choices: OpenQuestion, entry: CitizenInput) -> str | None:
    """Return the petition chosen by its number or code, or None."""
    number = said.choice(entry.text)
    if number and number <= len(choices.codes):
        return choices.codes[number - 1]
    upper = entry.text.upper()
    return next((code for code in choices.codes if code in upper), None)


def _where(citizen: Citizen, choices: OpenQuestion, entry: CitizenInput) -> ConversationTurn:
    """Assign the waiting messages to a petition; anything sent before the answer waits with them."""
    picked = _picked(choices, entry)
    if picked:
        return act_on_chosen(citizen, choices.purpose, picked, choices.parts, entry.at)
    if (
        said.choice(entry.text) == 0
        or said.without_courtesy(entry.text) in vocabulary.NO | {"moi", "new"} | vocabulary.MENU[BEGIN]
    ):
        return begin_draft(citizen, entry, choices.parts)
    parts = [*choices.parts, *telling_parts(entry.parts)][:MAX_PARTS]
    kept = with_conversation(citizen, choices=choices.model_copy(update={"parts": parts}))
    return ConversationTurn(kept).say("belongs_ask", own=numbered_lines(citizen, choices.codes, {}))


def _reason(citizen: Citizen, choices: OpenQuestion, entry: CitizenInput) -> ConversationTurn | None:
    word = said.without_courtesy(entry.text)
    if word in vocabulary.SKIP | vocabulary.GRATITUDE | vocabulary.ACKNOWLEDGED:
        return ConversationTurn(citizen).say("you_are_welcome")
    if (
        said.number_said(entry.text, vocabulary.MENU)
        or word in vocabulary.GREETING | vocabulary.CORRECT
        or said.is_wordless(word)
    ):
        return None
    reason = GiveRatingReason(choices.codes[0], entry.text)
    return ConversationTurn(citizen, (reason,)).say("reason_kept", code=choices.codes[0])


def _words(citizen: Citizen, entry: CitizenInput) -> ConversationTurn | None:
    """Apply words, or an input without any, that have no content; None if they have some."""
    talk, word = citizen.conversation, said.without_courtesy(entry.text)
    # A number may answer a unit's question.
    concerned = bool(talk.supplement_for or talk.awaiting or entry.quoted) and not talk.menu_shown
    number = None if concerned else said.choice(entry.text)
    level = said.rating(entry.text) if not (concerned and word.isdigit()) else None
    item = said.number_said(entry.text, vocabulary.MENU) or (number if number in vocabulary.MENU else None)
    if is_late(talk, entry) and (level or item):
        return ConversationTurn(citizen)
    turn = _rated(citizen, entry, level)
    if turn is None and not concerned:
        turn = _submitted_again(citizen, entry)
    if turn is not None:
        return turn
    if talk.supplement_for and said.is_done(entry.text):
        return _added_all(citizen, talk.supplement_for)
    if item:
        return _item(citizen, entry, item)
    remark = None if concerned else _remark(citizen, entry)
    return remark or _small_talk(citizen, entry, word, concerned=concerned)


def _rated(citizen: Citizen, entry: CitizenInput, level: int | None) -> ConversationTurn | None:
    """A rating of the answer that was told last; a number is one only where numbers were asked for."""
    talk = citizen.conversation
    asked = talk.rating_told_at is not None and entry.at >= talk.rating_told_at and not talk.menu_shown
    if talk.rating_for and level and (asked or not said.without_courtesy(entry.text).isdigit()):
        return rate(citizen, talk.rating_for, level, entry)
    return None


def _submitted_again(citizen: Citizen, entry: CitizenInput) -> ConversationTurn | None:
    """The confirmation of a petition that was filed a moment ago."""
    talk = citizen.conversation
    filed_now = talk.in_hand_since is not None and entry.at - talk.in_hand_since < JUST_FILED and not talk.menu_shown
    if talk.in_hand and filed_now and said.without_courtesy(entry.text) in vocabulary.SUBMIT:
        return ConversationTurn(citizen).say("filed_already", code=talk.in_hand)
    return None


def _remark(citizen: Citizen, entry: CitizenInput) -> ConversationTurn | None:
    """Apply a remark that corrects or completes something filed."""
    word = said.without_courtesy(entry.text)
    if word in vocabulary.CORRECT:
        return ask_which_petition(citizen, "correct")
    if word in vocabulary.MORE and citizen.petitions:
        return ask_which_petition(citizen, "add")
    return None


def _small_talk(citizen: Citizen, entry: CitizenInput, word: str, *, concerned: bool) -> ConversationTurn | None:
    if word in vocabulary.GRATITUDE or (word in vocabulary.ACKNOWLEDGED and not concerned):
        return ConversationTurn(citizen).say("you_are_welcome")
    if word in vocabulary.START_OVER:
        return begin_draft(citizen, entry, ())
    if word in vocabulary.HELP | vocabulary.BACK or said.is_opening(entry.text) or said.is_wordless(entry.text):
        return show_menu(citizen)
    if concerned:
        return None
    tells_nothing = word in vocabulary.YES | vocabulary.NO | vocabulary.IS_DONE or said.choice(entry.text) is not None
    # A telephone number or two letters are no petition.
    alone = sum(letter.isalpha() for letter in entry.text) <= 2  # noqa: PLR2004
    return show_menu(citizen) if tells_nothing or alone else None


def _item(citizen: Citizen, entry: CitizenInput, item: int) -> ConversationTurn:
    citizen = with_conversation(citizen, supplement_for=None, supplement_at=None, correcting=False)
    if item == BEGIN:
        return begin_draft(citizen, entry, parts_without_text(entry.parts))
    if item == LOOK_UP:
        return ConversationTurn(citizen).say("code_ask")
    if item == ERASE:
        return ask_about_erasure(citizen, entry)
    if item == OFFICER:
        return ask_for_officer(citizen, entry)
    if item == VIEW:
        return ask_which_petition(citizen, "view")
    if item == ADD:
        return ask_which_petition(citizen, "add")
    return ask_which_petition(citizen, "withdraw" if item == WITHDRAW else "rate")


def _added_all(citizen: Citizen, code: str) -> ConversationTurn:
    done = with_conversation(citizen, supplement_for=None, supplement_at=None, correcting=False, acknowledged_at=None)
    return ConversationTurn(done).say("supplement_done", code=code)


def _belongs(citizen: Citizen, entry: CitizenInput) -> ConversationTurn | None:
    """Add the parts to the petition they belong to, or ask which one; None if there is none."""
    talk, parts = citizen.conversation, telling_parts(entry.parts)
    if not parts:
        return None
    code = talk.supplement_for or entry.quoted
    if code is None and len(talk.awaiting) == 1:
        code = talk.awaiting[0]
    if code is None and not talk.awaiting and not entry.text and talk.topic:
        code = petition_meant(citizen, entry.at)  # a picture after an answer is about it
    if code:
        correcting = talk.correcting and code == talk.supplement_for
        opened = begin_adding(citizen, code, entry.at, correcting=correcting, acknowledged_at=entry.at)
        return ConversationTurn(opened, (AddToPetition(code, parts, quiet=entry.burst, correction=correcting),))
    if talk.awaiting:
        choices = OpenQuestion(purpose="belongs", codes=talk.awaiting, parts=list(parts), at=entry.at)
        asked = with_conversation(citizen, choices=choices)
        return ConversationTurn(asked).say("belongs_ask", own=numbered_lines(citizen, talk.awaiting, {}))
    return None
