"""What a line of a petition's history counts for: ids and numbers, nothing that anybody wrote."""

from __future__ import annotations

from pydantic import Field

from petitions.domain.shared.records import Instant, Record

CITY = "HANOI"
"""As a unit: all of them together."""
NONE = "-"
"""As a field, ward or kind: not known (yet)."""


class Place(Record):
    """Where a petition is counted. The field is that of the department that has to do with it."""

    unit: str
    field: str = NONE
    ward: str = NONE
    kind: str = NONE


class Standing(Record):
    """An open petition: where, and when it is due; without `due_at` while it waits for its citizen."""

    place: Place
    due_at: Instant | None = None


class Deltas(Record):
    """One history line in figures: what was open before and after, and what happened, counted where it lies after."""

    before: Standing | None = None
    after: Standing | None = None
    place: Place
    events: dict[str, int] = Field(default_factory=dict)
