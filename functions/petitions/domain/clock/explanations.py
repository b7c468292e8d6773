"""Explanations of due instants in Vietnamese: the start, the days that did not count and why, and the end.

The explanation for officers has every step. The one for citizens has the term, its beginning, the holidays, and whether
the due instant may still change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.deadline_rules import PausedDays, Term, TermUnit
from petitions.domain.shared.instants import day_in_words, hanoi, instant_in_words

UNIT_LABELS = {
    TermUnit.WORKING_HOURS: "giờ làm việc",
    TermUnit.WORKING_DAYS: "ngày làm việc",
    TermUnit.CALENDAR_DAYS: "ngày",
}
ONE_DAY = timedelta(days=1)
WEEKEND_LABEL = "nghỉ cuối tuần"
EXTRA_WORKING_LABEL = "làm bù"


@dataclass(frozen=True)
class CountedPause:
    """A pause that began before the due instant, and the time that it adds. A pause that was too short adds nothing."""

    start: datetime
    end: datetime
    time: timedelta
    """The working time added to a term in hours."""
    days: int
    """The days added to a term in days."""


@dataclass
class LedgerSummary:
    """The sums of a clock's ledger, from which its due instant is computed and explained."""

    term: Term
    start: datetime
    """The instant from which the term counts."""
    from_receipt: bool = False
    extended: int = 0
    """The sum of the extensions in the term's unit."""
    extended_days: dict[TermUnit, int] = field(default_factory=dict)
    """Extensions in days, by unit, of a term that is in hours now. They were given while the term was in days."""
    holds: list[CountedPause] = field(default_factory=list)
    paused: timedelta = timedelta(0)
    """The working time in all finished pauses."""
    paused_at: datetime | None = None

    @property
    def days_in_calendar(self) -> bool:
        """Return whether pauses are counted in calendar days, like the term itself."""
        return self.term.unit is TermUnit.CALENDAR_DAYS and self.term.paused_days is PausedDays.CALENDAR_DAYS

    @property
    def days_turn_into_calendar(self) -> bool:
        """Return whether pauses are counted in working days although the term is counted in calendar days."""
        return self.term.unit is TermUnit.CALENDAR_DAYS and not self.days_in_calendar

    @property
    def calendar_days(self) -> int:
        """Return the length of the term in calendar days, with extensions, and with pauses counted in calendar days."""
        held = sum(hold.days for hold in self.holds) if self.days_in_calendar else 0
        return self.term.amount + self.extended + held

    @property
    def extensions(self) -> list[str]:
        """Return the extensions in Vietnamese, one string per unit: "3 ngày làm việc"."""
        units = {self.term.unit: self.extended} if self.extended else {}
        return [f"{amount} {UNIT_LABELS[unit]}" for unit, amount in (units | self.extended_days).items()]


def explain(calendar: WorkingCalendar, story: LedgerSummary, due_at: datetime) -> str:
    """Return the explanation for officers: "8 giờ làm việc từ 16:00 thứ Hai 23/11; ... → 16:00 thứ Tư 25/11"."""
    year = hanoi(story.start).year
    parts = [*_counted(calendar, story, due_at, year), *_ledger_parts(story, year)]
    last_day = hanoi(due_at).date()
    if calendar.is_assumed(last_day):
        parts.append(f"chưa có lịch nghỉ năm {last_day.year}, tạm tính chỉ nghỉ cuối tuần")
    elif calendar.is_provisional(last_day):
        parts.append(f"lịch nghỉ năm {last_day.year} là dự kiến")
    return f"{'; '.join(parts)} → {instant_in_words(due_at, year)}"


def explain_simply(calendar: WorkingCalendar, story: LedgerSummary, due_at: datetime) -> str:
    """Return the explanation for citizens: "8 giờ làm việc kể từ 16:00 thứ Hai 23/11; không tính thứ Ba 24/11 ..."."""
    year, unit = hanoi(story.start).year, story.term.unit
    first_day, last_day = hanoi(story.start).date(), hanoi(due_at).date()
    begin = instant_in_words(story.start, year) if unit is TermUnit.WORKING_HOURS else day_in_words(first_day, year)
    parts = [f"{story.term.amount} {UNIT_LABELS[unit]} kể từ {begin}"]
    if unit is TermUnit.CALENDAR_DAYS:
        nominal = first_day + timedelta(days=story.calendar_days)
        if not calendar.is_working_day(nominal):
            parts.append(f"{day_in_words(nominal, year)} là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo")
    else:
        counted = first_day if unit is TermUnit.WORKING_HOURS else first_day + ONE_DAY
        runs = [
            (kind, run)
            for kind, run in _runs(calendar, counted, last_day)
            if kind not in {EXTRA_WORKING_LABEL, WEEKEND_LABEL}
        ]
        parts += [f"không tính {_span(run, year)} {kind.partition(' (')[0]}" for kind, run in runs]
    parts += [f"đã gia hạn {extension}" for extension in story.extensions]
    if any(hold.time or hold.days for hold in story.holds):
        parts.append("đã cộng thời gian tạm dừng chờ bổ sung")
    if story.paused_at is not None:
        parts.append("đang tạm dừng chờ bổ sung")
    if calendar.is_provisional(last_day):
        parts.append("có thể thay đổi khi có lịch nghỉ chính thức")
    return "; ".join(parts)


def _counted(calendar: WorkingCalendar, story: LedgerSummary, due_at: datetime, year: int) -> Iterator[str]:
    term, start = story.term, story.start
    first_day, last_day = hanoi(start).date(), hanoi(due_at).date()
    amount = f"{term.amount} {UNIT_LABELS[term.unit]}"
    if term.unit is TermUnit.WORKING_HOURS:
        yield f"{amount} từ {instant_in_words(start, year)}"
        begun = calendar.add_working_hours(start, timedelta(0))
        if begun != start:
            yield f"bắt đầu tính từ {instant_in_words(begun, year)}"
        yield from _special_days(calendar, first_day, last_day, year)
        return
    receipt = "ngày nhận, " if story.from_receipt else ""
    yield f"{amount} từ {receipt}{day_in_words(first_day, year)}, không tính ngày đầu"
    if term.unit is TermUnit.WORKING_DAYS:
        yield from _special_days(calendar, first_day + ONE_DAY, last_day, year)
        return
    nominal = first_day + timedelta(days=story.calendar_days)
    if not calendar.is_working_day(nominal):
        yield from _special_days(calendar, nominal, calendar.roll_forward(nominal), year)
        yield "hạn rơi vào ngày nghỉ nên chuyển sang ngày làm việc tiếp theo"


def _ledger_parts(story: LedgerSummary, year: int) -> Iterator[str]:
    yield from (f"gia hạn {extension}" for extension in story.extensions)
    for hold in story.holds:
        span = f"{instant_in_words(hold.start, year)} đến {instant_in_words(hold.end, year)}"
        yield f"tạm dừng từ {span}: {_worth(story, hold)}"
    if story.paused_at is not None:
        yield f"đang tạm dừng từ {instant_in_words(story.paused_at, year)}"


def _worth(story: LedgerSummary, hold: CountedPause) -> str:
    if story.term.unit is TermUnit.WORKING_HOURS:
        minutes = int(hold.time.total_seconds() // 60)
        return f"cộng {minutes // 60} giờ {minutes % 60:02} phút làm việc"
    if not hold.days:
        return "không cộng vì quá ngắn"
    return (
        f"cộng {hold.days} {UNIT_LABELS[TermUnit.CALENDAR_DAYS if story.days_in_calendar else TermUnit.WORKING_DAYS]}"
    )


def _kind(calendar: WorkingCalendar, day: date) -> str | None:
    if calendar.is_working_day(day):
        return EXTRA_WORKING_LABEL if calendar.is_extra(day) else None
    name = calendar.off_name(day)
    if name is None:
        return WEEKEND_LABEL
    return name if name.startswith("nghỉ") else f"nghỉ lễ ({name})"


def _runs(calendar: WorkingCalendar, first: date, last: date) -> list[tuple[str, list[date]]]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(kind, list(run)) for kind, run in groupby(days, key=lambda day: _kind(calendar, day)) if kind is not None]


def _span(run: list[date], year: int) -> str:
    if len(run) == 1:
        return day_in_words(run[0], year)
    joint = "và" if len(run) == 2 else "đến"  # noqa: PLR2004 - two days are both named
    return f"{day_in_words(run[0], year)} {joint} {day_in_words(run[-1], year)}"


def _special_days(calendar: WorkingCalendar, first: date, last: date, year: int) -> Iterator[str]:
    runs = _runs(calendar, first, last)
    weekends = [run for kind, run in runs if kind == WEEKEND_LABEL]
    for kind, run in runs:
        if kind != WEEKEND_LABEL or len(weekends) == 1:
            yield f"{_span(run, year)} {kind}"
    if len(weekends) > 1:
        yield "các ngày cuối tuần không tính"
