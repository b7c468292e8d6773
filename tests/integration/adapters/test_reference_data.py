"""Loading reference data and merging units on the Firestore emulator, with the declared indexes alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.reference import SEEDS, ReferenceInForce, parsed
from petitions.domain.lifecycle.states import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.units.mergers import Merger
from petitions.usecases.reference.hand_over_unit import PAGE, HandOverUnit
from petitions.usecases.reference.load_reference import LoadReference
from tests.fakes import FakeClock, FakePublisher

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
MERGER = Merger(day="2026-11-24", parts=["SDL"], into="SVHTT", source="a decision")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FirestoreStore]:
    with FirestoreServer(tmp_path / "data.sqlite", INDEXES) as server:
        host = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}
        with mock.patch.dict("os.environ", host):
            yield FirestoreStore(CHECKED_PROJECT, "petitions")


def test_from_the_first_load_to_the_heirs_desk(store: FirestoreStore) -> None:
    clock, publisher = FakeClock(NOW), FakePublisher()
    loading = LoadReference(store, clock)
    seeds = {kind: parsed(file) for kind, file in SEEDS.items()}
    assert loading.apply(loading.plan(seeds))
    assert loading.plan(seeds).lines == []
    in_force = ReferenceInForce(store, clock)
    assert in_force().directory.unit("SDL")
    for number in range(PAGE + 1):
        petition = Petition(
            code=f"HN-261124-{number:04d}-0000",
            citizen="c",
            title="t",
            content="t",
            address="a",
            contact=Contact(name="n", phone="p"),
            state=State.ASSIGNED if number else State.CLOSED,
            unit="SDL",
            filed_at=NOW,
        )
        store.create(f"petitions/{petition.code}", petition.stored())
    officer = Officer(id="sdl-head", name="n", email="e", unit="SDL", role=Role.HEAD)
    store.create("officers/sdl-head", officer.stored())
    assert loading.apply(loading.plan_merger(MERGER))
    clock.advance(minutes=2)
    directory = in_force().directory
    assert directory.heir("SDL") == "SVHTT"
    handing = HandOverUnit(store, publisher, clock, directory)
    assert [(held.petitions, held.officers) for held in handing.held()] == [(PAGE, 1)]
    assert handing() == PAGE + 1
    assert [(held.petitions, held.officers) for held in handing.held()] == [(0, 0)]
    assert handing() == 0
    assert len(publisher.of("petition-events")) == PAGE
