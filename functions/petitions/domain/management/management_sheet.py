"""The contents of the monthly report: numbers of the dashboards, and words without personal data."""

from __future__ import annotations

import re
from datetime import date

from petitions.domain.clock.punctuality import on_time
from petitions.domain.figures.figures_row import COUNTS, FiguresRow, percent
from petitions.domain.figures.periods import Period
from petitions.domain.management.attention import Attention
from petitions.domain.shared.records import Instant, Record

MONTHS = 13
"""The month, and the twelve before it: the first is the same month of last year."""
_NAME = re.compile(r"(202[1-9]|20[3-9]\d)-(0[1-9]|1[0-2])")


class MonthRow(Record):
    """The city's figures of a month."""

    month: str
    """Such as 2026-10."""
    counts: dict[str, int]
    """By the names of `figures_row.COUNTS`."""
    overdue: int | None = None
    """The number overdue when the month ended, or None if it is not known."""

    @classmethod
    def of(cls, row: FiguresRow) -> MonthRow:
        """Return the month of a row of the dashboards, which has the month as its key."""
        return cls(month=row.key, counts={name: row.number(name) for name in COUNTS}, overdue=row.overdue)

    @property
    def on_time(self) -> int | None:
        """Return the share on time, in whole percent (`ON_TIME_WORDS`)."""
        return percent(
            *on_time({"on_time": self.counts["on_time"], "late": self.counts["late"], "overdue": self.overdue})
        )

    @property
    def satisfied(self) -> int | None:
        """Return the share of the ratings that are satisfied or very satisfied."""
        rated = self.counts["rated"]
        return percent(rated - self.counts["rated_3"], rated)


class Tally(Record):
    """A key, such as a state of a petition or a group of difficulties, and its count."""

    key: str
    count: int


class Quote(Record):
    """The reason of a citizen's dissatisfaction, without personal data."""

    text: str
    unit: str
    """The name of the unit that answered."""


class ManagementSheet(Record):
    """The contents of the report."""

    month: str
    as_of: Instant
    """Every event until then is counted. Numbers open and overdue are of this instant."""
    trend: list[MonthRow]
    """MONTHS of them, the report's own last."""
    open_before: int
    open_after: int
    median_hours: float | None
    """From filing to the answer."""
    overdue: int
    overdue_states: list[Tally]
    """The same by state, the most first. Empty if petitions moved while they were counted."""
    longest_overdue: int | None
    """Working days."""
    units: list[Attention]
    fields: list[Attention]
    quotes: list[Quote]
    difficulties: int
    difficulties_late: int
    difficulty_groups: list[Tally]
    """The open ones by subject, the most reported first."""
    rules: str
    """The version of the rules."""
    rule_words: str
    """The rule of attention, in words."""

    @property
    def this(self) -> MonthRow:
        """Return the month."""
        return self.trend[-1]

    @property
    def before(self) -> MonthRow:
        """Return the month before."""
        return self.trend[-2]

    @property
    def year_ago(self) -> MonthRow:
        """Return the same month of last year."""
        return self.trend[0]


def month_of(name: str) -> Period | None:
    """Return the days of a month with this name, or None if there is none."""
    found = _NAME.fullmatch(name)
    return _month(int(found[1]), int(found[2])) if found else None


def month_name(day: date) -> str:
    """Return the name of the day's month."""
    return f"{day:%Y-%m}"


def months_until(name: str) -> list[str]:
    """Return the names of the MONTHS that end with this one, the newest first."""
    year, month = map(int, name.split("-"))
    counted = (year * 12 + month - 1 - back for back in range(MONTHS))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in counted]


def with_the_year_before(month: Period) -> Period:
    """Return the days of the MONTHS that end with this one."""
    return Period(month.since.replace(year=month.since.year - 1), month.until)


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))
