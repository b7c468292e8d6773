"""What each dialog act does; `heard` says which of these follows in which situation.

A handler returns None where the step, or a new petition, takes the message after all.
"""

from __future__ import annotations

from collections.abc import Callable

from petitions.domain.citizen.citizen import Citizen, ConversationStep
from petitions.domain.conversation.asking import ask_next, repeat_question, resolve_place
from petitions.domain.conversation.commands import (
    ask_about_erasure,
    ask_for_officer,
    ask_for_review,
    cancel,
    rate,
    show_menu,
    speak,
)
from petitions.domain.conversation.drafting import (
    draft_of,
    parts_without_text,
    telling_parts,
    with_conversation,
    with_draft,
    with_parts,
)
from petitions.domain.conversation.effects import (
    AddToPetition,
    AskWhichPetition,
    CitizenInput,
    CityGuide,
    ConversationTurn,
    LookUpStatus,
)
from petitions.domain.conversation.own_petitions import ask_which_petition, begin_adding, own_codes
from petitions.domain.conversation.short_answers import is_unreserved, names_agreement, takes_out
from petitions.domain.conversation.situation import petition_meant
from petitions.domain.conversation.steps_confirm import confirmed
from petitions.domain.conversation.steps_content import agree, end_draft, finish_content
from petitions.domain.understanding.acts import Situation
from petitions.domain.understanding.message_reader import Said
from petitions.domain.understanding.values import SaidValues

BEYOND_DOUBT = 0.9
LONGEST_REMARK = 8
"""The most words of a rating without a level, or a correction without a value; a longer text tells something."""

Handler = Callable[[Citizen, CitizenInput, CityGuide], ConversationTurn | None]


def said_of(entry: CitizenInput) -> Said:
    """Return the reading of an input that has a text."""
    if entry.said is None:
        raise ValueError("the input has no text")
    return entry.said


def go_on(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    """Repeat the question in hand, or invite to one outside a draft."""
    if citizen.conversation.step is ConversationStep.IDLE:
        return ConversationTurn(citizen).say("go_on")
    return repeat_question(citizen, guide)


def answered_outside(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Answer a question about the channel; any other may be a matter."""
    return None if said_of(entry).topic == "other" else answered(citizen, entry, guide)


def answered(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a question about the channel by its topic, then repeat the question in hand."""
    return go_on(citizen, guide).say_first(f"faq_{said_of(entry).topic}")


def answered_and_kept(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a question within a story, and keep it there: the story may be asking."""
    return answered(with_parts(citizen, entry.parts), entry, guide)


def soothed(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Say that the anger was heard, then go on."""
    return go_on(citizen, guide).say_first("anger_heard")


def thanked(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer thanks, then repeat the question in hand, if any."""
    if citizen.conversation.step is ConversationStep.IDLE:
        return ConversationTurn(citizen).say("you_are_welcome")
    return repeat_question(citizen, guide).say_first("you_are_welcome")


def greeted(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Greet with the menu or the question in hand; who names a place beside the greeting has begun to tell."""
    if citizen.conversation.step is not ConversationStep.IDLE:
        return repeat_question(citizen, guide)
    return None if guide.wards(entry.text, None)[0] else show_menu(citizen)


def helped(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Show the menu, or what can be done at this step."""
    step = citizen.conversation.step
    if step is ConversationStep.IDLE:
        return show_menu(citizen)
    return ConversationTurn(citizen).say("help_" + step.value).say("help_commands")


def in_english(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go on in English."""
    return speak(citizen, "en", guide)


def call_person(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Pass the wish for a person on to the coordinators."""
    return ask_for_officer(citizen, entry)


def erasure(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Ask whether everything is to be erased."""
    return ask_about_erasure(citizen, entry)


def cancelled(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Drop what is in hand."""
    return cancel(citizen)


def withdrawn(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Ask which filed petition to withdraw; without one the draft is what they mean."""
    if not citizen.petitions:
        return cancel(citizen)
    return ask_which_petition(with_conversation(citizen, choices=None, supplement_for=None), "withdraw")


def tell_status(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Tell how far the petition named, or the own ones, are."""
    codes = said_of(entry).codes
    if codes:
        return ConversationTurn(citizen, (LookUpStatus(codes[0]),))
    turn = ask_which_petition(citizen, "status")
    return turn if citizen.conversation.draft is None else turn.say("draft_kept")


def contested(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Keep the words and files with the petition, and have a person look at the outcome again."""
    code = petition_meant(citizen, entry.at)
    turn = ask_for_review(citizen, entry)
    if code is None:
        return turn
    return turn.first(AddToPetition(code, telling_parts(entry.parts), quiet=True))


def rated(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Record the level of satisfaction; ask for it where the words name none."""
    code, level = citizen.conversation.rating_for, said_of(entry).level
    if code and level:
        return rate(citizen, code, level, entry)
    if code and len(said_of(entry).text.split()) <= LONGEST_REMARK:
        return ConversationTurn(citizen).say("rating_ask", code=code)
    if code:
        return None
    adding = citizen.conversation.supplement_for or citizen.conversation.awaiting
    return ask_which_petition(citizen, "rate") if citizen.petitions and not adding else None


def added(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Add the words to the petition meant; ask which one where several may be."""
    parts = telling_parts(entry.parts)
    code = petition_meant(citizen, entry.at)
    if code:
        opened = begin_adding(citizen, code, entry.at, acknowledged_at=entry.at)
        return ConversationTurn(opened, (AddToPetition(code, parts, quiet=entry.burst),))
    if not citizen.petitions:
        return None
    begun = with_parts(citizen, parts)
    return ConversationTurn(begun, (AskWhichPetition("belongs", own_codes(citizen)),))


def amended(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Pass on a correction of what was filed."""
    code = petition_meant(citizen, entry.at)
    codes = (code,) if code else own_codes(citizen)
    return ConversationTurn(citizen, (AskWhichPetition("amend", codes, telling_parts(entry.parts)),)) if codes else None


def agreed(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Take a clear consent; one with a condition is none (LAW 5.1)."""
    return agree(citizen, entry, beside="") if is_sure(entry) and names_agreement(entry.text) else None


def sent(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """File on a clear yes to the summary."""
    return confirmed(citizen, entry, guide) if is_sure(entry) else None


def is_sure(entry: CitizenInput) -> bool:
    """Return whether a yes is one beyond doubt: likely, and without a word that takes something back."""
    return said_of(entry).confidence >= BEYOND_DOUBT and is_unreserved(entry.text)


def not_agreed(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """End the draft to which the citizen does not consent."""
    return end_draft(citizen).say("consent_refused")


def told_all(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """End the story."""
    return finish_content(citizen, entry, guide)


def told_more(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Add to the story what was written instead of an answer, then repeat the question."""
    return repeat_question(with_parts(citizen, entry.parts), guide).say_first("kept_in_story")


def ask_for_name(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Ask again for a name where the words are none."""
    return (
        None if said_of(entry).values.name or said_of(entry).values.org else ConversationTurn(citizen).say("name_wrong")
    )


def explain(key: str) -> Handler:
    """Return a handler that says this text."""
    return lambda citizen, _, __: ConversationTurn(citizen).say(key)


def corrected(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Take corrected values into the draft, several at once, and ask on; None if the message names none."""
    said, draft = said_of(entry), draft_of(citizen)
    values = SaidValues() if takes_out(entry.text) else said.values
    place = values.place or (values.home if said.field == "place" else None)
    home = None if place and place == values.home else values.home
    changes = {
        "name": values.name,
        "phone": values.phone_at_zalo,
        "residence": home,
        "email": values.email,
    }
    changes = {name: value for name, value in changes.items() if value}
    corrected = with_draft(citizen, **changes) if changes else citizen
    if place or (values.ward and values.ward != draft.ward and not home):
        fresh = with_draft(corrected, address_attempts=0)
        return resolve_place(fresh, place or entry.text, None, guide)
    if changes:
        return ask_next(corrected, guide)
    told = said.situation is Situation.CONFIRM and said.field == "content" and len(said.text.split()) > LONGEST_REMARK
    return more_at_summary(citizen, entry, guide) if told else None


def more_at_summary(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Add words to the story and show the summary again; the step takes a picture with them."""
    return None if parts_without_text(entry.parts) else ask_next(with_parts(citizen, entry.parts), guide)
