"""After random changes of random petitions, the running totals equal a slow count of everything."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.figures.figure_sums import FigureSums, standing
from petitions.domain.figures.figures import OUTCOME_COUNTERS, median_hours
from petitions.domain.figures.stored_figures import DueFigures, FlowFigures, OpenFigures
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, State
from petitions.domain.petition.history_counts import CITY
from petitions.domain.shared.instants import hanoi
from petitions.usecases.figures.check_figures import CheckFigures
from tests.property.figures_city import STEP, UNITS, City, do, happened, matter

APART = ("took_", "extended", "asked", "paused_")
"""Beginnings of names of figures that the slow count leaves out."""


def counted(figures: dict[str, int]) -> Counter[str]:
    return Counter({name: number for name, number in figures.items() if not name.startswith(APART)})


def flows(city: City, unit: str, spans: str) -> list[FlowFigures]:
    paths = city.store.paths(f"stats/{unit}/{spans}")
    return [FlowFigures.model_validate(city.store.documents[path]) for path in paths]


@settings(max_examples=60)
@given(st.lists(STEP, min_size=5, max_size=60))
def test_the_sums_are_those_of_a_slow_count(steps: list[tuple[str, Any, int]]) -> None:
    city = City()
    for step in steps:
        do(city, step)
    city.fold_with("before")
    store, now = city.store, city.clock.now()
    petitions = [city.petition(code) for code in city.codes]
    sums = FigureSums()
    for unit in (*UNITS, CITY):
        for path in store.paths(f"stats/{unit}/due"):
            sums.take(DueFigures.model_validate(store.documents[path]))
    late = standing(sums, now, "2026-11-20")
    of_units = {unit: late[unit].total for unit in UNITS if unit in late and late[unit].total}
    assert of_units == (late[CITY].units if CITY in late else {})
    for unit in (*UNITS, CITY):
        total = sum((Counter(day.total) for day in flows(city, unit, "days")), Counter[str]())
        assert counted(total) == happened(city.diary, unit), unit
        mine = [petition for petition in petitions if unit in {CITY, petition.unit}]
        is_open = [petition for petition in mine if petition.state in OPEN_STATES]
        figures = OpenFigures.model_validate(store.documents.get(f"stats/{unit}") or {"unit": unit})
        assert figures.total == len(is_open)
        for group in ("fields", "wards", "kinds"):
            assert getattr(figures, group) == dict(Counter(matter(petition)[group] for petition in is_open))
        arrived = total["received"] + total["moved_in"] + total["reopened"] + total["unmerged"]
        assert arrived == sum(total[name] for name in (*OUTCOME_COUNTERS.values(), "moved_out")) + figures.total
        assert sum(n for name, n in total.items() if name.startswith("took_")) == total["handled"]
        working = [petition for petition in is_open if petition.due_at]
        minute = hanoi(now).replace(second=0, microsecond=0)
        is_late = late[unit].total.get("overdue", 0) if unit in late else 0
        assert is_late == sum(petition.due_at < minute for petition in working if petition.due_at)
    assert CheckFigures(store, city.clock)() == []
    assert not [path for path, fields in store.documents.items() if "unfolded_at" in fields]


@settings(max_examples=60)
@given(st.lists(STEP, min_size=5, max_size=60))
def test_what_a_petition_is_about_counts_all_that_ever_happened_to_it(steps: list[tuple[str, Any, int]]) -> None:
    """The totals of all fields, wards or kinds add up to the grand total, for days, months and years.

    Events count for the present field of a petition, even if they happened before it had this field.
    """
    city = City()
    for step in steps:
        do(city, step)
    city.fold_with("after")
    for unit in (*UNITS, CITY):
        days, months, years = (flows(city, unit, spans) for spans in ("days", "months", "years"))
        whole = sum((Counter(day.total) for day in days), Counter[str]())
        for group in ("fields", "wards", "kinds"):
            parts = Counter[str]()
            keys = {key for day in days for key in getattr(day, group)}
            for key in keys:
                part = sum((Counter(getattr(day, group).get(key, {})) for day in days), Counter[str]())
                assert counted(part) == happened(city.diary, unit, group, key), (unit, group, key)
                assert part == sum(
                    (Counter(getattr(flow_figures, group).get(key, {})) for flow_figures in months), Counter()
                )
                parts += part
            assert parts == whole, (unit, group)
        assert whole == sum((Counter(month.total) for month in months), Counter[str]())
        drawn = {day: counts for year in years for day, counts in year.days.items()}
        apart = ("took_", "paused_")
        shown = {day.day: {name: n for name, n in day.total.items() if not name.startswith(apart)} for day in days}
        assert drawn == {day: counts for day, counts in shown.items() if counts}


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
