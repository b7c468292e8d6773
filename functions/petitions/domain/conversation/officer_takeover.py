"""Takeover by an officer who talks with the citizen in Zalo's chat tool, while the bot stays silent (PLATFORM 1.12)."""

from __future__ import annotations

from datetime import timedelta

from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.citizen import Citizen
from petitions.domain.conversation.conversation import converse
from petitions.domain.conversation.drafting import informed, is_late, talking, with_parts
from petitions.domain.conversation.effects import AddTo, Guide, Input, Turn
from petitions.domain.conversation.pauses import awake


def officer_wrote(citizen: Citizen, entry: Input, silence: timedelta) -> Turn:
    """Add the officer's words to the petition in hand, if any, and silence the bot for `silence` from their time."""
    until = max(entry.at + silence, citizen.silent_until or entry.at)
    silent = awake(citizen.model_copy(update={"silent_until": until}))
    code = citizen.conversation.in_hand
    return Turn(silent, (AddTo(code, entry.parts, by="officer"),) if code and entry.parts else ())


def is_silent(citizen: Citizen, entry: Input) -> bool:
    """Return whether the bot does not reply to this input; a request for help brings it back."""
    return (
        citizen.silent_until is not None
        and entry.at < citizen.silent_until
        and said.plain(entry.text) not in vocabulary.HELP
    )


def respond(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    """Return the conversation's turn, or a silent one that keeps the input where it belongs and asks nothing."""
    if not is_silent(citizen, entry):
        return converse(citizen.model_copy(update={"silent_until": None}), entry, guide)
    talk = citizen.conversation
    heard = citizen if is_late(talk, entry) else talking(citizen, last_at=entry.at)
    if talk.draft is not None:
        return Turn(awake(informed(with_parts(heard, entry.parts), entry)))
    told = any(part.type != "sticker" for part in entry.parts)
    return Turn(heard, (AddTo(talk.in_hand, entry.parts, quiet=True),) if talk.in_hand and told else ())
