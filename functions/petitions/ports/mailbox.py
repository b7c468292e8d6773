"""A mailbox with letters of citizens, as use cases need it. Nothing in it is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """A message in the mailbox, before it is read."""

    uid: int
    size: int
    """Bytes, as the server counts them."""
    arrived_at: datetime


class OpenMailbox(Protocol):
    """The folder, while a connection to it is open. Every method raises Retryable if the connection fails."""

    @property
    def validity(self) -> int:
        """UIDVALIDITY: when it changes, UIDs stand for other messages."""
        ...

    def after(self, uid: int) -> Iterator[Letter]:
        """Yield the messages with a higher UID, in the order of their UIDs."""
        ...

    def content(self, uid: int, most: int) -> bytes | None:
        """Return the first `most` bytes of the message, or None if it no longer exists. Leave it unseen."""
        ...

    def done(self, uid: int) -> None:
        """Mark the message as seen, and move it to another folder if the mailbox is set up so."""
        ...


class Mailbox(Protocol):
    """A folder of a mail server."""

    @property
    def name(self) -> str:
        """A stable name of server, user and folder. It is not secret, but goes into no log."""
        ...

    def open(self) -> AbstractContextManager[OpenMailbox]:
        """Open the folder. Raise Retryable, or NeedsHuman if the server refuses the login or has no such folder."""
        ...
