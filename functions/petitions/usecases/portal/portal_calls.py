"""The calls that report a petition's history line to the national portal.

A filer on the portal gets the same facts as a filer on Zalo: reasons, deadlines, the officer, and the answer itself
(PLATFORM 6.8).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import assert_never

from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, Action, Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.history_actions import PortalReport, RecordedAction, history_action, step_label
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.portal.national_units import NationalUnits
from petitions.domain.portal.portal_items import (
    PortalAnswer,
    PortalItem,
    PortalRating,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)
from petitions.domain.publishing.publication import clean_for
from petitions.domain.shared.edges import UpTo
from petitions.ports.portal import Portal
from petitions.ports.store import Store

_MERGED_INTO_ANSWERED = frozenset({Action.MERGE, RecordedAction.MAIN_ANSWERED})


@dataclass(frozen=True)
class PlannedFile:
    """A file to be added to the petition on the portal. Its bytes are read when the call is made."""

    code: str
    national_code: str
    file: PetitionFile


@dataclass(frozen=True)
class PlannedCall:
    """A call to the portal, with its key. The portal ignores a second call with the same key."""

    key: str
    item: PortalItem | PlannedFile


@dataclass(frozen=True)
class PortalSpeaker:
    """The data that the calls about a petition are made from, other than its history."""

    units: NationalUnits
    petition: Petition
    main: Petition | None = None
    """The main petition, if the petition was filed on the portal and merged. Its answer is for both filers."""
    approver: Officer | None = None
    """The officer who approved the answer."""
    absent: Officer | None = None
    """The absent officer whom the approver replaced, or None."""

    @property
    def answered(self) -> Petition:
        """Return the petition that holds the filer's answer: the main petition for a merged one."""
        return self.main or self.petition

    def calls(self, entry: HistoryEntry) -> list[PlannedCall]:
        """Return the calls that report the history line, in order. Empty if the line does not concern the portal.

        A change that came from the portal is confirmed with the state that it led to here. If a later line replaced the
        answer or rating, only the state is sent, because the later line reports the present answer or rating.
        """
        petition = self.petition
        key = f"{petition.code}:{entry.seq}"
        if entry.role == Role.PORTAL and entry.action == RecordedAction.RATED:
            overwritten = self._was_sent_after(petition.rating.at if petition.rating else None)
            return self._rating(entry, key) if overwritten else []
        if entry.action == RecordedAction.FILED and petition.source != "portal":
            return [PlannedCall(key, self._submission())]
        report = history_action(entry.action).portal
        if report is PortalReport.RATING:
            return self._rating(entry, key)
        if report is PortalReport.CHANGED_STATE and entry.from_state == entry.to_state:
            return []
        calls = [PlannedCall(key, self._status(entry))]
        in_full = report is PortalReport.EVERYTHING
        joined = self.main is not None and entry.action in _MERGED_INTO_ANSWERED
        elsewhere = entry.role == Role.PORTAL and entry.action == Action.CLOSE
        overwritten = elsewhere and self._was_sent_after(petition.reply.approved_at if petition.reply else None)
        if in_full or joined or overwritten or entry.action == Action.APPROVE:
            calls += self._answer(entry, f"{key}:answer")
        return calls + (self._rating(entry, f"{key}:rating") if in_full else [])

    def _was_sent_after(self, given_at: datetime | None) -> bool:
        sync = self.petition.sync
        return given_at is not None and (
            sync.in_doubt or (sync.told_at is not None and UpTo(given_at).is_over(sync.told_at))
        )

    @property
    def _national(self) -> str:
        return self.petition.sync.national_code or ""

    def _status(self, entry: HistoryEntry) -> PortalStatus:
        unit = entry.unit or self.petition.unit
        return PortalStatus(
            code=self.petition.code,
            national_code=self._national,
            state=entry.to_state,
            unit=self.units.code_of(unit) or "",
            unit_name=self.units.directory.name_of(unit),
            at=entry.at,
            step=step_label(entry.action, entry.role),
            words=entry.filer_text or "",
            due=entry.promised,
        )

    def _answer(self, entry: HistoryEntry, key: str) -> list[PlannedCall]:
        reply = self.answered.reply
        if reply is None or reply.approved_at is None or UpTo(entry.at).is_over(reply.approved_at):
            return []
        name, position = self._signer(reply)
        answer = PortalAnswer(
            code=self.petition.code,
            national_code=self._national,
            text=clean_for(self.petition, reply.with_basis, self.main) if self.main else reply.with_basis,
            author=name,
            position=position,
            unit_name=self.units.directory.name_of(reply.unit),
            at=reply.approved_at,
        )
        return [PlannedCall(key, answer)]

    def _signer(self, reply: StoredAnswer) -> tuple[str, str]:
        if reply.document:
            return reply.document.signer, reply.document.position
        by = self.approver
        if by is None:
            return "", ""
        held = by.position or ROLE_LABELS[by.role].capitalize()
        return by.name, f"{held}, thay {ROLE_LABELS[self.absent.role]}" if self.absent else held

    def _rating(self, entry: HistoryEntry, key: str) -> list[PlannedCall]:
        petition, rating = self.petition, self.petition.rating
        if rating is None or UpTo(entry.at).is_over(rating.at):
            return []
        item = PortalRating(petition.code, self._national, rating.level, rating.reason or "", rating.at)
        return [PlannedCall(key, item)]

    def _submission(self) -> PortalSubmission:
        petition = self.petition
        sent = {field.name for field in fields(PortalSubmission)}
        filer = petition.contact.model_dump(include=sent, exclude_none=True)
        filer["address"] = filer["address"] or petition.address
        return PortalSubmission(
            **filer,
            code=petition.code,
            title=petition.title,
            content=petition.content,
            unit=self.units.code_of(petition.unit) or "",
            unit_name=self.units.directory.name_of(petition.unit),
            ward=(self.units.code_of(petition.ward) if petition.ward else None) or "",
            kind=petition.petition_class,
            at=petition.filed_at,
        )


def speaker_for(store: Store, units: NationalUnits, petition: Petition) -> PortalSpeaker:
    """Return the data for the petition's calls. The main petition and the approver are read if needed."""
    merged = petition.merged_into if petition.source == "portal" else None
    main = store.get(petition_path(merged)) if merged else None
    speaker = PortalSpeaker(units, petition, Petition.model_validate(main) if main else None)
    reply = speaker.answered.reply
    if reply is None:
        return speaker
    who = (reply.approved_by, reply.approved_instead_of)
    found = [store.get(officer_path(item)) if item else None for item in who]
    approver, absent = (Officer.model_validate(item) if item else None for item in found)
    return replace(speaker, approver=approver, absent=absent)


def perform(portal: Portal, key: str, item: PortalItem) -> PortalReply:
    """Make the call that sends the item to the portal, and return the portal's reply."""
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
