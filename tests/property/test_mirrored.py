"""What the public site shows of the mirrored figures: the desk's, of any period and unit, as the open data has them."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Sequence
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.domain.figures.periods import DAY, Period
from petitions.domain.figures.small_cells import PUBLIC_NUMBERS
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.history_counts import CITY, TOTAL
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.figures.read_public_figures import ReadPublicFigures
from petitions.usecases.publishing.mirror_published import MirrorPublished
from petitions.usecases.publishing.public_view import PublicView
from tests.compiled_templates import COMPILED
from tests.fakes import FakeStore
from tests.property.figures_city import STEP, UNITS, City, do
from tests.property.test_read_figures import PERIODS
from tests.unit.world import World

GROUPS = ("fields", "units", "wards")
sys.path.append(str(Path(__file__).parents[2] / "functions" / "public_site"))


class PublicCity:
    """A city whose figures are folded and mirrored now and then, and the public site over the mirror alone."""

    def __init__(self, steps: list[tuple[str, Any, int]]) -> None:
        from public_app import make_app  # noqa: PLC0415 - the folder has just been put on the path

        self.city, self.public = City(), FakeStore()
        names = reference.directory(), reference.fields(), reference.rules()
        mirror = MirrorPublished(self.city.store, self.public, self.city.clock, *names)
        fold = partial(self.city.fold, mirror)
        self.city.fold = fold  # type: ignore[assignment]
        for step in steps:
            do(self.city, step)
        fold()
        view = PublicView(self.public, self.city.clock)
        app = make_app(
            view, lambda _: "::1", public_url="https://x.vn", citizen_url="https://c.vn", chat_url="https://z.vn"
        )
        app.jinja_env.bytecode_cache = COMPILED
        self.client: FlaskClient = app.test_client()

    def asks(self, path: str, unit: str, period: Period) -> Any:
        days = {"from": str(period.since), "to": str(period.until - DAY)}
        return self.client.get(path, query_string=days | ({} if unit == CITY else {"unit": unit}))


@settings(max_examples=15)
@given(st.lists(STEP, min_size=5, max_size=40), PERIODS, st.sampled_from([*UNITS, CITY]))
def test_they_are_those_of_the_desk(steps: list[tuple[str, Any, int]], period: Period, unit: str) -> None:
    site = PublicCity(steps)
    inside = ReadPublicFigures(ReadFigures(site.city.store, site.city.clock))((unit, TOTAL, ""), period)
    found = site.asks("/data/figures.json", unit, period).get_json()
    assert {name: found["total"][name] for name in PUBLIC_NUMBERS} == dict(inside.row.numbers)
    for group in ("fields", "units", "wards"):
        told = {each["key"]: each["arrived"] for each in found.get(group, [])}
        assert told == {row.key: row.numbers["arrived"] for row in inside.tables.get(group, [])}
    page = site.asks("/figures", unit, period)
    assert page.status_code == 200
    table = csv.DictReader(io.StringIO(site.asks("/data/figures.csv", unit, period).text.removeprefix("\ufeff")))
    (total,) = (row for row in table if row["part"] == "total")
    for name in ("arrived", "handled"):
        number = found["total"][name]
        assert f"<b>{'dưới 5' if number is None else number}</b>" in page.text
        assert total[name] == ("" if number is None else str(number))


SHARES = ("on_time_percent", "median_days", "ninth_decile_days", "satisfied_percent")
COLUMNS = ("arrived", "handled", "moved_out", "open", "overdue", *SHARES, "rated")
OF_MONTHS = tuple(name for name in COLUMNS if name not in {"open", "overdue"})
TILES = ("arrived", "handled", "on_time_percent", "median_days", "satisfied_percent", "open", "overdue")
HIDDEN = dict.fromkeys(set(COLUMNS) - set(SHARES), "dưới 5")
"""What stands for a number that is hidden; of a share it is a dash."""


def written(row: dict[str, Any], columns: Sequence[str]) -> list[str]:
    """A row of the open data as the page writes it."""
    told = [(name, row[name], "%" if name.endswith("percent") else "") for name in columns]
    return [
        HIDDEN.get(name, "–") if value is None else f"{value:g}{unit}".replace(".", ",") for name, value, unit in told
    ]


@settings(max_examples=10)
@given(st.lists(STEP, min_size=20, max_size=60), PERIODS, st.sampled_from([*UNITS, CITY]))
def test_every_number_of_the_page_is_in_the_open_data_of_the_same_moment(
    steps: list[tuple[str, Any, int]], period: Period, unit: str
) -> None:
    site = PublicCity(steps)
    data = site.asks("/data/figures.json", unit, period).get_json()
    page = site.asks("/figures", unit, period).text
    parts = dict(re.findall(r'<section class="card" aria-labelledby="([\w-]+)">(.*?)</section>', page, re.DOTALL))
    by_group = {f"by-{group}": data.get(group, []) for group in GROUPS}
    for name, rows in {"time": data["months"][::-1], **by_group}.items():
        if name == "time" and name not in parts:  # there is no chart of nothing
            assert not any(row["arrived"] or row["handled"] for row in rows)
            continue
        shown = re.findall(r'<tr><th scope="row"[^>]*>([^<]+)</th>(.*?)</tr>', parts.get(name, ""))
        told = [(unescape(head), re.findall(r"<td[^>]*>([^<]*)</td>", cells)) for head, cells in shown]
        columns = OF_MONTHS if name == "time" else COLUMNS
        assert told == [(row.get("name") or row["key"], written(row, columns)) for row in rows], name
    assert re.findall(r"<b>([^<]*)</b>", parts["sum"]) == written(data["total"], TILES)


def test_the_map_has_every_ward_by_its_name_with_what_came_from_there() -> None:
    site = PublicCity([("file", "PX-00004", 0)] * 25)
    city, wards = site.city, {each.code: each.name for each in reference.directory().wards}
    for code in city.codes:
        city.alter(code, RecordedAction.ROUTED, ward="PX-00004")
    city.fold()
    page = site.client.get("/figures?period=year").text
    titles = dict(re.findall(r"<title>([^<:]+): ([^<]+)</title>", page.partition('class="map"')[2]))
    assert set(titles) == set(wards.values())
    assert titles.pop(wards["PX-00004"]) == "25"
    assert set(titles.values()) == {"0"}
    assert 'class="shade-2"' in page


def test_what_a_crash_left_out_is_copied_at_night() -> None:
    world = World()
    city = City()
    city.file("SXD")
    city.fold()  # and the minute's job ends before it copies
    mirror = MirrorPublished(
        city.store, world.public, city.clock, reference.directory(), reference.fields(), reference.rules()
    )
    mirror.again()
    copied = {path: data for path, data in world.public.documents.items() if path.startswith("stats/")}
    assert copied == {path: data for path, data in city.store.documents.items() if path.startswith("stats/")}
    before = dict(world.public.documents)
    mirror.again()
    assert world.public.documents == before


def test_a_period_that_is_none_and_an_unknown_unit_are_said() -> None:
    site = PublicCity([])
    for asked, status in (
        ("from=2026-11-02&to=2026-11-01", 400), ("from=x", 400), ("period=ever", 400), ("unit=nobody", 404),
        ("from=0001-01-01&to=9999-12-31", 400), ("unit=SXD&period=year", 200),
    ):  # fmt: skip
        assert site.client.get(f"/figures?{asked}").status_code == status, asked
        assert site.client.get(f"/en/figures?{asked}").status_code == status, asked
