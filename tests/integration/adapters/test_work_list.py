"""The work list on the Firestore emulator uses only declared indexes. Its costs do not depend on stored petitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.clock.clocks import TimeState
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.list_layout import NEWEST, Column, Sort
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import LastChange
from petitions.ports.store import Query
from petitions.usecases.desk.read_changes import ReadChanges
from petitions.usecases.desk.work_list_query import COUNTED_TO, WorkListFilters, WorkListView, views
from tests.load.desk_city import (
    DATABASE,
    HELD,
    HELPED,
    INDEXES,
    NOW,
    PEOPLE,
    QUEUE,
    QUEUED,
    UNIT,
    city,
    code_of,
    cost,
    desk_of,
)
from tests.load.prepared import prepare
from tests.property.listed_town import check, town_of

DAY = date(2026, 11, 20)
MOST_QUERIES = 7
"""The largest number of queries: officers, urgent petitions, other petitions, three counts, opinions to give."""


@pytest.mark.release
def test_ten_times_as_many_petitions_cost_a_page_nothing(tmp_path: Path) -> None:
    spent: dict[tuple[int, int], tuple[int, int]] = {}
    asked = [
        (WorkListView.OPEN, WorkListFilters()),
        (WorkListView.DONE, WorkListFilters()),
        (WorkListView.OPEN, WorkListFilters(text="khai sinh", mine=True)),
    ]
    for count in (1_000, 10_000):
        file = prepare(tmp_path / f"{count}.sqlite", DATABASE, city(count))
        with FirestoreServer(file, indexes=INDEXES) as server:
            for place, (view, filters) in enumerate(asked):
                desk = desk_of(server)  # a new instance, which reads the officers too
                cost(server)
                page = desk(PEOPLE["officer"], view, filters)
                report = cost(server)
                assert page.counts[WorkListView.OPEN] == HELD // 2
                queries = sum(method["calls"] for method in report["methods"].values())
                assert queries <= MOST_QUERIES, report
                spent[count, place] = (report["reads"], len(page.lines))
            desk = desk_of(server)
            cost(server)
            everywhere = desk(PEOPLE["coordinator"], WorkListView.OPEN)
            others = count - HELD - QUEUED  # one in ten of them is open
            assert everywhere.counts[WorkListView.OPEN] == min(COUNTED_TO, HELD // 2 + QUEUED + others // 10)
            counted = sum(
                max(0, (list_count - 1) // 1000) for list_count in everywhere.counts.values()
            )  # a read per thousand
            spent[count, 3] = (cost(server)["reads"] - counted, 50)
    for place in range(4):
        assert spent[1_000, place] == spent[10_000, place], spent


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirestoreServer]:
    file = prepare(tmp_path_factory.mktemp("desk") / "data.sqlite", DATABASE, city(1_000))
    with FirestoreServer(file, indexes=INDEXES) as running:
        yield running


@pytest.mark.parametrize("who", PEOPLE)
def test_every_list_with_every_filters_is_served_by_a_declared_index(server: FirestoreServer, who: str) -> None:
    desk, officer = desk_of(server), PEOPLE[who]
    choices = product((None, State.IN_PROGRESS), (None, *list(TimeState)[:3]), ("", "phan_anh_hanh_vi"), (False, True))
    for view in views(officer):
        for state, time, kind, more in choices if view is WorkListView.OPEN else [(None, None, "spam", False)]:
            filters = WorkListFilters(
                state=state,
                time=time,
                kind=kind,
                level="normal" if more else "",
                ward="PX-00175" if more else "",
                mine=more,
                text="khai sinh" if more else "",
                sort=NEWEST if more else None,
            )
            first = desk(officer, view, filters)
            if first.next:
                assert "~" in first.next
    for view in views(officer):
        assert desk(officer, view, WorkListFilters(text="sinh", unit="SYT", level="normal")) is not None
        assert desk(officer, view, WorkListFilters(sort=NEWEST)) is not None
        asked: dict[str, Any]
        for asked in ({"source": "paper"}, {"field": "xay_dung"}, {"handler": "an"}, {"rating": 3}, {"since": DAY},
                      {"until": DAY, "state": State.NEW, "source": "zalo", "level": "normal"}):  # fmt: skip
            filters = replace(WorkListFilters(), **asked)
            assert desk(officer, view, filters) is not None
            assert desk.number(officer, view, filters).rstrip("+").isdecimal()
            assert desk(officer, view, replace(filters, sort=Sort(Column.HANDLER))) is not None
            assert ReadChanges(desk)(officer, NOW, view, replace(WorkListFilters(), **asked)).lines == []

    assert desk(officer, filters=WorkListFilters(text="HN-261123-0000-003Y")).lines == []


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.INSPECTOR])
def test_counts_without_closed_petitions_use_a_declared_index(server: FirestoreServer, role: Role) -> None:
    desk, path = desk_of(server), f"petitions/{code_of(5)}"
    aide = Officer(id="aide", name="Lê Thị Mai", email="aide@example.vn", unit="VPUB", role=role)
    counted = []
    for petition_class, accused in (("pakn", None), ("denunciation", None), ("pakn", aide.unit)):
        fields = {"unit": "VPUB", "state": "awaiting_approval", "handler": aide.id, "due_at": NOW - timedelta(days=1)}
        desk.store.update(path, {**fields, "petition_class": petition_class, "accused": accused})
        counted.append(desk(aide).counts)
    open_one, *secret = counted
    without = {view: number - (view is not WorkListView.HELPING) for view, number in open_one.items()}
    assert secret == [without] * 2


def test_answers_that_nobody_can_approve_are_found_by_unit_and_by_author(server: FirestoreServer) -> None:
    desk, head = desk_of(server), PEOPLE["head"]
    reply = {"text": "Đã sửa", "author": head.id, "unit": UNIT, "written_at": NOW}
    stuck: dict[str, dict[str, Any]] = {
        code_of(1): {"reply": reply},
        code_of(HELD + HELPED + QUEUED + 1): {"unit": QUEUE, "reply": reply},
    }
    approved = {code_of(3): {"reply": {**reply, "author": "an"}}}
    before = desk(PEOPLE["coordinator"], WorkListView.APPROVAL)
    for code, fields in (stuck | approved).items():
        desk.store.update(f"petitions/{code}", {"state": "awaiting_approval", **fields})
    page = desk(PEOPLE["coordinator"], WorkListView.APPROVAL)
    assert sorted(line.code for line in page.lines) == sorted([*stuck, *(line.code for line in before.lines)])
    assert page.counts[WorkListView.APPROVAL] == len(page.lines)
    own = desk(head, WorkListView.APPROVAL)
    assert ({line.code for line in own.lines}, own.counts[WorkListView.APPROVAL]) == (set(approved), 1)


def test_polling_reads_only_changes(server: FirestoreServer) -> None:
    desk = desk_of(server)
    reading = ReadChanges(desk)
    desk(PEOPLE["officer"])  # caches the officers
    for who, queries in (("officer", 2), ("coordinator", 1)):
        reading(PEOPLE[who], NOW, WorkListView.OPEN, WorkListFilters())
        cost(server)
        reading(PEOPLE[who], NOW, WorkListView.OPEN, WorkListFilters())
        report = cost(server)
        assert report["reads"] == queries  # each empty query is one read
    changed = [document.id for document in desk.store.find(Query("petitions", where=(("unit", "==", UNIT),), limit=3))]
    at = desk.clock.now()
    for code in changed:
        desk.store.update(f"petitions/{code}", {"changed": LastChange(at=at, action="noted").stored()})
    cost(server)
    found = reading(PEOPLE["officer"], at, WorkListView.OPEN, WorkListFilters())
    assert set(found.versions) == set(changed)
    assert cost(server)["methods"]["RunQuery"]["reads"] == len(changed) + 2  # and the contested answers


def test_a_list_its_file_and_its_number_are_those_of_a_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = Random(18)
    town = town_of(draw)
    with FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES) as server:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{server.port}")
        store = FirestoreStore(CHECKED_PROJECT, "petitions")
        for path, fields in town.store.documents.items():
            if path.count("/") == 1 and path.startswith(("petitions/", "officers/")):
                store.create(path, dict(fields))
        check(draw, town, store, 20)
