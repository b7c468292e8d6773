"""The map on which a citizen chooses the place of a petition.

It is an SVG picture of the outlines of all wards. It works without scripts, because the picture is the button of a
form, and browsers send the position of the click.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import cos, radians

from petitions.domain.petition.petition import Location
from petitions.domain.routing.boundaries import Boundaries
from petitions.ward_outlines import GRID, Outlines, outlines

LETTER = 5
"""The estimated width of a letter in a label, in grid steps of the map."""


@dataclass
class WardMap:
    """A map drawn from the boundaries of the wards, and the conversion between its grid and degrees."""

    boundaries: Boundaries

    @cached_property
    def drawn(self) -> Outlines:
        return outlines(self.boundaries)

    @cached_property
    def _edge(self) -> tuple[float, float, float]:
        rings = [polygon[0] for shape in self.boundaries.shapes.values() for polygon in shape]
        longitudes = [x for ring in rings for x, _ in ring]
        north = max(y for ring in rings for _, y in ring)
        step = (max(longitudes) - min(longitudes)) * cos(radians(north)) / GRID
        return min(longitudes), north, step

    def picture(self, chosen: Location | None, names: Mapping[str, str]) -> str:
        """Return the map as SVG, with the names of wards wide enough for them and a mark at `chosen`, if given."""
        height, point = self.drawn.height, ""
        if chosen is not None:
            x, y = self.place_of(chosen)
            point = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#c8102e" stroke="#fff" stroke-width="2"/>'
        wards = "".join(f'<path d="{path}"/>' for path in self.drawn.paths.values() if path)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GRID} {height}" width="{GRID}" height="{height}">'
            f'<g fill="#e8eef5" stroke="#4a6785" stroke-width="1">{wards}</g>'
            f'<g font-family="sans-serif" font-size="9" text-anchor="middle" fill="#22364d">{self._labels(names)}</g>'
            f"{point}</svg>"
        )

    def _labels(self, names: Mapping[str, str]) -> str:
        labels = []
        for code, shape in self.boundaries.shapes.items():
            ring = shape[0][0]
            (west, north), (east, south) = (
                self.place_of(Location(latitude=most(y for _, y in ring), longitude=other(x for x, _ in ring)))
                for most, other in ((max, min), (min, max))
            )
            name = names.get(code, "").removeprefix("Phường ").removeprefix("Xã ")
            if name and east - west >= len(name) * LETTER and south - north >= 2 * LETTER:
                x, y = (west + east) / 2, (north + south) / 2
                labels.append(f'<text x="{x:.0f}" y="{y:.0f}">{escape(name)}</text>')
        return "".join(labels)

    def place_of(self, point: Location) -> tuple[float, float]:
        """Return the position of a geographic point on the map, as x and y in grid steps."""
        west, north, step = self._edge
        return (point.longitude - west) * cos(radians(north)) / step, (north - point.latitude) / step

    def point_at(self, x: float, y: float) -> Location | None:
        """Return the geographic point at a position on the map (x, y in grid steps), or None outside all wards."""
        west, north, step = self._edge
        longitude, latitude = west + x * step / cos(radians(north)), north - y * step
        known = self.boundaries.ward_at(latitude, longitude)
        return Location(latitude=round(latitude, 5), longitude=round(longitude, 5)) if known else None

    def ward_at(self, point: Location) -> str | None:
        """Return the code of the ward that contains the point, or None outside all wards."""
        return self.boundaries.ward_at(point.latitude, point.longitude)
