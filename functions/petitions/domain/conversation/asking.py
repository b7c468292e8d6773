"""The questions of a draft in order, and what is said when one was not answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from petitions.domain.citizen.citizen import PRIVACY_PAGE, Citizen
from petitions.domain.citizen.conversation import Writing
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.conversation.drafting import at_step, draft_of, with_conversation, with_draft
from petitions.domain.conversation.effects import AskContactInfo, CityGuide, ContactWanted, ConversationTurn
from petitions.domain.petition.petition import Location

MAX_CHOICES = 6

ASKED_TWICE = 2
"""How often a place is asked for in which no ward is found, before it is left to the coordinators."""

WAY_OUT_AFTER = 2
"""How often a question may be missed before the citizen is shown a way out."""

LONGEST_CONTENT = 800
LONGEST_LINE = 120
"""Characters of the content and of an address in the summary, which must fit in one message."""


def ask_next(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    """Go to the first open question, or to the summary."""
    draft = draft_of(citizen)
    if draft.address is None and draft.location is None:
        return ConversationTurn(at_step(citizen, Step.ADDRESS)).say("address_ask")
    if draft.ward is None and draft.address_attempts == 0:
        return resolve_place(citizen, draft.address, draft.location, guide)
    if draft.ward_choices:
        return ConversationTurn(at_step(citizen, Step.WARD)).say("ward_ask", choices=ward_lines(draft, guide))
    if draft.name is None:
        return _with_form(_ask_person(at_step(citizen, Step.NAME)))
    if draft.residence is None:
        return ConversationTurn(at_step(citizen, Step.RESIDENCE)).say("residence_ask")
    if draft.phone is None:
        return _with_form(ConversationTurn(at_step(citizen, Step.PHONE)).say("phone_ask"))
    return ConversationTurn(at_step(citizen, Step.CONFIRM)).say("summary", **summary(draft, guide))


def _ask_person(citizen: Citizen) -> ConversationTurn:
    """Ask for name, address and telephone at once, or for the name alone where the others are known."""
    draft = draft_of(citizen)
    alone = draft.residence is not None and draft.phone is not None
    return ConversationTurn(citizen).say("name_ask" if alone else "person_ask")


def _with_form(turn: ConversationTurn) -> ConversationTurn:
    """Add Zalo's form to the first question about the petitioner; those who fill it in need not type."""
    if draft_of(turn.citizen).form_sent:
        return turn
    return replace(turn, citizen=with_draft(turn.citizen, form_sent=True)).then(AskContactInfo())


def repeat_question(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    """Repeat the current question."""
    step, draft = citizen.conversation.step, draft_of(citizen)
    match step:
        case None:
            return ConversationTurn(citizen).say("go_on")
        case Step.CONSENT:
            return ConversationTurn(citizen).say("consent_ask", link=PRIVACY_PAGE)
        case Step.CONTENT:
            key = "draft_full" if draft.refused else "content_again" if draft.content() else "content_ask"
            return ConversationTurn(citizen).say(key)
        case Step.WARD:
            return ConversationTurn(citizen).say("ward_ask", choices=ward_lines(draft, guide))
        case Step.CONFIRM:
            return ConversationTurn(citizen).say("summary", **summary(draft, guide))
        case Step.DUPLICATE:
            return ConversationTurn(citizen).say("duplicate_ask", code=draft.similar or "")
        case Step.NAME:
            return _ask_person(citizen)
        case _:
            return ConversationTurn(citizen).say(f"{step}_ask")


def ask_again(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    """Say the current question in other words; from the third time on with a way out."""
    stage = citizen.conversation.stage
    if not isinstance(stage, Writing):
        return ConversationTurn(citizen).say("go_on")
    missed = with_conversation(citizen, stage=stage.model_copy(update={"missed": stage.missed + 1}))
    params = _PARAMETERS[stage.step](stage.draft, guide) if stage.step in _PARAMETERS else {}
    turn = ConversationTurn(missed).say(f"{stage.step}_again", **params)
    if stage.missed < WAY_OUT_AFTER or stage.step not in LEFT_OPEN:
        return turn
    return turn.say(f"way_out_{stage.step}").then(ContactWanted(ContactReason.STUCK, stage.draft.content()))


LEFT_OPEN = frozenset({Step.ADDRESS, Step.WARD, Step.NAME, Step.RESIDENCE, Step.PHONE})
"""The questions that may stay without an answer, or with another one; the text says how."""

_PARAMETERS: Mapping[Step, Callable[[PetitionDraft, CityGuide], dict[str, str]]] = {
    Step.WARD: lambda draft, guide: {"choices": ward_lines(draft, guide)},
    Step.DUPLICATE: lambda draft, _: {"code": draft.similar or ""},
}


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
        "phone": f"0{draft.phone.removeprefix('84')}" if draft.phone else None,
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
        return ConversationTurn(at_step(citizen, Step.ADDRESS)).say("address_unknown")
    return ask_next(citizen, guide)
