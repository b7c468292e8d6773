"""Downloads and Cloud Storage as use cases need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Download:
    """The end of one fetch: the bytes, or a stable word why there are none; `final` when no later try can help."""

    content: bytes | None = field(default=None, repr=False)
    reason: str = ""
    final: bool = False


class Downloader(Protocol):
    """Zalo's servers of attachments."""

    def fetch(self, url: str, most: int) -> Download:
        """The bytes behind a link that Zalo gave, at most `most`. Never raises for what a link or the network does."""
        ...


class Files(Protocol):
    """Cloud Storage, one bucket."""

    def put(self, name: str, content: bytes, media_type: str) -> None:
        """Keep bytes under a name that is theirs alone; already there is as good. Raises Retryable."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes in pieces; the first is there when this returns. Raises NotFound and Retryable."""
        ...

    def erase(self, folder: str) -> int:
        """Delete every object whose name begins so; returns how many there were. Raises Retryable."""
        ...
