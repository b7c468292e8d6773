"""Who filed a petition and their original words, shown to an officer who gives a reason, recorded in the audit log."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Petition
from petitions.errors import NotFound, Rejected
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, petition_in

MIN_REASON = 5
MAX_REASON = 500


def checked_reason(reason: str) -> str:
    """Return why an officer asks who filed something, without spaces around it. Raise Rejected (no reason)."""
    why = reason.strip()
    if not MIN_REASON <= len(why) <= MAX_REASON:
        raise Rejected(f"Xin ghi lý do xem thông tin, từ {MIN_REASON} đến {MAX_REASON} ký tự.", reason="no_reason")
    return why


@dataclass(frozen=True)
class RevealContact:
    """The use case."""

    store: Store
    clock: Clock
    ids: Ids

    def __call__(self, officer: Officer, code: str, reason: str) -> Petition:
        """Return the petition as it came, with its contact, after recording the access in the audit log.

        Raise Rejected (no reason) or NotFound (no such petition, or another unit's).
        """
        why = checked_reason(reason)
        if find_code(code) != code:
            raise NotFound(NO_SUCH_PETITION)
        entry_id = self.ids.token()

        def work(tx: Transaction) -> Petition:
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

        return self.store.transact(work)
