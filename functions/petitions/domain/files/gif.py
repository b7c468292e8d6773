"""Copies GIF files without comments and metadata (GIF89a).

A GIF is a series of blocks. The first byte is the kind of block, and data come in pieces of at most 255 bytes.
"""

from __future__ import annotations

from petitions.domain.files.pieces import MOST_PARTS, Broken, Copy, Pieces

_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL = b"\x21\xf9\x04"
_LOOPS = (b"\x21\xff\x0bNETSCAPE2.0\x03\x01", b"\x21\xff\x0bANIMEXTS1.0\x03\x01")
"""The beginnings of blocks that give the number of repetitions. Blocks of other applications, such as XMP, are dropped.
"""

_CONTROL_SIZE, _LOOP_SIZE = 8, 19
_CODE_SIZES = frozenset(bytes([size]) for size in range(1, 13))
_PIECES_OF_A_PART = 32
_MOST_PIECES = MOST_PARTS * _PIECES_OF_A_PART
"""The most pieces of data in a whole file. The limit fits pieces of 40 bytes, and encoders write pieces of 255."""

_HEAD, _IMAGE_HEAD = 13, 10


def scrubbed(content: bytes) -> Pieces:
    """Return the picture without metadata. Raise Broken if the file is no complete GIF."""
    copy, at = Copy(content), _after_colours(content, _HEAD)
    copy.keep(0, at)
    while at < len(content) and content[at] != _END:
        copy.count()
        if content[at] == _IMAGE:
            start = _after_colours(content, at + _IMAGE_HEAD)
            if content[start : start + 1] not in _CODE_SIZES:
                raise Broken("an image without its data")
            end = _after_data(copy, content, start + 1)
            copy.keep(at, end)
        elif content[at] == _EXTENSION:
            end = _after_data(copy, content, at + 2)
            if end - at == _kept_size(content, at):
                copy.keep(at, end)
        else:
            raise Broken("no block where one must be")
        at = end
    copy.add(bytes([_END]))
    return copy.done()


def _kept_size(content: bytes, at: int) -> int:
    if content.startswith(_CONTROL, at):
        return _CONTROL_SIZE
    return _LOOP_SIZE if content.startswith(_LOOPS, at) else 0


def _after_colours(content: bytes, at: int) -> int:
    if at > len(content):
        raise Broken("a head longer than the file")
    flags = content[at - 3] if at == _HEAD else content[at - 1]
    return at + 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else at


def _after_data(copy: Copy, content: bytes, at: int) -> int:
    """Return the position after the pieces of data that begin at `at`. An empty piece ends them.

    Raise Broken if the file ends earlier.
    """
    try:
        for pieces in range(_MOST_PIECES):
            size = content[at]
            at += size + 1
            if not size:
                copy.count(pieces // _PIECES_OF_A_PART)
                return at
    except IndexError as error:
        raise Broken("data longer than the file") from error
    raise Broken("data in more pieces than a file of this type has")
