"""Words that mean the same at every step: cancel, back, start over, help, an officer, how it stands, thanks."""

from __future__ import annotations

from petitions.domain import sayings
from petitions.domain import understanding as said
from petitions.domain.asking import repeat
from petitions.domain.citizen import Choices, Citizen, Draft, Step
from petitions.domain.codes import find_code, looks_like_code
from petitions.domain.drafting import talking
from petitions.domain.own import offer
from petitions.domain.steps_content import ended
from petitions.domain.turns import Guide, Guided, Input, LookUp, Rate, Turn

QUESTION = 120
"""Characters: where nothing is being written, a text with a code in it that is no longer asks how it stands."""

LOW = 3

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
_ELSEWHERE = frozenset({5, 6, 7})
"""Items of the menu that ask questions of their own: after the draft."""


def command(citizen: Citizen, entry: Input, guide: Guide) -> Turn | None:
    """What a text means wherever it is said; None when it is an answer or something told."""
    talk, word = citizen.conversation, said.plain(entry.text)
    level = said.rating(entry.text)
    if talk.rating_for and level and not word.isdigit():
        return rated(citizen, talk.rating_for, level, entry)
    if word in sayings.ENGLISH | sayings.VIETNAMESE:
        spoken = citizen.model_copy(update={"language": "en" if word in sayings.ENGLISH else "vi"})
        return menu(spoken) if talk.step is Step.IDLE else repeat(spoken, guide)
    if word in sayings.CANCEL:
        return cancelled(citizen)
    if said.wants_officer(entry.text):
        return to_officer(citizen, entry)
    coded = _coded(citizen, entry)
    if coded is not None:
        return coded
    if said.asks_status(entry.text):
        status = offer(citizen, "status")
        return status if talk.draft is None else status.say("draft_kept")
    return None if talk.step is Step.IDLE else _in_draft(citizen, entry.text, guide)


def _coded(citizen: Citizen, entry: Input) -> Turn | None:
    """A code, right or wrong, in a short text; one of the choices in hand is an answer."""
    talk = citizen.conversation
    if len(entry.text) > (QUESTION if talk.step is Step.IDLE else said.SHORT):
        return None
    code = find_code(entry.text)
    if code and talk.choices and code in talk.choices.codes:
        return None
    if code:
        return Turn(citizen, (LookUp(code),))
    wrong = said.like_a_code(entry.text) or (talk.step is Step.IDLE and looks_like_code(entry.text))
    return Turn(citizen).say("code_wrong") if wrong else None


def _in_draft(citizen: Citizen, text: str, guide: Guide) -> Turn | None:
    step, word = citizen.conversation.step, said.plain(text)
    if word in sayings.HELP:
        return Turn(citizen).say("help_" + step.value).say("help_commands")
    if word in sayings.BACK:
        return _back(citizen, guide)
    if word in sayings.START_OVER:
        return _start_over(citizen)
    if word in sayings.GRATITUDE:
        return repeat(citizen, guide).first(*Turn(citizen).say("you_are_welcome").effects)
    item = said.among(word, sayings.MENU)
    if item == 2:  # noqa: PLR2004 - the menu's number
        return Turn(citizen).say("code_ask")
    if item == 3:  # noqa: PLR2004 - the menu's number
        return offer(citizen, "status").say("draft_kept")
    if item in _ELSEWHERE:
        return Turn(citizen).say("finish_first")
    greets = said.opens(text) and step is not Step.CONTENT
    begins = item is not None and not word.isdigit() and step not in {Step.CONFIRM, Step.DUPLICATE}
    return repeat(citizen, guide) if greets or begins else None


def _back(citizen: Citizen, guide: Guide) -> Turn:
    before = _BEFORE.get(citizen.conversation.step)
    if before is None:
        return repeat(citizen, guide).first(*Turn(citizen).say("back_none").effects)
    citizen = talking(citizen, step=before, acknowledged_at=None)
    return Turn(citizen).say("content_back") if before is Step.CONTENT else repeat(citizen, guide)


def _start_over(citizen: Citizen) -> Turn:
    """What was written stays among the inputs; the draft begins anew."""
    step = Step.CONSENT if citizen.conversation.step is Step.CONSENT else Step.CONTENT
    given_up = ended(citizen)
    anew = talking(given_up.citizen, step=step, draft=Draft())
    return Turn(anew, given_up.effects).say("consent_again" if step is Step.CONSENT else "restarted")


def menu(citizen: Citizen) -> Turn:
    """The greeting with its numbers: from now on a number answers it, and no question that stood before."""
    return Turn(talking(citizen, menu_shown=True, choices=None, supplement_for=None)).say("menu")


def cancelled(citizen: Citizen) -> Turn:
    """Whatever is in hand is given up."""
    talk = citizen.conversation
    if talk.draft is not None:
        return ended(citizen).say("cancelled")
    if talk.choices or talk.supplement_for:
        return Turn(talking(citizen, choices=None, supplement_for=None, acknowledged_at=None)).say("question_dropped")
    return Turn(citizen).say("nothing_to_cancel")


def to_officer(citizen: Citizen, entry: Input) -> Turn:
    """The coordinators find it among the guidance; the citizen is told where they can speak to somebody now."""
    turn = Turn(citizen, (Guided(f"{entry.key}-officer", "officer", entry.text),)).say("officer_told")
    return turn.say("draft_kept") if citizen.conversation.draft else turn


def rated(citizen: Citizen, code: str, level: int, entry: Input) -> Turn:
    """A rating; a low one is asked for its reason, in the midst of a draft only in words."""
    turn = Turn(talking(citizen, rating_for=None), (Rate(code, level),))
    if level < LOW:
        return turn.say("rated")
    if citizen.conversation.step is not Step.IDLE:
        return turn.say("rated_low_in_draft")
    reason = Choices(purpose="reason", codes=[code], at=entry.at)
    return Turn(talking(turn.citizen, choices=reason), turn.effects).say("rated_low")
