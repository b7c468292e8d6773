"""Firestore, as use cases need it. Paths are `collection/id[/collection/id]`, and instants are aware UTC."""

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
    """Values with a special meaning in an update."""

    DELETE = "delete"


DELETE: Final = Mark.DELETE
"""The value that removes a field. A document without the field is not in its index."""


@dataclass(frozen=True)
class Document:
    """A stored document. `version` distinguishes its present contents from later ones."""

    id: str
    data: Fields
    version: Any = field(default=None, compare=False)


MOST_VALUES = 30
"""The values that an `in` or `array_contains_any` condition may have (PLATFORM 7.3)."""


@dataclass(frozen=True)
class Query:
    """A query of one collection. All conditions of `where` must hold and, if there are any, all of a set of `any_of`.

    An entry of `order_by` is a field, or `-field` for descending order. `__name__` is the document's id. With `group`
    the query covers every collection of that name, wherever it is, and the ids of the result are whole paths.
    """

    collection: str
    where: tuple[Condition, ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    group: bool = False
    start_after: tuple[Any, ...] = ()
    fields: tuple[str, ...] = ()
    """The top-level fields that the result has. Empty means all."""
    any_of: tuple[tuple[Condition, ...], ...] = ()
    """Sets of conditions, at most 30. A document that meets several of them is found, and paid for, once."""


class Reader(Protocol):
    """Reads of documents."""

    def get(self, path: str) -> Fields | None:
        """Return the document's fields, or None if it does not exist."""
        ...

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Return several documents, read in one call, in the order of their paths."""
        ...

    def find(self, query: Query) -> list[Document]:
        """Return the documents that match the query."""
        ...


class Transaction(Reader, Protocol):
    """One attempt at a transaction. Reads come first and see one snapshot. Writes are applied at the end."""

    def create(self, path: str, fields: Fields) -> None:
        """Write a new document. The transaction is tried again if the document exists at the commit."""
        ...

    def update(self, path: str, fields: Fields) -> None:
        """Change these fields of an existing document and leave the others."""
        ...

    def delete(self, path: str) -> None:
        """Delete a document."""
        ...

    def written(self, path: str) -> Any:
        """Return a document's version after the commit, for `update_unchanged`, or None if it was not written."""
        ...


class Store(Reader, Protocol):
    """One Firestore database."""

    def snapshot(self) -> Reader:
        """Return a reader of the present state of all documents. It can be used for an hour."""
        ...

    def transact(self, body: Callable[[Transaction], T]) -> T:
        """Run `body` in a transaction until it commits without a conflict, for at most 10 s.

        `body` may run several times and must have no effect except its writes. Raise Retryable if conflicts or faults
        last longer, and any error of `body`.
        """
        ...

    def create(self, path: str, fields: Fields) -> bool:
        """Write a new document outside a transaction. Return False if it already exists."""
        ...

    def update(self, path: str, fields: Fields) -> None:
        """Change these fields of an existing document, unconditionally. Raise NotFound."""
        ...

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        """Change fields of documents whose versions are known, independently, in one batched write.

        Return the documents that had not changed since, with their new versions. The others are left as they are. If
        Retryable is raised, any of them may or may not have been changed.
        """
        ...

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        """Create documents by path in one batched write. Return the number that did not exist. Raise Retryable."""
        ...

    def count(self, query: Query) -> int:
        """Return the number of documents that match the query, without reading them."""
        ...
