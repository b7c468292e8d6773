"""Takeover by an officer who talks with the citizen in Zalo's chat tool, while the bot stays silent (PLATFORM 1.12)."""

from __future__ import annotations

from datetime import timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.situation import situation_of
from petitions.domain.conversation.conversation import converse
from petitions.domain.conversation.drafting import is_late, with_contact_info, with_conversation, with_parts
from petitions.domain.conversation.effects import AddToPetition, CitizenInput, CityGuide, ConversationTurn
from petitions.domain.conversation.pauses import with_wake_up
from petitions.domain.understanding.acts import DialogAct as Act

_BEFORE_SILENCE = frozenset({Act.ERASE, Act.EMERGENCY, Act.MENU})
"""Acts that the bot answers even while an officer talks; the menu brings it back."""
SURELY = 0.6


def officer_wrote(citizen: Citizen, entry: CitizenInput, silence: timedelta) -> ConversationTurn:
    """Add the officer's words to the petition in hand, if any, and silence the bot for `silence` from their time."""
    until = max(entry.at + silence, citizen.silent_until or entry.at)
    silent = with_wake_up(citizen.model_copy(update={"silent_until": until}))
    filed = citizen.conversation.filed
    written = (AddToPetition(filed.code, entry.parts, by="officer"),) if filed and entry.parts else ()
    return ConversationTurn(silent, written)


def is_silent(citizen: Citizen, entry: CitizenInput) -> bool:
    """Return whether an officer talks with the citizen at the time of the input."""
    return citizen.silent_until is not None and entry.at < citizen.silent_until


def respond(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Return the conversation's turn, or a silent one that keeps the input where it belongs and asks nothing."""
    heard = _is_heard(citizen, entry, guide) if is_silent(citizen, entry) else Act.MENU
    if heard:
        back = {"silent_until": None} if heard is Act.MENU else {}
        return converse(citizen.model_copy(update=back), entry, guide)
    talk = citizen.conversation
    listening = citizen if is_late(talk, entry) else with_conversation(citizen, last_at=entry.at)
    if talk.draft is not None:
        return ConversationTurn(with_wake_up(with_contact_info(with_parts(listening, entry.parts), entry)))
    told = any(part.type != "sticker" for part in entry.parts)
    kept = (AddToPetition(talk.filed.code, entry.parts, quiet=True),) if talk.filed and told else ()
    return ConversationTurn(listening, kept)


def _is_heard(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> Act | None:
    """Return the act that the bot must answer all the same, of erasure, danger, the answer to erasure, or the menu."""
    question = citizen.conversation.question
    if not entry.text:
        return None
    if question and question.purpose == "erase":
        return Act.ERASE
    read = guide.read(entry.text, situation_of(citizen, entry.at))
    return read.act if read.act in _BEFORE_SILENCE and read.confidence >= SURELY else None
