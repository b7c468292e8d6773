"""Who looked at what identifies a citizen, and who changed what. `audit/{id}`: append-only."""

from __future__ import annotations

from typing import Literal

from petitions.domain.records import Instant, Root
from petitions.domain.states import Role


class AuditEntry(Root):
    """One deed; `reason` is the officer's own words for a look, and nothing of what was seen is repeated here.

    A change names what was done (`action`) and, of a petition, the history line that says more (`seq`).
    """

    officer: str
    role: Role
    unit: str
    what: Literal["contact", "change"]
    code: str | None = None
    action: str | None = None
    seq: int | None = None
    reason: str | None = None
    at: Instant


def audit_path(entry_id: str) -> str:
    """Where the entry is stored."""
    return f"audit/{entry_id}"
