"""Changes of a citizen's draft by inputs, whatever the conversation waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from petitions.domain.citizen.citizen import Citizen, Conversation, ConversationStep, InputPart, PetitionDraft
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation.effects import CitizenInput, ConversationTurn

BURST = timedelta(seconds=20)
"""Parts in quicker succession are one burst with one acknowledgement; a part after a longer silence gets another."""


def with_conversation(citizen: Citizen, **changes: Any) -> Citizen:
    """Return the citizen with these changes of the conversation."""
    return citizen.model_copy(update={"conversation": citizen.conversation.model_copy(update=changes)})


def draft_of(citizen: Citizen) -> PetitionDraft:
    """Return the current draft, or an empty one."""
    return citizen.conversation.draft or PetitionDraft()


def with_draft(citizen: Citizen, **changes: Any) -> Citizen:
    """Return the citizen with these changes of the draft."""
    return with_conversation(citizen, draft=draft_of(citizen).model_copy(update=changes))


def without_draft(citizen: Citizen) -> Citizen:
    """Return the citizen without a draft."""
    return with_conversation(citizen, step=ConversationStep.IDLE, draft=None, acknowledged_at=None)


def is_late(talk: Conversation, entry: CitizenInput) -> bool:
    """Return whether Zalo delivered the input after a newer one."""
    return talk.last_at is not None and entry.at < talk.last_at


def in_burst(talk: Conversation, entry: CitizenInput) -> bool:
    """Return whether the input belongs to a burst that has been acknowledged."""
    return talk.acknowledged_at is not None and talk.last_at is not None and entry.at - talk.last_at < BURST


def parts_without_text(parts: Sequence[InputPart]) -> list[InputPart]:
    """Return the parts that are not text."""
    return [part for part in parts if part.type != "text"]


def telling_parts(parts: Sequence[InputPart]) -> tuple[InputPart, ...]:
    """Return the parts with content, that is all but stickers."""
    return tuple(part for part in parts if part.type != "sticker")


def with_parts(citizen: Citizen, parts: Sequence[InputPart]) -> Citizen:
    """Return the citizen with these parts in the draft, in their places; the newest position sent is the location."""
    draft = draft_of(citizen)
    for part in parts:
        draft = draft.with_part(part)
    if any(part.location for part in parts):
        places = [part.location for part in draft.parts if part.location]
        draft = draft.model_copy(update={"location": places[-1] if places else draft.location})
    return with_conversation(citizen, draft=draft)


def with_contact_info(citizen: Citizen, entry: CitizenInput) -> Citizen:
    """Return the citizen with contact data from Zalo's form in the draft, which counts only after consent."""
    known = {
        "name": entry.name and said.name(entry.name),
        "phone": entry.phone and said.phone(entry.phone),
        "residence": entry.address and said.address(entry.address),
    }
    known = {name: value for name, value in known.items() if value}
    return with_draft(citizen, **known) if citizen.consent and known else citizen


def acknowledge(citizen: Citizen, entry: CitizenInput, key: str) -> ConversationTurn:
    """Acknowledge an input once per burst, or say at once that the draft is full, also once per burst."""
    if entry.burst:
        return ConversationTurn(citizen)
    key = "draft_full" if draft_of(citizen).full else key
    return ConversationTurn(with_conversation(citizen, acknowledged_at=entry.at)).say(key)
