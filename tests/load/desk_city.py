"""Stored petitions of a whole city on the Firestore emulator, and the work list over them as `desk` builds it."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from google.cloud.firestore_v1 import _helpers
from google.protobuf.json_format import MessageToDict

from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.deadlines import Level, start_clock
from petitions.domain.lifecycle import Role, State
from petitions.domain.officer import Officer
from petitions.domain.petition import Contact, Petition
from petitions.domain.states import ClockName
from petitions.usecases.read_desk import DeskView
from petitions.usecases.staff import Staff
from petitions.usecases.timekeeping import Timekeeping
from tests.fakes import FakeClock
from tests.integration.emulators.firestore_server import CHECKED_PROJECT, FirestoreServer

DATABASE = "petitions"
FILED = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
UNIT, OTHER = "SYT", "SXD"
HELD = 400
"""Petitions of UNIT, whatever the city holds; half of them are done."""

PEOPLE = {
    "officer": Officer(id="an", name="An", email="an@example.vn", unit=UNIT, role=Role.OFFICER),
    "coordinator": Officer(id="binh", name="Bình", email="binh@example.vn", unit="VPUB", role=Role.COORDINATOR),
}


def _petition(unit: str, *, done: bool) -> Petition:
    rules, calendar = reference.rules(), reference.calendar()
    rule = rules.find(ClockName.ANSWER, "pakn", Level.NORMAL, FILED)
    clock = start_clock(ClockName.ANSWER, rule, rules.version, calendar, FILED)
    return Petition(
        code="HN-CODE",
        citizen="c",
        kind="phan_anh_hanh_vi",
        title="Cán bộ một cửa gây khó khăn",
        content="khi làm khai sinh",
        address="phố Trung Kính",
        ward="PX-00175",
        contact=Contact(name="n", phone="84912345678"),
        state=State.CLOSED if done else State.IN_PROGRESS,
        unit=unit,
        handler="an" if unit == UNIT else None,
        clocks={} if done else {ClockName.ANSWER: clock},
        due_at=None if done else clock.due_at,
        filed_at=FILED,
    )


def _line(path: str, fields: dict[str, Any]) -> str:
    encoded = {name: MessageToDict(value._pb) for name, value in _helpers.encode_dict(fields).items()}
    place: dict[str, Any] = {"project": CHECKED_PROJECT, "database": DATABASE, "path": path}
    return json.dumps({**place, "create_time": 1, "update_time": 1, "fields": encoded}) + "\n"


def stored(count: int) -> Iterator[bytes]:
    """The documents as lines for the import; of other units one in ten is open."""
    for person in PEOPLE.values():
        yield _line(f"officers/{person.id}", person.stored()).encode()
    lines = {
        (unit, done): _line("petitions/HN-CODE", _petition(unit, done=done).stored())
        for unit in (UNIT, OTHER)
        for done in (True, False)
    }
    for number in range(count):
        mine = number < HELD
        done = number % 2 == 0 if mine else number % 10 != 0
        yield lines[UNIT if mine else OTHER, done].replace("HN-CODE", f"HN-{number:06}").encode()


def load(server: FirestoreServer, count: int) -> None:
    """Put the petitions into the emulator, in place of what it holds."""
    url = f"http://127.0.0.1:{server.admin_port}/import"
    request = urllib.request.Request(url, b"".join(stored(count)), method="POST")
    with urllib.request.urlopen(request, timeout=600) as response:
        response.read()


def desk_of(server: FirestoreServer, clock: FakeClock | None = None) -> DeskView:
    """The work list as `desk` builds it, but for the clock."""
    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
        store = FirestoreStore(CHECKED_PROJECT, DATABASE)
    keeping = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())
    clock = clock or FakeClock(NOW)
    return DeskView(store, clock, reference.directory(), keeping, Staff(store, clock))


def cost(server: FirestoreServer) -> dict[str, Any]:
    """What calls have cost since this was asked last."""
    report = server.admin("GET", "/counters")
    server.admin("POST", "/counters/reset")
    return dict(report)
