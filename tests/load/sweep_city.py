"""Petitions on the Firestore emulator, 100 of them due, and the real schedule of reminders."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from google.cloud.firestore_v1 import _helpers
from google.protobuf.json_format import MessageToDict

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.domain.clock.clocks import start_clock
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Contact, Petition
from petitions.ports.messages import Message
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.reminders.close_answered import CloseAnswered
from petitions.usecases.reminders.fire_reminders import FireReminders
from petitions.usecases.shared.tell_lateness import TellLateness
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.fakes import FakeClock

DUE = 100
IMPORT_SECONDS = 600
DATABASE = "petitions"
UNIT = "SYT"
FILED = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
MORNINGS = tuple(datetime(2026, 11, day, 1, 0, tzinfo=UTC) for day in (20, 23, 25, 26, 27))
"""08:00 on the working days with a reminder for an answer due on 25/11, from two days before to two days after."""


class Silence:
    def publish(self, messages: Sequence[Message]) -> None:
        del messages


def _petition(next_attempt_at: datetime) -> Petition:
    rules, calendar = reference.rules(), reference.calendar()
    rule = rules.find(ClockName.ANSWER, "pakn", Level.NORMAL, FILED)
    clock = start_clock(ClockName.ANSWER, rule, rules.version, calendar, FILED)
    return Petition(
        code="HN-CODE",
        citizen="c",
        title="t" * 80,
        content="c" * 200,
        address="a" * 60,
        contact=Contact(name="n", phone="84912345678"),
        state=State.IN_PROGRESS,
        unit=UNIT,
        clocks={ClockName.ANSWER: clock},
        due_at=clock.due_at,
        next_attempt_at=next_attempt_at,
        filed_at=FILED,
    )


def _line(path: str, fields: dict[str, Any]) -> str:
    encoded = {name: MessageToDict(value._pb) for name, value in _helpers.encode_dict(fields).items()}
    place: dict[str, Any] = {"project": CHECKED_PROJECT, "database": DATABASE, "path": path}
    place |= {"create_time": 1, "update_time": 1}
    return json.dumps({**place, "fields": encoded}) + "\n"


def stored(count: int) -> Iterator[bytes]:
    """Yield the documents in the format of the emulator's import. Due petitions are spread among the others."""
    for person in (("an", Role.OFFICER), ("truong", Role.HEAD)):
        officer = Officer(id=person[0], name=person[0], email="a@example.vn", unit=UNIT, role=person[1])
        yield _line(f"officers/{officer.id}", officer.stored()).encode()
    due = _line("petitions/HN-CODE", _petition(MORNINGS[0]).stored())
    later = _line("petitions/HN-CODE", _petition(MORNINGS[0] + timedelta(days=365)).stored())
    for number in range(count):
        line = due if number % (count // DUE) == 0 else later
        yield line.replace("HN-CODE", f"HN-{number:06}").encode()


def load(server: FirestoreServer, count: int) -> None:
    """Replace the content of the emulator by the petitions. 100,000 of them take two minutes."""
    url = f"http://127.0.0.1:{server.admin_port}/import"
    request = urllib.request.Request(url, b"".join(stored(count)), method="POST")
    with urllib.request.urlopen(request, timeout=IMPORT_SECONDS) as response:
        response.read()


def sweep_of(server: FirestoreServer, clock: FakeClock) -> FireReminders:
    """Return the use case of reminders as the function builds it, except for the clock and Pub/Sub."""
    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
        store = FirestoreStore(CHECKED_PROJECT, DATABASE)
    keeping = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())
    mail = OfficerMail(reference.texts(), reference.directory(), "https://desk.example.vn")
    house = CloseAnswered(reference.texts(), keeping)
    return FireReminders(
        store,
        Silence(),
        clock,
        RandomIds(),
        mail,
        keeping,
        house,
        TellLateness(reference.texts(), reference.directory()),
    )


def cost(server: FirestoreServer) -> dict[str, Any]:
    """Return the costs of all calls since this function was last called."""
    report = server.admin("GET", "/counters")
    server.admin("POST", "/counters/reset")
    return dict(report)
