"""What is to be done about a petition that is answered: ask once for a rating, close it when its window is over.

Defaults (domain.md 8.3): a citizen may have the petition reopened within 10 days of the answer; then it is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from petitions.domain.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.petition import Petition
from petitions.domain.reference_data import ReferenceModel, parse
from petitions.domain.states import State

_Days = Annotated[int, Field(ge=1)]


class Chores(ReferenceModel):
    """When the chores fall due, counted from the answer."""

    version: str
    ask_rating_after_working_days: _Days
    reopen_within_days: _Days
    source: str

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> Chores:
        """From the document. Raises ReferenceFaults that lists every fault."""
        return parse(cls, raw, "housekeeping")


class ChoreKind(StrEnum):
    """What is to be done."""

    ASK_RATING = "ask_rating"
    CLOSE = "close"


@dataclass(frozen=True)
class Chore:
    """One chore and when it falls due."""

    kind: ChoreKind
    at: datetime


def next_chore(petition: Petition, chores: Chores, calendar: WorkingCalendar) -> Chore | None:
    """The next chore of an answered petition; None for any other, and where the calendar ends."""
    reply = petition.reply
    if petition.state not in {State.ANSWERED, State.PUBLISHED} or reply is None or reply.approved_at is None:
        return None
    answered = reply.approved_at
    try:
        close = Chore(ChoreKind.CLOSE, calendar.add_calendar_days(answered, chores.reopen_within_days))
        ask = Chore(ChoreKind.ASK_RATING, calendar.opening_at(answered, chores.ask_rating_after_working_days))
    except CalendarRangeError:
        return None
    asked = petition.rating_asked_at is not None and petition.rating_asked_at >= answered
    rated = petition.rating is not None and petition.rating.at >= answered
    return close if rated or asked or ask.at >= close.at else ask
