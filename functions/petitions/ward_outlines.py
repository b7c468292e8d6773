"""The outlines of the wards as SVG paths, simplified from the boundaries that an operator provides.

Corners are on a grid of GRID columns of about 150 m, so that neighbouring wards share them. A ward of the centre is
about a dozen columns wide. Bends smaller than a grid step become straight. All 126 wards take about 25 KB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from petitions.domain.routing.boundaries import Boundaries

GRID = 600
BENDS = 0.9
"""The greatest bend that becomes straight, in grid steps."""
_FEWEST = 3

Corner = tuple[int, int]


@dataclass(frozen=True)
class Outlines:
    """The outlines of all wards as SVG paths by ward code, on a grid GRID wide and `height` high."""

    height: int
    paths: Mapping[str, str]


def outlines(boundaries: Boundaries) -> Outlines:
    """Return the outlines of all wards.

    Holes are left out, because the ward inside a hole is drawn over it.
    """
    rings = {code: [polygon[0] for polygon in shape] for code, shape in boundaries.shapes.items()}
    points = [point for shape in rings.values() for ring in shape for point in ring]
    west, north = min(x for x, _ in points), max(y for _, y in points)
    narrow = cos(radians(north))
    step = (max(x for x, _ in points) - west) * narrow / GRID

    def placed(point: tuple[float, float]) -> Corner:
        return round((point[0] - west) * narrow / step), round((north - point[1]) / step)

    paths = {code: "".join(_path([placed(point) for point in ring]) for ring in shape) for code, shape in rings.items()}
    return Outlines(max(placed(point)[1] for point in points), paths)


def _path(ring: Sequence[Corner]) -> str:
    corners = [at for at, before in zip(ring, [None, *ring], strict=False) if at != before]
    half = len(corners) // 2  # a ring ends where it began, so its halves are simplified separately
    kept = [*_straight(corners[: half + 1])[:-1], *_straight(corners[half:])[:-1]] if half else corners
    if len(kept) < _FEWEST:
        return ""
    steps = [f"{x - fro}{y - down:+d}" for (x, y), (fro, down) in zip(kept[1:], kept, strict=False)]
    return f"M{kept[0][0]} {kept[0][1]}l{' '.join(steps)}z"


def _straight(line: Sequence[Corner]) -> list[Corner]:
    if len(line) < _FEWEST:
        return list(line)
    (x, y), (to_x, to_y) = line[0], line[-1]
    long = hypot(to_x - x, to_y - y)
    far = [
        abs((to_x - x) * (y - b) - (x - a) * (to_y - y)) / long if long else hypot(a - x, b - y) for a, b in line[1:-1]
    ]
    most = max(range(len(far)), key=far.__getitem__)
    if far[most] <= BENDS:
        return [line[0], line[-1]]
    return [*_straight(line[: most + 2])[:-1], *_straight(line[most + 1 :])]
