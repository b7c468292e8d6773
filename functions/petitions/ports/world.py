"""Time, randomness, identity, secrets and traces, as use cases need them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from petitions.ports.store import Fields


class Clock(Protocol):
    """A clock."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        ...


class Ids(Protocol):
    """A source of random ids."""

    def token(self) -> str:
        """Return a new unguessable id of 20 characters."""
        ...

    def code_letters(self) -> str:
        """Return seven random Crockford base-32 characters."""
        ...


@dataclass
class Span:
    """The work of one function for one request.

    `trace` is its traceparent. `fault` is the reason why it failed, if it did.
    """

    trace: str | None
    fault: str | None = None


class Tracer(Protocol):
    """A maker of spans, for traces across all functions."""

    def span(self, name: str, trace: str | None, fields: Fields, /) -> AbstractContextManager[Span]:
        """Open a span in the trace of this traceparent, or the first span of a new trace.

        Never raises if the backend is unavailable.
        """
        ...


class Identities(Protocol):
    """The sign-in in front of the desk."""

    def email(self, assertion: str) -> str:
        """Return the e-mail address, in lower case, of a signed assertion.

        Raise Forbidden if it is not valid, Retryable if the keys cannot be had.
        """
        ...


class SecretKeys(Protocol):
    """The valid keys of a secret: one, or two while the key is being changed."""

    def current(self) -> tuple[str, ...]:
        """Return the keys as last read."""
        ...

    def again(self) -> tuple[str, ...]:
        """Return the keys. Read them again if they may have changed, at most every 10 s."""
        ...


class Seals(Protocol):
    """Encryption of content with one of our keys and a piece of knowledge of the reader.

    `place` names the kind of content and where it is stored.
    """

    def current(self) -> str:
        """Return the id of the key that seals now. Read the keys again if they may have changed."""
        ...

    def seal(self, place: str, known: str, content: bytes) -> bytes:
        """Return the sealed content. It differs on every call."""
        ...

    def key_of(self, box: bytes) -> str:
        """Return the id of the key that sealed the box."""
        ...

    def open(self, place: str, known: str, box: bytes) -> bytes | None:
        """Return the content, or None for another place or other knowledge, or if the key is no longer valid."""
        ...

    def mark(self, place: str, known: str, content: bytes) -> str:
        """Return 32 letters and digits, the same for the same arguments and key.

        They reveal nothing without the key.
        """
        ...
