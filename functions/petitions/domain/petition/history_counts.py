"""Counts in a line of a petition's history: ids and numbers, without any text."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from petitions.domain.shared.records import Instant, Record, replace

CITY = "HANOI"
"""The unit code of all units together."""
NOT_KNOWN = "-"
"""The value of an unknown field, ward or kind."""
TOTAL = "total"
"""The group of all petitions of a unit."""

Slot = tuple[str, str, str]
"""A unit (or CITY), a group of petitions, and the key within it."""


class FiguresPlace(Record):
    """The unit, field, ward and kind under which a petition is counted."""

    unit: str
    field: str = NOT_KNOWN
    """The code of the field of administration, known once an officer has classified the petition."""
    ward: str = NOT_KNOWN
    kind: str = NOT_KNOWN

    def about(self, other: FiguresPlace) -> FiguresPlace:
        """Return this unit with the field, ward and kind of the other."""
        return replace(other, unit=self.unit)

    def slots(self) -> Iterator[Slot]:
        """Yield all slots in which a petition in this place is counted."""
        for unit in (self.unit, CITY):
            yield unit, TOTAL, ""
            yield unit, "fields", self.field
            yield unit, "wards", self.ward
            yield unit, "kinds", self.kind
        yield CITY, "units", self.unit


def slot_mark(slot: Slot, counter: str = "") -> str:
    """Return the key by which a query finds the petitions of a slot. A unit's slot among all units is its total."""
    unit, group, key = slot
    unit, group, key = (key, TOTAL, "") if group == "units" else slot
    return " ".join(part for part in (unit, group, key, counter) if part)


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
    recounts: bool = False
    """Whether field, ward or kind changed, so that all earlier events are counted under the new ones."""
