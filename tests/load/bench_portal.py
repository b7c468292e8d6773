"""`make bench`: reading 20,000 changes from the national portal after an outage, with the real client and the emulator.

The portal follows the simulator's rules. It stops responding in the middle of three of the first runs, and the next run
continues. The benchmark fails if memory grows with the number of changes, or if a change reads or writes more documents
than declared here.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import httpx

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.local.portal.officer import PortalOfficer
from infra.local.portal.store import TABLES_SQL, PortalStore
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.adapters.portal.gateway import PortalGateway
from petitions.ports.store import Document, Fields, Query, Transaction
from tests.fakes import FakeClock, FakePublisher
from tests.load.bench_emulators import resident_mb
from tests.portal_parts import PortalParts
from tests.unit.portal.two_sides import NAMES, Numbered, Wire

T = TypeVar("T")
CHANGES = int(os.environ.get("CHANGES", "20000"))
PETITIONS = CHANGES // 4
MEMORY_MB, DOCUMENTS = 40, 12
INDEXES = Path(__file__).resolve().parents[2] / "infra" / "gcp" / "firestore.indexes.json"


class Counting(FirestoreStore):
    def __init__(self, project: str, database: str) -> None:
        super().__init__(project, database)
        self.cost: Counter[str] = Counter()

    def transact(self, body: Callable[[Transaction], T]) -> T:
        self.cost["transactions"] += 1

        def counted(tx: Any) -> T:
            result = body(tx)
            self.cost["documents"] += len(tx._read) + len(tx._writes)
            return result

        return super().transact(counted)

    def find(self, query: Query) -> list[Document]:
        found = super().find(query)
        self.cost["calls"] += 1
        self.cost["documents"] += len(found)
        return found

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        self.cost["calls"] += 1
        self.cost["documents"] += len(documents)
        return super().create_all(documents)

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        self.cost["calls"] += 1
        self.cost["documents"] += len(paths)
        return super().get_all(paths)


def outage(portal: PortalStore, officer: PortalOfficer, clock: FakeClock) -> None:
    """Make changes at the portal while nobody reads them: a quarter are new petitions, the rest changed states."""
    chance = random.Random(1)
    codes = []
    for number in range(CHANGES):
        clock.advance(milliseconds=700)
        if number < PETITIONS:
            fields = {"TIEUDE": f"Việc {number}", "NOIDUNG": f"Nội dung {number}", "MADONVI": "SXD", "LOAI": "PAKN"}
            codes.append(officer.file(fields, clock.now()))
        else:
            unit = chance.choice(("SXD", "SNV", "PX-00004"))
            officer.move(chance.choice(codes), unit, "Chuyển đơn vị", clock.now())


def main() -> int:
    clock, numbered = FakeClock(), Numbered(random.Random(1))
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.row_factory = sqlite3.Row
    database.executescript(TABLES_SQL)
    portal = PortalStore(database)
    outage(portal, PortalOfficer(portal), clock)
    clock.advance(minutes=1)
    wire = Wire(portal, clock, random.Random(1), numbered)
    gateway = PortalGateway(
        "https://gateway.example.vn",
        username="hanoi",
        password="secret",
        unit_code="H26",
        dstcode="X",
        mapping=NAMES,
        clock=clock,
        transport=httpx.MockTransport(wire),
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        FirestoreServer(Path(folder) / "f.sqlite", INDEXES) as server,
        mock.patch.dict("os.environ", {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}),
    ):
        store = Counting("bench", "petitions")
        return caught_up(store, clock, wire, PortalParts(store, FakePublisher(), clock, RandomIds(), gateway))


def caught_up(store: Counting, clock: FakeClock, wire: Wire, parts: PortalParts) -> int:
    """Run the schedule until all changes are read. Return 1 if a limit is exceeded.

    A run lasts as long as its own time limit allows, in real time.
    """
    real = time.perf_counter
    began, start, runs, log = real(), clock.now(), 0, io.StringIO()
    clock.now = lambda: start + timedelta(minutes=5 * runs, seconds=real() - began)  # type: ignore[method-assign]
    before = resident_mb(os.getpid())
    while runs < 400:
        wire.down = runs % 2 == 1 and runs < 6
        with contextlib.redirect_stdout(log):
            parts.pull()
        runs += 1
        waiting = store.count(Query("portal_inbound", where=(("state", "==", "new"),)))
        cursor = store.get("portal_state/cursor") or {}
        if not waiting and "reading" not in cursor and not wire.down:
            break
    seconds, peak = real() - began, resident_mb(os.getpid()) - before
    applied = store.count(Query("portal_inbound", where=(("state", "==", "applied"),)))
    documents = store.cost["documents"] / CHANGES
    sys.stdout.write(
        f"Portal, {CHANGES} changes after an outage ({runs} runs, 3 of them broken off): {applied} applied in "
        f"{seconds:.0f} s = {applied / seconds:.0f}/s; per change {documents:.1f} documents, "
        f"{store.cost['transactions'] / CHANGES:.2f} transactions, {wire.calls} calls to the portal in all; "
        f"memory grew by {peak:.0f} MB; {log.getvalue().count('portal pull goes on')} lines of progress\n"
    )
    return int(applied != CHANGES or peak > MEMORY_MB or documents > DOCUMENTS)


if __name__ == "__main__":
    sys.exit(main())
