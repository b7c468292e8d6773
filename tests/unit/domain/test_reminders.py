"""The ladder: where its rungs are, what a sweep does, and that nobody is reminded at night."""

from __future__ import annotations

import copy

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.deadlines import Level, pause, resume, stop_clock
from petitions.domain.reference_data import ReferenceFaults
from petitions.domain.reminders import Ladder, Plan, Recipient, Rung, plan, reminder_id, rungs
from petitions.domain.states import ClockName
from tests.unit.domain.seeds import CALENDAR, LADDER, at, clock

RECEPTION, ANSWER = ClockName.RECEPTION, ClockName.ANSWER
MONDAY = "2026-11-23 16:00"


def _places(found: list[Rung]) -> list[tuple[str, str]]:
    return [(rung.name, f"{rung.at.astimezone(at(MONDAY).tzinfo):%Y-%m-%d %H:%M}") for rung in found]


def _plan(name: ClockName, fired: set[str], now: str) -> Plan:
    return plan(clock(name, MONDAY), fired, at(now), calendar=CALENDAR, ladder=LADDER)


def test_rungs_of_a_day_clock_are_at_openings() -> None:
    assert _places(rungs(clock(ANSWER, "2026-11-09 10:00"), CALENDAR, LADDER)) == [
        ("T-1", "2026-11-23 08:00"),  # 24/11 is a holiday, the due day is 25/11
        ("T", "2026-11-25 08:00"),
        ("T+1", "2026-11-26 08:00"),
    ]


def test_rungs_of_an_hour_clock() -> None:
    assert _places(rungs(clock(RECEPTION, MONDAY), CALENDAR, LADDER)) == [
        ("T-1", "2026-11-25 14:00"),
        ("T", "2026-11-25 16:00"),
        ("T+1", "2026-11-26 16:00"),
    ]
    urgent = clock(ANSWER, "2026-11-27 17:00", Level.URGENT)
    assert _places(rungs(urgent, CALENDAR, LADDER)) == [
        ("T-1", "2026-11-30 10:30"),
        ("T", "2026-11-30 11:30"),
        ("T+1", "2026-12-01 11:30"),
    ]


def test_a_rung_at_closing_time_moves_to_the_next_opening() -> None:
    closing = clock(RECEPTION, "2026-11-24 09:00")
    assert closing.due_at == at("2026-11-25 17:30")
    assert _places(rungs(closing, CALENDAR, LADDER)) == [
        ("T-1", "2026-11-25 15:30"),
        ("T", "2026-11-26 08:00"),
        ("T+1", "2026-11-27 08:00"),
    ]


def test_recipients_widen() -> None:
    for name in (RECEPTION, ANSWER):
        assert [rung.recipients for rung in rungs(clock(name, MONDAY), CALENDAR, LADDER)] == [
            (Recipient.HANDLER,),
            (Recipient.HANDLER, Recipient.HEAD),
            (Recipient.HANDLER, Recipient.HEAD, Recipient.COORDINATORS),
        ]


def test_a_sweep_before_the_first_rung_waits_for_it() -> None:
    assert _plan(RECEPTION, set(), "2026-11-25 13:59") == Plan(None, [], at("2026-11-25 14:00"))


def test_rungs_fire_one_after_the_other() -> None:
    first = _plan(RECEPTION, set(), "2026-11-25 14:00")
    assert first.fire is not None
    assert (first.fire.name, first.skipped, first.next_at) == ("T-1", [], at("2026-11-25 16:00"))
    assert _plan(RECEPTION, {"T-1"}, "2026-11-25 14:10") == Plan(None, [], at("2026-11-25 16:00"))
    last = _plan(RECEPTION, {"T-1", "T"}, "2026-11-26 16:00")
    assert last.fire is not None
    assert (last.fire.name, last.next_at) == ("T+1", None)
    assert _plan(RECEPTION, {"T-1", "T", "T+1"}, "2026-11-27 16:00") == Plan(None, [], None)


def test_after_an_outage_the_highest_fires_and_the_rest_are_skipped() -> None:
    missed = _plan(RECEPTION, set(), "2026-11-30 09:00")
    assert missed.fire is not None
    assert missed.fire.name == "T+1"
    assert [rung.name for rung in missed.skipped] == ["T-1", "T"]
    assert missed.next_at is None


def test_after_a_crash_a_lower_rung_is_recorded_but_not_fired() -> None:
    crashed = _plan(RECEPTION, {"T"}, "2026-11-25 16:10")
    assert crashed.fire is None
    assert [rung.name for rung in crashed.skipped] == ["T-1"]
    assert crashed.next_at == at("2026-11-26 16:00")


@pytest.mark.parametrize("now", ["2026-11-25 17:30", "2026-11-26 00:00", "2026-11-26 07:59"])
def test_a_late_sweep_outside_working_hours_waits_for_the_opening(now: str) -> None:
    assert _plan(RECEPTION, set(), now) == Plan(None, [], at("2026-11-26 08:00"))


def test_stopped_and_paused_clocks_have_no_rungs() -> None:
    started = clock(RECEPTION, MONDAY)
    paused = pause(started, CALENDAR, at("2026-11-25 08:30"))
    stopped = stop_clock(started, CALENDAR, at("2026-11-25 08:30"))
    for quiet in (paused, stopped):
        assert rungs(quiet, CALENDAR, LADDER) == []
        assert plan(quiet, set(), at("2026-12-25 09:00"), calendar=CALENDAR, ladder=LADDER) == Plan(None, [], None)
    again = resume(paused, CALENDAR, at("2026-11-25 09:30"))
    assert _places(rungs(again, CALENDAR, LADDER))[0] == ("T-1", "2026-11-25 15:00")


def test_the_id_names_petition_clock_rung_recipient_and_due_version() -> None:
    assert reminder_id("HN-261123-ABCD-EFGH", "answer", "T+1", "officer-7", 2) == (
        "HN-261123-ABCD-EFGH:answer:T+1:officer-7:2"
    )


def test_faults_of_a_ladder_are_all_listed() -> None:
    raw = copy.deepcopy(parsed("reminder_ladder.json"))
    raw["days"][1]["working_days"] = -1
    raw["hours"][2]["name"] = "T"
    raw["hours"][2]["part"] = 0.5
    with pytest.raises(ReferenceFaults) as caught:
        Ladder.load(raw)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["hours", "days", "hours"]
