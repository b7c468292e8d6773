"""Answers to the summary: send it, change any of its fields, or add more."""

from __future__ import annotations

from datetime import datetime

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.conversation.answers import with_person
from petitions.domain.conversation.asking import ask_again, ask_next, resolve_place
from petitions.domain.conversation.drafting import (
    at_step,
    draft_of,
    parts_without_text,
    with_conversation,
    with_draft,
    with_parts,
    without_draft,
)
from petitions.domain.conversation.effects import (
    CitizenInput,
    CityGuide,
    ConversationTurn,
    FilePetition,
    GuidanceEnded,
    Say,
)
from petitions.domain.conversation.matters import next_matter
from petitions.domain.conversation.telling import LONGEST_REMARK, begin_draft, finish_story
from petitions.domain.petition.petition import Contact
from petitions.domain.shared.instants import hanoi
from petitions.domain.understanding.acts import DialogAct, Situation
from petitions.domain.understanding.exact import takes_out
from petitions.domain.understanding.values import VALUE_NAMES

_SEND, _CONTENT, _TYPE = 1, 2, 7
_EDITED: dict[int, Step] = {3: Step.ADDRESS, 4: Step.NAME, 5: Step.PHONE, 6: Step.RESIDENCE, 8: Step.EMAIL}
_ITEMS = {"content": _CONTENT, "place": 3, "ward": 3, "name": 4, "phone": 5, "home": 6, "email": 8}
"""By field of a correction."""


def confirmed(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """File on a clear yes; ask on if something is missing. Beyond the number of a day it waits (LAW 7.12)."""
    read, draft = entry.read, draft_of(citizen)
    if read.asks or not read.clear:
        return ask_again(citizen, guide)
    if parts_without_text(entry.parts):  # a picture with its caption is more to send, and to be seen first
        return more_at_summary(citizen, entry, guide)
    missing = draft.name is None or draft.residence is None or draft.phone is None
    if not missing and _filed_on_the_day(citizen, entry.at) >= guide.petitions_a_day:
        return ConversationTurn(citizen).say("petitions_enough", count=guide.petitions_a_day)  # the draft stays
    return ask_next(citizen, guide) if missing else _filed(citizen, entry, guide)


def put_off(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Keep the draft of a citizen who will send it at another time."""
    return ConversationTurn(citizen).say("put_off")


def _filed_on_the_day(citizen: Citizen, at: datetime) -> int:
    """Return how many petitions the citizen has filed on this day in Hanoi, or since, as Zalo's events may be late."""
    return sum(hanoi(each.filed_at).date() >= hanoi(at).date() for each in citizen.petitions)


def numbered(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Apply the number of a line of the summary."""
    number = entry.read.number or 0
    return confirmed(citizen, entry, guide) if number == _SEND else _edited(citizen, number, guide)


def _edited(citizen: Citizen, number: int, guide: CityGuide) -> ConversationTurn:
    draft = draft_of(citizen)
    if number == _CONTENT:
        rewriting = with_draft(citizen, rewriting=True, duplicate_asked=True)
        begun = with_conversation(at_step(rewriting, Step.CONTENT), acknowledged_at=None)
        return ConversationTurn(begun).say("content_rewrite")
    if number == _TYPE:
        other = "individual" if draft.type == "business" else "business"
        return ask_next(with_draft(citizen, type=other), guide)
    if number not in _EDITED:
        return ask_again(citizen, guide)
    return ConversationTurn(at_step(citizen, _EDITED[number])).say(f"{_EDITED[number]}_ask")


def corrected(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Take corrected values into the draft, several at once, and ask on; ask for the value where none is named."""
    read, draft = entry.read, draft_of(citizen)
    if parts_without_text(entry.parts):
        return more_at_summary(citizen, entry, guide)
    values = read.values
    out = takes_out(read.text)
    where = None if out else values.place
    moved = bool(where) or bool(values.ward and values.ward != draft.ward and not values.home and not out)
    changed = citizen if out else with_person(citizen, entry)
    if moved:
        return resolve_place(with_draft(changed, address_attempts=0), where or read.text, None, guide)
    if changed is not citizen and any(getattr(values, name) for name in VALUE_NAMES):
        return ask_next(changed, guide)
    return _value_wanted(citizen, entry, guide)


def _value_wanted(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Go to the line that a correction without a value names; a long one tells what is right."""
    read = entry.read
    if read.situation is not Situation.CONFIRM:
        return ask_again(citizen, guide)
    if read.field == "content" and read.length > LONGEST_REMARK:
        return more_at_summary(citizen, entry, guide)
    item = _ITEMS.get(read.field or "") if read.act is DialogAct.CORRECT and not read.asks else None
    return _edited(citizen, item, guide) if item else ask_again(citizen, guide)


def part_wanted(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Ask for the whole value where only a part was corrected: the end of a number, or of an address the house."""
    housed = any(character.isdecimal() for character in draft_of(citizen).residence or "")
    at_home = housed or entry.read.situation is Situation.HOME
    return _edited(citizen, _ITEMS["phone" if entry.read.part == "phone" else "home" if at_home else "place"], guide)


def unclear(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Take a picture, or a telephone number or e-mail address alone, which can mean one thing; else ask again."""
    if parts_without_text(entry.parts):
        return more_at_summary(citizen, entry, guide)
    values = entry.read.values
    return corrected(citizen, entry, guide) if values.phone or values.email else ask_again(citizen, guide)


def back_to_story(citizen: Citizen) -> ConversationTurn:
    """Go back to the story, which stays as it is."""
    begun = with_conversation(at_step(citizen, Step.CONTENT), acknowledged_at=None)
    return ConversationTurn(begun).say("content_back")


def more_at_summary(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Add words and pictures to the story and show the summary again."""
    return ask_next(with_parts(citizen, entry.parts), guide)


def _filed(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    draft = draft_of(citizen)
    contact = Contact(
        name=draft.name or "",
        phone=draft.phone or "",
        address=draft.residence or "",
        email=draft.email,
        type=draft.type,
    )
    filed = without_draft(citizen.model_copy(update={"contact": contact}))
    turn = ConversationTurn(with_conversation(filed, question=None), (FilePetition(draft, entry.at),))
    turn = turn.then(GuidanceEnded(tuple(draft.guidance), "filed")) if draft.guidance else turn
    following = next_matter(citizen, entry)
    if following is None:
        return turn
    second = begin_draft(turn.citizen, following, following.parts)
    asked = finish_story(with_draft(second.citizen, matters_asked=True), following, guide)
    return ConversationTurn(asked.citizen, (*turn.effects, Say("second_matter"), *asked.effects))
