from __future__ import annotations

import copy
from datetime import UTC
from typing import Any

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.clock.calendar import CalendarRangeError, WorkingCalendar
from petitions.domain.clock.clock_effects import apply_effects
from petitions.domain.clock.clocks import (
    TIME_STATE_LABELS,
    ClockError,
    DeadlineRules,
    LedgerEntry,
    LedgerEntryKind,
    LedgerError,
    NoRuleError,
    PetitionClock,
    Term,
    TermUnit,
    TimeState,
    due,
    extend,
    pause,
    recompute,
    resume,
    start_clock,
    stop_clock,
)
from petitions.domain.clock.deadline_rules import CountsFrom, PausedDays
from petitions.domain.clock.time_states import time_state
from petitions.domain.lifecycle.lifecycle import (
    FILING_EFFECTS,
    Action,
    ClockEffect,
    ClockName,
    ClockVerb,
    Role,
    State,
    transition,
)
from petitions.domain.lifecycle.states import Level
from petitions.domain.shared.records import replace
from petitions.domain.shared.reference_data import ReferenceFaults
from tests.unit.clock.seeds import CALENDAR, RULES, at, clock

RECEPTION, ANSWER = ClockName.RECEPTION, ClockName.ANSWER
MONDAY = "2026-11-23 16:00"
_UNITS = (TermUnit.WORKING_HOURS, TermUnit.WORKING_DAYS, TermUnit.CALENDAR_DAYS)


def _entries(*lines: tuple[LedgerEntryKind, str] | tuple[LedgerEntryKind, str, int]) -> list[LedgerEntry]:
    return [LedgerEntry(kind=line[0], at=at(line[1]), amount=line[2] if len(line) == 3 else 0) for line in lines]


def _term(amount: int, unit: TermUnit) -> Term:
    return Term(id="t", amount=amount, unit=unit, max_extension=10, source="test")


def _holiday_on(day: str) -> WorkingCalendar:
    raw: dict[str, Any] = copy.deepcopy(parsed("calendars.json"))
    raw["version"] = "announced-late"
    raw["years"][3]["off"][day] = "nghỉ lễ bổ sung"
    return WorkingCalendar.load(raw)


def test_before_the_first_effective_date_there_is_no_rule() -> None:
    with pytest.raises(NoRuleError, match="2022-12-31"):
        RULES.find(RECEPTION, "pakn", Level.NORMAL, at("2022-12-31 23:59"))


def test_a_new_rule_holds_from_its_day_on_and_a_clock_keeps_the_old_one() -> None:
    raw = copy.deepcopy(parsed("deadline_rules.json"))
    newer = copy.deepcopy(raw["rules"][2])
    raw["rules"][2]["effective_to"] = "2026-12-01"
    newer.update(id="answer-2026-12", amount=10, effective_from="2026-12-01")
    raw["rules"].append(newer)
    rules = DeadlineRules.load(raw)
    assert rules.find(ANSWER, "pakn", Level.NORMAL, at("2026-11-30 23:59")).id == "answer"
    assert rules.find(ANSWER, "pakn", Level.NORMAL, at("2026-12-01 00:00")).id == "answer-2026-12"
    old = clock(ANSWER, MONDAY)
    assert recompute(old, CALENDAR).rule.amount == 15


def test_every_value_of_a_rule_and_of_the_pauses_reaches_the_term() -> None:
    raw = copy.deepcopy(parsed("deadline_rules.json"))
    rules = DeadlineRules.load(raw)
    (answer,) = (rule for rule in rules.rules if rule.id == "answer")
    values: dict[str, Any] = {
        "amount": 7,
        "unit": "working_hours",
        "counts_from": CountsFrom.RECEIPT,
        "max_extension": 3,
        "max_pauses": 5,
        "max_pause": 11,
        "source": "một văn bản khác",
    }
    assert {name for name in values if getattr(answer, name) == values[name]} == set()
    changed = replace(answer, **values)
    pauses = replace(rules.pauses, least_minutes=17, calendar_days=PausedDays.CALENDAR_DAYS)
    own = replace(rules, rules=tuple(changed if rule is answer else rule for rule in rules.rules), pauses=pauses)
    term = own.find(ANSWER, "pakn", Level.NORMAL, at(MONDAY))
    shown = {**values, "id": "answer", "least_pause": 17, "paused_days": PausedDays.CALENDAR_DAYS}
    assert {name: getattr(term, name) for name in Term.model_fields} == shown


def test_the_rule_that_names_more_is_the_one_that_applies() -> None:
    raw = copy.deepcopy(parsed("deadline_rules.json"))
    (answer,) = (rule for rule in raw["rules"] if rule["id"] == "answer")
    names: dict[str, dict[str, Any]] = {
        "of-all": {"classes": None, "levels": None},
        "of-a-class": {"classes": ["pakn"], "levels": None},
        "of-both": {"classes": ["pakn"], "levels": ["normal"]},
    }
    others = [rule for rule in raw["rules"] if rule["clock"] != "answer"]
    raw["rules"] = [*({**answer, "id": name, **fields} for name, fields in names.items()), *others]
    rules = DeadlineRules.load(raw)
    assert rules.find(ANSWER, "vbqppl", Level.NORMAL, at(MONDAY)).id == "of-all"
    assert rules.find(ANSWER, "pakn", Level.COMPLEX, at(MONDAY)).id == "of-a-class"
    assert rules.find(ANSWER, "pakn", Level.NORMAL, at(MONDAY)).id == "of-both"
    assert [rule.weight for rule in rules.rules if rule.id in names] == [0, 1, 2]


def test_faults_of_rules_are_all_listed() -> None:
    raw = copy.deepcopy(parsed("deadline_rules.json"))
    raw["rules"][0]["id"] = "transfer"
    raw["rules"][2]["effective_to"] = "2022-01-01"
    raw["rules"].append({**raw["rules"][4], "id": "answer-urgent-too"})
    with pytest.raises(ReferenceFaults) as caught:
        DeadlineRules.load(raw)
    text = "\n".join(caught.value.faults)
    assert "transfer: given more than once" in text
    assert "answer: ends before it begins" in text
    assert "answer, any class, normal, from 2023-01-01: no rule" in text
    assert "answer-urgent, answer-urgent-too contradict each other" in text


def test_reception_is_explained() -> None:
    started = clock(RECEPTION, MONDAY)
    assert started.due_at == at("2026-11-25 16:00")
    assert started.due_at.tzinfo is UTC
    assert started.explanation == (
        "8 giờ làm việc từ 16:00 thứ Hai 23/11; thứ Ba 24/11 nghỉ lễ (Ngày Văn hóa Việt Nam) → 16:00 thứ Tư 25/11"
    )


@pytest.mark.parametrize(
    ("name", "start", "expected"),
    [
        (RECEPTION, "2026-11-25 09:00", "8 giờ làm việc từ 09:00 thứ Tư 25/11 → 09:00 thứ Năm 26/11"),
        (
            RECEPTION,
            "2026-11-28 20:00",
            (
                "8 giờ làm việc từ 20:00 thứ Bảy 28/11; bắt đầu tính từ 08:00 thứ Hai 30/11; "
                "thứ Bảy 28/11 và Chủ nhật 29/11 nghỉ cuối tuần → 17:30 thứ Hai 30/11"
            ),
        ),
        (
            RECEPTION,
            "2026-08-21 16:30",
            "8 giờ làm việc từ 16:30 thứ Sáu 21/8; thứ Bảy 22/8 làm bù → 16:30 thứ Bảy 22/8",
        ),
        (
            ANSWER,
            "2026-11-09 10:00",
            (
                "15 ngày từ thứ Hai 9/11, không tính ngày đầu; thứ Ba 24/11 nghỉ lễ (Ngày Văn hóa Việt Nam); "
                "hạn rơi vào ngày nghỉ nên chuyển sang ngày làm việc tiếp theo → 17:30 thứ Tư 25/11"
            ),
        ),
        (
            ClockName.TRANSFER,
            "2026-02-13 10:00",
            (
                "2 ngày làm việc từ thứ Sáu 13/2, không tính ngày đầu; thứ Hai 16/2 đến thứ Sáu 20/2 nghỉ lễ "
                "(Tết Nguyên đán); các ngày cuối tuần không tính → 17:30 thứ Ba 24/2"
            ),
        ),
        (
            ANSWER,
            "2026-12-24 10:00",
            "15 ngày từ thứ Năm 24/12, không tính ngày đầu; lịch nghỉ năm 2027 là dự kiến → 17:30 thứ Sáu 8/1/2027",
        ),
    ],
)
def test_explanations(name: ClockName, start: str, expected: str) -> None:
    assert clock(name, start).explanation == expected


def test_a_pause_moves_an_hour_clock_by_its_working_time() -> None:
    paused = pause(clock(RECEPTION, "2026-11-25 09:00"), CALENDAR, at("2026-11-25 10:00"))
    assert paused.due_at == at("2026-11-26 09:00")
    assert paused.explanation.endswith("đang tạm dừng từ 10:00 thứ Tư 25/11 → 09:00 thứ Năm 26/11")
    assert not paused.is_running
    going = resume(paused, CALENDAR, at("2026-11-25 14:30"))
    assert going.due_at == at("2026-11-26 12:00")
    assert "tạm dừng từ 10:00 thứ Tư 25/11 đến 14:30 thứ Tư 25/11: cộng 3 giờ 00 phút làm việc" in going.explanation
    assert (paused.due_version, going.due_version) == (1, 2)
    assert going.is_running


@pytest.mark.parametrize(
    ("pause_at", "resume_at", "due_at"),
    [
        ("2026-11-26 10:00", "2026-11-26 17:29", "2026-12-08 17:30"),
        ("2026-11-26 10:00", "2026-11-27 09:00", "2026-12-09 17:30"),
        ("2026-11-26 10:00", "2026-12-01 09:00", "2026-12-11 17:30"),
        ("2026-11-27 18:00", "2026-11-30 07:00", "2026-12-08 17:30"),
        ("2026-11-23 17:00", "2026-11-25 09:00", "2026-12-09 17:30"),
    ],
)
def test_a_pause_moves_a_day_clock_by_the_working_days_that_closed_in_it(
    pause_at: str, resume_at: str, due_at: str
) -> None:
    started = clock(ANSWER, MONDAY)
    assert started.due_at == at("2026-12-08 17:30")
    going = resume(pause(started, CALENDAR, at(pause_at)), CALENDAR, at(resume_at))
    assert going.due_at == at(due_at)
    assert going.due_version == (1 if going.due_at == started.due_at else 2)


def test_a_pause_after_due_hides_nothing() -> None:
    started = clock(RECEPTION, "2026-11-25 09:00")
    late = pause(started, CALENDAR, at("2026-11-26 09:01"))
    assert time_state(late, CALENDAR, at("2026-11-30 09:00")) is TimeState.OVERDUE
    going = resume(late, CALENDAR, at("2026-11-30 09:00"))
    assert (going.due_at, going.due_version) == (started.due_at, 1)


def test_a_stop_ends_an_open_pause() -> None:
    paused = pause(clock(RECEPTION, "2026-11-25 09:00"), CALENDAR, at("2026-11-25 10:00"))
    stopped = stop_clock(paused, CALENDAR, at("2026-12-04 10:00"))
    assert stopped.paused_at is None
    assert time_state(stopped, CALENDAR, at("2027-01-04 10:00")) is TimeState.ON_TIME


def test_extension() -> None:
    started = clock(ANSWER, MONDAY)
    longer = extend(started, CALENDAR, at("2026-12-08 17:30"), 5)
    assert longer.due_at == at("2026-12-14 17:30")  # Sunday 13/12 rolled forward
    assert (longer.extended, longer.due_version) == (5, 2)
    assert "gia hạn 5 ngày" in longer.explanation
    with pytest.raises(ClockError, match="limited to 15"):
        extend(longer, CALENDAR, at("2026-12-09 09:00"), 11)
    with pytest.raises(ClockError, match="one unit"):
        extend(longer, CALENDAR, at("2026-12-09 09:00"), 0)
    with pytest.raises(ClockError, match="overdue"):
        extend(started, CALENDAR, at("2026-12-08 17:31"), 5)
    with pytest.raises(ClockError, match="cannot follow stop"):
        extend(stop_clock(started, CALENDAR, at("2026-11-26 09:00")), CALENDAR, at("2026-11-26 10:00"), 1)


def test_an_extension_counts_in_the_unit_of_its_term() -> None:
    lines = _entries((LedgerEntryKind.START, "2026-11-25 09:00"), (LedgerEntryKind.EXTEND, "2026-11-25 10:00", 4))
    hours, days, calendar_days = (due(_term(8, unit), CALENDAR, lines) for unit in _UNITS)
    assert hours.at == at("2026-11-26 14:30")
    assert days.at == CALENDAR.add_working_days(at("2026-11-25 09:00"), 12)
    assert calendar_days.at == CALENDAR.add_calendar_days(at("2026-11-25 09:00"), 12)


def test_an_extension_during_a_pause_counts_if_the_pause_began_in_time() -> None:
    paused = pause(clock(RECEPTION, "2026-11-25 09:00"), CALENDAR, at("2026-11-25 10:00"))
    with pytest.raises(ClockError, match="limited to 0"):
        extend(paused, CALENDAR, at("2026-11-30 10:00"), 1)
    paused_answer = pause(clock(ANSWER, MONDAY), CALENDAR, at("2026-12-08 10:00"))
    assert extend(paused_answer, CALENDAR, at("2026-12-10 10:00"), 1).due_at == at("2026-12-09 17:30")


def test_an_extension_written_after_due_moves_nothing() -> None:
    lines = _entries((LedgerEntryKind.START, MONDAY), (LedgerEntryKind.EXTEND, "2026-11-25 16:01", 4))
    assert due(_term(8, TermUnit.WORKING_HOURS), CALENDAR, lines).at == at("2026-11-25 16:00")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [(LedgerEntryKind.PAUSE, MONDAY)],
        [(LedgerEntryKind.START, MONDAY), (LedgerEntryKind.START, MONDAY)],
        [(LedgerEntryKind.START, MONDAY), (LedgerEntryKind.RESUME, MONDAY)],
        [(LedgerEntryKind.START, MONDAY), (LedgerEntryKind.PAUSE, MONDAY), (LedgerEntryKind.PAUSE, MONDAY)],
        [(LedgerEntryKind.START, MONDAY), (LedgerEntryKind.STOP, MONDAY), (LedgerEntryKind.PAUSE, MONDAY)],
        [(LedgerEntryKind.START, MONDAY), (LedgerEntryKind.PAUSE, "2026-11-23 15:59")],
    ],
)
def test_ledgers_that_make_no_sense_are_refused(lines: list[tuple[LedgerEntryKind, str]]) -> None:
    with pytest.raises(LedgerError):
        due(_term(8, TermUnit.WORKING_HOURS), CALENDAR, _entries(*lines))


def test_verbs_in_the_wrong_condition() -> None:
    started = clock(RECEPTION, MONDAY)
    with pytest.raises(ClockError, match="resume cannot follow start"):
        resume(started, CALENDAR, at("2026-11-25 09:00"))
    stopped = stop_clock(started, CALENDAR, at("2026-11-25 09:00"))
    with pytest.raises(ClockError, match="stop cannot follow stop"):
        stop_clock(stopped, CALENDAR, at("2026-11-25 09:00"))
    rule = RULES.find(RECEPTION, "pakn", Level.NORMAL, at(MONDAY))
    with pytest.raises(ClockError, match="still running"):
        start_clock(RECEPTION, rule, RULES.version, CALENDAR, at(MONDAY), started)


def test_a_clock_that_is_a_little_slow_does_not_break_the_ledger() -> None:
    paused = pause(clock(RECEPTION, "2026-11-25 09:00"), CALENDAR, at("2026-11-25 08:59"))
    assert paused.ledger[-1].at == at("2026-11-25 09:00")


@pytest.mark.parametrize(
    ("name", "start", "now", "expected"),
    [
        (RECEPTION, MONDAY, "2026-11-25 13:59", TimeState.WITHIN),
        (RECEPTION, MONDAY, "2026-11-25 14:00", TimeState.NEARLY_DUE),
        (RECEPTION, MONDAY, "2026-11-25 16:00", TimeState.NEARLY_DUE),
        (RECEPTION, MONDAY, "2026-11-25 16:01", TimeState.OVERDUE),
        (ANSWER, MONDAY, "2026-12-07 07:59", TimeState.WITHIN),
        (ANSWER, MONDAY, "2026-12-07 08:00", TimeState.NEARLY_DUE),
        (ANSWER, MONDAY, "2026-12-08 17:30", TimeState.NEARLY_DUE),
        (ANSWER, MONDAY, "2026-12-08 17:31", TimeState.OVERDUE),
    ],
)
def test_time_states_of_running_clocks(name: ClockName, start: str, now: str, expected: TimeState) -> None:
    assert time_state(clock(name, start), CALENDAR, at(now)) is expected


def test_a_verdict_is_for_ever() -> None:
    started = clock(RECEPTION, MONDAY)
    on_time = stop_clock(started, CALENDAR, at("2026-11-25 16:00"))
    late = stop_clock(started, CALENDAR, at("2026-11-25 16:01"))
    changed = _holiday_on("2026-11-25")
    for stopped, verdict in ((on_time, TimeState.ON_TIME), (late, TimeState.LATE)):
        assert time_state(stopped, CALENDAR, at("2027-06-01 09:00")) is verdict
        assert recompute(stopped, changed) is stopped
    assert set(TIME_STATE_LABELS) == set(TimeState)


def test_a_holiday_announced_late_moves_open_clocks() -> None:
    started = clock(RECEPTION, MONDAY)
    moved = recompute(started, _holiday_on("2026-11-25"))
    assert moved.due_at == at("2026-11-26 16:00")
    assert moved.due_version == 2
    assert moved.calendar_version.startswith("announced-late-")  # then the fingerprint of its content
    elsewhere = recompute(started, _holiday_on("2026-12-25"))
    assert (elsewhere.due_at, elsewhere.due_version) == (started.due_at, 1)
    assert elsewhere.calendar_version.startswith("announced-late-")
    assert elsewhere.calendar_version != moved.calendar_version


def test_a_stored_clock_comes_back_the_same() -> None:
    paused = pause(clock(ANSWER, MONDAY), CALENDAR, at("2026-11-26 10:00"))
    assert PetitionClock.model_validate(paused.stored()) == paused
    assert "stopped_at" not in paused.stored()


def test_term_beyond_the_calendar_is_estimated_and_marked() -> None:
    started = clock(ANSWER, "2028-12-20 10:00")
    assert started.due_at == at("2029-01-04 17:30")
    assert "chưa có lịch nghỉ năm 2029, tạm tính chỉ nghỉ cuối tuần" in started.explanation
    assert started.simple_explanation.endswith("có thể thay đổi khi có lịch nghỉ chính thức")
    raw: dict[str, Any] = copy.deepcopy(parsed("calendars.json"))
    raw["version"] = "2028-12-21"
    off = {"2029-01-01": "Tết Dương lịch", "2029-01-04": "nghỉ lễ bổ sung"}
    year = {"year": 2029, "source": "thông báo", "provisional": False, "off": off, "extra_working": []}
    raw["years"].append(year)
    repaired = recompute(started, WorkingCalendar.load(raw))
    assert (repaired.due_at, repaired.due_version) == (at("2029-01-05 17:30"), 2)
    assert "tạm tính" not in repaired.explanation


def test_clock_far_beyond_the_calendar_is_marked() -> None:
    with pytest.raises(CalendarRangeError):
        clock(ANSWER, "2031-12-20 10:00")


@pytest.mark.parametrize(
    ("name", "start", "expected"),
    [
        (RECEPTION, MONDAY, "8 giờ làm việc kể từ 16:00 thứ Hai 23/11; không tính thứ Ba 24/11 nghỉ lễ"),
        (
            ClockName.TRANSFER,
            "2026-02-13 10:00",
            "2 ngày làm việc kể từ thứ Sáu 13/2; không tính thứ Hai 16/2 đến thứ Sáu 20/2 nghỉ lễ",
        ),
        (
            ANSWER,
            "2026-11-09 10:00",
            "15 ngày kể từ thứ Hai 9/11; thứ Ba 24/11 là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo",
        ),
        (
            ANSWER,
            "2026-12-24 10:00",
            "15 ngày kể từ thứ Năm 24/12; có thể thay đổi khi có lịch nghỉ chính thức",
        ),
    ],
)
def test_explanations_for_citizens(name: ClockName, start: str, expected: str) -> None:
    assert clock(name, start).simple_explanation == expected


def test_a_citizen_reads_of_pause_and_extension_without_their_details() -> None:
    paused = pause(clock(ANSWER, MONDAY), CALENDAR, at("2026-11-26 10:00"))
    assert paused.simple_explanation == "15 ngày kể từ thứ Hai 23/11; đang tạm dừng chờ bổ sung"
    going = extend(resume(paused, CALENDAR, at("2026-12-01 09:00")), CALENDAR, at("2026-12-01 10:00"), 5)
    assert going.simple_explanation == (
        "15 ngày kể từ thứ Hai 23/11; Chủ nhật 13/12 là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo; "
        "đã gia hạn 5 ngày; đã cộng thời gian tạm dừng chờ bổ sung"
    )


def _apply(clocks: dict[str, PetitionClock], effects: tuple[ClockEffect, ...], moment: str) -> dict[str, PetitionClock]:
    return apply_effects(
        clocks, effects, rules=RULES, calendar=CALENDAR, petition_class="pakn", level="normal", at=at(moment)
    )


def test_clocks_through_a_life() -> None:
    clocks = _apply({}, FILING_EFFECTS, MONDAY)
    assert set(clocks) == {"reception"}
    state = State.NEW
    came_from: State | None = None
    for action, role, moment in [
        (Action.ACCEPT, Role.OFFICER, "2026-11-25 09:00"),
        (Action.ASSIGN, Role.OFFICER, "2026-11-25 09:10"),
        (Action.START, Role.OFFICER, "2026-11-25 10:00"),
        (Action.ASK_SUPPLEMENT, Role.OFFICER, "2026-11-26 10:00"),
        (Action.SUPPLEMENT, Role.CITIZEN, "2026-11-27 10:00"),
        (Action.SUBMIT_ANSWER, Role.OFFICER, "2026-12-01 10:00"),
        (Action.APPROVE, Role.HEAD, "2026-12-02 10:00"),
        (Action.PORTAL_RETURN, Role.PORTAL, "2026-12-03 10:00"),
    ]:
        step = transition(state, action, role, came_from)
        clocks = _apply(clocks, step.row.effects, moment)
        state, came_from = step.to, step.came_from
    assert time_state(clocks["reception"], CALENDAR, at("2026-12-03 10:00")) is TimeState.ON_TIME
    assert len(clocks["transfer"].runs) == 1
    assert clocks["transfer"].stopped_at == at("2026-11-25 10:00")
    assert clocks["supplement"].stopped_at == at("2026-11-27 10:00")
    answer = clocks["answer"]
    assert answer.is_running
    assert answer.started_at == at("2026-12-03 10:00")
    assert [(run.due_at, run.stopped_at) for run in answer.runs] == [(at("2026-12-11 17:30"), at("2026-12-02 10:00"))]
    assert answer.due_version == 3  # start, moved by the pause, started again


def test_effects_with_nothing_to_do_change_nothing() -> None:
    clocks = _apply({}, FILING_EFFECTS, MONDAY)
    idle = (ClockEffect(ClockVerb.RESUME, RECEPTION), ClockEffect(ClockVerb.STOP, ANSWER))
    assert _apply(clocks, idle, "2026-11-25 09:00") == clocks
    once = _apply(clocks, (ClockEffect(ClockVerb.PAUSE, RECEPTION),), "2026-11-25 09:00")
    assert _apply(once, (ClockEffect(ClockVerb.PAUSE, RECEPTION),), "2026-11-25 10:00") == once
