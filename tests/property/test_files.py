"""Randomly damaged files of every type are checked in limited time and memory, and copies reveal no place.

Every change of the code is tested with a few hundred files per type, and `make test-faults` takes 20,000. The seeds are
fixed. A failure names the type and the number of the file, from which `mutant` makes the file again.
"""

from __future__ import annotations

import random
import time
import tracemalloc

import pytest

from petitions.domain.files.attachment import MAX_FILE
from petitions.domain.files.csv_files import CSV, NoTable, table
from petitions.domain.files.file_types import EXTENSIONS, PICTURES, sniff
from petitions.domain.files.pieces import Broken
from petitions.domain.files.scrubbing import scrubbed
from petitions.domain.petition.answering import MOST_BYTES
from tests import media
from tests.media_parts import metadata_of

MIB = 2**20
MOST_MIB = 64
MOST_SECONDS = 5.0
LARGE_ONE_IN = 100
"""One file in this number is repeated up to the largest size."""

DOCX, XLSX = (kind for kind in media.SAMPLES if "openxmlformats" in kind)
TABLE = "Quận,Số phản ánh\nCầu Giấy,12\nHoàn Kiếm,34\n".encode()
SAMPLES = {kind: [sample] for kind, sample in media.SAMPLES.items()} | {CSV: [TABLE]}
SAMPLES["image/webp"].append(media.moving_webp())
# Nothing among the pictures: where a change moves a table, no reader of the track finds its samples any more.
SAMPLES["video/mp4"].append(media.dash_cam(among=b"elsewhere"))
for kind, main in ((DOCX, media.DOCX), (XLSX, media.XLSX)):
    SAMPLES[kind].append(media.told_office(main))
WITHOUT_PLACE = PICTURES | {"video/mp4", "audio/mp4", DOCX, XLSX}
NUMBERS = (0, 1, 2, 7, 8, 9, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def mutant(kind: str, number: int) -> bytes:
    """Return a file of the given type with one to four random changes. The same number gives the same file."""
    chance = random.Random(f"{kind}:{number}")
    content = bytearray(chance.choice(SAMPLES[kind]))
    for _ in range(chance.randint(1, 4)):
        chance.choice(CHANGES)(chance, content)
    if number % LARGE_ONE_IN == 0:
        return repeated(chance, bytes(content), MOST_BYTES if kind == CSV else MAX_FILE)
    return bytes(content)


def _flip(chance: random.Random, content: bytearray) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _overwrite(chance: random.Random, content: bytearray) -> None:
    width, order = chance.choice((1, 2, 4, 8)), chance.choice(("big", "little"))
    number = chance.choice((*NUMBERS, len(content))) % 2 ** (8 * width)
    at = chance.randrange(len(content))
    content[at : at + width] = number.to_bytes(width, order)


def _cut(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content))
    del content[max(at, 1) : at + chance.choice((1, 4, 16, len(content)))]


def _twice(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content))
    part = content[at : at + chance.choice((1, 4, 16, 64, 256))]
    content[at:at] = part * chance.choice((1, 2, 50))


def _junk(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content) + 1)
    content[at:at] = chance.randbytes(chance.choice((1, 4, 16)))


CHANGES = (_flip, _flip, _overwrite, _overwrite, _cut, _twice, _junk)


def repeated(chance: random.Random, content: bytes, size: int) -> bytes:
    at = chance.randrange(len(content))
    part = content[at : at + chance.choice((1, 2, 4, 12, 64, 1000))]
    return content[:at] + part * ((size - len(content)) // len(part)) + content[at:]


def copy_of(kind: str, content: bytes) -> list[bytes | memoryview] | None:
    """Return the pieces of the copy that officers get, or None if the file is refused."""
    if kind == CSV:
        try:
            return [table(content)]
        except NoTable:
            return None
    found = sniff(content)
    assert found is None or found in EXTENSIONS
    try:
        return scrubbed(found, content) if found else None
    except Broken:
        return None


def peak_of(kind: str, content: bytes) -> int:
    """Return the peak memory for checking the file in bytes, without the file itself. Measuring is slow."""
    tracemalloc.start()
    copy_of(kind, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def judge(kind: str, numbers: range) -> int:
    kept = 0
    for number in numbers:
        content, name = mutant(kind, number), f"{kind} {number}"
        assert len(content) <= MAX_FILE, name
        assert len(content) + peak_of(kind, content) <= MOST_MIB * MIB, name
        began = time.process_time()
        copy = copy_of(kind, content)
        assert time.process_time() - began <= MOST_SECONDS, name
        if copy is None:
            continue
        kept += 1
        if kind in WITHOUT_PLACE:
            parts = metadata_of(sniff(content) or "", b"".join(copy))
            assert not any(media.LATITUDE_WORDS in part for part in parts), name
    return kept


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_hundreds_of_mutants(kind: str) -> None:
    kept = judge(kind, range(300))
    assert kept > 3, "mutants that are all refused say nothing of copies"


@pytest.mark.faults
@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_twenty_thousand_mutants(kind: str) -> None:
    assert judge(kind, range(20_000)) > 1000
