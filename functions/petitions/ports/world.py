"""Time, chance, identity, secrets and traces, as use cases need them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from petitions.ports.store import Fields


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


@dataclass
class Span:
    """What one function does for one request. `trace` is its traceparent; `fault`, if set, why it failed."""

    trace: str | None
    fault: str | None = None


class Tracer(Protocol):
    """Traces over all functions."""

    def span(self, name: str, trace: str | None, fields: Fields, /) -> AbstractContextManager[Span]:
        """A span in the trace of this traceparent, or the first of a new trace. Never raises for want of a backend."""
        ...


class Identities(Protocol):
    """The sign-in in front of the desk."""

    def email(self, assertion: str) -> str:
        """The e-mail address (lower case) in what the front signed. Raises Forbidden; Retryable without its keys."""
        ...


class SecretKeys(Protocol):
    """The keys of a secret that are valid now: one, or two while the key is changed."""

    def current(self) -> tuple[str, ...]:
        """The keys as they were read last."""
        ...

    def again(self) -> tuple[str, ...]:
        """The keys, read anew where they may have changed: at most every 10 s."""
        ...


class Seals(Protocol):
    """Content that opens only with a key of ours and what its reader knows; `place` is what it is and where it lies."""

    def current(self) -> str:
        """The id of the key that seals now, read anew where it may have changed."""
        ...

    def seal(self, place: str, known: str, content: bytes) -> bytes:
        """A box, never the same twice."""
        ...

    def key_of(self, box: bytes) -> str:
        """The id of the key that sealed it."""
        ...

    def open(self, place: str, known: str, box: bytes) -> bytes | None:
        """The content; None for another place or other knowledge, or when the key is valid no more."""
        ...

    def mark(self, place: str, known: str, content: bytes) -> str:
        """32 letters and digits: the same for the same under the same key, telling nothing without it."""
        ...
