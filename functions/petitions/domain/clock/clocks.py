"""The clocks of a petition: immutable values that are started, paused, resumed, extended and stopped.

A clock holds its ledger (the list of these events), its term (the length, from the rule that applied at the start), and
the due instant with an explanation. `due_version` grows only when the due instant changes, because reminders are named
after it. A stopped clock is on time or late for good (`punctuality`). If the same clock starts again, `runs` keeps the
earlier runs.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.deadline_rules import DeadlineRule, DeadlineRules, NoRuleError, Term, TermUnit
from petitions.domain.clock.ledger import Due, LedgerEntry, LedgerEntryKind, LedgerError, due
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.instants import UtcInstant, utc
from petitions.domain.shared.records import Record, replace

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
    "due",
    "extend",
    "extension_left",
    "given_anew",
    "pause",
    "recompute",
    "resume",
    "start_clock",
    "stop_clock",
    "with_term",
    "without_stop",
]


class TimeState(StrEnum):
    """A clock's state relative to its deadline, such as nearly due, overdue or stopped on time (LAW 7.5)."""

    WITHIN = "trong_han"
    """The clock is running, with time left."""
    NEARLY_DUE = "den_han"
    OVERDUE = "qua_han"
    ON_TIME = "dung_han"
    """The clock was stopped not later than its due instant."""
    LATE = "tre_han"
    """The clock was stopped after its due instant."""


TIME_STATE_LABELS: dict[TimeState, str] = {
    TimeState.WITHIN: "Trong hạn",
    TimeState.NEARLY_DUE: "Đến hạn",
    TimeState.OVERDUE: "Quá hạn",
    TimeState.ON_TIME: "Đúng hạn",
    TimeState.LATE: "Trễ hạn",
}


class ClockError(ValueError):
    """Raised if the clock's state forbids an operation: it is stopped, not paused, past due or extended too far."""


class FinishedRun(Record):
    """An earlier, finished run of a clock."""

    started_at: UtcInstant
    due_at: UtcInstant
    stopped_at: UtcInstant


class PetitionClock(Record):
    """One clock of a petition. It measures one step, such as the answer, against the step's deadline.

    The petition's document contains it.
    """

    name: ClockName
    rule: Term
    rule_version: str
    calendar_version: str
    ledger: list[LedgerEntry]
    due_at: UtcInstant
    due_version: int = 1
    """A number that grows whenever the due instant changes. Reminders are named after it."""
    stopped_at: UtcInstant | None = None
    explanation: str
    """The explanation of the due instant for officers, in Vietnamese."""
    simple_explanation: str = ""
    """The explanation of the due instant for citizens, in Vietnamese."""
    paused_minutes: int = 0
    """The working minutes in all finished pauses of this run."""
    held: int = 0
    """The time by which finished pauses moved the due instant, in the term's unit, rounded up."""
    latest_due_at: UtcInstant | None = None
    """The due instant if a pause that began in time lasts until its limit. None without such a limit."""
    pause_ends_at: UtcInstant | None = None
    """The instant at which an open pause uses up its limit. None without a limit."""
    runs: list[FinishedRun] = Field(default_factory=list)
    """The finished runs of this clock before the current one."""

    @property
    def started_at(self) -> datetime:
        return self.ledger[0].at

    @property
    def deadline(self) -> UpTo[datetime]:
        """Return the due instant as a deadline. An event at that very instant is in time."""
        return UpTo(self.due_at)

    @property
    def paused_at(self) -> datetime | None:
        """Return the instant since which the clock is paused, or None if it is not."""
        if self.stopped_at is not None:
            return None
        turns = [entry for entry in self.ledger if entry.kind is not LedgerEntryKind.EXTEND]
        return turns[-1].at if turns[-1].kind is LedgerEntryKind.PAUSE else None

    @property
    def is_running(self) -> bool:
        """Return whether time passes for the office: the clock is not stopped, and not paused before its due instant.

        A pause that begins after the due instant changes nothing.
        """
        return self.stopped_at is None and not self.is_paused_in_time

    @property
    def is_paused_in_time(self) -> bool:
        """Return whether the clock is paused now, and the pause began before the due instant had passed."""
        return self.paused_at is not None and self.paused_at in self.deadline

    @property
    def extensions(self) -> int:
        return sum(entry.kind is LedgerEntryKind.EXTEND for entry in self.ledger)

    @property
    def extended(self) -> int:
        """Return the sum of this run's extensions that were given in the rule's unit."""
        return sum(entry.amount for entry in self.ledger if entry.unit in {None, self.rule.unit})

    @property
    def extension_used(self) -> int:
        """Return the sum of all extensions, converted to the rule's unit, to compare with the longest allowed one."""
        return sum(entry.in_unit(self.rule.unit) for entry in self.ledger)

    @property
    def pauses(self) -> int:
        return sum(entry.kind is LedgerEntryKind.PAUSE for entry in self.ledger)

    @property
    def pause_left(self) -> int:
        """Return by how much pauses may still move the due instant, in the rule's unit. 0 if the rule sets no limit."""
        return max(0, (self.rule.max_pause or 0) - self.held)

    @property
    def late_from(self) -> datetime | None:
        """Return the instant after which the office is late if nothing more happens.

        That is the due instant. For a clock paused in time it is the latest possible due instant, or None if the rule
        does not limit pauses.
        """
        return self.latest_due_at if self.is_paused_in_time else self.due_at


def start_clock(
    name: ClockName,
    term: Term,
    rule_version: str,
    calendar: WorkingCalendar,
    at: datetime,
    previous: PetitionClock | None = None,
    received_at: datetime | None = None,
) -> PetitionClock:
    """Return a clock that starts at `at`. It keeps the finished runs of `previous`, the same clock, stopped before.

    `received_at` is the time of filing, for a term that counts from it. Raise ClockError if `previous` still runs.
    """
    if previous is not None and previous.stopped_at is None:
        raise ClockError(f"the clock {name} is still running")
    runs, version = [], 1
    if previous is not None and previous.stopped_at is not None:
        ended = FinishedRun(started_at=previous.started_at, due_at=previous.due_at, stopped_at=previous.stopped_at)
        runs, version = [*previous.runs, ended], previous.due_version + 1
    clock = PetitionClock(
        name=name,
        rule=term,
        rule_version=rule_version,
        calendar_version=calendar.version,
        ledger=[LedgerEntry(kind=LedgerEntryKind.START, at=at, received_at=received_at)],
        due_at=at,
        explanation="",
        runs=runs,
    )
    return replace(_derived(clock, calendar, clock.ledger), due_version=version)


def recompute(clock: PetitionClock, calendar: WorkingCalendar) -> PetitionClock:
    """Return the clock with its due instant computed on another calendar. A stopped clock is unchanged: it is final."""
    return clock if clock.stopped_at is not None else _derived(clock, calendar, clock.ledger)


def with_term(
    clock: PetitionClock, old: Term, new: Term, rule_version: str, calendar: WorkingCalendar
) -> PetitionClock:
    """Return the clock, from the same start, under the rule of another level or class. Unchanged if the rule stays."""
    return clock if old.id == new.id else given_anew(clock, new, rule_version, calendar)


def given_anew(clock: PetitionClock, term: Term, rule_version: str, calendar: WorkingCalendar) -> PetitionClock:
    """Return the clock from the same start with another term. A stopped clock is unchanged.

    Pauses stay. Extensions stay too, in the unit in which they were given, because they were promised.
    """
    if clock.stopped_at is not None:
        return clock
    ledger = [
        replace(entry, unit=entry.unit or clock.rule.unit) if entry.kind is LedgerEntryKind.EXTEND else entry
        for entry in clock.ledger
    ]
    return _derived(replace(clock, rule=term, rule_version=rule_version), calendar, ledger)


def without_stop(clock: PetitionClock, calendar: WorkingCalendar, since: datetime) -> PetitionClock:
    """Return the clock as it would be without a stop at `since` or later: it ran, or was paused, until now."""
    if clock.stopped_at is None or clock.stopped_at in Until(utc(since)):
        return clock
    return _derived(replace(clock, stopped_at=None), calendar, clock.ledger[:-1])


def stop_clock(clock: PetitionClock, calendar: WorkingCalendar, at: datetime) -> PetitionClock:
    """Return the stopped clock. An open pause ends as well. Raise ClockError if the clock is already stopped."""
    stopped = _with(clock, calendar, LedgerEntryKind.STOP, at)
    return replace(stopped, stopped_at=stopped.ledger[-1].at)


def pause(clock: PetitionClock, calendar: WorkingCalendar, at: datetime) -> PetitionClock:
    """Return the paused clock. Raise ClockError if it is already paused or stopped."""
    return _with(clock, calendar, LedgerEntryKind.PAUSE, at)


def resume(clock: PetitionClock, calendar: WorkingCalendar, at: datetime) -> PetitionClock:
    """Return the resumed clock. Raise ClockError if it is not paused."""
    return _with(clock, calendar, LedgerEntryKind.RESUME, at)


def extend(clock: PetitionClock, calendar: WorkingCalendar, at: datetime, amount: int) -> PetitionClock:
    """Return the clock extended by `amount` of its rule's unit.

    Raise ClockError if the clock is stopped or past due, or if all extensions together exceed the rule's limit.
    """
    if amount < 1:
        raise ClockError("an extension must be one unit or more")
    if clock.deadline.is_over(clock.paused_at or utc(at)):
        raise ClockError("an overdue clock cannot be extended")
    if clock.extension_used + amount > clock.rule.max_extension:
        raise ClockError(f"extensions are limited to {clock.rule.max_extension} {clock.rule.unit} in all")
    return _with(clock, calendar, LedgerEntryKind.EXTEND, at, amount)


def extension_left(clock: PetitionClock, now: datetime) -> int:
    """Return by how much the clock may still be extended, in its rule's unit. 0 once it is due or stopped."""
    if clock.stopped_at is not None or clock.deadline.is_over(clock.paused_at or utc(now)):
        return 0
    return max(0, clock.rule.max_extension - clock.extension_used)


def _with(
    clock: PetitionClock, calendar: WorkingCalendar, kind: LedgerEntryKind, at: datetime, amount: int = 0
) -> PetitionClock:
    """Return the clock with one more entry in the ledger.

    An entry earlier than the last gets the time of the last, because the clocks of machines differ a little.
    """
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
        "paused_minutes": int(result.paused.total_seconds()) // 60,
        "held": result.held,
        "latest_due_at": result.latest,
        "pause_ends_at": result.pause_ends,
    }
    return replace(clock, **changes)
