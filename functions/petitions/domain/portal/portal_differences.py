"""Differences between the portal and this system that coordinators must see, stored as `portal_differences/{id}`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from petitions.domain.shared.records import Instant, Root


class DifferenceKind(StrEnum):
    """The kind of difference between a petition here and on the portal."""

    CONFLICT = "conflict"
    """The petition's state does not allow a change made on the portal."""
    REFUSED = "refused"
    """The portal refuses the same call again and again."""
    MISSING_THERE = "missing_there"
    MISSING_HERE = "missing_here"
    CODE = "code"
    """The portal's record has a code that this system does not know."""
    TWIN = "twin"
    """One petition has two national codes."""
    STATE = "state"
    UNIT = "unit"
    ANSWER = "answer"
    RATING = "rating"
    UNIT_CODE = "unit_code"
    """A unit has no national code (`Difference.here`), so the portal gets only its name."""


class DifferenceRepair(StrEnum):
    """The way to repair a difference between a petition here and on the portal."""

    TELL_ALL = "tell_all"
    """Send the whole history again from its first line. Lines that the portal already has are recognised and skipped.
    """
    TELL_NOW = "tell_now"
    """Send the present state, answer and rating to the portal."""
    TAKE = "take"
    """Change the petition here to the portal's value."""
    PERSON = "person"
    """Only a person may decide how to repair it."""


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

Sending again is safe because calls have keys. The portal's own decisions (`away`, `returned`) arrive as changes, which
are applied first. While such a change waits, nothing is compared.
"""


class Difference(Root):
    """One difference between the portal and this system, with its proposed repair."""

    id: str
    kind: DifferenceKind
    code: str
    national_code: str = ""
    reason: str
    here: str = ""
    """This system's state, unit code, level, hash or refused line, never personal data. `there` is the portal's."""
    there: str = ""
    repair: DifferenceRepair
    state: Literal["open", "wanted", "repaired", "dismissed"] = "open"
    """The progress of the repair. It is `wanted` after an operator asked for the repair."""
    found_at: Instant
    seen_at: Instant
    times: int = 1
    by: str | None = None


def difference_path(document_id: str) -> str:
    return f"portal_differences/{document_id}"


def difference_id(kind: DifferenceKind, code: str) -> str:
    """Return the id of the document for this kind of difference of a petition, the same at every comparison.

    `code` is this system's code or the national one.
    """
    return f"{code}-{kind}".replace("/", "_")


def breaker_path() -> str:
    return "portal_state/breaker"


def cursor_path() -> str:
    """Return the path of the document with the position up to which the portal's changes have been read."""
    return "portal_state/cursor"


def night_path(day: date) -> str:
    """Return the path of the document with the numbers of one night's comparison (Hanoi's day)."""
    return f"portal_state/night-{day:%Y-%m-%d}"
