"""Copies WebP files without metadata (RFC 9649 section 2).

A WebP is a series of RIFF chunks: type, length and data, padded to an even length.
"""

from __future__ import annotations

from collections.abc import Iterator

from petitions.domain.files.pieces import Broken, Copy, Pieces, size_of

_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ICCP"})
_KEPT_IN_FRAMES = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_EXIF_AND_XMP = 0x0C
_EXTENDED_HEAD = 18
_FRAME_HEAD = 16
"""The number of bytes of a frame's position, size and time, before its own chunks."""


def scrubbed(content: bytes) -> Pieces:
    """Return the picture without metadata. Raise Broken if a chunk is longer than the file."""
    copy = Copy(content)
    for kind, at, end in _chunks(copy, content, 12, min(len(content), 8 + _number(content, 4))):
        if kind == b"VP8X":
            copy.add(_without_flags(content[at:end]))
        elif kind == b"ANMF":
            _frame(copy, content, at + 8, end)
        elif kind in _KEPT:
            _keep(copy, at, end)
    body = copy.done()
    return [b"RIFF" + (size_of(body) + 4).to_bytes(4, "little") + b"WEBP", *body]


def _without_flags(head: bytes) -> bytes:
    """Return the extended head with its flags for EXIF and XMP cleared. Raise Broken if it has another size."""
    if len(head) != _EXTENDED_HEAD:
        raise Broken("an extended head of another size")
    return head[:8] + bytes([head[8] & ~_EXIF_AND_XMP]) + head[9:]


def _frame(copy: Copy, content: bytes, at: int, end: int) -> None:
    """Keep a frame of an animation, with only the chunks of its picture. Raise Broken if it has no head."""
    inside = at + _FRAME_HEAD
    if inside > end:
        raise Broken("a frame without a head")
    kept = [chunk for chunk in _chunks(copy, content, inside, end) if chunk[0] in _KEPT_IN_FRAMES]
    size = _FRAME_HEAD + sum(last - first + (last - first) % 2 for _, first, last in kept)
    copy.add(b"ANMF" + size.to_bytes(4, "little"))
    copy.keep(at, inside)
    for _, first, last in kept:
        _keep(copy, first, last)


def _keep(copy: Copy, at: int, end: int) -> None:
    """Keep a chunk up to the end of its data. The padding is written anew, because it could hide data."""
    copy.keep(at, end)
    if (end - at) % 2:
        copy.add(b"\0")


def _chunks(copy: Copy, content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start and end of the chunks between two positions. Raise Broken if a chunk exceeds the second."""
    while at + 8 <= end:
        copy.count()
        last = at + 8 + _number(content, at + 4)
        if last > end:
            raise Broken("a chunk longer than what it is in")
        yield content[at : at + 4], at, last
        at = last + last % 2


def _number(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 4], "little")
