"""Interface to Firestore. Paths are `collection/id[/collection/id]`, and instants are aware UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Protocol, TypeVar

T = TypeVar("T")


Fields = Mapping[str, Any]
Condition = tuple[str, str, Any]
"""A field, an operator and the value to compare with."""


class Mark(Enum):
    """The special values of a field in an update, such as deletion."""

    DELETE = "delete"


DELETE: Final = Mark.DELETE
"""The value that removes a field in an update. Queries on the field no longer find the document."""


@dataclass(frozen=True)
class Document:
    """A stored document. `version` changes with every write."""

    id: str
    data: Fields
    version: Any = field(default=None, compare=False)


MOST_VALUES = 30
"""The most values in an `in` or `array_contains_any` condition (PLATFORM 7.3)."""


@dataclass(frozen=True)
class Query:
    """A query of one collection. A document must meet all conditions in `where` and, if given, one set in `any_of`.

    An entry of `order_by` is a field, or `-field` for descending order. `__name__` is the document's id. With
    `group`, the query covers all collections of that name, below any document, and the ids in the result are whole
    paths.
    """

    collection: str
    where: tuple[Condition, ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    group: bool = False
    start_after: tuple[Any, ...] = ()
    fields: tuple[str, ...] = ()
    """The top-level fields to return. Empty means all."""
    any_of: tuple[tuple[Condition, ...], ...] = ()
    """Sets of conditions, at most 30. A document that meets several sets is returned, and billed, once."""


class Reader(Protocol):
    """A reader of documents in a Firestore database."""

    def get(self, path: str) -> Fields | None:
        """Return the document's fields, or None if it does not exist."""
        ...

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Return several documents, read in one call, in the order of the paths. None for those that do not exist."""
        ...

    def find(self, query: Query) -> list[Document]:
        """Return the documents that match the query."""
        ...


class Transaction(Reader, Protocol):
    """One attempt at a transaction. Reads come before writes and see one snapshot. Writes are applied at the commit."""

    def create(self, path: str, fields: Fields) -> None:
        """Create a document. If it exists at the commit, the transaction is tried again."""
        ...

    def update(self, path: str, fields: Fields) -> None:
        """Change the given fields of an existing document and keep all others."""
        ...

    def delete(self, path: str) -> None:
        """Delete a document. Nothing happens if it does not exist."""
        ...

    def written(self, path: str) -> Any:
        """Return a document's version after the commit, for `update_unchanged`. None if it was not written."""
        ...


class Store(Reader, Protocol):
    """One Firestore database, with reads, writes and transactions."""

    def snapshot(self) -> Reader:
        """Return a reader of all documents as they are now, usable for an hour."""
        ...

    def transact(self, body: Callable[[Transaction], T]) -> T:
        """Run `body` in a transaction until it commits without a conflict, for at most 10 s, and return its result.

        `body` may run several times and must have no effects but its writes. Raise Retryable if conflicts or faults
        last longer, and propagate any error of `body`.
        """
        ...

    def create(self, path: str, fields: Fields) -> bool:
        """Create a document outside a transaction. Return False if it exists."""
        ...

    def update(self, path: str, fields: Fields) -> None:
        """Change the given fields of an existing document, without a transaction. Raise NotFound if there is none."""
        ...

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        """Change fields of documents that have not changed since they were read, in one batched write.

        Return the changed documents, with their new versions. Documents with a newer version are not changed. If
        Retryable is raised, the outcome of the write is unknown for every document.
        """
        ...

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        """Create documents by path in one batched write. Return the number that did not exist. Raise Retryable."""
        ...

    def count(self, query: Query) -> int:
        """Return the number of documents that match the query, without reading them."""
        ...
