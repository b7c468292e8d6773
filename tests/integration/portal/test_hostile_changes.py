"""Every change that the portal reports is stored, whatever its content, and does not block other changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest

from infra.emulators.testing.firestore_server import FirestoreServer
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.adapters.portal.gateway import PortalGateway
from petitions.adapters.portal.mapping import Mapping
from petitions.adapters.portal.reading import MOST_RAW, PortalReading
from petitions.domain.shared.reference_data import parse
from petitions.ports.store import Query
from petitions.usecases.dead_letters.replay_dead_letter import StuckChanges
from tests.fakes import FakeClock, FakePublisher
from tests.portal_parts import PortalParts

FILED = {
    "MAPAKN": "PAKN.20261123.0009",
    "LOAI": "PAKN",
    "TIEUDE": "Ngập",
    "NOIDUNG": "Ngập nước",
    "MADONVI": "000.00.02.H26",
}
HOSTILE: tuple[dict[str, Any], ...] = (
    {"MATHAYDOI": "half \ud83d", "LOAITHAYDOI": "\udc00", "LYDO": "\ud83d"},
    {"MATHAYDOI": "lists", "LOAITHAYDOI": "LA", "TEP": [[1, 2], {"a": [[3]]}]},
    {"MATHAYDOI": "names", "LOAITHAYDOI": "LA", "": 1, "__type__": "x", "a.b`": 2, "__a__": {"": None}},
    {"MATHAYDOI": "numbers", "LOAITHAYDOI": "LA", "LON": 10**400, "NHO": -(2**70), "RONG": float("inf")},
    {"MATHAYDOI": "deep", "LOAITHAYDOI": "LA", "SAU": json.loads('{"a":' * 40 + "1" + "}" * 40)},
    {"MATHAYDOI": "long", "LOAITHAYDOI": "MOI", **FILED, "MAPAKN": "PAKN.20261123.0008", "NOIDUNG": "d" * MOST_RAW * 5},
    {"MATHAYDOI": "x" * 5000, "LOAITHAYDOI": "LA", "MAPAKN": "P" * 5000, "MAPAKNDP": "/", "MAKHOA": ".."},
    {"LOAITHAYDOI": None, "MAPAKN": 7, "NGAYTHAYDOI": "99999999999999", "MADONVI": ["SXD"]},
    {"MATHAYDOI": "good", "LOAITHAYDOI": "MOI", "NGAYTHAYDOI": "20261123090000", **FILED},
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FirestoreStore]:
    with (
        FirestoreServer(tmp_path / "firestore.sqlite") as server,
        mock.patch.dict("os.environ", {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}),
    ):
        yield FirestoreStore("p", "petitions")


def answer(request: httpx.Request) -> httpx.Response:
    if request.url.path.endswith("login"):
        return httpx.Response(200, json={"error_code": 0, "session": "s"})
    return httpx.Response(200, content=json.dumps({"error_code": 0, "result": HOSTILE}).encode())


def test_each_is_kept_and_the_good_one_is_applied(store: FirestoreStore) -> None:
    names, clock = parse(Mapping, reference.parsed("portal.json"), "portal.json"), FakeClock()
    access = {"username": "u", "password": "p", "unit_code": "H26", "dstcode": "X"}
    gateway = PortalGateway("https://x", **access, mapping=names, clock=clock, transport=httpx.MockTransport(answer))
    parts = PortalParts(store, FakePublisher(), clock, RandomIds(), gateway)
    assert parts.pull() == len(HOSTILE)
    kept = store.find(Query("portal_inbound", where=()))
    states = {document.data["id"]: document.data["state"] for document in kept}
    assert len(states) == len(HOSTILE)
    assert states.pop("good") == "applied"
    assert set(states.values()) == {"unknown"}
    [petition] = store.find(Query("petitions", where=()))
    assert petition.data["sync"]["national_code"] == FILED["MAPAKN"]
    assert store.get("portal_state/cursor") is not None
    assert parts.pull() == 0, "what came again is known"

    stuck = StuckChanges(store, clock, PortalReading(names).change)
    lists = next(document for document in kept if document.data["id"] == "lists")
    assert lists.data["raw"] == {"json": json.dumps(HOSTILE[1], sort_keys=True)}
    again = stuck.replay(lists.id)
    assert (again.id, again.raw, again.tries) == ("lists", lists.data["raw"], 1), "it can be read anew"
    long = next(document for document in kept if document.data["id"] == "long")
    assert long.data["reason"] == "too_long"
    assert long.data["raw"]["bytes"] > MOST_RAW
