"""Removes the place, the author and other metadata from a file. The picture or text itself is unchanged bit for bit.

Only parts known to be needed for showing the file are kept, so an unknown field of some maker leaks nothing. A file is
read once, its copy consists of views, and the number of its parts is limited. So cleaning takes little more memory than
the file itself.
"""

from __future__ import annotations

from collections.abc import Callable

from petitions.domain.files import gif, jpeg, mp4, office, png, webp
from petitions.domain.files.pieces import Pieces


def scrubbed(media_type: str, content: bytes) -> Pieces:
    """Return the file without metadata, for officers. Raise Broken if it does not have the structure of its type.

    Types in `KEEPS_PROPERTIES` and raw sound are returned unchanged.
    """
    scrub = _SCRUBBERS.get(media_type)
    return scrub(content) if scrub else [content]


KEEPS_PROPERTIES = frozenset({"application/pdf", "application/msword", "application/vnd.ms-excel"})
"""Documents in which author and other properties stay, because these formats scatter them over the file.

A PDF has them in packed objects and in all its earlier versions, an OLE file in streams of sectors. The desk warns of
that, and no file is ever public.
"""

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
