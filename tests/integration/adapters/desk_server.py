"""The desk as deployed, run by functions-framework on the Firestore emulator, and browsers of its users."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.clock import SystemClock
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.clock.clocks import start_clock
from petitions.domain.lifecycle.lifecycle import ClockName, Role, State
from petitions.domain.lifecycle.states import Level
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.shared.records import replace
from petitions.ports.store import Store
from tests import doors
from tests.integration.adapters.storage_server import BUCKET
from tests.integration.webhook.door import Door
from tests.load.desk_city import NOW, code_of, petition
from tests.settings import required

DATABASE = "petitions"
NOWHERE = "127.0.0.1:1"
HOOKS = doors.noting(lambda _: "desk")
PEOPLE = {
    "officer": ("SYT", Role.OFFICER),
    "head": ("SYT", Role.HEAD),
    "coordinator": ("VPUB", Role.COORDINATOR),
    "inspector": ("SNV", Role.INSPECTOR),
    "admin": ("VPUB", Role.ADMIN),
}


def people() -> list[Officer]:
    return [
        Officer(id=who, name=f"Nguyễn Văn {who}", email=f"{who}@example.vn", unit=unit, role=role)
        for who, (unit, role) in PEOPLE.items()
    ]


def enter(store: Store, officers: list[Officer]) -> None:
    store.create_all({officer_path(officer.id): officer.stored() for officer in officers})


def store_of(server: FirestoreServer) -> FirestoreStore:
    return FirestoreStore(CHECKED_PROJECT, DATABASE)


def filed(store: Store, number: int, state: State, at: datetime = NOW) -> str:
    rules, calendar = reference.rules(), reference.calendar()
    rule = rules.find(ClockName.ANSWER, "pakn", Level.NORMAL, at)
    clock = start_clock(ClockName.ANSWER, rule, rules.version, calendar, at)
    made = replace(
        petition("SYT", number, done=False),
        code=code_of(number),
        state=state,
        handler=None,
        filed_at=at,
        clocks={ClockName.ANSWER: clock},
        due_at=clock.due_at,
    )
    store.create(f"petitions/{made.code}", made.stored())
    return made.code


class Desk:
    """A running desk. Its time begins at NOW, and the file `clock` moves it."""

    def __init__(self, server: FirestoreServer, folder: Path, pubsub: str, storage: str) -> None:
        self.clock = folder / "clock"
        self.moved = (NOW - SystemClock().now()).total_seconds()
        self.wait(0)
        self._door = Door(
            required("desk")
            | {
                "GOOGLE_CLOUD_PROJECT": CHECKED_PROJECT,
                "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}",
                "PUBSUB_EMULATOR_HOST": pubsub,
                "STORAGE_EMULATOR_HOST": storage,
                "ATTACHMENTS_BUCKET": BUCKET,
                "FROZEN_BUCKET": BUCKET,
                "LOCAL_CLOCK_FILE": str(self.clock),
                "THREADS": "8",
            },
            folder / "desk.log",
            "desk",
        )
        self._people: list[Person] = []

    def wait(self, seconds: int) -> None:
        self.moved += seconds
        self.clock.write_text(str(self.moved))

    @property
    def url(self) -> str:
        return self._door.url

    def at(self, officer: str) -> Person:
        person = Person(self._door.url, officer)
        self._people.append(person)
        return person

    @property
    def pid(self) -> int:
        parent = self._door.pid
        return int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])

    def log(self) -> str:
        return self._door.log()

    def close(self) -> None:
        for person in self._people:
            person.client.close()
        self._door.close()


class Person:
    def __init__(self, url: str, officer: str) -> None:
        # gunicorn closes connections after two idle seconds, which on a slow machine may happen during a request.
        fresh = httpx.Limits(max_keepalive_connections=0)
        self.client = httpx.Client(base_url=url, timeout=60, event_hooks=HOOKS, limits=fresh)
        answer = self.client.post("/sign-in", data={"officer": officer})
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        self.csrf: str = self.client.get("/api/me").json()["csrf"]

    def see(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def submit(self, path: str, files: Any = None, **fields: Any) -> httpx.Response:
        """Submit a form of a page with its CSRF token, and return the response."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, files=files)

    def saves(self, code: str, body: Any) -> Any:
        """Save the draft of an answer as the page's script does. Return the version mark of the new draft."""
        path = f"/api/petitions/{code}/answer"
        answer = self.client.post(path, json=body, headers={"X-CSRF-Token": self.csrf})
        assert answer.status_code == httpx.codes.OK, (path, answer.text)
        return answer.json()["seen"]


@contextmanager
def desk_on(
    server: FirestoreServer, folder: Path, pubsub: str = NOWHERE, storage: str = f"http://{NOWHERE}"
) -> Iterator[Desk]:
    desk = Desk(server, folder, pubsub, storage)
    try:
        yield desk
    finally:
        desk.close()
