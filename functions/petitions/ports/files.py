"""Downloads and Cloud Storage, as use cases need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from petitions.domain.files.pieces import Pieces


@dataclass(frozen=True)
class Download:
    """The result of one download: the bytes, or a stable word for the reason why there are none.

    `final` means that no later try can help.
    """

    content: bytes | None = field(default=None, repr=False)
    reason: str = ""
    final: bool = False


class Downloader(Protocol):
    """Downloads from Zalo's file servers."""

    def fetch(self, url: str, most: int) -> Download:
        """Return the bytes behind one of Zalo's links, at most `most`.

        Never raises for a fault of the link or the network.
        """
        ...


class Thumbnails(Protocol):
    """Makes small pictures."""

    def make(self, media_type: str, copy: Pieces) -> bytes | None:
        """Return a WebP of at most 2,900 bytes that shows the picture upright, or None if none can be made.

        Takes little memory and time, whatever is in the copy, and never raises.
        """
        ...


class Files(Protocol):
    """One bucket of Cloud Storage."""

    def put(self, name: str, content: bytes | Pieces, media_type: str) -> None:
        """Store the bytes, or the pieces, under their own name. Do nothing if it exists. Raise Retryable."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """Return the bytes in pieces, after reading the first one. Raise NotFound or Retryable."""
        ...

    def erase(self, folder: str) -> int:
        """Delete every object in the folder (a prefix of names). Return their number. Raise Retryable."""
        ...
