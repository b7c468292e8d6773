"""The contents of the monthly report: numbers from the dashboards, and texts without personal data."""

from __future__ import annotations

import re
from datetime import date

from petitions.domain.clock.punctuality import on_time
from petitions.domain.figures.figures_row import COUNTS, FiguresRow, percent
from petitions.domain.figures.periods import Period
from petitions.domain.management.attention import Attention
from petitions.domain.shared.records import Instant, Record

MONTHS = 13
"""The months compared: that of the report and the twelve before, so that the first is the same month of last year."""
_NAME = re.compile(r"(202[1-9]|20[3-9]\d)-(0[1-9]|1[0-2])")


class MonthRow(Record):
    """The numbers of the whole city for one month."""

    month: str
    """The month, such as 2026-10."""
    counts: dict[str, int]
    """The numbers by the names in `figures_row.COUNTS`."""
    overdue: int | None = None
    """The petitions overdue at the end of the month, or None if unknown."""

    @classmethod
    def of(cls, row: FiguresRow) -> MonthRow:
        return cls(month=row.key, counts={name: row.number(name) for name in COUNTS}, overdue=row.overdue)

    @property
    def on_time(self) -> int | None:
        """Share of petitions answered on time in whole per cent (`ON_TIME_WORDS`), or None."""
        return percent(
            *on_time({"on_time": self.counts["on_time"], "late": self.counts["late"], "overdue": self.overdue})
        )

    @property
    def satisfied(self) -> int | None:
        """Share of satisfied and very satisfied ratings in whole per cent, or None without ratings."""
        rated = self.counts["rated"]
        return percent(rated - self.counts["rated_3"], rated)


class Tally(Record):
    """The number of petitions or difficulties with one key, such as a state or a subject."""

    key: str
    count: int


class Quote(Record):
    """The reason that a dissatisfied citizen gave, without personal data."""

    text: str
    unit: str
    """The name of the unit that answered."""


class ManagementSheet(Record):
    """The contents of one month's report."""

    month: str
    as_of: Instant
    """The time up to which events are counted. Numbers open and overdue hold at this time."""
    trend: list[MonthRow]
    """The figures of MONTHS months. The last is the month of the report."""
    open_before: int
    open_after: int
    median_hours: float | None
    """The median of the hours from filing to the answer. None without answers."""
    overdue: int
    overdue_states: list[Tally]
    """The overdue petitions by state, the largest number first. Empty if petitions changed during the count."""
    longest_overdue: int | None
    """The longest time by which an open petition is overdue, in working days. None if none is."""
    units: list[Attention]
    fields: list[Attention]
    quotes: list[Quote]
    difficulties: int
    difficulties_late: int
    difficulty_groups: list[Tally]
    """The open difficulties by subject, the largest number first."""
    rules: str
    """The version of the rules for the report."""
    rule_words: str
    """The rule for units that need attention, in Vietnamese."""

    @property
    def this(self) -> MonthRow:
        return self.trend[-1]

    @property
    def before(self) -> MonthRow:
        return self.trend[-2]

    @property
    def year_ago(self) -> MonthRow:
        return self.trend[0]


def month_of(name: str) -> Period | None:
    """Return the period of the month with this name, such as 2026-10, or None for any other text."""
    found = _NAME.fullmatch(name)
    return _month(int(found[1]), int(found[2])) if found else None


def month_name(day: date) -> str:
    """Return the name of the day's month, such as 2026-10."""
    return f"{day:%Y-%m}"


def months_until(name: str) -> list[str]:
    """Return the names of this month and the twelve before it, the newest first."""
    year, month = map(int, name.split("-"))
    counted = (year * 12 + month - 1 - back for back in range(MONTHS))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in counted]


def with_the_year_before(month: Period) -> Period:
    """Return the period of this month and the twelve before it."""
    return Period(month.since.replace(year=month.since.year - 1), month.until)


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))
