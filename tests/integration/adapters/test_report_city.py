"""The report of a small city's year equals the slow recount, with the real client (larger: `make bench`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters.firestore import FirestoreStore
from tests.load.bench_reports import INDEXES, WORK, claims, wrong_cells, wrong_scores
from tests.load.report_city import DATABASE, lives, load

pytestmark = pytest.mark.release
COUNT = 300


def test_every_cell_and_score_matches_the_slow_recount_and_frozen_data_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = list(lives(COUNT))
    seen = {step.action for life in city for step in life.steps}
    assert {"reopen", "merge", "unmerge", "give_back", "classify", "refuse", "transfer_out", "withdraw"} <= seen
    with FirestoreServer(tmp_path / "city.sqlite", indexes=INDEXES) as server:
        load(server, city)
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{server.port}")
        store = FirestoreStore(CHECKED_PROJECT, DATABASE)

        results: dict[str, Any] = {}

        def run(what: str, *words: str) -> dict[str, Any]:
            results[" ".join((what, *words))] = made = WORK[what](store, *words)
            return made

        faults = {claim: wrong for claim, wrong in claims(run, store, city) if wrong}
    assert faults == {}
    assert wrong_cells(results["made year 2026"], city[:-30], "year", "2026")
    assert wrong_scores(results["scores"], city[:-30])
