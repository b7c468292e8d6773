"""What inputs do to the draft of a citizen, whatever the conversation waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from petitions.domain import understanding as said
from petitions.domain.citizen import Citizen, Conversation, Draft, Part
from petitions.domain.turns import Input

BURST = timedelta(seconds=60)
"""Parts that follow each other faster are one burst and get one acknowledgement."""


def talking(citizen: Citizen, **changes: Any) -> Citizen:
    """The citizen with these changes of the conversation."""
    return citizen.model_copy(update={"conversation": citizen.conversation.model_copy(update=changes)})


def is_late(talk: Conversation, entry: Input) -> bool:
    """Whether Zalo delivered it after a newer one."""
    return talk.last_at is not None and entry.at < talk.last_at


def unsaid(parts: Sequence[Part]) -> list[Part]:
    """The parts that are no text."""
    return [part for part in parts if part.type != "text"]


def with_parts(citizen: Citizen, parts: Sequence[Part]) -> Citizen:
    """The draft with these parts, each in its place; the newest position sent is the position."""
    draft = citizen.conversation.draft or Draft()
    for part in parts:
        draft = draft.with_part(part)
    if any(part.location for part in parts):
        draft = draft.model_copy(update={"location": [part.location for part in draft.parts if part.location][-1]})
    return talking(citizen, draft=draft)


def informed(citizen: Citizen, entry: Input) -> Citizen:
    """The draft with contact data from Zalo's form, which counts only after consent."""
    draft = citizen.conversation.draft or Draft()
    known = {"name": entry.name and said.name(entry.name), "phone": entry.phone and said.phone(entry.phone)}
    if draft.address is None and draft.location is None:
        known["address"] = entry.address
    known = {name: value for name, value in known.items() if value}
    if citizen.consent is None or not known:
        return citizen
    return talking(citizen, draft=draft.model_copy(update=known))


def in_burst(citizen: Citizen, entry: Input) -> bool:
    """Whether the burst that it belongs to has been acknowledged."""
    at = citizen.conversation.acknowledged_at
    return at is not None and entry.at - at < BURST
