"""Interfaces for downloads from Zalo, thumbnails, and Cloud Storage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from petitions.domain.files.pieces import Pieces


@dataclass(frozen=True)
class Download:
    """The result of a download: the bytes, or a fixed code for the reason why there are none.

    `final` means that another try cannot help.
    """

    content: bytes | None = field(default=None, repr=False)
    reason: str = ""
    final: bool = False


class Downloader(Protocol):
    """A client for downloads from Zalo's file servers."""

    def fetch(self, url: str, most: int) -> Download:
        """Return the bytes at a link from Zalo, or the reason of the failure. More than `most` bytes are a failure.

        Never raise for a fault of the link or the network.
        """
        ...


class Thumbnails(Protocol):
    """A maker of small versions of pictures."""

    def make(self, media_type: str, copy: Pieces) -> bytes | None:
        """Return the picture, upright, as WebP of at most 2,900 bytes. None if that is impossible.

        Take little memory and time, whatever the file contains, and never raise.
        """
        ...


class Files(Protocol):
    """The files in one bucket of Cloud Storage."""

    def put(self, name: str, content: bytes | Pieces, media_type: str) -> None:
        """Store the bytes, or the pieces, under the name. Do nothing if the name exists. Raise Retryable on failure."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """Return the bytes in pieces. Raise NotFound or Retryable before the first piece is returned."""
        ...

    def erase(self, folder: str) -> int:
        """Delete all objects with this name prefix, and return their number. Raise Retryable on failure."""
        ...
