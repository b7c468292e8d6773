"""Differences between the portal and this system, stored as `portal_differences/{id}` for the coordinators."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from petitions.domain.shared.records import Instant, Root


class DifferenceKind(StrEnum):
    """The kind of a difference."""

    CONFLICT = "conflict"
    """A change there cannot be applied here."""
    REFUSED = "refused"
    """The portal keeps refusing a call."""
    MISSING_THERE = "missing_there"
    MISSING_HERE = "missing_here"
    CODE = "code"
    """Its national code is not known here."""
    TWIN = "twin"
    """One petition has two national codes."""
    STATE = "state"
    UNIT = "unit"
    ANSWER = "answer"
    RATING = "rating"
    UNIT_CODE = "unit_code"
    """A unit has no national code (`Difference.here`), so the portal gets its name alone."""


class DifferenceRepair(StrEnum):
    """The repair of a difference."""

    TELL_ALL = "tell_all"
    """Push its history again from the first line. Entries that the portal already has are found and skipped."""
    TELL_NOW = "tell_now"
    """Push state, answer and rating as they are here."""
    TAKE = "take"
    """Take over the portal's value."""
    PERSON = "person"
    """Only a person may repair it."""


DIFFERENCE_REPAIRS: dict[DifferenceKind, tuple[DifferenceRepair, bool]] = {
    DifferenceKind.CONFLICT: (DifferenceRepair.PERSON, False),
    DifferenceKind.REFUSED: (DifferenceRepair.TELL_NOW, False),
    DifferenceKind.MISSING_THERE: (DifferenceRepair.TELL_ALL, True),
    DifferenceKind.MISSING_HERE: (DifferenceRepair.TAKE, True),
    DifferenceKind.CODE: (DifferenceRepair.TAKE, True),
    DifferenceKind.TWIN: (DifferenceRepair.PERSON, False),
    DifferenceKind.STATE: (DifferenceRepair.TELL_NOW, True),
    DifferenceKind.UNIT: (DifferenceRepair.TELL_NOW, True),
    DifferenceKind.ANSWER: (DifferenceRepair.TELL_NOW, True),
    DifferenceKind.RATING: (DifferenceRepair.TELL_NOW, True),
    DifferenceKind.UNIT_CODE: (DifferenceRepair.PERSON, False),
}
"""The proposed repair by kind, and whether it is safe without a person.

Pushing again is safe because calls have keys, and the portal's own decisions (`away`, `returned`) have a kind of change
of their own that is applied first. While such a change waits, nothing is compared.
"""


class Difference(Root):
    """A difference between both sides."""

    id: str
    kind: DifferenceKind
    code: str
    national_code: str = ""
    reason: str
    here: str = ""
    """Our state, unit's national code, level, hash or refused line, never personal words. `there` is the portal's."""
    there: str = ""
    repair: DifferenceRepair
    state: Literal["open", "wanted", "repaired", "dismissed"] = "open"
    """`wanted` once an operator has asked for its repair."""
    found_at: Instant
    seen_at: Instant
    times: int = 1
    by: str | None = None


def difference_path(document_id: str) -> str:
    """Return the path of the difference's document."""
    return f"portal_differences/{document_id}"


def difference_id(kind: DifferenceKind, code: str) -> str:
    """Return the one document id for a petition (our code or the national one) and kind, however often it is found."""
    return f"{code}-{kind}".replace("/", "_")


def breaker_path() -> str:
    """Return the path of the circuit breaker's state."""
    return "portal_state/breaker"


def cursor_path() -> str:
    """Return the path of the cursor in the portal's changes."""
    return "portal_state/cursor"


def night_path(day: date) -> str:
    """Return the path of the figures of that day's comparison (Hanoi's day)."""
    return f"portal_state/night-{day:%Y-%m-%d}"
