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

from petitions.domain.counted import CITY, Deltas, Place, Standing
from petitions.domain.instants import hanoi
from petitions.domain.records import Instant, Root

GROUPS = ("units", "fields", "wards", "kinds")
TOTAL = "total"

Slot = tuple[str, str, str]
"""A unit (or CITY), a group of GROUPS or TOTAL, and the key within it."""


class DayFigures(Root):
    """What happened in a unit on a day: `total` by counter, the groups by key and counter. Zeros are absent."""

    unit: str
    day: str
    total: dict[str, int] = Field(default_factory=dict)
    units: dict[str, dict[str, int]] = Field(default_factory=dict)
    fields: dict[str, dict[str, int]] = Field(default_factory=dict)
    wards: dict[str, dict[str, int]] = Field(default_factory=dict)
    kinds: dict[str, dict[str, int]] = Field(default_factory=dict)


class OpenFigures(Root):
    """What is open in a unit; `as_of`, of the CITY alone, is until when every line of the history has been added."""

    unit: str
    total: int = 0
    units: dict[str, int] = Field(default_factory=dict)
    fields: dict[str, int] = Field(default_factory=dict)
    wards: dict[str, int] = Field(default_factory=dict)
    kinds: dict[str, int] = Field(default_factory=dict)
    as_of: Instant | None = None


class DueFigures(Root):
    """How many open petitions of a unit are due on a day: by `HHMM|field|ward|kind`."""

    unit: str
    day: str
    cells: dict[str, int] = Field(default_factory=dict)


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
        day = day_of(at)
        here = set(slots(line.place))
        before = set(slots(line.before.place)) if line.before else here
        for counter, where in (("moved_out", before - here), ("moved_in", here - before)):
            for unit, group, key in where:
                self.days[unit, day, group, key, counter] += 1
        for counter, number in line.events.items():
            for unit, group, key in here:
                self.days[unit, day, group, key, counter] += number
        for each, sign in ((line.before, -1), (line.after, 1)):
            if each:
                self.stand(each, sign)

    def stand(self, each: Standing, sign: int = 1) -> None:
        """One petition more (or less) that is open so."""
        for slot in slots(each.place):
            self.open[slot] += sign
        if each.due_at:
            unit, day, cell = due_cell(each.place, each.due_at)
            self.due[unit, day, cell] += sign

    def paths(self) -> list[str]:
        """The documents that it concerns, in order."""
        return sorted(
            {day_path(unit, day) for unit, day, *_ in self.days}
            | {open_path(unit) for unit, *_ in self.open}
            | {due_path(unit, day) for unit, day, _ in self.due}
        )

    def documents(self, stored: Mapping[str, Mapping[str, Any] | None]) -> Iterator[tuple[str, Root]]:
        """Those documents with the sums added to what was stored under their paths."""
        for unit, day in sorted({(unit, day) for unit, day, *_ in self.days}):
            path = day_path(unit, day)
            found = DayFigures.model_validate(stored.get(path) or {"unit": unit, "day": day})
            mine = [(g, k, c, n) for (u, d, g, k, c), n in self.days.items() if (u, d) == (unit, day)]
            yield path, _with_day(found, mine)
        for unit in sorted({unit for unit, *_ in self.open}):
            path = open_path(unit)
            known = OpenFigures.model_validate(stored.get(path) or {"unit": unit})
            yield path, _with_open(known, [(g, k, n) for (u, g, k), n in self.open.items() if u == unit])
        for unit, day in sorted({(unit, day) for unit, day, _ in self.due}):
            path = due_path(unit, day)
            due = DueFigures.model_validate(stored.get(path) or {"unit": unit, "day": day})
            more = {cell: n for (u, d, cell), n in self.due.items() if (u, d) == (unit, day)}
            yield path, due.model_copy(update={"cells": plus(due.cells, more)})


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
