"""The monthly report as the JSON API answers it."""

from __future__ import annotations

from typing import Self

from petitions.domain.management.management_sheet import ManagementSheet
from schema.base import Answer, CopiedAnswer, Instant


class MonthAnswer(CopiedAnswer):
    """A month of the city: its events by the names of the dashboards, what was overdue at its end, and two shares.

    Shares are whole percent; that on time is of what was answered and of what was overdue.
    """

    month: str
    counts: dict[str, int]
    overdue: int | None
    on_time: int | None
    satisfied: int | None


class SignAnswer(CopiedAnswer):
    """A number that a unit or field is named for, and what it weighs."""

    number: str
    label: str
    count: int
    points: int


class AttentionAnswer(CopiedAnswer):
    """A unit or field that needs attention, and what its points come from."""

    key: str
    name: str
    points: int
    signs: list[SignAnswer]


class TallyAnswer(CopiedAnswer):
    """A number and what it counts."""

    key: str
    count: int


class QuoteAnswer(CopiedAnswer):
    """Why somebody was dissatisfied, without personal data, and the unit that answered."""

    text: str
    unit: str


class ManagementAnswer(Answer):
    """The report of a month; `trend` has thirteen months, the report's own last. Nothing in it identifies anybody."""

    month: str
    as_of: Instant
    trend: list[MonthAnswer]
    open_before: int
    open_after: int
    median_hours: float | None
    overdue: int
    overdue_states: list[TallyAnswer]
    longest_overdue: int | None
    units: list[AttentionAnswer]
    fields: list[AttentionAnswer]
    quotes: list[QuoteAnswer]
    difficulties: int
    difficulties_late: int
    difficulty_groups: list[TallyAnswer]
    rules: str
    rule_words: str

    @classmethod
    def of(cls, sheet: ManagementSheet) -> Self:
        """Return the report."""
        return cls.model_validate(sheet, from_attributes=True)
