"""Where the portal and this system disagree about a petition: `portal_differences/{id}`, for the coordinators."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from petitions.domain.shared.records import Instant, Root


class Kind(StrEnum):
    """What differs."""

    CONFLICT = "conflict"  # a change there that cannot be applied here
    REFUSED = "refused"  # the portal keeps saying no to a call
    MISSING_THERE = "missing_there"
    MISSING_HERE = "missing_here"
    CODE = "code"  # its national code is not known here
    TWIN = "twin"  # two national codes for one petition
    STATE = "state"
    UNIT = "unit"
    ANSWER = "answer"
    RATING = "rating"


class Repair(StrEnum):
    """What puts it right."""

    TELL_ALL = "tell_all"  # its history again from the first line; what the portal has is found and passed over
    TELL_NOW = "tell_now"  # state, answer and rating as they are here
    TAKE = "take"  # what the portal has is taken over here
    PERSON = "person"  # nothing that a machine may do


REPAIRS: dict[Kind, tuple[Repair, bool]] = {
    Kind.CONFLICT: (Repair.PERSON, False),
    Kind.REFUSED: (Repair.TELL_NOW, False),
    Kind.MISSING_THERE: (Repair.TELL_ALL, True),
    Kind.MISSING_HERE: (Repair.TAKE, True),
    Kind.CODE: (Repair.TAKE, True),
    Kind.TWIN: (Repair.PERSON, False),
    Kind.STATE: (Repair.TELL_NOW, True),
    Kind.UNIT: (Repair.TELL_NOW, True),
    Kind.ANSWER: (Repair.TELL_NOW, True),
    Kind.RATING: (Repair.TELL_NOW, True),
}
"""The proposed repair of each kind, and whether it is safe without a person.

Telling again is: calls have keys, and what the portal decided itself (`away`, `returned`) has its own kind of change,
which is applied first; while one waits nothing is compared.
"""


class Difference(Root):
    """One difference. `here` and `there` are states, units, levels or hashes, never words of people.

    `wanted`: an operator asked for its repair.
    """

    id: str
    kind: Kind
    code: str
    national_code: str = ""
    reason: str
    here: str = ""
    there: str = ""
    repair: Repair
    state: Literal["open", "wanted", "repaired", "dismissed"] = "open"
    found_at: Instant
    seen_at: Instant
    times: int = 1
    by: str | None = None


def difference_path(document_id: str) -> str:
    """Where the difference is stored."""
    return f"portal_differences/{document_id}"


def difference_id(kind: Kind, code: str) -> str:
    """One document for a petition and kind, however often it is found. `code` is ours or the national one."""
    return f"{code}-{kind}".replace("/", "_")


def breaker_path() -> str:
    """Where the circuit breaker's state is."""
    return "portal_state/breaker"


def cursor_path() -> str:
    """Where the reading of the portal's changes stands."""
    return "portal_state/cursor"


def night_path(day: date) -> str:
    """Where the figures of the comparison of that day (Hanoi's) are."""
    return f"portal_state/night-{day:%Y-%m-%d}"
