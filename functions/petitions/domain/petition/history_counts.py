"""The part of a history line from which statistics are counted: ids and numbers, without any text.

A slot is one number's place in the statistics: a unit or the whole city, a group such as "wards", and a key in it.
"""

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
    """The unit, field of administration, ward and kind of matter under which a petition is counted."""

    unit: str
    field: str = NOT_KNOWN
    """The code of the field of administration, known once an officer has classified the petition."""
    ward: str = NOT_KNOWN
    kind: str = NOT_KNOWN

    def about(self, other: FiguresPlace) -> FiguresPlace:
        """Return a place with this unit and with the field, ward and kind of `other`."""
        return replace(other, unit=self.unit)

    def slots(self) -> Iterator[Slot]:
        """Yield every slot in which a petition at this place is counted, for its unit and for the whole city."""
        for unit in (self.unit, CITY):
            yield unit, TOTAL, ""
            yield unit, "fields", self.field
            yield unit, "wards", self.ward
            yield unit, "kinds", self.kind
        yield CITY, "units", self.unit


def slot_mark(slot: Slot, counter: str = "") -> str:
    """Return the key by which a query finds petitions counted in this slot.

    The slot of a unit in the city's group "units" has the same key as that unit's total.
    """
    unit, group, key = slot
    unit, group, key = (key, TOTAL, "") if group == "units" else slot
    return " ".join(part for part in (unit, group, key, counter) if part)


class OpenCount(Record):
    """An open petition as the statistics count it: its place and its deadline."""

    place: FiguresPlace
    due_at: Instant | None = None
    """The deadline by which the petition counts as overdue. None while it waits for its filer."""


class FigureDeltas(Record):
    """The change that one history line makes to the statistics."""

    before: OpenCount | None = None
    """The petition as counted before the change. None if it was not open."""
    after: OpenCount | None = None
    """The petition as counted after the change. None if it is not open."""
    place: FiguresPlace
    """The place after the change, under which `events` are counted."""
    events: dict[str, int] = Field(default_factory=dict)
    recounts: bool = False
    """Whether field, ward or kind changed, so that all earlier events of the petition move to the new place."""
