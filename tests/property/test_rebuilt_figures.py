"""Figures computed again from histories: after a fault, with interruptions, and while new ones are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.figures.figures import OUTCOME_COUNTERS
from petitions.domain.figures.stored_figures import FlowFigures
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_counts import CITY
from petitions.errors import Retryable
from petitions.ports.store import Transaction
from petitions.usecases.figures.rebuild_figures import RebuildFigures
from tests.fakes import FakeStore
from tests.property.figures_city import STEP, UNITS, City, do, happened

T = TypeVar("T")
LOST = ("on_time", "late", "rated_", "took_", "extended", "asked", "paused_")
"""Beginnings of names of figures that are not compared, because old histories do not contain them."""


class Interrupted(FakeStore):
    def __init__(self) -> None:
        super().__init__()
        self.before: list[Callable[[], object]] = []

    def transact(self, body: Callable[[Transaction], T]) -> T:
        if self.before:
            self.before.pop(0)()
        return super().transact(body)


def rebuilt(city: City) -> RebuildFigures:
    return RebuildFigures(city.store, city.clock)


def mend(city: City, *, deaths: int = 0) -> list[str]:
    """Compute all totals again, while `deaths` commits may fail. Return the differences found."""
    figures = rebuilt(city)
    try:
        for code in list(figures.lacking()):
            figures.add_figures(code)
        found = figures.standing(mend=True)
        days = list(figures.days())
        for day in days:
            found += figures.day(day, mend=True)
        for month in {day[:7] for day in days}:
            found += figures.month(month, mend=True)
        while city.fold():
            continue
    except Retryable:
        assert deaths
        return mend(city, deaths=deaths - 1)
    return found


def differences(city: City) -> list[str]:
    figures = rebuilt(city)
    return [
        *figures.standing(mend=False),
        *(line for day in figures.days() for line in figures.day(day, mend=False)),
        *(line for month in {day[:7] for day in figures.days()} for line in figures.month(month, mend=False)),
        *figures.lacking(),
    ]


def remove_old_totals(city: City, kept: int) -> None:
    """Remove the totals from histories, as in older data. The newest lines of some petitions keep them."""
    for number, code in enumerate(city.codes):
        lines = city.store.paths(f"petitions/{code}/history")
        lines.sort(key=lambda path: int(path.rsplit("/", 1)[1]))
        for path in lines[: max(1, len(lines) - (number + kept) % 3)]:
            city.store.documents[path].pop("figures", None)
            city.store.documents[path].pop("unfolded_at", None)


def figures_of(city: City) -> dict[str, dict[str, Any]]:
    """Return the stored totals by path of the document, without empty ones."""
    found = {}
    for path, fields in city.store.documents.items():
        if path.startswith("stats/"):
            names = ("cells",) if "/due/" in path else ("total", "units", "fields", "wards", "kinds", "days")
            found[path] = {name: fields[name] for name in names if fields.get(name)}
    return {path: fields for path, fields in found.items() if fields}


@settings(max_examples=60)
@given(
    st.lists(STEP, min_size=5, max_size=50),
    st.integers(0, 2),
    st.lists(st.sampled_from(["before", "after"]), max_size=6),
)
def test_histories_without_figures_come_to_a_full_count(steps: list[Any], kept: int, deaths: list[str]) -> None:
    city = City()
    for step in steps:
        do(city, step)
    remove_old_totals(city, kept)
    for path in [path for path in city.store.documents if path.startswith("stats/")]:
        del city.store.documents[path]
    for death in (*deaths, None):
        city.store.crash = death
        mend(city, deaths=1)
    city.store.crash = None
    assert mend(city) == []
    assert differences(city) == []
    for unit in (*UNITS, CITY):
        days = [
            FlowFigures.model_validate(city.store.documents[path]) for path in city.store.paths(f"stats/{unit}/days")
        ]
        total = sum((Counter(day.total) for day in days), Counter[str]())
        counted = Counter({name: number for name, number in total.items() if not name.startswith(LOST)})
        slow = Counter({name: n for name, n in happened(city.diary, unit).items() if not name.startswith(LOST)})
        assert counted == slow, unit
        is_open = city.store.documents.get(f"stats/{unit}", {}).get("total", 0)
        arrived = total["received"] + total["moved_in"] + total["reopened"] + total["unmerged"]
        assert arrived == sum(total[name] for name in (*OUTCOME_COUNTERS.values(), "moved_out")) + is_open


@settings(max_examples=40)
@given(
    st.lists(STEP, min_size=5, max_size=50),
    st.integers(0, 30),
    st.integers(1, 3),
    st.sampled_from(["before", "after", ""]),
)
def test_what_was_spoiled_is_as_before(steps: list[Any], where: int, more: int, death: str) -> None:
    city = City()
    for step in steps:
        do(city, step)
    city.fold()
    good = figures_of(city)
    paths = sorted(path for path in city.store.documents if path.startswith("stats/"))
    for path in paths[where % len(paths) :: 3]:
        match len(path) % 3:
            case 0:
                del city.store.documents[path]
            case 1:
                city.store.documents[path] |= {"wards": "nonsense", "cells": 7, "as_of": 7}
            case _:
                name = "total" if "total" in city.store.documents[path] else "cells"
                spoiled = {"PX-00004": more, "received": more} if path.count("/") > 1 else more
                city.store.documents[path][name] = spoiled
    city.store.crash = death or None
    mend(city, deaths=1)
    city.store.crash = None
    assert mend(city) == []
    assert figures_of(city) == good


def lose_totals(city: City) -> None:
    """Delete the stored totals of the unit SXD and of the city, as if they had been lost."""
    for path in [path for path in city.store.documents if path.startswith(("stats/SXD", "stats/HANOI"))]:
        del city.store.documents[path]


@pytest.fixture
def city() -> City:
    """A city with three petitions: two are counted, but the totals are lost, and one is not counted yet."""
    made = City()
    made.store = Interrupted()
    made.fold = type(made.fold)(made.store, made.clock)
    made.file("SXD")
    made.file("SXD")
    made.fold()
    lose_totals(made)
    made.file("SXD")
    return made


def test_what_is_folded_between_count_and_mending_is_counted_once(city: City) -> None:
    """A step is not yet counted when the recount is made.

    It is counted, and another step follows, before the correction.
    """

    def meanwhile() -> None:
        city.fold()
        city.file("SXD")
        city.alter(city.codes[0], RecordedAction.ROUTED, unit="SYT")

    store = city.store
    assert isinstance(store, Interrupted)
    figures = rebuilt(city)
    store.before = [meanwhile]
    assert figures.standing(mend=True)
    today = next(figures.days())
    store.before = [lambda: None, meanwhile]
    figures.day(today, mend=True)
    store.before = [lambda: None, lambda: [city.fold()]]
    figures.month(today[:7], mend=True)
    city.fold()
    assert differences(city) == []
    assert store.documents["stats/SXD"]["total"] == 4
    assert store.documents["stats/SYT"]["total"] == 1
    assert store.documents["stats/HANOI"]["total"] == 5


def test_two_rebuilds_at_once_put_right_once(city: City) -> None:
    """Both processes have counted before either of them corrects."""
    store = city.store
    assert isinstance(store, Interrupted)
    first, second = rebuilt(city), rebuilt(city)
    store.before = [lambda: None, lambda: [second.standing(mend=True)]]
    first.standing(mend=True)
    today = next(first.days())
    store.before = [lambda: [second.day(today, mend=True)]]
    first.day(today, mend=True)
    store.before = [lambda: [second.month(today[:7], mend=True)]]
    first.month(today[:7], mend=True)
    city.fold()
    assert differences(city) == []
    assert store.documents["stats/HANOI"]["total"] == 3


def test_lines_are_given_figures_while_their_petition_changes() -> None:
    city = City()
    city.store = store = Interrupted()
    city.fold = type(city.fold)(store, city.clock)
    city.file("SXD")
    remove_old_totals(city, 0)
    store.before = [lambda: city.alter(city.codes[0], RecordedAction.ROUTED, unit="SYT")]
    assert mend(city) == []
    assert store.documents["stats/HANOI"]["total"] == 1
    assert store.documents["stats/SYT"]["total"] == 1
    assert "SXD" not in store.documents["stats/HANOI"]["units"]
    assert rebuilt(city).add_figures(city.codes[0]) == 0
