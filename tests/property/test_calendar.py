"""Rules of the working calendar that hold for every calendar, start and amount."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import LedgerEntry, LedgerEntryKind, Term, TermUnit, due
from petitions.domain.shared.instants import hanoi
from tests.property.calendars import calendars, instants, slow_add

# Half hours often end exactly at an opening or a closing, where the edges of the arithmetic are.
hours = st.one_of(
    st.integers(0, 2 * 80).map(lambda number: timedelta(minutes=30 * number)),
    st.integers(0, 60 * 80).map(lambda number: timedelta(minutes=number)),
)
amounts = st.integers(1, 40)
units = st.sampled_from(TermUnit)
checked = settings(max_examples=80)


def _due(calendar: WorkingCalendar, unit: TermUnit, amount: int, start: datetime, *more: LedgerEntry) -> datetime:
    term = Term(id="t", amount=amount, unit=unit, source="test")
    return due(term, calendar, [LedgerEntry(kind=LedgerEntryKind.START, at=start), *more]).at


@checked
@given(calendars, instants(), hours)
def test_hours_agree_with_the_slow_model(calendar: WorkingCalendar, start: datetime, amount: timedelta) -> None:
    assert calendar.add_working_hours(start, amount) == slow_add(calendar, start, amount)


@checked
@given(calendars, units, amounts, instants(), instants())
def test_monotone_in_start(
    calendar: WorkingCalendar, unit: TermUnit, amount: int, one: datetime, other: datetime
) -> None:
    first, second = sorted((one, other))
    assert _due(calendar, unit, amount, first) <= _due(calendar, unit, amount, second)


@checked
@given(calendars, units, amounts, amounts, instants())
def test_monotone_in_amount(calendar: WorkingCalendar, unit: TermUnit, one: int, other: int, start: datetime) -> None:
    less, more = sorted((one, other))
    assert _due(calendar, unit, less, start) <= _due(calendar, unit, more, start)


@checked
@given(calendars, units, amounts, instants())
def test_never_due_on_a_day_off_nor_before_the_start(
    calendar: WorkingCalendar, unit: TermUnit, amount: int, start: datetime
) -> None:
    at = _due(calendar, unit, amount, start)
    day = hanoi(at).date()
    assert calendar.is_working_day(day)
    assert at > start
    if unit is not TermUnit.WORKING_HOURS:
        assert at == calendar.closing(day)


@checked
@given(calendars, instants(), hours, hours)
def test_working_hours_are_additive(
    calendar: WorkingCalendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    split = calendar.add_working_hours(calendar.add_working_hours(start, one), other)
    assert split == calendar.add_working_hours(start, one + other)


@checked
@given(calendars, instants(), hours, st.floats(0, 1))
def test_splitting_working_hours_at_any_instant_changes_nothing(
    calendar: WorkingCalendar, start: datetime, amount: timedelta, part: float
) -> None:
    whole = calendar.add_working_hours(start, amount)
    split = start + timedelta(minutes=int((whole - start) / timedelta(minutes=1) * part))
    rest = amount - calendar.elapsed_working(start, split)
    assert calendar.add_working_hours(split, rest) == whole


@checked
@given(calendars, instants(), hours)
def test_working_hours_are_inverse(calendar: WorkingCalendar, start: datetime, amount: timedelta) -> None:
    end = calendar.add_working_hours(start, amount)
    assert calendar.elapsed_working(start, end) == amount
    back = calendar.subtract_working_hours(end, amount)
    assert calendar.elapsed_working(back, end) == amount
    assert back <= max(start, end)


@checked
@given(calendars, instants(), instants(), instants())
def test_elapsed_time_is_additive_and_turns_its_sign(
    calendar: WorkingCalendar, one: datetime, two: datetime, three: datetime
) -> None:
    whole = calendar.elapsed_working(one, three)
    assert calendar.elapsed_working(one, two) + calendar.elapsed_working(two, three) == whole
    assert calendar.elapsed_working(three, one) == -whole


@checked
@given(calendars, instants(), amounts, amounts)
def test_working_days_are_additive(calendar: WorkingCalendar, start: datetime, one: int, other: int) -> None:
    split = calendar.add_working_days(calendar.add_working_days(start, one), other)
    assert split == calendar.add_working_days(start, one + other)


@checked
@given(calendars, instants(), amounts)
def test_so_many_working_days_close_until_due(calendar: WorkingCalendar, start: datetime, amount: int) -> None:
    next_midnight = hanoi(start).replace(hour=0, minute=0) + timedelta(days=1)
    end = calendar.add_working_days(start, amount)
    assert calendar.closings_between(next_midnight, end) == amount


@checked
@given(calendars, units, amounts, instants(), st.data())
def test_a_pause_of_no_length_changes_nothing(
    calendar: WorkingCalendar, unit: TermUnit, amount: int, start: datetime, data: st.DataObject
) -> None:
    plain = _due(calendar, unit, amount, start)
    moment = data.draw(st.datetimes(start.replace(tzinfo=None), plain.replace(tzinfo=None) + timedelta(days=3)))
    moment = max(start, moment.replace(tzinfo=start.tzinfo))
    stutter = [LedgerEntry(kind=LedgerEntryKind.PAUSE, at=moment), LedgerEntry(kind=LedgerEntryKind.RESUME, at=moment)]
    assert _due(calendar, unit, amount, start, *stutter) == plain


@checked
@given(calendars, units, amounts, instants(), hours, hours)
def test_a_pause_in_time_moves_the_due_instant_by_what_it_is_worth(
    calendar: WorkingCalendar, unit: TermUnit, amount: int, start: datetime, before: timedelta, length: timedelta
) -> None:
    plain = _due(calendar, unit, amount, start)
    begin, end = start + before, start + before + length
    assume(begin <= plain)
    moved = _due(
        calendar,
        unit,
        amount,
        start,
        LedgerEntry(kind=LedgerEntryKind.PAUSE, at=begin),
        LedgerEntry(kind=LedgerEntryKind.RESUME, at=end),
    )
    if unit is TermUnit.WORKING_HOURS:
        assert calendar.elapsed_working(plain, moved) == calendar.elapsed_working(begin, end)
    else:
        assert calendar.closings_between(plain, moved) == calendar.closings_between(begin, end)


@checked
@given(calendars, instants())
def test_the_next_working_instant_is_working_time_and_the_first(calendar: WorkingCalendar, at: datetime) -> None:
    later = calendar.next_working_instant(at)
    assert later >= at
    assert calendar.is_working_time(later)
    assert calendar.elapsed_working(at, later) == timedelta(0)
    assert (later == at) == calendar.is_working_time(at)


@checked
@given(calendars, instants(), st.integers(1, 10))
def test_openings_before_and_after_a_working_day_are_inverse(
    calendar: WorkingCalendar, at: datetime, days: int
) -> None:
    there = calendar.opening_at(at, days)
    assert there > at
    if calendar.is_working_day(hanoi(at).date()):
        assert calendar.opening_at(there, -days) == calendar.opening_at(at, 0)
