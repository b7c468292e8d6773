"""Removal of location data from photos and videos; the picture itself stays bit for bit.

Allow-lists decide: parts that are not known to be needed to show the picture are removed, so a maker's own field leaks
nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator


class Broken(ValueError):  # noqa: N818 - says what is the matter
    """The file lacks the structure of its type, so nothing can be guaranteed about it."""


def scrubbed(media_type: str, content: bytes) -> bytes:
    """Return the copy for officers. Raise Broken. Types other than JPEG, PNG, WebP and MP4/M4A are not changed."""
    scrub = _SCRUBBERS.get(media_type)
    return scrub(content) if scrub else content


# JPEG (ITU T.81 annex B): segments of marker, length and data; after SOS, the coded picture up to the next marker.
_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_STANDALONE = {0x01, *range(0xD0, 0xD8)}


def _jpeg(content: bytes) -> bytes:
    out = [b"\xff\xd8"]
    for marker, segment in _segments(content):
        if marker == _APP1:
            turned = _orientation(segment)
            out += [_upright(turned)] if turned else []
        elif _is_picture(marker) or (marker == _APP2 and segment[4:16] == b"ICC_PROFILE\0"):
            out.append(segment)
    return b"".join(out)


def _is_picture(marker: int) -> bool:
    return marker in {_APP0, _APP14} or not (_APP0 <= marker <= _APP15 or marker == _COM)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments with their markers, the coded data with its SOS, up to EOI; other pictures may follow that."""
    at = 2
    while at < len(content):
        start = at
        while content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] == b"\xff":
            at += 1
        if content[at : at + 1] != b"\xff" or not content[at + 1 : at + 2].strip(b"\0"):
            raise Broken("no marker where one must be")
        marker = content[at + 1]
        if marker == _EOI:
            yield marker, b"\xff\xd9"
            return
        if marker in _STANDALONE or marker == _SOI:
            at += 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(content):  # noqa: PLR2004 - the length counts itself
            raise Broken("a segment longer than the file")
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = max(end, start + 1)


def _end_of_scan(content: bytes, at: int) -> int:
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return len(content)
        if content[at + 1] and not 0xD0 <= content[at + 1] < 0xD8 and content[at + 1] != 0xFF:  # noqa: PLR2004
            return at
        at += 1 if content[at + 1] == 0xFF else 2  # noqa: PLR2004


def _orientation(segment: bytes) -> int | None:
    """Return the orientation of an EXIF segment (tag 0x0112 of its first directory), or None if it has none."""
    if segment[4:10] != b"Exif\0\0":
        return None
    tiff = segment[10:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        first = struct.unpack_from(f"{order}I", tiff, 4)[0]
        for number in range(struct.unpack_from(f"{order}H", tiff, first)[0]):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if (tag, kind) == (0x0112, 3) and 1 <= value <= 8:  # noqa: PLR2004 - a SHORT of the eight orientations
                return int(value)
    except struct.error:
        return None
    return None


def _upright(orientation: int) -> bytes:
    """Return an EXIF segment with the orientation and nothing else."""
    tiff = struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


# PNG (ISO/IEC 15948 clause 5): chunks of length, type, data, CRC.
_PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD"),
    *(b"pHYs", b"acTL", b"fcTL", b"fdAT"),
}


def _png(content: bytes) -> bytes:
    out, at = [content[:8]], 8
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise Broken("a chunk longer than the file")
        if kind in _PNG_KEPT:
            out.append(content[at:end])
        if kind == b"IEND":
            break
        at = end
    return b"".join(out)


# WebP (RFC 9649 2): RIFF chunks of type, length, data, padding to an even length.
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_VP8X_EXIF_AND_XMP = 0x0C


def _webp(content: bytes) -> bytes:
    out, at = [], 12
    end_of_file = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while at + 8 <= end_of_file:
        kind, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + length
        if end > len(content):
            raise Broken("a chunk longer than the file")
        if kind in _WEBP_KEPT:
            chunk = bytearray(content[at:end] + b"\0" * (length % 2))
            if kind == b"VP8X" and length:
                chunk[8] &= ~_VP8X_EXIF_AND_XMP
            out.append(bytes(chunk))
        at = end + length % 2
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


# MP4 (ISO/IEC 14496-12): nested boxes. Offsets in the file are counted in bytes, so boxes are emptied, never moved.
_CONTAINERS = {0: b"moov", 1: b"trak"}
"""Boxes that are entered, by depth."""

_SAYS_WHERE = {b"udta", b"meta", b"uuid", b"gps "}
_LARGE = 16


def _mp4(content: bytes) -> bytes:
    out = bytearray(content)
    _empty_boxes(out, 0, len(out), 0)
    return bytes(out)


def _empty_boxes(data: bytearray, at: int, end: int, depth: int) -> None:
    while at + 8 <= end:
        size, kind, head = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8]), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + _LARGE], "big"), _LARGE
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            raise Broken("a box longer than what it is in")
        if kind in _SAYS_WHERE:
            data[at + 4 : at + 8] = b"free"
            data[at + head : at + size] = bytes(size - head)
        elif kind == _CONTAINERS.get(depth):
            _empty_boxes(data, at + head, at + size, depth + 1)
        at += size


_SCRUBBERS: dict[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "video/mp4": _mp4,
    "audio/mp4": _mp4,
}
