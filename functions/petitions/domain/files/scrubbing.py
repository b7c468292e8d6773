"""Removal of the marks of a file's place and author. The picture or text itself stays bit for bit.

Allow-lists decide: parts that are not known to be needed to show the picture are removed, so a maker's own field leaks
nothing. A file is read once, its copy is made of views of it, and the number of its parts is limited: a file takes the
memory of its own bytes and little more, whatever is in it.
"""

from __future__ import annotations

from collections.abc import Callable

from petitions.domain.files import gif, jpeg, mp4, office, png, webp
from petitions.domain.files.pieces import Pieces


def scrubbed(media_type: str, content: bytes) -> Pieces:
    """Return the copy for officers. Raise Broken. Types of `KEEPS_PROPERTIES` and raw sound are not changed."""
    scrub = _SCRUBBERS.get(media_type)
    return scrub(content) if scrub else [content]


KEEPS_PROPERTIES = frozenset({"application/pdf", "application/msword", "application/vnd.ms-excel"})
"""Documents that keep author and the like: a PDF has them in objects that are packed, referred to by place and kept
in all earlier versions of it, an OLE file in streams of sectors. The desk warns of that, and no file is ever public."""

_PICTURES: dict[str, Callable[[bytes], Pieces]] = {
    "image/jpeg": jpeg.scrubbed,
    "image/png": png.scrubbed,
    "image/gif": gif.scrubbed,
    "image/webp": webp.scrubbed,
}
_OFFICE = "application/vnd.openxmlformats-officedocument"


def _office(content: bytes) -> Pieces:
    return office.scrubbed(content, _PICTURES)


_SCRUBBERS: dict[str, Callable[[bytes], Pieces]] = {
    **_PICTURES,
    f"{_OFFICE}.wordprocessingml.document": _office,
    f"{_OFFICE}.spreadsheetml.sheet": _office,
    "video/mp4": mp4.scrubbed,
    "audio/mp4": mp4.scrubbed,
}
