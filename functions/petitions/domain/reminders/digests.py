"""The morning's digest: the position of running clocks on the ladder of days, and the officers responsible.

A clock in hours is treated like one in days with the same due day, because a daily reader thinks in days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from petitions.domain.clock.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.clock.ladder import Recipient, ReminderLadder
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Instant, Root

LAST_HOUR = 12
"""The hour in Hanoi after which a digest that is still missing is no longer waited for."""


class DigestSection(StrEnum):
    """The sections of a digest, in order."""

    OVERDUE = "overdue"
    TODAY = "today"
    APPROVAL = "approval"
    """The answer waits to be approved, and nothing is due yet."""
    SOON = "soon"
    UNANSWERED = "unanswered"
    """The citizen's supplement has not come. A person decides how to go on."""


@dataclass(frozen=True)
class DigestItem:
    """A clock of a petition that somebody must look at."""

    petition: Petition
    clock: PetitionClock
    standing: DigestSection
    recipients: tuple[Recipient, ...]


class Digest(Root):
    """`digests/{day}:{unit}`: the record that the unit's digests of a day in Hanoi have been made."""

    unit: str
    at: Instant
    expires_at: Instant | None = None
    standings: dict[str, DigestSection] = Field(default_factory=dict)
    """The sections that the digests reported, by `section_key`."""

    def tells(self, code: str, clock: str, *, overdue: bool) -> bool:
        """Return whether the digest reported this clock as due or, if `overdue`, as overdue."""
        standing = self.standings.get(section_key(code, clock))
        return standing is DigestSection.OVERDUE or (standing is not None and not overdue)


def digest_path(now: datetime, unit: str) -> str:
    """Return the path of the unit's document for Hanoi's day."""
    return f"digests/{hanoi(now):%Y%m%d}:{unit}"


def section_key(code: str, clock: str) -> str:
    """Return the key of a petition's clock in `Digest.standings`."""
    return f"{code}:{clock}"


def digest_items(
    petition: Petition, calendar: WorkingCalendar, ladder: ReminderLadder, now: datetime
) -> list[DigestItem]:
    """Return a petition's items in the digests of this morning."""
    found = (_item(petition, clock, calendar, ladder, now) for clock in petition.clocks.values())
    items = [item for item in found if item is not None]
    return items or _unapproved(petition, calendar, ladder, now)


def horizon(calendar: WorkingCalendar, ladder: ReminderLadder, now: datetime) -> datetime:
    """Return the latest due instant that a digest can report."""
    ahead = -min((step.working_days for step in ladder.days), default=0)
    return calendar.opening_at(now, ahead) + timedelta(days=1)


def is_digest_time(calendar: WorkingCalendar, now: datetime) -> bool:
    """Return whether digests go out now: on working days from the opening to noon, in case a run was missed."""
    day = hanoi(now).date()
    return calendar.is_working_day(day) and calendar.opening(day) <= now and hanoi(now).hour < LAST_HOUR


def _item(
    petition: Petition, clock: PetitionClock, calendar: WorkingCalendar, ladder: ReminderLadder, now: datetime
) -> DigestItem | None:
    if not clock.is_running:
        return None
    steps = ladder.supplement if clock.name is ClockName.SUPPLEMENT else ladder.days
    try:
        reached = [step for step in steps if calendar.opening_at(clock.due_at, step.working_days) <= now]
    except CalendarRangeError:
        return None
    return DigestItem(petition, clock, _standing(clock, now), reached[-1].recipients) if reached else None


def _unapproved(
    petition: Petition, calendar: WorkingCalendar, ladder: ReminderLadder, now: datetime
) -> list[DigestItem]:
    """Return the answer that waits for approval although nothing is due yet: the head has to look at it at once."""
    clock, reply = petition.clocks.get(ClockName.ANSWER), petition.reply
    if petition.state is not State.AWAITING_APPROVAL or clock is None or reply is None:
        return []
    try:
        reached = [step for step in ladder.approval if calendar.opening_at(reply.written_at, step.working_days) <= now]
    except CalendarRangeError:
        return []
    recipients = reached[-1].recipients if reached else (Recipient.HEAD,)
    return [DigestItem(petition, clock, DigestSection.APPROVAL, recipients)]


def _standing(clock: PetitionClock, now: datetime) -> DigestSection:
    if clock.name is ClockName.SUPPLEMENT:
        return DigestSection.UNANSWERED
    if now > clock.due_at:
        return DigestSection.OVERDUE
    return DigestSection.TODAY if hanoi(clock.due_at).date() == hanoi(now).date() else DigestSection.SOON
