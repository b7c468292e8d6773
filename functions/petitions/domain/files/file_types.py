"""Recognises the type of a file by its bytes. Names and headers that come with a file cannot be trusted."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice

from petitions.domain.files.office_type import office_type

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "audio/mp4": "m4a",
    "audio/amr": "amr",
    "audio/aac": "aac",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "text/csv": "csv",
}
"""The accepted media types, with the extension for file names. CSV is accepted only with answers (`csv_files`)."""

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

_OLE_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
}
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_STILLS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
_MP4 = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV", b"M4V ", b"3gp4", b"3gp5"}
_M4A = {b"M4A ", b"M4B "}
_MOST_MEMBERS = 10_000
"""The most entries read from an OLE directory. A file with more is an attack on the memory."""

_MOST_BRANDS = 128
"""The most bytes read from a list of brands. Real lists have a third of that."""

_ADTS_RATES = 13


def sniff(content: bytes) -> str | None:
    """Return the media type that the bytes have, or None if it is not one of the accepted types."""
    for magic, judge in _JUDGES:
        if content.startswith(magic):
            return judge(content)
    if content[4:8] == b"ftyp":
        return _ftyp(content)
    return "audio/aac" if _is_adts(content) else None


def file_name(name: str | None, media_type: str, otherwise: str) -> str:
    """Return the name under which to save a file, with the extension of its type.

    `otherwise` replaces a missing name.
    """
    ending = f".{EXTENSIONS[media_type]}"
    return (name or otherwise).removesuffix(ending) + ending


def _webp(content: bytes) -> str | None:
    return "image/webp" if content[8:12] == b"WEBP" else None


def _ftyp(content: bytes) -> str | None:
    """Return the type of an ISO base media file (MP4 and the like) by its brands, or None if it is not accepted.

    The first brand is the main one (ISO/IEC 14496-12 4.3).
    """
    size = int.from_bytes(content[:4], "big")
    box = content[8 : min(size, _MOST_BRANDS)]
    brands = [box[:4], *(box[start : start + 4] for start in range(8, len(box) - 3, 4))]
    if brands[0] in _STILLS or not (_MP4 | _M4A).intersection(brands):
        return None
    # Recorders also write video brands: a file with tracks of sound and none of pictures is audio.
    has_sound = b"soun" in content or not _M4A.isdisjoint(brands)
    return "audio/mp4" if brands[0] in _M4A or (has_sound and b"vide" not in content) else "video/mp4"


def _is_adts(content: bytes) -> bool:
    """Return whether this is raw AAC sound.

    The length in the first header must lead to a second header or to the end of the file (ISO/IEC 13818-7 6.2).
    """
    length = _adts_length(content)
    return bool(length) and (len(content) == length or bool(_adts_length(content[length : length + 7])))


def _adts_length(header: bytes) -> int:
    """Return the length of the AAC frame that begins here, or 0 if none does. Layer bits other than 0 mean MP3."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:  # noqa: PLR2004 - the header's size and marks
        return 0
    if header[2] >> 2 & 0xF >= _ADTS_RATES:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length >= 7 else 0  # noqa: PLR2004


def _ole(content: bytes) -> str | None:
    """Return the type of an OLE file by the streams in its root ([MS-CFB] 2.6), or None.

    Streams at deeper levels belong to embedded objects.
    """
    try:
        names = _root_names(content)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    return next((kind for name, kind in _OLE_STREAMS.items() if name in names), None)


def _root_names(content: bytes) -> set[str]:
    entries = _directory(content)
    names: set[str] = set()
    seen: set[int] = set()
    open_ids = [struct.unpack_from("<I", entries[0], 76)[0]]
    while open_ids:
        number = open_ids.pop()
        if number in seen or number >= len(entries):
            continue
        seen.add(number)
        entry = entries[number]
        length = struct.unpack_from("<H", entry, 64)[0]
        names.add(entry[: max(length - 2, 0)].decode("utf-16-le"))
        open_ids += struct.unpack_from("<II", entry, 68)
    return names


def _directory(content: bytes) -> list[bytes]:
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in {512, 4096}:
        raise IndexError("no such size of sectors")
    per_sector = size // 4
    fat_sectors = list(struct.unpack_from("<109I", content, 76))
    more = struct.unpack_from("<I", content, 68)[0]
    needed = len(content) // size // per_sector + 1
    for data in _chain(content, size, more, lambda _, data: int.from_bytes(data[-4:], "little")):
        if len(fat_sectors) > needed:
            break
        fat_sectors += struct.unpack(f"<{per_sector}I", data)[:-1]

    def following(number: int, _: bytes) -> int:
        fat = _sector(content, size, fat_sectors[number // per_sector])
        return int(struct.unpack_from("<I", fat, number % per_sector * 4)[0])

    first = struct.unpack_from("<I", content, 48)[0]
    sectors = islice(_chain(content, size, first, following), _MOST_MEMBERS * 128 // size)
    return [data[start : start + 128] for data in sectors for start in range(0, size, 128)]


def _sector(content: bytes, size: int, number: int) -> bytes:
    return content[(number + 1) * size : (number + 2) * size]


def _chain(content: bytes, size: int, number: int, following: Callable[[int, bytes], int]) -> Iterator[bytes]:
    """Yield whole sectors of a chain from `number` on. The chain ends beyond the file's last sector or in a loop."""
    seen: set[int] = set()
    while number not in seen and len(data := _sector(content, size, number)) == size:
        seen.add(number)
        yield data
        number = following(number, data)


_JUDGES: list[tuple[bytes, Callable[[bytes], str | None]]] = [
    (b"\xff\xd8\xff", lambda _: "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", lambda _: "image/png"),
    (b"GIF87a", lambda _: "image/gif"),
    (b"GIF89a", lambda _: "image/gif"),
    (b"RIFF", _webp),
    (b"#!AMR\n", lambda _: "audio/amr"),
    (b"#!AMR-WB\n", lambda _: "audio/amr"),
    (b"%PDF-", lambda _: "application/pdf"),
    (b"PK\x03\x04", office_type),
    (_OLE, _ole),
]
