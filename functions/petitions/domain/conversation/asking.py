"""The questions of a draft in order; the question of place may take several turns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from petitions.domain.conversation.citizen import Citizen, Draft, Step
from petitions.domain.conversation.drafting import draft_of, drafting, talking
from petitions.domain.conversation.effects import AskInfo, Guide, Turn
from petitions.domain.petition.petition import Location

MAX_CHOICES = 6

ASKED_TWICE = 2
"""How often a place is asked for in which no ward is found, before it is left to the coordinators."""

LONGEST_CONTENT = 800
LONGEST_LINE = 120
"""Characters of the content and of an address in the summary, which must fit in one message."""


def ask(citizen: Citizen, guide: Guide) -> Turn:
    """Go to the first open question, or to the summary."""
    draft = draft_of(citizen)
    if draft.address is None and draft.location is None:
        return Turn(talking(citizen, step=Step.ADDRESS)).say("address_ask")
    if draft.ward is None and draft.address_attempts == 0:
        return placed(citizen, draft.address, draft.location, guide)
    if draft.ward_choices:
        return Turn(talking(citizen, step=Step.WARD)).say("ward_ask", choices=ward_lines(draft, guide))
    for step, value in ((Step.NAME, draft.name), (Step.RESIDENCE, draft.residence), (Step.PHONE, draft.phone)):
        if value is None:
            turn = Turn(talking(citizen, step=step)).say(step.value + "_ask")
            return _with_form(turn) if step is not Step.RESIDENCE and not draft.form_sent else turn
    return Turn(talking(citizen, step=Step.CONFIRM)).say("summary", **summary(draft, guide))


def _with_form(turn: Turn) -> Turn:
    """Add Zalo's form to the first question about the petitioner; those who fill it in need not type."""
    return replace(turn, citizen=drafting(turn.citizen, form_sent=True)).then(AskInfo())


def repeat(citizen: Citizen, guide: Guide) -> Turn:
    """Repeat the current question."""
    step, draft = citizen.conversation.step, draft_of(citizen)
    if step is Step.CONTENT:
        return Turn(citizen).say("content_again" if draft.content() else "content_ask")
    if step is Step.WARD:
        return Turn(citizen).say("ward_ask", choices=ward_lines(draft, guide))
    if step is Step.CONFIRM:
        return Turn(citizen).say("summary", **summary(draft, guide))
    if step is Step.DUPLICATE:
        return Turn(citizen).say("duplicate_ask", code=draft.similar or "")
    return Turn(citizen).say(step.value + "_ask")


def ward_lines(draft: Draft, guide: Guide) -> str:
    """Return the wards to choose from, one per line with its number."""
    return "\n".join(f"{number}. {guide.ward_name(code)}" for number, code in enumerate(draft.ward_choices, 1))


def summary(draft: Draft, guide: Guide) -> dict[str, Any]:
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


def placed(citizen: Citizen, address: str | None, location: Location | None, guide: Guide) -> Turn:
    """Resolve a place: sure, one of several, or unknown (asked once more, then left to the coordinators)."""
    draft = draft_of(citizen)
    wards, sure = guide.wards(address, location)
    attempts = draft.address_attempts + 1
    citizen = drafting(
        citizen,
        address=address,
        location=location,
        address_attempts=attempts,
        ward=wards[0] if sure and wards else None,
        ward_choices=[] if sure else list(wards[:MAX_CHOICES]),
    )
    if not wards and attempts < ASKED_TWICE:
        return Turn(talking(citizen, step=Step.ADDRESS)).say("address_unknown")
    return ask(citizen, guide)
