"""Sums of the changes that history lines make to the statistics, by field, ward and kind.

Units and the city count the same events. A petition's events are counted under its present field, ward and kind. A line
that changes one of them moves the petition's earlier events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from petitions.domain.figures.stored_figures import (
    DAYS,
    FIGURE_GROUPS,
    NOT_LISTED,
    DueFigures,
    FlowFigures,
    OpenFigures,
    StandingFigures,
    StoredFigures,
    day_of,
    due_path,
    flow_path,
    open_path,
)
from petitions.domain.petition.history_counts import (
    CITY,
    TOTAL,
    FigureDeltas,
    FiguresPlace,
    OpenCount,
    Slot,
    slot_mark,
)
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace


@dataclass
class FigureSums:
    """The sums of the changes that history lines make, before they are added to the stored documents."""

    flows: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    """The number of events by unit, day (month, year), group, key and counter."""
    open: Counter[Slot] = field(default_factory=Counter)
    due: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """The number of open petitions by unit, day on which they are due, and cell (see `due_cell`)."""

    def add(self, line: FigureDeltas, at: datetime) -> None:
        """Add the change that a history line, recorded at `at`, makes to the statistics."""
        self.add_events(line, at, line.place)
        self.add_open_changes(line)

    def add_events(self, line: FigureDeltas, at: datetime, about: FiguresPlace, sign: int = 1) -> None:
        """Add the line's events, counted under the field, ward and kind of `about`. With sign -1, subtract them."""
        day = day_of(at)
        for (unit, group, key), counter, number in effects(line, about):
            for entry in _entries(day, group, key, counter):
                self.flows[unit, *entry, counter] += sign * number

    def add_open_changes(self, line: FigureDeltas, sign: int = 1) -> None:
        """Add the line's change to the number of open petitions. With sign -1, subtract it."""
        for open_count, way in ((line.before, -sign), (line.after, sign)):
            if open_count:
                self.count_open(open_count, way)

    def count_open(self, open_count: OpenCount, sign: int = 1) -> None:
        """Count one open petition, with its deadline. A `sign` of -1 subtracts it."""
        for slot in open_count.place.slots():
            self.open[slot] += sign
        if open_count.due_at:
            day, cell = due_cell(open_count.place, open_count.due_at)
            for unit in (open_count.place.unit, CITY):
                self.due[unit, day, cell] += sign

    def take(self, figures: StoredFigures) -> None:
        """Add the numbers of a document of stored figures."""
        unit = figures.unit
        if isinstance(figures, DueFigures):
            self.due.update({(unit, figures.day, cell): n for cell, n in figures.cells.items()})
        elif isinstance(figures, OpenFigures):
            self.open[unit, TOTAL, ""] += figures.total
            for group in FIGURE_GROUPS:
                self.open.update({(unit, group, key): n for key, n in getattr(figures, group).items()})
        else:
            self.flows.update({(unit, figures.day, TOTAL, "", counter): n for counter, n in figures.total.items()})
            for group in (*FIGURE_GROUPS, DAYS):
                for key, counts in getattr(figures, group).items():
                    self.flows.update({(unit, figures.day, group, key, counter): n for counter, n in counts.items()})

    def of(self, day: str) -> FigureSums:
        """Return the sums of events of only this day, month or year."""
        return FigureSums(Counter({name: number for name, number in self.flows.items() if name[1] == day}))

    def of_days_in(self, month: str) -> FigureSums:
        """Return the events on days of this month, counted for the month and, day by day, for the year."""
        found = FigureSums()
        for (unit, day, group, key, counter), number in self.flows.items():
            if len(day) > len(month) and day.startswith(month):
                for entry in _entries(day, group, key, counter)[1:]:
                    found.flows[unit, *entry, counter] += number
        return found

    def by_name(self) -> dict[str, int]:
        """Return the numbers by a readable name, without zeros."""
        named = {f"open {' '.join(slot)}": n for slot, n in self.open.items()}
        named |= {f"due {' '.join(cell)}": n for cell, n in self.due.items()}
        named |= {f"day {' '.join(counter)}": n for counter, n in self.flows.items()}
        return {name: number for name, number in named.items() if number}

    def less(self, other: FigureSums) -> FigureSums:
        """Return the sums that must be added to `other` to get these."""
        found = FigureSums(Counter(self.flows), Counter(self.open), Counter(self.due))
        found.flows.subtract(other.flows)
        found.open.subtract(other.open)
        found.due.subtract(other.due)
        return found

    def parts(self) -> dict[str, FigureSums]:
        """Return the sums split by the path of the document to which they belong, in order of the paths."""
        found: dict[str, FigureSums] = {}
        for counter in (flow for flow in self.flows if self.flows[flow]):
            found.setdefault(flow_path(*counter[:2]), FigureSums()).flows[counter] = self.flows[counter]
        for slot in (item for item in self.open if self.open[item]):
            found.setdefault(open_path(slot[0]), FigureSums()).open[slot] = self.open[slot]
        for cell in (item for item in self.due if self.due[item]):
            found.setdefault(due_path(*cell[:2]), FigureSums()).due[cell] = self.due[cell]
        return dict(sorted(found.items()))

    def added_to(self, found: StoredFigures) -> StoredFigures:
        """Return a document of stored figures with these sums added. All of the sums must belong to it."""
        if isinstance(found, FlowFigures):
            return _with_flows(found, [(*counter[2:], number) for counter, number in self.flows.items()])
        if isinstance(found, OpenFigures):
            return _with_open(found, [(*slot[1:], number) for slot, number in self.open.items()])
        more = {cell: number for (_, _, cell), number in self.due.items()}
        return replace(found, cells=added_figures(found.cells, more))


def effects(line: FigureDeltas, about: FiguresPlace) -> Iterator[tuple[Slot, str, int]]:
    """Yield slot, counter and number of everything that a line adds to the events.

    Field, ward and kind are those of `about`. A move counts as "moved_out" in one unit, "moved_in" in the other, and
    "moved" in the city.
    """
    here = line.place.about(about)
    for slot in here.slots():
        yield from ((slot, counter, number) for counter, number in line.events.items())
    if line.before and line.before.place.unit != here.unit:
        arrived, left = set(here.slots()), set(line.before.place.about(about).slots())
        for counter, slots in (("moved_out", left - arrived), ("moved_in", arrived - left), ("moved", arrived & left)):
            yield from ((slot, counter, 1) for slot in slots)


def counted_under(line: FigureDeltas, about: FiguresPlace) -> list[str]:
    """Return the keys under which a history line is counted. The lists behind a number use them."""
    found = {slot_mark(slot, name) for slot, name, _ in effects(line, about) if not name.startswith(NOT_LISTED)}
    return sorted(found)


def counted_about(lines: Sequence[HistoryEntry]) -> Iterator[tuple[HistoryEntry, FigureDeltas, FiguresPlace]]:
    """Yield the petition's history lines that have statistics, newest first, with the place under which they count.

    The place gives field, ward and kind. `lines` are in order. The newest line with a changed field, ward or kind
    decides for all earlier lines.
    """
    about: FiguresPlace | None = None
    for line in reversed(lines):
        if line.figures:
            yield line, line.figures, about or line.figures.place
            about = about or (line.figures.place if line.figures.recounts else None)


def _entries(day: str, group: str, key: str, counter: str) -> list[tuple[str, str, str]]:
    """Return the day, the month and the year in which an event is counted, with group and key.

    "took_" and "paused_" counters are missing in the year.
    """
    year = [(day[:4], DAYS, day)] if group == TOTAL and not counter.startswith(NOT_LISTED) else []
    return [(day, group, key), (day[:7], group, key), *year]


def due_cell(place: FiguresPlace, due_at: datetime) -> tuple[str, str]:
    """Return the day on which a petition is due, and the name of its cell: "HHMM|field|ward|kind|unit"."""
    local = hanoi(due_at)
    return local.date().isoformat(), f"{local:%H%M}|{place.field}|{place.ward}|{place.kind}|{place.unit}"


def standing(sums: FigureSums, now: datetime, day: str) -> dict[str, StandingFigures]:
    """Return the numbers of open and of overdue petitions at `now`, by unit, stored under `day`.

    A petition is overdue from the minute after the one in which it was due.
    """
    numbers = {"open": sums.open, "overdue": _overdue(sums.due, now)}
    found: dict[str, StandingFigures] = {}
    for name, slots in numbers.items():
        for (unit, group, key), number in slots.items():
            figures = found.setdefault(unit, StandingFigures(unit=unit, day=day))
            if number:
                figures.of(group).setdefault(key, {})[name] = number
    return found


def _overdue(due: Mapping[tuple[str, str, str], int], now: datetime) -> Counter[Slot]:
    today, minute = day_of(now), f"{hanoi(now):%H%M}"
    found = Counter[Slot]()
    for (counted_in, day, cell), number in due.items():
        # Cells of an earlier form have no unit: they lie with their unit alone.
        at, field_, ward, kind, unit = [*cell.split("|"), counted_in][:5]
        if (day, at) < (today, minute):
            for slot in FiguresPlace(unit=unit, field=field_, ward=ward, kind=kind).slots():
                found[slot] += number if slot[0] == counted_in else 0
    return found


def added_figures(known: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Return the sums of both mappings by name. Names with the sum 0 are left out."""
    summed = {name: known.get(name, 0) + more.get(name, 0) for name in sorted(known.keys() | more.keys())}
    return {name: number for name, number in summed.items() if number}


def _with_flows(found: FlowFigures, more: list[tuple[str, str, str, int]]) -> FlowFigures:
    updates: dict[str, Any] = {TOTAL: added_figures(found.total, {c: n for g, _, c, n in more if g == TOTAL})}
    for group in (*FIGURE_GROUPS, DAYS):
        known: dict[str, dict[str, int]] = getattr(found, group)
        added: dict[str, dict[str, int]] = {}
        for _, key, counter, number in (item for item in more if item[0] == group):
            added.setdefault(key, {})[counter] = number
        merged = {key: added_figures(known.get(key, {}), added.get(key, {})) for key in known.keys() | added.keys()}
        updates[group] = {key: counts for key, counts in merged.items() if counts}
    return replace(found, **updates)


def _with_open(found: OpenFigures, more: list[tuple[str, str, int]]) -> OpenFigures:
    updates: dict[str, Any] = {TOTAL: found.total + sum(n for g, _, n in more if g == TOTAL)}
    for group in FIGURE_GROUPS:
        updates[group] = added_figures(getattr(found, group), {key: n for g, key, n in more if g == group})
    return replace(found, **updates)
