"""The ladder of reminders: when each rung of a clock is, and what a sweep must do about it.

Source of the ladder: domain.md 7 and 8.5 O3. Nothing fires outside working hours; a rung fires once per recipient and
due version, which `reminder_id` says. Of several rungs that are past, the highest fires and the others are skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from petitions.domain.calendar import WorkingCalendar
from petitions.domain.deadline_rules import Unit
from petitions.domain.deadlines import Clock, instant_with_left
from petitions.domain.instants import utc
from petitions.domain.reference_data import ReferenceModel, parse


class Recipient(StrEnum):
    """Who is reminded. Without a handler, the officers of the unit stand in."""

    HANDLER = "handler"
    HEAD = "head"
    COORDINATORS = "coordinators"


class Step(ReferenceModel):
    """One rung of a ladder."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[^:/]+$")]
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]


class DayStep(Step):
    """At opening time of the working day so many before (negative) or after the due day."""

    working_days: int


class HourStep(Step):
    """When `part` of the working time is used up, and `hours_after` working hours later."""

    part: Annotated[float, Field(ge=0, le=1)]
    hours_after: Annotated[int, Field(ge=0)] = 0


class Ladder(ReferenceModel):
    """The rungs for clocks in days and for clocks in hours, lowest first."""

    version: Annotated[str, Field(min_length=1)]
    days: tuple[DayStep, ...]
    hours: tuple[HourStep, ...]

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> Ladder:
        """The ladder from its document. Raises ReferenceFaults that lists every fault."""
        return parse(cls, raw, "reminder ladder")

    @model_validator(mode="after")
    def _checked(self) -> Self:
        faults = []
        for kind, steps in (("days", self.days), ("hours", self.hours)):
            names = [step.name for step in steps]
            if len(set(names)) != len(names):
                faults.append(f"{kind}: two rungs have the same name: {names}")
        day_order = [step.working_days for step in self.days]
        hour_order = [(step.part, step.hours_after) for step in self.hours]
        if day_order != sorted(set(day_order)):
            faults.append(f"days: rungs must rise: {day_order}")
        if hour_order != sorted(set(hour_order)):
            faults.append(f"hours: rungs must rise: {hour_order}")
        if faults:
            raise ValueError("\n".join(faults))
        return self


@dataclass(frozen=True)
class Rung:
    """A reminder that is to go out at `at`, a working instant."""

    name: str
    at: datetime
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True)
class Plan:
    """What a sweep does now: fire at most one rung, record others as skipped, and look again at `next_at`."""

    fire: Rung | None
    skipped: list[Rung]
    next_at: datetime | None


def rungs(clock: Clock, calendar: WorkingCalendar, ladder: Ladder) -> list[Rung]:
    """All rungs of a running clock, lowest first; none of a paused or stopped one."""
    if not clock.is_running:
        return []
    if clock.rule.unit is Unit.WORKING_HOURS:
        return [
            Rung(step.name, calendar.next_working_instant(_hour_rung(clock, calendar, step)), step.recipients)
            for step in ladder.hours
        ]
    return [
        Rung(step.name, calendar.opening_at(clock.due_at, step.working_days), step.recipients) for step in ladder.days
    ]


def plan(clock: Clock, fired: AbstractSet[str], now: datetime, *, calendar: WorkingCalendar, ladder: Ladder) -> Plan:
    """What is to be done at `now`, given the names of the rungs fired or skipped for this due version.

    Outside working hours nothing is done before the next opening. A rung below one that has fired is never fired.
    """
    ladder_rungs = rungs(clock, calendar, ladder)
    now = utc(now)
    past = [rung for rung in ladder_rungs if rung.at <= now]
    next_at = min((rung.at for rung in ladder_rungs if rung.at > now), default=None)
    waiting = [rung for rung in past if rung.name not in fired]
    if waiting and not calendar.is_working_time(now):
        return Plan(None, [], calendar.next_working_instant(now))
    if not waiting:
        return Plan(None, [], next_at)
    if waiting[-1] is past[-1]:
        return Plan(waiting[-1], waiting[:-1], next_at)
    return Plan(None, waiting, next_at)


def reminder_id(code: str, clock: str, rung: str, recipient: str, due_version: int) -> str:
    """The reminder document's id: it exists once, so the rung fires once per recipient and due version."""
    return f"{code}:{clock}:{rung}:{recipient}:{due_version}"


def _hour_rung(clock: Clock, calendar: WorkingCalendar, step: HourStep) -> datetime:
    at = instant_with_left(clock, calendar, 1 - step.part)
    return calendar.add_working_hours(at, timedelta(hours=step.hours_after))
