"""Answers to the numbered question that was asked last, beside those of a draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import OpenQuestion
from petitions.domain.citizen.draft import InputPart, waiting_with
from petitions.domain.conversation.asking import repeat_question
from petitions.domain.conversation.drafting import telling_parts, with_conversation
from petitions.domain.conversation.effects import (
    AddToPetition,
    CitizenInput,
    CityGuide,
    ConversationTurn,
    EraseCitizenData,
    GiveRatingReason,
    WithdrawPetition,
)
from petitions.domain.conversation.matters import SEPARATE, separated
from petitions.domain.conversation.menu import ask_for_review, item, rate
from petitions.domain.conversation.own_petitions import act_on_chosen, ask_belongs, ask_rating
from petitions.domain.conversation.telling import begin_draft, finish_story, reconsidered
from petitions.domain.understanding.acts import DialogAct as Act
from petitions.domain.understanding.acts import Situation
from petitions.domain.understanding.menu_words import MENU
from petitions.domain.understanding.menu_words import MenuWord as Word

QUESTION_OPEN_FOR = timedelta(days=1)
"""How long a question about own petitions waits for its answer."""

LEVELS = range(1, 4)
PRAISE = range(1, 3)
INSISTS = 0.5
"""The probability of the act asked about from which an answer that begins with a no is none."""
LONGEST_SURE = 8
"""The most words of an answer to the question whether the citizen is sure; a longer text says something else."""

SURE: Mapping[str, Act] = {"erase": Act.ERASE, "withdraw_sure": Act.WITHDRAW}
"""The purposes of questions whether the citizen is sure, with the act that they would carry out."""


_READ_AS = {
    "reconsider": Situation.CONSENT,
    "erase": Situation.CONSENT,
    "withdraw_sure": Situation.CONSENT,
    "reason": Situation.CONTENT,
    "review": Situation.CONTENT,
}
"""The situations whose answers people word like those to a question of this purpose."""


READINGS: Mapping[Act, str] = {
    Act.FILE: "file",
    Act.TELL: "reply",
    Act.ADD: "add",
    Act.CONTEST: "contest",
    Act.STATUS: "status",
    Act.RATE: "rate",
    Act.CORRECT: "correct",
    Act.WITHDRAW: "withdraw",
    Act.PERSON: "person",
    Act.ASK: "ask_us",
    Act.ERASE: "erase",
    Act.CANCEL: "cancel",
    Act.DONE: "done",
}
"""The readings that a question can name, with the end of the key of their text `meant_...`."""


def ask_meant(citizen: Citizen, acts: Sequence[Act], parts: Sequence[InputPart], at: datetime) -> ConversationTurn:
    """Ask which of one or two readings of a message is meant; its parts wait for the answer."""
    question = OpenQuestion(purpose="meant", acts=[act.value for act in acts], parts=list(parts), at=at)
    asked = ConversationTurn(with_conversation(citizen, question=question))
    named = dict(zip(("first", "second"), (READINGS[act] for act in acts), strict=False))
    return asked.say("meant_in_draft" if len(acts) == 1 else "meant_ask", **named)


def situation_of_question(citizen: Citizen) -> Situation | None:
    """Return the situation in which the answer to the question in hand is read; None if there is no such question."""
    question = citizen.conversation.question
    return _READ_AS.get(question.purpose) if question else None


def answered(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Return the turn of an answer to the question in hand; None if there is none, or the input is no answer."""
    question = citizen.conversation.question
    if question is None or not entry.text:
        return _kept_waiting(citizen, question, entry) if question else None
    if question.purpose in SURE and entry.at < question.at:
        return None  # it was sent before it was asked
    if question.purpose != "belongs" and entry.at - question.at > QUESTION_OPEN_FOR and question.purpose != "rating":
        return None
    return _ANSWERS[question.purpose](citizen, question, entry, guide)


def _kept_waiting(citizen: Citizen, question: OpenQuestion, entry: CitizenInput) -> ConversationTurn | None:
    """Let files without words wait with the message that was asked about; None if none was."""
    if question.purpose == "belongs":
        return _waiting(citizen, question, entry)
    if question.purpose != "meant":
        return None
    kept = waiting_with(question.parts, telling_parts(entry.parts))
    asked = ask_meant(citizen, [Act(act) for act in question.acts], kept or question.parts, question.at)
    return asked.say_first("waiting_full") if kept is None else asked


def _numbered(citizen: Citizen, question: OpenQuestion, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    number = entry.read.number
    if question.purpose == "rating" and number in PRAISE and Act.CONTEST in question.acts:
        return ask_rating(citizen, question.codes[0], entry.at)  # who has just contested it may mean another "1"
    if question.purpose == "rating" and number in LEVELS and entry.at >= question.at:
        return rate(citizen, question.codes[0], number or 0, entry)
    return item(citizen, entry, MENU[number - 1]) if number and number <= len(MENU) else None


def _sure(citizen: Citizen, question: OpenQuestion, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Do what was asked about on a clear yes; ask again for anything short that is neither yes nor no.

    A word of the menu, another petition's code and a clear wish to be erased are said about something else.
    """
    read, free = entry.read, with_conversation(citizen, question=None)
    if read.codes and set(read.codes).isdisjoint(question.codes):
        return None
    insists = read.chance(SURE[question.purpose]) >= INSISTS  # "không phải, tôi muốn rút đơn cơ"
    no = read.number in {0, 2} or (read.act in {Act.NO, Act.CANCEL} and not insists)
    surely = read.clear and (not read.asks or read.consents)
    if read.chosen is SURE[question.purpose] or (not no and surely and read.act in {Act.YES, SURE[question.purpose]}):
        done = EraseCitizenData() if question.purpose == "erase" else WithdrawPetition(question.codes[0])
        return ConversationTurn(free, (done,))
    drafting = free.conversation.draft is not None
    if no and not drafting:
        return ConversationTurn(free).say("question_dropped")
    if read.word or read.codes or (read.clear and read.act is Act.ERASE):
        return None
    wondering = read.act is Act.ASK and read.topic in _ABOUT_THE_QUESTION
    if not no and (read.length > LONGEST_SURE or read.act is Act.PERSON or (read.act is Act.ASK and not wondering)):
        return None
    if drafting and not insists and not wondering:
        return repeat_question(free, guide).say_first("question_dropped")
    return sure_again(citizen)


def sure_again(citizen: Citizen) -> ConversationTurn:
    """Repeat the question whether the citizen is sure; say nothing if none is in hand."""
    question = citizen.conversation.question
    if question is None or question.purpose not in SURE:
        return ConversationTurn(citizen)
    if question.purpose == "erase":
        return ConversationTurn(citizen).say("erase_ask")
    return ConversationTurn(citizen).say("withdraw_sure", code=question.codes[0])


_ABOUT_THE_QUESTION = frozenset({"other", "privacy"})
"""Topics of a question about what is asked: "có ảnh hưởng gì không"; the text of the question says it."""


def _belonging(citizen: Citizen, question: OpenQuestion, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Assign the waiting messages to a petition; anything sent before the answer waits with them."""
    picked = _picked(question, entry)
    if picked:
        return act_on_chosen(citizen, question.purpose, picked, question.parts, entry.at)
    read = entry.read
    if read.number == 0 or read.act is Act.NO or read.word is Word.BEGIN:
        return begin_draft(citizen, entry, question.parts)
    return _waiting(citizen, question, entry)


def _waiting(citizen: Citizen, question: OpenQuestion, entry: CitizenInput) -> ConversationTurn:
    kept = waiting_with(question.parts, telling_parts(entry.parts))
    if kept is None:
        return ask_belongs(citizen, question.codes, question.parts, question.at, "belongs_full")
    return ask_belongs(citizen, question.codes, kept, question.at)


def _reconsidered(
    citizen: Citizen, question: OpenQuestion, entry: CitizenInput, guide: CityGuide
) -> ConversationTurn | None:
    """Take a yes, or "nhầm", after consent was refused."""
    read = entry.read
    again = read.consents or read.mistaken
    return reconsidered(with_conversation(citizen, question=None), question, entry, guide) if again else None


def _parted(citizen: Citizen, question: OpenQuestion, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go on with the first of two matters, or with both together; anything but a number leaves them together."""
    free = with_conversation(citizen, question=None)
    apart = entry.read.number == SEPARATE
    return finish_story(separated(free, question) if apart else free, entry, guide)


def _reason(citizen: Citizen, question: OpenQuestion, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Take the reason of a low rating, or of a wish to have the outcome looked at again; it may be declined."""
    read, free = entry.read, with_conversation(citizen, question=None)
    if read.act in {Act.DECLINE, Act.THANKS, Act.NO, Act.YES, Act.NOTHING} or read.number == 0:
        return ConversationTurn(free).say("you_are_welcome")
    if read.word or read.act in _NO_REASON or read.number is not None or read.wordless:
        return None
    code = next(iter(question.codes), None)
    if question.purpose == "review" or code is None:
        review = ask_for_review(free, entry, code)
        return review.first(AddToPetition(code, telling_parts(entry.parts), quiet=True)) if code else review
    if read.act is Act.CONTEST:
        return ask_for_review(free, entry, code).first(GiveRatingReason(code, entry.text, quiet=True))
    return ConversationTurn(free, (GiveRatingReason(code, entry.text),))


_NO_REASON = frozenset(
    {Act.GREETING, Act.MENU, Act.ERASE, Act.PERSON, Act.ENGLISH, Act.STATUS, Act.EMERGENCY, Act.WITHDRAW}
)


def _picked_one(citizen: Citizen, question: OpenQuestion, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Carry out a choice among own petitions."""
    picked = _picked(question, entry)
    if picked:
        return act_on_chosen(citizen, question.purpose, picked, (), entry.at)
    read = entry.read
    if read.number:
        return ConversationTurn(citizen).say("choose_again")
    dropped = read.number == 0 or read.act is Act.NO
    return ConversationTurn(with_conversation(citizen, question=None)).say("question_dropped") if dropped else None


def _picked(question: OpenQuestion, entry: CitizenInput) -> str | None:
    """Return the petition chosen by its number or code, or None."""
    number = entry.read.number
    if number and number <= len(question.codes):
        return question.codes[number - 1]
    return next((code for code in question.codes if code in entry.read.codes), None)


_ANSWERS: Mapping[str, Callable[[Citizen, OpenQuestion, CitizenInput, CityGuide], ConversationTurn | None]] = {
    "menu": _numbered,
    "rating": _numbered,
    "erase": _sure,
    "withdraw_sure": _sure,
    "belongs": _belonging,
    "reason": _reason,
    "review": _reason,
    "matters": _parted,
    "reconsider": _reconsidered,
    "meant": lambda *_: None,  # `chosen_reading` knows it
    **dict.fromkeys(("view", "add", "correct", "withdraw", "rate"), _picked_one),
}
"""By purpose, what an answer does; None if the input is none."""


def stops_unanswered(question: OpenQuestion, entry: CitizenInput) -> bool:
    """Return whether "xong" follows the question whether to stop, which it does not answer: it is asked again."""
    stops = not _STOPS.isdisjoint(question.acts)
    return question.purpose == "meant" and stops and entry.said is not None and entry.read.act is Act.DONE


_STOPS = frozenset({Act.CANCEL, Act.WITHDRAW, Act.ERASE})


def chosen_reading(
    citizen: Citizen, entry: CitizenInput, guide: CityGuide, situation: Situation
) -> tuple[CitizenInput, Act | None] | None:
    """Return the message that was asked about, with the act that the citizen chose (None for another matter).

    None if the question in hand is not one about a message, or the input does not answer it.
    """
    question = citizen.conversation.question
    if question is None or question.purpose != "meant" or entry.said is None:
        return None
    # Who goes on as if it were settled means the likelier reading: nothing that waits is lost.
    settled = entry.read.act in {Act.DONE, Act.YES} and not stops_unanswered(question, entry)
    number = 1 if settled and entry.read.number is None else entry.read.number
    if number is None or number > len(question.acts):
        return None
    parts = tuple(question.parts)
    text = "\n".join(part.text for part in parts if part.text)
    meant = Act(question.acts[number - 1]) if number else None
    read = guide.read(text, situation)
    return replace(entry, parts=parts, said=replace(read, act=meant or read.act, confidence=1.0, asks=False)), meant
