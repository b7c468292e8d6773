"""The check for missing events on the Firestore emulator: it finds new messages with declared indexes alone."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from unittest import mock

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.watch.arrivals import Arrivals
from petitions.usecases.watch.watch_arrivals import ARRIVALS_PATH, WatchArrivals
from petitions.usecases.watch.watch_schedules import WatchSchedules, note_run
from tests.fakes import FakeClock

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"


def test_an_event_is_found_and_counted_in_its_slot(tmp_path: Path) -> None:
    clock = FakeClock()
    with (
        FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES) as server,
        mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}),
    ):
        store = FirestoreStore(CHECKED_PROJECT, "petitions")
        watch = WatchArrivals(store, clock, reference.calendar())
        watch()
        for number, event in enumerate(("page_post", "user_send_text", "page_post")):
            clock.advance(minutes=5)
            at = clock.now() - timedelta(minutes=3)
            store.create(f"citizens/c/inputs/{number}", {"at": at, "event_name": event})
            watch()
        counted = Arrivals.model_validate(store.get(ARRIVALS_PATH))
        assert (sum(counted.slots), sum(counted.busy)) == (3, 1)
        schedules = WatchSchedules(store, clock)
        assert schedules() == []
        clock.advance(hours=27)
        note_run(store, clock, "figures-check")
        assert "figures-check" not in schedules()
