"""Interface for a mailbox with e-mails of citizens, in which nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """A message in the mailbox, before its content is fetched."""

    uid: int
    size: int
    """The size in bytes, as the server counts it."""
    arrived_at: datetime


class OpenMailbox(Protocol):
    """An open folder of the mailbox. Every method raises Retryable if the connection fails."""

    @property
    def validity(self) -> int:
        """The folder's UIDVALIDITY (IMAP). If it changes, the known UIDs no longer identify the same messages."""
        ...

    def after(self, uid: int) -> Iterator[Letter]:
        """Yield the messages with a higher UID, in the order of their UIDs."""
        ...

    def content(self, uid: int, most: int) -> bytes | None:
        """Return the first `most` bytes of the message, or None if it no longer exists. Leave it unseen."""
        ...

    def done(self, uid: int) -> None:
        """Flag the message as seen, and move it to another folder if the mailbox is configured so."""
        ...


class Mailbox(Protocol):
    """A folder on a mail server."""

    @property
    def name(self) -> str:
        """Stable name of server, user and folder. It is not secret, but must not be logged."""
        ...

    def open(self) -> AbstractContextManager[OpenMailbox]:
        """Open the folder, as a context manager.

        Raise Retryable, or NeedsHuman if the server refuses login or folder.
        """
        ...
