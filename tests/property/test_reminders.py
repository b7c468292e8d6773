"""Whatever the sweep times, outages and moved deadlines: each rung at most once, in working hours, never downwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.adapters.reference import parsed
from petitions.domain.calendar import WorkingCalendar
from petitions.domain.deadlines import Clock, Level, RuleBook, pause, recompute, resume, start_clock
from petitions.domain.reminders import Ladder, plan, rungs
from petitions.domain.states import ClockName
from tests.property.calendars import SEED, calendars, instants, random_calendars

RULES = RuleBook.load(parsed("deadline_rules.json"))
LADDER = Ladder.load(parsed("reminder_ladder.json"))
ORDER = ["T-1", "T", "T+1"]
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
checked = settings(max_examples=60, deadline=None)


def _clock(kind: tuple[ClockName, Level], calendar: WorkingCalendar, start: datetime) -> Clock:
    rule = RULES.find(kind[0], "pakn", kind[1], start)
    return start_clock(kind[0], rule, RULES.version, calendar, start)


@checked
@given(calendars, clock_kinds, instants(), gaps, st.data())
def test_each_rung_at_most_once_per_due_version_and_never_at_night(
    calendar: WorkingCalendar, kind: tuple[ClockName, Level], start: datetime, waits: list[int], data: st.DataObject
) -> None:
    clock, now = _clock(kind, calendar, start), start
    recorded: dict[int, set[str]] = {}
    fired: list[tuple[int, str]] = []
    for wait in waits:
        now += timedelta(minutes=wait)
        event = data.draw(st.sampled_from(["sweep", "sweep", "sweep", "twice", "pause", "resume"]))
        if event == "pause" and clock.is_running:
            clock = pause(clock, calendar, now)
        elif event == "resume" and clock.paused_at is not None:
            clock = resume(clock, calendar, now)
        for _ in range(2 if event == "twice" else 1):
            done = recorded.setdefault(clock.due_version, set())
            step = plan(clock, done, now, calendar=calendar, ladder=LADDER)
            if step.fire is not None:
                assert calendar.is_working_time(now)
                assert step.fire.at <= now
                higher = [ORDER.index(name) for version, name in fired if version == clock.due_version]
                assert all(ORDER.index(step.fire.name) > place for place in higher)
                fired.append((clock.due_version, step.fire.name))
                done.add(step.fire.name)
            done |= {rung.name for rung in step.skipped}
            assert step.next_at is None or step.next_at > now
    assert len(fired) == len(set(fired))


@checked
@given(calendars, clock_kinds, instants())
def test_following_next_at_fires_every_distinct_instant_at_its_time(
    calendar: WorkingCalendar, kind: tuple[ClockName, Level], start: datetime
) -> None:
    clock = _clock(kind, calendar, start)
    expected = {rung.at: rung.name for rung in rungs(clock, calendar, LADDER)}  # of equal instants the highest
    done, seen = set[str](), dict[datetime, str]()
    now: datetime | None = min(expected)
    while now is not None:
        step = plan(clock, done, now, calendar=calendar, ladder=LADDER)
        if step.fire is not None:
            seen[now] = step.fire.name
            done.add(step.fire.name)
        done |= {rung.name for rung in step.skipped}
        now = step.next_at
    assert seen == expected
    assert done == set(ORDER)


@checked
@given(calendars, clock_kinds, instants())
def test_rungs_rise_in_working_time(calendar: WorkingCalendar, kind: tuple[ClockName, Level], start: datetime) -> None:
    found = rungs(_clock(kind, calendar, start), calendar, LADDER)
    assert [rung.name for rung in found] == ORDER
    assert [rung.at for rung in found] == sorted(rung.at for rung in found)
    assert all(calendar.is_working_time(rung.at) for rung in found)


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
