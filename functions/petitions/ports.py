"""What use cases need of the world, as protocols. Paths are `collection/id[/collection/id]`; instants are aware UTC.

Standard library alone: the webhook's use case imports this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar

T = TypeVar("T")
Fields = Mapping[str, Any]

DELETE: Final = object()
"""As a value in an update: the field is removed (a sparse field leaves its index)."""


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...


class Ids(Protocol):
    """Chance."""

    def token(self) -> str:
        """A fresh unguessable id of 20 characters."""
        ...

    def code_letters(self) -> str:
        """Seven random Crockford base-32 characters."""
        ...


@dataclass(frozen=True)
class Message:
    """A message to publish: ids and numbers in `data`, never personal data (Zalo's raw events excepted)."""

    topic: str
    data: Fields
    key: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


class Publisher(Protocol):
    """Pub/Sub."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish all, in order within a key; returns when Pub/Sub has confirmed. Raises Retryable."""
        ...


class RawPublisher(Protocol):
    """Pub/Sub for the webhook: bytes as they came."""

    def publish(self, topic: str, body: bytes, attributes: Mapping[str, str], key: str) -> None:
        """Publish one message; returns when Pub/Sub has confirmed. Raises Retryable."""
        ...


@dataclass(frozen=True)
class Document:
    """A stored document."""

    id: str
    data: Fields


@dataclass(frozen=True)
class Query:
    """A query of one collection: all conditions hold; `order_by` entries are a field, or `-field` for descending."""

    collection: str
    where: tuple[tuple[str, str, Any], ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
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

    def count(self, query: Query) -> int:
        """How many documents the query finds, without reading them."""
        ...


class Outcome(StrEnum):
    """What a call to the outside came to."""

    OK = "ok"
    REFUSED = "refused"  # answered no: nothing happened there
    UNKNOWN = "unknown"  # no answer: it may have happened
