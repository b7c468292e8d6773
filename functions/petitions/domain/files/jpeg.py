"""Copies JPEG files without metadata (ITU T.81 annex B).

A JPEG is a series of segments: marker, length and data. The coded picture follows the segment SOS. The copy keeps
tables, frame, scans and colour profile. The head of JFIF is written anew without its small picture, and so is the
orientation without any other EXIF field. Further pictures behind the end of the first are dropped.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

from petitions.domain.files.pieces import Broken, Copy, Pieces

_SOI, _EOI, _SOS, _DQT, _DHT, _DAC, _DRI, _DNL = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xCC, 0xDD, 0xDC
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {_DHT, _DAC, 0xC8}
_STANDALONE = frozenset({0x01, _SOI, *range(0xD0, 0xD8)})
_MOST_TABLES = 8
_PROFILE = b"ICC_PROFILE\0"
_ORIENTATION, _SHORT, _ORIENTATIONS = 0x0112, 3, range(1, 9)

# Both are of fixed width or of one class, so the time is linear.
_FILL = re.compile(rb"\xff+")
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def scrubbed(content: bytes) -> Pieces:
    """Return the picture without metadata. Raise Broken if the file is no valid JPEG."""
    copy, upright = Copy(content), False
    copy.keep(0, 2)
    for marker, start, end in _segments(copy, content):
        body = content[start + 4 : end]
        if marker == _APP1 and not upright:
            turned = _orientation(body)
            upright = turned is not None
            copy.add(_upright(turned) if turned else b"")
        elif marker in (_APP0, _APP14):
            copy.add(_head(marker, body))
        elif marker == _SOS and _is_picture(marker, body):
            copy.keep(start, _end_of_scan(content, end))
        elif marker == _EOI or _is_picture(marker, body) or (marker == _APP2 and body.startswith(_PROFILE)):
            copy.keep(start, end)
    return copy.done()


def _segments(copy: Copy, content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of the segments up to EOI. A segment SOS ends before its coded picture.

    Raise Broken if a segment is longer than the file or a marker is missing.
    """
    at = 2
    while at < len(content):
        copy.count()
        fill = _FILL.match(content, at)
        at = fill.end() if fill else at
        if not fill or at == len(content) or not content[at]:
            raise Broken("no marker where one must be")
        marker, start, at = content[at], at - 1, at + 1
        if marker == _EOI:
            yield marker, start, at
            return
        if marker in _STANDALONE:
            continue
        end = at + int.from_bytes(content[at : at + 2], "big")
        if end < at + 2 or end > len(content):
            raise Broken("a segment longer than the file")
        yield marker, start, end
        at = _end_of_scan(content, end) if marker == _SOS else end


def _end_of_scan(content: bytes, at: int) -> int:
    found = _END_OF_SCAN.search(content, at)
    return found.start() if found else len(content)


def _head(marker: int, body: bytes) -> bytes:
    """Return the fixed part of a JFIF or Adobe segment, without a small picture. Empty for any other segment."""
    if marker == _APP0 and body.startswith(b"JFIF\0") and len(body) >= 14:  # noqa: PLR2004 - JFIF 1.02: its fixed part
        return b"\xff\xe0\x00\x10" + body[:12] + b"\0\0"
    if marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 12:  # noqa: PLR2004 - T.872 6.5.3
        return b"\xff\xee\x00\x0e" + body[:12]
    return b""


def _is_picture(marker: int, body: bytes) -> bool:
    """Return whether the copy needs the segment to show the picture. Raise Broken if such a segment is malformed."""
    if marker == _DQT:
        whole = _is_tiled(body, lambda at: 65 + 64 * (body[at] >> 4))
    elif marker == _DHT:
        whole = _is_tiled(body, lambda at: 17 + sum(body[at + 1 : at + 17]))
    elif marker in _FRAMES:
        whole = len(body) >= 6 and len(body) == 6 + 3 * body[5]  # noqa: PLR2004 - the head and the components
    elif marker == _SOS:
        whole = len(body) >= 4 and len(body) == 4 + 2 * body[0]  # noqa: PLR2004
    elif marker in (_DRI, _DNL):
        whole = len(body) == 2  # noqa: PLR2004 - a number
    elif marker == _DAC:
        whole = len(body) % 2 == 0
    else:
        return False
    if not whole:
        raise Broken("a segment that is not of its form")
    return True


def _is_tiled(body: bytes, size: Callable[[int], int]) -> bool:
    at = 0
    for _ in range(_MOST_TABLES):
        if at < len(body) and not body[at] & 0xEC:  # class 0 or 1 and place 0 to 3, in both kinds of tables
            at += size(at)
    return 0 < at == len(body)


def _orientation(body: bytes) -> int | None:
    """Return the orientation in an EXIF segment (tag 0x0112 of its first directory), or None if it has none."""
    order = {b"Exif\0\0II": "<", b"Exif\0\0MM": ">"}.get(body[:8])
    if order is None:
        return None
    tiff = body[6:]
    try:
        first = struct.unpack_from(f"{order}I", tiff, 4)[0]
        for number in range(struct.unpack_from(f"{order}H", tiff, first)[0]):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if (tag, kind) == (_ORIENTATION, _SHORT) and value in _ORIENTATIONS:
                return int(value)
    except struct.error:
        return None
    return None


def _upright(orientation: int) -> bytes:
    tiff = struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, _ORIENTATION, _SHORT, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
