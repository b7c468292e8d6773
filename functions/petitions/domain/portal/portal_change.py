"""Changes that officers or citizens made on the national portal, stored as `portal_inbound/{identity}`."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Any

from petitions.domain.shared.personal import Personal
from petitions.domain.shared.records import Instant, Record, Root


class InboundState(StrEnum):
    """The state of a change: new -> applied | conflict | unknown | failed. All but `applied` wait for an officer."""

    NEW = "new"
    APPLIED = "applied"
    CONFLICT = "conflict"
    """The change is understood, but the petition's state here does not allow it."""
    UNKNOWN = "unknown"
    """The change contains a code that this system does not know."""
    FAILED = "failed"
    """This system could not apply it because of an error in its own code."""


class PortalFiling(Record):
    """A petition filed on the national portal, with its data as received."""

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
    """A change made on the portal, and the progress of applying it here."""

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
    """The portal's time of the change or, if the portal gave none, the time of receipt."""
    received_at: Instant
    raw: dict[str, Any]
    """The change exactly as the portal sent it."""
    state: InboundState = InboundState.NEW
    reason: str | None = None
    tries: int = 0
    """The number of times that an operator replayed the change."""

    @property
    def identity(self) -> str:
        """Return the key under which the change is applied only once. A replay has a key of its own."""
        return f"{self.id}:{self.tries}" if self.tries else self.id

    @property
    def path(self) -> str:
        return inbound_path(inbound_id(self.id))


def inbound_id(change_id: str) -> str:
    """Return the id of a change's document: a hash, because the portal's ids may contain any character."""
    return hashlib.sha256(change_id.encode()).hexdigest()[:40]


def inbound_path(document_id: str) -> str:
    return f"portal_inbound/{document_id}"
