"""Counts in a line of a petition's history: ids and numbers, nothing that anybody wrote."""

from __future__ import annotations

from pydantic import Field

from petitions.domain.shared.records import Instant, Record

CITY = "HANOI"
"""The unit code of all units together."""
NONE = "-"
"""The value of a field, ward or kind that is not known (yet)."""


class Place(Record):
    """The unit, field, ward and kind under which a petition is counted."""

    unit: str
    field: str = NONE
    """The department whose field of work it is."""
    ward: str = NONE
    kind: str = NONE


class Standing(Record):
    """An open petition as it is counted."""

    place: Place
    due_at: Instant | None = None
    """Absent while the petition waits for its citizen."""


class Deltas(Record):
    """The effect of one history line on the figures."""

    before: Standing | None = None
    """The open petition before the change."""
    after: Standing | None = None
    """The open petition after the change."""
    place: Place
    """The place after the change, where `events` are counted."""
    events: dict[str, int] = Field(default_factory=dict)
