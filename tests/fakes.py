"""In-memory fakes of the ports. They keep the real rules that matter: snapshots, conflicts, sparse indexes."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from petitions.domain.petition.codes import ALPHABET
from petitions.errors import NotFound, Retryable
from petitions.ports.files import Download
from petitions.ports.messages import Message
from petitions.ports.store import DELETE, Document, Fields, Query, Reader, Transaction

T = TypeVar("T")

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "in": lambda a, b: a in b,
    "array_contains": lambda a, b: b in a,
    "array_contains_any": lambda a, b: not set(b).isdisjoint(a),
}
_ABSENT = object()


class FakeClock:
    """A clock that moves only when a test moves it."""

    def __init__(self, at: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **step: float) -> None:
        self.at += timedelta(**step)


class FakeIds:
    """Ids that are counted up."""

    def __init__(self) -> None:
        self._count = 0
        self.letters: list[str] = []

    def token(self) -> str:
        self._count += 1
        return f"token{self._count:015d}"

    def code_letters(self) -> str:
        if self.letters:
            return self.letters.pop(0)
        self._count += 1
        number, letters = self._count, ""
        for _ in range(7):
            number, digit = divmod(number, 32)
            letters = ALPHABET[digit] + letters
        return letters


class FakePublisher:
    """A publisher that keeps the messages, or raises if `failing`."""

    def __init__(self) -> None:
        self.published: list[Message] = []
        self.failing = False

    def publish(self, messages: Sequence[Message]) -> None:
        if self.failing:
            raise Retryable("Pub/Sub is down", reason="publish")
        self.published += messages

    def of(self, topic: str) -> list[Message]:
        return [message for message in self.published if message.topic == topic]


def _field(fields: Fields, path: str, name: str = "") -> Any:
    if path == "__name__":
        return name
    value: Any = fields
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return _ABSENT
        value = value[part]
    return value


def _by(name: str) -> Callable[[Document], Any]:
    return lambda each: _field(each.data, name, each.id)


def _is_after(document: Document, query: Query) -> bool:
    for name, cursor in zip(query.order_by, query.start_after, strict=True):
        value = _field(document.data, name.removeprefix("-"), document.id)
        if value != cursor:
            return bool(value < cursor) if name.startswith("-") else bool(value > cursor)
    return False


class _Reads:
    def __init__(self, documents: dict[str, dict[str, Any]]) -> None:
        self._documents = documents

    def version(self, _path: str) -> int:
        """Return 0: only reads of the store itself have versions."""
        return 0

    def get(self, path: str) -> Fields | None:
        return copy.deepcopy(self._documents.get(path))

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        return [self.get(path) for path in paths]

    def find(self, query: Query) -> list[Document]:
        depth = query.collection.count("/") + 1
        found = []
        # A copy of the list, made at once, because other threads write meanwhile.
        for path, fields in list(self._documents.items()):
            apart = not path.startswith(query.collection + "/") or path.count("/") != depth
            if path.split("/")[-2] != query.collection if query.group else apart:
                continue
            values = [(_field(fields, name), operator, value) for name, operator, value in query.where]
            ordered = [_field(fields, name.removeprefix("-")) for name in query.order_by]
            if _ABSENT in ordered or any(value is _ABSENT for value, _, _ in values):
                continue
            if all(_OPERATORS[operator](value, wanted) for value, operator, wanted in values):
                name = path if query.group else path.rsplit("/", 1)[-1]
                found.append(Document(name, copy.deepcopy(fields), self.version(path)))
        for name in reversed(query.order_by):
            found.sort(key=_by(name.removeprefix("-")), reverse=name.startswith("-"))
        if query.start_after:
            found = [each for each in found if _is_after(each, query)]
        return found[: query.limit] if query.limit else found


class FakeTransaction(_Reads):
    """One attempt at a transaction over a snapshot."""

    def __init__(self, documents: dict[str, dict[str, Any]]) -> None:
        super().__init__(copy.deepcopy(documents))
        self.read: set[str] = set()
        self.queried = False
        self.writes: list[tuple[str, str, Fields]] = []

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        self.read.update(paths)
        return super().get_all(paths)

    def get(self, path: str) -> Fields | None:
        self.read.add(path)
        return super().get(path)

    def find(self, query: Query) -> list[Document]:
        self.queried = True
        return super().find(query)

    def create(self, path: str, fields: Fields) -> None:
        self.writes.append(("create", path, copy.deepcopy(dict(fields))))

    def update(self, path: str, fields: Fields) -> None:
        if fields:
            self.writes.append(("update", path, copy.deepcopy(dict(fields))))

    def delete(self, path: str) -> None:
        self.writes.append(("delete", path, {}))


class FakeStore(_Reads):
    """`ports.Store` in memory. `crash` makes the next transaction fail "before" or "after" its commit."""

    def __init__(self) -> None:
        super().__init__({})
        self._versions: dict[str, int] = {}
        self._clock = 0
        self._lock = threading.RLock()
        self.crash: str | None = None
        self.commits = 0

    def snapshot(self) -> Reader:
        with self._lock:
            return _Reads(copy.deepcopy(self._documents))

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        return self._documents

    def paths(self, collection: str) -> list[str]:
        depth = collection.count("/") + 1
        return sorted(p for p in list(self._documents) if p.startswith(collection + "/") and p.count("/") == depth)

    def transact(self, work: Callable[[Transaction], T]) -> T:
        for _ in range(100):
            with self._lock:
                seen, attempt = self._clock, FakeTransaction(self._documents)
            result = work(attempt)
            with self._lock:
                if self._conflicts(attempt, seen):
                    continue
                self._die("before")
                if attempt.writes:
                    self._apply(attempt.writes)
                    self.commits += 1
                self._die("after")
                return result
        raise Retryable("the transaction kept conflicting", reason="contention")

    def _conflicts(self, attempt: FakeTransaction, seen: int) -> bool:
        if not attempt.writes:
            return False
        if attempt.queried and self._clock != seen:
            return True
        if any(self._versions.get(path, 0) > seen for path in attempt.read):
            return True
        return any(verb == "create" and path in self._documents for verb, path, _ in attempt.writes)

    def _die(self, where: str) -> None:
        if self.crash == where:
            self.crash = None
            raise Retryable(f"crashed {where} commit", reason="crash")

    def _apply(self, writes: Sequence[tuple[str, str, Fields]]) -> None:
        self._clock += 1
        for verb, path, fields in writes:
            self._versions[path] = self._clock
            if verb == "delete":
                self._documents.pop(path, None)
                continue
            if verb == "update" and path not in self._documents:
                raise NotFound("no such document")
            document = self._documents.setdefault(path, {})
            for name, value in fields.items():
                *parents, last = name.split(".")
                place = document
                for parent in parents:
                    place = place.setdefault(parent, {})
                if value is DELETE:
                    place.pop(last, None)
                else:
                    place[last] = value

    def create(self, path: str, fields: Fields) -> bool:
        with self._lock:
            if path in self._documents:
                return False
            self._apply([("create", path, copy.deepcopy(dict(fields)))])
            return True

    def update(self, path: str, fields: Fields) -> None:
        with self._lock:
            self._apply([("update", path, copy.deepcopy(dict(fields)))])

    def version(self, _path: str) -> int:
        return self._versions.get(_path, 0)

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        with self._lock:
            done = []
            for document, fields in changes:
                path = f"{collection}/{document.id}"
                if path in self._documents and self.version(path) == document.version:
                    self._apply([("update", path, copy.deepcopy(dict(fields)))])
                    done.append(document)
            return done

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        return sum(self.create(path, fields) for path, fields in documents.items())

    def count(self, query: Query) -> int:
        return len(self.find(query))


class FakeFiles:
    """`ports.Files` in memory.

    `failing` makes writes and erasures raise; `after_put` runs once, after the next write.
    """

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}
        self.failing = False
        self.after_put: Callable[[], None] | None = None

    def put(self, name: str, content: bytes, media_type: str) -> None:
        if self.failing:
            raise Retryable("Cloud Storage is down", reason="storage")
        self.objects.setdefault(name, (content, media_type))
        hook, self.after_put = self.after_put, None
        if hook:
            hook()

    def read(self, name: str) -> Iterator[bytes]:
        if name not in self.objects:
            raise NotFound("there is no such object")
        content = self.objects[name][0]
        return iter([content[:3], content[3:]])

    def erase(self, folder: str) -> int:
        if self.failing:
            raise Retryable("Cloud Storage is down", reason="storage")
        found = [name for name in self.objects if name.startswith(folder)]
        for name in found:
            del self.objects[name]
        return len(found)


class FakeDownloader:
    """`ports.Downloader` over a table of links; others cannot be reached. `fetched` has the links asked for."""

    def __init__(self) -> None:
        self.links: dict[str, Download] = {}
        self.fetched: list[str] = []

    def fetch(self, url: str, most: int) -> Download:
        self.fetched.append(url)
        found = self.links.get(url, Download(reason="connection"))
        if found.content is not None and len(found.content) > most:
            return Download(reason="size", final=True)
        return found
