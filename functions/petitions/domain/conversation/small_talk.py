"""What dialog acts do that mean the same within a draft and outside; then the question in hand is repeated."""

from __future__ import annotations

from collections.abc import Mapping

from petitions.domain.citizen.citizen import PRIVACY_PAGE, Citizen
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.conversation.asking import repeat_question
from petitions.domain.conversation.drafting import telling_parts, with_parts
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn, LookUpStatus
from petitions.domain.conversation.menu import (
    ask_about_erasure,
    ask_for_officer,
    cancel,
    look_up,
    show_menu,
    speak,
)
from petitions.domain.conversation.outside import added, begun
from petitions.domain.conversation.own_petitions import ask_which_petition
from petitions.domain.conversation.questions import ask_meant
from petitions.domain.understanding.acts import DialogAct as Act

SURELY_ASKED = 0.8
"""The probability from which a question before consent is no part of the story."""
_LINKS: Mapping[str | None, Mapping[str, str]] = {"privacy": {"link": PRIVACY_PAGE}}
"""By topic, the page of the public site that says more."""


def answered(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a question about the channel by its topic, or why something is asked for, then repeat the question."""
    topic = entry.read.topic
    if topic == "other" and citizen.conversation.step in _ASKS_FOR_DATA:
        topic = "privacy"
    return repeat_question(citizen, guide).say_first(f"faq_{topic}", **_LINKS.get(topic, {}))


_ASKS_FOR_DATA = frozenset({Step.CONSENT, Step.NAME, Step.RESIDENCE, Step.PHONE})
"""Where people who ask something that we do not know ask why."""


def asked_back(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a question about what a unit asked for with the unit's own words."""
    requested = citizen.conversation.requested
    if not requested or entry.read.topic not in _ABOUT_A_REQUEST:
        return answered(citizen, entry, guide)
    return ConversationTurn(citizen, tuple(LookUpStatus(code) for code in requested))


_ABOUT_A_REQUEST = frozenset({"other", "procedure", "how_to"})


def cannot_give(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Ask whether it is the answer, or help is wanted, when a citizen lacks what a unit asked for."""
    if not citizen.conversation.requested:
        return added(citizen, entry, guide)
    return ask_meant(citizen, [Act.ADD, Act.PERSON], telling_parts(entry.parts), entry.at)


def answered_outside(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a question about the channel; any other may be a matter."""
    return begun(citizen, entry, guide) if entry.read.topic == "other" else answered(citizen, entry, guide)


def answered_and_kept(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a question within a story, and keep it there: the story may be asking."""
    return answered(with_parts(citizen, entry.parts), entry, guide)


def answered_before_consent(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a question; what may be told in it as well is kept: "phường bảo đã trả giấy mà chưa"."""
    surely = entry.read.confidence >= SURELY_ASKED
    return (answered if surely else answered_and_kept)(citizen, entry, guide)


def soothed(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Say that the anger was heard, then go on."""
    return repeat_question(citizen, guide).say_first("anger_heard")


def thanked(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer thanks, then repeat the question in hand, if any."""
    if citizen.conversation.draft is None:
        return ConversationTurn(citizen).say("you_are_welcome")
    return repeat_question(citizen, guide).say_first("you_are_welcome")


def greeted(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Greet with the menu or the question in hand; who names a place beside the greeting has begun to tell."""
    if citizen.conversation.draft is not None:
        return repeat_question(citizen, guide)
    return begun(citizen, entry, guide) if guide.wards(entry.read.text, None)[0] else show_menu(citizen)


def helped(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Show the menu, or what can be done at this step."""
    step = citizen.conversation.step
    if step is None:
        return show_menu(citizen)
    return ConversationTurn(citizen).say(f"help_{step}").say("help_commands")


def in_english(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go on in English."""
    return speak(citizen, "en", guide)


def call_person(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Pass the wish for a person on to the coordinators."""
    return ask_for_officer(citizen, entry)


def erased(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Ask whether everything is to be erased."""
    return ask_about_erasure(citizen, entry)


def cancelled(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Drop what is in hand."""
    return cancel(citizen)


def withdrawn(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Ask which filed petition to withdraw; without one, or within a draft, the draft is what they mean."""
    if citizen.conversation.draft is not None or not citizen.petitions:
        return cancel(citizen)
    return ask_which_petition(citizen, "withdraw")


def told_status(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Tell how far the petition named, or the own ones, are."""
    return look_up(citizen, entry)
