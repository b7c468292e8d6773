"""The dashboards: the folded figures of the city or one unit over some weeks, in four reads per page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from petitions.domain.clock.ledger import HOURS_A_DAY
from petitions.domain.figures.figures import median_hours
from petitions.domain.figures.stored_figures import (
    FIGURE_GROUPS,
    TOTAL,
    DayFigures,
    DueFigures,
    FiguresCheck,
    OpenFigures,
    Slot,
    check_path,
    day_of,
    open_path,
    overdue,
)
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import sees_all
from petitions.domain.petition.history_counts import CITY
from petitions.domain.shared.instants import hanoi
from petitions.errors import Forbidden
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

SPANS = (4, 12, 26, 53)
"""The spans that can be chosen, in weeks, including the present one."""


@dataclass(frozen=True)
class FiguresRow:
    """The figures of one unit, field, ward, kind or week.

    Shares are of the answered petitions, or None if there are none.
    """

    key: str
    counts: Mapping[str, int]
    open: int | None = None
    """The number open now, or None if that makes no sense (a week)."""
    overdue: int | None = None
    """The number overdue now, or None as for `open`."""

    @property
    def received(self) -> int:
        """Return the number filed there or passed on to there."""
        return self.counts.get("received", 0) + self.counts.get("moved_in", 0)

    @property
    def handled(self) -> int:
        """Return the number answered."""
        return self.counts.get("handled", 0)

    @property
    def on_time(self) -> float | None:
        """Return the share received, transferred and answered in time (LAW 7.4), of those for which it is known."""
        known = self.counts.get("on_time", 0) + self.counts.get("late", 0)
        return self.counts.get("on_time", 0) / known if known else None

    @property
    def paused_days(self) -> float | None:
        """Return the working days that petitions waited for their citizens, of eight hours; None if there were none."""
        minutes = self.counts.get("paused_minutes", 0)
        return minutes / (HOURS_A_DAY * 60) if minutes else None

    @property
    def median(self) -> float | None:
        """Return the median time from filing to the answer, in hours."""
        return median_hours(self.counts)

    @property
    def rated(self) -> int:
        """Return how many ratings citizens gave."""
        return sum(self.counts.get(f"rated_{level}", 0) for level in (1, 2, 3))

    @property
    def satisfied(self) -> float | None:
        """Return the share of ratings that are satisfied or very satisfied."""
        return (self.rated - self.counts.get("rated_3", 0)) / self.rated if self.rated else None


@dataclass(frozen=True)
class FiguresPage:
    """The contents of a page."""

    unit: str
    """The unit's code, or CITY for all units."""
    span: int
    since: date
    total: FiguresRow
    weeks: list[FiguresRow]
    groups: Mapping[str, list[FiguresRow]]
    as_of: datetime | None
    check: FiguresCheck | None
    """Last night's check, if there was one."""


@dataclass(frozen=True)
class ReadFigures:
    """The use case."""

    store: Store
    clock: Clock

    def __call__(self, officer: Officer, unit: str = "", span: int = 12) -> FiguresPage:
        """Return the figures of a unit or of the city. Raise Forbidden if a unit's officer asks for another's."""
        whole = sees_all(officer)
        if unit and unit != officer.unit and not whole:
            raise Forbidden("Anh/chị chỉ xem được số liệu của đơn vị mình.", reason="unit")
        of = unit or (CITY if whole else officer.unit)
        now = self.clock.now()
        today = hanoi(now).date()
        since = _monday(today) - timedelta(weeks=span - 1)
        days = self._days(of, since)
        standing = self._standing(of)
        late = overdue(self._due(of, now), now)
        return FiguresPage(
            unit=of,
            span=span,
            since=since,
            total=FiguresRow(
                "", _sum(days, lambda day: {"": day.total}).get("", {}), standing.total, late[of, TOTAL, ""]
            ),
            weeks=_weeks(days, since, span),
            groups={
                group: _rows(of, group, days, standing, late)
                for group in FIGURE_GROUPS
                if group != "units" or of == CITY
            },
            as_of=self._as_of(of, standing),
            check=self._check(today),
        )

    def _days(self, unit: str, since: date) -> list[DayFigures]:
        query = Query(f"{open_path(unit)}/days", where=(("day", ">=", since.isoformat()),), order_by=("day",))
        return [DayFigures.model_validate(each.data) for each in self.store.find(query)]

    def _standing(self, unit: str) -> OpenFigures:
        return OpenFigures.model_validate(self.store.get(open_path(unit)) or {"unit": unit})

    def _due(self, unit: str, now: datetime) -> list[DueFigures]:
        """Return the due figures of days that have begun: no others can hold overdue petitions."""
        begun = (("day", "<=", day_of(now)),)
        query = Query("due", begun, group=True) if unit == CITY else Query(f"{open_path(unit)}/due", begun)
        return [DueFigures.model_validate(each.data) for each in self.store.find(query)]

    def _as_of(self, unit: str, standing: OpenFigures) -> datetime | None:
        city = (
            standing if unit == CITY else OpenFigures.model_validate(self.store.get(open_path(CITY)) or {"unit": CITY})
        )
        return city.as_of

    def _check(self, today: date) -> FiguresCheck | None:
        found = self.store.get(check_path((today - timedelta(days=1)).isoformat()))
        return None if found is None else FiguresCheck.model_validate(found)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


Counts = dict[str, Counter[str]]


def _sum(days: Iterable[DayFigures], part: Callable[[DayFigures], Mapping[str, Mapping[str, int]]]) -> Counts:
    found: Counts = {}
    for day in days:
        for key, counts in part(day).items():
            found.setdefault(key, Counter()).update(counts)
    return found


def _weeks(days: list[DayFigures], since: date, span: int) -> list[FiguresRow]:
    summed = _sum(days, lambda day: {_monday(date.fromisoformat(day.day)).isoformat(): day.total})
    mondays = [(since + timedelta(weeks=number)).isoformat() for number in range(span)]
    return [FiguresRow(monday, summed.get(monday, {})) for monday in mondays]


def _rows(
    unit: str, group: str, days: list[DayFigures], standing: OpenFigures, late: Counter[Slot]
) -> list[FiguresRow]:
    """Return the rows, those with the most overdue first, then those that received the most."""
    summed = _sum(days, lambda day: getattr(day, group))
    is_open: Mapping[str, int] = getattr(standing, group)
    rows = [
        FiguresRow(key, summed.get(key, {}), is_open.get(key, 0), late[unit, group, key])
        for key in sorted(summed.keys() | is_open.keys())
    ]
    return sorted(rows, key=lambda row: (-(row.overdue or 0), -row.received, row.key))
