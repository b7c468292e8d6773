"""Deadlines after pauses and changes of urgency or class, computed by hand."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.domain.clock.clock_effects import apply_effects
from petitions.domain.clock.clocks import (
    PetitionClock,
    TermUnit,
    extend,
    extension_left,
    pause,
    resume,
    start_clock,
    stop_clock,
    with_term,
    without_stop,
)
from petitions.domain.clock.deadline_rules import PausedDays
from petitions.domain.clock.ledger import LedgerEntry, LedgerEntryKind, due
from petitions.domain.clock.punctuality import late_steps
from petitions.domain.clock.time_states import time_state
from petitions.domain.lifecycle.lifecycle import FILING_EFFECTS, Action, ClockName, Role, State, transition
from petitions.domain.lifecycle.states import Level
from petitions.domain.shared.records import replace
from tests.unit.clock.seeds import CALENDAR, RULES, at, clock

ANSWER = ClockName.ANSWER
MONDAY = "2026-11-23 16:00"


def paused(started: PetitionClock, *spans: tuple[str, str]) -> PetitionClock:
    for start, end in spans:
        started = resume(pause(started, CALENDAR, at(start)), CALENDAR, at(end))
    return started


def levelled(before: PetitionClock, old: Level, new: Level, old_class: str = "pakn", to: str = "pakn") -> PetitionClock:
    first = RULES.find(before.name, old_class, old, before.started_at)
    return with_term(before, first, RULES.find(before.name, to, new, before.started_at), RULES.version, CALENDAR)


@pytest.mark.parametrize(
    ("start", "spans", "due_at"),
    [
        # Over Tết (16 to 20 February): only the Friday before it closed in the pause.
        ("2026-02-09 10:00", [("2026-02-13 16:00", "2026-02-23 09:00")], "2026-02-25 17:30"),
        # Over a week-end: only the Friday closed.
        (MONDAY, [("2026-11-27 16:00", "2026-11-30 08:20")], "2026-12-09 17:30"),
        # Within a week-end, and over the holiday of 24 November: no working time at all.
        (MONDAY, [("2026-11-28 09:00", "2026-11-29 09:00")], "2026-12-08 17:30"),
        (MONDAY, [("2026-11-23 18:00", "2026-11-25 08:00")], "2026-12-08 17:30"),
        # Two minutes at closing time, once and on four days in a row.
        (MONDAY, [("2026-11-26 17:29", "2026-11-26 17:31")], "2026-12-08 17:30"),
        (
            MONDAY,
            [
                (f"2026-{day} 17:29", f"2026-{after} 08:01")
                for day, after in [("11-25", "11-26"), ("11-26", "11-27"), ("11-27", "11-30"), ("11-30", "12-01")]
            ],
            "2026-12-08 17:30",
        ),
        # 59 working minutes are nothing, an hour counts.
        (MONDAY, [("2026-11-26 16:31", "2026-11-26 18:00")], "2026-12-08 17:30"),
        (MONDAY, [("2026-11-26 16:30", "2026-11-26 18:00")], "2026-12-09 17:30"),
        # Five requests of five working days: the rule allows 15 calendar days for all of them, after Tuesday 16/6.
        (
            "2026-06-01 10:00",
            [
                ("2026-06-02 10:00", "2026-06-09 10:00"),
                ("2026-06-10 10:00", "2026-06-17 10:00"),
                ("2026-06-18 10:00", "2026-06-25 10:00"),
                ("2026-06-26 10:00", "2026-07-03 10:00"),
                ("2026-07-06 10:00", "2026-07-13 10:00"),
            ],
            "2026-07-01 17:30",
        ),
    ],
)
def test_effect_of_a_pause_on_the_answers_deadline(start: str, spans: list[tuple[str, str]], due_at: str) -> None:
    assert paused(clock(ANSWER, start), *spans).due_at == at(due_at)


def test_pause_of_an_hour_clock_is_capped_and_has_an_end() -> None:
    urgent = clock(ANSWER, "2026-11-25 09:00", Level.URGENT)  # four working hours, until 14:30
    waiting = pause(urgent, CALENDAR, at("2026-11-25 10:00"))
    assert waiting.pause_ends_at == at("2026-11-27 10:00")  # 16 working hours later
    assert waiting.late_from == at("2026-11-27 14:30")
    going = resume(waiting, CALENDAR, at("2026-11-30 10:00"))  # 24 working hours later
    assert going.due_at == at("2026-11-27 14:30")
    assert (going.pause_ends_at, going.latest_due_at, going.paused_minutes) == (None, None, 24 * 60)
    assert "cộng 16 giờ 00 phút làm việc" in going.explanation
    assert resume(waiting, CALENDAR, at("2026-11-25 10:59")).due_at == urgent.due_at


def test_pause_of_a_day_clock_has_an_end_and_a_latest_deadline() -> None:
    waiting = pause(clock(ANSWER, MONDAY), CALENDAR, at("2026-11-26 10:00"))
    assert waiting.pause_ends_at == at("2026-12-10 17:30")  # the eleventh closing
    assert waiting.late_from == at("2026-12-23 17:30")  # fifteen days after Tuesday 8/12, of which eleven are worked
    assert waiting.due_at == at("2026-12-08 17:30")
    again = pause(
        paused(clock(ANSWER, MONDAY), ("2026-11-26 10:00", "2026-12-01 09:00")), CALENDAR, at("2026-12-01 10:00")
    )
    assert again.pause_ends_at == at("2026-12-10 17:30")  # eight more
    assert again.late_from == at("2026-12-23 17:30")
    resumed = resume(waiting, CALENDAR, at("2027-01-04 09:00"))
    assert (resumed.due_at, resumed.pause_left) == (at("2026-12-23 17:30"), 0)
    assert "cộng 11 ngày làm việc" in resumed.explanation


@pytest.mark.parametrize("extended_first", [False, True])
@given(days=st.integers(0, 300), asked=st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_pauses_move_a_term_by_no_more_than_its_limit_in_the_terms_own_unit(
    *, extended_first: bool, days: int, asked: list[int]
) -> None:
    began = at("2026-01-05 10:00") + timedelta(days=days)
    for name, level in product((ClockName.ANSWER, ClockName.TRANSFER), (Level.NORMAL, Level.COMPLEX)):
        term = RULES.find(name, "pakn", level, began)
        assert term.max_pause
        first = start_clock(name, term, RULES.version, CALENDAR, began)
        going = extend(first, CALENDAR, began, term.max_extension) if extended_first and term.max_extension else first
        add = CALENDAR.add_working_days if term.unit == "working_days" else CALENDAR.add_calendar_days
        most, now = add(going.due_at, term.max_pause), began
        for length in asked:
            waiting = pause(going, CALENDAR, now)
            assert waiting.late_from
            assert waiting.late_from <= most or waiting.late_from == going.due_at
            now += timedelta(days=length, hours=1)
            going = resume(waiting, CALENDAR, now)
            assert going.due_at <= most
        if going.pause_left == 0:
            assert going.due_at == most


def test_a_pause_after_due_ends_and_delays_nothing() -> None:
    late = pause(clock(ANSWER, MONDAY), CALENDAR, at("2026-12-09 08:00"))
    assert late.late_from == late.due_at == at("2026-12-08 17:30")
    assert late.pause_ends_at == at("2026-12-23 17:30")
    assert resume(late, CALENDAR, at("2026-12-29 17:30")).due_at == at("2026-12-08 17:30")


def test_the_other_declared_rule_counts_days_of_the_calendar() -> None:
    term = replace(clock(ANSWER, MONDAY).rule, paused_days=PausedDays.CALENDAR_DAYS)
    kinds = (LedgerEntryKind.START, LedgerEntryKind.PAUSE, LedgerEntryKind.RESUME)
    moments = (MONDAY, "2026-11-27 16:00", "2026-11-30 09:00")
    ledger = [LedgerEntry(kind=kind, at=at(moment)) for kind, moment in zip(kinds, moments, strict=True)]
    found = due(term, CALENDAR, ledger)
    assert found.at == at("2026-12-11 17:30")  # 15 + 3 days
    assert "cộng 3 ngày →" in found.explanation
    waiting = due(term, CALENDAR, ledger[:2])
    assert waiting.pause_ends == at("2026-12-12 00:00")
    assert waiting.latest == at("2026-12-23 17:30")  # 15 + 15 days


def test_a_term_from_before_there_were_limits_keeps_its_way_of_counting() -> None:
    old = clock(ANSWER, MONDAY)
    stored = {name: old.rule.stored()[name] for name in ("id", "amount", "unit", "max_extension", "source")}
    old = PetitionClock.model_validate(old.stored() | {"rule": stored})
    waiting = pause(old, CALENDAR, at("2026-11-26 17:29"))
    assert (waiting.late_from, waiting.pause_ends_at) == (None, None)
    assert resume(waiting, CALENDAR, at("2026-11-26 17:31")).due_at == at("2026-12-09 17:30")


def accepted(moment: str, level: str = "normal", filed: str = MONDAY) -> dict[str, PetitionClock]:
    def then(clocks: dict[str, PetitionClock], effects: tuple, when: str) -> dict[str, PetitionClock]:  # type: ignore[type-arg]
        return apply_effects(
            clocks, effects, rules=RULES, calendar=CALENDAR, petition_class="pakn", level=level, at=at(when)
        )

    effects = transition(State.NEW, Action.ACCEPT, Role.OFFICER).row.effects
    return then(then({}, FILING_EFFECTS, filed), effects, moment)


def test_twenty_days_count_from_the_filing_and_fifteen_from_acceptance() -> None:
    complex_ = accepted("2026-11-26 09:00", "complex")["answer"]
    assert complex_.due_at == at("2026-12-14 17:30")  # Sunday 13/12 rolled forward
    assert complex_.explanation.startswith("20 ngày từ ngày nhận, thứ Hai 23/11, không tính ngày đầu")
    normal = accepted("2026-11-26 09:00")["answer"]
    assert normal.due_at == at("2026-12-11 17:30")
    raised = levelled(normal, Level.NORMAL, Level.COMPLEX)
    assert (raised.due_at, raised.started_at) == (complex_.due_at, normal.started_at)
    assert levelled(raised, Level.COMPLEX, Level.NORMAL).due_at == normal.due_at


def test_an_answer_given_again_counts_from_its_own_start() -> None:
    clocks = accepted("2026-11-26 09:00", "complex")
    again = transition(State.ANSWERED, Action.REOPEN, Role.COORDINATOR).row.effects
    clocks = {name: stop_clock(clock, CALENDAR, at("2026-12-01 09:00")) if clock.stopped_at is None else clock
              for name, clock in clocks.items()}  # fmt: skip
    reopened = apply_effects(
        clocks, again, rules=RULES, calendar=CALENDAR, petition_class="pakn", level="complex", at=at("2026-12-07 09:00")
    )["answer"]
    assert reopened.due_at == at("2026-12-28 17:30")  # 20 days end on Sunday 27/12
    assert "ngày nhận" not in reopened.explanation


def test_raising_to_urgent_keeps_the_extension_that_was_promised() -> None:
    longer = extend(clock(ANSWER, MONDAY), CALENDAR, at("2026-11-25 08:00"), 5)
    assert longer.due_at == at("2026-12-14 17:30")
    urgent = levelled(longer, Level.NORMAL, Level.URGENT)
    assert urgent.due_at == at("2026-11-30 17:30")  # four working hours end on Wednesday 25/11 at 10:30, then five days
    assert "gia hạn 5 ngày" in urgent.explanation
    assert extension_left(urgent, at("2026-11-25 09:00")) == 0
    back = levelled(urgent, Level.URGENT, Level.NORMAL)
    assert (back.due_at, extension_left(back, at("2026-11-25 09:00"))) == (longer.due_at, 10)


def test_raising_to_urgent_keeps_every_extension_that_was_promised() -> None:
    twice = clock(ANSWER, MONDAY)
    for days, now in ((5, "2026-11-25 08:00"), (3, "2026-11-25 09:00")):
        twice = extend(twice, CALENDAR, at(now), days)
    urgent = levelled(twice, Level.NORMAL, Level.URGENT)
    assert urgent.due_at == at("2026-12-03 17:30")  # four working hours end on Wednesday 25/11, then eight days


def test_hours_given_to_an_urgent_answer_are_a_day_of_one_in_days() -> None:
    urgent = extend(clock(ANSWER, MONDAY, Level.URGENT), CALENDAR, at("2026-11-25 08:00"), 4)
    normal = levelled(urgent, Level.URGENT, Level.NORMAL)
    assert normal.due_at == at("2026-12-09 17:30")
    assert extension_left(normal, at("2026-11-26 08:00")) == 14


def test_another_class_keeps_pauses_and_extensions() -> None:
    going = extend(
        paused(clock(ANSWER, MONDAY), ("2026-11-26 10:00", "2026-11-27 09:00")), CALENDAR, at("2026-11-30 09:00"), 3
    )
    other = levelled(going, Level.NORMAL, Level.NORMAL, to="vbqppl")
    assert (other.rule.id, other.due_at, other.due_version) == ("answer-vbqppl", going.due_at, going.due_version)
    assert other.extended == 3
    harder = levelled(going, Level.NORMAL, Level.COMPLEX, to="vbqppl")
    assert harder.due_at == going.due_at
    assert levelled(going, Level.NORMAL, Level.COMPLEX).due_at == at("2026-12-17 17:30")  # 23 days, one working day


def test_a_stop_that_is_undone_leaves_the_clock_as_if_it_had_never_stopped() -> None:
    going = clock(ANSWER, MONDAY)
    stopped = stop_clock(going, CALENDAR, at("2026-11-30 10:00"))
    assert without_stop(stopped, CALENDAR, at("2026-11-30 10:00")) == going
    assert without_stop(stopped, CALENDAR, at("2026-11-30 10:01")) == stopped
    waiting = pause(going, CALENDAR, at("2026-11-26 10:00"))
    ended = stop_clock(waiting, CALENDAR, at("2026-12-04 10:00"))
    undone = without_stop(ended, CALENDAR, at("2026-12-04 10:00"))
    assert (undone.paused_at, undone.due_at) == (waiting.paused_at, waiting.due_at)


def test_a_step_that_was_late_once_is_late_for_ever() -> None:
    clocks = accepted("2026-12-09 16:00")  # twelve working days
    assert late_steps(clocks) == [ClockName.RECEPTION]
    passed_on = transition(State.ACCEPTED, Action.ASSIGN, Role.OFFICER).row.effects
    for moment in ("2026-12-14 09:00", "2026-12-15 09:00"):
        clocks = apply_effects(
            clocks, passed_on, rules=RULES, calendar=CALENDAR, petition_class="pakn", level="normal", at=at(moment)
        )
    assert late_steps(clocks) == [ClockName.RECEPTION, ClockName.TRANSFER]  # the first run of the transfer
    on_time = stop_clock(clocks["answer"], CALENDAR, at("2026-12-16 09:00"))
    assert late_steps({**clocks, "answer": on_time}) == [ClockName.RECEPTION, ClockName.TRANSFER]
    assert time_state(on_time, CALENDAR, at("2027-01-04 09:00")) == "dung_han"
    assert on_time.rule.unit is TermUnit.CALENDAR_DAYS
