"""A file's type is recognised by its bytes, and stored copies do not reveal where a photo was taken."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from copy import copy as copy_of
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.files.csv_files import CSV
from petitions.domain.files.file_types import EXTENSIONS, sniff
from petitions.domain.files.pieces import Broken
from petitions.domain.files.scrubbing import KEEPS_PROPERTIES
from petitions.domain.files.scrubbing import scrubbed as pieces_of
from tests import media
from tests.media_parts import metadata_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def scrubbed(kind: str, content: bytes) -> bytes:
    return b"".join(pieces_of(kind, content))


@pytest.mark.parametrize("kind", sorted(set(EXTENSIONS) - {CSV}))
def test_every_type_that_is_taken_in_is_known_by_its_bytes(kind: str) -> None:
    assert sniff(media.SAMPLES[kind]) == kind


REFUSED = {
    "nothing": b"",
    "text": b"<html><script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "program": b"MZ" + bytes(100),
    "mp3": b"\xff\xfb\x90\x64" + bytes(500),
    "wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
    "quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
    "zip": media.office("application/zip"),
    "jar": b"PK\x03\x04" + bytes(40),
    "docm": media.office(media.DOCM),
    "zip bomb of members": media.crowded_office(media.DOCX, 10_000),
    "powerpoint": media.ole("PowerPoint Document"),
    "encrypted docx": media.ole("EncryptedPackage", "EncryptionInfo"),
    "embedded only": media.ole("Contents", inside=("WordDocument",)),
    "ole without a directory": bytes.fromhex("d0cf11e0a1b11ae1") + b"\xff" * 600,
}


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused(name: str) -> None:
    assert sniff(REFUSED[name]) is None


def test_a_large_ole_file_whose_directory_lies_beyond_the_first_fat_is_known() -> None:
    """The file has more FAT sectors than its header can list. The rest is listed in separate sectors."""
    small = media.ole("WordDocument")
    head, directory = bytearray(small[:512]), small[1024:1536]
    place = 109 * 128
    sectors = {0: struct.pack("<128I", place - 1, *[0xFFFFFFFE] * 127)}
    sectors[place - 1] = struct.pack("<128I", *[0xFFFFFFFE] * 128)
    sectors[place] = directory
    struct.pack_into("<I", head, 48, place)
    struct.pack_into("<I", head, 68, 0)
    body = bytearray((place + 1) * 512)
    for number, sector in sectors.items():
        body[number * 512 : (number + 1) * 512] = sector
    assert sniff(bytes(head) + bytes(body)) == "application/msword"


def test_a_recording_under_the_brands_of_a_film_is_sound() -> None:
    assert sniff(media.mp4(brand=b"mp42", handler=b"soun")) == "audio/mp4"


@pytest.mark.parametrize(("kind", "original"), media.LOCATED)
def test_copy_has_no_location(kind: str, original: bytes) -> None:
    assert any(media.LATITUDE_WORDS in part for part in metadata_of(kind, original))
    copy = scrubbed(kind, original)
    assert media.LATITUDE_WORDS not in copy
    assert b"GPS" not in copy
    assert sniff(copy) == kind
    assert scrubbed(kind, copy) == copy


@pytest.mark.parametrize(("order", "orientation"), [("<", 6), (">", 8), (">", 3)])
def test_a_photo_stays_upright_and_bit_for_bit(order: str, orientation: int) -> None:
    copy = scrubbed("image/jpeg", media.jpeg(order=order, orientation=orientation))
    plain = media.jpeg(gps=False)
    # The first segment of the copy has only the orientation, and the others have the photo without metadata.
    length = int.from_bytes(copy[4:6], "big")
    assert copy[2:4] == b"\xff\xe1"
    assert struct.unpack_from("<HHIH", copy, 4 + 8 + 10) == (0x0112, 3, 1, orientation)
    assert copy[:2] + copy[4 + length :] == plain


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("image/png", media.png),
        ("image/gif", media.gif),
        ("image/webp", media.webp),
        ("image/webp", media.moving_webp),
    ],
)
def test_a_picture_without_metadata_stays_as_it_is(kind: str, made: Callable[..., bytes]) -> None:
    assert scrubbed(kind, made()) == made(gps=False)
    assert scrubbed(kind, made(gps=False)) == made(gps=False)


def test_a_film_keeps_its_size_so_that_its_offsets_hold() -> None:
    copy = scrubbed("video/mp4", media.mp4())
    assert len(copy) == len(media.mp4())
    assert copy.endswith(media.mp4()[-14:])


def test_a_dash_cam_keeps_its_pictures_in_their_places() -> None:
    film = media.dash_cam()
    copy = scrubbed("video/mp4", film)
    assert len(copy) == len(film)
    at = film.index(b"picture")
    again = film.index(b"picture", at + 1)
    assert copy.count(b"picture") == 2
    assert copy[at : at + 7] == copy[again : again + 7] == b"picture"
    assert copy.count(b"trak") == 1
    assert copy[: film.index(b"mdat") + 4] == film[: film.index(b"mdat") + 4]


def test_samples_of_unseen_tracks_in_fragments_cannot_be_found_and_are_refused() -> None:
    with pytest.raises(Broken):
        scrubbed("video/mp4", media.dash_cam() + b"\0\0\0\x08moof")


def test_a_small_picture_of_the_photo_goes_with_its_head() -> None:
    head = b"JFIF\0\x01\x01\0\0\x01\0\x01"
    plain = media.jpeg(gps=False)
    small = plain.replace(b"\x00\x10" + head + b"\0\0", b"\x00\x13" + head + b"\x01\x01\x12\x34\x56")
    assert len(small) == len(plain) + 3
    assert scrubbed("image/jpeg", small) == plain


def test_document_keeps_its_text_and_loses_its_author() -> None:
    copy = scrubbed(DOCX, media.told_office(media.DOCX))
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert archive.testzip() is None
        assert archive.read("word/document.xml") == b"<w:document>what it says</w:document>"
        assert archive.read("word/media/image1.jpeg") == scrubbed("image/jpeg", media.jpeg())
        for name in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "package/by/one.psmdcp"):
            assert len(ET.fromstring(archive.read(name))) == 0  # noqa: S314 - made by us
        assert {zip_info.date_time for zip_info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_members_over_each_other_would_become_a_file_without_end() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", media.office(media.DOCX)[:0] + b"<x wordprocessingml.document.main+xml/>"
        )
        archive.writestr("a", bytes(1000))
        for number in range(100):
            twin = copy_of(archive.infolist()[1])
            twin.filename = f"a{number}"
            archive.filelist.append(twin)
    with pytest.raises(Broken):
        scrubbed(DOCX, out.getvalue())


@pytest.mark.parametrize("kind", sorted(KEEPS_PROPERTIES | {"audio/amr"}))
def test_other_types_stay_as_they_are(kind: str) -> None:
    assert scrubbed(kind, media.SAMPLES[kind]) == media.SAMPLES[kind]


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        ("image/jpeg", b"\xff\xd8\xff\xe1\xff\xff" + media.LATITUDE_WORDS),
        ("image/jpeg", b"\xff\xd8\xff\xdb\x00\x03\x00" + media.LATITUDE_WORDS),
        ("image/png", media.png()[:40]),
        ("image/webp", media.webp()[:30] + b"EXIF\xff\xff\xff\x7f"),
        ("image/jpeg", b"\xff\xd8" + b"\xff\xdd\x00\x04\0\0" * 20_001 + b"\xff\xd9"),
        ("image/png", media.png(gps=False).replace(b"IDAT\x78", b"IDAT\x79")),
        ("image/gif", media.gif()[:40]),
        ("image/gif", media.gif(gps=False)[:-1] + b"\x00;"),
        ("video/mp4", media.mp4() + b"\0\0\0\x08free" * 20_001),
        ("video/mp4", b"\0\0\0\x10ftypisom\0\0\0\0\0\0\xff\xffmoov"),
    ],
)
def test_unverifiable_file_is_refused(kind: str, broken: bytes) -> None:
    with pytest.raises(Broken):
        scrubbed(kind, broken)


@settings(max_examples=300)
@given(
    kind=st.sampled_from(sorted(media.SAMPLES)),
    cut=st.integers(0, 2000),
    at=st.integers(0, 2000),
    junk=st.binary(max_size=12),
)
def test_no_bytes_break_the_reader(kind: str, cut: int, at: int, junk: bytes) -> None:
    """Damaged files are classified or rejected, never a crash. A copy grows by a few bytes at most."""
    sample = media.SAMPLES[kind]
    damaged = (sample[:at] + junk + sample[at + len(junk) :])[: max(cut, 1)]
    found = sniff(damaged)
    assert found is None or found in EXTENSIONS
    try:
        copy = scrubbed(kind, damaged)
    except Broken:
        return
    assert len(copy) <= len(damaged) + 400
