"""The type of a Word or Excel file, by the list of contents that Word itself reads (ECMA-376 part 2, 7.2.3).

A file that contradicts itself has no type: one that names a type with macros beside a plain one, or one with two lists.
A file accepted as a document must not open as another type.
"""

from __future__ import annotations

import struct
import zlib
from xml.etree import ElementTree as ET

from petitions.domain.files.xlsx_files import NoWorkbook, PlainTree

_SCHEMA = "application/vnd.openxmlformats-officedocument"
_KINDS = {
    f"{_SCHEMA}.wordprocessingml.document.main+xml": f"{_SCHEMA}.wordprocessingml.document",
    f"{_SCHEMA}.spreadsheetml.sheet.main+xml": f"{_SCHEMA}.spreadsheetml.sheet",
}
"""The accepted media types, by the type of their main part."""
_MAIN = ".main+xml"
_MACROS = ("macroenabled", "vbaproject")
_LIST = b"[content_types].xml"
_LONGEST_LIST = 2**20
_MOST_MEMBERS = 10_000
"""The most entries of an archive. A file with more is an attack on the memory."""
_LONGEST_NAME = 64
"""The number of first bytes of a part's name that are compared."""


def office_type(content: bytes) -> str | None:
    """Return the media type of a Word or Excel file without macros, or None for any other bytes."""
    try:
        contents = ET.fromstring(_contents(content), ET.XMLParser(target=PlainTree()))  # noqa: S314 - see `PlainTree`
    except (struct.error, zlib.error, ET.ParseError, NoWorkbook, LookupError, ValueError):
        return None
    types = [(element.get("ContentType") or "").strip().lower() for element in contents]
    mains = {item for item in types if item.endswith(_MAIN)}
    if len(mains) != 1 or any(word in item for item in types for word in _MACROS):
        return None
    return _KINDS.get(mains.pop())


def _contents(content: bytes) -> bytes:
    """Return the part that lists the parts of the archive, unpacked. Empty if there is none or several.

    The archive is parsed by hand (PKWARE APPNOTE 4.3, without ZIP64, which such files do not need), because `zipfile`
    builds a directory of any size. Raise struct.error or zlib.error.
    """
    found: list[bytes] = []
    (members, _, at) = struct.unpack_from("<HII", content, max(content.rfind(b"PK\x05\x06"), 0) + 10)
    if members > _MOST_MEMBERS:
        return b""
    for _ in range(members):
        fields = struct.unpack_from("<4s4xHH8xIIHHH8xI", content, at)
        mark, flags, method, packed, size, name_size, extra_size, note_size, start = fields
        if mark != b"PK\x01\x02":
            return b""
        name = content[at + 46 : at + 46 + min(name_size, _LONGEST_NAME)]
        if name.lower().lstrip(b"/") == _LIST:  # names of parts are alike in any case
            if found or flags & 1 or size > _LONGEST_LIST:
                return b""
            head = struct.unpack_from("<HH", content, start + 26)
            data = memoryview(content)[start + 30 + sum(head) : start + 30 + sum(head) + packed]
            found.append(
                bytes(data) if method == 0 else zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, _LONGEST_LIST)
            )
        at += 46 + name_size + extra_size + note_size
    return found[0] if found else b""
