"""The boundaries of wards, from a file supplied by the operator, to find the ward in which a point lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Ward:
    code: str
    box: tuple[float, float, float, float]
    """The rectangle around the ward: west, south, east, north in degrees."""
    polygons: tuple[tuple[Ring, ...], ...]
    """Polygons of an outer ring and its holes. Points are (longitude, latitude) in degrees."""


class Boundaries:
    """The boundaries of some or all wards, by ward code ("PX-00004")."""

    def __init__(self, wards: Mapping[str, Sequence[Sequence[Sequence[Sequence[float]]]]]) -> None:
        """Store multipolygons of [longitude, latitude], nested as in GeoJSON, by ward code.

        Raise ValueError or TypeError if the shape of the data is wrong.
        """
        self._wards = tuple(_ward(code, shape) for code, shape in sorted(wards.items()))

    @classmethod
    def load(cls, data: Any) -> Boundaries:
        """Return the boundaries in `{"wards": {"00004": multipolygon}}`, keyed by the official ward code.

        Raise KeyError, TypeError, ValueError or AttributeError if the shape of the data is wrong.
        """
        return cls({f"PX-{code.removeprefix('PX-')}": shape for code, shape in data["wards"].items()})

    def __len__(self) -> int:
        return len(self._wards)

    @property
    def shapes(self) -> Mapping[str, tuple[tuple[Ring, ...], ...]]:
        """The polygons by ward code. A polygon is its outer ring followed by its holes."""
        return {ward.code: ward.polygons for ward in self._wards}

    def ward_at(self, latitude: float, longitude: float) -> str | None:
        """Return the code of the ward that contains the point, or None. On a shared boundary the lowest code wins."""
        for ward in self._wards:
            west, south, east, north = ward.box
            if west <= longitude <= east and south <= latitude <= north:
                for outer, *holes in ward.polygons:
                    if _inside(outer, longitude, latitude) and not any(_inside(h, longitude, latitude) for h in holes):
                        return ward.code
        return None


def _ward(code: str, shape: Sequence[Sequence[Sequence[Sequence[float]]]]) -> _Ward:
    polygons = tuple(tuple(tuple((float(x), float(y)) for x, y in ring) for ring in polygon) for polygon in shape)
    points = [point for polygon in polygons for ring in polygon for point in ring]
    if not points or any(not polygon for polygon in polygons):
        raise ValueError(f"the boundary of {code} is empty")
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _Ward(code, (min(xs), min(ys), max(xs), max(ys)), polygons)


def _inside(ring: Ring, x: float, y: float) -> bool:
    odd = False
    before_x, before_y = ring[-1]
    for here_x, here_y in ring:
        if (here_y > y) != (before_y > y) and x < (before_x - here_x) * (y - here_y) / (before_y - here_y) + here_x:
            odd = not odd
        before_x, before_y = here_x, here_y
    return odd
