"""The append-only audit of who viewed or erased a citizen's identity and who changed what, in `audit/{id}`."""

from __future__ import annotations

from typing import Literal

from petitions.domain.lifecycle.states import Role
from petitions.domain.shared.records import Instant, Root


class AuditEntry(Root):
    """An entry of the audit. It never repeats what was viewed.

    A change made by the operator's commands has no officer. An erasure that the citizen requested has no officer and
    no reason other than their will.
    """

    officer: str | None = None
    role: Role
    unit: str | None = None
    what: Literal["contact", "change", "erasure"]
    code: str | None = None
    citizen: str | None = None
    """The HMAC of the citizen, of an erasure."""
    action: str | None = None
    """The kind of change."""
    seq: int | None = None
    """The history line that says more, of a change of a petition."""
    subject: str | None = None
    """What was changed if not a petition: an officer, a kind of reference data or a text."""
    reason: str | None = None
    """The officer's own words or, of reference data and texts, the new version."""
    at: Instant


def audit_path(entry_id: str) -> str:
    """Return the path of the entry."""
    return f"audit/{entry_id}"
