"""The clocks of a petition: immutable values that are started, paused, resumed, extended and stopped.

A clock holds its ledger, its term (from the rule it was given) and the result on one calendar: the due instant with its
explanation. `due_version` grows only when the due instant changes, so that reminders can be named after it. A stopped
clock is on time or late for good. A later run of the same clock keeps the earlier ones in `runs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import Field

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.deadline_rules import DeadlineRule, DeadlineRules, NoRuleError, Term, TermUnit
from petitions.domain.clock.ledger import Due, LedgerEntry, LedgerEntryKind, LedgerError, due
from petitions.domain.lifecycle.states import ClockEffect, ClockName, ClockVerb, Level
from petitions.domain.shared.instants import UtcInstant, utc
from petitions.domain.shared.records import Record

__all__ = [
    "TIME_STATE_LABELS",
    "ClockError",
    "DeadlineRule",
    "DeadlineRules",
    "Due",
    "FinishedRun",
    "LedgerEntry",
    "LedgerEntryKind",
    "LedgerError",
    "Level",
    "NoRuleError",
    "PetitionClock",
    "Term",
    "TermUnit",
    "TimeState",
    "apply_effects",
    "due",
    "extend",
    "extension_left",
    "instant_of_remaining_part",
    "pause",
    "recompute",
    "resume",
    "start_clock",
    "stop_clock",
    "time_state",
    "with_level",
]


class TimeState(StrEnum):
    """The time state of a clock (LAW 7.5)."""

    WITHIN = "trong_han"
    """Running, with time left."""
    NEARLY_DUE = "den_han"
    OVERDUE = "qua_han"
    ON_TIME = "dung_han"
    """Stopped by the due instant."""
    LATE = "tre_han"
    """Stopped after the due instant."""


TIME_STATE_LABELS: dict[TimeState, str] = {
    TimeState.WITHIN: "Trong hạn",
    TimeState.NEARLY_DUE: "Đến hạn",
    TimeState.OVERDUE: "Quá hạn",
    TimeState.ON_TIME: "Đúng hạn",
    TimeState.LATE: "Trễ hạn",
}


NEARLY_DUE_PART = 0.25
"""The part of an hour clock's time that is left when it becomes nearly due.

A day clock becomes nearly due at the opening of the last working day before the due day.
"""


class ClockError(ValueError):
    """The state of the clock forbids this: it is stopped, not paused, past due or extended too far."""


class FinishedRun(Record):
    """An earlier, finished run of a clock."""

    started_at: UtcInstant
    due_at: UtcInstant
    stopped_at: UtcInstant


class PetitionClock(Record):
    """One clock of a petition, stored inside it."""

    name: ClockName
    rule: Term
    rule_version: str
    calendar_version: str
    ledger: list[LedgerEntry]
    due_at: UtcInstant
    due_version: int = 1
    """Grows when the due instant changes."""
    stopped_at: UtcInstant | None = None
    explanation: str
    """For officers, in Vietnamese."""
    simple_explanation: str = ""
    """For citizens, in Vietnamese."""
    runs: list[FinishedRun] = Field(default_factory=list)
    """The earlier runs."""

    @property
    def started_at(self) -> datetime:
        """Return the instant at which this run began."""
        return self.ledger[0].at

    @property
    def paused_at(self) -> datetime | None:
        """Return the instant since which the clock is paused, or None if it is not."""
        if self.stopped_at is not None:
            return None
        turns = [entry for entry in self.ledger if entry.kind is not LedgerEntryKind.EXTEND]
        return turns[-1].at if turns[-1].kind is LedgerEntryKind.PAUSE else None

    @property
    def is_running(self) -> bool:
        """Return whether the clock is neither stopped nor paused."""
        return self.stopped_at is None and self.paused_at is None

    @property
    def extensions(self) -> int:
        """Return how many times the clock was extended in this run."""
        return sum(entry.kind is LedgerEntryKind.EXTEND for entry in self.ledger)

    @property
    def extended(self) -> int:
        """Return the sum of the extensions in this run, in the rule's unit."""
        return sum(entry.amount for entry in self.ledger)


def start_clock(
    name: ClockName,
    rule: DeadlineRule,
    rule_version: str,
    calendar: WorkingCalendar,
    at: datetime,
    previous: PetitionClock | None = None,
) -> PetitionClock:
    """Return a clock that starts at `at` and keeps the runs of `previous`, a stopped run of the same clock.

    Raise ClockError if `previous` still runs.
    """
    if previous is not None and previous.stopped_at is None:
        raise ClockError(f"the clock {name} is still running")
    ledger = [LedgerEntry(kind=LedgerEntryKind.START, at=at)]
    result = due(rule.term, calendar, ledger)
    runs, version = [], 1
    if previous is not None and previous.stopped_at is not None:
        ended = FinishedRun(started_at=previous.started_at, due_at=previous.due_at, stopped_at=previous.stopped_at)
        runs, version = [*previous.runs, ended], previous.due_version + 1
    return PetitionClock(
        name=name,
        rule=rule.term,
        rule_version=rule_version,
        calendar_version=calendar.version,
        ledger=ledger,
        due_at=result.at,
        due_version=version,
        explanation=result.explanation,
        simple_explanation=result.simple_explanation,
        runs=runs,
    )


def recompute(clock: PetitionClock, calendar: WorkingCalendar) -> PetitionClock:
    """Return the clock on another calendar; a stopped one is unchanged, because its verdict is final."""
    return clock if clock.stopped_at is not None else _derived(clock, calendar, clock.ledger)


def with_level(
    clock: PetitionClock, old: DeadlineRule, new: DeadlineRule, rule_version: str, calendar: WorkingCalendar
) -> PetitionClock:
    """Return the clock from the same start on the rule of another level; unchanged if stopped or the rule is the same.

    Pauses stay. Extensions stay if the new rule counts in the same unit: 5 days are not 5 hours.
    """
    if clock.stopped_at is not None or old.id == new.id:
        return clock
    same = new.unit is clock.rule.unit
    ledger = [entry for entry in clock.ledger if same or entry.kind is not LedgerEntryKind.EXTEND]
    ruled = clock.model_copy(update={"rule": new.term, "rule_version": rule_version})
    return _derived(ruled, calendar, ledger)


def stop_clock(clock: PetitionClock, calendar: WorkingCalendar, at: datetime) -> PetitionClock:
    """Return the stopped clock; an open pause ends with it. Raise ClockError if it is already stopped."""
    stopped = _with(clock, calendar, LedgerEntryKind.STOP, at)
    return stopped.model_copy(update={"stopped_at": stopped.ledger[-1].at})


def pause(clock: PetitionClock, calendar: WorkingCalendar, at: datetime) -> PetitionClock:
    """Return the paused clock. Raise ClockError if it is already paused or stopped."""
    return _with(clock, calendar, LedgerEntryKind.PAUSE, at)


def resume(clock: PetitionClock, calendar: WorkingCalendar, at: datetime) -> PetitionClock:
    """Return the resumed clock. Raise ClockError if it is not paused."""
    return _with(clock, calendar, LedgerEntryKind.RESUME, at)


def extend(clock: PetitionClock, calendar: WorkingCalendar, at: datetime, amount: int) -> PetitionClock:
    """Return the clock with `amount` more of its rule's unit.

    Raise ClockError after the due instant, beyond the rule's longest extension in all, or if the clock is stopped.
    """
    if amount < 1:
        raise ClockError("an extension must be one unit or more")
    if (clock.paused_at or utc(at)) > clock.due_at:
        raise ClockError("an overdue clock cannot be extended")
    if clock.extended + amount > clock.rule.max_extension:
        raise ClockError(f"extensions are limited to {clock.rule.max_extension} {clock.rule.unit} in all")
    return _with(clock, calendar, LedgerEntryKind.EXTEND, at, amount)


def extension_left(clock: PetitionClock, now: datetime) -> int:
    """Return how much further the clock may be extended now, in its rule's unit; 0 once it is due or stopped."""
    if clock.stopped_at is not None or (clock.paused_at or utc(now)) > clock.due_at:
        return 0
    return max(0, clock.rule.max_extension - clock.extended)


def time_state(clock: PetitionClock, calendar: WorkingCalendar, now: datetime) -> TimeState:
    """Return the state of the clock at `now`, or at its pause if it is paused. The due instant itself is on time."""
    if clock.stopped_at is not None:
        return TimeState.ON_TIME if clock.stopped_at <= clock.due_at else TimeState.LATE
    at = clock.paused_at or utc(now)
    if at > clock.due_at:
        return TimeState.OVERDUE
    if clock.rule.unit is TermUnit.WORKING_HOURS:
        near = instant_of_remaining_part(clock, calendar, NEARLY_DUE_PART)
    else:
        near = calendar.opening_at(clock.due_at, -1)
    return TimeState.NEARLY_DUE if at >= near else TimeState.WITHIN


def instant_of_remaining_part(clock: PetitionClock, calendar: WorkingCalendar, part: float) -> datetime:
    """Return the instant at which no more than `part` (0 to 1) of an hour clock's working time remains."""
    whole = timedelta(hours=clock.rule.amount + clock.extended)
    return calendar.subtract_working_hours(clock.due_at, whole * part)


def apply_effects(
    clocks: Mapping[str, PetitionClock],
    effects: Iterable[ClockEffect],
    *,
    rules: DeadlineRules,
    calendar: WorkingCalendar,
    petition_class: str,
    level: str,
    at: datetime,
) -> dict[str, PetitionClock]:
    """Return the clocks after a transition.

    A start ends a run that is under way and begins another; the other verbs skip clocks to which they do not apply.
    Raise NoRuleError or CalendarRangeError.
    """
    after = dict(clocks)
    for effect in effects:
        name, clock = effect.clock, after.get(effect.clock)
        if effect.verb is ClockVerb.START:
            if clock is not None and clock.stopped_at is None:
                clock = stop_clock(clock, calendar, at)
            rule = rules.find(name, petition_class, Level(level), at)
            after[name] = start_clock(name, rule, rules.version, calendar, at, clock)
        elif clock is None or clock.stopped_at is not None:
            continue
        elif effect.verb is ClockVerb.STOP:
            after[name] = stop_clock(clock, calendar, at)
        elif effect.verb is ClockVerb.PAUSE and clock.paused_at is None:
            after[name] = pause(clock, calendar, at)
        elif effect.verb is ClockVerb.RESUME and clock.paused_at is not None:
            after[name] = resume(clock, calendar, at)
    return after


def _with(
    clock: PetitionClock, calendar: WorkingCalendar, kind: LedgerEntryKind, at: datetime, amount: int = 0
) -> PetitionClock:
    """Return the clock with one more entry, never earlier than the last: the clocks of machines differ a little."""
    entry = LedgerEntry(kind=kind, at=max(utc(at), clock.ledger[-1].at), amount=amount)
    try:
        return _derived(clock, calendar, [*clock.ledger, entry])
    except LedgerError as error:
        raise ClockError(f"the clock {clock.name}: {error}") from error


def _derived(clock: PetitionClock, calendar: WorkingCalendar, ledger: list[LedgerEntry]) -> PetitionClock:
    result = due(clock.rule, calendar, ledger)
    changes: dict[str, Any] = {
        "ledger": ledger,
        "calendar_version": calendar.version,
        "due_at": result.at,
        "due_version": clock.due_version + (result.at != clock.due_at),
        "explanation": result.explanation,
        "simple_explanation": result.simple_explanation,
    }
    return clock.model_copy(update=changes)
