"""Firestore as use cases need it. Paths are `collection/id[/collection/id]`; instants are aware UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Protocol, TypeVar

T = TypeVar("T")


Fields = Mapping[str, Any]


class Mark(Enum):
    """Values that mean something to an update."""

    DELETE = "delete"


DELETE: Final = Mark.DELETE
"""As a value in an update: the field is removed (a sparse field leaves its index)."""


@dataclass(frozen=True)
class Document:
    """A stored document; `version` tells this state of it from any later one."""

    id: str
    data: Fields
    version: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Query:
    """A query of one collection: all conditions hold; `order_by` entries are a field, or `-field` for descending.

    The field `__name__` is the document's id. With `group` it is of every collection of that name, wherever it lies,
    and the ids of what it finds are whole paths.
    """

    collection: str
    where: tuple[tuple[str, str, Any], ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    group: bool = False
    start_after: tuple[Any, ...] = ()


class Reader(Protocol):
    """Reads of documents."""

    def get(self, path: str) -> Fields | None:
        """The document's fields, or None."""
        ...

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Several documents in one call, in the order asked for."""
        ...

    def find(self, query: Query) -> list[Document]:
        """The documents that the query finds."""
        ...


class Transaction(Reader, Protocol):
    """One attempt of one transaction. Reads come first and see one snapshot; writes are applied at its end."""

    def create(self, path: str, fields: Fields) -> None:
        """Write a new document; the transaction is tried again if it exists by then."""
        ...

    def update(self, path: str, fields: Fields) -> None:
        """Change these fields of an existing document and leave the others."""
        ...

    def delete(self, path: str) -> None:
        """Remove a document."""
        ...


class Store(Reader, Protocol):
    """Firestore, one database."""

    def snapshot(self) -> Reader:
        """Everything as it is at this moment, to be read within the hour."""
        ...

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction until it commits without a conflict (10 s at most).

        `work` may run several times and must have no effect but its writes. Raises Retryable when conflicts
        or faults outlast the time, and whatever `work` raises.
        """
        ...

    def create(self, path: str, fields: Fields) -> bool:
        """Write a new document by itself; False if it exists already."""
        ...

    def update(self, path: str, fields: Fields) -> None:
        """Change these fields of an existing document, unconditionally. Raises NotFound."""
        ...

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        """In one batched write change fields of documents that `find` of this store gave, each by itself.

        Returns those that were still as they had been found; the others stay as they are. Raises Retryable.
        """
        ...

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        """In one batched write create documents by their paths; returns how many did not exist. Raises Retryable."""
        ...

    def count(self, query: Query) -> int:
        """How many documents the query finds, without reading them."""
        ...
