"""The audit line of an officer's change, written in the transaction of the change."""

from __future__ import annotations

from datetime import datetime

from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.ports.store import Transaction


def audit_change(
    tx: Transaction,
    entry_id: str,
    officer: Officer,
    action: str,
    now: datetime,
    *,
    code: str | None = None,
    seq: int | None = None,
    subject: str | None = None,
    reason: str | None = None,
) -> None:
    """Record that the officer did `action`. Line `seq` in the history of the petition `code` has the details.

    `subject` names the object of the action if it is not a petition.
    """
    entry = AuditEntry.by(
        officer,
        what="change",
        code=code,
        action=action,
        seq=seq,
        subject=subject,
        reason=reason,
        at=now,
    )
    tx.create(audit_path(entry_id), entry.stored())
