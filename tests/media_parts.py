"""Finds the metadata in a picture or film for tests, with a simple reader that is independent of the product's."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

_OFFICE = "application/vnd.openxmlformats-officedocument"


def metadata_of(kind: str, content: bytes) -> Iterator[bytes]:
    """Yield every part of the file except the picture or sound itself, in the order of the file."""
    yield from {
        "image/jpeg": _jpeg,
        "image/png": _png,
        "image/gif": _gif,
        "image/webp": _webp,
        "video/mp4": _mp4,
        "audio/mp4": _mp4,
        f"{_OFFICE}.wordprocessingml.document": _office,
        f"{_OFFICE}.spreadsheetml.sheet": _office,
    }[kind](content)


def _jpeg(content: bytes) -> Iterator[bytes]:
    at = 2
    while (at := content.find(b"\xff", at)) >= 0 and at + 4 <= len(content):
        marker = content[at + 1]
        if marker in {0x00, 0x01, 0xFF} or 0xD0 <= marker <= 0xD9:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        yield content[at : at + 2 + length]
        at += 2 + length


def _png(content: bytes) -> Iterator[bytes]:
    at = 8
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        if content[at + 4 : at + 8] not in {b"IDAT", b"fdAT"}:
            yield content[at : at + 12 + length]
        at += 12 + length
    yield content[at:]


def _gif(content: bytes) -> Iterator[bytes]:
    at = 13 + (3 << (content[10] & 7) + 1 if content[10] & 0x80 else 0)
    while at < len(content):
        start = at
        if content[at] == 0x2C:
            at += 11 + (3 << (content[at + 9] & 7) + 1 if content[at + 9] & 0x80 else 0)
        elif content[at] == 0x21:
            at += 2
        else:
            yield content[at:]
            return
        while content[at]:
            at += content[at] + 1
        at += 1
        if content[start] == 0x21:
            yield content[start:at]


def _webp(content: bytes, at: int = 12, end: int | None = None) -> Iterator[bytes]:
    end = len(content) if end is None else end
    while at + 8 <= end:
        kind, (length,) = content[at : at + 4], struct.unpack_from("<I", content, at + 4)
        if kind == b"ANMF":
            yield content[at : at + 24]
            yield from _webp(content, at + 24, at + 8 + length)
        elif kind not in {b"VP8 ", b"VP8L", b"ALPH"}:
            yield content[at : at + 8 + length]
        at += 8 + length + length % 2


def _mp4(content: bytes, at: int = 0, end: int | None = None) -> Iterator[bytes]:
    end = len(content) if end is None else end
    while at + 8 <= end:
        size, kind, head = *struct.unpack_from(">I4s", content, at), 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", content, at + 8), 16
        size = size or end - at
        body = content[at + head : at + size]
        yield body if kind != b"mdat" else b"".join(body.partition(b"freeGPS ")[1:])
        at += max(size, head)


def _office(content: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield archive.comment
        for zip_info in archive.infolist():
            yield zip_info.comment + zip_info.extra + zip_info.filename.encode()
            try:
                yield archive.read(zip_info)
            except (zipfile.BadZipFile, zlib.error, EOFError):
                yield content[zip_info.header_offset : zip_info.header_offset + 30 + zip_info.compress_size]
