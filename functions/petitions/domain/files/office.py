"""Copies Word and Excel files without their properties (ECMA-376 part 2): author, last author, company, custom ones.

Such a file is a ZIP archive. It is written anew from its directory: parts with properties become empty, pictures are
cleaned by the rules for their format, and all other parts stay as they are. Bytes between or behind the parts, times
and extra fields are removed. Names in comments and tracked changes belong to the document's text and stay.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from petitions.domain.files.file_types import sniff
from petitions.domain.files.pieces import Broken, Copy, Pieces, size_of

_SCHEMAS = "http://schemas.openxmlformats.org"
_EMPTY = {
    "core": f'<cp:coreProperties xmlns:cp="{_SCHEMAS}/package/2006/metadata/core-properties"/>'.encode(),
    "extended": f'<Properties xmlns="{_SCHEMAS}/officeDocument/2006/extended-properties"/>'.encode(),
    "custom": f'<Properties xmlns="{_SCHEMAS}/officeDocument/2006/custom-properties"/>'.encode(),
}
_USUAL = {"docprops/core.xml": "core", "docprops/app.xml": "extended", "docprops/custom.xml": "custom"}
_RELATIONS = "_rels/.rels"
_RELATION = re.compile(rb"<[^<>]{0,2000}>")
_TARGET = re.compile(rb"""\sTarget\s?=\s?["']/?([^"'<>]{1,200})["']""")
_KIND = re.compile(rb"""\sType\s?=\s?["'][^"'<>]{1,200}/(?:metadata/)?(core|extended|custom)-properties["']""")
_PICTURES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp")
_STORED, _DEFLATED = 0, 8
_HEAD = 30
_LONGEST_NAME = 1000
"""The most bytes of a part's name. All names are in memory, and twice more while the directory is written."""

_NAMES_IN_UTF8 = 0x800
_MOST_RELATIONS = 2**16
_LARGEST_PICTURE, _MOST_MADE = 8 * 2**20, 16 * 2**20
"""The most bytes of a picture to unpack, and of all rewritten pictures together, which are in memory at once."""

_DAY = b"\0\0\x21\0"
"""Midnight of 1 January 1980, the earliest time possible in an archive."""


@dataclass(frozen=True)
class _Member:
    """A part as the archive's directory describes it. Its packed bytes lie between `start` and `end`."""

    name: bytes
    flags: int
    method: int
    crc: int
    size: int
    start: int
    end: int

    @property
    def plain(self) -> str:
        return self.name.decode("latin-1").lower().lstrip("/")


def scrubbed(content: bytes, pictures: Mapping[str, Callable[[bytes], Pieces]]) -> Pieces:
    """Return a copy of an office document, such as a docx file, without properties such as the author's name.

    `pictures` maps a media type to the function that removes the properties of a picture of this type. Raise Broken if
    the document's archive is damaged or contradicts itself.
    """
    copy, members = Copy(content), [*_members(content)]
    if len({member.plain for member in members}) < len(members):
        raise Broken("two members of one name")
    lying = sorted(members, key=lambda member: member.start)
    if any(after.start < before.end + _HEAD for before, after in pairwise(lying)):
        raise Broken("members that lie over each other")
    properties, made, at, listing = _properties(content, members), 0, 0, []
    for old in members:
        copy.count()
        new = _anew(content, old, properties, pictures)
        body: Pieces
        if new is None:
            member, body = old, [memoryview(content)[old.start : old.end]]
        else:
            member, body = (
                replace(old, method=_STORED, crc=_checksum(new), size=size_of(new), end=old.start + size_of(new)),
                new,
            )
            made += member.size
        if made > _MOST_MADE:
            raise Broken("more pictures than are read")
        listing.append(_entry(member, at))
        for piece in (_head(member), *body):
            copy.add(piece)
            at += len(piece)
    directory = b"".join(listing)
    copy.add(directory)
    copy.add(struct.pack("<4s4xHHIIxx", b"PK\x05\x06", len(listing), len(listing), len(directory), at))
    return copy.done()


def _checksum(pieces: Pieces) -> int:
    crc = 0
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    return crc


def _members(content: bytes) -> Iterator[_Member]:
    """Yield the parts in the order of the directory. Raise Broken if the directory and a part differ."""
    try:
        (number, _, at) = struct.unpack_from("<HII", content, max(content.rfind(b"PK\x05\x06"), 0) + 10)
        for _ in range(number):
            mark, flags, method, crc, packed, size, name_size, extra_size, note_size, start = struct.unpack_from(
                "<4s4xHH4xIIIHHH8xI", content, at
            )
            if name_size > _LONGEST_NAME:
                raise Broken("a name longer than any part has")
            name = content[at + 46 : at + 46 + name_size]
            head, ours, extra = struct.unpack_from("<4s22xHH", content, start)
            begin = start + _HEAD + ours + extra
            if (mark, head) != (b"PK\x01\x02", b"PK\x03\x04") or content[start + _HEAD : start + _HEAD + ours] != name:
                raise Broken("no member where one must be")
            if flags & 1 or method not in (_STORED, _DEFLATED) or begin + packed > len(content):
                raise Broken("a member that cannot be read")
            yield _Member(name, flags & _NAMES_IN_UTF8, method, crc, size, begin, begin + packed)
            at += 46 + name_size + extra_size + note_size
    except struct.error as error:
        raise Broken("a directory longer than the file") from error


def _properties(content: bytes, members: list[_Member]) -> dict[str, str]:
    """Return the kind of properties by part name: the usual names, and those that the archive's relations give."""
    found = dict(_USUAL)
    for member in members:
        if member.plain == _RELATIONS:
            relations = _unpacked(content, member, _MOST_RELATIONS)
            if b"<Relationships" not in relations:
                raise Broken("relations that are not read")
            for tag in _RELATION.findall(relations):
                kind, target = _KIND.search(tag), _TARGET.search(tag)
                if kind and target:
                    found[target[1].decode("latin-1").lower()] = kind[1].decode()
    return found


def _anew(
    content: bytes, member: _Member, properties: Mapping[str, str], pictures: Mapping[str, Callable[[bytes], Pieces]]
) -> Pieces | None:
    """Return the new content of a part, or None if it stays. Raise Broken if the part cannot be read."""
    if member.plain in properties:
        return [_EMPTY[properties[member.plain]]]
    if not member.plain.endswith(_PICTURES):
        return None
    picture = _unpacked(content, member, _LARGEST_PICTURE)
    scrub = pictures.get(sniff(picture) or "")
    new: Pieces = scrub(picture) if scrub else [picture]
    return None if size_of(new) == len(picture) and b"".join(new) == picture else new


def _unpacked(content: bytes, member: _Member, most: int) -> bytes:
    """Return the content of a part. Raise Broken if it is longer than `most` or differs from the directory."""
    if member.size > most:
        raise Broken("a member too large to be read")
    packed = memoryview(content)[member.start : member.end]
    try:
        found = (
            bytes(packed)
            if member.method == _STORED
            else zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, member.size + 1)
        )
    except zlib.error as error:
        raise Broken("a member that cannot be read") from error
    if len(found) != member.size or zlib.crc32(found) != member.crc:
        raise Broken("a member that is not what the directory says")
    return found


def _head(member: _Member) -> bytes:
    return b"PK\x03\x04\x14\0" + _common(member) + b"\0\0" + member.name


def _entry(member: _Member, at: int) -> bytes:
    return b"PK\x01\x02\x14\0\x14\0" + _common(member) + bytes(12) + at.to_bytes(4, "little") + member.name


def _common(member: _Member) -> bytes:
    kinds = struct.pack("<HH", member.flags, member.method)
    numbers = struct.pack("<IIIH", member.crc, member.end - member.start, member.size, len(member.name))
    return kinds + _DAY + numbers
