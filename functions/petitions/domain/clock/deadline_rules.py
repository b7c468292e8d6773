"""Deadline rules as data: the length of every clock, by class and level of the petition, with the source of the number.

Numbers and sources: LAW 3.1, LAW 3.2, LAW 3.3, LAW 3.4, and LAW 7.9 for pauses. All are defaults until the city
decides. A clock keeps the rule under which it started as a `Term`. Only withdrawing that version replaces the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from itertools import product
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.shared.edges import Interval
from petitions.domain.shared.fingerprint import with_version
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Record
from petitions.domain.shared.reference_data import ReferenceModel, VersionName, parse

Positive = Annotated[int, Field(gt=0)]
Confidence = Literal["verified", "analogy", "historic", "design", "unknown"]


LEVEL_LABELS: dict[Level, str] = {
    Level.NORMAL: "Bình thường",
    Level.COMPLEX: "Phức tạp",
    Level.URGENT: "Khẩn",
}
"""The Vietnamese names of a petition's levels. Source: LAW 3.2."""


class TermUnit(StrEnum):
    """The unit in which a term is given."""

    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class CountsFrom(StrEnum):
    """The instant from which a term counts."""

    START = "start"
    """The instant at which the clock starts."""
    RECEIPT = "receipt"
    """The filing of the petition, in the first run of a clock. A later run counts from its start."""


class PausedDays(StrEnum):
    """The days by which a pause moves a term in calendar days (LAW 7.9)."""

    WORKING_DAYS = "working_days"
    """The number of working days that closed during the pause."""
    CALENDAR_DAYS = "calendar_days"
    """The number of days from the first to the last day of the pause."""


class Term(Record):
    """The length of a clock and its limits: the part of a deadline rule that the clock keeps.

    Terms older than the limits on pauses have no limits.
    """

    id: str
    amount: Positive
    """The length of the term, in `unit`."""
    unit: TermUnit
    counts_from: CountsFrom = CountsFrom.START
    max_extension: Annotated[int, Field(ge=0)] = 0
    """The longest extension, all extensions together, in `unit`."""
    max_pauses: int | None = None
    """The most pauses of one run. None means any number."""
    max_pause: int | None = None
    """The most by which all pauses of a run may move the due instant, in working hours or days. None means no limit."""
    least_pause: int = 0
    """The shortest pause that moves the due instant, in working minutes."""
    paused_days: PausedDays = PausedDays.WORKING_DAYS
    source: str
    """The legal or other basis of the numbers."""


class NoRuleError(LookupError):
    """Raised if no rule applies to a clock, class and level on a day."""


class PauseRule(ReferenceModel):
    """The effect of pauses on the clocks (LAW 7.9)."""

    least_minutes: Annotated[int, Field(ge=0)] = 60
    """The shortest pause that moves a due instant, in working minutes."""
    calendar_days: PausedDays = PausedDays.WORKING_DAYS
    """The way in which a pause moves a term in calendar days."""
    source: Annotated[str, Field(min_length=1)] = "Không có văn bản quy định; thành phố phải quyết định"
    confidence: Confidence = "unknown"


class DeadlineRule(ReferenceModel):
    """The deadline for one clock, for some classes and levels of petitions, and for a period of validity."""

    id: Annotated[str, Field(min_length=1)]
    clock: ClockName
    classes: tuple[str, ...] | None
    """The classes of petitions to which the rule applies. None means all."""
    levels: tuple[Level, ...] | None
    """The levels to which the rule applies. None means all."""
    amount: Positive
    unit: TermUnit
    counts_from: CountsFrom = CountsFrom.START
    max_extension: Annotated[int, Field(ge=0)]
    max_pauses: Annotated[int, Field(ge=0)] = 2
    max_pause: Annotated[int, Field(ge=0)] = 15
    """The most by which pauses may move the due instant: in working hours if `unit` is hours, else in days."""
    source: Annotated[str, Field(min_length=1)]
    confidence: Confidence
    effective_from: date
    """The first day on which the rule applies."""
    effective_to: date | None
    """The first day on which the rule no longer applies."""

    @property
    def weight(self) -> int:
        """Return the priority of the rule: 0 to 2, one point if it names classes and one if it names levels."""
        return (self.classes is not None) + (self.levels is not None)

    @property
    def in_force(self) -> Interval[date]:
        return Interval(self.effective_from, self.effective_to or date.max)

    def fits(self, clock: ClockName, petition_class: str, level: Level, day: date) -> bool:
        """Return whether the rule applies to the clock, class and level on that day."""
        return (
            self.clock is clock
            and (self.classes is None or petition_class in self.classes)
            and (self.levels is None or level in self.levels)
            and day in self.in_force
        )


class DeadlineRules(ReferenceModel):
    """One version of all rules. Validation makes sure that exactly one rule applies to a clock, class and level."""

    version: VersionName
    pauses: PauseRule = PauseRule()
    rules: tuple[DeadlineRule, ...]
    withdrawn: tuple[VersionName, ...] = ()
    """Versions that were published by mistake. Open clocks that follow them change to the rules of this version."""

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> DeadlineRules:
        """Return the rules read from their document. Raise ReferenceFaults with all faults."""
        return parse(cls, with_version(raw), "deadline rules")

    def find(self, clock: ClockName, petition_class: str, level: Level, at: datetime) -> Term:
        """Return the term of the most specific rule that applies on the day of `at` in Hanoi.

        Raise NoRuleError if none applies.
        """
        best = self._best(clock, petition_class, level, hanoi(at).date())
        if not best:
            raise NoRuleError(f"no rule for {clock}, {petition_class}, {level} on {hanoi(at):%Y-%m-%d}")
        return self._term(best[0])

    def _term(self, rule: DeadlineRule) -> Term:
        return Term(
            id=rule.id,
            amount=rule.amount,
            unit=rule.unit,
            counts_from=rule.counts_from,
            max_extension=rule.max_extension,
            max_pauses=rule.max_pauses,
            max_pause=rule.max_pause,
            least_pause=self.pauses.least_minutes,
            paused_days=self.pauses.calendar_days,
            source=rule.source,
        )

    def _best(self, clock: ClockName, petition_class: str, level: Level, day: date) -> list[DeadlineRule]:
        rows = [rule for rule in self.rules if rule.fits(clock, petition_class, level, day)]
        top = max((rule.weight for rule in rows), default=0)
        return [rule for rule in rows if rule.weight == top]

    @model_validator(mode="after")
    def _checked(self) -> Self:
        ids = [rule.id for rule in self.rules]
        faults = [f"{name}: given more than once" for name in sorted({name for name in ids if ids.count(name) > 1})]
        faults += [f"{rule.id}: ends before it begins" for rule in self.rules if rule.in_force.is_empty]
        classes = {"", *(name for rule in self.rules for name in rule.classes or ())}
        for clock, petition_class, level, day in product(ClockName, sorted(classes), Level, self._days_of_change()):
            best = self._best(clock, petition_class, level, day)
            where = f"{clock}, {petition_class or 'any class'}, {level}, from {day}"
            if not best:
                faults.append(f"{where}: no rule")
            elif len(best) > 1:
                faults.append(f"{where}: {', '.join(rule.id for rule in best)} contradict each other")
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _days_of_change(self) -> list[date]:
        ends = {rule.effective_to for rule in self.rules if rule.effective_to is not None}
        return sorted({rule.effective_from for rule in self.rules} | ends)
