"""Makes thumbnails of citizens' pictures with Pillow. Implements `ports.Thumbnails`.

The memory that a picture needs is computed from its header before it is decoded, because decoders allocate as much as
the header promises. A picture that would need more than `MOST_DECODED` gets no thumbnail. A JPEG is decoded at an
eighth of its size, row by row. If its coefficients come in several scans, libjpeg holds all of them in memory, two
bytes per coefficient.
"""

from __future__ import annotations

import io
import re
from typing import IO, cast

from PIL import Image, ImageOps

from petitions import telemetry
from petitions.domain.files.pieces import Pieces, PiecesReader, size_of

SIDE = 208
"""The longer side in pixels: twice the size shown at the desk, for screens of high density."""
MOST_BYTES = 2_900
"""The most bytes of a thumbnail, so that twenty of them in a list are less than 60 KB."""
MOST_READ = 8 * 2**20
"""The most bytes of a picture that gets a thumbnail.

Pillow reads a WebP completely, and rereads data that libjpeg cannot use yet, in quadratic time.
"""
MOST_DECODED = 24 * 2**20
MOST_PIXELS = 200 * 10**6
MOST_SCANS = 64
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
_PIXEL = 4
"""The bytes that a decoded pixel takes in memory."""
_WEBP_PIXEL = 16
"""The bytes per pixel of a WebP: two canvases of its decoder, the picture and the current frame."""
_SCAN = re.compile(rb"\xff\xda\x00[\x08\x0a\x0c\x0e](.)", re.DOTALL)
_TRIES = ((SIDE, 60), (SIDE, 40), (SIDE, 20), (SIDE * 2 // 3, 20), (SIDE // 2, 10), (SIDE // 4, 0))
"""Pairs of longer side and quality, tried in this order until the thumbnail is small enough."""

_CLEAR = frozenset({"P", "PA", "LA"})
"""Pillow's modes with transparent parts, or with pixels that index a palette."""

Image.MAX_IMAGE_PIXELS = None  # the limits here are narrower, and they are no warnings


class PillowThumbnails:
    """Makes thumbnails with Pillow. Implements `ports.Thumbnails`."""

    def make(self, media_type: str, copy: Pieces) -> bytes | None:
        """Return the thumbnail as WebP, or None if the picture is broken, too large or of another type."""
        try:
            return _small(_upright(media_type, copy))
        except Exception as error:  # noqa: BLE001 - decoders raise anything for hostile bytes, and the photo is kept
            telemetry.log(
                "INFO", "no thumbnail", metric="thumbnail_failed", type=media_type, error=type(error).__name__
            )
            return None


def _upright(media_type: str, copy: Pieces) -> Image.Image:
    """Return the picture upright and reduced. Raise ValueError if that would take too much memory."""
    kind = _FORMATS[media_type]
    _bear(size_of(copy) <= MOST_READ)
    _bear(kind != "WEBP" or _webp_pixels(copy) * _WEBP_PIXEL <= MOST_DECODED)
    with Image.open(cast("IO[bytes]", PiecesReader(copy)), formats=[kind]) as image:
        held = 0
        if kind == "JPEG":
            _bear(image.width * image.height <= MOST_PIXELS)
            held = _coefficients(image, copy)
            image.draft("RGB", (SIDE, SIDE))
        _bear(held + image.width * image.height * _PIXEL <= MOST_DECODED)
        return ImageOps.exif_transpose(_reduced(image))


def _bear(little: bool) -> None:  # noqa: FBT001 - the argument is the question
    if not little:
        raise ValueError("more than a thumbnail is worth")


def _reduced(image: Image.Image) -> Image.Image:
    seen = image.convert("RGBA") if image.mode in _CLEAR else image
    seen.thumbnail((SIDE, SIDE))
    if seen.mode != "RGBA":
        return seen
    white = Image.new("RGB", seen.size, "white")
    white.paste(seen, mask=seen.getchannel("A"))
    return white


def _coefficients(image: Image.Image, copy: Pieces) -> int:
    """Return the bytes of coefficients that libjpeg would hold in memory for a JPEG, or 0 if it decodes row by row.

    Raise ValueError for more scans than real encoders make.
    """
    scans = [found[1][0] for piece in copy for found in _SCAN.finditer(piece)]
    _bear(len(scans) <= MOST_SCANS)
    layers = int(getattr(image, "layers", 4))
    in_rows = scans == [layers] and not image.info.get("progressive")
    return 0 if in_rows else image.width * image.height * layers * 2


def _webp_pixels(copy: Pieces) -> int:
    """Return the number of pixels on the canvas of a WebP, from its header (RFC 9649)."""
    head = PiecesReader(copy).read(30)
    kind = head[12:16]
    if kind == b"VP8X":
        return (1 + int.from_bytes(head[24:27], "little")) * (1 + int.from_bytes(head[27:30], "little"))
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF))
    return (int.from_bytes(head[26:28], "little") & 0x3FFF) * (int.from_bytes(head[28:30], "little") & 0x3FFF)


def _small(image: Image.Image) -> bytes | None:
    """Return the picture as WebP of at most MOST_BYTES, in the best quality that fits, or None if none fits."""
    for side, quality in _TRIES:
        image.thumbnail((side, side))
        made = io.BytesIO()
        image.convert("RGB").save(made, "WEBP", quality=quality, exif=b"", icc_profile=b"")
        if made.tell() <= MOST_BYTES:
            return made.getvalue()
    return None
