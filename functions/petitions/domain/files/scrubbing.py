"""Removal of location data from photos and videos; the picture itself stays bit for bit.

Allow-lists decide: parts that are not known to be needed to show the picture are removed, so a maker's own field leaks
nothing. A file is read once, its copy is made of views of it, and the number of its parts is limited: a file takes the
memory of its own bytes and little more, whatever is in it.
"""

from __future__ import annotations

from collections.abc import Callable

from petitions.domain.files import gif, jpeg, mp4, png, webp
from petitions.domain.files.pieces import Pieces


def scrubbed(media_type: str, content: bytes) -> Pieces:
    """Return the copy for officers. Raise Broken. Documents and raw sound are not changed."""
    scrub = _SCRUBBERS.get(media_type)
    return scrub(content) if scrub else [content]


_SCRUBBERS: dict[str, Callable[[bytes], Pieces]] = {
    "image/jpeg": jpeg.scrubbed,
    "image/png": png.scrubbed,
    "image/gif": gif.scrubbed,
    "image/webp": webp.scrubbed,
    "video/mp4": mp4.scrubbed,
    "audio/mp4": mp4.scrubbed,
}
