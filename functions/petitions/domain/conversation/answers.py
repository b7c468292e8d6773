"""Answers to questions about the channel, and about the citizen's petitions."""

from __future__ import annotations

from collections.abc import Mapping

from petitions.domain.citizen.citizen import PRIVACY_PAGE
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.conversation.after_filing import ask_which_petition
from petitions.domain.conversation.dialogue import danger_goes_on
from petitions.domain.conversation.filing import show_summary
from petitions.domain.conversation.pauses import FORGOTTEN_AFTER
from petitions.domain.conversation.repairs import show_menu
from petitions.domain.conversation.turn import LookUpStatus, Slot, Turn
from petitions.domain.language.words import shortened
from petitions.domain.shared.records import replace
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation

LONGEST_SHOWN = 300
_PARAMETERS: Mapping[str, Mapping[str, str | int]] = {
    "faq_privacy": {"link": PRIVACY_PAGE},
    "faq_draft_kept": {"count": FORGOTTEN_AFTER.days},
}
"""The values put into the texts of answers, by key of the text."""
_ABOUT_A_REQUEST = frozenset({"other", "procedure", "how_to", "why", "next", "attachments"})
"""Topics of questions that are answered by showing the unit's request for more information."""
_ABOUT_ERASURE = frozenset({"other", "privacy", "draft", "next", "why", "withdraw_how"})
_ABOUT_A_PETITION = frozenset({"time", "next", "handler", "overdue", "outcome", "inspection", "tracking"})
_SHOWN = frozenset({"draft", "received"})
"""Topics of questions that are answered with the content kept so far."""
_WHY = {
    Step.CONSENT: "faq_privacy",
    Step.ADDRESS: "faq_why_place",
    Step.WARD: "faq_why_place",
    Step.NAME: "faq_why_person",
    Step.RESIDENCE: "faq_why_person",
    Step.PHONE: "faq_why_phone",
    Step.EMAIL: "faq_why_phone",
}


def answer_questions(turn: Turn) -> None:
    """Answer every question in the message, and show the status of the petitions asked about."""
    for question in turn.take(c.Ask):
        if question.topic == "english":
            if turn.citizen.language == "en":
                turn.say(Slot.ANSWER, "faq_english")
            turn.citizen = replace(turn.citizen, language="en")
            if not (turn.drafting or turn.asked or turn.says(Slot.ANSWER)):
                show_menu(turn)
        elif question.topic == "menu":
            _help(turn)
        else:
            _answer(turn, question.topic)
    for status in turn.take(c.Status):
        if status.code:
            turn.do(Slot.ANSWER, LookUpStatus(status.code))
        elif not turn.talk.requested and turn.drafting and not turn.citizen.petitions:
            turn.say(Slot.ANSWER, "draft_unsent_yet")
        else:
            ask_which_petition(turn, "status")


def _help(turn: Turn) -> None:
    if turn.step is None and not turn.asked:
        show_menu(turn)
    elif turn.step is not None:
        turn.say(Slot.ANSWER, f"help_{turn.step}")
        turn.say(Slot.ANSWER, "help_commands")


def _answer(turn: Turn, topic: str) -> None:
    situation = turn.reading.situation
    if danger_goes_on(turn.talk, turn.entry.at):
        turn.say(Slot.ANSWER, "danger_answer")
    elif situation is Situation.SUPPLEMENT and topic in _ABOUT_A_REQUEST and turn.talk.requested:
        turn.do(Slot.ANSWER, *(LookUpStatus(code) for code in turn.talk.requested))
    elif situation is Situation.ERASE_CONFIRM and topic in _ABOUT_ERASURE:
        return  # the question lists the data that are erased and kept
    elif topic == "how_to" and turn.reading.has(c.CallPerson):
        return  # a person will explain it
    elif turn.drafting:
        _answer_in_draft(turn, topic)
    elif topic in _SHOWN and turn.citizen.petitions:
        ask_which_petition(turn, "view" if topic == "draft" else "status")
    elif topic == "why" and turn.citizen.petitions:
        ask_which_petition(turn, "status")
    else:
        _say(turn, f"faq_{topic}")
        if topic in _ABOUT_A_PETITION and turn.citizen.petitions:
            ask_which_petition(turn, "status")


def _answer_in_draft(turn: Turn, topic: str) -> None:
    if topic == "draft" and turn.step is Step.CONFIRM:
        show_summary(turn)
    elif topic == "received" and turn.step is Step.CONFIRM:
        turn.say(Slot.ANSWER, "draft_unsent_yet")
    elif topic in _SHOWN and turn.draft.all_parts():
        content, files = shortened(turn.draft.content(), LONGEST_SHOWN) or None, len(turn.draft.files())
        turn.say(Slot.ANSWER, "draft_so_far", content=content, files=files)
    elif topic == "why" and turn.step is Step.CONFIRM:  # "sao lại có chữ đó trong đơn?"
        _say(turn, "faq_edit")
    elif topic == "why" and turn.step in _WHY:
        _say(turn, _WHY[turn.step])
    else:
        _say(turn, f"faq_{topic}")


def _say(turn: Turn, key: str) -> None:
    turn.say(Slot.ANSWER, key, **_PARAMETERS.get(key, {}))
