"""Totals of petitions and boards on the Firestore emulator, read with the declared indexes alone."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest
from pydantic import ValidationError

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.adapters.understanding import vocabulary
from petitions.domain.figures.periods import named_period
from petitions.domain.figures.published_figures import REST
from petitions.domain.figures.stands import Stand
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import DELETE
from petitions.usecases.dead_letters.replay_dead_letter import ReplayDeadLetters
from petitions.usecases.desk.read_boards import ReadBoards
from petitions.usecases.figures.check_figures import CheckFigures
from petitions.usecases.figures.fold_figures import FoldFigures
from petitions.usecases.figures.list_figures import ListFigures
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.figures.read_overdue import ReadOverdue
from petitions.usecases.figures.rebuild_figures import RebuildFigures
from petitions.usecases.officers.manage_officers import ManageOfficers
from petitions.usecases.officers.tell_heads import TellHeads
from petitions.usecases.publishing.public_view import PublicView
from petitions.usecases.publishing.publish_figures import PublishFigures
from petitions.usecases.shared.petition_changes import Actor, Change, begin_petition, move_petition, petition_in
from petitions.usecases.shared.published_index import PublishedIndex
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.fakes import FakeClock, FakePublisher

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
CODE = "HN-261123-0000-001C"


def test_every_query_is_served_by_a_declared_index(tmp_path: Path) -> None:
    times = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())
    clock, inspector = FakeClock(), Officer(id="i", name="I", email="i@x.vn", unit="SNV", role=Role.INSPECTOR)
    with (
        FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES) as server,
        mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}),
    ):
        store = FirestoreStore(CHECKED_PROJECT, "petitions")
        now = clock.now()
        filed = Petition(code=CODE, citizen="c", title="t", content="c", address="a", state=State.NEW, filed_at=now,
                         contact=Contact(name="n", phone="84900000000"))  # fmt: skip
        store.transact(lambda tx: begin_petition(tx, filed, times, Actor(Role.CITIZEN), now))
        store.transact(
            lambda tx: move_petition(
                tx,
                petition_in(tx, CODE),
                {"unit": "SXD"},
                reference.directory(),
                Change(RecordedAction.ROUTED, Actor("system"), now),
            )
        )
        fold = FoldFigures(store, clock)
        assert (fold(), fold()) == (2, 0)
        clock.advance(days=1)
        assert CheckFigures(store, clock)() == []
        clock.advance(days=2)
        figures = ReadFigures(store, clock)
        period = named_period("53w", hanoi(clock.now()).date())
        city, unit = figures(CITY, period), figures("SXD", period)
        lists = ListFigures(store, clock)
        for slot, name in (
            ((CITY, "total", ""), "arrived"),
            (("SXD", "fields", "-"), "moved_in"),
            (("SXD", "wards", "-"), "overdue"),
            (("SXD", "stands", "reception"), "overdue"),
            ((CITY, "stands", "reception"), "open"),
        ):
            found = lists(inspector, slot, name, period)
            assert (found.number, [line.petition and line.petition.code for line in found.lines]) == (1, [CODE])
        assert (city.total.arrived, city.total.overdue, unit.total.open, unit.total.overdue) == (1, 1, 1, 1)
        assert lists(inspector, ("SXD", "handlers", "o"), "overdue", period).number == 0
        overdue = ReadOverdue(store, clock)
        for found_late, handlers in ((overdue(CITY), {}), (overdue("SXD"), {"": 1})):
            assert (found_late.stands[Stand.RECEPTION], sum(found_late.stands.values())) == (1, 1)
            assert found_late.handlers == handlers
        boards = ReadBoards(store, clock, times)
        assert [unit_lateness.unit for unit_lateness in boards.lateness(inspector).units] == ["SXD"]
        assert (boards.reminders(inspector).notices, boards.undelivered(inspector).notices) == ([], [])
        assert ReplayDeadLetters(store, FakePublisher(), clock, {}).newest(10) == []
        clock.advance(days=10)
        fold()
        public = FirestoreStore(CHECKED_PROJECT, "public")
        publish = PublishFigures(store, public, clock, reference.directory(), reference.fields())
        assert publish() == ["2026-11-w4", "2026-11"]
        assert publish() == []
        view = PublicView(public, clock, PublishedIndex(public, vocabulary.search_words()))
        assert view.city().periods["2026-11"].row.numbers["arrived"] == 1
        tables = view.tables("2026-11")
        assert tables
        assert [row.key for row in tables.units] == [REST]
        tell_heads = TellHeads(reference.texts(), reference.directory())
        assert ManageOfficers(store, clock, RandomIds(), reference.directory(), tell_heads).history("x") == []


def test_figures_are_rebuilt_while_others_file_and_fold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())
    clock = FakeClock()
    with FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES) as server:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{server.port}")
        store = FirestoreStore(CHECKED_PROJECT, "petitions")

        def file(number: int) -> None:
            filed = Petition(code=f"HN-{number:04}", citizen="c", title="t", content="c", address="a", state=State.NEW,
                             filed_at=clock.now(), contact=Contact(name="n", phone="84900000000"))  # fmt: skip
            store.transact(lambda tx: begin_petition(tx, filed, times, Actor(Role.CITIZEN), clock.now()))

        for number in range(30):
            file(number)
        for number in range(20):  # as written before figures existed
            store.update(f"petitions/HN-{number:04}/history/1", {"figures": DELETE, "unfolded_at": DELETE})
        fold, figures = FoldFigures(store, clock), RebuildFigures(store, clock)
        fold()
        store.update("stats/HANOI", {"total": 77, "wards": "spoiled"})
        with ThreadPoolExecutor(2) as pool:
            filing = [pool.submit(file, number) for number in range(30, 60)]
            folding = [pool.submit(_folds, fold) for _ in range(5)]
            given = [figures.add_figures(code) for code in figures.lacking()]
            spoiled = figures.standing(mend=True)
            for future in (*filing, *folding):
                future.result()
        fold()
        assert given == [1] * 20
        assert spoiled[0] == "stats/HANOI: cannot be read"
        assert figures.standing(mend=False) == []
        assert [figures.month("2026-11", mend=True) for _ in range(2)][1] == []
        assert [figures.day(day, mend=False) for day in figures.days()] == [[]]
        assert CheckFigures(store, clock)() == []
        assert (store.get("stats/HANOI") or {})["total"] == 60


def _folds(fold: FoldFigures) -> None:
    with suppress(ValidationError):
        fold()
