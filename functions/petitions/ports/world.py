"""Interfaces for time, random ids, sign-in, secrets, encryption and traces."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from petitions.ports.store import Fields


class Clock(Protocol):
    """A source of the present time."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        ...


class Ids(Protocol):
    """A source of random ids for documents and petition codes."""

    def token(self) -> str:
        """Return a new random id of 20 characters that cannot be guessed."""
        ...

    def code_letters(self) -> str:
        """Return seven random Crockford base-32 characters."""
        ...


@dataclass
class Span:
    """A span of a trace: the work of one function for one request.

    `trace` is its traceparent. `fault` is the reason of a failure, or None.
    """

    trace: str | None
    fault: str | None = None


class Tracer(Protocol):
    """A maker of spans, for traces across all functions."""

    def span(self, name: str, trace: str | None, fields: Fields, /) -> AbstractContextManager[Span]:
        """Return a context manager that opens a span in the trace of this traceparent. None begins a new trace.

        Never raise if the backend is unavailable.
        """
        ...


class Identities(Protocol):
    """Verification of the sign-in in front of the desk's pages."""

    def email(self, assertion: str) -> str:
        """Return the e-mail address, in lower case, in a signed assertion.

        Raise Forbidden if the assertion is not valid, Retryable if the keys to check it cannot be fetched.
        """
        ...


class SecretKeys(Protocol):
    """The valid keys of a secret: one, or two while the key is being changed."""

    def current(self) -> tuple[str, ...]:
        """Return the keys as last fetched, without fetching them again."""
        ...

    def again(self) -> tuple[str, ...]:
        """Return the keys, fetched again if they may have changed, but at most every 10 s."""
        ...


class Seals(Protocol):
    """Encryption ("sealing") with a key of this system and a secret of the reader, such as digits of a phone number.

    `place` names the kind of content and where it is stored. `known` is the reader's part of the secret.
    """

    def current(self) -> str:
        """Return the id of the key used for sealing now, after fetching the keys again if they may have changed."""
        ...

    def seal(self, place: str, known: str, content: bytes) -> bytes:
        """Return the encrypted content. The result differs on every call."""
        ...

    def key_of(self, box: bytes) -> str:
        """Return the id of the key with which the box was sealed."""
        ...

    def open(self, place: str, known: str, box: bytes) -> bytes | None:
        """Return the decrypted content, or None if `place` or `known` differ or the key is no longer valid."""
        ...

    def mark(self, place: str, known: str, content: bytes) -> str:
        """Return 32 letters and digits, the same for the same arguments and key.

        They change with the content, and reveal nothing about it without the key.
        """
        ...
