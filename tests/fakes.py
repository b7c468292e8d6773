"""In-memory fakes of the ports, i.e. of Firestore, Pub/Sub, Cloud Storage, the clock and ids.

The fakes refuse the same values and queries as Google's client or server. Reads return written data as the real client
would (`tests.google_rules`). Queries obey Firestore's order of types and the declared indexes. Transactions see a
snapshot, conflict, and are applied whole or not at all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from petitions.domain.files.pieces import Pieces
from petitions.domain.petition.codes import ALPHABET
from petitions.domain.privacy.stored_documents import undeclared_fields
from petitions.errors import NotFound, Permanent, Retryable
from petitions.ports.files import Download
from petitions.ports.messages import Message
from petitions.ports.store import DELETE, Condition, Document, Fields, Query, Reader, Transaction
from tests import google_rules
from tests.google_rules import ABSENT
from tests.read_back import copied

T = TypeVar("T")

_TYPES: tuple[tuple[type, ...], ...] = ((type(None),), (bool,), (int, float), (datetime,), (str,), (bytes,), (list,))
"""Firestore's order of types, used for sorting. Maps come last. A range never matches a value of another type."""


def _rank(value: Any) -> int:
    return next((rank for rank, types in enumerate(_TYPES) if isinstance(value, types)), len(_TYPES))


def _equal(a: Any, b: Any) -> bool:
    return bool(a == b) and _rank(a) == _rank(b)


def _holds(elements: Any, wanted: Any) -> bool:
    return wanted is not None and isinstance(elements, list) and any(_equal(element, wanted) for element in elements)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda a, b: a is not None and not _equal(a, b),
    "<": lambda a, b: _rank(a) == _rank(b) and bool(a < b),
    "<=": lambda a, b: _rank(a) == _rank(b) and bool(a <= b),
    ">": lambda a, b: _rank(a) == _rank(b) and bool(a > b),
    ">=": lambda a, b: _rank(a) == _rank(b) and bool(a >= b),
    "in": lambda a, b: _holds(b, a),
    "array_contains": _holds,
    "array_contains_any": lambda a, b: any(_holds(a, item) for item in b),
}


class FakeClock:
    def __init__(self, at: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **step: float) -> None:
        self.at += timedelta(**step)


class FakeIds:
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
    """A publisher that keeps the messages in a list. With `failing` it raises instead."""

    def __init__(self) -> None:
        self.published: list[Message] = []
        self.failing = False

    def publish(self, messages: Sequence[Message]) -> None:
        if self.failing:
            raise Retryable("Pub/Sub is down", reason="publish")
        self.published += [google_rules.published(message) for message in messages]

    def of(self, topic: str) -> list[Message]:
        return [message for message in self.published if message.topic == topic]


def _field(fields: Fields, path: str, name: str = "") -> Any:
    if path == "__name__":
        return name
    value: Any = fields
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return ABSENT
        value = value[part]
    return value


def _masked(fields: Fields, wanted: Iterable[str]) -> dict[str, Any]:
    """Return only the wanted fields. The parts of a name such as "taken.at" lead into maps."""
    found: dict[str, Any] = {}
    for path in wanted:
        value = _field(fields, path)
        *outer, last = path.split(".")
        if value is not ABSENT:
            within = found
            for part in outer:
                within = within.setdefault(part, {})
            within[last] = value
    return found


def _meets(fields: Fields, name: str, condition: Condition) -> bool:
    value = _field(fields, condition[0], name)
    return value is not ABSENT and bool(_OPERATORS[condition[1]](value, condition[2]))


def _order(query: Query) -> list[str]:
    """Return the complete sort order of the results: the requested one, then the fields of ranges, then the name."""
    unequal = {name for name, operator, _ in query.where if operator in {"<", "<=", ">", ">=", "!="}}
    named = {name.removeprefix("-") for name in query.order_by}
    down = "-" if query.order_by and query.order_by[-1].startswith("-") else ""
    return [*query.order_by, *(down + name for name in [*sorted(unequal - named), "__name__"] if name not in named)]


def _by(name: str) -> Callable[[Document], Any]:
    def key(document: Document) -> tuple[int, Any]:
        value = _field(document.data, name, document.id)
        return _rank(value), value

    return key


def _is_after(document: Document, query: Query) -> bool:
    for name, cursor in zip(query.order_by, query.start_after, strict=True):
        value = _field(document.data, name.removeprefix("-"), document.id)
        if not _equal(value, cursor):
            above = (_rank(value), value) > (_rank(cursor), cursor)
            return above != name.startswith("-")
    return False


class _Reads:
    def __init__(self, documents: dict[str, dict[str, Any]]) -> None:
        self._documents = documents

    def version(self, _path: str) -> int:
        """Return 0, because only documents of the store itself have versions."""
        return 0

    def get(self, path: str) -> Fields | None:
        google_rules.document_name(path)
        found: Fields | None = copied(self._documents.get(path))
        return found

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        return [self.get(path) for path in paths]

    def find(self, query: Query) -> list[Document]:
        query = google_rules.asked(query)
        depth, order = query.collection.count("/") + 1, _order(query)
        found = []
        # A copy of the list, made at once, because other threads write meanwhile.
        for path, fields in list(self._documents.items()):
            apart = not path.startswith(query.collection + "/") or path.count("/") != depth
            if path.split("/")[-2] != query.collection if query.group else apart:
                continue
            name = path if query.group else path.rsplit("/", 1)[-1]
            if ABSENT in [_field(fields, item.removeprefix("-")) for item in order]:
                continue
            sets = [(*query.where, *item) for item in query.any_of] or [query.where]
            if any(all(_meets(fields, name, condition) for condition in conditions) for conditions in sets):
                found.append(Document(name, fields, self.version(path)))
        for name in reversed(order):
            found.sort(key=_by(name.removeprefix("-")), reverse=name.startswith("-"))
        if query.start_after:
            found = [document for document in found if _is_after(document, query)]
        return [
            replace(document, data=copied(_masked(document.data, query.fields) if query.fields else document.data))
            for document in found[: query.limit]
        ]


class Writes:
    def __init__(self) -> None:
        self.writes: list[tuple[str, str, Fields]] = []
        self.committed: int | None = None

    def create(self, path: str, fields: Fields) -> None:
        if any(kind == "create" and made == path for kind, made, _ in self.writes):
            raise ValueError("a transaction creates a document once")
        self.writes.append(("create", path, fields))

    def update(self, path: str, fields: Fields) -> None:
        if fields:
            self.writes.append(("update", path, dict(fields)))

    def delete(self, path: str) -> None:
        self.writes.append(("delete", path, {}))

    def written(self, path: str) -> int | None:
        return self.committed if any(item == path for _, item, _ in self.writes) else None


class FakeTransaction(_Reads, Writes):
    def __init__(self, documents: dict[str, dict[str, Any]]) -> None:
        _Reads.__init__(self, dict(documents))  # no document is changed in its place
        Writes.__init__(self)
        self.read: set[str] = set()
        self.queried = False

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        self.read.update(paths)
        return super().get_all(paths)

    def get(self, path: str) -> Fields | None:
        self.read.add(path)
        return super().get(path)

    def find(self, query: Query) -> list[Document]:
        self.queried = True
        return super().find(query)


def _after(verb: str, path: str, fields: Fields, before: dict[str, Any] | None) -> dict[str, Any] | None:
    if verb == "delete":
        return None
    if verb == "create":
        if before is not None:
            raise Retryable("the transaction kept conflicting", reason="contention")
        return google_rules.created(path, fields)
    update = google_rules.updated(path, fields)
    if before is None:
        raise NotFound("no such document")
    return update.applied(before)


def _check_declared(path: str, names: Collection[str]) -> None:
    """Fail for an undeclared field in a collection of the product, because an erasure would miss it."""
    with suppress(KeyError):  # collections of a test's own
        unknown = undeclared_fields(path, {name.partition(".")[0] for name in names})
        assert not unknown, f"{path}: {unknown} must be declared in domain/privacy"


class FakeStore(_Reads):
    """Firestore (`ports.Store`) in memory.

    `crash` makes the next transaction fail: "before" or "after" its commit. "before batch" and "after batch" do the
    same to the next batch of writes.
    """

    def __init__(self) -> None:
        super().__init__({})
        self._versions: dict[str, int] = {}
        self._clock = 0
        self._lock = threading.RLock()
        self.crash: str | None = None
        self.commits = 0

    def snapshot(self) -> Reader:
        with self._lock:
            return _Reads(dict(self._documents))

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        return self._documents

    def paths(self, collection: str) -> list[str]:
        depth = collection.count("/") + 1
        return sorted(p for p in list(self._documents) if p.startswith(collection + "/") and p.count("/") == depth)

    def transact(self, body: Callable[[Transaction], T]) -> T:
        for _ in range(100):
            with self._lock:
                seen, attempt = self._clock, FakeTransaction(self._documents)
            result = body(attempt)
            with self._lock:
                if self._conflicts(attempt, seen):
                    continue
                self._die("before")
                if attempt.writes:
                    self._apply(attempt.writes)
                    attempt.committed = self._clock
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
            raise Retryable(f"crashed {where}", reason="crash")

    def _apply(self, writes: Sequence[tuple[str, str, Fields]]) -> None:
        changed: dict[str, dict[str, Any] | None] = {}
        for verb, path, fields in writes:
            before = changed[path] if path in changed else self._documents.get(path)
            changed[path] = _after(verb, path, fields, before)
        for verb, path, fields in writes:
            if verb != "delete":
                _check_declared(path, {name for name, value in fields.items() if value is not DELETE})
        self._clock += 1
        for path, after in changed.items():
            self._versions[path] = self._clock
            if after is None:
                self._documents.pop(path, None)
            else:
                self._documents[path] = after

    def create(self, path: str, fields: Fields) -> bool:
        with self._lock:
            if path in self._documents:
                return False
            try:
                self._apply([("create", path, fields)])
            except Permanent as error:
                raise Retryable(str(error), reason="firestore") from error  # as the adapter has it
            return True

    def update(self, path: str, fields: Fields) -> None:
        with self._lock:
            self._apply([("update", path, fields)])

    def expire(self, ends: Collection[tuple[str, str]], now: datetime) -> None:
        """Delete the documents that have expired at `now`. `ends` lists (collection, field) for the time of expiry."""
        fields = dict(ends)
        with self._lock:
            held = [(path, item.get(fields.get(path.split("/")[-2], ""))) for path, item in self._documents.items()]
            self._apply([("delete", path, {}) for path, end in held if end is not None and end <= now])

    def version(self, _path: str) -> int:
        return self._versions.get(_path, 0)

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        with self._lock:
            done = []
            self._die("before batch")
            for document, fields in changes:
                path = f"{collection}/{document.id}"
                if path in self._documents and self.version(path) == document.version:
                    self._apply([("update", path, fields)])
                    done.append(replace(document, version=self.version(path)))
            self._die("after batch")
            return done

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        return sum(self.create(path, fields) for path, fields in documents.items())

    def count(self, query: Query) -> int:
        return len(self.find(query))


class FakeFiles:
    """Cloud Storage (`ports.Files`) in memory.

    `failing` makes writes and erasures raise. `before_put` is called before every write, `after_put` once after the
    next.
    """

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}
        self.failing = False
        self.before_put: Callable[[], None] | None = None
        self.after_put: Callable[[], None] | None = None

    def put(self, name: str, content: bytes | Pieces, media_type: str) -> None:
        if self.before_put:
            self.before_put()
        if self.failing:
            raise Retryable("Cloud Storage is down", reason="storage")
        content = content if isinstance(content, bytes) else b"".join(content)
        google_rules.check_object(name, content, media_type)
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
    """`ports.Downloader` with a table of links.

    Other links fail as unreachable. `fetched` lists the requested links.
    """

    def __init__(self) -> None:
        self.links: dict[str, Download] = {}
        self.fetched: list[str] = []

    def fetch(self, url: str, most: int) -> Download:
        self.fetched.append(url)
        found = self.links.get(url, Download(reason="connection"))
        if found.content is not None and len(found.content) > most:
            return Download(reason="size", final=True)
        return found
