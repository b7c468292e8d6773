"""A copy of a file as the pieces of the original that it keeps, so that no file is in the memory twice."""

from __future__ import annotations

Pieces = list[bytes | memoryview]
"""Bytes in their order; views of an original hold its memory."""

MOST_PARTS = 20_000
"""The most segments, chunks, blocks or boxes of a file; more are an attempt to fill the memory or to take the time.

Real files have far fewer: 25 MB of PNG in chunks of 8 KiB have 3,200.
"""


class Broken(ValueError):  # noqa: N818 - says what is the matter
    """The file lacks the structure of its type, so nothing can be guaranteed about it."""


class Copy:
    """The copy of one file while its original is read from the beginning to the end."""

    def __init__(self, content: bytes) -> None:
        self.pieces: Pieces = []
        self._view = memoryview(content)
        self._parts = 0
        self._start = self._end = 0

    def count(self, parts: int = 1) -> None:
        """Count parts of the original, kept or not. Raise Broken if there are too many."""
        self._parts += parts
        if self._parts > MOST_PARTS:
            raise Broken("more parts than a file of this type has")

    def keep(self, start: int, end: int) -> None:
        """Keep the bytes from `start` to `end`; neighbours become one piece."""
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
        """Return the pieces of the whole copy."""
        self._close()
        return self.pieces

    def _close(self) -> None:
        if self._start < self._end:
            self.pieces.append(self._view[self._start : self._end])
        self._start = self._end


def size_of(pieces: Pieces) -> int:
    """Return the number of bytes."""
    return sum(map(len, pieces))
