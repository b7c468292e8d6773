"""Disclosure of a petition's filer, or of a citizen in danger, to an officer. The reason is stored in the audit log."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.citizen.draft import contact_of
from petitions.domain.contact.contact_request import ContactRequest, is_one_matter, may_know_of
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import PORTAL_FILER, Contact, Petition
from petitions.domain.shared.instants import hanoi
from petitions.errors import NotFound, Rejected
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.contact.handle_contact import NO_SUCH_REQUEST, request_in
from petitions.usecases.contact.request_contact import requests_of
from petitions.usecases.officers.on_hand import leaders_of
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, citizen_in, petition_in

MIN_REASON = 5
MAX_REASON = 500


def checked_reason(reason: str) -> str:
    """Return the reason without spaces around it. Raise Rejected if it is too short or too long."""
    why = reason.strip()
    if not MIN_REASON <= len(why) <= MAX_REASON:
        raise Rejected(f"Xin ghi lý do xem thông tin, từ {MIN_REASON} đến {MAX_REASON} ký tự.", reason="no_reason")
    return why


@dataclass(frozen=True)
class RevealContact:
    """Shows the contact data of a petition or of an urgent contact request."""

    store: Store
    clock: Clock
    ids: Ids

    def __call__(self, officer: Officer, code: str, reason: str) -> Petition:
        """Return the petition unmasked, with contact data, after recording the access in the audit log.

        Raise Rejected without a reason, or NotFound if there is no such petition or the officer may not see its filer.
        """
        why = checked_reason(reason)
        if find_code(code) != code:
            raise NotFound(NO_SUCH_PETITION)
        entry_id = self.ids.token()

        def reveal(tx: Transaction) -> Petition:
            petition = petition_in(tx, code)
            if not may(officer, Permission.REVEAL, petition):
                raise NotFound(NO_SUCH_PETITION)
            entry = AuditEntry.by(
                officer,
                what="contact",
                code=petition.code,
                reason=why,
                at=self.clock.now(),
            )
            tx.create(audit_path(entry_id), entry.stored())
            return petition

        return self.store.transact(reveal)

    def of_request(self, officer: Officer, request_id: str, reason: str) -> Contact | None:
        """Return the citizen's contact data for an urgent request, or None. The access is recorded in the audit log.

        Raise Rejected without a reason, or NotFound. NotFound also means that the request is not urgent, or that the
        citizen has written something in the same matter which the officer must not read.
        """
        why, entry_id = checked_reason(reason), self.ids.token()

        def reveal(tx: Transaction) -> Contact | None:
            request = request_in(tx, officer, request_id)
            petition = petition_in(tx, request.code) if request.code else None
            if not request.is_urgent or (petition and not may(officer, Permission.REVEAL, petition)):
                raise NotFound(NO_SUCH_REQUEST)
            if self._is_kept_from(tx, officer, request):
                raise NotFound(NO_SUCH_REQUEST)
            entry = AuditEntry.by(
                officer,
                what="contact",
                code=request.code,
                citizen=request.citizen,
                reason=why,
                at=self.clock.now(),
            )
            found = petition.contact if petition else _contact_in(tx, request.citizen)
            tx.create(audit_path(entry_id), entry.stored())
            return found if found and (found.name or found.phones) else None

        return self.store.transact(reveal)

    def _is_kept_from(self, tx: Transaction, officer: Officer, request: ContactRequest) -> bool:
        if request.citizen == PORTAL_FILER:
            return False
        now = self.clock.now()
        others = (other for other in requests_of(tx, request.citizen) if is_one_matter(other, now))
        kept = {other.unit for other in others if not may_know_of(officer, other)}
        return any(leaders_of(tx, unit, hanoi(now).date()) for unit in kept)


def _contact_in(tx: Transaction, citizen_id: str) -> Contact | None:
    citizen = citizen_in(tx, citizen_id)
    if citizen is None:
        return None
    draft = citizen.conversation.draft
    return citizen.contact or (contact_of(draft) if draft else None)
