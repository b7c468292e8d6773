"""The dashboards as the JSON API answers them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from petitions.usecases.figures.read_figures import FiguresPage, FiguresRow
from schema.base import Answer, Instant


class RowAnswer(Answer):
    """Figures of a unit, field, ward, kind or week; shares from 0 to 1, null where there is nothing to share."""

    key: str
    name: str
    received: int
    handled: int
    on_time: float | None
    open: int | None
    overdue: int | None
    median_hours: float | None
    satisfied: float | None
    paused_days: float | None
    counts: dict[str, int]

    @classmethod
    def of(cls, row: FiguresRow, name: str) -> RowAnswer:
        """Return the figures under a name."""
        return cls(
            key=row.key,
            name=name,
            received=row.received,
            handled=row.handled,
            on_time=row.on_time,
            open=row.open,
            overdue=row.overdue,
            median_hours=row.median,
            satisfied=row.satisfied,
            paused_days=row.paused_days,
            counts=dict(row.counts),
        )


class FiguresAnswer(Answer):
    """The dashboards; `differences` is what the night's full count found, null if there was none."""

    unit: str
    weeks: int
    since: date
    as_of: Instant | None
    differences: int | None
    total: RowAnswer
    tables: dict[str, list[RowAnswer]]

    @classmethod
    def of(cls, found: FiguresPage, tables: Mapping[str, list[RowAnswer]]) -> FiguresAnswer:
        """Return the figures with tables of named rows."""
        return cls(
            unit=found.unit,
            weeks=found.span,
            since=found.since,
            as_of=found.as_of,
            differences=found.check.found if found.check else None,
            total=RowAnswer.of(found.total, ""),
            tables=dict(tables),
        )
