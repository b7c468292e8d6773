"""Make a map of Hanoi with one equal tile per ward, for pages without the boundaries. Neighbours stay close together.

The central wards are small and many, so a tile's place is the mean of the ward's position and of its rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.paths import FUNCTIONS

TARGET = FUNCTIONS / "public_site" / "ward_tiles.json"
SIDE = 13
"""The number of columns, and of rows, of the map."""
ROUNDS = 60

Tile = tuple[int, int]


def tiles(boundaries: Mapping[str, Any]) -> dict[str, Tile]:
    """Return the column and row of every ward, by code.

    `boundaries["wards"]` maps the codes of wards to multipolygons of longitude and latitude.
    """
    centres = {code: _centre(polygons) for code, polygons in boundaries["wards"].items()}
    wanted = {code: (_place(centres, code, 0), SIDE - 1 - _place(centres, code, 1)) for code in centres}
    free = {(column, row) for column in range(SIDE) for row in range(SIDE)}
    found: dict[str, Tile] = {}
    middle = (SIDE - 1) / 2
    for code in sorted(wanted, key=lambda code: (_far(wanted[code], (middle, middle)), code)):
        found[code] = min(free, key=lambda tile: (_far(tile, wanted[code]), tile))
        free.remove(found[code])
    for _ in range(ROUNDS):
        if not sum(_swapped(found, wanted, code) for code in sorted(found)):
            break
    return found


def _swapped(found: dict[str, Tile], wanted: Mapping[str, tuple[float, float]], code: str) -> bool:
    """Swap a ward's tile with the one that brings both wards closest to their real places.

    Return False if no swap is an improvement.
    """
    now = {other: _far(found[other], wanted[other]) for other in found}
    gains = {
        other: now[code] + now[other] - _far(found[other], wanted[code]) - _far(found[code], wanted[other])
        for other in found
    }
    best = max(sorted(gains), key=lambda other: gains[other])
    if gains[best] <= 1e-9:  # noqa: PLR2004 - rounding
        return False
    found[code], found[best] = found[best], found[code]
    return True


def _place(centres: Mapping[str, tuple[float, float]], code: str, axis: int) -> float:
    values = sorted(centre[axis] for centre in centres.values())
    value = centres[code][axis]
    as_it_is = (value - values[0]) / (values[-1] - values[0])
    by_rank = values.index(value) / (len(values) - 1)
    return (SIDE - 1) * (as_it_is + by_rank) / 2


def _centre(polygons: Any) -> tuple[float, float]:
    points = list(_points(polygons))
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _points(polygons: Any) -> Iterator[tuple[float, float]]:
    for polygon in polygons:
        yield from polygon[0]


def _far(one: tuple[float, float], other: tuple[float, float]) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
