"""The append-only audit of all data that officers viewed, disclosed, changed or erased, stored in `audit/{id}`."""

from __future__ import annotations

from typing import Any, Literal

from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.records import Instant, Root

AuditedKind = Literal["contact", "change", "erasure", "view", "audit", "export", "system"]


class AuditEntry(Root):
    """A record of one access to personal data, or of one change. It never repeats the data that was viewed.

    `officer` is None for a change made by an operator's command, and for an erasure requested by the citizen.
    """

    officer: str | None = None
    role: Role
    instead_of: str | None = None
    """The absent officer in whose role the officer acted."""
    unit: str | None = None
    what: AuditedKind
    """The kind of access: "contact" (the filer was shown), "change", "erasure", "view" (a petition was opened),
    "audit" (this audit was read), "export" (a list was saved) or "system" (another system called the API).
    """
    code: str | None = None
    citizen: str | None = None
    """The pseudonym (HMAC) of the citizen, for an erasure or when an officer was shown the number to call."""
    action: str | None = None
    """The kind of change. Only set if `what` is "change"."""
    seq: int | None = None
    """The number of the history line with the details, if a petition was changed."""
    subject: str | None = None
    """The changed thing, if it is no petition: an officer, a kind of reference data or a text."""
    reason: str | None = None
    """The officer's reason or, for reference data and texts, the new version."""
    words: str | None = None
    """The wording of a catalogue text before and after the change."""
    at: Instant
    expires_at: Instant | None = None
    """The time of deletion. Only views of a petition's page have one, because there are many. All other entries are
    kept.
    """

    @classmethod
    def by(cls, officer: Officer, **rest: Any) -> AuditEntry:
        """Return an entry for an action of the officer, in the officer's role of that day."""
        role: dict[str, Any] = {"role": officer.role, "instead_of": officer.instead_of}
        return cls(officer=officer.id, unit=officer.unit, **role, **rest)


def audit_path(entry_id: str) -> str:
    return f"audit/{entry_id}"
