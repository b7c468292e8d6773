"""The step of the summary: send it, edit any of its fields, or add more."""

from __future__ import annotations

from petitions.domain.citizen.citizen import Citizen, ConversationStep
from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.asking import ask_next
from petitions.domain.conversation.drafting import (
    draft_of,
    parts_without_text,
    with_conversation,
    with_draft,
    with_parts,
    without_draft,
)
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn, FilePetition, GuidanceEnded
from petitions.domain.conversation.steps_person import own_phone
from petitions.domain.petition.petition import Contact
from petitions.domain.understanding.acts import DialogAct

_EDITED: dict[int, ConversationStep] = {
    3: ConversationStep.ADDRESS,
    4: ConversationStep.NAME,
    5: ConversationStep.PHONE,
    6: ConversationStep.RESIDENCE,
    8: ConversationStep.EMAIL,
}
_CONTENT, _TYPE = 2, 7
_ITEMS = {"place": 3, "name": 4, "phone": 5, "home": 6, "email": 8}
"""By field of a correction."""


def confirm(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply an answer to the summary. Filing needs a clear yes; a long text is more content."""
    draft = draft_of(citizen)
    pictured = bool(parts_without_text(entry.parts))
    number = said.choice(entry.text) or said.edit(entry.text) or (None if pictured else _named(entry))
    word = said.without_courtesy(entry.text)
    if said.agrees(entry.text, vocabulary.SUBMIT):
        return confirmed(citizen, entry, guide)
    if word in vocabulary.MORE:
        return ConversationTurn(with_conversation(citizen, step=ConversationStep.CONTENT, acknowledged_at=None)).say(
            "content_back"
        )
    if number in {_CONTENT, _TYPE, *_EDITED}:
        return _edited(citizen, number, guide)
    phone, email = own_phone(entry), said.email(entry.text)
    if len(entry.text) <= said.SHORT and (phone or email):
        return ask_next(with_draft(citizen, phone=phone or draft.phone, email=email or draft.email), guide)
    if len(entry.text) > said.SHORT or parts_without_text(entry.parts):
        return ask_next(with_parts(citizen, entry.parts), guide)
    return ConversationTurn(citizen).say("confirm_again")


def _named(entry: CitizenInput) -> int | None:
    """Return the item that a correction without a new value names."""
    read = entry.said
    return _ITEMS.get(read.field or "") if read and read.act is DialogAct.CORRECT and not read.asks else None


def confirmed(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """File the petition; ask on if a name or a phone is missing."""
    draft = draft_of(citizen)
    return _filed(citizen, entry) if draft.name and draft.phone else ask_next(citizen, guide)


def _edited(citizen: Citizen, number: int, guide: CityGuide) -> ConversationTurn:
    draft = draft_of(citizen)
    if number == _CONTENT:
        emptied = with_draft(citizen, parts=parts_without_text(draft.parts), full=False, duplicate_asked=True)
        return ConversationTurn(with_conversation(emptied, step=ConversationStep.CONTENT, acknowledged_at=None)).say(
            "content_rewrite"
        )
    if number == _TYPE:
        other = "individual" if draft.type == "business" else "business"
        return ask_next(with_draft(citizen, type=other), guide)
    step = _EDITED[number]
    return ConversationTurn(with_conversation(citizen, step=step)).say(step.value + "_ask")


def _filed(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    draft = draft_of(citizen)
    contact = Contact(
        name=draft.name or "",
        phone=draft.phone or "",
        address=draft.residence or "",
        email=draft.email,
        type=draft.type,
    )
    filed = without_draft(citizen.model_copy(update={"contact": contact}))
    filed = with_conversation(filed, in_hand_since=entry.at, menu_shown=False, choices=None)
    turn = ConversationTurn(filed, (FilePetition(draft),))
    return turn.then(GuidanceEnded(tuple(draft.guidance), "filed")) if draft.guidance else turn
