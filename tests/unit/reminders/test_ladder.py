"""The levels of reminders before and after a deadline: their times and recipients, and none at night."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import PetitionClock, TimeState, pause, resume, start_clock, stop_clock
from petitions.domain.clock.ladder import Recipient, ReminderLadder
from petitions.domain.clock.time_states import time_state
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.reminders.reminders import DatedRung, ReminderPlan, dated_rung, plan_reminders, reminder_id
from petitions.domain.shared.records import replace
from petitions.domain.shared.reference_data import ReferenceFaults
from tests.unit.clock.seeds import CALENDAR, LADDER, RULES, at, clock

RECEPTION, ANSWER, SUPPLEMENT = ClockName.RECEPTION, ClockName.ANSWER, ClockName.SUPPLEMENT
MONDAY = "2026-11-23 16:00"
HANDLER = (Recipient.HANDLER,)
UNIT = (Recipient.HANDLER, Recipient.HEAD)
ALL = (*UNIT, Recipient.COORDINATORS)


def first(of: PetitionClock, count: int) -> list[DatedRung]:
    found = [dated_rung(of, CALENDAR, LADDER, index) for index in range(count)]
    return [item for item in found if item is not None]


def _places(found: list[DatedRung]) -> list[tuple[str, str]]:
    return [(item.name, f"{item.at.astimezone(at(MONDAY).tzinfo):%Y-%m-%d %H:%M}") for item in found]


def _plan(name: ClockName, done: int, now: str) -> ReminderPlan:
    return plan_reminders(clock(name, MONDAY), done, at(now), calendar=CALENDAR, ladder=LADDER)


def test_rungs_of_a_day_clock_are_at_openings_and_go_on_every_working_day() -> None:
    assert _places(first(clock(ANSWER, "2026-11-09 10:00"), 8)) == [
        ("T-2", "2026-11-20 08:00"),
        ("T-1", "2026-11-23 08:00"),  # 24/11 is a holiday, the due day is 25/11
        ("T", "2026-11-25 08:00"),  # the morning of the due day, hours before closing time
        ("T+1", "2026-11-26 08:00"),
        ("T+2", "2026-11-27 08:00"),
        ("T+3", "2026-11-30 08:00"),
        ("T+4", "2026-12-01 08:00"),
        ("T+5", "2026-12-02 08:00"),
    ]


def test_rungs_of_an_hour_clock_go_on_every_four_working_hours() -> None:
    assert _places(first(clock(RECEPTION, MONDAY), 7)) == [
        ("75", "2026-11-25 14:00"),
        ("T", "2026-11-25 16:00"),
        ("T+4h", "2026-11-26 10:30"),
        ("T+8h", "2026-11-26 16:00"),
        ("T+12h", "2026-11-27 10:30"),
        ("T+16h", "2026-11-27 16:00"),
        ("T+20h", "2026-11-30 10:30"),
    ]
    urgent = clock(ANSWER, "2026-11-27 17:00", Level.URGENT)
    assert _places(first(urgent, 3)) == [
        ("75", "2026-11-30 10:30"),
        ("T", "2026-11-30 11:30"),
        ("T+4h", "2026-11-30 17:00"),
    ]


def test_reminder_due_at_closing_time_is_sent_a_quarter_of_an_hour_earlier() -> None:
    closing = clock(RECEPTION, "2026-11-24 09:00")
    assert closing.due_at == at("2026-11-25 17:30")
    assert _places(first(closing, 4)) == [
        ("75", "2026-11-25 15:30"),
        ("T", "2026-11-25 17:15"),
        ("T+4h", "2026-11-26 11:45"),
        ("T+8h", "2026-11-26 17:15"),
    ]


@pytest.mark.parametrize(
    ("start", "due", "last_call"),
    [
        ("2026-11-25 08:00", "2026-11-25 12:00", "2026-11-25 11:45"),
        ("2026-11-24 09:00", "2026-11-25 12:00", "2026-11-25 11:45"),
        ("2026-11-25 13:30", "2026-11-25 17:30", "2026-11-25 17:15"),
        ("2026-11-25 13:29", "2026-11-25 17:30", "2026-11-25 17:15"),
        ("2026-11-25 13:31", "2026-11-26 08:01", "2026-11-26 08:01"),
    ],
)
def test_reminder_of_the_deadline_is_sent_before_it_passes(start: str, due: str, last_call: str) -> None:
    urgent = clock(ANSWER, start, Level.URGENT)
    assert urgent.due_at == at(due)
    (_, rung) = _places(first(urgent, 2))
    assert rung == ("T", last_call)
    now = plan_reminders(urgent, 1, at(last_call), calendar=CALENDAR, ladder=LADDER)
    assert now.fire is not None
    assert now.fire.name == "T"
    assert now.fire.at <= urgent.due_at


def test_hour_clock_resumed_within_the_last_quarter_is_reminded_at_once() -> None:
    started = clock(RECEPTION, "2026-11-24 09:00")
    paused = pause(started, CALENDAR, at("2026-11-25 17:20"))
    again = resume(paused, CALENDAR, at("2026-11-25 17:20"))
    assert again.due_at == at("2026-11-25 17:30")
    now = plan_reminders(again, 1, at("2026-11-25 17:20"), calendar=CALENDAR, ladder=LADDER)
    assert now.fire is not None
    assert now.fire.name == "T"


def test_the_ladder_goes_on_where_its_first_rungs_are_before_the_calendar() -> None:
    raw = copy.deepcopy(parsed("calendars.json"))
    raw["years"] = [year for year in raw["years"] if year["year"] >= 2027]
    begins = WorkingCalendar.load(raw)
    rule = RULES.find(ClockName.TRANSFER, "pakn", Level.NORMAL, at("2027-01-01 09:00"))
    early = start_clock(ClockName.TRANSFER, rule, RULES.version, begins, at("2027-01-01 09:00"))
    assert early.due_at == at("2027-01-05 17:30")
    assert time_state(early, begins, at("2027-01-04 09:00")) is TimeState.NEARLY_DUE
    found = [dated_rung(early, begins, LADDER, index) for index in range(4)]
    assert _places([item for item in found if item]) == [
        ("T-2", "2027-01-04 08:00"),
        ("T-1", "2027-01-04 08:00"),
        ("T", "2027-01-05 08:00"),
        ("T+1", "2027-01-06 08:00"),
    ]


def test_a_supplement_that_does_not_come_is_one_task_for_the_handler() -> None:
    ladder = first(clock(SUPPLEMENT, MONDAY), 9)
    assert [(item.name, item.recipients, item.accountable) for item in ladder] == [("T+1", HANDLER, None)]


def test_recipients_and_accountability_widen_together() -> None:
    days = first(clock(ANSWER, MONDAY), 7)
    assert [day.recipients for day in days] == [HANDLER, HANDLER, UNIT, ALL, ALL, ALL, ALL]
    accountable = [day.accountable for day in days]
    assert accountable == [None, None, None, Recipient.HEAD, None, Recipient.COORDINATORS, Recipient.COORDINATORS]
    hours = first(clock(RECEPTION, MONDAY), 3)
    assert [hour.recipients for hour in hours] == [HANDLER, UNIT, ALL]
    assert [day.name for day in (*days, *hours) if day.at_once] == ["T+1", "T"]


def test_a_sweep_before_the_first_rung_waits_for_it() -> None:
    assert _plan(RECEPTION, 0, "2026-11-25 13:59") == ReminderPlan(None, [], 0, at("2026-11-25 14:00"))


def test_rungs_fire_one_after_the_other() -> None:
    once = _plan(RECEPTION, 0, "2026-11-25 14:00")
    assert once.fire is not None
    assert (once.fire.name, once.skipped, once.done, once.next_at) == ("75", [], 1, at("2026-11-25 16:00"))
    assert _plan(RECEPTION, 1, "2026-11-25 14:10") == ReminderPlan(None, [], 1, at("2026-11-25 16:00"))
    later = _plan(RECEPTION, 6, "2026-11-30 10:30")
    assert later.fire is not None
    assert (later.fire.name, later.next_at) == ("T+20h", at("2026-11-30 16:00"))


def test_after_an_outage_the_highest_fires_and_the_rest_are_skipped() -> None:
    missed = _plan(RECEPTION, 0, "2026-11-30 09:00")
    assert missed.fire is not None
    assert missed.fire.name == "T+16h"
    assert [item.name for item in missed.skipped] == ["75", "T", "T+4h", "T+8h", "T+12h"]
    assert missed.at_once
    assert missed.accountable is Recipient.COORDINATORS
    assert (missed.done, missed.next_at) == (6, at("2026-11-30 10:30"))


def test_a_rung_from_before_the_clock_began_is_none() -> None:
    transfer = clock(ClockName.TRANSFER, MONDAY)  # due on Thursday: T-2 would have been at Monday's opening
    assert _places(first(transfer, 2)) == [("T-2", "2026-11-23 08:00"), ("T-1", "2026-11-25 08:00")]
    now = plan_reminders(transfer, 0, at(MONDAY), calendar=CALENDAR, ladder=LADDER)
    assert now == ReminderPlan(None, [], 0, at("2026-11-25 08:00"))


@pytest.mark.parametrize("now", ["2026-11-25 17:30", "2026-11-26 00:00", "2026-11-26 07:59"])
def test_a_late_sweep_outside_working_hours_waits_for_the_opening(now: str) -> None:
    assert _plan(RECEPTION, 0, now) == ReminderPlan(None, [], 0, at("2026-11-26 08:00"))


def test_stopped_and_paused_clocks_have_no_rungs() -> None:
    started = clock(RECEPTION, MONDAY)
    paused = pause(started, CALENDAR, at("2026-11-25 08:30"))
    stopped = stop_clock(started, CALENDAR, at("2026-11-25 08:30"))
    for quiet in (paused, stopped):
        assert first(quiet, 5) == []
        assert plan_reminders(quiet, 0, at("2026-12-25 09:00"), calendar=CALENDAR, ladder=LADDER) == ReminderPlan(
            None, [], 0, None
        )
    again = resume(paused, CALENDAR, at("2026-11-25 09:30"))
    assert _places(first(again, 1)) == [("75", "2026-11-25 15:00")]


def test_a_ladder_ends_where_the_calendar_does() -> None:
    day = next(day for day in (date(2040, 1, 1) - timedelta(n) for n in range(9999)) if CALENDAR.covers(day))
    last = replace(clock(ANSWER, "2026-11-09 10:00"), due_at=CALENDAR.closing(day))
    found = first(last, 9)
    assert [item.name for item in found] == ["T-2", "T-1", "T"]
    waiting = plan_reminders(last, 3, last.due_at - timedelta(hours=1), calendar=CALENDAR, ladder=LADDER)
    assert waiting == ReminderPlan(None, [], 3, None)


def test_the_id_names_petition_clock_rung_recipient_and_due_version() -> None:
    assert reminder_id("HN-261123-ABCD-EFGH", "answer", "T+1", "officer-7", 2) == (
        "HN-261123-ABCD-EFGH:answer:T+1:officer-7:2"
    )


def test_faults_of_a_ladder_are_all_listed() -> None:
    raw = copy.deepcopy(parsed("reminder_ladder.json"))
    raw["days"][1]["working_days"] = -2
    raw["days"][0]["every"] = 1
    raw["hours"][2]["name"] = "T"
    raw["hours"][2]["hours_after"] = 0
    raw["hours"][4]["name"] = "again"
    with pytest.raises(ReferenceFaults) as caught:
        ReminderLadder.load(raw)
    kinds = [fault.split(":")[0] for fault in caught.value.faults]
    assert kinds == ["days", "days", "hours", "hours", "hours"]


@pytest.mark.parametrize("kind", ["days", "hours", "supplement", "approval"])
def test_every_ladder_is_checked(kind: str) -> None:
    raw = copy.deepcopy(parsed("reminder_ladder.json"))
    raw[kind] = [*raw[kind], raw[kind][0]]
    with pytest.raises(ReferenceFaults) as caught:
        ReminderLadder.load(raw)
    assert {fault.split(":")[0] for fault in caught.value.faults} == {kind}
