"""The times of a clock's reminders, and the reminder to send when some of these times have passed.

A ladder is a series of reminders, its rungs. On a clock, every rung has an instant. Nothing is sent outside working
hours. If several rungs have passed, only the last is sent and the others are skipped. The finished rungs are counted
per version of the due instant, so a moved deadline starts anew. Rungs before the clock's start do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.clock.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.clock.ladder import DayRung, HourRung, Recipient, ReminderLadder
from petitions.domain.clock.time_states import instant_of_remaining_part
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.instants import utc

LAST_CALL = timedelta(minutes=15)
"""The time before a closing time at which a rung is sent, so that somebody is there and the grouped e-mail is in time.
"""


@dataclass(frozen=True)
class DatedRung:
    """A rung of the ladder on one clock: a reminder to be sent at `at`, an instant in working time."""

    name: str
    at: datetime
    recipients: tuple[Recipient, ...]
    at_once: bool = False
    accountable: Recipient | None = None


@dataclass(frozen=True)
class ReminderPlan:
    """The reminders on one clock to send and to skip in one run of the job."""

    fire: DatedRung | None
    """The one reminder to send, or None."""
    skipped: list[DatedRung]
    """The reminders to record as skipped."""
    done: int
    """The number of rungs finished after this run."""
    next_at: datetime | None
    """The time at which the job must look at the clock again, or None."""

    @property
    def at_once(self) -> bool:
        """Whether a due reminder is too urgent to wait for the next morning's digest."""
        return any(rung.at_once for rung in self.passed)

    @property
    def accountable(self) -> Recipient | None:
        """Person accountable for the petition from now on, or None for no change."""
        return next((rung.accountable for rung in reversed(self.passed) if rung.accountable), None)

    @property
    def passed(self) -> list[DatedRung]:
        """Return the reminders that are sent or skipped now, earliest first."""
        return [*self.skipped, *([self.fire] if self.fire else [])]


def dated_rung(clock: PetitionClock, calendar: WorkingCalendar, ladder: ReminderLadder, index: int) -> DatedRung | None:
    """Return reminder number `index` (from 0) of a running clock. None after the last and beyond the calendar's end."""
    rung = ladder.rung(clock.name, clock.rule.unit, index)
    if rung is None or not clock.is_running:
        return None
    try:
        at = _day_rung_at(clock, calendar, rung) if isinstance(rung, DayRung) else _hour_rung_at(clock, calendar, rung)
    except CalendarRangeError:
        # A year is missing. Once it is added, the petition is recomputed and its ladder goes on.
        return None
    return DatedRung(rung.name, at, rung.recipients, rung.at_once, rung.accountable)


def plan_reminders(
    clock: PetitionClock, done: int, now: datetime, *, calendar: WorkingCalendar, ladder: ReminderLadder
) -> ReminderPlan:
    """Return the reminders to send and to skip at `now`, after `done` reminders for the clock's present due instant.

    Outside working hours there are none, and `next_at` is the next opening.
    """
    now = utc(now)
    waiting: list[DatedRung] = []
    index, next_at, behind = done, None, done
    while (found := dated_rung(clock, calendar, ladder, index)) is not None:
        if now in Until(found.at):
            next_at = found.at
            break
        index += 1
        if UpTo(clock.started_at).is_over(found.at):
            waiting.append(found)
            behind = index
    if not waiting:
        return ReminderPlan(None, [], done, next_at)
    if not calendar.is_working_time(now):
        return ReminderPlan(None, [], done, calendar.next_working_instant(now))
    return ReminderPlan(waiting[-1], waiting[:-1], behind, next_at)


def reminder_id(code: str, clock: str, rung_name: str, recipient: str, due_version: int) -> str:
    """Return the id of a reminder's document, under which nobody gets a reminder twice for one due instant."""
    return f"{code}:{clock}:{rung_name}:{recipient}:{due_version}"


def _day_rung_at(clock: PetitionClock, calendar: WorkingCalendar, rung: DayRung) -> datetime:
    return calendar.opening_at(clock.due_at, rung.working_days)


def _hour_rung_at(clock: PetitionClock, calendar: WorkingCalendar, rung: HourRung) -> datetime:
    at = calendar.add_working_hours(
        instant_of_remaining_part(clock, calendar, 1 - rung.part), timedelta(hours=rung.hours_after)
    )
    if calendar.is_working_time(at):
        return at
    return calendar.next_working_instant(calendar.subtract_working_hours(at, LAST_CALL))
