"""The ledger of a clock, and the one pure function from (term, calendar, ledger) to the due instant.

A pause moves a clock in hours by the working time in it, and a clock in days by the working days that closed in it.
A pause or an extension that begins after the due instant moves nothing, so that it cannot hide lateness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.deadline_rules import Term, TermUnit
from petitions.domain.clock.explanations import CountedPause, LedgerSummary, explain, explain_simply
from petitions.domain.shared.instants import UtcInstant
from petitions.domain.shared.records import Record


class LedgerEntryKind(StrEnum):
    """The kind of an entry in the ledger."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    STOP = "stop"


class LedgerEntry(Record):
    """One entry of the ledger."""

    kind: LedgerEntryKind
    at: UtcInstant
    amount: Annotated[int, Field(ge=0)] = 0
    """The length of an extension, in the term's unit."""


class LedgerError(ValueError):
    """The entries do not begin with a start, or do not follow from one another."""


@dataclass(frozen=True)
class Due:
    """The due instant of a clock with its explanations."""

    at: datetime
    """While the clock is paused, the due instant as if it resumed at the moment of the pause."""
    explanation: str
    """For officers."""
    simple_explanation: str
    """For citizens."""


_ALLOWED_AFTER = {
    LedgerEntryKind.START: {LedgerEntryKind.PAUSE, LedgerEntryKind.EXTEND, LedgerEntryKind.STOP},
    LedgerEntryKind.PAUSE: {LedgerEntryKind.RESUME, LedgerEntryKind.EXTEND, LedgerEntryKind.STOP},
    LedgerEntryKind.RESUME: {LedgerEntryKind.PAUSE, LedgerEntryKind.EXTEND, LedgerEntryKind.STOP},
    LedgerEntryKind.STOP: set[LedgerEntryKind](),
}


def check(ledger: Sequence[LedgerEntry]) -> None:
    """Raise LedgerError unless the entries are in order and follow from one another."""
    if not ledger or ledger[0].kind is not LedgerEntryKind.START:
        raise LedgerError("a ledger must begin with a start")
    state = LedgerEntryKind.START
    for before, entry in pairwise(ledger):
        if entry.at < before.at:
            raise LedgerError(f"{entry.kind} at {entry.at} is earlier than the entry before it")
        if entry.kind not in _ALLOWED_AFTER[state]:
            raise LedgerError(f"{entry.kind} cannot follow {state}")
        if entry.kind is not LedgerEntryKind.EXTEND:
            state = entry.kind


def due(term: Term, calendar: WorkingCalendar, ledger: Sequence[LedgerEntry]) -> Due:
    """Return the due instant of a clock, with its explanations in Vietnamese for officers and for citizens.

    Raise LedgerError for entries that make no sense and CalendarRangeError if the calendar ends too early.
    """
    check(ledger)
    story = LedgerSummary(term, ledger[0].at)
    at = _reach(calendar, story)
    pause_at: datetime | None = None
    for entry in ledger[1:]:
        if entry.kind is LedgerEntryKind.PAUSE:
            pause_at = entry.at
        elif entry.kind is LedgerEntryKind.EXTEND:
            if (pause_at or entry.at) <= at:
                story.extended += entry.amount
        elif pause_at is not None:  # a stop ends an open pause as a resume does
            if pause_at <= at:
                story.holds.append(_hold(term.unit, calendar, pause_at, entry.at))
            pause_at = None
        at = _reach(calendar, story)
    story.paused_at = pause_at
    return Due(at, explain(calendar, story, at), explain_simply(calendar, story, at))


def _hold(unit: TermUnit, calendar: WorkingCalendar, start: datetime, end: datetime) -> CountedPause:
    if unit is TermUnit.WORKING_HOURS:
        return CountedPause(start, end, calendar.elapsed_working(start, end), 0)
    return CountedPause(start, end, timedelta(0), calendar.closings_between(start, end))


def _reach(calendar: WorkingCalendar, story: LedgerSummary) -> datetime:
    amount = story.term.amount + story.extended
    if story.term.unit is TermUnit.WORKING_HOURS:
        held = sum((hold.time for hold in story.holds), timedelta(0))
        return calendar.add_working_hours(story.start, timedelta(hours=amount) + held)
    if story.term.unit is TermUnit.WORKING_DAYS:
        at = calendar.add_working_days(story.start, amount)
    else:
        at = calendar.add_calendar_days(story.start, amount)
    days = sum(hold.days for hold in story.holds)
    return calendar.add_working_days(at, days) if days else at
