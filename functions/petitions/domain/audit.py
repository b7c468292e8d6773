"""Who looked at what identifies a citizen, and why. `audit/{id}`: append-only."""

from __future__ import annotations

from typing import Literal

from petitions.domain.records import Instant, Root
from petitions.domain.states import Role


class AuditEntry(Root):
    """One look; `reason` is the officer's own words, and nothing of what was seen is repeated here."""

    officer: str
    role: Role
    unit: str
    what: Literal["contact"]
    code: str
    reason: str
    at: Instant


def audit_path(entry_id: str) -> str:
    """Where the entry is stored."""
    return f"audit/{entry_id}"
