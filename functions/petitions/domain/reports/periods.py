"""Periods of reports, in Hanoi's days: named ones, such as a quarter, and free ones from one day to another.

A named period is a number of whole months from a day of the month. Those of form II.05 begin on the 15th of the month
before (LAW 6.7). The kinds are data (`data/report_forms.json`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field

from petitions.domain.shared.edges import Interval, UpTo
from petitions.domain.shared.instants import utc
from petitions.domain.shared.local_day import midnight
from petitions.domain.shared.reference_data import ReferenceModel

LONGEST = timedelta(days=400)
ANY = "days"
"""The kind of a free period, given by its days."""


class PeriodFault(ValueError):  # noqa: N818 - words for the person at the form
    """Raised for a period that does not exist. The message is Vietnamese, for the person who chose the period."""


class PeriodKind(ReferenceModel):
    """A kind of named period, such as quarters."""

    kind: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")]
    label: str
    months: Annotated[int, Field(ge=1, le=12)]
    first_day: Annotated[int, Field(ge=1, le=28)]
    months_before: Annotated[int, Field(ge=0, le=1)]
    """The number of months by which the period begins before the calendar's month, quarter or year."""
    caveat: str = ""
    """A remark that reports on such a period must carry if its legal source was not at hand."""

    @property
    def in_a_year(self) -> int:
        return 12 // self.months


@dataclass(frozen=True)
class Period:
    """The days from `first` until before `after`, in Hanoi."""

    kind: str
    name: str
    """`2026-3` for the third quarter (or month), `2026` for a year, `2026-01-05/2026-02-01` for free days."""
    label: str
    first: date
    after: date
    caveat: str = ""

    @property
    def since(self) -> datetime:
        return utc(midnight(self.first))

    @property
    def until(self) -> datetime:
        """Instant at which the period ends, exclusive."""
        return utc(midnight(self.after))

    @property
    def interval(self) -> Interval[date]:
        return Interval(self.first, self.after)

    @property
    def instants(self) -> Interval[datetime]:
        return Interval(self.since, self.until)

    @property
    def days(self) -> str:
        """The first and the last day in Vietnamese: "từ 15/12/2025 đến hết 14/03/2026"."""
        return f"từ {self.first:%d/%m/%Y} đến hết {self.after - timedelta(days=1):%d/%m/%Y}"


def named(kinds: Sequence[PeriodKind], kind: str, name: str) -> Period:
    """Return the period of this kind and name. Raise PeriodFault if there is none."""
    if kind == ANY:
        first, slash, after = name.partition("/")
        return of_days(_day(first), _day(after)) if slash else _unknown()
    known = next((period_kind for period_kind in kinds if period_kind.kind == kind), None)
    found = re.fullmatch(r"(20\d\d)(?:-(\d{1,2}))?", name)
    if known is None or found is None or (known.in_a_year == 1) != (found[2] is None):
        return _unknown()
    year, number = int(found[1]), int(found[2] or 1)
    if not 1 <= number <= known.in_a_year:
        return _unknown()
    start = year * 12 + (number - 1) * known.months - known.months_before
    label = f"{known.label} {f'{number}/' if found[2] else ''}{year}"
    begins, ends = (_in_month(month, known.first_day) for month in (start, start + known.months))
    return Period(kind, f"{year}-{number}" if found[2] else f"{year}", label, begins, ends, known.caveat)


def of_days(first: date, after: date) -> Period:
    """Return the period from `first` until before `after`. Raise PeriodFault if it is empty or too long."""
    if Interval(first, after).is_empty:
        raise PeriodFault("Ngày cuối phải sau ngày đầu.")
    if UpTo(first + LONGEST).is_over(after):
        raise PeriodFault(f"Kỳ báo cáo dài nhất là {LONGEST.days} ngày.")
    last = after - timedelta(days=1)
    return Period(ANY, f"{first}/{after}", f"{first:%d/%m/%Y} – {last:%d/%m/%Y}", first, after)


def around(kind: PeriodKind, day: date) -> Period:
    """Return the period of this kind that contains the day."""
    names = [str(year) if kind.in_a_year == 1 else f"{year}-{number}"
             for year in (day.year, day.year + 1) for number in range(1, kind.in_a_year + 1)]  # fmt: skip
    periods = (named([kind], kind.kind, name) for name in names)
    return next(period for period in periods if day in period.interval)


def _in_month(month: int, day: int) -> date:
    year, place = divmod(month, 12)
    return date(year, place + 1, day)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise PeriodFault("Xin ghi ngày đầu và ngày cuối của kỳ.") from None


def _unknown() -> Period:
    raise PeriodFault("Không có kỳ báo cáo này.")
