"""Small files of every accepted type, made byte by byte, with just the structure by which programs recognise them.

`gps` adds the place where a photo was taken. Tests check that it is gone after metadata was removed.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

LATITUDE_WORDS = b"21/1 1/1 43/1"
"""The place of a photo, as cameras write it. It must not be found after the metadata was removed."""


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def exif(order: str = "<", orientation: int = 6) -> bytes:
    """Return EXIF data (a TIFF structure) with an orientation and a GPS directory."""
    mark = b"II" if order == "<" else b"MM"
    gps = struct.pack(f"{order}HHHIHHHHII", 2, 1, 2, 2, 0x4E00, 0, 2, 5, 3, 80) + b"\0" * 4
    first = struct.pack(f"{order}2sHIHHHIHHHHII", mark, 42, 8, 2, 0x0112, 3, 1, orientation, 0, 0x8825, 4, 1, 38)
    return (first + b"\0" * 4).ljust(38, b"\0") + gps.ljust(60, b"\0") + LATITUDE_WORDS


def jpeg(*, gps: bool = True, orientation: int = 6, order: str = "<") -> bytes:
    """Return a JPEG that no program can display, with EXIF, XMP, IPTC, a comment and a second picture."""
    scan = b"\x12\xff\x00\x34\xff\xd0\x56" * 4
    picture = [
        _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        _segment(0xE2, b"ICC_PROFILE\0\x01\x01colours"),
        _segment(0xDB, b"\0" + bytes(64)),
        _segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0"),
        _segment(0xC4, b"\0" + bytes(16)),
        _segment(0xDA, b"\x01\x01\0\0\x3f\0") + scan,
        _segment(0xC4, b"\x10" + bytes(16)),
        _segment(0xDA, b"\x01\x01\0\0\x3f\0") + scan,
    ]
    if not gps:
        return b"\xff\xd8" + b"".join(picture) + b"\xff\xd9"
    place = [
        _segment(0xE1, b"Exif\0\0" + exif(order, orientation)),
        _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>" + LATITUDE_WORDS),
        _segment(0xE2, b"MPF\0" + LATITUDE_WORDS),
        _segment(0xED, b"Photoshop 3.0\0" + LATITUDE_WORDS),
        _segment(0xFE, LATITUDE_WORDS),
    ]
    return b"\xff\xd8" + b"".join([*place, *picture]) + b"\xff\xd9" + b"\xff\xd8" + b"".join(place)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png(*, gps: bool = True) -> bytes:
    place = [_chunk(b"eXIf", exif()), _chunk(b"tEXt", b"GPS\0" + LATITUDE_WORDS), _chunk(b"iTXt", LATITUDE_WORDS)]
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    data = _chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    body = b"".join([head, *(place if gps else []), data, _chunk(b"IEND", b"")])
    return b"\x89PNG\r\n\x1a\n" + body + (LATITUDE_WORDS if gps else b"")


def webp(*, gps: bool = True) -> bytes:
    """Return a WebP container with an invalid picture of odd size."""
    flags = 0x2C if gps else 0x20
    chunks = [_riff(b"VP8X", bytes([flags]) + bytes(9)), _riff(b"ICCP", b"abc"), _riff(b"VP8 ", b"picture")]
    return _webp(*chunks, *(_riff_place() if gps else []))


def moving_webp(*, gps: bool = True) -> bytes:
    """Return a WebP animation of two frames. With `gps` the place is inside the frames as well."""
    place = _riff_place() if gps else []
    frame = _riff(b"ANMF", bytes(16) + b"".join([_riff(b"ALPH", b"a"), *place, _riff(b"VP8 ", b"picture"), *place]))
    flags = 0x0E if gps else 0x02
    head = [_riff(b"VP8X", bytes([flags]) + bytes(9)), _riff(b"ANIM", bytes(6))]
    return _webp(*head, frame, frame, *place)


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def _riff_place() -> list[bytes]:
    return [_riff(b"EXIF", exif()), _riff(b"XMP ", LATITUDE_WORDS)]


def _webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def gif(*, gps: bool = True) -> bytes:
    """Return a GIF animation of two frames. With `gps` the place is in a comment, a text block, XMP and at the end."""
    frame = b"\x21\xf9\x04\0\x0a\0\0\0" + b"\x2c\0\0\0\0\x01\0\x01\0\x80" + bytes(6) + b"\x02\x02\x4c\x01\0"
    words = bytes([len(LATITUDE_WORDS)]) + LATITUDE_WORDS + b"\0"
    xmp = b"\x21\xff\x0bXMP DataXMP<exif:GPSLatitude>" + LATITUDE_WORDS + b"\x01"
    xmp += bytes(range(255, -1, -1)) + b"\0"
    place = [b"\x21\xfe" + words, xmp, b"\x21\x01\x0c" + bytes(12) + words, b"\x21\xff\x0bCamera  1.0" + words]
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    head = b"GIF89a\x01\0\x01\0\x80\0\0" + bytes(6)
    if not gps:
        return head + loop + frame * 2 + b";"
    return head + place[0] + loop + frame + b"".join(place) + frame + place[1] + b";" + LATITUDE_WORDS


def _box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def mp4(*, gps: bool = True, brand: bytes = b"isom", handler: bytes = b"vide") -> bytes:
    """Return an ISO media file (MP4) of one track. With `gps` the place is where phones write it."""
    track = _box(b"trak", _box(b"mdia", _box(b"hdlr", bytes(8) + handler + bytes(12))) + (_where() if gps else b""))
    moov = _box(b"moov", _box(b"mvhd", bytes(100)) + track + (_where() + _box(b"meta", LATITUDE_WORDS) if gps else b""))
    return _box(b"ftyp", brand + bytes(4) + brand + b"mp41") + moov + _box(b"mdat", b"frames")


def dash_cam(*, among: bytes = LATITUDE_WORDS) -> bytes:
    """Return a film of a dash-cam, with the place in free boxes, below the track, as subtitles and among pictures.

    The pictures are the bytes `picture`, at two positions of the media data, with `among` between them.
    """
    block = (64).to_bytes(4, "big") + b"freeGPS " + among.ljust(52, b"\0")
    start = 32
    media = [b"picture", among, block, b"picture", among]
    places = [start + 8 + sum(map(len, media[:number])) for number in range(len(media))]
    film = _box(b"mdat", b"".join(media))
    pictures = _track(b"vide", [places[0], places[3]], [len(media[0])], _where() + _box(b"uuid", LATITUDE_WORDS))
    subtitles = _track(b"text", [places[1], places[4]], [len(among)] * 2, b"")
    blocks = _box(b"gps ", bytes(8) + struct.pack(">II", places[2], len(block)))
    moov = _box(b"moov", _box(b"mvhd", bytes(100)) + pictures + subtitles + blocks + _box(b"free", LATITUDE_WORDS))
    head = _box(b"ftyp", b"isom" + bytes(4) + b"isom" + b"mp41" + b"mp42" + b"avc1")
    assert len(head) == start
    ends = _box(b"free", b"GPS " + LATITUDE_WORDS) + _box(b"skip", LATITUDE_WORDS) + _box(b"GPS ", LATITUDE_WORDS)
    return head + film + moov + ends


def _track(handler: bytes, places: list[int], sizes: list[int], below: bytes) -> bytes:
    """Return a track with one sample per chunk.

    A single size is used for all samples. `below` is put into every box.
    """
    alike = sizes[0] if len(sizes) == 1 else 0
    rows = b"" if alike else struct.pack(f">{len(sizes)}I", *sizes)
    tables = _box(b"stsz", struct.pack(">III", 0, alike, len(places)) + rows)
    tables += _box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1))
    tables += _box(b"stco", struct.pack(f">II{len(places)}I", 0, len(places), *places))
    media = _box(b"hdlr", bytes(8) + handler + bytes(12) + LATITUDE_WORDS + b"\0")
    media += _box(b"minf", _box(b"stbl", tables + below) + below) + below
    return _box(b"trak", _box(b"tkhd", bytes(84)) + _box(b"mdia", media) + below)


def _where() -> bytes:
    return _box(b"udta", _box(b"\xa9xyz", LATITUDE_WORDS))


def office(main: str, **members: bytes) -> bytes:
    """Return a zip with a list of contents that names `main` as its kind, as Word and Excel write it."""
    return _zip({"[Content_Types].xml": _contents(main), **members})


def told_office(main: str, *, gps: bool = True) -> bytes:
    """Return a Word or Excel file with an embedded photo and with properties, in the usual and in an unusual place."""
    words = LATITUDE_WORDS.decode() if gps else ""
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    other = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    related = f'<Relationship Id="a" Type="{types}/officeDocument" Target="word/document.xml"/>'
    related += f'<Relationship Id="b" Type="{other}" Target="/package/by/one.psmdcp"/>'
    members = {
        "_rels/.rels": f"<Relationships>{related}</Relationships>".encode(),
        "[Content_Types].xml": _contents(main),
        "docProps/core.xml": f"<cp:coreProperties><dc:creator>{words}</dc:creator></cp:coreProperties>".encode(),
        "docProps/app.xml": f"<Properties><Company>{words}</Company></Properties>".encode(),
        "docProps/custom.xml": f"<Properties>{words}</Properties>".encode(),
        "package/by/one.psmdcp": f"<coreProperties><lastModifiedBy>{words}</lastModifiedBy></coreProperties>".encode(),
        "word/document.xml": b"<w:document>what it says</w:document>",
        "word/media/image1.jpeg": jpeg(gps=gps),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = words.encode()
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.comment, member.extra = words.encode(), b"XX" + struct.pack("<H", len(words)) + words.encode()
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def crowded_office(main: str, members: int) -> bytes:
    """Return a Word or Excel file with the given number of empty members before its list of contents."""
    return _zip({**{str(number): b"" for number in range(members)}, "[Content_Types].xml": _contents(main)})


def _contents(main: str) -> bytes:
    return f'<Types><Override ContentType="{main}"/></Types>'.encode()


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCM = "application/vnd.ms-word.document.macroEnabled.main+xml"


def ole(*names: str, inside: tuple[str, ...] = ()) -> bytes:
    """Return an OLE file (old Word or Excel) with streams of the given names, and those of `inside` in a storage."""
    none = 0xFFFFFFFF
    entries = [_entry("Root Entry", 5, child=1)]
    root = [*names, *(["ObjectPool"] if inside else [])]
    for place, name in enumerate(root, 1):
        right = place + 1 if place < len(root) else none
        child = len(root) + 1 if name == "ObjectPool" else none
        entries.append(_entry(name, 1 if name == "ObjectPool" else 2, right=right, child=child))
    entries += [_entry(name, 2) for name in inside]
    directory = b"".join(entries)
    sectors = -(-len(directory) // 512)
    directory = directory.ljust(sectors * 512, b"\0")
    chain = [*range(2, sectors + 1), 0xFFFFFFFE]
    fat = struct.pack("<128I", 0xFFFFFFFD, *chain, *[none] * (127 - sectors))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return head + struct.pack("<109I", 0, *[none] * 108) + fat + directory


def _entry(name: str, kind: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
    return (head + struct.pack("<III", 0xFFFFFFFF, right, child)).ljust(128, b"\0")


def adts(frames: int = 2) -> bytes:
    return (b"\xff\xf1\x50\x80" + bytes([16 >> 3, (16 & 7) << 5 | 0x1F, 0xFC]) + bytes(9)) * frames


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
AMR = b"#!AMR\n" + bytes(32)

_OFFICE = "application/vnd.openxmlformats-officedocument"
SAMPLES = {
    "image/jpeg": jpeg(),
    "image/png": png(),
    "image/gif": gif(),
    "image/webp": webp(),
    "video/mp4": mp4(),
    "audio/mp4": mp4(brand=b"M4A ", handler=b"soun"),
    "audio/amr": AMR,
    "audio/aac": adts(),
    "application/pdf": PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": office(DOCX),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": office(XLSX),
    "application/msword": ole("WordDocument", "1Table", inside=("Workbook",)),
    "application/vnd.ms-excel": ole("\x05SummaryInformation", "Workbook"),
}
"""One file of every accepted media type."""

LOCATED = [
    *(
        (kind, SAMPLES[kind])
        for kind in ("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "audio/mp4")
    ),
    ("image/webp", moving_webp()),
    ("video/mp4", dash_cam()),
    (f"{_OFFICE}.wordprocessingml.document", told_office(DOCX)),
    (f"{_OFFICE}.spreadsheetml.sheet", told_office(XLSX)),
]
"""All files with a place in their metadata, as (media type, content)."""
