"""The periods for which figures are published: weeks, months, quarters and years, each once after its end.

The weeks of a month begin on its 1st, 8th, 15th and 22nd day, so that they add up to the month. Weeks from Monday to
Sunday would end a day before or after some month, and the difference of two sums would give the figures of that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from petitions.domain.figures.periods import DAY, Period, next_month
from petitions.domain.shared.edges import Until, UpTo

WEEK_STARTS = (1, 8, 15, 22)
_ID = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])(?:-w([1-4]))?))?")


def period_of(period_id: str) -> Period:
    """Return the days of a week (2026-11-w1), month (2026-11), quarter (2026-Q4) or year (2026).

    Raise KeyError for any other id.
    """
    match = _ID.fullmatch(period_id)
    if match is None:
        raise KeyError(period_id)
    year, quarter, month, week = (int(part) if part else 0 for part in match.groups())
    if month and week:
        ends = [date(year, month, day) for day in WEEK_STARTS[1:]] + [next_month(date(year, month, 1))]
        return Period(date(year, month, WEEK_STARTS[week - 1]), ends[week - 1])
    if month:
        return Period(date(year, month, 1), next_month(date(year, month, 1)))
    first = date(year, 3 * quarter - 2, 1) if quarter else date(year, 1, 1)
    last = date(year, 3 * quarter, 1) if quarter else date(year, 12, 1)
    return Period(first, next_month(last))


def ended_periods(since: date, today: date) -> Iterator[str]:
    """Yield the ids of the periods that end after `since` and not after `today`. The parts of a period precede it."""
    first = since.replace(day=1)
    while first in Until(today):
        month = f"{first:%Y-%m}"
        ids = [f"{month}-w{number}" for number in range(1, len(WEEK_STARTS) + 1)] + [month]
        ids += [quarter_of(month)] if first.month % 3 == 0 else []
        ids += [month[:4]] if first.month == 12 else []  # noqa: PLR2004 - December
        ends = ((item, period_of(item).until) for item in ids)
        yield from (item for item, end in ends if UpTo(since).is_over(end) and end in UpTo(today))
        first = next_month(first)


def four_weeks(last: str) -> Period:
    """Return the 28 to 31 days of this week and the three weeks before it."""
    month, number = month_of(last), int(last[-1])
    month_before = f"{period_of(month).since - DAY:%Y-%m}"
    first = f"{month}-w1" if number == len(WEEK_STARTS) else f"{month_before}-w{number + 1}"
    return Period(period_of(first).since, period_of(last).until)


def quarter_of(month: str) -> str:
    """Return the quarter (2026-Q4) of a month (2026-11)."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def month_of(week: str) -> str:
    """Return the month (2026-11) of a week (2026-11-w1)."""
    return week[: len("2026-11")]


def is_week(period_id: str) -> bool:
    return "w" in period_id


def is_month(period_id: str) -> bool:
    return len(period_id) == len("2026-11") and "Q" not in period_id


def is_year(period_id: str) -> bool:
    return len(period_id) == len("2026")


def months_of(period_id: str) -> list[str]:
    """Return the months (2026-11) that make up a month, quarter or year."""
    period = period_of(period_id)
    return period.months(period.until - DAY)
