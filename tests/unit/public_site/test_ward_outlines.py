"""The outlines of wards on maps: few corners, no gaps between neighbours, and close to the real boundaries."""

from __future__ import annotations

import re
from math import cos, pi, sin
from typing import Any

from petitions.domain.figures.published_figures import (
    CITY_PATH,
    CityFigures,
    PeriodTables,
    PublishedPeriod,
    PublishedRow,
    tables_path,
)
from petitions.domain.routing.boundaries import Boundaries
from petitions.usecases.publishing.public_view import PublicView
from petitions.ward_outlines import outlines
from tests.unit.world import STORAGE, World

WEST, SOUTH, SIDE = 105.3, 20.6, 0.5


def square(column: int, row: int) -> list[list[list[list[float]]]]:
    x, y, parts = WEST + SIDE * column, SOUTH + SIDE * row, [item / 50 for item in range(50)]
    sides = [
        *([x + SIDE * part, y] for part in parts),
        *([x + SIDE, y + SIDE * part] for part in parts),
        *([x + SIDE * (1 - part), y + SIDE] for part in parts),
        *([x, y + SIDE * (1 - part)] for part in parts),
    ]
    return [[[*sides, sides[0]]]]


def corners(path: str) -> set[tuple[int, int]]:
    x, y, found = 0, 0, set()
    for kind, one, other in re.findall(r"([Ml ])(-?\d+)([ +-]\d+)", path):
        x, y = (int(one), int(other)) if kind == "M" else (x + int(one), y + int(other))
        found.add((x, y))
    return found


def drawn(wards: dict[str, Any]) -> Any:
    return outlines(Boundaries.load({"wards": wards}))


def test_neighbours_share_the_few_corners_that_bend() -> None:
    made = drawn({"00004": square(0, 0), "00008": square(1, 0), "00025": square(1, 1)})
    west, east, north = (corners(made.paths[code]) for code in ("PX-00004", "PX-00008", "PX-00025"))
    assert (len(west), len(east), len(north)) == (4, 4, 4)
    assert len(west & east) == len(east & north) == 2
    assert max(x for x, _ in east) == 600
    assert max(y for _, y in west | east) == made.height


def test_a_round_ward_stays_round_within_a_step() -> None:
    ring = [[105.8 + cos(at * pi / 500) / 2, 21 + sin(at * pi / 500) / 2] for at in range(1001)]
    found = corners(drawn({"00004": [[ring]]}).paths["PX-00004"])
    assert 12 < len(found) < 80
    # Longitudes are scaled by the cosine of its north, so the circle is narrower than it is high.
    assert all(abs(((x - 300) / 300) ** 2 + ((y - 321) / 321) ** 2 - 1) < 0.03 for x, y in found)


def test_the_page_has_outlines_where_the_operator_has_boundaries() -> None:
    from public_app import make_app  # noqa: PLC0415

    boundaries = Boundaries.load({"wards": {"00004": square(0, 0)}})
    world, ward = World(), PublishedRow(key="PX-00004", numbers={"arrived": 25})
    row = PublishedRow(key="", numbers={"arrived": 25, "handled": 20})
    november = PublishedPeriod(as_of=world.clock.now(), row=row)
    world.public.create(CITY_PATH, CityFigures(periods={"2026-11": november}).stored())
    world.public.create(tables_path("2026-11"), PeriodTables(units=[], fields=[], wards=[ward]).stored())
    view = PublicView(world.public, world.clock, world.index)
    app = make_app(
        view,
        lambda _: "::1",
        public_url="https://x.vn",
        citizen_url="https://c.vn",
        chat_url="https://z.vn",
        storage=STORAGE,
        boundaries=boundaries,
    )
    page = app.test_client().get("/figures").text
    assert page.count("<path class=") == 1
    assert "<title>PX-00004: 25</title>" in page
    assert '<rect class="shade' not in page
