"""Words that mean the same at every step: cancel, back, start over, help, officer, status, thanks."""

from __future__ import annotations

from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.asking import repeat
from petitions.domain.conversation.citizen import Choices, Citizen, Draft, Step
from petitions.domain.conversation.drafting import talking
from petitions.domain.conversation.effects import EraseMe, Guide, Guided, Input, LookUp, Offer, Rate, Turn
from petitions.domain.conversation.own_petitions import offer, own_codes
from petitions.domain.conversation.steps_content import ended
from petitions.domain.petition.codes import find_code, looks_like_code

QUESTION = 120
"""The most characters of a text that, outside a draft, asks for the status of the petition whose code it contains."""

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
BEGIN, LOOK_UP, VIEW, ADD, WITHDRAW, RATE, ERASE, OFFICER = range(1, 9)
"""The numbers of the menu."""

LONGEST_REQUEST = 60
"""The most characters of a request to speak English."""


def command(citizen: Citizen, entry: Input, guide: Guide) -> Turn | None:
    """Return the turn of a text that means the same at every step; None if it is an answer or content."""
    for reading in (_rated_in_words, _in_language, _given_up, _explained, _to_person, _coded, _status, _in_draft):
        turn = reading(citizen, entry, guide)
        if turn is not None:
            return turn
    return None


def erased(citizen: Citizen, entry: Input, guide: Guide) -> Turn | None:
    """Return the turn of an answer to the question whether to erase everything, asked within a draft; else None."""
    answered, word = talking(citizen, choices=None), said.plain(entry.text)
    if word in vocabulary.YES:
        return Turn(answered, (EraseMe(),))
    if word in vocabulary.NO | {"0"}:
        return repeat(answered, guide).first(*Turn(answered).say("question_dropped").effects)
    return None


def _rated_in_words(citizen: Citizen, entry: Input, _: Guide) -> Turn | None:
    code, level = citizen.conversation.rating_for, said.rating(entry.text)
    return rated(citizen, code, level, entry) if code and level and not said.plain(entry.text).isdigit() else None


def _in_language(citizen: Citizen, entry: Input, guide: Guide) -> Turn | None:
    word = said.plain(entry.text)
    english = word in vocabulary.ENGLISH or said.says(vocabulary.IN_ENGLISH, entry.text, LONGEST_REQUEST)
    if not english and word not in vocabulary.VIETNAMESE:
        return None
    spoken = citizen.model_copy(update={"language": "en" if english else "vi"})
    return menu(spoken) if citizen.conversation.step is Step.IDLE else repeat(spoken, guide)


def _given_up(citizen: Citizen, entry: Input, _: Guide) -> Turn | None:
    """Drop whatever is in hand or, outside a draft, offer to withdraw a filed petition."""
    if not said.cancels(entry.text):
        return None
    filed = citizen.conversation.draft is None and citizen.petitions and said.names_petition(entry.text)
    return offer(talking(citizen, choices=None, supplement_for=None), "withdraw") if filed else cancelled(citizen)


def _explained(citizen: Citizen, entry: Input, guide: Guide) -> Turn | None:
    """Answer a question about the channel and repeat the current question."""
    step = citizen.conversation.step
    if step is Step.CONTENT:
        return None
    key = next((key for key, pattern in vocabulary.ASKED.items() if said.says(pattern, entry.text)), None)
    if key is None and step is not Step.IDLE and said.says(vocabulary.ASKS_WHY, entry.text):
        key = "faq_privacy"
    if key is None:
        return None
    after = menu(citizen) if step is Step.IDLE else repeat(citizen, guide)
    return after.first(*Turn(citizen).say(key).effects)


def _to_person(citizen: Citizen, entry: Input, _: Guide) -> Turn | None:
    return to_officer(citizen, entry) if said.wants_officer(entry.text) else None


def _status(citizen: Citizen, entry: Input, _: Guide) -> Turn | None:
    if not said.asks_status(entry.text):
        return None
    status = offer(citizen, "status")
    return status if citizen.conversation.draft is None else status.say("draft_kept")


def _coded(citizen: Citizen, entry: Input, _: Guide) -> Turn | None:
    """Look up a code, right or wrong, in a short text; one of the codes offered as a choice is an answer instead."""
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


def _in_draft(citizen: Citizen, entry: Input, guide: Guide) -> Turn | None:
    step, word = citizen.conversation.step, said.plain(entry.text)
    if step is Step.IDLE:
        return None
    if word in vocabulary.HELP:
        return Turn(citizen).say("help_" + step.value).say("help_commands")
    if word in vocabulary.BACK:
        return _back(citizen, guide)
    if word in vocabulary.START_OVER:
        return _start_over(citizen)
    if word in vocabulary.GRATITUDE:
        return repeat(citizen, guide).first(*Turn(citizen).say("you_are_welcome").effects)
    return _item_in_draft(citizen, entry, guide)


def _item_in_draft(citizen: Citizen, entry: Input, guide: Guide) -> Turn | None:
    """Handle an item of the menu within a draft: at once if it asks nothing, and always if it is erasure."""
    step, word = citizen.conversation.step, said.plain(entry.text)
    item = said.among(word, vocabulary.MENU)
    if step is Step.CONTENT and citizen.petitions and word in vocabulary.MOVES | vocabulary.CORRECT:
        return Turn(citizen, (Offer("belongs", own_codes(citizen)),))
    if item == LOOK_UP:
        return Turn(citizen).say("code_ask")
    if item == VIEW:
        return offer(citizen, "status").say("draft_kept")
    if item == ERASE:
        return Turn(talking(citizen, choices=Choices(purpose="erase", at=entry.at))).say("erase_ask")
    if item in {WITHDRAW, RATE}:
        return Turn(citizen).say("finish_first")
    greets = said.opens(entry.text) and step is not Step.CONTENT
    begins = item is not None and not word.isdigit() and step not in {Step.CONFIRM, Step.DUPLICATE}
    return repeat(citizen, guide) if greets or begins else None


def _back(citizen: Citizen, guide: Guide) -> Turn:
    before = _BEFORE.get(citizen.conversation.step)
    if before is None:
        return repeat(citizen, guide).first(*Turn(citizen).say("back_none").effects)
    citizen = talking(citizen, step=before, acknowledged_at=None)
    return Turn(citizen).say("content_back") if before is Step.CONTENT else repeat(citizen, guide)


def _start_over(citizen: Citizen) -> Turn:
    """Begin the draft anew; the texts written so far stay among the inputs."""
    step = Step.CONSENT if citizen.conversation.step is Step.CONSENT else Step.CONTENT
    given_up = ended(citizen)
    anew = talking(given_up.citizen, step=step, draft=Draft())
    return Turn(anew, given_up.effects).say("consent_again" if step is Step.CONSENT else "restarted")


def menu(citizen: Citizen) -> Turn:
    """Greet with the menu; from now on a number answers the menu and no earlier question."""
    return Turn(talking(citizen, menu_shown=True, choices=None, supplement_for=None)).say("menu")


def cancelled(citizen: Citizen) -> Turn:
    """Drop whatever is in hand."""
    talk = citizen.conversation
    if talk.draft is not None:
        return ended(citizen).say("cancelled")
    if talk.choices or talk.supplement_for:
        return Turn(talking(citizen, choices=None, supplement_for=None, acknowledged_at=None)).say("question_dropped")
    return Turn(citizen).say("nothing_to_cancel_filed" if citizen.petitions else "nothing_to_cancel")


def to_officer(citizen: Citizen, entry: Input) -> Turn:
    """Record the request among the guidance for the coordinators, and say where to reach somebody now."""
    turn = Turn(citizen, (Guided(f"{entry.key}-officer", "officer", entry.text),)).say("officer_told")
    return turn.say("draft_kept") if citizen.conversation.draft else turn


def to_review(citizen: Citizen, entry: Input) -> Turn:
    """Record among the guidance for the coordinators that a decision is to be reviewed."""
    return Turn(citizen, (Guided(f"{entry.key}-officer", "officer", entry.text),)).say("review_told")


def rated(citizen: Citizen, code: str, level: int, entry: Input) -> Turn:
    """Record a rating; ask the reason of a low one unless it was given, within a draft only in words."""
    rating = Rate(code, level, entry.text if level == LOW and len(entry.text) > said.SHORT else None)
    turn = Turn(talking(citizen, rating_for=None), (rating,))
    if level < LOW:
        return turn.say("rated")
    if rating.reason:
        return turn.say("reason_kept", code=code)
    if citizen.conversation.step is not Step.IDLE:
        return turn.say("rated_low_in_draft")
    reason = Choices(purpose="reason", codes=[code], at=entry.at)
    return Turn(talking(turn.citizen, choices=reason), turn.effects).say("rated_low")
