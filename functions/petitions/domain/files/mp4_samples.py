"""The positions of the samples of an MP4's track (ISO/IEC 14496-12 clause 8.7), so that they can be zeroed."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from petitions.domain.files.pieces import Broken

Range = tuple[int, int]
"""The positions of the first byte and of the byte after the last."""

Tables = Mapping[bytes, memoryview]
"""The contents of the boxes of a track, by kind."""

_NONE = memoryview(b"")
_OF_SAMPLES = (b"stco", b"co64", b"stsc", b"stsz")


def rows_of(tables: Tables) -> int:
    """Return roughly the number of values that `of_track` will read, to limit the work."""
    return sum(len(tables.get(kind, _NONE)) // 4 for kind in _OF_SAMPLES)


def of_track(tables: Tables) -> list[Range]:
    """Return the ranges of a track's samples. Raise Broken if its tables are incomplete or in compact form."""
    if b"stz2" in tables:
        raise Broken("compact sizes in a track that is not shown")
    table = tables.get(b"stsz", _NONE)
    alike = int.from_bytes(table[4:8], "big")
    sizes = iter([] if alike else _rows(table, 8, "I"))
    runs = [*_rows(tables.get(b"stsc", _NONE), 4, "III"), (2**32, 0, 0)]
    chunks = _rows(tables[b"co64"], 4, "Q") if b"co64" in tables else _rows(tables.get(b"stco", _NONE), 4, "I")
    found, run, per_chunk = [], 0, 0
    for number, (start,) in enumerate(chunks, 1):
        while runs[run][0] <= number:
            per_chunk, run = runs[run][1], run + 1
        found.append((start, start + (alike * per_chunk or sum(size for (size,) in islice(sizes, per_chunk)))))
    return found


def of_dash_cam(table: memoryview) -> list[Range]:
    """Return the ranges listed in a dash-cam's `gps ` box: pairs of position and size after eight bytes."""
    return [(start, start + size) for start, size in struct.iter_unpack(">II", table[8 : len(table) // 8 * 8])]


def within(media: Iterable[Range], wanted: Iterable[Range]) -> Iterator[Range]:
    """Yield the parts of `wanted` that lie in `media`, whose ranges must be in order and must not overlap."""
    places, at = iter(media), 0
    first, last = next(places, (0, 0))
    for start, end in sorted(wanted):
        at = max(at, start)
        while at < end and last:
            if max(at, first) < min(end, last):
                yield max(at, first), min(end, last)
            if end <= last:
                break
            at = max(at, last)
            first, last = next(places, (0, 0))
        at = max(at, end)


def _rows(table: memoryview, at: int, row: str) -> list[tuple[int, ...]]:
    """Return the rows of a table with its number of rows at position `at`. Raise Broken if the table is shorter."""
    width, start = struct.calcsize(f">{row}"), at + 4
    number = int.from_bytes(table[at:start], "big")
    if start + width * number > max(len(table), start):
        raise Broken("a table of samples that ends too early")
    return [*struct.iter_unpack(f">{row}", table[start : start + width * number])]
