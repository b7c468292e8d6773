"""Reminders for any times, outages and moved deadlines: sent at most once, in working hours, in ascending order."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.adapters.reference import parsed
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import DeadlineRules, PetitionClock, pause, recompute, resume, start_clock
from petitions.domain.clock.ladder import ReminderLadder
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.reminders.reminders import DatedRung, dated_rung, plan_reminders
from tests.property.calendars import SEED, calendars, instants, random_calendars

RULES = DeadlineRules.load(parsed("deadline_rules.json"))
LADDER = ReminderLadder.load(parsed("reminder_ladder.json"))
FIRST = 9
clock_kinds = st.sampled_from(
    [
        (ClockName.RECEPTION, Level.NORMAL),
        (ClockName.TRANSFER, Level.NORMAL),
        (ClockName.ANSWER, Level.URGENT),
        (ClockName.ANSWER, Level.NORMAL),
        (ClockName.SUPPLEMENT, Level.NORMAL),
    ]
)
gaps = st.lists(st.integers(0, 60 * 24 * 6), min_size=1, max_size=40)
checked = settings(max_examples=60)


def _clock(kind: tuple[ClockName, Level], calendar: WorkingCalendar, start: datetime) -> PetitionClock:
    rule = RULES.find(kind[0], "pakn", kind[1], start)
    return start_clock(kind[0], rule, RULES.version, calendar, start)


def _first(clock: PetitionClock, calendar: WorkingCalendar) -> list[DatedRung]:
    found = [dated_rung(clock, calendar, LADDER, index) for index in range(FIRST)]
    return [item for item in found if item is not None]


@checked
@given(calendars, clock_kinds, instants(), gaps, st.data())
def test_each_rung_at_most_once_per_due_version_and_never_at_night(
    calendar: WorkingCalendar, kind: tuple[ClockName, Level], start: datetime, waits: list[int], data: st.DataObject
) -> None:
    clock, now = _clock(kind, calendar, start), start
    done: dict[int, int] = {}
    seen: list[tuple[int, str]] = []
    for wait in waits:
        now += timedelta(minutes=wait)
        event = data.draw(st.sampled_from(["sweep", "sweep", "sweep", "twice", "pause", "resume"]))
        if event == "pause" and clock.paused_at is None:
            clock = pause(clock, calendar, now)
        elif event == "resume" and clock.paused_at is not None:
            clock = resume(clock, calendar, now)
        for _ in range(2 if event == "twice" else 1):
            before = done.get(clock.due_version, 0)
            step = plan_reminders(clock, before, now, calendar=calendar, ladder=LADDER)
            assert step.done >= before
            if step.fire is not None:
                assert calendar.is_working_time(now)
                assert clock.started_at < step.fire.at <= now
                assert all(item.at <= step.fire.at for item in step.skipped)
            seen += [(clock.due_version, item.name) for item in step.passed]
            done[clock.due_version] = step.done
            assert step.next_at is None or step.next_at > now
    assert len(seen) == len(set(seen))


@checked
@given(calendars, clock_kinds, instants())
def test_following_next_at_fires_every_distinct_instant_at_its_time(
    calendar: WorkingCalendar, kind: tuple[ClockName, Level], start: datetime
) -> None:
    clock = _clock(kind, calendar, start)
    ladder = [item for item in _first(clock, calendar) if item.at > start]
    expected = {item.at: item.name for item in ladder}  # of equal instants the highest
    done, fired = 0, dict[datetime, str]()
    now = start
    while True:
        step = plan_reminders(clock, done, now, calendar=calendar, ladder=LADDER)
        done = step.done
        if step.fire is not None:
            fired[now] = step.fire.name
        if step.next_at is None or step.next_at > ladder[-1].at:
            break
        now = step.next_at
    assert fired == expected


@checked
@given(calendars, clock_kinds, instants())
def test_rungs_rise_in_working_time(calendar: WorkingCalendar, kind: tuple[ClockName, Level], start: datetime) -> None:
    found = _first(_clock(kind, calendar, start), calendar)
    assert len(found) == (1 if kind[0] is ClockName.SUPPLEMENT else FIRST)
    assert len({item.name for item in found}) == len(found)
    assert [item.at for item in found] == sorted(item.at for item in found)
    assert all(calendar.is_working_time(item.at) for item in found)


@checked
@given(clock_kinds, instants(), random_calendars())
def test_the_due_version_grows_exactly_when_a_calendar_moves_the_due_instant(
    kind: tuple[ClockName, Level], start: datetime, other: WorkingCalendar
) -> None:
    before = _clock(kind, SEED, start)
    after = recompute(before, other)
    assert after.due_version == before.due_version + (after.due_at != before.due_at)
    back = recompute(after, SEED)
    assert back.due_at == before.due_at
    assert back.ledger == before.ledger
