"""A store on which everything can be done and nothing is: what a use case would do, shown by its own code.

Documents that it wrote are read back as written, so that one step can follow another. Queries find what is stored.
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
    """A publisher that publishes nothing."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish nothing."""


@dataclass(frozen=True)
class Rehearsal:
    """A `ports.Store` that keeps what is written to itself."""

    stored: Store
    written: dict[str, Fields | None] = field(default_factory=dict)

    def get(self, path: str) -> Fields | None:
        """Return the document as it was written here, or as it is stored."""
        return self.written[path] if path in self.written else self.stored.get(path)

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Return several documents, those that are stored in one call."""
        missing = [path for path in dict.fromkeys(paths) if path not in self.written]
        known = dict(zip(missing, self.stored.get_all(missing), strict=True)) if missing else {}
        return [self.written[path] if path in self.written else known[path] for path in paths]

    def find(self, query: Query) -> list[Document]:
        """Return what the query finds in the stored documents."""
        return self.stored.find(query)

    def snapshot(self) -> Reader:
        """Return a reader of the present state."""
        return self

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` once; what it writes is kept here."""
        attempt = _Attempt(self)
        result = work(attempt)
        for path, change in attempt.changes:
            self.written[path] = change(self.get(path))
        return result

    def create(self, path: str, fields: Fields) -> bool:
        """Keep a new document."""
        if self.get(path) is not None:
            return False
        self.written[path] = dict(fields)
        return True

    def update(self, path: str, fields: Fields) -> None:
        """Keep a change. Raise NotFound."""
        self.written[path] = _changed(self.get(path), fields)

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        """Keep changes of documents that were found."""
        for document, fields in changes:
            self.update(f"{collection}/{document.id}", fields)
        return [document for document, _ in changes]

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        """Keep new documents."""
        return sum(self.create(path, fields) for path, fields in documents.items())

    def count(self, query: Query) -> int:
        """Return the number of stored documents that match."""
        return self.stored.count(query)


@dataclass(frozen=True)
class _Attempt:
    """A transaction: its writes are kept once its work is done."""

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

    def written(self, _path: str) -> None:
        """Return None: nothing is committed here."""


def _changed(before: Fields | None, fields: Fields) -> Fields:
    """Return the document with these fields changed; a dot leads into a map."""
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
