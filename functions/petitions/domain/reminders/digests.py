"""The digest: a mail every morning that lists an officer's petitions by urgency.

The section of a petition depends on the ladder of reminders. A clock in hours is treated like one in days with the same
due day, because a daily reader thinks in days.
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
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Instant, Root

LAST_HOUR = 12
"""The hour in Hanoi after which the system no longer waits for a digest that is missing."""


class DigestSection(StrEnum):
    """The sections of a digest, in order."""

    OVERDUE = "overdue"
    TODAY = "today"
    APPROVAL = "approval"
    """An answer waits for approval, and no deadline is near."""
    SOON = "soon"
    UNANSWERED = "unanswered"
    """The citizen's supplement did not come in time. An officer decides how to go on."""


@dataclass(frozen=True)
class DigestItem:
    """A clock of a petition that needs attention, as a line of the digest."""

    petition: Petition
    clock: PetitionClock
    standing: DigestSection
    recipients: tuple[Recipient, ...]


class Digest(Root):
    """The record that the digests of a unit were made on a day in Hanoi, stored as `digests/{day}:{unit}`."""

    unit: str
    at: Instant
    expires_at: Instant | None = None
    standings: dict[str, DigestSection] = Field(default_factory=dict)
    """The section of every clock listed in these digests, by `section_key`."""

    def contains(self, code: str, clock: str, *, overdue: bool) -> bool:
        """Return whether the digests listed this clock or, if `overdue`, listed it as overdue."""
        standing = self.standings.get(section_key(code, clock))
        return standing is DigestSection.OVERDUE or (standing is not None and not overdue)


def digest_path(now: datetime, unit: str) -> str:
    return f"digests/{hanoi(now):%Y%m%d}:{unit}"


def section_key(code: str, clock: str) -> str:
    return f"{code}:{clock}"


def digest_items(
    petition: Petition, calendar: WorkingCalendar, ladder: ReminderLadder, now: datetime
) -> list[DigestItem]:
    """Return the lines for a petition in this morning's digests. Empty if nothing is due or awaits approval."""
    found = (_item(petition, clock, calendar, ladder, now) for clock in petition.clocks.values())
    items = [item for item in found if item is not None]
    return items or _unapproved(petition, calendar, ladder, now)


def horizon(calendar: WorkingCalendar, ladder: ReminderLadder, now: datetime) -> datetime:
    """Return the latest due instant of any clock that a digest of today can list."""
    ahead = -min((rung.working_days for rung in ladder.days), default=0)
    return calendar.opening_at(now, ahead) + timedelta(days=1)


def is_digest_time(calendar: WorkingCalendar, now: datetime) -> bool:
    """Return whether digests may be sent now: on working days from the opening until noon (LAST_HOUR)."""
    day = hanoi(now).date()
    return calendar.is_working_day(day) and Until(calendar.opening(day)).is_over(now) and hanoi(now).hour < LAST_HOUR


def _item(
    petition: Petition, clock: PetitionClock, calendar: WorkingCalendar, ladder: ReminderLadder, now: datetime
) -> DigestItem | None:
    if not clock.is_running:
        return None
    rungs = ladder.supplement if clock.name is ClockName.SUPPLEMENT else ladder.days
    try:
        reached = [rung for rung in rungs if Until(calendar.opening_at(clock.due_at, rung.working_days)).is_over(now)]
    except CalendarRangeError:
        return None
    return DigestItem(petition, clock, _standing(clock, now), reached[-1].recipients) if reached else None


def _unapproved(
    petition: Petition, calendar: WorkingCalendar, ladder: ReminderLadder, now: datetime
) -> list[DigestItem]:
    clock, reply = petition.clocks.get(ClockName.ANSWER), petition.reply
    if petition.state is not State.AWAITING_APPROVAL or clock is None or reply is None:
        return []
    try:
        opened = [(rung, calendar.opening_at(reply.written_at, rung.working_days)) for rung in ladder.approval]
        reached = [rung for rung, opening in opened if Until(opening).is_over(now)]
    except CalendarRangeError:
        return []
    recipients = reached[-1].recipients if reached else (Recipient.HEAD,)
    return [DigestItem(petition, clock, DigestSection.APPROVAL, recipients)]


def _standing(clock: PetitionClock, now: datetime) -> DigestSection:
    if clock.name is ClockName.SUPPLEMENT:
        return DigestSection.UNANSWERED
    if clock.deadline.is_over(now):
        return DigestSection.OVERDUE
    return DigestSection.TODAY if hanoi(clock.due_at).date() == hanoi(now).date() else DigestSection.SOON
