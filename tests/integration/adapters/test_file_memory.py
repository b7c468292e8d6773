"""The memory that the function `attachments` needs for one file, whatever the file's content."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from infra.paths import FUNCTIONS, ROOT
from petitions.adapters.thumbnails import MOST_READ
from tests import media
from tests.integration.adapters.link_server import LinkServer, whole
from tests.integration.adapters.storage_server import storage_server

MOST_MIB = 64
MOST_SECONDS = 5
LARGEST = 25 * 2**20


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinkServer]:
    server = LinkServer()
    server.paths["/small"] = whole(media.jpeg())
    with storage_server(tmp_path_factory.mktemp("storage")):
        yield server
    server.close()


def kept(links: LinkServer, content: bytes) -> dict[str, Any]:
    """Return the measurements of a worker that stores the given content."""
    links.paths["/file"] = whole(content)
    command = [sys.executable, str(Path(__file__).with_name("file_memory.py")), links.url("/small"), links.url("/file")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(FUNCTIONS)])}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=300
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def full(start: bytes, piece: bytes, end: bytes = b"", size: int = LARGEST) -> bytes:
    return start + piece * ((size - len(start) - len(end)) // len(piece)) + end


def real(form: str, size: tuple[int, int], mode: str = "RGB", **how: Any) -> bytes:
    made = io.BytesIO()
    noise = Image.effect_noise(size, 2)
    (noise if mode == "L" else Image.merge(mode, [noise] * len(mode))).save(made, form, **how)
    return made.getvalue()


def scans(number: int) -> bytes:
    """Return a progressive JPEG of over three megapixels with `number` scans, the last of them repeated."""
    whole = real("JPEG", (1_800, 1_800), progressive=True, quality=3)
    last = whole.rindex(b"\xff\xda\x00\x08")
    return whole[:-2] + whole[last:-2] * (number - whole.count(b"\xff\xda\x00")) + LATE


JPEG, LATE = b"\xff\xd8", b"\xff\xd9"
CRAFTED: dict[str, Callable[[], bytes]] = {
    "jpeg of empty segments": lambda: full(JPEG, b"\xff\xdb\x00\x02", LATE),
    "jpeg of restart intervals": lambda: full(JPEG, b"\xff\xdd\x00\x04\0\0", LATE),
    "jpeg of comments": lambda: full(JPEG, b"\xff\xfe\x00\x02", LATE),
    "jpeg of fill bytes": lambda: full(JPEG, b"\xff", b"\xff\xd9"),
    "jpeg of lone markers": lambda: full(JPEG + b"\xff", b"\xd0\xff", b"\xd9"),
    "jpeg of one long scan": lambda: full(media.jpeg(gps=False)[:-2], b"\xff\x00", LATE),
    "jpeg of scans": lambda: full(media.jpeg(gps=False)[:-2], b"\xff\xda\x00\x08\x01\x01\0\0\x3f\0", LATE),
    "jpeg of pictures": lambda: full(media.jpeg(gps=False)[:-2], bytes(2**16 - 1), LATE),
    "png of empty chunks": lambda: full(
        media.png(gps=False)[:33], b"\0\0\0\0IDAT\x35\xaf\x06\x1e", media.png(gps=False)[-12:]
    ),
    "png of unknown chunks": lambda: full(
        media.png(gps=False)[:33], b"\0\0\0\0abCd\0\0\0\0", media.png(gps=False)[-12:]
    ),
    "webp of empty chunks": lambda: full(b"RIFF\xff\xff\xff\x01WEBP", b"VP8 \0\0\0\0"),
    "gif of tiny blocks": lambda: full(
        media.gif(gps=False)[:13] + b"\x2c" + bytes(9) + b"\x02", b"\x01\x00\x2c" + bytes(9) + b"\x02"
    ),
    "gif of one byte pieces": lambda: full(
        media.gif(gps=False)[:13] + b"\x2c" + bytes(9) + b"\x02", b"\x01\x42", b"\0;"
    ),
    "film of empty boxes": lambda: full(media.mp4(), b"\0\0\0\x08free"),
    "film of tracks": lambda: full(media.mp4(), b"\0\0\0\x10moov\0\0\0\x08trak"),
    "film of brands": lambda: full(LARGEST.to_bytes(4, "big") + b"ftypisom", b"isom").ljust(LARGEST, b"m"),
    "film as large as may be": lambda: full(media.mp4() + b"\0\0\0\0mdat", b"\x42"),
    "archive of many members": lambda: full(b"PK\x03\x04", b"PK\x01\x02" + bytes(42), media.office(media.DOCX)),
    "jpeg of as many parts as may be": lambda: (
        (JPEG + (b"\xff\xdd\x00\x04\0\0\xff\xfe\x04\xe0" + bytes(0x4DE)) * 9_990).ljust(LARGEST - 2, b"\xff") + LATE
    ),
    "film of as many boxes as may be": lambda: full(media.mp4(), (1300).to_bytes(4, "big") + b"free" + b"\x42" * 1292),
    "archive of long names": lambda: media.office(media.DOCX, **{"n" * 65_000 + str(item): b"" for item in range(185)}),
    "ole file of tables": lambda: full(
        media.ole("WordDocument")[:68] + b"\1\0\0\0" + media.ole("WordDocument")[72:], bytes(508) + b"\2\0\0\0"
    ),
    "pdf as large as may be": lambda: full(media.PDF, b"%"),
    "jpeg shown row by row": lambda: full(real("JPEG", (4_000, 4_000), "L", quality=5)[:-2], b"\xff", LATE, MOST_READ),
    "jpeg shown once it is whole": lambda: full(
        real("JPEG", (1_900, 1_900), progressive=True, subsampling=0)[:-2], b"\xff", LATE, MOST_READ
    ),
    "jpeg of as many scans as may be": lambda: scans(64),
    "png as large as may be shown": lambda: real("PNG", (2_500, 2_500), "RGBA", compress_level=1),
    "webp as large as may be shown": lambda: real("WEBP", (1_250, 1_250), "RGBA", lossless=True),
}
"""Functions that make the files. All files together would need a gigabyte."""

EACH_CHANGE = {"jpeg of empty segments", "png of unknown chunks", "film of tracks", "archive of long names"}
"""One file for every reader of a format. The others are only tested before a release."""


@pytest.mark.parametrize(
    "name", [name if name in EACH_CHANGE else pytest.param(name, marks=pytest.mark.release) for name in CRAFTED]
)
def test_one_file_takes_at_most_64_mib_above_the_idle_process(links: LinkServer, name: str) -> None:
    figures = kept(links, CRAFTED[name]())
    assert figures["above"] <= MOST_MIB, figures
    assert figures["seconds"] <= MOST_SECONDS, figures
