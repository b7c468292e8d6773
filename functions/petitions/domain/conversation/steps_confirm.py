"""The step of the summary: send it, edit any of its fields, or add more."""

from __future__ import annotations

from petitions.domain.conversation import short_answers as said
from petitions.domain.conversation import vocabulary
from petitions.domain.conversation.asking import ask
from petitions.domain.conversation.citizen import Citizen, Step
from petitions.domain.conversation.drafting import draft_of, drafting, left, talking, unsaid, with_parts
from petitions.domain.conversation.effects import FilePetition, GuidanceEnded, Guide, Input, Turn
from petitions.domain.petition.petition import Contact

_EDITED: dict[int, Step] = {3: Step.ADDRESS, 4: Step.NAME, 5: Step.PHONE, 6: Step.RESIDENCE, 8: Step.EMAIL}
_CONTENT, _TYPE = 2, 7


def confirm(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    """Apply an answer to the summary. Filing needs a clear yes; a long text is more content."""
    draft = draft_of(citizen)
    number, word = said.choice(entry.text) or said.edit(entry.text), said.plain(entry.text)
    if (word in vocabulary.SUBMIT or said.says(vocabulary.SUBMITS, entry.text)) and draft.name and draft.phone:
        return _filed(citizen, entry)
    if word in vocabulary.MORE:
        return Turn(talking(citizen, step=Step.CONTENT, acknowledged_at=None)).say("content_back")
    if number in {_CONTENT, _TYPE, *_EDITED}:
        return _edited(citizen, number, guide)
    phone, email = said.phone(entry.text), said.email(entry.text)
    if len(entry.text) <= said.SHORT and (phone or email):
        return ask(drafting(citizen, phone=phone or draft.phone, email=email or draft.email), guide)
    if len(entry.text) > said.SHORT or unsaid(entry.parts):
        return ask(with_parts(citizen, entry.parts), guide)
    return Turn(citizen).say("confirm_again")


def _edited(citizen: Citizen, number: int, guide: Guide) -> Turn:
    draft = draft_of(citizen)
    if number == _CONTENT:
        emptied = drafting(citizen, parts=unsaid(draft.parts), full=False, duplicate_asked=True)
        return Turn(talking(emptied, step=Step.CONTENT, acknowledged_at=None)).say("content_rewrite")
    if number == _TYPE:
        other = "individual" if draft.type == "business" else "business"
        return ask(drafting(citizen, type=other), guide)
    step = _EDITED[number]
    return Turn(talking(citizen, step=step)).say(step.value + "_ask")


def _filed(citizen: Citizen, entry: Input) -> Turn:
    draft = draft_of(citizen)
    contact = Contact(
        name=draft.name or "",
        phone=draft.phone or "",
        address=draft.residence or "",
        email=draft.email,
        type=draft.type,
    )
    filed = left(citizen.model_copy(update={"contact": contact}))
    filed = talking(filed, in_hand_since=entry.at, menu_shown=False, choices=None)
    turn = Turn(filed, (FilePetition(draft),))
    return turn.then(GuidanceEnded(tuple(draft.guidance), "filed")) if draft.guidance else turn
