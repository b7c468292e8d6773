"""Random petitions that change at random: the figures added up line by line are those of a slow full count."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.figures.figures import OUTCOME_COUNTERS, median_hours
from petitions.domain.figures.stored_figures import DayFigures, DueFigures, OpenFigures, overdue
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, State
from petitions.domain.petition.history_counts import CITY
from petitions.domain.shared.instants import hanoi
from petitions.usecases.figures.check_figures import CheckFigures
from tests.property.figures_city import STEP, UNITS, City, do, happened


@settings(max_examples=60)
@given(st.lists(STEP, min_size=5, max_size=60))
def test_the_sums_are_those_of_a_slow_count(steps: list[tuple[str, Any, int]]) -> None:
    city = City()
    for step in steps:
        do(city, step)
    city.fold_with("before")
    store, now = city.store, city.clock.now()
    petitions = [city.petition(code) for code in city.codes]
    due = [
        DueFigures.model_validate(store.documents[path]) for unit in UNITS for path in store.paths(f"stats/{unit}/due")
    ]
    late = overdue(due, now)
    for unit in (*UNITS, CITY):
        days = [DayFigures.model_validate(store.documents[path]) for path in store.paths(f"stats/{unit}/days")]
        total = sum((Counter(day.total) for day in days), Counter[str]())
        slow = happened(city.diary, unit)
        apart = ("took_", "extended", "asked", "paused_")
        shown = Counter({name: number for name, number in total.items() if not name.startswith(apart)})
        assert shown == slow, unit
        mine = [each for each in petitions if unit in {CITY, each.unit}]
        is_open = [each for each in mine if each.state in OPEN_STATES]
        figures = OpenFigures.model_validate(store.documents.get(f"stats/{unit}") or {"unit": unit})
        assert figures.total == len(is_open)
        assert figures.wards == dict(Counter(each.ward or "-" for each in is_open))
        assert figures.kinds == dict(Counter(each.kind or "-" for each in is_open))
        arrived = total["received"] + total["moved_in"] + total["reopened"] + total["unmerged"]
        assert arrived == sum(total[name] for name in (*OUTCOME_COUNTERS.values(), "moved_out")) + figures.total
        assert sum(n for name, n in total.items() if name.startswith("took_")) == total["handled"]
        working = [each for each in is_open if each.due_at]
        minute = hanoi(now).replace(second=0, microsecond=0)
        assert late[unit, "total", ""] == sum(each.due_at < minute for each in working if each.due_at)
    assert CheckFigures(store, city.clock)() == []
    assert not [path for path, fields in store.documents.items() if "unfolded_at" in fields]


def test_a_figure_that_was_spoiled_is_found_at_night() -> None:
    city = City()
    city.file("SXD")
    city.fold()
    city.store.update("stats/SXD", {"total": 7})
    city.clock.advance(days=1)
    assert CheckFigures(city.store, city.clock)() == ["open SXD total : 7 folded, 1 counted"]
    assert city.store.documents["stats_checks/2026-11-20"]["found"] == 1


def test_two_runs_at_once_add_a_line_once() -> None:
    city = City()
    city.file("SXD")
    paths = [path for path in city.store.documents if "/history/" in path]
    for _ in range(2):  # both runs have found the same page
        city.store.transact(lambda tx: city.fold._fold(tx, paths))
    assert city.store.documents["stats/SXD"]["total"] == 1


def test_a_line_of_another_form_holds_up_nothing() -> None:
    city = City()
    city.file("SXD")
    city.file("SYT")
    first = next(path for path in city.store.documents if "/history/" in path)
    city.store.update(first, {"figures": "of a newer form"})
    assert city.fold() == 2
    assert city.store.documents["stats/HANOI"]["total"] == 1
    assert city.fold() == 0


def test_the_median_is_read_off_the_edges() -> None:
    assert median_hours({}) is None
    assert median_hours({"took_24": 1}) == 20
    assert median_hours({"took_24": 2, "took_48": 2}) == 24
    assert median_hours({"took_more": 3, "took_24": 1}) == 180 * 24
    assert timedelta(hours=median_hours({"took_48": 10}) or 0) == timedelta(hours=36)


def test_a_day_on_which_nothing_is_due_any_more_is_gone() -> None:
    city = City()
    city.file("SXD")
    city.fold()
    assert city.store.paths("stats/SXD/due")
    city.alter(city.codes[0], Action.WITHDRAW, state=State.WITHDRAWN, due_at=None)
    city.fold()
    assert city.store.paths("stats/SXD/due") == []
    assert CheckFigures(city.store, city.clock)() == []
