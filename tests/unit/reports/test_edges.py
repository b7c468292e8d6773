"""The instants between which a history line counts: for a period, for the state at the cut, for a receipt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from petitions.domain.petition.history_counts import FigureDeltas, FiguresPlace
from petitions.domain.reports.histories import (
    History,
    Line,
    Rated,
    RawLine,
    _level,
    faults,
    history_of,
    is_complete,
    micros,
    since_receipt,
)
from petitions.domain.reports.periods import LONGEST, PeriodFault, of_days
from petitions.domain.reports.report import facts_in, hash_of, make_report
from petitions.domain.shared.records import replace
from tests.unit.reports.test_balance import CUT, FORMS, GOOD, PERIOD

TICK = timedelta(microseconds=1)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=90)
ENTERED = SINCE + timedelta(days=10)


def filed(at: datetime) -> History:
    return History("HN-1", (Line(1, micros(at), "filed", "SXD", "", "new", 0, "-", "-"),))


@pytest.mark.parametrize(
    ("at", "cut", "counts"),
    [
        (SINCE, UNTIL, True),
        (UNTIL - TICK, UNTIL, True),
        (UNTIL, UNTIL, False),
        (UNTIL, UNTIL + TICK, False),
        (ENTERED, ENTERED, True),
        (ENTERED + TICK, ENTERED, False),
    ],
)
def test_what_is_received_in_a_period_as_it_was_known_at_the_cut(at: datetime, cut: datetime, *, counts: bool) -> None:
    found = [fact.what for fact in facts_in(SINCE, UNTIL, cut, [filed(at)])]
    assert ("received" in found) == counts


def test_what_came_before_the_period_is_not_received_in_it() -> None:
    assert "received" not in [fact.what for fact in facts_in(SINCE, UNTIL, UNTIL, [filed(SINCE - TICK)])]


@pytest.mark.parametrize(
    ("received", "fixed", "moves"),
    [
        (ENTERED - TICK, [], True),
        (ENTERED, [], False),
        (ENTERED + TICK, [], False),
        (ENTERED - TICK, [(ENTERED, ENTERED - TICK)], False),
        (ENTERED - TICK, [(ENTERED - TICK, ENTERED - TICK)], True),
        (ENTERED - 2 * TICK, [(ENTERED - TICK, ENTERED - TICK)], False),
        (ENTERED - 2 * TICK, [(ENTERED - TICK, ENTERED)], True),
        (ENTERED - TICK, [(SINCE, SINCE), (ENTERED, ENTERED - TICK)], False),
    ],
)
def test_a_paper_counts_from_its_receipt_unless_a_frozen_period_would_change(
    received: datetime, fixed: list[tuple[datetime, datetime]], *, moves: bool
) -> None:
    """A frozen period is given by its exclusive end and its cut, at which an entered petition was known."""
    after = since_receipt(filed(ENTERED), received, fixed)
    assert after == (filed(received) if moves else filed(ENTERED))


PLACE = FiguresPlace(unit="SXD")


def raw(seq: int, at: datetime, **more: Any) -> RawLine:
    first = RawLine(seq, micros(at), "filed", "SXD", "" if seq == 1 else "new", "new", 0, "-", "-", "-", "-", 0, True)
    return first._replace(**more)


def test_a_history_ends_with_the_cut_and_keeps_its_ratings_with_unit_and_time() -> None:
    rated = [raw(number, ENTERED + number * TICK, level=number) for number in (1, 2, 3)]
    found = history_of("HN-1", [*rated, raw(4, ENTERED + 4 * TICK)], ENTERED + 2 * TICK)
    assert [line.seq for line in found.lines] == [1, 2]
    assert found.ratings == tuple(Rated(micros(ENTERED + number * TICK), "SXD", number) for number in (1, 2))


def test_a_slow_clock_of_an_instance_moves_no_line_before_the_one_before_it() -> None:
    found = history_of("HN-1", [raw(1, ENTERED), raw(2, ENTERED - TICK), raw(3, ENTERED + TICK)], UNTIL)
    assert [line.at for line in found.lines] == [micros(ENTERED), micros(ENTERED), micros(ENTERED + TICK)]


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_the_level_of_a_rating_is_that_of_its_line(level: int) -> None:
    events = {"filed": 1} | ({f"rated_{level}": 1} if level else {})
    assert _level(FigureDeltas(place=PLACE, events=events)) == level
    assert _level(None) == 0


def test_everything_that_a_report_says_is_in_its_hash() -> None:
    report, _ = make_report(FORMS, FORMS.forms[0], PERIOD, CUT, [GOOD])
    assert hash_of(report) == report.hash
    other: dict[str, Any] = {
        "form": "x", "since": report.since + TICK, "until": report.until + TICK, "formula": "x", "inputs": "x",
        "rows": {**report.rows, "SXD": [number + 1 for number in report.rows["SXD"]]},
    }  # fmt: skip
    for name, value in other.items():
        assert hash_of(replace(report, **{name: value})) != report.hash, name


def test_free_days_have_a_first_and_a_last_day_and_are_not_too_many() -> None:
    first = date(2026, 1, 1)
    day = timedelta(days=1)
    assert of_days(first, first + day).label == "01/01/2026 – 01/01/2026"
    assert of_days(first, first + LONGEST).after == first + LONGEST
    for after in (first, first - day, first + LONGEST + day):
        with pytest.raises(PeriodFault):
            of_days(first, after)


def moved(before: str, after: str, unit: str = "SYT") -> list[tuple[str, str]]:
    second = Line(2, micros(ENTERED), "step", unit, before, after, 0, "-", "-")
    history = History("HN-1", (*filed(SINCE - TICK).lines, second))
    return [(fact.unit, fact.what) for fact in facts_in(SINCE, UNTIL, UNTIL, [history])]


def test_only_open_petitions_move_between_units() -> None:
    assert {("SXD", "moved_out"), ("SYT", "moved_in")} <= {*moved("new", "assigned")}
    for before, after, unit in (("new", "answered", "SYT"), ("new", "assigned", "SXD"), ("answered", "closed", "SYT")):
        assert not {"moved_out", "moved_in"} & {what for _, what in moved(before, after, unit)}


@pytest.mark.parametrize(
    ("natures", "actions", "outcome", "enough"),
    [
        (["-", "-"], ["filed", "take_up"], "resolved", True),
        (["-", "-"], ["filed", "accept"], "resolved", False),
        (["-", "conduct"], ["filed", "accept"], "resolved", True),
        (["-", "conduct"], ["filed", "accept"], "-", False),
    ],
)
def test_what_older_lines_lack_is_asked_of_the_petition(
    natures: list[str], actions: list[str], outcome: str, *, enough: bool
) -> None:
    lines = [
        raw(seq, ENTERED, nature=nature, action=action)
        for seq, (nature, action) in enumerate(zip(natures, actions, strict=True), 1)
    ]
    answered = raw(3, ENTERED, before="in_progress", after="answered", outcome=outcome)
    assert is_complete([*lines, answered]) == enough


def test_a_line_without_a_due_time_has_that_of_the_line_before_it() -> None:
    lines = [
        raw(1, ENTERED, due=None),
        raw(2, ENTERED, due=9),
        raw(3, ENTERED, due=None),
        raw(4, ENTERED, after="closed"),
    ]
    assert [line.due for line in history_of("HN-1", lines, UNTIL).lines] == [0, 9, 9, 0]


@pytest.mark.parametrize(
    ("first", "second", "is_faulty"),
    [
        ({}, {}, False),
        ({"seq": 2}, {"seq": 3}, True),
        ({"before": "new"}, {}, True),
        ({}, {"seq": 3}, True),
        ({}, {"before": "assigned"}, True),
    ],
)
def test_a_history_with_a_gap_or_a_contradiction_is_named(
    first: dict[str, Any], second: dict[str, Any], *, is_faulty: bool
) -> None:
    line = filed(SINCE).lines[0]
    lines = (line._replace(**first), line._replace(**{"seq": 2, "before": "new", "after": "assigned", **second}))
    assert list(faults([History("HN-1", lines)])) == (["HN-1"] if is_faulty else [])
    assert list(faults([History("HN-1", ())])) == ["HN-1"]
