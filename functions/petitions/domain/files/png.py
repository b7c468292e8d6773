"""Copies PNG files without metadata (ISO/IEC 15948 clause 5): chunks of length, type, data and checksum."""

from __future__ import annotations

import zlib

from petitions.domain.files.pieces import Broken, Copy, Pieces

_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_KEPT = _CRITICAL | {
    *(b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"),
}
_START = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"
_OVERHEAD = 12
"""The bytes of a chunk besides its data."""


def scrubbed(content: bytes) -> Pieces:
    """Return the picture without metadata. Raise Broken if the file is damaged or incomplete."""
    if not content.startswith(_START):
        raise Broken("no head where it must be")
    copy, view, at = Copy(content), memoryview(content), 8
    copy.keep(0, at)
    while at < len(content):
        copy.count()
        end = at + _OVERHEAD + int.from_bytes(content[at : at + 4], "big")
        if end > len(content):
            raise Broken("a chunk longer than the file")
        kind = content[at + 4 : at + 8]
        if kind in _KEPT:
            if zlib.crc32(view[at + 4 : end - 4]) == int.from_bytes(content[end - 4 : end], "big"):
                copy.keep(at, end)
            elif kind in _CRITICAL:
                raise Broken("a damaged chunk")
        if kind == b"IEND":
            return copy.done()
        at = end
    raise Broken("no end")
