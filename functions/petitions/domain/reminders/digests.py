"""The morning's digest: where each running clock stands by the ladder of days, and for whom that is work.

A clock in hours stands where one in days with its due day would: who looks once a day thinks in days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from petitions.domain.clock.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.clock.clocks import Clock
from petitions.domain.clock.ladder import Ladder, Recipient
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Instant, Root

NOON = 12
"""A digest that has not been made by this hour, Hanoi's, is not waited for any more."""


class Standing(StrEnum):
    """The parts of a digest, in its order."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    UNANSWERED = "unanswered"  # the citizen's supplement has not come: a person decides how to go on


@dataclass(frozen=True)
class Item:
    """One clock of one petition that somebody must look at."""

    petition: Petition
    clock: Clock
    standing: Standing
    recipients: tuple[Recipient, ...]


class Digest(Root):
    """`digests/{day}:{unit}`: that the unit's digests of Hanoi's day are made, and the standings they spoke of."""

    unit: str
    at: Instant
    expires_at: Instant | None = None
    standings: dict[str, Standing] = Field(default_factory=dict)

    def tells(self, code: str, clock: str, *, overdue: bool) -> bool:
        """Whether it told that this clock is due, or that it is overdue."""
        standing = self.standings.get(standing_key(code, clock))
        return standing is Standing.OVERDUE or (standing is not None and not overdue)


def digest_path(now: datetime, unit: str) -> str:
    """Where the unit's document of Hanoi's day is."""
    return f"digests/{hanoi(now):%Y%m%d}:{unit}"


def standing_key(code: str, clock: str) -> str:
    """Names a clock of a petition in `Digest.standings`."""
    return f"{code}:{clock}"


def items(petition: Petition, calendar: WorkingCalendar, ladder: Ladder, now: datetime) -> list[Item]:
    """What a petition adds to the digests of this morning."""
    found = (_item(petition, clock, calendar, ladder, now) for clock in petition.clocks.values())
    return [item for item in found if item is not None]


def horizon(calendar: WorkingCalendar, ladder: Ladder, now: datetime) -> datetime:
    """The latest due instant that a digest can speak of."""
    ahead = -min((step.working_days for step in ladder.days), default=0)
    return calendar.opening_at(now, ahead) + timedelta(days=1)


def is_digest_time(calendar: WorkingCalendar, now: datetime) -> bool:
    """Whether digests go out: on working days from the opening to noon, should a run have been missed."""
    day = hanoi(now).date()
    return calendar.is_working_day(day) and calendar.opening(day) <= now and hanoi(now).hour < NOON


def _item(petition: Petition, clock: Clock, calendar: WorkingCalendar, ladder: Ladder, now: datetime) -> Item | None:
    if not clock.is_running:
        return None
    steps = ladder.supplement if clock.name is ClockName.SUPPLEMENT else ladder.days
    try:
        reached = [step for step in steps if calendar.opening_at(clock.due_at, step.working_days) <= now]
    except CalendarRangeError:
        return None
    return Item(petition, clock, _standing(clock, now), reached[-1].recipients) if reached else None


def _standing(clock: Clock, now: datetime) -> Standing:
    if clock.name is ClockName.SUPPLEMENT:
        return Standing.UNANSWERED
    if now > clock.due_at:
        return Standing.OVERDUE
    return Standing.TODAY if hanoi(clock.due_at).date() == hanoi(now).date() else Standing.SOON
