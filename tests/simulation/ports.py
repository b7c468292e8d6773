"""The ports as the simulation has them: the strict fakes, with a point and faults at each call."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import SimpleNamespace
from typing import Any, TypeVar

from infra.manifest import load
from petitions.errors import Retryable
from petitions.ports.messages import Message
from petitions.ports.store import Document, Fields, Query, Transaction
from tests import google_rules
from tests.fakes import FakeStore, FakeTransaction
from tests.simulation.scheduler import Instance, Scheduler

T = TypeVar("T")
MANIFEST = load()
TRIES = 20


Folders = dict[str, dict[str, None]]
"""The paths of each collection, and of all collections of a name."""


class _Transaction(FakeTransaction):
    """One attempt; it knows the collections that it has queried."""

    def __init__(self, documents: dict[str, dict[str, Any]], folders: Folders, scheduler: Scheduler) -> None:
        super().__init__(documents)
        self._scheduler = scheduler
        self._folders = folders
        self.collections: set[str] = set()

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        self._scheduler.point("store.read")
        return super().get_all(paths)

    def find(self, query: Query) -> list[Document]:
        self._scheduler.point("store.query")
        self.collections.add(query.collection)
        whole = self._documents
        self._documents = {path: whole[path] for path in self._folders.get(query.collection, ()) if path in whole}
        try:
            return super().find(query)
        finally:
            self._documents = whole


class SimulatedStore(FakeStore):
    """Firestore: conflicts with whoever commits between, commits whose answer is lost, moments without service."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler
        self._changed: dict[str, int] = {}
        self._folders: Folders = {}

    def transact(self, work: Callable[[Transaction], T]) -> T:
        self._scheduler.point("store.transact")
        for _ in range(TRIES):
            seen, attempt = self._clock, _Transaction(self._documents, self._folders, self._scheduler)
            result = work(attempt)
            self._scheduler.point("store.commit")
            fault = self._scheduler.fault("store.commit", "unavailable", "answer lost", "aborted")
            if fault == "unavailable":
                raise Retryable("Firestore failed: ServiceUnavailable", reason="firestore")
            if fault == "aborted" or self._clash(attempt, seen):
                continue
            if attempt.writes:
                self._apply(attempt.writes)
            if fault == "answer lost":
                raise Retryable("the commit's outcome is unknown", reason="commit_unknown")
            self._scheduler.point("store.committed")
            return result
        raise Retryable("the transaction kept conflicting", reason="contention")

    def _clash(self, attempt: _Transaction, seen: int) -> bool:
        if not attempt.writes:
            return False
        queried = any(self._changed.get(collection, 0) > seen for collection in attempt.collections)
        read = any(self._versions.get(path, 0) > seen for path in attempt.read)
        return queried or read or any(verb == "create" and path in self._documents for verb, path, _ in attempt.writes)

    def _apply(self, writes: Sequence[tuple[str, str, Fields]]) -> None:
        super()._apply(writes)
        for _, path, _ in writes:
            folder = path.rpartition("/")[0]
            for each in {folder, folder.rpartition("/")[2]}:  # a query asks one collection, or all of a name
                self._changed[each] = self._clock
                self._folders.setdefault(each, {})[path] = None

    def _call(self, name: str, act: Callable[[], T]) -> T:
        self._scheduler.point(name)
        fault = self._scheduler.fault(name, "unavailable", "answer lost")
        if fault == "unavailable":
            raise Retryable("Firestore failed: ServiceUnavailable", reason="firestore")
        result = act()
        if fault:
            raise Retryable("Firestore failed: DeadlineExceeded", reason="firestore")
        return result

    def get(self, path: str) -> Fields | None:
        return self._call("store.get", lambda: super(SimulatedStore, self).get(path))

    def find(self, query: Query) -> list[Document]:
        return self._call("store.find", lambda: self._found(query))

    def _found(self, query: Query) -> list[Document]:
        whole = self._documents
        self._documents = {path: whole[path] for path in self._folders.get(query.collection, ()) if path in whole}
        try:
            return super().find(query)
        finally:
            self._documents = whole

    def create(self, path: str, fields: Fields) -> bool:
        return self._call("store.create", lambda: super(SimulatedStore, self).create(path, fields))

    def update(self, path: str, fields: Fields) -> None:
        self._call("store.update", lambda: super(SimulatedStore, self).update(path, fields))

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        return self._call("store.batch", lambda: super(SimulatedStore, self).update_unchanged(collection, changes))


Consumer = tuple[Instance, Callable[[Any], Any]]
"""An instance that takes a subscription's messages, and its entry point."""


@dataclass
class _Delivery:
    subscription: str
    message: Message
    number: int
    attempt: int = 1


class SimulatedPubsub:
    """Pub/Sub: at least once, in the order of a key, with back-off; publishing may fail, for one topic of several."""

    def __init__(self, scheduler: Scheduler, push: Callable[[str], Consumer | None]) -> None:
        self._scheduler = scheduler
        self._push = push
        self._lines: dict[tuple[str, str], deque[_Delivery]] = {}
        self._number = 0
        self.published: list[Message] = []

    def publish(self, messages: Sequence[Message]) -> None:
        """`ports.Publisher`: one call for each topic and key, as the adapter makes them."""
        for _, group in groupby(sorted(messages, key=_line), key=_line):
            self._scheduler.point("pubsub.publish")
            fault = self._scheduler.fault("pubsub.publish", "unavailable", "answer lost")
            if fault == "unavailable":
                raise Retryable("Pub/Sub failed: ServiceUnavailable", reason="publish")
            for message in group:
                self._take(google_rules.published(message))
            if fault:
                raise Retryable("Pub/Sub failed: DeadlineExceeded", reason="publish")
            self._scheduler.point("pubsub.published")

    def _take(self, message: Message) -> None:
        self.published.append(message)
        for name, subscription in MANIFEST.subscriptions.items():
            if subscription.topic == message.topic and self._push(name):
                self._number += 1
                delivery = _Delivery(name, message, self._number)
                key = message.key if subscription.ordered and message.key else f"#{self._number}"
                line = self._lines.setdefault((name, key), deque())
                line.append(delivery)
                if len(line) == 1:
                    self._later(0.01, line)

    def _later(self, seconds: float, line: deque[_Delivery]) -> None:
        self._scheduler.after(seconds, lambda: self._deliver(line[0], lambda ok: self._settled(line, ok=ok)))

    def _settled(self, line: deque[_Delivery], *, ok: bool) -> None:
        if not ok:
            line[0].attempt += 1
            self._later(min(10.0 * 2 ** (line[0].attempt - 2), 600.0), line)
            return
        delivery = line.popleft()
        if self._scheduler.stormy and self._scheduler.chance.random() < 0.1:
            self._scheduler.reached["pubsub.push", "twice"] += 1
            again = self._scheduler.chance.random() * 60
            self._scheduler.after(again, lambda: self._deliver(delivery, lambda _: None))
        if line:
            self._later(0.01, line)

    def _deliver(self, delivery: _Delivery, settled: Callable[[bool], None]) -> None:
        found = self._push(delivery.subscription)
        assert found is not None
        instance, entry = found
        body = {
            "subscription": f"projects/p/subscriptions/{delivery.subscription}",
            "deliveryAttempt": delivery.attempt,
            "message": {
                "messageId": str(delivery.number),
                "data": base64.b64encode(json.dumps(dict(delivery.message.data)).encode()).decode(),
                "attributes": dict(delivery.message.attributes),
                "orderingKey": delivery.message.key,
            },
        }
        asked = request(f"/push/{delivery.subscription}", json.dumps(body).encode())

        def done(answer: Any) -> None:
            lost = self._scheduler.stormy and self._scheduler.chance.random() < 0.03
            self._scheduler.reached["pubsub.push", "acknowledgement lost"] += lost
            settled(answer is not None and answer[1] == 200 and not lost)

        self._scheduler.start(instance, lambda: entry(asked), done)


class SimulatedDoor:
    """`ports.RawPublisher` of the webhook over the same Pub/Sub."""

    def __init__(self, pubsub: SimulatedPubsub) -> None:
        self._pubsub = pubsub

    def publish(self, topic: str, body: bytes, attributes: Mapping[str, str], key: str) -> None:
        self._pubsub.publish([Message(topic, json.loads(body), key, attributes)])


def request(path: str, body: bytes = b"") -> Any:
    """What an entry point reads of a request."""
    return SimpleNamespace(path=path, method="POST", headers={}, get_data=lambda **_: body)


def _line(message: Message) -> tuple[str, str]:
    return message.topic, message.key
