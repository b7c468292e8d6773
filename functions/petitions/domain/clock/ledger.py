"""The ledger of a clock, i.e. the list of its start, pauses, extensions and stop, and the due instant computed from it.

A pause moves a term in hours by the working time in the pause, and a term in days by the days that the term declares.
All pauses of a run together move it by no more than the term allows. A pause shorter than the term's minimum moves
nothing (LAW 7.9). A pause or an extension that begins after the due instant moves nothing, so that it cannot hide
lateness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil
from typing import Annotated

from pydantic import Field

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.deadline_rules import CountsFrom, Term, TermUnit
from petitions.domain.clock.explanations import CountedPause, LedgerSummary, explain, explain_simply
from petitions.domain.shared.edges import AtLeast, Until, UpTo
from petitions.domain.shared.instants import UtcInstant, hanoi, utc
from petitions.domain.shared.local_day import midnight
from petitions.domain.shared.records import Record

NO_TIME = timedelta(0)
HOURS_A_DAY = 8


class LedgerEntryKind(StrEnum):
    """The event that an entry in a clock's ledger records, such as a pause."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    STOP = "stop"


class LedgerEntry(Record):
    """One entry in the ledger of a clock: a start, pause, resumption, extension or stop."""

    kind: LedgerEntryKind
    at: UtcInstant
    amount: Annotated[int, Field(ge=0)] = 0
    """The length of an extension, in `unit` or else in the term's unit. 0 for other entries."""
    unit: TermUnit | None = None
    """The unit of an extension if it differs from the term's (after a change of level), else None."""
    received_at: UtcInstant | None = None
    """The time of the petition's filing, at the start of a clock's first run. Else None."""

    def in_unit(self, unit: TermUnit) -> int:
        """Return the length of an extension in this unit, rounded up. Eight working hours are a day (LAW 4.1)."""
        if self.unit in {None, unit}:
            return self.amount
        if unit is TermUnit.WORKING_HOURS:
            return self.amount * HOURS_A_DAY
        return ceil(self.amount / HOURS_A_DAY) if self.unit is TermUnit.WORKING_HOURS else self.amount


class LedgerError(ValueError):
    """Raised for inconsistent entries: the first is no start, or an entry cannot follow the one before."""


@dataclass(frozen=True)
class Due:
    """The due instant of a clock, with its explanations and the limits of an open pause."""

    at: datetime
    """The due instant. While the clock is paused, the one that would apply if the pause ended at once."""
    explanation: str
    """The explanation for officers, in Vietnamese."""
    simple_explanation: str
    """The explanation for citizens, in Vietnamese."""
    paused: timedelta
    """The working time in all finished pauses, including pauses that moved nothing."""
    held: int = 0
    """The time by which finished pauses moved the due instant, in the term's unit, rounded up."""
    latest: datetime | None = None
    """The due instant if an open pause that began in time lasts until its limit. None without such a pause."""
    pause_ends: datetime | None = None
    """The instant at which an open pause uses up its limit. None without a limit."""


_ALLOWED_AFTER = {
    LedgerEntryKind.START: {LedgerEntryKind.PAUSE, LedgerEntryKind.EXTEND, LedgerEntryKind.STOP},
    LedgerEntryKind.PAUSE: {LedgerEntryKind.RESUME, LedgerEntryKind.EXTEND, LedgerEntryKind.STOP},
    LedgerEntryKind.RESUME: {LedgerEntryKind.PAUSE, LedgerEntryKind.EXTEND, LedgerEntryKind.STOP},
    LedgerEntryKind.STOP: set[LedgerEntryKind](),
}


def check(ledger: Sequence[LedgerEntry]) -> None:
    """Raise LedgerError unless the entries of a clock are in order of time and each can follow the one before."""
    if not ledger or ledger[0].kind is not LedgerEntryKind.START:
        raise LedgerError("a ledger must begin with a start")
    state = LedgerEntryKind.START
    for before, entry in pairwise(ledger):
        if entry.at in Until(before.at):
            raise LedgerError(f"{entry.kind} at {entry.at} is earlier than the entry before it")
        if entry.kind not in _ALLOWED_AFTER[state]:
            raise LedgerError(f"{entry.kind} cannot follow {state}")
        if entry.kind is not LedgerEntryKind.EXTEND:
            state = entry.kind


def due(term: Term, calendar: WorkingCalendar, ledger: Sequence[LedgerEntry]) -> Due:
    """Return the due instant of a clock, with its explanations in Vietnamese for officers and for citizens.

    Raise LedgerError for inconsistent entries and CalendarRangeError if the calendar ends too early.
    """
    check(ledger)
    first = ledger[0]
    received = first.received_at if term.counts_from is CountsFrom.RECEIPT else None
    story = LedgerSummary(term, received or first.at, from_receipt=received is not None)
    at = _reach(calendar, story)
    pause_at: datetime | None = None
    for entry in ledger[1:]:
        if entry.kind is LedgerEntryKind.PAUSE:
            pause_at = entry.at
        elif entry.kind is LedgerEntryKind.EXTEND:
            if (pause_at or entry.at) in UpTo(at):
                _extend(story, entry)
        elif pause_at is not None:  # a stop ends an open pause as a resume does
            story.paused += calendar.elapsed_working(pause_at, entry.at)
            if pause_at in UpTo(at):
                story.holds.append(_hold(calendar, story, pause_at, entry.at))
            pause_at = None
        at = _reach(calendar, story)
    story.paused_at = pause_at
    explanations = explain(calendar, story, at), explain_simply(calendar, story, at)
    if pause_at is None or term.max_pause is None:
        return Due(at, *explanations, story.paused, _held(calendar, story))
    ends = _end_of_pause(calendar, story, pause_at)
    latest = None if UpTo(at).is_over(pause_at) else _latest(calendar, story, pause_at, ends)
    return Due(at, *explanations, story.paused, _held(calendar, story), latest, ends)


def _held(calendar: WorkingCalendar, story: LedgerSummary) -> int:
    if story.days_turn_into_calendar:
        return (hanoi(_reach(calendar, story)).date() - hanoi(_unpaused(calendar, story)).date()).days
    time = sum((hold.time for hold in story.holds), NO_TIME)
    return sum(hold.days for hold in story.holds) + ceil(time / timedelta(hours=1))


def _extend(story: LedgerSummary, entry: LedgerEntry) -> None:
    """Add an extension to the summary.

    If a change of level turned a term in days into one in hours, an extension given in days stays in days.
    """
    unit = story.term.unit
    given = entry.unit or unit
    if unit is TermUnit.WORKING_HOURS and given is not unit:
        story.extended_days[given] = story.extended_days.get(given, 0) + entry.amount
    else:
        story.extended += entry.in_unit(unit)


def _hold(calendar: WorkingCalendar, story: LedgerSummary, start: datetime, end: datetime) -> CountedPause:
    """Return the pause with the time that it adds: nothing if it was too short, and at most the rest of the limit."""
    term, worked = story.term, calendar.elapsed_working(start, end)
    if not AtLeast(timedelta(minutes=term.least_pause)).is_met_by(worked):
        return CountedPause(start, end, NO_TIME, 0)
    if term.unit is TermUnit.WORKING_HOURS:
        left = _time_left(story)
        return CountedPause(start, end, worked if left is None else min(worked, left), 0)
    if story.days_in_calendar:
        days = (hanoi(end).date() - hanoi(start).date()).days
    else:
        days = calendar.closings_between(start, end)
    left_days = _days_left(calendar, story)
    return CountedPause(start, end, NO_TIME, days if left_days is None else min(days, left_days))


def _time_left(story: LedgerSummary) -> timedelta | None:
    limit = story.term.max_pause
    return None if limit is None else timedelta(hours=limit) - sum((hold.time for hold in story.holds), NO_TIME)


def _days_left(calendar: WorkingCalendar, story: LedgerSummary) -> int | None:
    limit = _most_days(calendar, story)
    return None if limit is None else max(0, limit - sum(hold.days for hold in story.holds))


def _most_days(calendar: WorkingCalendar, story: LedgerSummary) -> int | None:
    """Return the most days by which all pauses together may move a term in days. None without a limit."""
    limit = story.term.max_pause
    if limit is None or not story.days_turn_into_calendar:
        return limit
    start = _unpaused(calendar, story)
    return calendar.closings_between(start, calendar.add_calendar_days(start, limit))


def _unpaused(calendar: WorkingCalendar, story: LedgerSummary) -> datetime:
    return _reach(calendar, replace(story, holds=[]))


def _end_of_pause(calendar: WorkingCalendar, story: LedgerSummary, start: datetime) -> datetime:
    if story.term.unit is TermUnit.WORKING_HOURS:
        left = _time_left(story) or NO_TIME
        return calendar.add_working_hours(start, left) if left else start
    days = _days_left(calendar, story) or 0
    if not days:
        return start
    if story.days_in_calendar:
        return utc(midnight(hanoi(start).date() + timedelta(days=days)))
    return calendar.closing_after(start, days)


def _latest(calendar: WorkingCalendar, story: LedgerSummary, start: datetime, ends: datetime) -> datetime:
    left, days = _time_left(story) or NO_TIME, _days_left(calendar, story) or 0
    whole = CountedPause(start, ends, left, 0 if story.term.unit is TermUnit.WORKING_HOURS else days)
    return _reach(calendar, replace(story, holds=[*story.holds, whole]))


def _reach(calendar: WorkingCalendar, story: LedgerSummary) -> datetime:
    term, days = story.term, sum(hold.days for hold in story.holds)
    amount = term.amount + story.extended
    if term.unit is TermUnit.WORKING_HOURS:
        held = sum((hold.time for hold in story.holds), NO_TIME)
        at = calendar.add_working_hours(story.start, timedelta(hours=amount) + held)
    elif term.unit is TermUnit.WORKING_DAYS:
        at = calendar.add_working_days(story.start, amount + days)
    else:
        at = calendar.add_calendar_days(story.start, story.calendar_days)
        if days and not story.days_in_calendar:
            most = _most_days(calendar, story)  # an extension given later may have moved the limit
            at = calendar.add_working_days(at, days if most is None else min(days, most))
    for unit, more in sorted(story.extended_days.items()):
        add = calendar.add_working_days if unit is TermUnit.WORKING_DAYS else calendar.add_calendar_days
        at = add(at, more)
    return at
