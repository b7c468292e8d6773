"""Stored petitions of a whole city on the Firestore emulator, and the work list over them as `desk` builds it."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest import mock

from google.cloud.firestore_v1 import _helpers
from google.protobuf.json_format import MessageToDict

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.clock.clocks import start_clock
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import ALPHABET, make_code
from petitions.domain.petition.petition import Contact, Petition
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.fakes import FakeClock

DATABASE = "petitions"
FILED = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
UNIT, OTHER, QUEUE = "SYT", "SXD", "VPUB"
HELD, HELPED, QUEUED = 500, 200, 260
"""Petitions of UNIT (half of them are done), those that it helps with, and those that wait for the coordinators: the
same, whatever the city holds. Of the others one in ten is open."""
KINDS = ("phan_anh_hanh_vi", "kien_nghi_chinh_sach", "question")
LEVELS = ("normal", "complex", "urgent")
WARDS = ("PX-00175", "PX-00004", "PX-00166")
OPEN = (State.IN_PROGRESS, State.ASSIGNED, State.AWAITING_CITIZEN, State.NEW)
DONE = (State.CLOSED, State.ANSWERED, State.REFUSED)
DAYS = 60

PEOPLE = {
    "officer": Officer(id="an", name="An", email="an@example.vn", unit=UNIT, role=Role.OFFICER),
    "head": Officer(id="chi", name="Chi", email="chi@example.vn", unit=UNIT, role=Role.HEAD),
    "coordinator": Officer(id="binh", name="Bình", email="binh@example.vn", unit=QUEUE, role=Role.COORDINATOR),
    "inspector": Officer(id="dung", name="Dung", email="dung@example.vn", unit="SNV", role=Role.INSPECTOR),
}


def code_of(number: int) -> str:
    """The code of the petition of this number; codes are in order of the numbers within a day."""
    letters = ""
    for _ in range(7):
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return make_code(FILED.date(), letters)


def petition(unit: str, number: int, *, done: bool, helped: bool = False) -> Petition:
    """A petition, without its code; `number` says how it differs from others."""
    rules, calendar = reference.rules(), reference.calendar()
    filed_at = FILED - timedelta(days=number % DAYS, minutes=7 * (number % 11))
    rule = rules.find(ClockName.ANSWER, "pakn", Level.NORMAL, filed_at)
    clock = start_clock(ClockName.ANSWER, rule, rules.version, calendar, filed_at)
    return Petition(
        code="HN-CODE",
        citizen="c",
        kind=KINDS[number % len(KINDS)],
        level=LEVELS[number % 7 % len(LEVELS)],
        title="Cán bộ một cửa gây khó khăn",
        content="khi làm khai sinh" if number % 5 else "khi làm hộ khẩu",
        address="phố Trung Kính",
        ward=WARDS[number % 5 % len(WARDS)],
        contact=Contact(name="n", phone="84912345678"),
        state=DONE[number % len(DONE)] if done else OPEN[number % len(OPEN)],
        unit=unit,
        coordinating=[UNIT] if helped else [],
        handler=("an", "chi")[number % 2] if unit == UNIT else None,
        clocks={} if done else {ClockName.ANSWER: clock},
        due_at=None if done else clock.due_at,
        filed_at=filed_at,
    )


def line(path: str, fields: dict[str, Any], database: str = DATABASE) -> str:
    """A document as a line for the import."""
    encoded = {name: MessageToDict(value._pb) for name, value in _helpers.encode_dict(fields).items()}
    place: dict[str, Any] = {"project": CHECKED_PROJECT, "database": database, "path": path}
    return json.dumps({**place, "create_time": 1, "update_time": 1, "fields": encoded}) + "\n"


@cache
def _pattern(unit: str, variant: int, *, done: bool, helped: bool) -> str:
    return line("petitions/HN-CODE", petition(unit, variant, done=done, helped=helped).stored())


def stored(count: int) -> Iterator[bytes]:
    """The documents as lines for the import."""
    for person in PEOPLE.values():
        yield line(f"officers/{person.id}", person.stored()).encode()
    for number in range(count):
        unit, done, helped = OTHER, number % 10 != 0, False
        if number < HELD:
            unit, done = UNIT, number % 2 == 0
        elif number < HELD + HELPED:
            helped = True
        elif number < HELD + HELPED + QUEUED:
            unit, done = QUEUE, False
        pattern = _pattern(unit, number % 840, done=done, helped=helped)
        yield pattern.replace("HN-CODE", code_of(number)).encode()


def load(server: FirestoreServer, count: int) -> None:
    """Put the petitions into the emulator, in place of what it holds."""
    put(server, stored(count))


def put(server: FirestoreServer, lines: Iterable[bytes]) -> None:
    """Put these documents into the emulator, in place of what it holds."""
    url = f"http://127.0.0.1:{server.admin_port}/import"
    request = urllib.request.Request(url, b"".join(lines), method="POST")
    with urllib.request.urlopen(request, timeout=1800) as response:
        response.read()


def desk_of(server: FirestoreServer, clock: FakeClock | None = None) -> ReadWorkList:
    """The work list as `desk` builds it, but for the clock."""
    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
        store = FirestoreStore(CHECKED_PROJECT, DATABASE)
    keeping = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())
    clock = clock or FakeClock(NOW)
    return ReadWorkList(store, clock, reference.directory(), keeping, Staff(store, clock))


def cost(server: FirestoreServer) -> dict[str, Any]:
    """What calls have cost since this was asked last."""
    report = server.admin("GET", "/counters")
    server.admin("POST", "/counters/reset")
    return dict(report)
