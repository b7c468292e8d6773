"""Changes of a citizen's conversation and draft by inputs, whatever the conversation waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from petitions.domain.citizen.citizen import PRIVACY_PAGE, Citizen
from petitions.domain.citizen.conversation import Conversation, Nothing, Writing
from petitions.domain.citizen.draft import ConversationStep, InputPart, PetitionDraft
from petitions.domain.conversation.effects import CitizenInput, ConversationTurn, Say
from petitions.domain.language.words import normal
from petitions.domain.petition.contacts import zalo_number

BURST = timedelta(seconds=20)
"""Parts in quicker succession are one burst with one acknowledgement; a part after a longer silence gets another."""

LONGEST_NAME, LONGEST_ADDRESS = 100, 300
"""Characters of what Zalo's form may give."""


def with_conversation(citizen: Citizen, **changes: Any) -> Citizen:
    """Return the citizen with these changes of the conversation."""
    return citizen.model_copy(update={"conversation": citizen.conversation.model_copy(update=changes)})


def draft_of(citizen: Citizen) -> PetitionDraft:
    """Return the current draft, or an empty one."""
    return citizen.conversation.draft or PetitionDraft()


def with_draft(citizen: Citizen, **changes: Any) -> Citizen:
    """Return the citizen with these changes of the draft, which waits for consent if it is begun now."""
    stage = _writing(citizen)
    draft = stage.draft.model_copy(update=changes)
    return with_conversation(citizen, stage=stage.model_copy(update={"draft": draft}))


def at_step(citizen: Citizen, step: ConversationStep) -> Citizen:
    """Return the citizen whose draft waits for this; how often a question was missed counts for one step."""
    stage = _writing(citizen)
    missed = stage.missed if stage.step is step else 0
    return with_conversation(citizen, stage=stage.model_copy(update={"step": step, "missed": missed}))


def _writing(citizen: Citizen) -> Writing:
    stage = citizen.conversation.stage
    return stage if isinstance(stage, Writing) else Writing(step=ConversationStep.CONSENT)


def without_draft(citizen: Citizen) -> Citizen:
    """Return the citizen without a draft or an addition under way."""
    return with_conversation(citizen, stage=Nothing(), acknowledged_at=None)


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
    return with_draft(citizen, **{name: getattr(draft, name) for name in ("parts", "beyond", "refused", "location")})


def with_contact_info(citizen: Citizen, entry: CitizenInput) -> Citizen:
    """Return the citizen with contact data from Zalo's form in the draft, which counts only after consent."""
    known = {
        "name": normal(entry.name or "")[:LONGEST_NAME],
        "phone": zalo_number(entry.phone or ""),
        "residence": normal(entry.address or "")[:LONGEST_ADDRESS],
    }
    known = {name: value for name, value in known.items() if value}
    return with_draft(citizen, **known) if citizen.consent and known else citizen


def acknowledge(citizen: Citizen, entry: CitizenInput, key: str) -> ConversationTurn:
    """Acknowledge an input once per burst, and say at once, also once per burst, what the petition has no room for."""
    if entry.burst:
        return ConversationTurn(citizen)
    said = ConversationTurn(with_conversation(citizen, acknowledged_at=entry.at))
    room = _room(draft_of(citizen), citizen.conversation.step)
    if citizen.conversation.step is ConversationStep.CONSENT and room:
        return said.say(room).say("consent_ask", link=PRIVACY_PAGE)
    return said.say(room or key)


def _room(draft: PetitionDraft, step: ConversationStep | None) -> str | None:
    """Return the key of what is said of a draft that has no room for all that was told, or None."""
    telling = step is ConversationStep.CONTENT
    if draft.refused:
        return "draft_full" if telling else "told_full"
    if draft.beyond:
        return "draft_beyond" if telling else "told_beyond"
    return None


def with_word_of_room(before: Citizen, turn: ConversationTurn, *, burst: bool = False) -> ConversationTurn:
    """Return the turn saying first what it leaves out of the petition, in a burst once; what goes beyond it also once.

    Nothing is added where the turn says so itself.
    """
    was, draft = draft_of(before), turn.citizen.conversation.draft
    if draft is None:
        return turn
    refused = draft.refused > was.refused and not (burst and was.refused)
    room = _room(draft, turn.citizen.conversation.step) if refused or (draft.beyond and not was.beyond) else None
    said = any(isinstance(effect, Say) and effect.key == room for effect in turn.effects)
    return turn.say_first(room) if room and not said else turn
