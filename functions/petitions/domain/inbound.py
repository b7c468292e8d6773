"""A change made on the national portal as it is kept here: `portal_inbound/{identity}`, and what differs for it."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any

from petitions.domain.records import Instant, Root


class InboundState(StrEnum):
    """new -> applied | conflict | unknown | failed; all but `applied` wait for a person."""

    NEW = "new"
    APPLIED = "applied"
    CONFLICT = "conflict"  # understood, but not possible for the petition as it stands here
    UNKNOWN = "unknown"  # a kind of change that is not known here
    FAILED = "failed"  # a fault of ours


class Inbound(Root):
    """One change as it came (`raw`), and how far it got here. `at` is the portal's time, or that of receipt."""

    id: str
    kind: str | None = None
    code: str
    national_code: str
    text: str
    at: Instant
    received_at: Instant
    raw: dict[str, Any]
    state: InboundState = InboundState.NEW
    reason: str | None = None


class Difference(Root):
    """The portal and this system disagree about a petition: `portal_differences/{id}`, for the coordinators."""

    change: str
    code: str
    reason: str
    found_at: Instant


def inbound_id(change_id: str) -> str:
    """The document id of a change: the portal's identities may hold anything."""
    return hashlib.sha256(change_id.encode()).hexdigest()[:40]


def inbound_path(document_id: str) -> str:
    """Where the change is stored."""
    return f"portal_inbound/{document_id}"


def difference_path(document_id: str) -> str:
    """Where what it left open is stored."""
    return f"portal_differences/{document_id}"
