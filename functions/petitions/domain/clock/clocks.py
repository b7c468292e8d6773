"""The clocks of a petition: values that are started, paused, resumed, extended and stopped, never changed in place.

A clock holds its ledger, its term (the rule it was given) and what they come to on one calendar: the due instant with
its explanation. `due_version` grows only when the due instant changes, so reminders can be named after it. A stopped
clock is on time or late for ever. Later runs of the same clock keep the earlier ones in `runs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import Field

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.deadline_rules import Level, NoRuleError, Rule, RuleBook, Term, Unit
from petitions.domain.clock.ledger import Due, Entry, EntryKind, LedgerError, due
from petitions.domain.lifecycle.states import ClockEffect, ClockName, ClockVerb
from petitions.domain.shared.instants import UtcInstant, utc
from petitions.domain.shared.records import Record

__all__ = [
    "TIME_STATE_LABELS",
    "Clock",
    "ClockError",
    "Due",
    "Entry",
    "EntryKind",
    "LedgerError",
    "Level",
    "NoRuleError",
    "Rule",
    "RuleBook",
    "Run",
    "Term",
    "TimeState",
    "Unit",
    "apply_effects",
    "due",
    "extend",
    "extension_left",
    "instant_with_left",
    "on_level",
    "pause",
    "recompute",
    "resume",
    "start_clock",
    "stop_clock",
    "time_state",
]


class TimeState(StrEnum):
    """Of a running clock: within, nearly due, overdue; of a stopped one: on time or late (LAW 7.5)."""

    WITHIN = "trong_han"
    NEARLY_DUE = "den_han"
    OVERDUE = "qua_han"
    ON_TIME = "dung_han"
    LATE = "tre_han"


TIME_STATE_LABELS: dict[TimeState, str] = {
    TimeState.WITHIN: "Trong hạn",
    TimeState.NEARLY_DUE: "Đến hạn",
    TimeState.OVERDUE: "Quá hạn",
    TimeState.ON_TIME: "Đúng hạn",
    TimeState.LATE: "Trễ hạn",
}


NEARLY_DUE_PART = 0.25
"""An hour clock is nearly due when this part of its time is left; a day clock, from the last working day before due."""


class ClockError(ValueError):
    """The clock is not in a condition for this: stopped, not paused, past due, extended too far."""


class Run(Record):
    """An earlier, finished run of a clock."""

    started_at: UtcInstant
    due_at: UtcInstant
    stopped_at: UtcInstant


class Clock(Record):
    """One clock of a petition, as stored inside it."""

    name: ClockName
    rule: Term
    rule_version: str
    calendar_version: str
    ledger: list[Entry]
    due_at: UtcInstant
    due_version: int = 1
    stopped_at: UtcInstant | None = None
    explanation: str
    simple_explanation: str = ""
    runs: list[Run] = Field(default_factory=list)

    @property
    def started_at(self) -> datetime:
        """When this run began."""
        return self.ledger[0].at

    @property
    def paused_at(self) -> datetime | None:
        """Since when it is paused; None if it is not."""
        if self.stopped_at is not None:
            return None
        turns = [entry for entry in self.ledger if entry.kind is not EntryKind.EXTEND]
        return turns[-1].at if turns[-1].kind is EntryKind.PAUSE else None

    @property
    def is_running(self) -> bool:
        """Neither stopped nor paused."""
        return self.stopped_at is None and self.paused_at is None

    @property
    def extensions(self) -> int:
        """How many times it was extended in this run."""
        return sum(entry.kind is EntryKind.EXTEND for entry in self.ledger)

    @property
    def extended(self) -> int:
        """By how much it was extended in all, in its rule's unit."""
        return sum(entry.amount for entry in self.ledger)


def start_clock(
    name: ClockName,
    rule: Rule,
    rule_version: str,
    calendar: WorkingCalendar,
    at: datetime,
    previous: Clock | None = None,
) -> Clock:
    """A clock that begins to run at `at`; `previous` is a stopped run of the same clock, which it goes on counting."""
    if previous is not None and previous.stopped_at is None:
        raise ClockError(f"the clock {name} is still running")
    ledger = [Entry(kind=EntryKind.START, at=at)]
    result = due(rule.term, calendar, ledger)
    runs, version = [], 1
    if previous is not None and previous.stopped_at is not None:
        ended = Run(started_at=previous.started_at, due_at=previous.due_at, stopped_at=previous.stopped_at)
        runs, version = [*previous.runs, ended], previous.due_version + 1
    return Clock(
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


def recompute(clock: Clock, calendar: WorkingCalendar) -> Clock:
    """The clock on another calendar; a stopped one stays as it is, for its verdict is final."""
    return clock if clock.stopped_at is not None else _derived(clock, calendar, clock.ledger)


def on_level(clock: Clock, old: Rule, new: Rule, rule_version: str, calendar: WorkingCalendar) -> Clock:
    """The clock from the same start on the rule of another level; unchanged if it is stopped or both are one rule.

    Pauses stay. Extensions stay where the new rule counts in the same unit: 5 days are not 5 hours.
    """
    if clock.stopped_at is not None or old.id == new.id:
        return clock
    same = new.unit is clock.rule.unit
    ledger = [entry for entry in clock.ledger if same or entry.kind is not EntryKind.EXTEND]
    ruled = clock.model_copy(update={"rule": new.term, "rule_version": rule_version})
    return _derived(ruled, calendar, ledger)


def stop_clock(clock: Clock, calendar: WorkingCalendar, at: datetime) -> Clock:
    """The clock at its end; an open pause ends with it. Raises ClockError if it is stopped already."""
    stopped = _with(clock, calendar, EntryKind.STOP, at)
    return stopped.model_copy(update={"stopped_at": stopped.ledger[-1].at})


def pause(clock: Clock, calendar: WorkingCalendar, at: datetime) -> Clock:
    """The clock standing still. Raises ClockError if it does so already or is stopped."""
    return _with(clock, calendar, EntryKind.PAUSE, at)


def resume(clock: Clock, calendar: WorkingCalendar, at: datetime) -> Clock:
    """The clock going on. Raises ClockError if it is not paused."""
    return _with(clock, calendar, EntryKind.RESUME, at)


def extend(clock: Clock, calendar: WorkingCalendar, at: datetime, amount: int) -> Clock:
    """The clock with `amount` more of its rule's unit.

    Raises ClockError after the due instant, beyond the rule's longest extension in all, or if it is stopped.
    """
    if amount < 1:
        raise ClockError("an extension is of one unit or more")
    if (clock.paused_at or utc(at)) > clock.due_at:
        raise ClockError("an overdue clock cannot be extended")
    if clock.extended + amount > clock.rule.max_extension:
        raise ClockError(f"extensions are limited to {clock.rule.max_extension} {clock.rule.unit} in all")
    return _with(clock, calendar, EntryKind.EXTEND, at, amount)


def extension_left(clock: Clock, now: datetime) -> int:
    """How much more the clock may be extended by now, in its rule's unit; 0 once it is due or stopped."""
    if clock.stopped_at is not None or (clock.paused_at or utc(now)) > clock.due_at:
        return 0
    return max(0, clock.rule.max_extension - clock.extended)


def time_state(clock: Clock, calendar: WorkingCalendar, now: datetime) -> TimeState:
    """Where the clock stands at `now`; a paused one stands where it was paused. Equality with due is on time."""
    if clock.stopped_at is not None:
        return TimeState.ON_TIME if clock.stopped_at <= clock.due_at else TimeState.LATE
    at = clock.paused_at or utc(now)
    if at > clock.due_at:
        return TimeState.OVERDUE
    if clock.rule.unit is Unit.WORKING_HOURS:
        near = instant_with_left(clock, calendar, NEARLY_DUE_PART)
    else:
        near = calendar.opening_at(clock.due_at, -1)
    return TimeState.NEARLY_DUE if at >= near else TimeState.WITHIN


def instant_with_left(clock: Clock, calendar: WorkingCalendar, part: float) -> datetime:
    """When no more than `part` (0 to 1) of an hour clock's working time remains."""
    whole = timedelta(hours=clock.rule.amount + clock.extended)
    return calendar.subtract_working_hours(clock.due_at, whole * part)


def apply_effects(
    clocks: Mapping[str, Clock],
    effects: Iterable[ClockEffect],
    *,
    rules: RuleBook,
    calendar: WorkingCalendar,
    petition_class: str,
    level: str,
    at: datetime,
) -> dict[str, Clock]:
    """The clocks after a transition.

    A start ends a run that is under way and begins another; the other verbs pass over clocks on which they have
    nothing to do. Raises NoRuleError and CalendarRangeError.
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


def _with(clock: Clock, calendar: WorkingCalendar, kind: EntryKind, at: datetime, amount: int = 0) -> Clock:
    """One more line. Clocks of machines differ a little: a line is never earlier than the one before it."""
    entry = Entry(kind=kind, at=max(utc(at), clock.ledger[-1].at), amount=amount)
    try:
        return _derived(clock, calendar, [*clock.ledger, entry])
    except LedgerError as error:
        raise ClockError(f"the clock {clock.name}: {error}") from error


def _derived(clock: Clock, calendar: WorkingCalendar, ledger: list[Entry]) -> Clock:
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
