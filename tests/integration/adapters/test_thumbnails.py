"""Thumbnails made with Pillow: small, upright, for every type of picture, and refused if they need much memory."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from PIL import Image

from petitions.adapters.thumbnails import MOST_BYTES, MOST_SCANS, PillowThumbnails
from petitions.domain.files.file_types import PICTURES
from petitions.domain.files.pieces import Broken
from petitions.domain.files.scrubbing import scrubbed
from tests import media
from tests.property.test_files import mutant

MAKE = PillowThumbnails().make
NOISE = random.Random(18).randbytes(800 * 600 * 3)


def picture(form: str, size: tuple[int, int] = (800, 600), **how: Any) -> bytes:
    """Return a picture with noise, which compresses badly, and a red corner at the upper left."""
    made, image = io.BytesIO(), Image.new("RGB", size)
    image.paste(Image.frombytes("RGB", (800, 600), NOISE))
    image.paste("red", (0, 0, 400, 300))
    image.convert(how.pop("mode", "RGB")).save(made, form, **how)
    return made.getvalue()


def small(media_type: str, content: bytes) -> Image.Image | None:
    made = MAKE(media_type, scrubbed(media_type, content))
    if made is None:
        return None
    assert len(made) <= MOST_BYTES
    shown = Image.open(io.BytesIO(made))
    assert shown.format == "WEBP"
    assert not shown.getexif()
    return shown


def is_red(image: Image.Image, x: int, y: int) -> bool:
    red, green, blue = image.convert("RGB").getpixel((x, y))  # type: ignore[misc]
    return bool(red > 180 and green < 90 and blue < 90)


@pytest.mark.parametrize(
    ("media_type", "form", "how"),
    [
        ("image/jpeg", "JPEG", {}),
        ("image/jpeg", "JPEG", {"progressive": True}),
        ("image/jpeg", "JPEG", {"mode": "L"}),
        ("image/jpeg", "JPEG", {"mode": "CMYK"}),
        ("image/png", "PNG", {}),
        ("image/png", "PNG", {"mode": "RGBA"}),
        ("image/png", "PNG", {"mode": "P"}),
        ("image/gif", "GIF", {"mode": "P"}),
        ("image/webp", "WEBP", {}),
        ("image/webp", "WEBP", {"lossless": True}),
    ],
)
def test_every_type_of_picture_has_one(media_type: str, form: str, how: dict[str, Any]) -> None:
    shown = small(media_type, picture(form, **dict(how)))
    assert shown is not None
    assert shown.size == (208, 156)
    assert is_red(shown, 20, 20) is (how.get("mode") != "L")
    assert not is_red(shown, 180, 140)


def test_it_stands_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # a quarter turn to the right, which moves the first corner to the right
    shown = small("image/jpeg", picture("JPEG", exif=turned))
    assert shown is not None
    assert shown.size == (156, 208)
    assert is_red(shown, 140, 20)
    assert not is_red(shown, 15, 20)


def test_transparent_parts_are_white() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(made, "PNG")
    shown = small("image/png", made.getvalue())
    assert shown is not None
    assert shown.convert("RGB").getpixel((100, 100)) == (255, 255, 255)


def test_a_photo_of_twelve_megapixels_has_one_and_a_small_picture_is_not_blown_up() -> None:
    assert small("image/jpeg", picture("JPEG", (4000, 3000))) is not None
    dot = small("image/png", media.png())
    assert dot is not None
    assert dot.size == (1, 1)


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("image/jpeg", picture("JPEG", (4000, 3000), progressive=True)),
        ("image/png", picture("PNG", (4000, 3000))),
        ("image/webp", picture("WEBP", (2000, 1500), quality=1)),
        ("image/jpeg", media.jpeg()),
    ],
    ids=["coefficients", "pixels", "canvases", "no picture"],
)
def test_too_large_or_empty_picture_has_no_thumbnail(media_type: str, content: bytes) -> None:
    assert small(media_type, content) is None


def test_a_progressive_photo_has_one_unless_it_comes_in_more_scans_than_encoders_make() -> None:
    whole = picture("JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda\x00\x08")
    more = whole[last:-2]
    made = whole.count(b"\xff\xda\x00")
    assert small("image/jpeg", whole[:-2] + more * (MOST_SCANS - made) + whole[-2:]) is not None
    assert small("image/jpeg", whole[:-2] + more * (MOST_SCANS - made + 1) + whole[-2:]) is None


def test_no_content_raises_an_error() -> None:
    for kind in sorted(PICTURES):
        for number in range(1, 60):
            try:
                copy = scrubbed(kind, mutant(kind, number))
            except Broken:
                continue
            MAKE(kind, copy)
