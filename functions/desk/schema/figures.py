"""The dashboards as the JSON API answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from petitions.domain.figures.figures_row import COUNTS, FiguresRow, percent
from petitions.usecases.figures.list_figures import FiguresLine
from petitions.usecases.figures.read_figures import FiguresPage, FiguresStep
from schema.base import Answer, Instant


class FiguresNumbers(Answer):
    """Numbers of events and what is read off them; shares are whole percent, null where there is nothing to share."""

    arrived: int
    handled: int
    on_time_percent: int | None
    satisfied_percent: int | None
    median_hours: float | None
    ninth_decile_hours: float | None
    paused_days: float | None
    counts: dict[str, int]
    """Every number that has a list, by name, and those that come to a time."""


def _numbers(row: FiguresRow) -> FiguresNumbers:
    counts = {name: row.number(name) for name in COUNTS}
    return FiguresNumbers(
        arrived=row.arrived,
        handled=row.handled,
        on_time_percent=percent(*row.on_time),
        satisfied_percent=percent(*row.satisfied),
        median_hours=row.median,
        ninth_decile_hours=row.ninth_decile,
        paused_days=row.paused_days,
        counts={name: number for name, number in {**row.counts, **counts}.items() if number},
    )


class RowAnswer(FiguresNumbers):
    """Figures of a unit, field, ward or kind."""

    key: str
    name: str
    open: int | None
    overdue: int | None

    @classmethod
    def of(cls, row: FiguresRow, name: str) -> RowAnswer:
        """Return the figures under a name."""
        return cls(key=row.key, name=name, open=row.open, overdue=row.overdue, **dict(_numbers(row)))


class StepAnswer(FiguresNumbers):
    """Figures of the days from `since` to before `until`; times of answers are not known by step.

    `open` and `overdue` are of its end, null where that was not kept.
    """

    since: date
    until: date
    name: str
    open: int | None
    overdue: int | None

    @classmethod
    def of(cls, step: FiguresStep, name: str) -> StepAnswer:
        """Return the figures of a step under a name."""
        row = step.row
        span = {"since": step.since, "until": step.until, "name": name, "open": row.open, "overdue": row.overdue}
        return cls.model_validate(span | dict(_numbers(row)))


class FiguresAnswer(Answer):
    """The dashboards of the days from `since` to before `until`.

    `open_before` and what `total` gained is `open_after`. The rows of a table add up to `total`; those of units but for
    `moved`, which they count as arrived and as moved out. `before` is the period of the same length just before.
    A share on time is of what was answered and what was open and overdue at the end of its period, or is so now; it is
    null, like `open` and `overdue`, where that is not known.
    `differences` is what the night's full count found, null if there was none.
    """

    unit: str
    since: date
    until: date
    as_of: Instant | None
    differences: int | None
    open_before: int
    open_after: int
    total: RowAnswer
    before: FiguresNumbers
    steps: list[StepAnswer]
    tables: dict[str, list[RowAnswer]]

    @classmethod
    def of(
        cls, found: FiguresPage, steps: Sequence[StepAnswer], tables: Mapping[str, list[RowAnswer]]
    ) -> FiguresAnswer:
        """Return the figures with named steps and tables of named rows."""
        return cls(
            unit=found.unit,
            since=found.period.since,
            until=found.period.until,
            as_of=found.as_of,
            differences=found.check.found if found.check else None,
            open_before=found.open_before,
            open_after=found.open_after,
            total=RowAnswer.of(found.total, ""),
            before=_numbers(found.before),
            steps=list(steps),
            tables=dict(tables),
        )


class FiguresLineAnswer(Answer):
    """A line of the list behind a number: what happened when, or when an open petition is due (`action` is null).

    The petition's fields are null if one may not see it.
    """

    at: Instant
    action: str | None
    code: str | None
    title: str | None
    state: str | None
    unit: str | None

    @classmethod
    def of(cls, line: FiguresLine) -> FiguresLineAnswer:
        """Return the line."""
        petition = line.petition
        return cls(
            at=line.at,
            action=line.action,
            code=petition.code if petition else None,
            title=petition.title if petition else None,
            state=petition.state if petition else None,
            unit=petition.unit if petition else None,
        )


class FiguresListAnswer(Answer):
    """A page of the list behind a number; `number` counts all pages, `next` is the cursor of the next one."""

    number: int
    lines: list[FiguresLineAnswer]
    next: str | None
