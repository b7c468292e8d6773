"""The number of documents that a page of figures reads does not depend on the number of petitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from petitions.adapters import reference
from petitions.domain.figures.figures import DURATION_EDGES
from petitions.domain.figures.figures_row import COUNTS
from petitions.domain.figures.periods import NAMED_PERIODS, Period, named_period
from petitions.domain.figures.stored_figures import FlowFigures, flow_path
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.history_counts import CITY
from petitions.ports.store import Document, Fields, Query, Reader
from petitions.usecases.figures.list_figures import ListFigures
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.figures.read_overdue import ReadOverdue
from tests.fakes import FakeStore
from tests.property.figures_city import City

INSPECTOR = Officer(id="i", name="I", email="i@x.vn", unit="SNV", role=Role.INSPECTOR)
MOST_READ = 13 + 2 * 16 + 3 + 3 + 2 * 33
"""The largest number of documents read for a year.

Read are the months of the year, single days at both ends, the years of the chart, the open petitions, and the state at
the ends of the periods compared, for the unit and the city.
"""
MOST_READ_FIRST = MOST_READ - 2 * 31
"""The same for the overview and for tables without a development over time, which need fewer states."""


class Metered(FakeStore):
    """A store that counts documents read, including missing ones, as Firestore bills them."""

    read = 0

    def snapshot(self) -> Reader:
        return self

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        self.read += len(paths)
        return super().get_all(paths)

    def find(self, query: Query) -> list[Document]:
        found = super().find(query)
        self.read += len(found)
        return found

    def count(self, query: Query) -> int:
        self.read += 1  # a count of up to a thousand documents is billed as one read
        return len(FakeStore.find(self, query))


def lived(petitions: int) -> City:
    city = City()
    city.store = Metered()
    city.fold = type(city.fold)(city.store, city.clock)
    for _ in range(3):
        for number in range(petitions):
            city.file(("SXD", "SYT")[number % 2])
        city.clock.advance(days=1)
    city.clock.advance(days=20)
    while city.fold():
        continue
    return city


def spent(city: City) -> dict[str, int]:
    store, found = city.store, dict[str, int]()
    assert isinstance(store, Metered)
    figures, lists = ReadFigures(store, city.clock), ListFigures(store, city.clock)
    for unit in (CITY, "SXD"):
        for name in NAMED_PERIODS:
            store.read = 0
            figures(unit, named_period(name, city.clock.now().date()), ends_of_steps=True)
            found[f"{unit} {name}"] = store.read
            store.read = 0
            figures(unit, named_period(name, city.clock.now().date()))
            found[f"{unit} {name} first"] = store.read
        store.read = 0
        ReadOverdue(store, city.clock)(unit)
        found[f"list late of {unit}"] = store.read
    for name in ("arrived", "overdue"):
        store.read = 0
        lists(INSPECTOR, (CITY, "total", ""), name, named_period("53w", city.clock.now().date()))
        found[f"list {name}"] = store.read
    return found


def test_a_page_reads_the_same_of_few_and_of_many_petitions() -> None:
    few, many = spent(lived(2)), spent(lived(60))
    pages = {name for name in few if not name.startswith("list ")}
    assert {name: few[name] for name in pages} == {name: many[name] for name in pages}
    assert max(few[name] for name in pages) <= MOST_READ + 3  # the three days on which they were due
    assert max(number for name, number in few.items() if name.endswith(" first")) <= MOST_READ_FIRST + 3
    assert max(many.values()) <= max(MOST_READ + 3, 2 * 51 + MOST_READ_FIRST)
    assert (many[f"list late of {CITY}"], many["list late of SXD"]) == (5, 5 + 50)


@pytest.mark.parametrize("days", [1, 30, 365, 5 * 365])
@pytest.mark.parametrize("start", [date(2024, 2, 29), date(2026, 1, 1), date(2026, 3, 17)])
def test_documents_grow_with_months_and_not_with_days(start: date, days: int) -> None:
    documents = Period(start, start + timedelta(days=days)).documents(date(2031, 12, 31))
    assert len(documents) <= days // 28 + 2 + 2 * 15


def test_the_largest_documents_of_the_city_fit_into_firestore() -> None:
    """A document with every counter of every unit, ward, field and kind is smaller than 1 MiB."""
    directory = reference.directory()
    counters = {counter for parts in COUNTS.values() for counter in parts}
    every = dict.fromkeys([*counters, "paused_minutes", *(f"took_{edge}" for edge in DURATION_EDGES)], 9_999)
    wards = [ward.code for ward in directory.wards]
    units = [*wards, *(unit.code for unit in directory.units)]
    fields = [field.code for field in reference.shipped().fields.fields]
    store = FakeStore()
    month = FlowFigures(unit=CITY, day="2026-11", total=every, units=dict.fromkeys(units, every),
                        fields=dict.fromkeys(fields, every), wards=dict.fromkeys(wards, every))  # fmt: skip
    drawn = dict.fromkeys(counters, 9999)
    days = {(date(2028, 1, 1) + timedelta(days=number)).isoformat(): drawn for number in range(366)}
    for figures in (month, FlowFigures(unit=CITY, day="2028", days=days)):
        store.create(flow_path(CITY, figures.day), figures.stored())
    with pytest.raises(Exception, match="InvalidArgument"):
        store.create("stats/X/years/2028", FlowFigures(unit="X", day="2028", days=days | {
            f"x{number}": every for number in range(1_000)}).stored())  # fmt: skip
