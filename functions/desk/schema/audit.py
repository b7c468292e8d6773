"""The audit as the JSON API answers it."""

from __future__ import annotations

from petitions.domain.lifecycle.lifecycle import Role
from petitions.usecases.desk.read_audit import AuditPage
from schema.base import Answer, CopiedAnswer, Instant


class AuditLineAnswer(CopiedAnswer):
    """One line: who did what to which petition or subject, in the place of `instead_of` if not null.

    `reason` has no personal data, "" if not for this reader.
    """

    at: Instant
    officer: str | None
    role: Role
    instead_of: str | None
    unit: str | None
    what: str
    action: str | None
    code: str | None
    seq: int | None
    subject: str | None
    reason: str


class AuditAnswer(Answer):
    """A page of the audit, the newest first; `next` is the cursor of the following one."""

    lines: list[AuditLineAnswer]
    next: str | None

    @classmethod
    def of(cls, page: AuditPage) -> AuditAnswer:
        """Return the page."""
        return cls(lines=[AuditLineAnswer.of(each) for each in page.lines], next=page.next)


class PetitionAuditAnswer(Answer):
    """Who looked at, revealed and changed a petition."""

    lines: list[AuditLineAnswer]
