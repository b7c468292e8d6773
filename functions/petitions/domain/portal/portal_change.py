"""Changes made on the national portal, stored as `portal_inbound/{identity}`."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Any

from petitions.domain.shared.personal import Personal
from petitions.domain.shared.records import Instant, Record, Root


class InboundState(StrEnum):
    """new -> applied | conflict | unknown | failed. All but `applied` wait for a person."""

    NEW = "new"
    APPLIED = "applied"
    CONFLICT = "conflict"
    """Understood, but impossible for the petition in its state here."""
    UNKNOWN = "unknown"
    """It holds a code that is not known here."""
    FAILED = "failed"
    """A fault of ours."""


class PortalFiling(Record):
    """A petition as it was filed on the portal."""

    code: str = ""
    title: str
    content: str
    name: Annotated[str, Personal.NAME]
    address: Annotated[str, Personal.HOME]
    phone: Annotated[str, Personal.PHONE]
    unit: str
    ward: str
    kind: str
    at: Instant


class InboundChange(Root):
    """A change of the portal and its progress here."""

    id: str
    kind: str | None = None
    code: str
    national_code: str
    key: str = ""
    text: str
    unit: str = ""
    level: int | None = None
    filed: PortalFiling | None = None
    strange: str = ""
    at: Instant
    """The portal's time of the change or, if it gave none, that of receipt."""
    received_at: Instant
    raw: dict[str, Any]
    """The change as it came."""
    state: InboundState = InboundState.NEW
    reason: str | None = None
    tries: int = 0
    """The number of replays by an operator."""

    @property
    def identity(self) -> str:
        """Return the identity under which it is applied once. A replay has its own."""
        return f"{self.id}:{self.tries}" if self.tries else self.id

    @property
    def path(self) -> str:
        """Return the path of its document."""
        return inbound_path(inbound_id(self.id))


def inbound_id(change_id: str) -> str:
    """Return the document id of a change, a hash, because the portal's identities may contain any character."""
    return hashlib.sha256(change_id.encode()).hexdigest()[:40]


def inbound_path(document_id: str) -> str:
    """Return the path of the change's document."""
    return f"portal_inbound/{document_id}"
