"""A copy of a file as a list of pieces of the original, so that no file is in memory twice."""

from __future__ import annotations

import io
from bisect import bisect_right
from itertools import accumulate

Pieces = list[bytes | memoryview]
"""The bytes of a file in order. Views keep the memory of the original."""

MOST_PARTS = 20_000
"""The most segments, chunks, blocks or boxes of a file. A file with more is an attack on memory or time.

Real files have far fewer: 25 MB of PNG in chunks of 8 KiB have 3,200.
"""


class Broken(ValueError):  # noqa: N818 - names the problem
    """Raised for a file without the structure of its type, in which metadata could remain."""


class Copy:
    """The copy of one file, built while the original is read once from beginning to end."""

    def __init__(self, content: bytes) -> None:
        self.pieces: Pieces = []
        self._view = memoryview(content)
        self._parts = 0
        self._start = self._end = 0

    def count(self, parts: int = 1) -> None:
        """Count parts of the original, whether kept or not. Raise Broken beyond MOST_PARTS."""
        self._parts += parts
        if self._parts > MOST_PARTS:
            raise Broken("more parts than a file of this type has")

    def keep(self, start: int, end: int) -> None:
        """Keep the bytes of the original from `start` to `end`. Adjacent ranges become one piece."""
        if start != self._end:
            self._close()
            self._start = start
        self._end = end

    def add(self, made: bytes | memoryview) -> None:
        """Add bytes that are not in the original."""
        self._close()
        if made:
            self.pieces.append(made)

    def done(self) -> Pieces:
        self._close()
        return self.pieces

    def _close(self) -> None:
        if self._start < self._end:
            self.pieces.append(self._view[self._start : self._end])
        self._start = self._end


class PiecesReader(io.RawIOBase):
    """A readable, seekable file made of pieces, which are never joined."""

    def __init__(self, pieces: Pieces) -> None:
        super().__init__()
        self._pieces = pieces
        self._starts = [0, *accumulate(map(len, pieces))]
        self.size = self._starts.pop()
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        """Return True, because the storage client goes back after a lost answer."""
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes, fewer only at the end."""
        end = self.size if size is None or size < 0 else min(self._at + size, self.size)
        parts, number = [], max(bisect_right(self._starts, self._at) - 1, 0)
        while self._at < end:
            start = self._starts[number]
            part = memoryview(self._pieces[number])[self._at - start : end - start]
            parts.append(part)
            self._at, number = self._at + len(part), number + 1
        return b"".join(parts)


def size_of(pieces: Pieces) -> int:
    return sum(map(len, pieces))
