"""Counts in a line of a petition's history: ids and numbers, nothing that anybody wrote."""

from __future__ import annotations

from pydantic import Field

from petitions.domain.shared.records import Instant, Record

CITY = "HANOI"
"""The unit code of all units together."""
NOT_KNOWN = "-"
"""The value of a field, ward or kind that is not known (yet)."""


class FiguresPlace(Record):
    """The unit, field, ward and kind under which a petition is counted."""

    unit: str
    field: str = NOT_KNOWN
    """The department whose field of work it is."""
    ward: str = NOT_KNOWN
    kind: str = NOT_KNOWN


class OpenCount(Record):
    """An open petition as it is counted."""

    place: FiguresPlace
    due_at: Instant | None = None
    """Absent while the petition waits for its citizen."""


class FigureDeltas(Record):
    """The effect of one history line on the figures."""

    before: OpenCount | None = None
    """The open petition before the change."""
    after: OpenCount | None = None
    """The open petition after the change."""
    place: FiguresPlace
    """The place after the change, where `events` are counted."""
    events: dict[str, int] = Field(default_factory=dict)
