"""Figures of any period, unit and group equal a recount, add up, and have a list of petitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.figures.figures_row import COUNTS, FiguresRow, percent
from petitions.domain.figures.periods import DAY, FIRST_DAY, MOST_DAYS, Period
from petitions.domain.figures.stands import STATES, Stand
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.classification import Classification, Nature, Statement
from petitions.domain.petition.history_counts import CITY, Slot
from petitions.domain.petition.petition import RoutingResult
from petitions.domain.shared.instants import hanoi
from petitions.errors import Rejected
from petitions.usecases.figures.count_figures import CountFigures
from petitions.usecases.figures.keep_ends import KeepEnds
from petitions.usecases.figures.list_figures import LISTED, ListFigures
from petitions.usecases.figures.read_figures import FiguresPage, ReadFigures
from petitions.usecases.figures.read_overdue import ReadOverdue
from tests.property.figures_city import BEGIN, STEP, UNITS, City, do

INSPECTOR = Officer(id="i", name="I", email="i@x.vn", unit="SNV", role=Role.INSPECTOR)
FIRST = hanoi(BEGIN).date()
PERIODS = st.builds(
    lambda start, days: Period(FIRST + timedelta(days=start), FIRST + timedelta(days=start + days)),
    st.integers(-40, 60),
    st.integers(1, 90),
)


def lived(steps: list[tuple[str, Any, int]]) -> City:
    city = City()
    for step in steps:
        do(city, step)
    city.fold()
    return city


def recount(city: City, unit: str, period: Period, group: str, key: str) -> Counter[str]:
    found = Counter[str]()
    count = CountFigures(city.store)
    for code in city.codes:
        for (where, day, of, which, counter), number in count.events(f"petitions/{code}/history").flows.items():
            if (where, of, which) == (unit, group, key) and len(day) == len("2026-11-20") and day in period:
                found[counter] += number
    return found


def rows(page: FiguresPage) -> Iterator[tuple[Slot, FiguresRow]]:
    yield (page.unit, "total", ""), page.total
    for group, found in page.groups.items():
        yield from (((page.unit, group, row.key), row) for row in found)


@settings(max_examples=50)
@given(st.lists(STEP, min_size=5, max_size=50), PERIODS, st.sampled_from([*UNITS, CITY]))
def test_any_period_is_a_recount_and_adds_up(steps: list[Any], period: Period, unit: str) -> None:
    city = lived(steps)
    page = ReadFigures(city.store, city.clock)(unit, period)
    for (of, group, key), row in rows(page):
        assert Counter(row.counts) == recount(city, of, period, group, key), (of, group, key)
    for group, found in page.groups.items():
        for name in COUNTS:
            parts, whole = sum(row.number(name) for row in found), page.total.number(name)
            between = page.total.number("moved") if group == "units" else 0
            if name in {"arrived", "moved_in", "moved_out"}:
                assert parts == whole + between, (group, name)
            elif name != "moved" or group != "units":
                assert parts == whole, (group, name)
        for name in ("open", "overdue"):
            standing = getattr(page.total, name)
            assert standing is None or sum(getattr(row, name) or 0 for row in found) == standing
    drawn = sum((Counter(step.row.counts) for step in page.steps), Counter[str]())
    apart = ("took_", "paused_")
    assert drawn == Counter({name: n for name, n in page.total.counts.items() if not name.startswith(apart)})
    past = Period(*page.period.before)
    assert page.before.arrived == ReadFigures(city.store, city.clock)(unit, past).total.arrived


@settings(max_examples=30)
@given(st.lists(STEP, min_size=5, max_size=50), PERIODS, st.sampled_from([*UNITS, CITY]))
def test_what_was_open_and_what_came_is_what_went_and_what_is_open(steps: list[Any], period: Period, unit: str) -> None:
    city = lived(steps)
    page = ReadFigures(city.store, city.clock)(unit, period)
    assert page.open_before + page.total.gained == page.open_after
    for instant, number in ((period.instants.since, page.open_before), (period.instants.until, page.open_after)):
        last = {after.code: after for at, _, after in city.diary if at < instant}
        assert number == sum(
            petition.state in OPEN_STATES and unit in {CITY, petition.unit} for petition in last.values()
        )


@settings(max_examples=30)
@given(st.lists(STEP, min_size=5, max_size=40), PERIODS, st.sampled_from([*UNITS, CITY]))
def test_every_number_has_a_list_as_long_as_it_says(steps: list[Any], period: Period, unit: str) -> None:
    city = lived(steps)
    page, lists = ReadFigures(city.store, city.clock)(unit, period), ListFigures(city.store, city.clock)
    for slot, row in rows(page):
        for name in LISTED:
            if name in {"open", "overdue"} and page.is_over:
                continue  # the list is that of now
            number = row.open if name == "open" else row.overdue if name == "overdue" else row.number(name)
            found = lists(INSPECTOR, slot, name, period)
            assert (found.number, len(found.lines)) == (number, number), (slot, name)
            assert found.next == ""


@settings(max_examples=30)
@given(st.lists(STEP, min_size=5, max_size=40), st.sampled_from([*UNITS, CITY]))
def test_what_is_overdue_is_in_one_step_and_with_one_officer_and_has_lists(steps: list[Any], unit: str) -> None:
    city = lived([*steps, ("wait", 90, 0), ("wait", 90, 0)])
    today = hanoi(city.clock.now()).date()
    period = Period(today, today + DAY)
    page, lists = ReadFigures(city.store, city.clock)(unit, period), ListFigures(city.store, city.clock)
    overdue = page.total.overdue or 0
    found = ReadOverdue(city.store, city.clock)(unit)
    waits = {**found.stands, Stand.FILER: overdue - sum(found.stands.values())}
    for stand, number in waits.items():
        of_step = lists(INSPECTOR, (unit, "stands", stand), "overdue", period)
        assert (of_step.number, len(of_step.lines)) == (number, number), stand
        assert {line.petition.state for line in of_step.lines if line.petition} <= {*STATES[stand]}
    if unit != CITY:
        assert sum(found.handlers.values()) == overdue
        for handler in {*found.handlers} - {""}:
            assert lists(INSPECTOR, (unit, "handlers", handler), "overdue", period).number == found.handlers[handler]


def test_every_open_state_is_in_one_step() -> None:
    assert Counter(state for states in STATES.values() for state in states) == Counter(OPEN_STATES)


@pytest.mark.parametrize(("group", "key", "name"), [
    ("stands", "nowhere", "open"), ("stands", "work", "arrived"), ("handlers", "sxd-officer", "late"),
])  # fmt: skip
def test_what_is_open_alone_has_no_list_of_events(group: str, key: str, name: str) -> None:
    city = City()
    with pytest.raises(Rejected):
        ListFigures(city.store, city.clock)(INSPECTOR, (CITY, group, key), name, Period(FIRST, FIRST + DAY))


def nights(steps: list[tuple[str, Any, int]]) -> City:
    city = City()
    keep = KeepEnds(city.store, city.clock)
    for verb, what, how in [*steps, ("wait", 30, 0)]:
        if verb != "wait":
            do(city, (verb, what, how))
            continue
        for _ in range(what):
            city.clock.advance(hours=1)
            if hanoi(city.clock.now()).hour == 2:
                keep()
    city.fold()
    return city


@settings(max_examples=30)
@given(st.lists(STEP, min_size=10, max_size=50), st.integers(0, 10), st.sampled_from([*UNITS, CITY]))
def test_a_period_that_is_over_has_what_was_open_and_overdue_then(steps: list[Any], days: int, unit: str) -> None:
    city = nights(steps)
    today = hanoi(city.clock.now()).date()
    period = Period(today - timedelta(days=days + 20), today - timedelta(days=days))
    figures = ReadFigures(city.store, city.clock)
    page, end = figures(unit, period), period.instants.until
    last = {after.code: after for at, _, after in city.diary if at < end}
    mine = [petition for petition in last.values() if petition.state in OPEN_STATES and unit in {CITY, petition.unit}]
    late = [petition for petition in mine if petition.due_at and petition.due_at < end]
    if page.total.open is None:
        assert not mine
    else:
        assert (page.total.open, page.total.overdue) == (len(mine), len(late))
        assert page.open_after == len(mine)
        for group, found in page.groups.items():
            assert sum(row.overdue or 0 for row in found) == len(late), group
    following = figures(unit, Period(period.until, period.until + timedelta(days=20)))
    assert (following.before.open, following.before.overdue) == (page.total.open, page.total.overdue)
    assert figures.with_open_now(unit, period).total.open == figures(unit, Period(today, today + DAY)).total.open


@settings(max_examples=20)
@given(st.lists(STEP, min_size=10, max_size=40))
def test_ends_that_were_not_kept_are_counted_back_later(steps: list[Any]) -> None:
    city = nights(steps)
    keep = KeepEnds(city.store, city.clock)
    keep()
    kept = {path: dict(fields) for path, fields in city.store.documents.items() if "/ends/" in path}
    for path in kept:
        city.store.documents.pop(path)
    assert keep.differing_days(FIRST, mend=False) == keep.differing_days(FIRST, mend=True)
    for path, fields in kept.items():
        if fields["total"] and fields["day"] >= FIRST.isoformat():
            assert city.store.documents[path] == fields
    assert keep.differing_days(FIRST, mend=False) == []


def test_what_was_open_is_absent_where_no_night_kept_it() -> None:
    city = lived([("file", "SXD", 0), ("wait", 90, 0), ("wait", 90, 0), ("wait", 90, 0)])
    figures, period = ReadFigures(city.store, city.clock), Period(FIRST, FIRST + timedelta(days=2))
    page = figures("SXD", period)
    assert (page.total.arrived, page.total.open, page.total.overdue) == (1, None, None)
    months = figures.months(("SXD", "total", ""), Period(FIRST, FIRST + timedelta(days=20)))
    assert [(month.key, month.open) for month in months] == [("2026-11", None), ("2026-12", 1)]


def test_a_petition_is_once_in_the_citys_arrivals_however_often_it_moves() -> None:
    city = City()
    city.file("VPUB")
    for unit in ("SXD", "SYT", "SXD"):
        city.alter(city.codes[0], "routed", unit=unit)  # type: ignore[arg-type]
    city.fold()
    page = ReadFigures(city.store, city.clock)(CITY, Period(FIRST, FIRST + timedelta(days=1)))
    assert page.total.arrived == 1
    assert {row.key: row.arrived for row in page.groups["units"]} == {"SXD": 2, "SYT": 1, "VPUB": 1}
    assert page.total.number("moved") == 3


@pytest.mark.parametrize(
    "state", [State.NEW, State.AWAITING_CITIZEN, State.REFUSED, State.WITHDRAWN, State.MERGED, State.ACCEPTED]
)
def test_an_inspector_gets_nothing_counted_that_may_accuse_somebody_until_it_is_classified(state: State) -> None:
    city = City()
    for _ in range(2):
        city.file("VPUB")
    city.fold()
    doubt = RoutingResult(
        proposals=[], why=[], confidence=1.0, auto=False, may_accuse=True, directory_version="d", at=city.clock.now()
    )
    decided = Classification(
        nature=Nature.CONDUCT, statement=Statement.REPORT, field="khac", by="o", at=city.clock.now()
    )
    classified = {"classified": decided.stored()} if state is State.ACCEPTED else {}
    city.store.update(f"petitions/{city.codes[0]}", {"state": state, "routed": doubt.stored(), **classified})
    read, days = ReadFigures(city.store, city.clock), Period(FIRST, FIRST + DAY)
    assert read(CITY, days).total.arrived == 2
    assert read(CITY, days, to=INSPECTOR).total.arrived == (2 if classified else 1)


def test_a_long_list_comes_in_pages_that_meet() -> None:
    city = City()
    for _ in range(120):
        city.file("SXD")
        city.clock.advance(seconds=1)
    city.fold()
    while city.fold():
        continue
    lists, seen = ListFigures(city.store, city.clock), list[str]()
    for name in ("arrived", "open"):
        after, seen = "", []
        while True:
            page = lists(INSPECTOR, ("SXD", "total", ""), name, Period(FIRST, FIRST + timedelta(days=1)), after)
            seen += [line.petition.code for line in page.lines if line.petition]
            if not (after := page.next):
                break
        assert page.number == len(seen) == len(set(seen)) == 120


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_share_is_whole_percent_and_never_all_or_none_unless_it_is(part: int, more: int) -> None:
    whole = part + more
    shown = percent(part, whole)
    if not whole:
        assert shown is None
        return
    assert shown is not None
    assert (shown == 100) == (part == whole)
    assert (shown == 0) == (part == 0)
    assert abs(shown - 100 * part / whole) <= 1
    if 1 <= shown <= 98 and 1 < 100 * part / whole < 99:
        assert shown == int(100 * part / whole + 0.5)


@given(st.dates(FIRST_DAY, date(2032, 1, 1)), st.integers(1, MOST_DAYS), st.dates(date(2026, 1, 1), date(2032, 1, 1)))
def test_a_period_is_its_documents_and_they_are_few(since: date, days: int, today: date) -> None:
    period = Period(since, since + timedelta(days=days))
    found = Counter[str]()
    for span, sign in period.documents(today).items():
        if len(span) == len("2026-11"):
            first = date.fromisoformat(f"{span}-01")
            found.update({(first + timedelta(days=n)).isoformat(): sign for n in range(31)
                          if (first + timedelta(days=n)).month == first.month})  # fmt: skip
        else:
            found[span] += sign
    counted = {day for day, number in found.items() if number and day <= today.isoformat()}
    last = min(period.until - timedelta(days=1), today)
    assert counted == {(since + timedelta(days=n)).isoformat() for n in range((last - since).days + 1)}
    assert set(found.values()) <= {0, 1}
    assert len(period.documents(today)) <= days // 28 + 2 + 2 * 15
    steps = period.steps(today)
    assert len(steps) <= 62
    if since <= today:
        assert (steps[0][0], steps[-1][1]) == (since, last + timedelta(days=1))
        assert all(before[1] == after[0] for before, after in pairwise(steps))
