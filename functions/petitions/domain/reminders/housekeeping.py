"""Work on answered petitions: ask once for a rating, and close the petition when it can no longer be reopened.

Defaults (LAW 7.3): a petition may be reopened once, within 10 days of the answer. Then it is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from petitions.domain.clock.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until
from petitions.domain.shared.reference_data import ReferenceModel, parse

_Days = Annotated[int, Field(ge=1)]

MOST_CONTACTS = 20
"""The highest value that `contacts_a_day` may have."""


class HousekeepingRules(ReferenceModel):
    """The times of the work on answered petitions, counted from the answer, and limits per person and day."""

    version: str
    ask_rating_after_working_days: _Days
    reopen_within_days: _Days
    reopen_times: Annotated[int, Field(ge=0)] = 1
    """How often an answered petition may be reopened."""
    contact_seen_within_minutes: Annotated[int, Field(ge=1)] = 15
    """The deadline for seeing a citizen's request to speak with an officer, in working minutes."""
    contact_acted_after_days: Annotated[int, Field(ge=0)] = 0
    """The deadline for acting on it, in working days after the day by which it must be seen. 0 means the same day."""
    petitions_a_day: Annotated[int, Field(ge=1, le=50)] = 10
    """The most petitions that one person may file on one day in Hanoi."""
    contacts_a_day: Annotated[int, Field(ge=1, le=MOST_CONTACTS)] = 10
    """The most requests of one person and day in Hanoi for which officers get e-mails. Further ones appear in the inbox
    only.
    """
    exported_at_once: Annotated[int, Field(ge=1, le=5000)] = 2000
    """The most petitions of a list that is exported at once. A longer list is exported in the background."""
    source: str

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> HousekeepingRules:
        """Return the rules read from their document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "housekeeping")


class ChoreKind(StrEnum):
    """The two kinds of work on an answered petition."""

    ASK_RATING = "ask_rating"
    CLOSE = "close"


@dataclass(frozen=True)
class Chore:
    kind: ChoreKind
    at: datetime


def reopen_until(petition: Petition, chores: HousekeepingRules, calendar: WorkingCalendar) -> datetime | None:
    """Return the last instant at which the petition may be reopened.

    None if it is not answered, or if the instant lies beyond the end of the calendar.
    """
    reply = petition.reply
    if petition.state not in {State.ANSWERED, State.PUBLISHED} or reply is None or reply.approved_at is None:
        return None
    try:
        return calendar.add_calendar_days(reply.approved_at, chores.reopen_within_days)
    except CalendarRangeError:
        return None


def next_chore(petition: Petition, chores: HousekeepingRules, calendar: WorkingCalendar) -> Chore | None:
    """Return the next work on the petition: to ask for a rating, or to close it.

    None if it is not answered, or if the instant lies beyond the end of the calendar.
    """
    until = reopen_until(petition, chores, calendar)
    if until is None or petition.reply is None or petition.reply.approved_at is None:
        return None
    answered = petition.reply.approved_at
    close = Chore(ChoreKind.CLOSE, max(until, petition.closing_held_until or until))
    try:
        ask = Chore(ChoreKind.ASK_RATING, calendar.opening_at(answered, chores.ask_rating_after_working_days))
    except CalendarRangeError:
        return None
    asked = petition.rating_asked_at is not None and Until(answered).is_over(petition.rating_asked_at)
    rated = petition.rating is not None and Until(answered).is_over(petition.rating.at)
    return close if rated or asked or Until(close.at).is_over(ask.at) else ask
