"""The questions of a draft in order; the question of place may take several turns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from petitions.domain.citizen.citizen import Citizen, ConversationStep, PetitionDraft
from petitions.domain.conversation.drafting import draft_of, with_conversation, with_draft
from petitions.domain.conversation.effects import AskContactInfo, CityGuide, ConversationTurn
from petitions.domain.petition.petition import Location

MAX_CHOICES = 6

ASKED_TWICE = 2
"""How often a place is asked for in which no ward is found, before it is left to the coordinators."""

LONGEST_CONTENT = 800
LONGEST_LINE = 120
"""Characters of the content and of an address in the summary, which must fit in one message."""


def ask_next(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    """Go to the first open question, or to the summary."""
    draft = draft_of(citizen)
    if draft.address is None and draft.location is None:
        return ConversationTurn(with_conversation(citizen, step=ConversationStep.ADDRESS)).say("address_ask")
    if draft.ward is None and draft.address_attempts == 0:
        return resolve_place(citizen, draft.address, draft.location, guide)
    if draft.ward_choices:
        return ConversationTurn(with_conversation(citizen, step=ConversationStep.WARD)).say(
            "ward_ask", choices=ward_lines(draft, guide)
        )
    for step, value in (
        (ConversationStep.NAME, draft.name),
        (ConversationStep.RESIDENCE, draft.residence),
        (ConversationStep.PHONE, draft.phone),
    ):
        if value is None:
            turn = ConversationTurn(with_conversation(citizen, step=step)).say(step.value + "_ask")
            return _with_form(turn) if step is not ConversationStep.RESIDENCE and not draft.form_sent else turn
    return ConversationTurn(with_conversation(citizen, step=ConversationStep.CONFIRM)).say(
        "summary", **summary(draft, guide)
    )


def _with_form(turn: ConversationTurn) -> ConversationTurn:
    """Add Zalo's form to the first question about the petitioner; those who fill it in need not type."""
    return replace(turn, citizen=with_draft(turn.citizen, form_sent=True)).then(AskContactInfo())


def repeat_question(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    """Repeat the current question."""
    step, draft = citizen.conversation.step, draft_of(citizen)
    if step is ConversationStep.CONTENT:
        return ConversationTurn(citizen).say("content_again" if draft.content() else "content_ask")
    if step is ConversationStep.WARD:
        return ConversationTurn(citizen).say("ward_ask", choices=ward_lines(draft, guide))
    if step is ConversationStep.CONFIRM:
        return ConversationTurn(citizen).say("summary", **summary(draft, guide))
    if step is ConversationStep.DUPLICATE:
        return ConversationTurn(citizen).say("duplicate_ask", code=draft.similar or "")
    return ConversationTurn(citizen).say(step.value + "_ask")


def ward_lines(draft: PetitionDraft, guide: CityGuide) -> str:
    """Return the wards to choose from, one per line with its number."""
    return "\n".join(f"{number}. {guide.ward_name(code)}" for number, code in enumerate(draft.ward_choices, 1))


def summary(draft: PetitionDraft, guide: CityGuide) -> dict[str, Any]:
    """Return the summary that the citizen confirms; the catalogue words a None."""
    return {
        "content": _short(draft.content(), LONGEST_CONTENT),
        "files": len(draft.files()),
        "address": _short(draft.address or "", LONGEST_LINE) or None,
        "ward": guide.ward_name(draft.ward) if draft.ward else None,
        "name": draft.name or None,
        "type": draft.type,
        "residence": _short(draft.residence or "", LONGEST_LINE) or None,
        "phone": "0" + (draft.phone or "").removeprefix("84"),
        "email": draft.email,
    }


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def resolve_place(
    citizen: Citizen, address: str | None, location: Location | None, guide: CityGuide
) -> ConversationTurn:
    """Resolve a place: sure, one of several, or unknown (asked once more, then left to the coordinators)."""
    draft = draft_of(citizen)
    wards, sure = guide.wards(address, location)
    attempts = draft.address_attempts + 1
    citizen = with_draft(
        citizen,
        address=address,
        location=location,
        address_attempts=attempts,
        ward=wards[0] if sure and wards else None,
        ward_choices=[] if sure else list(wards[:MAX_CHOICES]),
    )
    if not wards and attempts < ASKED_TWICE:
        return ConversationTurn(with_conversation(citizen, step=ConversationStep.ADDRESS)).say("address_unknown")
    return ask_next(citizen, guide)
