"""The schedule of reminders reads as many documents as are due, however many are stored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.errors import Retryable
from petitions.ports.store import Query
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.reminders.send_digests import SendDigests
from petitions.usecases.reminders.tell_units import TellUnits
from tests.fakes import FakeClock
from tests.load.sweep_city import DATABASE, DUE, MORNINGS, Silence, cost, load, sweep_of

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FirestoreServer]:
    with FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES) as running:
        yield running


@pytest.mark.release
def test_ten_times_as_many_petitions_cost_the_sweep_nothing(tmp_path: Path) -> None:
    costs = {}
    for count in (1_000, 10_000):
        with FirestoreServer(tmp_path / f"{count}.sqlite", indexes=INDEXES) as server:
            load(server, count)
            clock = FakeClock(MORNINGS[0])
            sweep = sweep_of(server, clock)
            for morning in MORNINGS[:2]:
                clock.at = morning
                cost(server)
                assert sweep() == DUE
                spent = cost(server)
                calls = {name: method["calls"] for name, method in spent["methods"].items()}
                costs[count, morning] = (spent["reads"], spent["writes"], spent["index_entries"], calls)
            assert sweep() == 0
    for morning in MORNINGS[:2]:
        assert costs[1_000, morning] == costs[10_000, morning]
        reads, _, entries, _ = costs[1_000, morning]
        assert reads <= 5 * DUE
        assert entries <= DUE + 10


def test_every_query_of_the_sweeps_is_served_by_a_declared_index(server: FirestoreServer, tmp_path: Path) -> None:
    load(server, 1_000)
    clock = FakeClock(MORNINGS[2])
    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
        store = FirestoreStore(CHECKED_PROJECT, DATABASE)
    keeping = sweep_of(server, clock).timekeeping
    mail = OfficerMail(reference.texts(), reference.directory(), "https://desk.example.vn")
    news = TellUnits(store, Silence(), clock, RandomIds(), mail, keeping)
    digests = SendDigests(store, Silence(), clock, mail, keeping)
    store.update("petitions/HN-000001", {"news": {"at": MORNINGS[0], "kinds": ["new"]}})
    store.update("petitions/HN-000002", {"news": {"at": MORNINGS[0], "kinds": ["new"]}, "level": "urgent"})
    assert sweep_of(server, clock)() == DUE
    assert news() == 2
    assert digests() == 1
    written = [document.data["kind"] for document in store.find(Query("notices"))]
    assert {kind: written.count(kind) for kind in written} == {"news": 3, "digest": 2}
    with pytest.raises(Retryable, match="index"):
        store.find(Query("petitions", where=(("handler", "==", "a"),), order_by=("news.at",)))


def test_a_claim_holds_against_another_and_against_a_change(server: FirestoreServer) -> None:
    load(server, 1_000)
    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
        store = FirestoreStore(CHECKED_PROJECT, DATABASE)
    due = Query("petitions", where=(("next_attempt_at", "<=", MORNINGS[0]),), order_by=("next_attempt_at",), limit=3)
    mine, theirs = store.find(due), store.find(due)
    store.update(f"petitions/{mine[0].id}", {"unit": "SXD"})
    assert store.update_unchanged("petitions", [(document, {"tries": 1}) for document in mine]) == mine[1:]
    assert store.update_unchanged("petitions", [(document, {"tries": 7}) for document in theirs]) == []
    found = store.get_all([f"petitions/{document.id}" for document in mine])
    assert [item.get("tries") if item else None for item in found] == [None, 1, 1]
    assert store.update_unchanged("petitions", []) == []
