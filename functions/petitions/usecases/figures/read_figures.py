"""The dashboards: the folded figures of the city or one unit over a period, all of one moment.

A page reads the months of the period and at most 16 days at each end, a document a year for what is drawn over time,
and one for each day on which a petition that is overdue was due: the same however many petitions are stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from petitions.domain.figures.figure_sums import overdue
from petitions.domain.figures.figures_row import FiguresRow
from petitions.domain.figures.periods import Period
from petitions.domain.figures.stored_figures import (
    FIGURE_GROUPS,
    DueFigures,
    FiguresCheck,
    FlowFigures,
    OpenFigures,
    check_path,
    day_of,
    flow_path,
    open_path,
)
from petitions.domain.petition.history_counts import CITY, TOTAL, Slot
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Query, Reader, Store
from petitions.ports.world import Clock


@dataclass(frozen=True)
class FiguresStep:
    """The figures of a day, a week or a month of the period."""

    since: date
    until: date
    """The first day after it."""
    row: FiguresRow


@dataclass(frozen=True)
class FiguresPage:
    """The contents of a page."""

    unit: str
    """The unit's code, or CITY for all units."""
    period: Period
    total: FiguresRow
    before: FiguresRow
    """The events of the period of the same length just before; without the time that answers took."""
    open_before: int
    """How many petitions were open when the period began: with what `total` gained, they are `open_after`."""
    open_after: int
    """How many were open at its end, or are now if it has not ended."""
    steps: list[FiguresStep]
    """From the first to the last one in which something happened."""
    groups: Mapping[str, list[FiguresRow]]
    """For each group, rows whose numbers add up to `total`; those of units count moves between them besides."""
    as_of: datetime | None
    check: FiguresCheck | None
    """Last night's check, if there was one."""


@dataclass(frozen=True)
class ReadFigures:
    """The use case. Nothing in it knows who asks: `list_figures.unit_of` decides what an officer may ask for."""

    store: Store
    clock: Clock

    def __call__(self, unit: str, period: Period) -> FiguresPage:
        """Return the figures of a unit or of CITY. Raise Retryable."""
        now = self.clock.now()
        today = hanoi(now).date()
        reader = self.store.snapshot()
        signs = period.documents(today)
        past = period.before
        years = [str(year) for year in range(past[0].year, today.year + 1)]
        check = check_path((today - timedelta(days=1)).isoformat())
        paths = [*(flow_path(unit, span) for span in (*signs, *years)), open_path(unit), open_path(CITY), check]
        found = dict(zip(paths, reader.get_all(paths), strict=True))
        flows = [(FlowFigures.model_validate(fields), sign) for span, sign in signs.items()
                 if (fields := found[flow_path(unit, span)])]  # fmt: skip
        days = _days([fields for year in years if (fields := found[flow_path(unit, year)])])
        standing = OpenFigures.model_validate(found[open_path(unit)] or {"unit": unit})
        late = overdue(_due(reader, unit, now), now)
        since_then = _between(days, period.until, today + timedelta(days=1)).gained
        total = FiguresRow("", _sum(flows, TOTAL).get("", {}), standing.total, late[unit, TOTAL, ""])
        open_after = standing.total - since_then
        return FiguresPage(
            unit=unit,
            period=period,
            total=total,
            before=_between(days, *past),
            open_before=open_after - total.gained,
            open_after=open_after,
            steps=_steps(days, period, today),
            groups={
                group: _rows(unit, group, flows, standing, late)
                for group in FIGURE_GROUPS
                if group != "units" or unit == CITY
            },
            as_of=OpenFigures.model_validate(found[open_path(CITY)] or {"unit": CITY}).as_of,
            check=FiguresCheck.model_validate(found[check]) if found[check] else None,
        )

    def months(self, slot: Slot, period: Period) -> list[FiguresRow]:
        """Return the events in a slot in each whole month that the period touches, by its name, one read each."""
        unit, group, key = slot
        months = period.months(hanoi(self.clock.now()).date())
        found = self.store.get_all([flow_path(unit, month) for month in months])
        read = [FlowFigures.model_validate(fields) if fields else None for fields in found]
        return [
            FiguresRow(month, _sum([(each, 1)], group).get(key, {}) if each else {})
            for month, each in zip(months, read, strict=True)
        ]


def _due(reader: Reader, unit: str, now: datetime) -> list[DueFigures]:
    """Return the due figures of days that have begun: no others can hold overdue petitions."""
    query = Query(f"{open_path(unit)}/due", (("day", "<=", day_of(now)),))
    return [DueFigures.model_validate(each.data) for each in reader.find(query)]


Counts = Mapping[str, Mapping[str, int]]


def _days(years: list[Mapping[str, object]]) -> Counts:
    return {day: counts for year in years for day, counts in FlowFigures.model_validate(year).days.items()}


def _between(days: Counts, since: date, until: date) -> FiguresRow:
    within = (counts for day, counts in days.items() if since.isoformat() <= day < until.isoformat())
    return FiguresRow("", sum((Counter(counts) for counts in within), Counter[str]()))


def _steps(days: Counts, period: Period, today: date) -> list[FiguresStep]:
    """Return the steps without those before the first and after the last event, which would only take room."""
    steps = [FiguresStep(since, until, _between(days, since, until)) for since, until in period.steps(today)]
    used = [number for number, step in enumerate(steps) if any(step.row.counts.values())]
    return steps[used[0] : used[-1] + 1] if used else []


def _sum(flows: list[tuple[FlowFigures, int]], group: str) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for each, sign in flows:
        for key, counts in ({"": each.total} if group == TOTAL else getattr(each, group)).items():
            summed = found.setdefault(key, Counter())
            for counter, number in counts.items():
                summed[counter] += sign * number
    return {key: +counts for key, counts in found.items() if +counts}


def _rows(
    unit: str, group: str, flows: list[tuple[FlowFigures, int]], standing: OpenFigures, late: Counter[Slot]
) -> list[FiguresRow]:
    """Return the rows, those with the most overdue first, then those that received the most."""
    summed = _sum(flows, group)
    is_open: Mapping[str, int] = getattr(standing, group)
    rows = [
        FiguresRow(key, summed.get(key, {}), is_open.get(key, 0), late[unit, group, key])
        for key in sorted(summed.keys() | is_open.keys())
    ]
    return sorted(rows, key=lambda row: (-(row.overdue or 0), -row.arrived, row.key))
