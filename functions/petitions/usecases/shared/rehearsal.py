"""A store for dry runs, on which use cases run with their own code while nothing is stored.

A document written here is read back as written, so that one step can follow another. Queries find only documents that
are really stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from petitions.errors import NotFound
from petitions.ports.messages import Message
from petitions.ports.store import DELETE, Document, Fields, Query, Reader, Store, Transaction

T = TypeVar("T")


class SilentPublisher:
    """A publisher for dry runs, which discards all messages."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Discard the messages."""


@dataclass(frozen=True)
class Rehearsal:
    """A `ports.Store` that reads through to another store and keeps all writes in memory."""

    stored: Store
    written: dict[str, Fields | None] = field(default_factory=dict)

    def get(self, path: str) -> Fields | None:
        """Return the document as written in this rehearsal, or else as stored."""
        return self.written[path] if path in self.written else self.stored.get(path)

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Return several documents, reading the stored ones in one call."""
        missing = [path for path in dict.fromkeys(paths) if path not in self.written]
        known = dict(zip(missing, self.stored.get_all(missing), strict=True)) if missing else {}
        return [self.written[path] if path in self.written else known[path] for path in paths]

    def find(self, query: Query) -> list[Document]:
        """Return the stored documents that match the query. Writes of the rehearsal are not searched."""
        return self.stored.find(query)

    def snapshot(self) -> Reader:
        """Return a reader of the stored documents and the writes so far."""
        return self

    def transact(self, body: Callable[[Transaction], T]) -> T:
        """Run `body` once, keep its writes in memory, and return its result."""
        attempt = _Attempt(self)
        result = body(attempt)
        for path, change in attempt.changes:
            self.written[path] = change(self.get(path))
        return result

    def create(self, path: str, fields: Fields) -> bool:
        """Keep a new document in memory. Return False if it exists."""
        if self.get(path) is not None:
            return False
        self.written[path] = dict(fields)
        return True

    def update(self, path: str, fields: Fields) -> None:
        """Keep a change in memory. Raise NotFound."""
        self.written[path] = _changed(self.get(path), fields)

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        """Keep the changes in memory, and return the documents."""
        for document, fields in changes:
            self.update(f"{collection}/{document.id}", fields)
        return [document for document, _ in changes]

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        """Keep the new documents in memory. Return the number that did not exist."""
        return sum(self.create(path, fields) for path, fields in documents.items())

    def count(self, query: Query) -> int:
        """Return the number of stored documents that match."""
        return self.stored.count(query)


@dataclass(frozen=True)
class _Attempt:
    rehearsal: Rehearsal
    changes: list[tuple[str, Callable[[Fields | None], Fields | None]]] = field(default_factory=list)

    def get(self, path: str) -> Fields | None:
        return self.rehearsal.get(path)

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        return self.rehearsal.get_all(paths)

    def find(self, query: Query) -> list[Document]:
        return self.rehearsal.find(query)

    def create(self, path: str, fields: Fields) -> None:
        self.changes.append((path, lambda _: dict(fields)))

    def update(self, path: str, fields: Fields) -> None:
        self.changes.append((path, lambda before: _changed(before, fields)))

    def delete(self, path: str) -> None:
        self.changes.append((path, lambda _: None))

    def written(self, _path: str) -> None: ...


def _changed(before: Fields | None, fields: Fields) -> Fields:
    if before is None:
        raise NotFound("no such document")
    after = dict(before)
    for name, value in fields.items():
        first, _, rest = name.partition(".")
        if rest:
            after[first] = _changed(after.get(first) or {}, {rest: value})
        elif value is DELETE:
            after.pop(first, None)
        else:
            after[first] = value
    return after
