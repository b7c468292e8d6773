"""Who looked at what identifies a citizen, who had it erased, and who changed what. `audit/{id}`: append-only."""

from __future__ import annotations

from typing import Literal

from petitions.domain.lifecycle.states import Role
from petitions.domain.shared.records import Instant, Root


class AuditEntry(Root):
    """One deed; `reason` is the officer's own words, and nothing of what was seen is repeated here.

    A change names what was done (`action`) and, of a petition, the history line that says more (`seq`), or what it was
    about (`subject`): an officer, a kind of reference data or a text, whose new version is then the `reason`. What the
    operator's commands changed has no officer. An erasure names the `citizen` (HMAC); one that the citizen began has no
    officer, and no reason but their will.
    """

    officer: str | None = None
    role: Role
    unit: str | None = None
    what: Literal["contact", "change", "erasure"]
    code: str | None = None
    citizen: str | None = None
    action: str | None = None
    seq: int | None = None
    subject: str | None = None
    reason: str | None = None
    at: Instant


def audit_path(entry_id: str) -> str:
    """Where the entry is stored."""
    return f"audit/{entry_id}"
