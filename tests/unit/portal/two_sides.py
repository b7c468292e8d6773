"""Our system and the portal in one process: our use cases and HTTP client, and the portal simulator's own rules.

Every call through a port has a number, and may crash before or after its effect. The seed determines the faults of the
connection. After a crash the session, the circuit breaker and all caches are gone, and committed data remains.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx

from infra.local.portal.officer import PortalOfficer
from infra.local.portal.services import Refused, perform
from infra.local.portal.store import TABLES_SQL, PortalStore
from petitions.adapters import reference
from petitions.adapters.portal.gateway import PortalGateway
from petitions.adapters.portal.mapping import Mapping as Names
from petitions.domain.petition.codes import make_code
from petitions.domain.shared.reference_data import parse
from petitions.ports.messages import Message
from petitions.ports.store import Document, Fields, Query, Transaction
from tests.fakes import FakeClock, FakeFiles, FakeIds, FakePublisher, FakeStore, FakeTransaction
from tests.portal_parts import PortalParts
from tests.unit.portal.model import Crash

T = TypeVar("T")
NAMES = parse(Names, reference.parsed("portal.json"), "portal.json")


class Numbered:
    """A counter of calls through ports, some of which crash.

    `crash_at` is the number of the call that crashes, `probability` makes any call crash at random.
    """

    def __init__(self, chance: random.Random) -> None:
        self.number = 0
        self.crash_at: tuple[int, str] | None = None
        self.probability = 0.0
        self.crashes = 0
        self._chance = chance

    def __call__(self, call: Callable[[], T]) -> T:
        self.number += 1
        number = self.number
        self._crash(number, "before")
        result = call()
        self._crash(number, "after")
        return result

    def _crash(self, number: int, where: str) -> None:
        if self.crash_at == (number, where) or (self.probability and self._chance.random() < self.probability):
            self.crashes += 1
            raise Crash(f"call {number}, {where}")


class _Lazy(FakeTransaction):
    def __init__(self, store: FastStore) -> None:  # the copying parent's is not wanted
        self._documents = store._documents
        self._store = store
        self.read, self.queried, self.writes, self.committed = set(), False, [], None

    def find(self, query: Query) -> list[Document]:
        return FastStore.find(self._store, query)


class FastStore(FakeStore):
    """A store with an index of collections, fast enough for thousands of petitions."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[str, dict[str, dict[str, Any]]] = {}

    def transact(self, action: Callable[[Transaction], T]) -> T:
        attempt = _Lazy(self)
        result = action(attempt)
        clash = [path for verb, path, _ in attempt.writes if verb == "create" and path in self._documents]
        assert not clash, clash
        if attempt.writes:
            self._apply(attempt.writes)
        return result

    def _apply(self, writes: Sequence[tuple[str, str, Fields]]) -> None:
        super()._apply(writes)
        for _, path, _ in writes:
            self._of.setdefault(path.rpartition("/")[0], {})[path] = self._documents[path]

    def find(self, query: Query) -> list[Document]:
        whole, self._documents = self._documents, self._of.get(query.collection, {})
        try:
            return super().find(query)
        finally:
            self._documents = whole


class NumberedStore(FastStore):
    def __init__(self, numbered: Numbered) -> None:
        super().__init__()
        self.numbered = numbered

    def transact(self, action: Callable[[Transaction], T]) -> T:
        return self.numbered(lambda: super(NumberedStore, self).transact(action))

    def get(self, path: str) -> Fields | None:
        return self.numbered(lambda: super(NumberedStore, self).get(path))

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        return self.numbered(lambda: [FastStore.get(self, path) for path in paths])

    def find(self, query: Query) -> list[Document]:
        return self.numbered(lambda: super(NumberedStore, self).find(query))

    def create(self, path: str, fields: Fields) -> bool:
        return self.numbered(lambda: super(NumberedStore, self).create(path, fields))

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        """Create the documents one by one, so that a crash may leave some of them. A batch is not a transaction."""
        return sum(self.create(path, fields) for path, fields in documents.items())

    def update(self, path: str, fields: Fields) -> None:
        self.numbered(lambda: super(NumberedStore, self).update(path, fields))

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        return self.numbered(lambda: super(NumberedStore, self).update_unchanged(collection, changes))


class NumberedFiles(FakeFiles):
    def __init__(self, numbered: Numbered) -> None:
        super().__init__()
        self.numbered = numbered

    def read(self, name: str) -> Iterator[bytes]:
        return self.numbered(lambda: super(NumberedFiles, self).read(name))


class NumberedPublisher(FakePublisher):
    def __init__(self, numbered: Numbered) -> None:
        super().__init__()
        self.numbered = numbered

    def publish(self, messages: Sequence[Message]) -> None:
        self.numbered(lambda: super(NumberedPublisher, self).publish(messages))


class Wire:
    """A connection to the portal simulator on which requests and responses may fail."""

    def __init__(self, portal: PortalStore, clock: FakeClock, chance: random.Random, numbered: Numbered) -> None:
        self.portal, self.clock, self.chance, self.numbered = portal, clock, chance, numbered
        self.trouble = 0.0
        self.down = False
        self.skew = timedelta()
        self.calls = self.repeated = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.numbered(lambda: self._answer(request))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.down:
            raise httpx.ConnectError("down")
        dice = self.chance.random() / self.trouble if self.trouble else 1.0
        if dice < 0.2:
            raise httpx.ReadTimeout("before")
        if dice < 0.25:
            return httpx.Response(503, text="<html>Bảo trì</html>")
        if dice < 0.3:
            return httpx.Response(200, json={"error_code": "500", "message": "Lỗi hệ thống"})
        if dice < 0.4:
            self.portal.expire_sessions()
        answer = self._done(request)
        if dice >= 0.4:
            return httpx.Response(200, json=self._mangled(answer, dice))
        if dice < 0.33:
            raise httpx.ReadTimeout("after")
        if dice < 0.35:
            return httpx.Response(200, content=json.dumps(answer).encode()[:-3])
        return httpx.Response(200, json=answer)

    def _mangled(self, answer: dict[str, Any], dice: float) -> dict[str, Any]:
        result = answer.get("result")
        if isinstance(result, list) and len(result) > 1 and dice < 0.9:
            self.chance.shuffle(result)
            return answer | {"result": result + result[:1]}
        return answer

    def _done(self, request: httpx.Request) -> dict[str, Any]:
        body, now = json.loads(request.content), self.now()
        if request.url.path.endswith("/login"):
            return {"session": self.portal.open_session(now, timedelta(minutes=10)), "error_code": 0}
        if not self.portal.has_session(body["session"], now):
            return {"error_code": "401", "message": "Phiên đã hết hạn"}
        try:
            result = perform(self.portal, body["service"], self._strict(body["data"][0]), now)
        except Refused as refused:
            return {"error_code": refused.code, "message": str(refused)}
        if body["service"] == "DongBoPAKN" and self.trouble and self.chance.random() < 0.3:
            self.echo(result[0]["MAPAKN"])
        return {"error_code": 0, "result": result}

    def now(self) -> datetime:
        return self.clock.now() + self.skew

    def _strict(self, data: dict[str, str]) -> dict[str, str]:
        """Change the key of a repeated write, so that the portal carries it out twice and the repetition is noticed."""
        if len(data) > 1 and "MAKHOA" in data and self.portal.accepted_call(data["MAKHOA"]):
            self.repeated += 1
            return data | {"MAKHOA": f"{data['MAKHOA']}#{self.calls}"}
        return data

    def echo(self, code: str) -> None:
        """List one of our records as new in the portal's changes, sometimes without the mark of our submission."""
        record = self.portal.record(code)
        if record:
            bare = {"MAKHOA": "", "MAPAKNDP": ""} if self.chance.random() < 0.7 else {}
            change = f"ECHO-{code}-{self.calls}"
            self.portal.add_change(change, code, "MOI", "", self.now(), record["fields"] | bare)


def gateway_over(wire: Wire, clock: FakeClock) -> PortalGateway:
    return PortalGateway(
        "https://gateway.example.vn",
        username="hanoi",
        password="secret",
        unit_code="H26",
        dstcode="X",
        mapping=NAMES,
        clock=clock,
        transport=httpx.MockTransport(wire),
    )


class TwoSides:
    """Our system and the portal in one run, with everything that survives a crash."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = FakeClock()
        self.numbered = Numbered(self.chance)
        self.store = NumberedStore(self.numbered)
        self.publisher = NumberedPublisher(self.numbered)
        self.files = NumberedFiles(self.numbered)
        database = sqlite3.connect(":memory:", isolation_level=None)
        database.row_factory = sqlite3.Row
        database.executescript(TABLES_SQL)
        self.portal = PortalStore(database)
        self.officer = PortalOfficer(self.portal)
        self.wire = Wire(self.portal, self.clock, self.chance, self.numbered)
        self.ids = FakeIds()
        self.nudges: list[str] = []
        self._read = 0
        self.start()

    def start(self) -> None:
        gateway = gateway_over(self.wire, self.clock)
        self.parts = PortalParts(self.store, self.publisher, self.clock, self.ids, gateway, self.files)

    def attempt(self, step: Callable[[], object]) -> bool:
        try:
            step()
        except Crash:
            self.start()
            return False
        return True

    def own(self, action: Callable[[], T]) -> T:
        """Run an action of another part of the system, in which no call crashes, and return its result."""
        numbered, self.store.numbered = self.store.numbered, Numbered(self.chance)
        try:
            return action()
        finally:
            self.store.numbered = numbered

    def new_code(self) -> str:
        return make_code(self.clock.now().date(), self.ids.code_letters())

    def collect_nudges(self) -> None:
        fresh = [message.data["code"] for message in self.publisher.of("petition-events")[self._read :]]
        self._read += len(fresh)
        self.nudges += fresh + [code for code in fresh if self.chance.random() < 0.2]

    def at(self) -> datetime:
        return self.clock.now()
