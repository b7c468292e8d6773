"""The calls by which the national portal is told of a line of a petition's history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.petition.history_actions import PortalReport, RecordedAction, history_action
from petitions.domain.petition.petition import HistoryEntry, Petition, PetitionFile
from petitions.domain.portal.portal_items import (
    PortalAnswer,
    PortalItem,
    PortalRating,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)
from petitions.domain.units.directory import Directory
from petitions.ports.portal import Portal


@dataclass(frozen=True)
class PlannedFile:
    """A file to add; its bytes are read when the call is made."""

    code: str
    national_code: str
    file: PetitionFile


@dataclass(frozen=True)
class PlannedCall:
    """A call with the key that makes it unique on the portal, also when it is repeated."""

    key: str
    item: PortalItem | PlannedFile


def planned_calls(
    petition: Petition, entry: HistoryEntry, directory: Directory, national_code: str = ""
) -> list[PlannedCall]:
    """Return the calls for this line, in order; none for lines that do not concern the portal.

    A change by the portal is told back as the state that it led to here, as a confirmation.

    If a later line has replaced the answer or rating, only the state is told: the later line tells the present one.
    """
    if entry.role == Role.PORTAL and entry.action == RecordedAction.RATED:
        return []
    key, national = f"{petition.code}:{entry.seq}", national_code or petition.sync.national_code or ""
    if entry.action == RecordedAction.FILED and petition.source != "portal":
        return [PlannedCall(key, _submission(petition, directory))]
    report = history_action(entry.action).portal
    if report is PortalReport.RATING:
        return _rating(petition, entry, key, national)
    if report is PortalReport.CHANGED_STATE and entry.from_state == entry.to_state:
        return []
    unit = entry.unit or petition.unit
    status = PortalStatus(petition.code, national, entry.to_state, unit, directory.name_of(unit), entry.at)
    calls = [PlannedCall(key, status)]
    in_full = report is PortalReport.EVERYTHING
    if in_full or entry.action == Action.APPROVE:
        calls += _answer(petition, entry, f"{key}:answer", national, directory)
    return calls + (_rating(petition, entry, f"{key}:rating", national) if in_full else [])


def _answer(
    petition: Petition, entry: HistoryEntry, key: str, national: str, directory: Directory
) -> list[PlannedCall]:
    reply = petition.reply
    if reply is None or reply.approved_at is None or reply.approved_at > entry.at:
        return []
    unit_name = directory.name_of(reply.unit)
    answer = PortalAnswer(petition.code, national, reply.told, reply.author, unit_name, reply.approved_at)
    return [PlannedCall(key, answer)]


def _rating(petition: Petition, entry: HistoryEntry, key: str, national: str) -> list[PlannedCall]:
    rating = petition.rating
    if rating is None or rating.at > entry.at:
        return []
    return [PlannedCall(key, PortalRating(petition.code, national, rating.level, rating.at, rating.reason or ""))]


def perform(portal: Portal, key: str, item: PortalItem) -> PortalReply:
    """Make the call."""
    match item:
        case PortalSubmission():
            return portal.submit(key, item)
        case PortalStatus():
            return portal.update_status(key, item)
        case PortalAnswer():
            return portal.answer(key, item)
        case PortalRating():
            return portal.rate(key, item)
        case _:
            assert_never(item)


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
        email=petition.contact.email or "",
    )
