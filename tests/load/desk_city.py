"""The petitions of a whole city on the Firestore emulator, and the work list over them as the desk builds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from unittest import mock

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
from tests.load.prepared import encoded

DATABASE = "petitions"
INDEXES = Path(__file__).resolve().parents[2] / "infra" / "gcp" / "firestore.indexes.json"
FILED = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
UNIT, OTHER, QUEUE = "SYT", "SXD", "VPUB"
HELD, HELPED, QUEUED = 500, 200, 260
"""The number of petitions of UNIT (half of them done), of petitions it helps with, and of those with the coordinators.

The numbers do not depend on the size of the city. One in ten of the other petitions is open.
"""
KINDS = ("phan_anh_hanh_vi", "kien_nghi_chinh_sach", "question")
LEVELS: tuple[Literal["normal", "complex", "urgent"], ...] = ("normal", "complex", "urgent")
WARDS = ("PX-00175", "PX-00004", "PX-00166")
OPEN = (State.IN_PROGRESS, State.ASSIGNED, State.AWAITING_CITIZEN, State.NEW)
DONE = (State.CLOSED, State.ANSWERED, State.REFUSED)
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng")
MIDDLE_NAMES = ("Thị", "Văn", "Minh", "Thu", "Đức", "Hữu", "Quang", "Ngọc")
GIVEN_NAMES = (
    *("An", "Bình", "Chinh", "Dung", "Giang", "Hạnh", "Hương", "Khánh", "Linh", "Mai", "Nga", "Phượng", "Quân"),
    *("Thảo", "Yến"),
)
DAYS = 60
CODE = "HN-261116-CODE-CODE"
"""A placeholder for the code of a petition, with the same length."""

PEOPLE = {
    "officer": Officer(id="an", name="An", email="an@example.vn", unit=UNIT, role=Role.OFFICER),
    "head": Officer(id="chi", name="Chi", email="chi@example.vn", unit=UNIT, role=Role.HEAD),
    "coordinator": Officer(id="binh", name="Bình", email="binh@example.vn", unit=QUEUE, role=Role.COORDINATOR),
    "inspector": Officer(id="dung", name="Dung", email="dung@example.vn", unit="SNV", role=Role.INSPECTOR),
}


def filer_of(number: int) -> str:
    """Return the filer's name of the petition with the given number. The names for numbers below 840 all differ."""
    return f"{SURNAMES[number % 7]} {MIDDLE_NAMES[number // 7 % 8]} {GIVEN_NAMES[number // 56 % 15]}"


def code_of(number: int) -> str:
    """Return the code of the petition with the given number. Codes of a day are in the order of the numbers."""
    letters = ""
    for _ in range(7):
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return make_code(FILED.date(), letters)


def petition(unit: str, number: int, *, done: bool, helped: bool = False) -> Petition:
    """Return a petition with a placeholder for its code, and with properties that follow from `number`."""
    rules, calendar = reference.rules(), reference.calendar()
    filed_at = FILED - timedelta(days=number % DAYS, minutes=7 * (number % 11))
    rule = rules.find(ClockName.ANSWER, "pakn", Level.NORMAL, filed_at)
    clock = start_clock(ClockName.ANSWER, rule, rules.version, calendar, filed_at)
    return Petition(
        code=CODE,
        citizen="c",
        kind=KINDS[number % len(KINDS)],
        level=LEVELS[number % 7 % len(LEVELS)],
        title="Cán bộ một cửa gây khó khăn",
        content="khi làm khai sinh" if number % 5 else "khi làm hộ khẩu",
        address="phố Trung Kính",
        ward=WARDS[number % 5 % len(WARDS)],
        contact=Contact(name=filer_of(number), phone="84912345678"),
        state=DONE[number % len(DONE)] if done else OPEN[number % len(OPEN)],
        unit=unit,
        coordinating=[UNIT] if helped else [],
        handler=("an", "chi")[number % 2] if unit == UNIT else None,
        clocks={} if done else {ClockName.ANSWER: clock},
        due_at=None if done else clock.due_at,
        filed_at=filed_at,
    )


@cache
def _pattern(unit: str, variant: int, *, done: bool, helped: bool) -> bytes:
    return encoded(petition(unit, variant, done=done, helped=helped).stored())


def unit_of_number(number: int) -> str:
    if number < HELD:
        return UNIT
    return QUEUE if HELD + HELPED <= number < HELD + HELPED + QUEUED else OTHER


def city(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield the officers and petitions of a city as (path, fields), for `prepare`."""
    for person in PEOPLE.values():
        yield f"officers/{person.id}", encoded(person.stored())
    for number in range(count):
        unit = unit_of_number(number)
        done = {UNIT: number % 2 == 0, QUEUE: False}.get(unit, number % 10 != 0)
        helped = HELD <= number < HELD + HELPED
        code = code_of(number)
        pattern = _pattern(unit, number % 840, done=done, helped=helped)
        yield f"petitions/{code}", pattern.replace(CODE.encode(), code.encode())


def desk_of(server: FirestoreServer, clock: FakeClock | None = None) -> ReadWorkList:
    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
        store = FirestoreStore(CHECKED_PROJECT, DATABASE)
    keeping = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())
    clock = clock or FakeClock(NOW)
    return ReadWorkList(store, clock, reference.directory(), keeping, Staff(store, clock))


def cost(server: FirestoreServer) -> dict[str, Any]:
    """Return the costs of all calls since this function was last called."""
    report = server.admin("GET", "/counters")
    server.admin("POST", "/counters/reset")
    return dict(report)
