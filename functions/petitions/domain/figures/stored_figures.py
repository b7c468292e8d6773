"""The folded figures as they are stored, and how a line of the history is added to them: in any order, the same sums.

`stats/{unit}/days/{day}` holds what happened on a day of Hanoi, `stats/{unit}` what is open, `stats/{unit}/due/{day}`
how many open petitions are due at which minute of a day: what is overdue at a moment is what was due before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import Field

from petitions.domain.petition.history_counts import CITY, Deltas, Place, Standing
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Instant, Root

GROUPS = ("units", "fields", "wards", "kinds")
TOTAL = "total"

Slot = tuple[str, str, str]
"""A unit (or CITY), a group of GROUPS or TOTAL, and the key within it."""


class DayFigures(Root):
    """What happened in a unit on a day: `total` by counter, the groups by key and counter. Zeros are absent.

    `mends`, here and below: how often a full count has corrected it.
    """

    unit: str
    day: str
    total: dict[str, int] = Field(default_factory=dict)
    units: dict[str, dict[str, int]] = Field(default_factory=dict)
    fields: dict[str, dict[str, int]] = Field(default_factory=dict)
    wards: dict[str, dict[str, int]] = Field(default_factory=dict)
    kinds: dict[str, dict[str, int]] = Field(default_factory=dict)
    mends: int = 0


class OpenFigures(Root):
    """What is open in a unit; `as_of`, of the CITY alone, is until when every line of the history has been added."""

    unit: str
    total: int = 0
    units: dict[str, int] = Field(default_factory=dict)
    fields: dict[str, int] = Field(default_factory=dict)
    wards: dict[str, int] = Field(default_factory=dict)
    kinds: dict[str, int] = Field(default_factory=dict)
    as_of: Instant | None = None
    mends: int = 0


class DueFigures(Root):
    """How many open petitions of a unit are due on a day: by `HHMM|field|ward|kind`."""

    unit: str
    day: str
    cells: dict[str, int] = Field(default_factory=dict)
    mends: int = 0


Folded = DayFigures | OpenFigures | DueFigures


class FiguresCheck(Root):
    """A night's comparison with a full count: `found` differences, the first of them in words."""

    day: str
    at: Instant
    differences: list[str] = Field(default_factory=list)
    found: int = 0


def check_path(day: str) -> str:
    """Where the comparison of a day's figures is stored."""
    return f"stats_checks/{day}"


def day_path(unit: str, day: str) -> str:
    """Where a unit's day is stored."""
    return f"stats/{unit}/days/{day}"


def open_path(unit: str) -> str:
    """Where what is open in a unit is stored."""
    return f"stats/{unit}"


def due_path(unit: str, day: str) -> str:
    """Where what is due in a unit on a day is stored."""
    return f"stats/{unit}/due/{day}"


def day_of(at: datetime) -> str:
    """The day in Hanoi."""
    return hanoi(at).date().isoformat()


@dataclass
class Sums:
    """What lines of the history come to, before it is added to what is stored."""

    days: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    """By unit, day, group, key and counter."""
    open: Counter[Slot] = field(default_factory=Counter)
    due: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By unit, day and cell."""

    def add(self, line: Deltas, at: datetime) -> None:
        """Add what a line of this instant says."""
        self.happened(line, at)
        self.stands(line)

    def happened(self, line: Deltas, at: datetime) -> None:
        """Of that, what happened on its day."""
        day = day_of(at)
        here = set(slots(line.place))
        before = set(slots(line.before.place)) if line.before else here
        for counter, where in (("moved_out", before - here), ("moved_in", here - before)):
            for unit, group, key in where:
                self.days[unit, day, group, key, counter] += 1
        for counter, number in line.events.items():
            for unit, group, key in here:
                self.days[unit, day, group, key, counter] += number

    def stands(self, line: Deltas, sign: int = 1) -> None:
        """Of that, what is open."""
        for each, way in ((line.before, -sign), (line.after, sign)):
            if each:
                self.stand(each, way)

    def stand(self, each: Standing, sign: int = 1) -> None:
        """One petition more (or less) that is open so."""
        for slot in slots(each.place):
            self.open[slot] += sign
        if each.due_at:
            unit, day, cell = due_cell(each.place, each.due_at)
            self.due[unit, day, cell] += sign

    def take(self, figures: Folded) -> None:
        """What is stored in a document."""
        unit = figures.unit
        if isinstance(figures, DueFigures):
            self.due.update({(unit, figures.day, cell): n for cell, n in figures.cells.items()})
        elif isinstance(figures, OpenFigures):
            self.open[unit, TOTAL, ""] += figures.total
            for group in GROUPS:
                self.open.update({(unit, group, key): n for key, n in getattr(figures, group).items()})
        else:
            self.days.update({(unit, figures.day, TOTAL, "", counter): n for counter, n in figures.total.items()})
            for group in GROUPS:
                for key, counts in getattr(figures, group).items():
                    self.days.update({(unit, figures.day, group, key, counter): n for counter, n in counts.items()})

    def names(self) -> dict[str, int]:
        """What is counted, by a name for people, without zeros."""
        named = {f"open {' '.join(slot)}": n for slot, n in self.open.items()}
        named |= {f"due {' '.join(cell)}": n for cell, n in self.due.items()}
        named |= {f"day {' '.join(counter)}": n for counter, n in self.days.items()}
        return {name: number for name, number in named.items() if number}

    def less(self, other: Sums) -> Sums:
        """What must be added to the other to come to this."""
        found = Sums(Counter(self.days), Counter(self.open), Counter(self.due))
        found.days.subtract(other.days)
        found.open.subtract(other.open)
        found.due.subtract(other.due)
        return found

    def parts(self) -> dict[str, Sums]:
        """The sums of each document that it concerns, by its path, in order."""
        found: dict[str, Sums] = {}
        for counter in (each for each in self.days if self.days[each]):
            found.setdefault(day_path(*counter[:2]), Sums()).days[counter] = self.days[counter]
        for slot in (each for each in self.open if self.open[each]):
            found.setdefault(open_path(slot[0]), Sums()).open[slot] = self.open[slot]
        for cell in (each for each in self.due if self.due[each]):
            found.setdefault(due_path(*cell[:2]), Sums()).due[cell] = self.due[cell]
        return dict(sorted(found.items()))

    def added_to(self, found: Folded) -> Folded:
        """A document with those of these sums added that are its own: all of them are."""
        if isinstance(found, DayFigures):
            return _with_day(found, [(*counter[2:], number) for counter, number in self.days.items()])
        if isinstance(found, OpenFigures):
            return _with_open(found, [(*slot[1:], number) for slot, number in self.open.items()])
        more = {cell: number for (_, _, cell), number in self.due.items()}
        return found.model_copy(update={"cells": plus(found.cells, more)})


def path_of(figures: Folded) -> str:
    """Where a document says that it belongs."""
    if isinstance(figures, DayFigures):
        return day_path(figures.unit, figures.day)
    return due_path(figures.unit, figures.day) if isinstance(figures, DueFigures) else open_path(figures.unit)


def blank(path: str) -> Folded:
    """The figures of this path before anything is added to them."""
    _, unit, *below = path.split("/")
    if not below:
        return OpenFigures(unit=unit)
    kind, day = below
    return DayFigures(unit=unit, day=day) if kind == "days" else DueFigures(unit=unit, day=day)


def slots(place: Place) -> Iterator[Slot]:
    """Everything that a petition in this place is counted in."""
    for unit in (place.unit, CITY):
        yield unit, TOTAL, ""
        yield unit, "fields", place.field
        yield unit, "wards", place.ward
        yield unit, "kinds", place.kind
    yield CITY, "units", place.unit


def due_cell(place: Place, due_at: datetime) -> tuple[str, str, str]:
    """Unit, day and cell of a petition that is due then."""
    local = hanoi(due_at)
    return place.unit, local.date().isoformat(), f"{local:%H%M}|{place.field}|{place.ward}|{place.kind}"


def overdue(documents: Iterable[DueFigures], now: datetime) -> Counter[Slot]:
    """How many are overdue at `now` in every slot; to the minute."""
    today, minute = day_of(now), f"{hanoi(now):%H%M}"
    found = Counter[Slot]()
    for document in documents:
        for cell, number in document.cells.items():
            at, field_, ward, kind = cell.split("|")
            if (document.day, at) < (today, minute):
                for slot in slots(Place(unit=document.unit, field=field_, ward=ward, kind=kind)):
                    found[slot] += number
    return found


def plus(known: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """The sum, without zeros."""
    summed = {name: known.get(name, 0) + more.get(name, 0) for name in sorted(known.keys() | more.keys())}
    return {name: number for name, number in summed.items() if number}


def _with_day(found: DayFigures, more: list[tuple[str, str, str, int]]) -> DayFigures:
    updates: dict[str, Any] = {TOTAL: plus(found.total, {c: n for g, _, c, n in more if g == TOTAL})}
    for group in GROUPS:
        known: dict[str, dict[str, int]] = getattr(found, group)
        added: dict[str, dict[str, int]] = {}
        for _, key, counter, number in (each for each in more if each[0] == group):
            added.setdefault(key, {})[counter] = number
        merged = {key: plus(known.get(key, {}), added.get(key, {})) for key in known.keys() | added.keys()}
        updates[group] = {key: counts for key, counts in merged.items() if counts}
    return found.model_copy(update=updates)


def _with_open(found: OpenFigures, more: list[tuple[str, str, int]]) -> OpenFigures:
    updates: dict[str, Any] = {TOTAL: found.total + sum(n for g, _, n in more if g == TOTAL)}
    for group in GROUPS:
        updates[group] = plus(getattr(found, group), {key: n for g, key, n in more if g == group})
    return found.model_copy(update=updates)
