"""The conversation without a draft: answers about own petitions, small talk, the menu, a new petition."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.citizen import CONSENT_VERSION, MAX_PARTS, Choices, Citizen, Step
from petitions.domain.conversation.commands import (
    ADD,
    BEGIN,
    ERASE,
    LOOK_UP,
    OFFICER,
    VIEW,
    WITHDRAW,
    menu,
    rated,
    to_officer,
    to_review,
)
from petitions.domain.conversation.drafting import is_late, talking, told, unsaid, with_parts
from petitions.domain.conversation.effects import AddTo, EraseMe, Input, Offer, RateReason, Turn, Withdraw
from petitions.domain.conversation.own_petitions import adding, chosen, lines, offer

OPEN_FOR = timedelta(days=1)
"""How long a question about own petitions waits for its answer."""

ADDING_FOR = timedelta(minutes=30)
"""The silence after which an input is no longer an addition to the previous petition."""

LONGEST_REMARK = 160
"""The most characters of a text that corrects or contests something filed; a longer one is a new matter."""

JUST_FILED = timedelta(seconds=60)


def idle(citizen: Citizen, entry: Input) -> Turn:
    """Apply an input to its petition: that of the question, the one quoted, the only one awaited, or a new one."""
    turn = _answer(citizen, entry)
    if turn is not None:
        return turn
    citizen = talking(citizen, choices=None)
    since = citizen.conversation.supplement_at
    if since and entry.at - since > ADDING_FOR:
        citizen = talking(citizen, supplement_for=None, supplement_at=None, correcting=False)
    if all(part.type in {"text", "sticker"} for part in entry.parts):
        turn = _words(citizen, entry)
        if turn is not None:
            return turn
    turn = _belongs(citizen, entry)
    return turn if turn is not None else begin(citizen, entry, entry.parts)


def begin(citizen: Citizen, entry: Input, parts: Any) -> Turn:
    """Begin a draft with these parts; consent comes first."""
    citizen = with_parts(talking(citizen, choices=None, supplement_for=None, supplement_at=None), parts)
    empty = not told(parts)
    if citizen.consent is None or citizen.consent.version != CONSENT_VERSION:
        return Turn(talking(citizen, step=Step.CONSENT, acknowledged_at=entry.at)).say("consent_ask")
    if empty:
        return Turn(talking(citizen, step=Step.CONTENT, acknowledged_at=None)).say("content_ask")
    key = "content_begun" if citizen.petitions else "content_more"
    return Turn(talking(citizen, step=Step.CONTENT, acknowledged_at=entry.at)).say(key)


def _answer(citizen: Citizen, entry: Input) -> Turn | None:
    """Apply an answer to a question about own petitions; None if the input is no answer."""
    choices = citizen.conversation.choices
    if choices is None:
        return None
    if choices.purpose == "belongs":
        return _where(citizen, choices, entry)
    if not entry.text or entry.at - choices.at > OPEN_FOR:
        return None
    word = said.plain(entry.text)
    answered = talking(citizen, choices=None)
    if choices.purpose == "reason":
        return _reason(answered, choices, entry)
    if choices.purpose in {"erase", "withdraw_sure"}:
        if word in vocabulary.YES:
            done = EraseMe() if choices.purpose == "erase" else Withdraw(choices.codes[0])
            return Turn(answered, (done,))
    elif picked := _picked(choices, entry):
        return chosen(citizen, choices.purpose, picked, (), entry.at)
    elif said.choice(entry.text):
        return Turn(citizen).say("choose_again")
    return Turn(answered).say("question_dropped") if word in vocabulary.NO | {"0"} else None


def _picked(choices: Choices, entry: Input) -> str | None:
    """Return the petition chosen by its number or code, or None."""
    number = said.choice(entry.text)
    if number and number <= len(choices.codes):
        return choices.codes[number - 1]
    upper = entry.text.upper()
    return next((code for code in choices.codes if code in upper), None)


def _where(citizen: Citizen, choices: Choices, entry: Input) -> Turn:
    """Assign the waiting messages to a petition; anything sent before the answer waits with them."""
    picked = _picked(choices, entry)
    if picked:
        return chosen(citizen, choices.purpose, picked, choices.parts, entry.at)
    if (
        said.choice(entry.text) == 0
        or said.plain(entry.text) in vocabulary.NO | {"moi", "new"} | vocabulary.MENU[BEGIN]
    ):
        return begin(citizen, entry, choices.parts)
    parts = [*choices.parts, *told(entry.parts)][:MAX_PARTS]
    kept = talking(citizen, choices=choices.model_copy(update={"parts": parts}))
    return Turn(kept).say("belongs_ask", own=lines(citizen, choices.codes, {}))


def _reason(citizen: Citizen, choices: Choices, entry: Input) -> Turn | None:
    word = said.plain(entry.text)
    if word in vocabulary.SKIP | vocabulary.GRATITUDE | vocabulary.ACKNOWLEDGED:
        return Turn(citizen).say("you_are_welcome")
    if (
        said.among(entry.text, vocabulary.MENU)
        or word in vocabulary.GREETING | vocabulary.CORRECT
        or said.is_wordless(word)
    ):
        return None
    reason = RateReason(choices.codes[0], entry.text)
    return Turn(citizen, (reason,)).say("reason_kept", code=choices.codes[0])


def _words(citizen: Citizen, entry: Input) -> Turn | None:
    """Apply words, or an input without any, that have no content; None if they have some."""
    talk, word = citizen.conversation, said.plain(entry.text)
    # A number may answer a unit's question.
    concerned = bool(talk.supplement_for or talk.awaiting or entry.quoted) and not talk.menu_shown
    number = None if concerned else said.choice(entry.text)
    level = said.rating(entry.text) if not (concerned and word.isdigit()) else None
    item = said.among(entry.text, vocabulary.MENU) or (number if number in vocabulary.MENU else None)
    if is_late(talk, entry) and (level or item):
        return Turn(citizen)
    turn = _rated(citizen, entry, level, in_words=not (concerned or item))
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


def _rated(citizen: Citizen, entry: Input, level: int | None, *, in_words: bool) -> Turn | None:
    """A rating of the answer that was told last; a number is one only where numbers were asked for."""
    talk = citizen.conversation
    asked = talk.rating_told_at is not None and entry.at >= talk.rating_told_at and not talk.menu_shown
    if talk.rating_for and level and (asked or not said.plain(entry.text).isdigit()):
        return rated(citizen, talk.rating_for, level, entry)
    return _rated_freely(citizen, entry) if asked and in_words else None


def _submitted_again(citizen: Citizen, entry: Input) -> Turn | None:
    """The confirmation of a petition that was filed a moment ago."""
    talk = citizen.conversation
    filed_now = talk.in_hand_since is not None and entry.at - talk.in_hand_since < JUST_FILED and not talk.menu_shown
    if talk.in_hand and filed_now and said.plain(entry.text) in vocabulary.SUBMIT:
        return Turn(citizen).say("filed_already", code=talk.in_hand)
    return None


def _rated_freely(citizen: Citizen, entry: Input) -> Turn | None:
    """Apply a rating in the citizen's own words, or repeat the question if it is ambiguous."""
    code, level = citizen.conversation.rating_for, said.rated_freely(entry.text)
    if code and level:
        return rated(citizen, code, level, entry)
    return Turn(citizen).say("rating_ask", code=code) if code and said.says(vocabulary.HALF_RATED, entry.text) else None


def _remark(citizen: Citizen, entry: Input) -> Turn | None:
    """Apply a remark that corrects something filed or asks to review a decision."""
    talk = citizen.conversation
    word = said.plain(entry.text)
    if word in vocabulary.CORRECT:
        return offer(citizen, "correct")
    if word in vocabulary.MORE and citizen.petitions:
        return offer(citizen, "add")
    if citizen.petitions and said.says(vocabulary.REVIEW, entry.text, LONGEST_REMARK):
        return to_review(citizen, entry)
    recent = talk.in_hand_since is not None and entry.at - talk.in_hand_since < OPEN_FOR
    if talk.in_hand and recent and said.says(vocabulary.CORRECTS, entry.text, LONGEST_REMARK):
        return Turn(citizen, (Offer("amend", (talk.in_hand,), told(entry.parts)),))
    return None


def _small_talk(citizen: Citizen, entry: Input, word: str, *, concerned: bool) -> Turn | None:
    if word in vocabulary.GRATITUDE or (word in vocabulary.ACKNOWLEDGED and not concerned):
        return Turn(citizen).say("you_are_welcome")
    if word in vocabulary.START_OVER:
        return begin(citizen, entry, ())
    if word in vocabulary.HELP | vocabulary.BACK or said.opens(entry.text) or said.is_wordless(entry.text):
        return menu(citizen)
    if concerned:
        return None
    tells_nothing = word in vocabulary.YES | vocabulary.NO | vocabulary.DONE or said.choice(entry.text) is not None
    # A telephone number or two letters are no petition.
    alone = sum(letter.isalpha() for letter in entry.text) <= 2  # noqa: PLR2004
    return menu(citizen) if tells_nothing or alone else None


def _item(citizen: Citizen, entry: Input, item: int) -> Turn:
    citizen = talking(citizen, supplement_for=None, supplement_at=None, correcting=False)
    if item == BEGIN:
        return begin(citizen, entry, unsaid(entry.parts))
    if item == LOOK_UP:
        return Turn(citizen).say("code_ask")
    if item == ERASE:
        return Turn(talking(citizen, choices=Choices(purpose="erase", at=entry.at))).say("erase_ask")
    if item == OFFICER:
        return to_officer(citizen, entry)
    if item == VIEW:
        return offer(citizen, "view")
    if item == ADD:
        return offer(citizen, "add")
    return offer(citizen, "withdraw" if item == WITHDRAW else "rate")


def _added_all(citizen: Citizen, code: str) -> Turn:
    done = talking(citizen, supplement_for=None, supplement_at=None, correcting=False, acknowledged_at=None)
    return Turn(done).say("supplement_done", code=code)


def _belongs(citizen: Citizen, entry: Input) -> Turn | None:
    """Add the parts to the petition they belong to, or ask which one; None if there is none."""
    talk, parts = citizen.conversation, told(entry.parts)
    if not parts:
        return None
    code = talk.supplement_for or entry.quoted
    if code is None and len(talk.awaiting) == 1:
        code = talk.awaiting[0]
    if code:
        correcting = talk.correcting and code == talk.supplement_for
        opened = adding(citizen, code, entry.at, correcting=correcting, acknowledged_at=entry.at)
        return Turn(opened, (AddTo(code, parts, quiet=entry.burst, correction=correcting),))
    if talk.awaiting:
        choices = Choices(purpose="belongs", codes=talk.awaiting, parts=list(parts), at=entry.at)
        asked = talking(citizen, choices=choices)
        return Turn(asked).say("belongs_ask", own=lines(citizen, talk.awaiting, {}))
    return None
