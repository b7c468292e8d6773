"""The stored sums of figures. Changes of history lines can be added to them in any order.

`stats/{unit}/days/{day}` holds the events of a day in Hanoi, and `.../months/{month}` those of a month, so that few
documents make up a long period. `.../years/{year}` holds the totals by day, for charts. `stats/{unit}` holds the open
petitions, and `stats/{unit}/due/{day}` the number of open petitions due at every minute of the day: those due before an
instant are overdue at it. `stats/{unit}/ends/{day}` keeps the numbers open and overdue at the end of a day.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from petitions.domain.petition.history_counts import TOTAL
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Instant, Record, Root

FIGURE_GROUPS = ("units", "fields", "wards", "kinds")
DAYS = "days"
"""The group in a year's document that holds its days."""
NOT_LISTED = ("took_", "paused_")
"""The beginnings of counters that are left out of a year's days and of lists."""


class GroupedFigures(Record):
    """Numbers of a unit by name: for all petitions, and for every key of the groups. Zeros are absent."""

    unit: str
    day: str
    total: dict[str, int] = Field(default_factory=dict)
    units: dict[str, dict[str, int]] = Field(default_factory=dict)
    """The numbers by key and name. The groups below have the same form."""
    fields: dict[str, dict[str, int]] = Field(default_factory=dict)
    wards: dict[str, dict[str, int]] = Field(default_factory=dict)
    kinds: dict[str, dict[str, int]] = Field(default_factory=dict)

    def of(self, group: str) -> dict[str, dict[str, int]]:
        """Return the numbers of a group by key. For TOTAL, the only key is ""."""
        found: dict[str, dict[str, int]] = {"": self.total} if group == TOTAL else getattr(self, group)
        return found


class FlowFigures(Root, GroupedFigures):
    """The events in a unit, by counter. `day` is a day, a month or a year: 2026-11-20, 2026-11, 2026."""

    days: dict[str, dict[str, int]] = Field(default_factory=dict)
    """The totals by day. Only a year's document has them, and it has nothing else."""
    mends: int = 0
    """The number of times that a full count has corrected this document."""


class OpenFigures(Root):
    """The numbers of a unit's open petitions."""

    unit: str
    total: int = 0
    units: dict[str, int] = Field(default_factory=dict)
    fields: dict[str, int] = Field(default_factory=dict)
    wards: dict[str, int] = Field(default_factory=dict)
    kinds: dict[str, int] = Field(default_factory=dict)
    as_of: Instant | None = None
    """The instant up to which all history lines have been added. Only in the document of CITY."""
    mends: int = 0
    """The number of times that a full count has corrected this document."""


class DueFigures(Root):
    """The open petitions of a unit, or of the city, that are due on a day."""

    unit: str
    day: str
    cells: dict[str, int] = Field(default_factory=dict)
    """The number of petitions by cell, named `HHMM|field|ward|kind|unit`."""
    mends: int = 0
    """The number of times that a full count has corrected this document."""


class StandingFigures(Root, GroupedFigures):
    """The numbers `open` and `overdue` of a unit at the end of `day`, or now if `day` is today."""


StoredFigures = FlowFigures | OpenFigures | DueFigures


class FiguresCheck(Root):
    """The result of comparing the stored sums with a full count, once a night."""

    day: str
    at: Instant
    differences: list[str] = Field(default_factory=list)
    """The first differences found, as sentences."""
    found: int = 0
    """The number of all differences found."""


def check_path(day: str) -> str:
    """Return the path of the `FiguresCheck` document of a day."""
    return f"stats_checks/{day}"


def flow_path(unit: str, day: str) -> str:
    """Return the path of a unit's `FlowFigures` document for a day, a month or a year."""
    return f"stats/{unit}/{_SPANS[len(day)]}/{day}"


_SPANS = {10: "days", 7: "months", 4: "years"}
"""The name of the collection by the length of a day's, month's or year's id."""


def open_path(unit: str) -> str:
    """Return the path of a unit's `OpenFigures` document."""
    return f"stats/{unit}"


def due_path(unit: str, day: str) -> str:
    """Return the path of the `DueFigures` document with a unit's petitions due on a day."""
    return f"stats/{unit}/due/{day}"


def end_path(unit: str, day: str) -> str:
    """Return the path of the `StandingFigures` document with a unit's numbers at the end of a day."""
    return f"stats/{unit}/ends/{day}"


def day_of(at: datetime) -> str:
    """Return the day in Hanoi of an instant, as 2026-11-20."""
    return hanoi(at).date().isoformat()


def path_of(figures: StoredFigures) -> str:
    if isinstance(figures, OpenFigures):
        return open_path(figures.unit)
    is_flow = isinstance(figures, FlowFigures)
    return flow_path(figures.unit, figures.day) if is_flow else due_path(figures.unit, figures.day)


def empty_figures(path: str) -> StoredFigures:
    """Return an empty document of the kind that is stored at this path."""
    _, unit, *below = path.split("/")
    if not below:
        return OpenFigures(unit=unit)
    kind, day = below
    return DueFigures(unit=unit, day=day) if kind == "due" else FlowFigures(unit=unit, day=day)
