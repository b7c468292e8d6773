"""A unit's week for its head: petitions received and answered last week, overdue ones, and this week's deadlines.

The numbers are those of the dashboards. If there was a long holiday, last week is the last week with a working day, so
that petitions from before the holiday are included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.figures.figures_row import FiguresRow
from petitions.domain.figures.periods import Period
from petitions.domain.language.texts import Texts
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi, minute_of
from petitions.domain.shared.local_day import midnight
from petitions.domain.shared.records import replace
from petitions.ports.store import Query, Reader
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.officers.duty_entries import DutyEntries, DutyEntry
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.timekeeping import Timekeeping

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST_LISTED = 200


@dataclass(frozen=True)
class UnitWeek:
    """The week of a unit, as its head sees it."""

    unit: str
    before: Period
    """The days that `figures` cover."""
    figures: FiguresRow
    last: date
    """The last day of this week."""
    late: Sequence[DutyEntry]
    due: Sequence[DutyEntry]

    @property
    def is_empty(self) -> bool:
        """Return whether the week has nothing to report."""
        return not (self.figures.arrived or self.figures.handled or self.late or self.due)

    @property
    def page(self) -> str:
        """Return the path of the desk page with the numbers of the week."""
        return f"/figures?from={self.before.since}&to={self.before.until}"


@dataclass(frozen=True)
class ReadWeek:
    """Reads a unit's week for its head, from the statistics of those days and one query."""

    figures: ReadFigures
    entries: DutyEntries
    timekeeping: Timekeeping

    def __call__(self, reader: Reader, officer: Officer, staff: Staff, now: datetime) -> UnitWeek:
        """Return the week of the officer's unit. Raise Retryable.

        Confidential petitions that the officer may not see are left out.
        """
        period, monday = before_this_week(self.timekeeping.calendar, now), _monday(hanoi(now).date())
        end = midnight(monday + WEEK)
        where = (("unit", "==", officer.unit), ("due_at", "<", end))
        query = Query("petitions", where, order_by=("due_at", "code"), limit=MOST_LISTED)
        late: list[DutyEntry] = []
        due: list[DutyEntry] = []
        head = replace(officer, stands_in=None)  # the report as a whole names the absent officer
        for found in reader.find(query):
            petition = Petition.model_validate(found.data)
            clock = petition.nearest_clock
            is_late = petition.due_at is not None and petition.due_at in Until(minute_of(now))
            if clock is None or (petition.waits_for_filer and not is_late) or is_closed_to(officer, petition):
                continue
            entry = self.entries.of_petition(petition, clock, head, staff, now)
            (late if is_late else due).append(entry)
        total = self.figures(officer.unit, period).total
        return UnitWeek(officer.unit, period, total, monday + WEEK - DAY, late, due)


def ahead_in_words(week: UnitWeek, texts: Texts) -> str:
    """Return the numbers of petitions overdue and due this week as text, without zeros."""
    numbers = (("week_overdue", len(week.late)), ("week_falls_due", len(week.due)))
    named = [texts.render(key, count=count) for key, count in numbers if count]
    return ", ".join(named) or texts.render("week_nothing")


def week_in_words(week: UnitWeek, texts: Texts) -> str:
    """Return the numbers of the week as sentences, for the e-mail and the desk's notifications."""
    days = {"since": f"{week.before.since:%d/%m}", "until": f"{week.before.last:%d/%m/%Y}"}
    answered = texts.render("week_answered", count=week.figures.handled, number=week.figures.number("on_time"))
    sentences = [
        texts.render("week_came", count=week.figures.arrived, **days),
        answered if week.figures.handled else texts.render("week_answered_none"),
        texts.render("week_ahead", until=f"{week.last:%d/%m/%Y}", what=ahead_in_words(week, texts)),
    ]
    return " ".join(sentences)


def before_this_week(calendar: WorkingCalendar, now: datetime) -> Period:
    """Return the latest week before this one that had a working day, extended to this Monday (exclusive)."""
    monday = _monday(hanoi(now).date())
    worked = monday - DAY
    while not calendar.is_working_day(worked):
        worked -= DAY
    return Period(_monday(worked), monday)


def begins_the_week(calendar: WorkingCalendar, now: datetime) -> bool:
    """Return whether today is the first working day of its week in Hanoi."""
    today = hanoi(now).date()
    return calendar.roll_forward(_monday(today)) == today


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
