"""The numbers and sentences of the monthly report for the leadership, without personal data.

Numbers come from the dashboards (`usecases/figures`) and are not counted again. The report also has facts that the
dashboards do not show: the states of overdue petitions, reasons for dissatisfaction, and the open difficulties of
units.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.difficulties.difficulty import KIND_LABELS, OPEN, Difficulty
from petitions.domain.figures.figures_row import FiguresRow
from petitions.domain.figures.periods import Period
from petitions.domain.lifecycle.lifecycle import OPEN_STATES
from petitions.domain.management.attention import ManagementRules, needing
from petitions.domain.management.management_sheet import (
    ManagementSheet,
    MonthRow,
    Quote,
    Tally,
    month_name,
    month_of,
    with_the_year_before,
)
from petitions.domain.management.quoting import quoted
from petitions.domain.management.sentences import rule_in_words
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.petition.history_counts import CITY, NOT_KNOWN, TOTAL
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi, minute_of
from petitions.domain.units.directory import Directory
from petitions.errors import Rejected, Retryable
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.figures.read_figures import FiguresPage, ReadFigures
from petitions.usecases.shared.conditions import during

DISSATISFIED = 3
MOST_REASONS = 60
"""The number of newest reasons for dissatisfaction that are read."""
MOST_DIFFICULTIES = 1000
MOST_GROUPS = 3


@dataclass(frozen=True)
class ReadManagement:
    """Reads the monthly report, which is about the whole city and the same for every reader."""

    store: Store
    clock: Clock
    figures: ReadFigures
    rules: ManagementRules
    directory: Directory
    fields: AdministrationFields
    calendar: WorkingCalendar

    def __call__(self, name: str) -> ManagementSheet:
        """Return the report of a month that is over ("2026-10").

        Raise Rejected for any other month, or Retryable if the statistics do not yet cover the month.
        """
        month, now = ended_month(name, self.clock.now()), self.clock.now()
        page = self.figures.with_open_now(CITY, month)
        if page.as_of is None or not month.instants.is_over(page.as_of):
            raise Retryable("the figures of the month are not complete yet", reason="figures_behind")
        trend = self.figures.months((CITY, TOTAL, ""), with_the_year_before(month))
        difficulties = self._difficulties()
        overdue = page.total.overdue or 0
        states, longest = self._overdue(now)
        return ManagementSheet(
            month=name,
            as_of=now,
            trend=[MonthRow.of(row) for row in trend],
            open_before=page.open_before,
            open_after=page.open_after,
            median_hours=page.total.median,
            overdue=overdue,
            overdue_states=states if sum(state.count for state in states) == overdue else [],
            longest_overdue=longest if overdue else None,
            units=needing(self.rules, page.groups["units"], self._unit_names(page)),
            fields=needing(self.rules, page.groups["fields"], self._field_names(page)),
            quotes=self._quotes(month),
            difficulties=len(difficulties),
            difficulties_late=sum(difficulty.is_late(hanoi(now).date()) for difficulty in difficulties),
            difficulty_groups=_groups(difficulties),
            rules=self.rules.version,
            rule_words=rule_in_words(self.rules),
        )

    def _unit_names(self, page: FiguresPage) -> dict[str, str]:
        return {row.key: self.directory.name_of(row.key) for row in _known(page, "units")}

    def _field_names(self, page: FiguresPage) -> dict[str, str]:
        return {row.key: self.fields.name_of(row.key) for row in _known(page, "fields")}

    def _overdue(self, now: datetime) -> tuple[list[Tally], int | None]:
        late, order = ("due_at", "<", minute_of(now)), ("due_at", "code")
        counts = {
            str(state): self.store.count(Query("petitions", (("state", "==", state.value), late), order))
            for state in sorted(OPEN_STATES)
        }
        oldest = self.store.find(Query("petitions", (late,), order, limit=1))
        days = self.calendar.closings_between(oldest[0].data["due_at"], now) if oldest else None
        states = [Tally(key=key, count=count) for key, count in counts.items() if count]
        return sorted(states, key=lambda tally: (-tally.count, tally.key)), days

    def _quotes(self, month: Period) -> list[Quote]:
        where = (("rating.level", "==", DISSATISFIED), *during("rating.at", month.instants))
        found = self.store.find(Query("petitions", where, order_by=("-rating.at",), limit=MOST_REASONS))
        by_unit: dict[str, Quote] = {}
        for petition in (Petition.model_validate(document.data) for document in found):
            text = quoted(petition)
            if text and petition.unit not in by_unit:
                by_unit[petition.unit] = Quote(text=text, unit=self.directory.name_of(petition.unit))
        return list(by_unit.values())[: self.rules.quotes]

    def _difficulties(self) -> list[Difficulty]:
        where = (("state", "in", [state.value for state in OPEN]),)
        found = self.store.find(Query("difficulties", where, order_by=("-at",), limit=MOST_DIFFICULTIES))
        return [Difficulty.model_validate(document.data) for document in found]


def ended_month(name: str, now: datetime) -> Period:
    """Return the period of a month such as "2026-10". Raise Rejected unless it is a month that is over."""
    month = month_of(name)
    if month is None:
        raise Rejected("Không có tháng này.", reason="period_unknown")
    if not month.instants.is_over(now):
        raise Rejected("Tháng này chưa kết thúc nên chưa lập được báo cáo.", reason="period_open")
    return month


def last_month(now: datetime) -> str:
    """Return the name of the last month that is over, such as "2026-10"."""
    first = hanoi(now).date().replace(day=1)
    return month_name(first.fromordinal(first.toordinal() - 1))


def _known(page: FiguresPage, group: str) -> list[FiguresRow]:
    return [row for row in page.groups[group] if row.key != NOT_KNOWN]


def _groups(found: list[Difficulty]) -> list[Tally]:
    counts = Counter(difficulty.group or KIND_LABELS[difficulty.kind] for difficulty in found)
    return [Tally(key=key, count=count) for key, count in sorted(counts.items(), key=lambda it: (-it[1], it[0]))][
        :MOST_GROUPS
    ]
