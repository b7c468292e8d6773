"""The instants of a clock's rungs, and the work of a sweep that finds some of them past.

Nothing fires outside working hours. Of several past rungs the highest fires and the others are skipped. The number done
is counted per due version, so a moved deadline starts anew. Rungs before the clock's start do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.clock.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.clock.ladder import DayReminderStep, HourReminderStep, Recipient, ReminderLadder
from petitions.domain.clock.time_states import instant_of_remaining_part
from petitions.domain.shared.instants import utc

LAST_CALL = timedelta(minutes=15)
"""How long before a closing time a rung goes out, so that somebody is there and the grouped e-mail is out in time."""


@dataclass(frozen=True)
class Rung:
    """A reminder that is to go out at `at`, a working instant."""

    name: str
    at: datetime
    recipients: tuple[Recipient, ...]
    at_once: bool = False
    accountable: Recipient | None = None


@dataclass(frozen=True)
class ReminderPlan:
    """The work of a sweep on one clock."""

    fire: Rung | None
    """The one rung to fire, if any."""
    skipped: list[Rung]
    """The rungs to record as skipped."""
    done: int
    """The number of rungs that are then behind the clock."""
    next_at: datetime | None
    """The instant at which to look again."""

    @property
    def at_once(self) -> bool:
        """Return whether a passed rung cannot wait for the next morning's digest."""
        return any(rung.at_once for rung in self.passed)

    @property
    def accountable(self) -> Recipient | None:
        """Return the person accountable for the petition from now on, or None if that does not change."""
        return next((rung.accountable for rung in reversed(self.passed) if rung.accountable), None)

    @property
    def passed(self) -> list[Rung]:
        """Return the rungs that are fired or skipped, lowest first."""
        return [*self.skipped, *([self.fire] if self.fire else [])]


def rung(clock: PetitionClock, calendar: WorkingCalendar, ladder: ReminderLadder, index: int) -> Rung | None:
    """Return rung number `index` (from 0) of a running clock, or None above the last or beyond the calendar."""
    step = ladder.step(clock.name, clock.rule.unit, index)
    if step is None or not clock.is_running:
        return None
    try:
        at = (
            _day_rung(clock, calendar, step) if isinstance(step, DayReminderStep) else _hour_rung(clock, calendar, step)
        )
    except CalendarRangeError:
        # A year is missing. Once it is added, the petition is recomputed and its ladder goes on.
        return None
    return Rung(step.name, at, step.recipients, step.at_once, step.accountable)


def plan_reminders(
    clock: PetitionClock, done: int, now: datetime, *, calendar: WorkingCalendar, ladder: ReminderLadder
) -> ReminderPlan:
    """Return the work at `now`, with `done` rungs behind the clock's present due instant.

    Outside working hours nothing is done before the next opening.
    """
    now = utc(now)
    waiting: list[Rung] = []
    index, next_at, behind = done, None, done
    while (found := rung(clock, calendar, ladder, index)) is not None:
        if found.at > now:
            next_at = found.at
            break
        index += 1
        if found.at > clock.started_at:
            waiting.append(found)
            behind = index
    if not waiting:
        return ReminderPlan(None, [], done, next_at)
    if not calendar.is_working_time(now):
        return ReminderPlan(None, [], done, calendar.next_working_instant(now))
    return ReminderPlan(waiting[-1], waiting[:-1], behind, next_at)


def reminder_id(code: str, clock: str, rung_name: str, recipient: str, due_version: int) -> str:
    """Return the id of the reminder's document, which exists once: a rung fires once per recipient and due version."""
    return f"{code}:{clock}:{rung_name}:{recipient}:{due_version}"


def _day_rung(clock: PetitionClock, calendar: WorkingCalendar, step: DayReminderStep) -> datetime:
    return calendar.opening_at(clock.due_at, step.working_days)


def _hour_rung(clock: PetitionClock, calendar: WorkingCalendar, step: HourReminderStep) -> datetime:
    at = calendar.add_working_hours(
        instant_of_remaining_part(clock, calendar, 1 - step.part), timedelta(hours=step.hours_after)
    )
    if calendar.is_working_time(at):
        return at
    return calendar.next_working_instant(calendar.subtract_working_hours(at, LAST_CALL))
