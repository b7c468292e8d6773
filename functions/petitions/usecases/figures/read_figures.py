"""The statistics of the city or one unit over a period, as the dashboards show them at the moment of reading.

The number of reads does not grow with the number of petitions. A page reads:
- the months of the period and at most 16 days at both ends,
- a document per year for the charts over time,
- a document for every day on which an overdue petition was due,
- on request, one or two documents for the end of every step in a chart.

History lines of the last minute, which are not yet in these documents, are read in addition. The numbers of petitions
that were open and overdue at the end of a day come from `keep_ends`. If they are not stored, they are unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from petitions.domain.figures.figure_sums import FigureSums, standing
from petitions.domain.figures.figures_row import FiguresRow
from petitions.domain.figures.periods import DAY, Period, next_month
from petitions.domain.figures.stored_figures import (
    FIGURE_GROUPS,
    DueFigures,
    FiguresCheck,
    FlowFigures,
    OpenFigures,
    StandingFigures,
    check_path,
    day_of,
    end_path,
    flow_path,
    open_path,
)
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.history_counts import CITY, TOTAL, Slot
from petitions.domain.shared.edges import Interval, Until, UpTo
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Fields, Query, Reader, Store
from petitions.ports.world import Clock
from petitions.usecases.figures.hidden_figures import HiddenFigures
from petitions.usecases.figures.waiting_lines import waiting_lines


@dataclass(frozen=True)
class FiguresStep:
    """The statistics of a day, a week or a month of the period."""

    since: date
    until: date
    """The first day after the step."""
    row: FiguresRow


@dataclass(frozen=True)
class FiguresPage:
    """The statistics of a unit or the city for one period."""

    unit: str
    """The unit's code, or CITY for all units."""
    period: Period
    is_over: bool
    """Whether the numbers of open and overdue petitions are those at the end of the period. If not, those of now."""
    total: FiguresRow
    before: FiguresRow
    """The figures of the period of the same length just before. The time that answers took is missing there."""
    open_before: int
    """The number of petitions open when the period began. This number plus `total.gained` is `open_after`."""
    open_after: int
    """The number of petitions open at the end of the period, or now if it has not ended."""
    steps: list[FiguresStep]
    """The steps from the first with an event to the last. Open numbers at their ends are included only on request."""
    groups: Mapping[str, list[FiguresRow]]
    """The rows by group, such as units or wards, which add up to `total`. Units also count moves between units."""
    as_of: datetime | None
    check: FiguresCheck | None
    """The result of last night's check of the figures, or None if there was none."""


@dataclass(frozen=True)
class ReadFigures:
    """Reads the statistics for the dashboards.

    To check first that an officer may see a unit, call `list_figures.unit_of`.
    """

    store: Store
    clock: Clock

    def __call__(
        self, unit: str, period: Period, *, ends_of_steps: bool = False, to: Officer | None = None
    ) -> FiguresPage:
        """Return the statistics of a unit or of CITY, with the numbers of petitions open at the end of the period.

        `ends_of_steps` adds the numbers open at the end of every step, at two reads per step. For the officer `to`,
        confidential petitions that they may not see are not counted. Raise Retryable.
        """
        return self._page(unit, period, period.until - DAY, ends_of_steps=ends_of_steps, to=to)

    def with_open_now(self, unit: str, period: Period, *, to: Officer | None = None) -> FiguresPage:
        """Return the statistics of a unit or of CITY, with the petitions open and overdue now. Raise Retryable."""
        return self._page(unit, period, hanoi(self.clock.now()).date(), ends_of_steps=False, to=to)

    def _page(
        self, unit: str, period: Period, last: date, *, ends_of_steps: bool, to: Officer | None = None
    ) -> FiguresPage:
        now = self.clock.now()
        today = hanoi(now).date()
        hidden = HiddenFigures.of(self.store.snapshot(), to)
        reader = hidden.without_hidden()
        signs = period.documents(today)
        past = period.before
        years = [str(year) for year in range(past[0].year, today.year + 1)]
        check = check_path((today - DAY).isoformat())
        paths = [*(flow_path(unit, span) for span in (*signs, *years)), open_path(CITY), check]
        waiting = waiting_lines(reader, now, without=hidden.codes)
        found = {path: waiting.added(path, item) for path, item in zip(paths, reader.get_all(paths), strict=True)}
        flows = [(FlowFigures.model_validate(fields), sign) for span, sign in signs.items()
                 if (fields := found[flow_path(unit, span)])]  # fmt: skip
        days = _days([fields for year in years if (fields := found[flow_path(unit, year)])])
        steps = _steps(days, period, today)
        drawn = [step.until - DAY for step in steps] if ends_of_steps else []
        ends = _ends(reader, unit, now, [last, today, past[1] - DAY, *drawn], waiting.sums)
        total = _row("", _sum(flows, TOTAL), ends[last], TOTAL)
        since_then = _between(days, period.until, today + DAY).gained
        standing_now = ends[today] or StandingFigures(unit=unit, day=today.isoformat())
        open_after = standing_now.total.get("open", 0) - since_then
        return FiguresPage(
            unit=unit,
            period=period,
            is_over=UpTo(last).is_over(today),
            total=total,
            before=_standing(_between(days, *past), ends[past[1] - DAY]),
            open_before=open_after - total.gained,
            open_after=open_after,
            steps=[replace(step, row=_standing(step.row, ends.get(step.until - DAY))) for step in steps],
            groups={
                group: _rows(_sum(flows, group), ends[last], group)
                for group in FIGURE_GROUPS
                if group != "units" or unit == CITY
            },
            as_of=waiting.known_until(OpenFigures.model_validate(found[open_path(CITY)] or {"unit": CITY}).as_of),
            check=FiguresCheck.model_validate(found[check]) if found[check] else None,
        )

    def months(self, slot: Slot, period: Period) -> list[FiguresRow]:
        """Return a slot's statistics for every month that the period touches, keyed as "2026-11".

        A slot is a unit, group and key. Whole months are returned, at two reads per month.
        """
        (unit, group, key), now = slot, self.clock.now()
        names = period.months(hanoi(now).date())
        last_days = [next_month(date.fromisoformat(f"{name}-01")) - DAY for name in names]
        reader = self.store.snapshot()
        paths, waiting = [flow_path(unit, name) for name in names], waiting_lines(reader, now)
        found = [waiting.added(path, item) for path, item in zip(paths, reader.get_all(paths), strict=True)]
        ends = _ends(reader, unit, now, last_days, waiting.sums)
        flows = [[(FlowFigures.model_validate(fields), 1)] if fields else [] for fields in found]
        return [
            replace(_row(key, _sum(flow, group), ends[last], group), key=name)
            for name, last, flow in zip(names, last_days, flows, strict=True)
        ]


def _ends(
    reader: Reader, unit: str, now: datetime, days: Iterable[date], waiting: FigureSums
) -> Mapping[date, StandingFigures | None]:
    today, wanted = hanoi(now).date(), sorted(set(days))
    over = [day for day in wanted if day in Until(today)]
    paths = [end_path(item, day.isoformat()) for day in over for item in {unit, CITY}]
    read = {path: fields for path, fields in zip(paths, reader.get_all(paths), strict=True) if fields}
    found = {day: _end(read, unit, day.isoformat()) for day in over}
    if len(over) == len(wanted):
        return found
    return found | dict.fromkeys(wanted[len(over) :], _now(reader, unit, now, waiting))


def _end(read: Mapping[str, Fields], unit: str, day: str) -> StandingFigures | None:
    kept = read.get(end_path(unit, day))
    if kept:
        return StandingFigures.model_validate(kept)
    return StandingFigures(unit=unit, day=day) if end_path(CITY, day) in read else None


def _now(reader: Reader, unit: str, now: datetime, waiting: FigureSums) -> StandingFigures:
    sums = FigureSums(open=Counter(waiting.open), due=Counter(waiting.due))
    (is_open,) = reader.get_all([open_path(unit)])
    if is_open:
        sums.take(OpenFigures.model_validate(is_open))
    for due in reader.find(Query(f"{open_path(unit)}/due", (("day", "<=", day_of(now)),))):
        sums.take(DueFigures.model_validate(due.data))
    return standing(sums, now, day_of(now)).get(unit) or StandingFigures(unit=unit, day=day_of(now))


Counts = Mapping[str, Mapping[str, int]]


def _days(years: list[Mapping[str, object]]) -> Counts:
    return {day: counts for year in years for day, counts in FlowFigures.model_validate(year).days.items()}


def _between(days: Counts, since: date, until: date) -> FiguresRow:
    period = Interval(since, until)
    within = (counts for day, counts in days.items() if date.fromisoformat(day) in period)
    return FiguresRow("", sum((Counter(counts) for counts in within), Counter[str]()))


def _steps(days: Counts, period: Period, today: date) -> list[FiguresStep]:
    steps = [FiguresStep(since, until, _between(days, since, until)) for since, until in period.steps(today)]
    used = [number for number, step in enumerate(steps) if any(step.row.counts.values())]
    return steps[used[0] : used[-1] + 1] if used else []


def _sum(flows: list[tuple[FlowFigures, int]], group: str) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for flow_figures, sign in flows:
        for key, counts in flow_figures.of(group).items():
            summed = found.setdefault(key, Counter())
            for counter, number in counts.items():
                summed[counter] += sign * number
    return {key: +counts for key, counts in found.items() if +counts}


def _rows(summed: Mapping[str, Mapping[str, int]], stands: StandingFigures | None, group: str) -> list[FiguresRow]:
    keys = summed.keys() | (stands.of(group).keys() if stands else ())
    rows = [_row(key, summed, stands, group) for key in sorted(keys)]
    return sorted(rows, key=lambda row: (-(row.overdue or 0), -row.arrived, row.key))


def _row(key: str, summed: Mapping[str, Mapping[str, int]], stands: StandingFigures | None, group: str) -> FiguresRow:
    row = FiguresRow(key, summed.get("" if group == TOTAL else key, {}))
    return _standing(row, stands, group)


def _standing(row: FiguresRow, stands: StandingFigures | None, group: str = TOTAL) -> FiguresRow:
    if stands is None:
        return row
    numbers = stands.of(group).get("" if group == TOTAL else row.key, {})
    return replace(row, open=numbers.get("open", 0), overdue=numbers.get("overdue", 0))
