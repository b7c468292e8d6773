"""The number of Firestore calls for a public page does not depend on the number of published results."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.paths import ROOT
from tests.load.public_city import costs, load, most_documents, site_of

MOST_CALLS = {"/": 5, "/figures": 5, "/data/figures.json": 5}
"""The largest number of calls for pages with figures. All other pages make at most three calls."""


@pytest.mark.release
def test_no_page_costs_more_when_more_is_stored(tmp_path: Path) -> None:
    found = []
    for count in (1_000, 5_000):
        with FirestoreServer(tmp_path / f"{count}.sqlite", indexes=ROOT / "infra/gcp/firestore.indexes.json") as server:
            load(server, count)
            found.append(costs(server, site_of(server)))
    small, large = found
    for path, (calls, reads) in large.items():
        assert calls == small[path][0] <= MOST_CALLS.get(path.partition("?")[0], 3), path
        # A list that is not full with fewer results may grow up to its limit.
        assert reads == small[path][1] or small[path][1] < reads <= most_documents(path), (path, small[path][1], reads)
