"""The stored sums of figures, to which lines of the history are added in any order.

`stats/{unit}/days/{day}` holds the events of a day in Hanoi, `.../months/{month}` those of a month, so that a long
period is read in few documents, and `.../years/{year}` the totals by day, for charts over time. `stats/{unit}` holds
the open petitions, and `stats/{unit}/due/{day}` the number of open petitions due at a minute of the day: those due
before a moment are overdue at it. `stats/{unit}/ends/{day}` keeps the numbers open and overdue at the end of a day.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from petitions.domain.petition.history_counts import TOTAL
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Instant, Record, Root

FIGURE_GROUPS = ("units", "fields", "wards", "kinds")
DAYS = "days"
"""The group of a year's document: its days."""
NOT_LISTED = ("took_", "paused_")
"""The prefixes of counters that are missing in a year's days and in lists."""


class GroupedFigures(Record):
    """Numbers of a unit by name: those of all petitions, and those of the groups. Zeros are absent."""

    unit: str
    day: str
    total: dict[str, int] = Field(default_factory=dict)
    units: dict[str, dict[str, int]] = Field(default_factory=dict)
    """By key and name, like the groups below."""
    fields: dict[str, dict[str, int]] = Field(default_factory=dict)
    wards: dict[str, dict[str, int]] = Field(default_factory=dict)
    kinds: dict[str, dict[str, int]] = Field(default_factory=dict)

    def of(self, group: str) -> dict[str, dict[str, int]]:
        """Return the numbers of a group by key. Those of all petitions are under ""."""
        found: dict[str, dict[str, int]] = {"": self.total} if group == TOTAL else getattr(self, group)
        return found


class FlowFigures(Root, GroupedFigures):
    """The events in a unit by counter. `day` is a day, a month or a year: 2026-11-20, 2026-11, 2026."""

    days: dict[str, dict[str, int]] = Field(default_factory=dict)
    """The totals by day in a year's document, which has nothing else."""
    mends: int = 0
    """How often a full count has corrected this document."""


class OpenFigures(Root):
    """The open petitions of a unit."""

    unit: str
    total: int = 0
    units: dict[str, int] = Field(default_factory=dict)
    fields: dict[str, int] = Field(default_factory=dict)
    wards: dict[str, int] = Field(default_factory=dict)
    kinds: dict[str, int] = Field(default_factory=dict)
    as_of: Instant | None = None
    """The instant until which every line of the history has been added. Only for CITY."""
    mends: int = 0
    """How often a full count has corrected this document."""


class DueFigures(Root):
    """The open petitions of a unit, or of the city, that are due on a day."""

    unit: str
    day: str
    cells: dict[str, int] = Field(default_factory=dict)
    """Counts by `HHMM|field|ward|kind|unit`."""
    mends: int = 0
    """How often a full count has corrected this document."""


class StandingFigures(Root, GroupedFigures):
    """The numbers `open` and `overdue` of a unit at the end of `day`, or now if `day` is today."""


StoredFigures = FlowFigures | OpenFigures | DueFigures


class FiguresCheck(Root):
    """A night's comparison with a full count."""

    day: str
    at: Instant
    differences: list[str] = Field(default_factory=list)
    """The first differences in words."""
    found: int = 0
    """The number of differences."""


def check_path(day: str) -> str:
    """Return the path of the comparison of a day's figures."""
    return f"stats_checks/{day}"


def flow_path(unit: str, day: str) -> str:
    """Return the path of a unit's events on a day, in a month or in a year."""
    return f"stats/{unit}/{_SPANS[len(day)]}/{day}"


_SPANS = {10: "days", 7: "months", 4: "years"}
"""The collections by the length of the ids in them."""


def open_path(unit: str) -> str:
    """Return the path of a unit's open petitions."""
    return f"stats/{unit}"


def due_path(unit: str, day: str) -> str:
    """Return the path of a unit's petitions due on a day."""
    return f"stats/{unit}/due/{day}"


def end_path(unit: str, day: str) -> str:
    """Return the path of a unit's numbers open and overdue at the end of a day."""
    return f"stats/{unit}/ends/{day}"


def day_of(at: datetime) -> str:
    """Return the day in Hanoi (ISO)."""
    return hanoi(at).date().isoformat()


def path_of(figures: StoredFigures) -> str:
    """Return the path that belongs to the document."""
    if isinstance(figures, OpenFigures):
        return open_path(figures.unit)
    is_flow = isinstance(figures, FlowFigures)
    return flow_path(figures.unit, figures.day) if is_flow else due_path(figures.unit, figures.day)


def empty_figures(path: str) -> StoredFigures:
    """Return the empty document of this path."""
    _, unit, *below = path.split("/")
    if not below:
        return OpenFigures(unit=unit)
    kind, day = below
    return DueFigures(unit=unit, day=day) if kind == "due" else FlowFigures(unit=unit, day=day)
