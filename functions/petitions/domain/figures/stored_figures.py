"""The stored sums of figures, to which lines of the history are added in any order.

`stats/{unit}/days/{day}` holds the events of a day in Hanoi, `stats/{unit}` what is open, and `stats/{unit}/due/{day}`
how many open petitions are due at a minute of the day: those due before a moment are overdue at it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import Field

from petitions.domain.petition.history_counts import CITY, FigureDeltas, FiguresPlace, OpenCount
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Instant, Root

FIGURE_GROUPS = ("units", "fields", "wards", "kinds")
TOTAL = "total"

Slot = tuple[str, str, str]
"""A unit (or CITY), a group of GROUPS or TOTAL, and the key within it."""


class DayFigures(Root):
    """The events in a unit on a day. Zeros are absent."""

    unit: str
    day: str
    total: dict[str, int] = Field(default_factory=dict)
    """By counter; the groups below are by key and counter."""
    units: dict[str, dict[str, int]] = Field(default_factory=dict)
    fields: dict[str, dict[str, int]] = Field(default_factory=dict)
    wards: dict[str, dict[str, int]] = Field(default_factory=dict)
    kinds: dict[str, dict[str, int]] = Field(default_factory=dict)
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
    """Of CITY alone: the instant until which every line of the history has been added."""
    mends: int = 0
    """How often a full count has corrected this document."""


class DueFigures(Root):
    """The open petitions of a unit that are due on a day."""

    unit: str
    day: str
    cells: dict[str, int] = Field(default_factory=dict)
    """Counts by `HHMM|field|ward|kind`."""
    mends: int = 0
    """How often a full count has corrected this document."""


StoredFigures = DayFigures | OpenFigures | DueFigures


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


def day_path(unit: str, day: str) -> str:
    """Return the path of a unit's day."""
    return f"stats/{unit}/days/{day}"


def open_path(unit: str) -> str:
    """Return the path of a unit's open petitions."""
    return f"stats/{unit}"


def due_path(unit: str, day: str) -> str:
    """Return the path of a unit's petitions due on a day."""
    return f"stats/{unit}/due/{day}"


def day_of(at: datetime) -> str:
    """Return the day in Hanoi (ISO)."""
    return hanoi(at).date().isoformat()


@dataclass
class FigureSums:
    """Sums of history lines, before they are added to what is stored."""

    days: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    """By unit, day, group, key and counter."""
    open: Counter[Slot] = field(default_factory=Counter)
    due: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By unit, day and cell."""

    def add(self, line: FigureDeltas, at: datetime) -> None:
        """Add a line of this instant."""
        self.happened(line, at)
        self.stands(line)

    def happened(self, line: FigureDeltas, at: datetime) -> None:
        """Add the line's events to their day."""
        day = day_of(at)
        here = set(slots_of(line.place))
        before = set(slots_of(line.before.place)) if line.before else here
        for counter, where in (("moved_out", before - here), ("moved_in", here - before)):
            for unit, group, key in where:
                self.days[unit, day, group, key, counter] += 1
        for counter, number in line.events.items():
            for unit, group, key in here:
                self.days[unit, day, group, key, counter] += number

    def stands(self, line: FigureDeltas, sign: int = 1) -> None:
        """Add the line's change in open petitions."""
        for each, way in ((line.before, -sign), (line.after, sign)):
            if each:
                self.stand(each, way)

    def stand(self, each: OpenCount, sign: int = 1) -> None:
        """Add (or remove) one open petition."""
        for slot in slots_of(each.place):
            self.open[slot] += sign
        if each.due_at:
            unit, day, cell = due_cell(each.place, each.due_at)
            self.due[unit, day, cell] += sign

    def take(self, figures: StoredFigures) -> None:
        """Add the figures of a stored document."""
        unit = figures.unit
        if isinstance(figures, DueFigures):
            self.due.update({(unit, figures.day, cell): n for cell, n in figures.cells.items()})
        elif isinstance(figures, OpenFigures):
            self.open[unit, TOTAL, ""] += figures.total
            for group in FIGURE_GROUPS:
                self.open.update({(unit, group, key): n for key, n in getattr(figures, group).items()})
        else:
            self.days.update({(unit, figures.day, TOTAL, "", counter): n for counter, n in figures.total.items()})
            for group in FIGURE_GROUPS:
                for key, counts in getattr(figures, group).items():
                    self.days.update({(unit, figures.day, group, key, counter): n for counter, n in counts.items()})

    def names(self) -> dict[str, int]:
        """Return the counts by a readable name, without zeros."""
        named = {f"open {' '.join(slot)}": n for slot, n in self.open.items()}
        named |= {f"due {' '.join(cell)}": n for cell, n in self.due.items()}
        named |= {f"day {' '.join(counter)}": n for counter, n in self.days.items()}
        return {name: number for name, number in named.items() if number}

    def less(self, other: FigureSums) -> FigureSums:
        """Return what must be added to the other to get this."""
        found = FigureSums(Counter(self.days), Counter(self.open), Counter(self.due))
        found.days.subtract(other.days)
        found.open.subtract(other.open)
        found.due.subtract(other.due)
        return found

    def parts(self) -> dict[str, FigureSums]:
        """Return the sums by the path of the document they belong to, in order."""
        found: dict[str, FigureSums] = {}
        for counter in (each for each in self.days if self.days[each]):
            found.setdefault(day_path(*counter[:2]), FigureSums()).days[counter] = self.days[counter]
        for slot in (each for each in self.open if self.open[each]):
            found.setdefault(open_path(slot[0]), FigureSums()).open[slot] = self.open[slot]
        for cell in (each for each in self.due if self.due[each]):
            found.setdefault(due_path(*cell[:2]), FigureSums()).due[cell] = self.due[cell]
        return dict(sorted(found.items()))

    def added_to(self, found: StoredFigures) -> StoredFigures:
        """Return the document with these sums added, all of which must belong to it."""
        if isinstance(found, DayFigures):
            return _with_day(found, [(*counter[2:], number) for counter, number in self.days.items()])
        if isinstance(found, OpenFigures):
            return _with_open(found, [(*slot[1:], number) for slot, number in self.open.items()])
        more = {cell: number for (_, _, cell), number in self.due.items()}
        return found.model_copy(update={"cells": added_figures(found.cells, more)})


def path_of(figures: StoredFigures) -> str:
    """Return the path that belongs to the document."""
    if isinstance(figures, DayFigures):
        return day_path(figures.unit, figures.day)
    return due_path(figures.unit, figures.day) if isinstance(figures, DueFigures) else open_path(figures.unit)


def empty_figures(path: str) -> StoredFigures:
    """Return the empty document of this path."""
    _, unit, *below = path.split("/")
    if not below:
        return OpenFigures(unit=unit)
    kind, day = below
    return DayFigures(unit=unit, day=day) if kind == "days" else DueFigures(unit=unit, day=day)


def slots_of(place: FiguresPlace) -> Iterator[Slot]:
    """Yield all slots in which a petition in this place is counted."""
    for unit in (place.unit, CITY):
        yield unit, TOTAL, ""
        yield unit, "fields", place.field
        yield unit, "wards", place.ward
        yield unit, "kinds", place.kind
    yield CITY, "units", place.unit


def due_cell(place: FiguresPlace, due_at: datetime) -> tuple[str, str, str]:
    """Return unit, day and cell of a petition that is due then."""
    local = hanoi(due_at)
    return place.unit, local.date().isoformat(), f"{local:%H%M}|{place.field}|{place.ward}|{place.kind}"


def overdue(documents: Iterable[DueFigures], now: datetime) -> Counter[Slot]:
    """Return how many petitions are overdue at `now` by slot, exact to the minute."""
    today, minute = day_of(now), f"{hanoi(now):%H%M}"
    found = Counter[Slot]()
    for document in documents:
        for cell, number in document.cells.items():
            at, field_, ward, kind = cell.split("|")
            if (document.day, at) < (today, minute):
                for slot in slots_of(FiguresPlace(unit=document.unit, field=field_, ward=ward, kind=kind)):
                    found[slot] += number
    return found


def added_figures(known: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Return the sums by name, without zeros."""
    summed = {name: known.get(name, 0) + more.get(name, 0) for name in sorted(known.keys() | more.keys())}
    return {name: number for name, number in summed.items() if number}


def _with_day(found: DayFigures, more: list[tuple[str, str, str, int]]) -> DayFigures:
    updates: dict[str, Any] = {TOTAL: added_figures(found.total, {c: n for g, _, c, n in more if g == TOTAL})}
    for group in FIGURE_GROUPS:
        known: dict[str, dict[str, int]] = getattr(found, group)
        added: dict[str, dict[str, int]] = {}
        for _, key, counter, number in (each for each in more if each[0] == group):
            added.setdefault(key, {})[counter] = number
        merged = {key: added_figures(known.get(key, {}), added.get(key, {})) for key in known.keys() | added.keys()}
        updates[group] = {key: counts for key, counts in merged.items() if counts}
    return found.model_copy(update=updates)


def _with_open(found: OpenFigures, more: list[tuple[str, str, int]]) -> OpenFigures:
    updates: dict[str, Any] = {TOTAL: found.total + sum(n for g, _, n in more if g == TOTAL)}
    for group in FIGURE_GROUPS:
        updates[group] = added_figures(getattr(found, group), {key: n for g, key, n in more if g == group})
    return found.model_copy(update=updates)
