"""The append-only audit of every view, disclosure, change and erasure, stored in `audit/{id}`."""

from __future__ import annotations

from typing import Any, Literal

from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.records import Instant, Root

AuditedKind = Literal["contact", "change", "erasure", "view", "audit", "export", "system"]


class AuditEntry(Root):
    """An entry of the audit. It never repeats the data that was viewed.

    A change made by the operator's commands has no officer. An erasure requested by the citizen has no officer and no
    reason except the request itself.
    """

    officer: str | None = None
    role: Role
    instead_of: str | None = None
    """The absent officer in whose role they acted."""
    unit: str | None = None
    what: AuditedKind
    """The kind of access: "contact" (the filer was shown), "change", "erasure", "view" (a petition was opened),
    "audit" (this audit was read), "export" (a list was saved) or "system" (another system called the API).
    """
    code: str | None = None
    citizen: str | None = None
    """The HMAC of the citizen, for an erasure or when the number to call was shown."""
    action: str | None = None
    """The kind of change."""
    seq: int | None = None
    """The number of the history line with the details, if a petition was changed."""
    subject: str | None = None
    """The thing that was changed, if not a petition: an officer, a kind of reference data or a text."""
    reason: str | None = None
    """The reason in the officer's own words or, for reference data and texts, the new version."""
    words: str | None = None
    """The wording of a text of the catalogue before and after the change."""
    at: Instant
    expires_at: Instant | None = None
    """Set for views of a petition's page, of which there are many. All other entries are kept."""

    @classmethod
    def by(cls, officer: Officer, **rest: Any) -> AuditEntry:
        """Return an entry for an action of the officer, in the role that they act in."""
        role: dict[str, Any] = {"role": officer.role, "instead_of": officer.instead_of}
        return cls(officer=officer.id, unit=officer.unit, **role, **rest)


def audit_path(entry_id: str) -> str:
    """Return the path of the entry."""
    return f"audit/{entry_id}"
