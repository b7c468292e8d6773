"""Takeover by an officer who talks with the citizen in Zalo's chat tool, while the bot stays silent (PLATFORM 1.12)."""

from __future__ import annotations

from datetime import timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.conversation import converse
from petitions.domain.conversation.drafting import is_late, with_contact_info, with_conversation, with_parts
from petitions.domain.conversation.effects import AddToPetition, CitizenInput, CityGuide, ConversationTurn
from petitions.domain.conversation.pauses import with_wake_up


def officer_wrote(citizen: Citizen, entry: CitizenInput, silence: timedelta) -> ConversationTurn:
    """Add the officer's words to the petition in hand, if any, and silence the bot for `silence` from their time."""
    until = max(entry.at + silence, citizen.silent_until or entry.at)
    silent = with_wake_up(citizen.model_copy(update={"silent_until": until}))
    code = citizen.conversation.in_hand
    return ConversationTurn(silent, (AddToPetition(code, entry.parts, by="officer"),) if code and entry.parts else ())


def is_silent(citizen: Citizen, entry: CitizenInput) -> bool:
    """Return whether the bot does not reply to this input; a request for help brings it back."""
    return (
        citizen.silent_until is not None
        and entry.at < citizen.silent_until
        and said.without_courtesy(entry.text) not in vocabulary.HELP
    )


def respond(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Return the conversation's turn, or a silent one that keeps the input where it belongs and asks nothing."""
    if not is_silent(citizen, entry):
        return converse(citizen.model_copy(update={"silent_until": None}), entry, guide)
    talk = citizen.conversation
    heard = citizen if is_late(talk, entry) else with_conversation(citizen, last_at=entry.at)
    if talk.draft is not None:
        return ConversationTurn(with_wake_up(with_contact_info(with_parts(heard, entry.parts), entry)))
    told = any(part.type != "sticker" for part in entry.parts)
    return ConversationTurn(
        heard, (AddToPetition(talk.in_hand, entry.parts, quiet=True),) if talk.in_hand and told else ()
    )
