"""A change made on the national portal as it is kept here: `portal_inbound/{identity}`."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any

from petitions.domain.shared.records import Instant, Record, Root


class InboundState(StrEnum):
    """new -> applied | conflict | unknown | failed; all but `applied` wait for a person."""

    NEW = "new"
    APPLIED = "applied"
    CONFLICT = "conflict"  # understood, but not possible for the petition as it stands here
    UNKNOWN = "unknown"  # it holds a code that is not known here
    FAILED = "failed"  # a fault of ours


class Filed(Record):
    """A petition as it was filed on the portal."""

    code: str = ""
    title: str
    content: str
    name: str
    address: str
    phone: str
    unit: str
    ward: str
    kind: str
    at: Instant


class Inbound(Root):
    """One change as it came (`raw`), and how far it got here. `at` is the portal's time, or that of receipt.

    `tries` counts replays by an operator: each is applied under an identity of its own.
    """

    id: str
    kind: str | None = None
    code: str
    national_code: str
    key: str = ""
    text: str
    unit: str = ""
    level: int | None = None
    filed: Filed | None = None
    strange: str = ""
    at: Instant
    received_at: Instant
    raw: dict[str, Any]
    state: InboundState = InboundState.NEW
    reason: str | None = None
    tries: int = 0

    @property
    def identity(self) -> str:
        """Under which it is applied once."""
        return f"{self.id}:{self.tries}" if self.tries else self.id

    @property
    def path(self) -> str:
        """Where it is stored."""
        return inbound_path(inbound_id(self.id))


def inbound_id(change_id: str) -> str:
    """The document id of a change: the portal's identities may hold anything."""
    return hashlib.sha256(change_id.encode()).hexdigest()[:40]


def inbound_path(document_id: str) -> str:
    """Where the change is stored."""
    return f"portal_inbound/{document_id}"
