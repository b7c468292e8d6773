"""Copies MP4 and M4A files without places and other metadata (ISO/IEC 14496-12).

These files are nested boxes of size, kind and content. Positions in the file are counted in bytes, so nothing may move:
a box that is not needed to play the file becomes a `free` box of zeros. The same happens to tracks other than pictures
and sound (subtitles, data of dash-cams, phones and drones) with their samples, and to blocks of dash-cams among the
samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from petitions.domain.files import mp4_samples
from petitions.domain.files.mp4_samples import Range
from petitions.domain.files.pieces import Broken, Copy, Pieces

_CONTAINERS = frozenset(
    {*(b"moov", b"trak", b"edts", b"mdia", b"minf", b"dinf", b"stbl", b"mvex", b"moof", b"traf", b"mfra")}
)
_KEPT = _CONTAINERS | {
    *(b"ftyp", b"styp", b"mdat", b"mvhd", b"tkhd", b"elst", b"mdhd", b"hdlr", b"vmhd", b"smhd", b"dref"),
    *(b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stps", b"stsh", b"stsc", b"stsz", b"stz2", b"stco", b"co64"),
    *(b"sdtp", b"sgpd", b"sbgp", b"subs", b"saiz", b"saio", b"iods"),
    *(b"mehd", b"trex", b"mfhd", b"tfhd", b"tfdt", b"trun", b"sidx", b"tfra", b"mfro"),
}
_SHOWN = frozenset({b"vide", b"soun"})
_DEEPEST = 8
_LARGE = 16
_HANDLER = slice(8, 12)
_LENGTHS = {
    b"ftyp": 128,
    b"styp": 128,
    b"hdlr": 24,
    b"vmhd": 12,
    b"smhd": 8,
    b"mehd": 12,
    b"trex": 24,
    b"mfhd": 8,
    b"tfdt": 12,
    b"mfro": 8,
    b"mvhd": 112,
    b"tkhd": 96,
    b"mdhd": 36,
}
"""The most bytes of boxes with a fixed form. For the handler, those before its name, which is free text."""

_ROWS = {b"stts": 8, b"ctts": 8, b"stss": 4, b"stps": 4, b"stsh": 8, b"stsc": 12, b"stco": 4, b"co64": 8, b"elst": 20}
"""The bytes per row in boxes that have rows. Eight bytes stand before the rows, the last four are their number."""

_DASH_CAM = b"freeGPS "
_USUAL_BLOCK, _LARGEST_BLOCK = 2**15, 2**20
_ZEROS = memoryview(bytes(2**16))


@dataclass(frozen=True)
class Box:
    """The positions of one box: its start, the start of its content, and its end."""

    kind: bytes
    at: int
    body: int
    end: int


def scrubbed(content: bytes) -> Pieces:
    """Return the film without metadata. Raise Broken if the boxes do not fit into each other."""
    return _Film(content).copied()


class _Film:
    """The changes to one file: `gone` are ranges to fill with zeros, `freed` positions of types to set to `free`."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.copy = Copy(content)
        self.gone: list[Range] = []
        self.freed: list[int] = []
        self.media: list[Range] = []
        self.unseen: list[Range] = []
        self.containers: set[bytes] = set()

    def copied(self) -> Pieces:
        """Return the copy, made in one pass over the ranges to change. Raise Broken if the film cannot be cleaned."""
        self._walk(0, len(self.content), 0)
        if b"moov" not in self.containers:
            raise Broken("no film where it must be")
        if self.unseen and b"moof" in self.containers:
            raise Broken("samples of a track that is not shown, in fragments")
        self.unseen += self._dash_cam_blocks()
        self.gone += mp4_samples.within(self.media, self.unseen)
        edits = [(at, at + 4, b"free") for at in self.freed] + [(start, end, b"") for start, end in self.gone]
        at = 0
        for start, end, kind in sorted(edits):
            if end <= at:
                continue
            self.copy.keep(at, max(start, at))
            if kind:
                self.copy.add(kind)
            else:
                self._zero(end - max(start, at))
            at = end
        self.copy.keep(at, len(self.content))
        return self.copy.done()

    def _zero(self, size: int) -> None:
        for _ in range(size // len(_ZEROS)):
            self.copy.add(_ZEROS)
        self.copy.add(_ZEROS[: size % len(_ZEROS)])

    def _walk(self, at: int, end: int, depth: int) -> None:
        for box in self._boxes(at, end):
            if box.kind not in _KEPT or (box.kind == b"trak" and not self._is_shown(box)):
                self._free(box)
            elif box.kind in _CONTAINERS:
                if depth == _DEEPEST:
                    raise Broken("boxes too deep")
                self.containers.add(box.kind)
                self._walk(box.body, box.end, depth + 1)
            elif box.kind == b"mdat":
                self.media.append((box.body, box.end))
            else:
                self._shorten(box)

    def _boxes(self, at: int, end: int) -> Iterator[Box]:
        """Yield the boxes between two positions. Raise Broken if one is longer than the space for it."""
        while at + 8 <= end:
            self.copy.count()
            size, kind, body = int.from_bytes(self.content[at : at + 4], "big"), self.content[at + 4 : at + 8], at + 8
            if size == 1:
                size, body = int.from_bytes(self.content[at + 8 : at + _LARGE], "big"), at + _LARGE
            elif size == 0 and end == len(self.content):
                size = end - at
            if body > at + size or at + size > end:
                raise Broken("a box longer than what it is in")
            yield Box(kind, at, body, at + size)
            at += size
        if at < end:
            self.gone.append((at, end))

    def _shorten(self, box: Box) -> None:
        """Remove the bytes after the known content of a box, because a box with a wrong size can hold other boxes."""
        length = _LENGTHS.get(box.kind, box.end - box.body)
        if box.kind in _ROWS:
            length = 8 + _ROWS[box.kind] * int.from_bytes(self.content[box.body + 4 : box.body + 8], "big")
        if box.body + length < box.end:
            self.gone.append((box.body + length, box.end))

    def _free(self, box: Box) -> None:
        if box.kind == b"trak":
            tables = self._tables(box)
            self.copy.count(mp4_samples.rows_of(tables))
            self.unseen += mp4_samples.of_track(tables)
        elif box.kind == b"gps ":
            self.copy.count((box.end - box.body) // 8)
            self.unseen += mp4_samples.of_dash_cam(memoryview(self.content)[box.body : box.end])
        self.freed.append(box.at + 4)
        self.gone.append((box.body, box.end))

    def _is_shown(self, track: Box) -> bool:
        handler = self._tables(track).get(b"hdlr", memoryview(b""))
        return bytes(handler[_HANDLER]) in _SHOWN

    def _tables(self, track: Box) -> dict[bytes, memoryview]:
        found: dict[bytes, memoryview] = {}
        waiting = [track]
        while waiting:
            outer = waiting.pop()
            for box in self._boxes(outer.body, outer.end):
                if box.kind in _CONTAINERS:
                    waiting.append(box)
                found.setdefault(box.kind, memoryview(self.content)[box.body : box.end])
        return found

    def _dash_cam_blocks(self) -> Iterator[Range]:
        """Yield the ranges of the blocks that dash-cams write among the samples. A block begins with its size."""
        at = self.content.find(_DASH_CAM)
        while at >= 0:
            self.copy.count()
            size = int.from_bytes(self.content[max(at - 4, 0) : at], "big")
            end = at - 4 + size if len(_DASH_CAM) < size <= _LARGEST_BLOCK else at + _USUAL_BLOCK
            yield at + 4, end
            at = self.content.find(_DASH_CAM, at + len(_DASH_CAM))
