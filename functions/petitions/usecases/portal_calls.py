"""What the national portal must be told of one line of a petition's history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from petitions.domain.directory import Directory
from petitions.domain.lifecycle import Action, Role
from petitions.domain.petition import HistoryEntry, Petition
from petitions.ports import (
    Portal,
    PortalAnswer,
    PortalItem,
    PortalRating,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)

_MOVES = {"routed", "unit_merged", Action.GIVE_BACK}
"""Lines that tell of another unit in the same state."""


@dataclass(frozen=True)
class PlannedCall:
    """One call and the key that makes it unique there, also when it is repeated."""

    key: str
    item: PortalItem


def planned_calls(petition: Petition, entry: HistoryEntry, directory: Directory) -> list[PlannedCall]:
    """The calls for this line, in order; none for lines that do not concern the portal or that it wrote itself.

    Of an answer or rating that a later line has replaced only the state is told: that line brings the present one.
    """
    if entry.role == Role.PORTAL:
        return []
    key = f"{petition.code}:{entry.seq}"
    if entry.action == "filed":
        return [] if petition.source == "portal" else [PlannedCall(key, _submission(petition, directory))]
    if entry.action == "rated":
        rating = petition.rating
        if rating is None or _replaced(rating.at, entry):
            return []
        return [PlannedCall(key, PortalRating(petition.code, rating.level, rating.at))]
    if entry.action not in _MOVES and entry.from_state == entry.to_state:
        return []
    unit = entry.unit or petition.unit
    status = PortalStatus(petition.code, entry.to_state, unit, directory.name_of(unit), entry.at)
    calls = [PlannedCall(key, status)]
    reply = petition.reply
    if entry.action == Action.APPROVE and reply and reply.approved_at and not _replaced(reply.approved_at, entry):
        answer = PortalAnswer(petition.code, reply.text, reply.author, directory.name_of(reply.unit), reply.approved_at)
        calls.append(PlannedCall(f"{key}:answer", answer))
    return calls


def perform(portal: Portal, call: PlannedCall) -> PortalReply:
    """Make the call."""
    match call.item:
        case PortalSubmission():
            return portal.submit(call.key, call.item)
        case PortalStatus():
            return portal.update_status(call.key, call.item)
        case PortalAnswer():
            return portal.answer(call.key, call.item)
        case PortalRating():
            return portal.rate(call.key, call.item)
        case _:
            assert_never(call.item)


def _replaced(at: datetime, entry: HistoryEntry) -> bool:
    return at > entry.at


def _submission(petition: Petition, directory: Directory) -> PortalSubmission:
    return PortalSubmission(
        code=petition.code,
        title=petition.title,
        content=petition.content,
        name=petition.contact.name,
        address=petition.contact.address or petition.address,
        phone=petition.contact.phone,
        unit=petition.unit,
        unit_name=directory.name_of(petition.unit),
        ward=petition.ward or "",
        kind=petition.petition_class,
        at=petition.filed_at,
    )
