"""The append-only audit of who looked at, revealed, changed or erased what, in `audit/{id}`."""

from __future__ import annotations

from typing import Any, Literal

from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.records import Instant, Root

AuditedKind = Literal["contact", "change", "erasure", "view", "audit", "export", "system"]


class AuditEntry(Root):
    """An entry of the audit. It never repeats what was viewed.

    A change made by the operator's commands has no officer. An erasure that the citizen requested has no officer and
    no reason other than their will.
    """

    officer: str | None = None
    role: Role
    instead_of: str | None = None
    """The absent officer in whose role they acted."""
    unit: str | None = None
    what: AuditedKind
    """A look at who filed, a change, an erasure, a look at a petition's page or at this audit, a list saved, or
    a call of another system."""
    code: str | None = None
    citizen: str | None = None
    """The HMAC of the citizen, of an erasure or a look at whom to call."""
    action: str | None = None
    """The kind of change."""
    seq: int | None = None
    """The history line that says more, of a change of a petition."""
    subject: str | None = None
    """What was changed if not a petition: an officer, a kind of reference data or a text."""
    reason: str | None = None
    """The officer's own words or, of reference data and texts, the new version."""
    words: str | None = None
    """How a text of the catalogue was before, and how it is since."""
    at: Instant
    expires_at: Instant | None = None
    """Of a view of a petition's page, of which there are many; the others stay."""

    @classmethod
    def by(cls, officer: Officer, **rest: Any) -> AuditEntry:
        """Return the entry of what the officer did in the role that they act in."""
        role: dict[str, Any] = {"role": officer.role, "instead_of": officer.instead_of}
        return cls(officer=officer.id, unit=officer.unit, **role, **rest)


def audit_path(entry_id: str) -> str:
    """Return the path of the entry."""
    return f"audit/{entry_id}"
