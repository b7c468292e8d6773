"""Handle messages that can come at any point of the conversation.

These are wishes to stop or to erase data, answers to open questions, wishes for a person, unclear words and small talk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from petitions.domain.citizen.conversation import Nothing, OpenQuestion
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import InputPart, waiting_with
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.conversation.after_filing import (
    act_on_chosen,
    add,
    ask_belongs,
    ask_rating,
    ask_which_petition,
    give_contact,
    give_reason,
    join_similar,
    named_code,
    own_codes,
    rate,
)
from petitions.domain.conversation.dialogue import MEANT, QUESTION_OPEN_FOR, danger_goes_on, petition_meant
from petitions.domain.conversation.filing import (
    ATTRIBUTES,
    DROP,
    EDIT,
    LONGEST_QUOTED,
    MAX_CHOICES,
    SEND,
    begin,
    consent,
    consented,
    give_value,
    here,
    keep_for_a_change_of_mind,
    of_others,
    readable,
    reconsider,
    repeat,
    restart,
    send,
    show_summary,
    shown_values,
)
from petitions.domain.conversation.same_place import is_as_above
from petitions.domain.conversation.story import is_answer, separate, story_parts
from petitions.domain.conversation.turn import (
    AddToPetition,
    AskWhichPetition,
    ContactWanted,
    EraseCitizenData,
    LockPages,
    LookUpStatus,
    Slot,
    Turn,
    WithdrawPetition,
)
from petitions.domain.conversation.wishes import drop_files, drop_link, reach_otherwise, warn_of_readers
from petitions.domain.language.words import shortened
from petitions.domain.petition.codes import looks_like_code
from petitions.domain.petition.petition import LOW_RATING
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.records import replace
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.edit_words import SENDING
from petitions.domain.understanding.reading import Reading
from petitions.domain.understanding.taught_words import MENU
from petitions.domain.understanding.taught_words import MenuWord as Word
from petitions.domain.understanding.text import Text
from petitions.domain.understanding.vocabulary import word_set

SURELY_STOP = 0.9
"""The probability from which a draft is dropped without a question."""
LONGEST_THANKS = 3
"""The most words of thanks or anger without a reason."""
SURELY_YES, SURELY_NO = 0.5, 0.6
"""The probabilities from which words count as a yes, and as a no."""
SURELY_CONSENTED, SURELY_REFUSED = 0.95, 0.8
"""The probabilities from which words without one of `_CONSENTING` give consent, and from which words refuse it."""
SURELY_SENT, SURELY_GONE = 0.9, 0.9
"""The probabilities from which words send the petition, and from which they erase or withdraw."""
SURELY_CHOSEN = 0.98
"""The probability from which words without the number choose an option that cannot be undone."""
_SURE = {"erase", "withdraw_sure"}
LONGEST_ORDINAL = 4
"""The most words of a choice by meaning, such as "the first"."""
LONGEST_PUT_OFF = 5
LONGEST_BEGINNING = 5
"""The number of first words of a message among which "bổ sung" (add) is a request: "cho tôi bổ sung hồ sơ …"."""
LONGEST_WARD = 8
"""The most words of an answer that names a ward, including words of courtesy."""
_STAYING = {"rating", "reconsider"}
"""Questions that stay open when the citizen writes about something else."""


# Requests about a petition that the message names.


def refuse_code(turn: Turn) -> None:
    """Refuse a request about a code that is invalid or not the citizen's. No other petition is changed instead."""
    acts = (c.Withdraw,) if turn.drafting else (c.Withdraw, c.Add, c.Contest, c.Correct, c.Remove, c.Rate)
    named = turn.reading.codes or looks_like_code(turn.reading.text.raw)
    if not named or named_code(turn) or not (turn.holds(*acts) or (not turn.drafting and _begins_adding(turn))):
        return
    turn.take(*acts, c.Cancel, c.Status)
    if not turn.drafting:
        turn.take(c.Give, c.Tell, c.Unclear)
    if turn.reading.codes:
        turn.say(Slot.ANSWER, "code_not_yours", code=turn.reading.codes[0])
    else:
        turn.say(Slot.ANSWER, "code_wrong")


def _begins_adding(turn: Turn) -> bool:
    first = [word.folded for word in turn.reading.text.words[:LONGEST_BEGINNING]]
    return ("bo", "sung") in pairwise(first)


# Stopping.


def stop(turn: Turn) -> None:
    """Handle wishes to erase data, to withdraw a petition or to cancel a draft.

    Erasure and withdrawal are not carried out before a question is answered. A draft is dropped at once if the wish is
    certain.
    """
    question = turn.talk.question
    asked = question.purpose if question else None
    if asked != "erase" and turn.holds(c.Erase, c.WithdrawConsent):
        refusing = turn.step is Step.CONSENT and not turn.holds(c.Erase)
        turn.take(c.Erase, c.WithdrawConsent)
        refuse(turn) if refusing else ask_about_erasure(turn)
    if turn.asked:  # erasure includes withdrawing and cancelling
        turn.take(c.Withdraw, c.Cancel)
    if asked != "withdraw_sure" and turn.holds(c.Withdraw):
        (wish, *_) = turn.take(c.Withdraw)
        if (turn.drafting and not named_code(turn)) or not turn.citizen.petitions:
            _cancel(turn, wish.chance)
        else:
            turn.silent = True
            ask_which_petition(turn, "withdraw")
    if asked not in _SURE and turn.holds(c.Cancel):
        (drop, *_) = turn.take(c.Cancel)
        _cancel(turn, drop.chance)


def ask_about_erasure(turn: Turn) -> None:
    turn.silent = True
    turn.ask_about(OpenQuestion(purpose="erase", at=turn.entry.at), "erase_ask")


def _cancel(turn: Turn, chance: float) -> None:
    """Drop the open draft, addition or question. Ask before dropping a draft if the wish is uncertain."""
    talk = turn.talk
    if talk.draft is not None and chance < SURELY_STOP:
        ask_meant(turn, ["cancel"])
    elif talk.draft is not None:
        keep_for_a_change_of_mind(turn)
        turn.say(Slot.DONE, "cancelled")
    elif talk.adding or (talk.question and talk.question.purpose not in {"menu", "rating"}):
        turn.change(stage=Nothing(), question=None, acknowledged_at=None)
        turn.say(Slot.DONE, "question_dropped")
    else:
        turn.say(Slot.DONE, "nothing_to_cancel_filed" if turn.citizen.petitions else "nothing_to_cancel")


def refuse(turn: Turn) -> None:
    """End the draft after a refusal of consent. A change of mind within the day restores it."""
    turn.keep(story_parts(turn))
    turn.take(*(kind for kind in c.NAMES if kind not in {c.Ask, c.Status, c.Rate, c.CallPerson, c.Talk, c.Feedback}))
    keep_for_a_change_of_mind(turn)
    turn.say(Slot.DONE, "consent_refused")


def ask_meant(turn: Turn, readings: Sequence[str], waiting: Sequence[InputPart] | None = None) -> None:
    """Ask which of one or two meanings the message has. Its parts, or `waiting`, are kept until the answer.

    `readings` are the possible meanings, as keys of `dialogue.MEANT`.
    """
    parts = [part for part in waiting or turn.entry.telling if not turn.has_place(part)]
    question = OpenQuestion(purpose="meant", readings=list(readings), parts=parts, at=turn.entry.at)
    turn.silent = True
    named = dict(zip(("first", "second"), (MEANT[name] for name in readings), strict=False))
    turn.ask_about(question, "meant_in_draft" if len(readings) == 1 else "meant_ask", **named)


# Answers to the open question.


def answer_question(turn: Turn) -> None:
    """Carry out the answer to the open numbered question, or to the yes-or-no question of the draft."""
    question = turn.talk.question
    if question and not turn.asked and not _answered(turn, question) and _is_elsewhere(turn, question):
        turn.change(question=None)
    if turn.drafting and not turn.asked and not danger_goes_on(turn.talk, turn.entry.at):
        _answer_step(turn)  # a "no" to "is anybody hurt?" refuses no consent


def _is_elsewhere(turn: Turn, question: OpenQuestion) -> bool:
    """Return whether the message is about something other than the open question, which is then dropped."""
    if question.purpose in _SURE:
        return not _is_beside(turn)
    return question.purpose not in _STAYING | {"meant", "belongs"} and bool(turn.reading.commands)


def _is_beside(turn: Turn) -> bool:
    """Return whether the message only asks, remarks or is unclear, so that the open question can be repeated."""
    beside = c.Ask | c.Status | c.Unclear | c.Talk | c.Feedback | c.WithdrawConsent
    return all(isinstance(command, beside) for command in turn.left)


def _answered(turn: Turn, question: OpenQuestion) -> bool:
    if question.purpose in _SURE and turn.entry.at in Until(question.at):
        return _sure_later(turn, question)
    open_for = None if question.purpose in {"belongs", "rating"} else QUESTION_OPEN_FOR
    if open_for and UpTo(question.at + open_for).is_over(turn.entry.at):
        return False
    return _ANSWERS[question.purpose](turn, question)


def _yes(turn: Turn, surely: float = SURELY_YES) -> bool:
    """Return whether the message is a yes, in words or as the first option, without a no or a question in it.

    If so, mark the yes as handled, so that later steps ignore it.
    """
    number = _number(turn, surely if surely <= SURELY_YES else SURELY_CHOSEN)
    agrees = number == 1 or (number is None and _agrees(turn, surely))
    # "đồng ý, không có điện thoại riêng" refuses nothing, but nothing is erased on it
    denials = [no for no in turn.left if isinstance(no, c.Deny)]
    refuses = any(surely > SURELY_YES or (no.chance >= SURELY_NO and is_answer(turn, no)) for no in denials)
    if not agrees or refuses or turn.reading.asks:
        return False
    turn.take(c.Affirm, c.Choose)
    return True


def _agrees(turn: Turn, surely: float = SURELY_YES) -> bool:
    yeses = (yes for yes in turn.left if isinstance(yes, c.Affirm) and is_answer(turn, yes))
    return any(yes.chance >= surely for yes in yeses)


def _no(turn: Turn) -> bool:
    """Return whether the message is a no: in words, as the second option, or as 0. If so, mark it as handled."""
    number = next((choice.number for choice in turn.reading.of(c.Choose)), None)
    if number in {0, 2} or (number is None and turn.holds(c.Deny, c.Cancel)):
        turn.take(c.Deny, c.Choose, c.Cancel)
        return True
    return False


def _sure(turn: Turn, question: OpenQuestion) -> bool:
    """Carry out the answer to the question whether the citizen is sure to erase data or withdraw a petition.

    A clear yes carries the act out, and a no drops the question. After another question or an uncertain yes, the
    question is repeated. Return False if the message is about something else.
    """
    codes = turn.reading.codes
    if (codes and set(codes).isdisjoint(question.codes) and not _is_beside(turn)) or turn.reading.in_danger:
        return False
    wish = c.Erase if question.purpose == "erase" else c.Withdraw
    wished = any(one.chance >= SURELY_GONE for one in turn.left if isinstance(one, wish))
    if (wished and not turn.holds(c.Deny)) or _yes(turn, SURELY_GONE):
        turn.take(wish, c.Affirm)
        turn.change(question=None)
        turn.silent = True
        if question.purpose == "erase":
            turn.do(Slot.DONE, EraseCitizenData())
        else:
            _withdraw(turn, question.codes[0])
        return True
    if _no(turn):
        turn.take(wish)
        turn.change(question=None)
        turn.say(Slot.DONE, "question_dropped")
        return True
    return _sure_later(turn, question)


def _sure_later(turn: Turn, question: OpenQuestion) -> bool:
    """Repeat the question after a message that only asks or remarks, or that was sent before the question.

    Return False if the message is about something else.
    """
    turn.take(c.Erase if question.purpose == "erase" else c.Withdraw, c.Affirm)
    if turn.left and not _is_beside(turn):
        return False
    sure_again(turn)
    turn.take(c.Unclear)
    return True


def _withdraw(turn: Turn, code: str) -> None:
    talk = turn.talk.without(code)
    filed = talk.filed if talk.filed and talk.filed.code != code else None
    turn.change(
        office_messages=talk.office_messages,
        filed=filed,
        stage=Nothing() if talk.adding and talk.adding.code == code else talk.stage,
    )
    turn.do(Slot.DONE, WithdrawPetition(code))


def sure_again(turn: Turn) -> None:
    """Repeat the open question for confirmation of an erasure or withdrawal, if there is one."""
    question = turn.talk.question
    if question is not None and question.purpose in _SURE:
        turn.silent = True
        turn.ask_firmly(
            "erase_ask" if question.purpose == "erase" else "withdraw_sure", code=next(iter(question.codes), "")
        )


def _typed_number(turn: Turn) -> int | None:
    """Return the number of the option typed as a number, a label or a few clear words ("cái đầu"), or None."""
    digits = [word.folded for word in turn.reading.text.words if word.folded.isdigit()]
    choices = turn.reading.of(c.Choose)
    brief = not digits and len(turn.reading.text.words) <= LONGEST_ORDINAL
    return next(
        (
            one.number
            for one in choices
            if one.chance == 1 or digits == [str(one.number)] or (brief and one.chance >= SURELY_SENT)
        ),
        None,
    )


def _number(turn: Turn, surely: float = SURELY_YES) -> int | None:
    chosen = (choice for choice in turn.left if isinstance(choice, c.Choose) and is_answer(turn, choice))
    return next((choice.number for choice in chosen if choice.chance >= surely), None)


def _of_menu(turn: Turn, _: OpenQuestion) -> bool:
    number = _number(turn)
    if number is None or not 0 < number <= len(MENU):
        return False
    turn.take(c.Choose)
    turn.change(question=None)
    do_item(turn, MENU[number - 1])
    return True


def _rating(turn: Turn, question: OpenQuestion) -> bool:
    number = _number(turn)
    code = question.codes[0]
    if question.level and number is None and turn.holds(c.Affirm) and not turn.reading.has(c.Deny):
        number = question.level
        turn.take(c.Affirm)
    if number not in {1, 2, 3} or turn.entry.at in Until(question.at):
        return False
    turn.take(c.Choose)
    if number < LOW_RATING and "contest" in question.readings:
        ask_rating(turn, code)  # after contesting the answer, the citizen may mean another "1"
    else:
        rate(turn, code, number)
    return True


def _belonging(turn: Turn, question: OpenQuestion) -> bool:
    """Add the waiting messages, and attachments sent with the answer, to the chosen petition or to a new draft."""
    picked = _picked(turn, question)
    if picked:
        turn.take(c.Choose, c.Status, c.Add)
        act_on_chosen(turn, "belongs", picked, (*question.parts, *turn.entry.media))
        return True
    if _number(turn) == 0 or turn.holds(c.Deny) or turn.reading.word is Word.BEGIN:
        turn.take(c.Choose, c.Deny)
        turn.change(question=None)
        begin(turn, [*question.parts, *turn.entry.media])
        return True
    turn.take(*_KEPT)
    kept = waiting_with(question.parts, turn.entry.telling)
    ask_belongs(turn, question.codes, kept or question.parts, "belongs_full" if kept is None else "belongs_ask")
    return True


_KEPT: tuple[type[c.Command], ...] = (c.Tell, c.Add, c.Give, c.Correct, c.Unclear, c.Talk, c.Contest, c.Choose)


_TAKEN_UP = ("dong y", "agree", "khoi phuc", "restore")


def _reconsidered(turn: Turn, question: OpenQuestion) -> bool:
    """Restore a draft that was dropped. Return False if the message is no clear wish for that, and no rating.

    Without an earlier consent it takes words of consent, since an "ok" may just accept the refusal. The number of a
    rating is for an answer that came after the draft was dropped. The draft can still be restored then.
    """
    if question.at == turn.entry.at:  # just dropped
        return False
    unrated = turn.talk.unrated()
    if unrated and UpTo(question.at).is_over(unrated.at) and _number(turn):
        return _rating(turn, OpenQuestion(purpose="rating", codes=[unrated.code], at=unrated.at))
    named = consented(turn) or any(word in turn.reading.text.folded for word in _TAKEN_UP)
    if not (named and _agrees(turn)) or turn.reading.has(c.Deny, c.Unclear):
        return False
    turn.take(c.Affirm)
    reconsider(turn, question)
    return True


def _parted(turn: Turn, question: OpenQuestion) -> bool:
    """Carry out the answer to the question whether a text about two problems becomes two petitions or one."""
    number = _number(turn)
    if number is None and not turn.holds(c.Deny, c.Affirm, c.Finish):
        if not _is_beside(turn):
            return False
        turn.take(c.Unclear)
        turn.ask("matters_again")
        return True
    turn.take(c.Choose, c.Deny, c.Affirm, c.Finish)
    turn.change(question=None)
    if number == 1:
        separate(turn, question)
    return True


def _reason(turn: Turn, question: OpenQuestion) -> bool:
    """Take the reason for a low rating or a request for review, or the citizen's refusal to give one."""
    reading = turn.reading
    thanks = reading.has(c.Talk) and len(reading.text.words) <= LONGEST_THANKS
    declined = reading.has(c.Skip, c.Deny, c.Affirm, c.Finish) or thanks
    if reading.number == 0 or (declined and not reading.has(*_TOLD)):
        turn.take(c.Skip, c.Deny, c.Affirm, c.Finish, c.Talk, c.Choose)
        turn.change(question=None)
        turn.say(Slot.DONE, "you_are_welcome")
        return True
    if reading.taught or reading.has(*_NO_REASON) or not reading.text.words:
        return False
    turn.take(*_TOLD, c.Give, c.Rate, c.Unclear, c.Talk, c.Correct, c.Remove, c.Deny, c.Affirm)
    give_reason(turn, question)
    return True


_TOLD: tuple[type[c.Command], ...] = (c.Tell, c.Add, c.Contest, c.Feedback)
_NO_REASON: tuple[type[c.Command], ...] = (c.Erase, c.Status, c.Danger, c.Withdraw)


def _picked_one(turn: Turn, question: OpenQuestion) -> bool:
    picked, number = _picked(turn, question), _number(turn)
    if picked:
        turn.take(c.Choose, c.Status)
        act_on_chosen(turn, question.purpose, picked, ())
        return True
    if number:
        turn.take(c.Choose)
        turn.ask("choose_again")
        return True
    if number == 0 or turn.holds(c.Deny):
        turn.take(c.Choose, c.Deny)
        turn.change(question=None)
        turn.say(Slot.DONE, "question_dropped")
        return True
    return False


def _picked(turn: Turn, question: OpenQuestion) -> str | None:
    """Return the code of the petition chosen by its number or code, or None."""
    number = _number(turn)
    if number and number <= len(question.codes):
        return question.codes[number - 1]
    return next((code for code in question.codes if code in turn.reading.codes), None)


def _meant(turn: Turn, question: OpenQuestion) -> bool:
    """Carry out the meaning that the citizen chose for the unclear message before."""
    number = _number(turn)
    if number is None and turn.holds(c.Deny):
        number = 0
    elif number is None and turn.holds(c.Affirm, c.Finish):
        number = 1
    if number is None or number > len(question.readings):
        turn.change(question=None)
        _keep_waiting(turn, question)
        return False
    turn.take(c.Choose, c.Deny, *(() if number == 0 else (c.Affirm, c.Finish)))  # "không thêm, gửi đi"
    turn.change(question=None)
    if number == 0:
        _keep_waiting(turn, question)
        if not turn.drafting:
            turn.say(Slot.DONE, "question_dropped")
        elif not (turn.left or turn.entry.media):
            repeat(turn)
        return True
    _carry_out(turn, question.readings[number - 1], question)
    return True


def _keep_waiting(turn: Turn, question: OpenQuestion) -> None:
    """Put the attachments that wait for an answer into the draft, and texts only while it waits for the description."""
    files = [part for part in question.parts if part.type != "text" or turn.step is Step.CONTENT]
    if turn.drafting and files:
        turn.keep(files)


def _carry_out(turn: Turn, name: str, question: OpenQuestion) -> None:
    """Carry out the meaning `name`, a key of `dialogue.MEANT`, of the message kept for the answer."""
    parts, code = question.parts, petition_meant(turn.citizen, turn.entry.at)
    text = "\n".join(part.text for part in parts if part.text)
    if name in {"status", "rate", "withdraw"}:
        ask_which_petition(turn, name)
    elif name == "tell":
        begin(turn, parts)
    elif name == "more":
        turn.keep(parts)
        turn.say(Slot.DONE, "added_to_story", words=shortened(text, LONGEST_QUOTED))
    elif name == "add":
        add(turn, parts)
    elif name == "erase":
        ask_about_erasure(turn)
    elif name == "cancel":
        _cancel(turn, 1.0)
    elif name == "person":
        turn.do(Slot.DONE, ContactWanted(ContactReason.PERSON, text))
    elif name == "contest":
        turn.do(Slot.DONE, *([AddToPetition(code, tuple(parts), quiet=True)] if code else []))
        turn.do(Slot.DONE, ContactWanted(ContactReason.CONTESTED, text, code))


def _request_callback(turn: Turn, _: OpenQuestion) -> bool:
    """Request a call to the number given, for a citizen who sends voice messages instead of text."""
    number = turn.reading.value("phone")
    if number is None:
        return False
    turn.change(question=None)
    turn.change_draft(declined=[*turn.draft.declined, "voice"])
    turn.do(Slot.DONE, ContactWanted(ContactReason.PERSON, turn.entry.text, phone=number))
    return True


def _whose(turn: Turn, question: OpenQuestion) -> bool:
    """Carry out the answer to the question whether values are the citizen's own or another person's.

    The citizen's own values are stored as such. Those of another person are added to the draft's text or the petition.
    """
    number = 0 if turn.holds(c.Deny) and _number(turn) is None else _number(turn)
    if number not in {0, 1, 2}:
        return False
    turn.take(c.Choose, c.Deny)
    turn.change(question=None)
    turn.answered = True
    if number == 0:
        turn.say(Slot.DONE, "question_dropped")
    elif not turn.drafting and number == 1:
        give_contact(turn, question)
    elif not turn.drafting:
        add(turn, question.parts)
    elif number == 1:
        turn.owned = True
        for one in question.values:
            give_value(turn, one.field, one.value, shown=True)
    elif not set(question.values) <= set(of_others(turn.draft)):
        turn.keep(question.parts)
        turn.note_others(question.values)
        turn.say(Slot.DONE, "added_to_story", words=shown_values(question.values))
    return True


def _sender(turn: Turn, question: OpenQuestion) -> bool:
    """Store the value that the citizen chose as their own. The value stored before is noted as another person's."""
    number = 0 if turn.holds(c.Deny) and _number(turn) is None else _number(turn)
    if number is None or number > len(question.values):
        return False
    turn.take(c.Choose, c.Deny)
    turn.change(question=None)
    turn.answered = turn.owned = True
    for one in question.values[number - 1 : number] if number else []:
        old = getattr(turn.draft, ATTRIBUTES[one.field])
        give_value(turn, one.field, one.value, shown=True)
        turn.note_others([replace(one, value=old)] if old else [])
    return True


def _ask_sender(turn: Turn) -> None:
    values = of_others(turn.draft)[:MAX_CHOICES] if turn.step is Step.CONFIRM else []
    if values:
        lines = "\n".join(f"{number}. {readable(one.value)}" for number, one in enumerate(values, 1))
        turn.ask_about(OpenQuestion(purpose="sender", values=values, at=turn.entry.at), "sender_ask", choices=lines)
    else:
        _about_own(turn, Word.CORRECT)


_ANSWERS: Mapping[str, Callable[[Turn, OpenQuestion], bool]] = {
    "menu": _of_menu,
    "rating": _rating,
    "erase": _sure,
    "withdraw_sure": _sure,
    "belongs": _belonging,
    "reason": _reason,
    "review": _reason,
    "matters": _parted,
    "reconsider": _reconsidered,
    "meant": _meant,
    "callback": _request_callback,
    "whose": _whose,
    "sender": _sender,
    **dict.fromkeys(("view", "add", "correct", "withdraw", "rate"), _picked_one),
}
"""The handlers of answers, by purpose of the question. They return False if the message does not answer it."""


def _answer_step(turn: Turn) -> None:
    match turn.step:
        case Step.CONSENT:
            _answer_consent(turn)
        case Step.WARD:
            _answer_ward(turn)
        case Step.DUPLICATE:
            if _yes(turn) or turn.holds(c.Add):
                turn.take(c.Add, c.Affirm)
                turn.keep(turn.entry.media)
                join_similar(turn)
            elif _no(turn):
                turn.change_draft(similar=None)
                turn.go_to(Step.CONTENT)
        case Step.RESIDENCE if _yes(turn) or is_as_above(turn.entry.text):
            place = here(turn)
            if place:
                turn.change_draft(residence=place)
            else:
                turn.say(Slot.ANSWER, "residence_nowhere")
        case Step.CONFIRM:
            _answer_summary(turn)
        case _:
            pass


_CONSENTING = word_set(
    """
    dong nhat chap agree agreed consent ok oke okela okie okay yes sure yeah yep u uh uk vang da duoc dc luu cu tiep
    phep chuan go van ung gat
    """
)
"""Words of consent, in lower case without diacritics."""


def hardly_consents(reading: Reading) -> bool:
    """Return whether an answer about consent may well describe a problem instead: “um khói đen cả nhà”."""
    yes, no = reading.of(c.Affirm), reading.of(c.Deny)
    if len(yes) + len(no) < len(reading.commands) or len(reading.text.words) < _FEWEST_OF_STORY:
        return False
    return all(one.chance < surely_consented(reading) for one in yes) and all(one.chance < SURELY_REFUSED for one in no)


_FEWEST_OF_STORY = 4


def surely_consented(reading: Reading) -> float:
    """Return the probability from which a yes counts as consent. It is lower with a usual word of consent."""
    consenting = any(word.folded in _CONSENTING for word in reading.text.words)
    return SURELY_YES if consenting else SURELY_CONSENTED


def _answer_consent(turn: Turn) -> None:
    """Record a clear consent or refusal, whatever else the message contains.

    A consent with reservations is none (LAW 5.1).
    """
    if not any(choice.chance == 1 for choice in turn.reading.of(c.Choose)):
        turn.take(c.Choose)  # "đánh giá HN-… 1" chooses nothing here
    refuses = any(no.chance >= SURELY_REFUSED and is_answer(turn, no) for no in turn.reading.of(c.Deny))
    sends = _names_sending(turn)
    agrees = any(word in turn.reading.text.folded for word in ("dong y", "agree", "ok"))
    if turn.draft.notice_shown and not (sends and not agrees) and _yes(turn, surely_consented(turn.reading)):
        consent(turn)
    elif _number(turn) == 2 or (refuses and not turn.reading.has(c.Affirm, c.Ask)):  # noqa: PLR2004 - "2. Không đồng ý"
        turn.take(c.Deny, c.Choose)
        refuse(turn)


def _answer_ward(turn: Turn) -> None:
    """Store the ward named in the answer: an offered one by number or name, or any other that is certain."""
    draft, number = turn.draft, _typed_number(turn)
    named, sure = turn.guide.wards(turn.entry.text, None) if turn.entry.text and number is None else ((), False)
    among = [code for code in draft.ward_choices if code in named]
    chosen = None
    if number is not None and 0 < number <= len(draft.ward_choices):
        chosen = draft.ward_choices[number - 1]
    elif number is None and (sure or len(among) == 1):
        chosen = named[0] if sure else among[0]
    elif number is None and len(draft.ward_choices) == 1 and turn.holds(c.Affirm):
        chosen = draft.ward_choices[0]
    if chosen:
        turn.take(c.Choose, c.Affirm)
        turn.take_fields({"place"})
        turn.leave_out(_names_ward)
        turn.change_draft(ward=chosen, ward_choices=[])
    elif number == 0 or turn.holds(c.Deny, c.Skip):
        turn.take(c.Choose, c.Deny, c.Skip)
        turn.change_draft(ward_choices=[], address_attempts=2)


def _names_ward(turn: Turn, command: c.Command) -> bool:
    telling = isinstance(command, c.Tell | c.Add | c.Unclear)
    return telling and len(command.words.split()) <= LONGEST_WARD and turn.guide.wards(command.words, None)[1]


_LATER = frozenset({"sau", "mai", "lat", "chut", "later", "tomorrow", "khoan"})


def _names_sending(turn: Turn) -> bool:
    """Return whether a yes in words mentions sending, which is no consent to the use of data (LAW 5.1)."""
    return any(SENDING & set(Text.of(yes.words).folded.split()) for yes in turn.reading.of(c.Affirm))


def _puts_off(turn: Turn) -> bool:
    words = turn.reading.text.folded.split()
    return len(words) <= LONGEST_PUT_OFF and not _LATER.isdisjoint(words) and turn.reading.number is None


_EDITS: tuple[type[c.Command], ...] = (c.Correct, c.Remove, c.Tell, c.Add, c.Give)


def _answer_summary(turn: Turn) -> None:
    """Carry out the answer to the summary: send, edit, drop, or postpone the petition.

    Only a clear yes sends it. Corrections in the same message are shown before that.
    """
    number = _number(turn)
    if number == EDIT:
        turn.take(c.Choose)
        turn.ask("edit_what")
    elif number == DROP:
        turn.take(c.Choose)
        _cancel(turn, 1.0)
    elif number not in {None, SEND}:
        turn.take(c.Choose)
        turn.ask("confirm_again")
    elif turn.edited or turn.holds(*_EDITS):
        turn.send_after = _names_sending(turn) and _yes(turn, SURELY_SENT)
        turn.take(c.Affirm, c.Choose)
    elif any(wish.topic == "draft" for wish in turn.reading.of(c.Ask)) and not _names_sending(turn):
        turn.take(c.Affirm)  # "được rồi, xem lại lần cuối"
    elif _puts_off(turn):
        turn.take(c.Affirm, c.Deny)
        turn.ask("put_off")
    elif _yes(turn, SURELY_SENT):
        turn.keep(turn.entry.media)
        send(turn)
    elif turn.holds(c.Deny):
        turn.take(c.Deny)
        turn.ask("put_off")


# The menu, a person, small talk.


def do_item(turn: Turn, word: Word) -> None:
    """Carry out an item of the menu, chosen by its number or its word."""
    if word in _ABOUT_OWN:
        _about_own(turn, word)
    else:
        _ITEMS[word](turn)


def _begin_new(turn: Turn) -> None:
    if turn.drafting:
        repeat(turn)
    else:
        begin(turn, list(turn.entry.media))


def _about_own(turn: Turn, word: Word) -> None:
    more = word in {Word.ADD, Word.CORRECT}
    if not turn.drafting:
        turn.change(stage=Nothing())
        ask_which_petition(turn, word.value)
    elif more and turn.step is Step.CONFIRM:
        turn.ask("edit_what")
    elif more and turn.citizen.petitions and turn.step is not Step.CONSENT:
        turn.ask_which(AskWhichPetition("belongs", own_codes(turn.citizen)))
    else:
        turn.say(Slot.NOTE, "finish_first")


def _in_vietnamese(turn: Turn) -> None:
    turn.citizen = replace(turn.citizen, language="vi")
    if not turn.drafting:
        show_menu(turn)


_BEFORE: Mapping[Step, Step] = {
    Step.WARD: Step.ADDRESS,
    Step.NAME: Step.ADDRESS,
    Step.RESIDENCE: Step.NAME,
    Step.PHONE: Step.RESIDENCE,
    Step.EMAIL: Step.CONFIRM,
    Step.CONFIRM: Step.PHONE,
}


def _back(turn: Turn) -> None:
    before = _BEFORE.get(turn.step) if turn.step else None
    if before is None and not turn.drafting:
        show_menu(turn)
    elif before is None:
        turn.say(Slot.NOTE, "back_none")
        repeat(turn)
    else:
        turn.go_to(before)
        repeat(turn)


def _view(turn: Turn) -> None:
    if turn.step is Step.CONFIRM:
        show_summary(turn)
    else:
        ask_which_petition(turn, "status" if turn.drafting else "view")


def _object(turn: Turn) -> None:
    """Forward the citizen's wish that no result be published.

    While a petition is being written, or if none is filed, explain the rule instead.
    """
    code = named_code(turn) or petition_meant(turn.citizen, turn.entry.at)
    own = own_codes(turn.citizen)
    code = code or (own[0] if len(own) == 1 else None)
    if turn.drafting or not own:
        turn.say(Slot.ANSWER, "faq_secrecy")
    else:
        turn.do(Slot.DONE, ContactWanted(ContactReason.PUBLICATION, turn.entry.text, code))


_ABOUT_OWN = frozenset({Word.ADD, Word.CORRECT, Word.WITHDRAW, Word.RATE})
_ITEMS: Mapping[Word, Callable[[Turn], None]] = {
    Word.BEGIN: _begin_new,
    Word.RESTART: restart,
    Word.LOOK_UP: lambda turn: turn.ask("code_ask"),
    Word.ERASE: ask_about_erasure,
    Word.SENDER: _ask_sender,
    Word.PERSON: lambda turn: call_person(turn, c.CallPerson()),
    Word.VIEW: _view,
    Word.UNPUBLISH: _object,
    Word.CONTACT: reach_otherwise,
    Word.READERS: warn_of_readers,
    Word.DROP_FILES: drop_files,
    Word.DROP_LINK: drop_link,
    Word.LOCK: lambda turn: turn.do(Slot.DONE, LockPages()),
    Word.VIETNAMESE: _in_vietnamese,
    Word.BACK: _back,
}


def show_menu(turn: Turn) -> None:
    """Greet with the menu. From now on a number chooses from the menu and answers no earlier question."""
    talk = turn.talk
    waits = talk.question is not None and talk.question.purpose == "reconsider"
    question = talk.question if waits else OpenQuestion(purpose="menu", at=turn.entry.at)
    turn.change(question=question, stage=Nothing())
    turn.ask_firmly("menu")


def call_person(turn: Turn, wish: c.CallPerson) -> None:
    """Request a coordinator's call, on the number named if any, and show where somebody can be reached now."""
    phone = wish.phone or turn.reading.value("phone")
    turn.do(Slot.DONE, ContactWanted(ContactReason.PERSON, turn.entry.text, phone=phone))
    if turn.drafting:
        turn.say(Slot.NOTE, "draft_kept")
        turn.silent = turn.silent or consented(turn) or turn.draft.notice_shown


def call_persons(turn: Turn) -> None:
    """Request a call from a coordinator if the message asks for a person."""
    wishes = turn.take(c.CallPerson)
    if wishes:
        call_person(turn, next((wish for wish in wishes if wish.phone), wishes[0]))


def small_talk(turn: Turn) -> None:
    """Note feedback about the channel. Answer thanks, greetings and anger unless the reply answers something else."""
    if turn.take(c.Feedback):
        turn.say(Slot.NOTE, "feedback_noted")
    talks = turn.take(c.Talk)
    if talks and len(talks) == len(turn.reading.commands) and not turn.says():
        if turn.drafting or turn.citizen.petitions or turn.talk.question:
            turn.say(Slot.NOTE, "you_are_welcome" if not turn.drafting else "heard")
        else:
            show_menu(turn)


def look_up(turn: Turn) -> None:
    """Put the status of the petition whose code the message gives into the reply."""
    turn.do(Slot.ANSWER, LookUpStatus(turn.reading.codes[0]))
