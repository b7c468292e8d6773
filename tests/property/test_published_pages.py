"""The public page of figures, its JSON and its CSV have the same numbers, equal to the desk's if not hidden."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from petitions.adapters import reference
from petitions.adapters.understanding import vocabulary
from petitions.domain.figures.published_figures import REST, ROW_NUMBERS
from petitions.domain.figures.published_periods import period_of
from petitions.domain.petition.history_counts import CITY
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.publishing.public_view import PublicView
from petitions.usecases.publishing.publish_names import PublishNames
from petitions.usecases.shared.published_index import PublishedIndex
from tests.compiled_templates import COMPILED
from tests.property.figures_year import FiguresYear
from tests.unit.world import STORAGE

sys.path.append(str(Path(__file__).parents[2] / "functions" / "public_site"))
SHARES = ("on_time_percent", "median_days", "ninth_decile_days", "satisfied_percent")
COLUMNS = ("arrived", "handled", "moved_out", "otherwise", "open", "overdue", *SHARES, "rated")
TILES = ("arrived", "handled", "on_time_percent", "open", "overdue", "median_days", "satisfied_percent")
GROUPS = ("fields", "units", "wards")
ASKED = ("", "period=2026-01", "period=2026-Q1", "period=2026-02-w4", "unit=SXD", "unit=SXD&period=2026-Q1")


def site_of(year: FiguresYear) -> FlaskClient:
    from public_app import make_app  # noqa: PLC0415 - the folder has just been put on the path

    PublishNames(year.public, year.clock, reference.directory(), reference.fields(), reference.rules())()
    app = make_app(
        PublicView(year.public, year.clock, PublishedIndex(year.public, vocabulary.search_words())),
        lambda _: "::1",
        public_url="https://x.vn",
        citizen_url="https://c.vn",
        chat_url="https://z.vn",
        storage=STORAGE,
    )
    app.jinja_env.bytecode_cache = COMPILED
    return app.test_client()


@pytest.fixture(scope="module")
def year() -> FiguresYear:
    lived = FiguresYear(seed=12, a_day=60)
    for _ in lived.live(95):
        continue
    return lived


@pytest.fixture(scope="module")
def site(year: FiguresYear) -> FlaskClient:
    return site_of(year)


def written(row: dict[str, Any], columns: Sequence[str]) -> list[str]:
    cells = [(row[name], "%" if name.endswith("percent") else "") for name in columns]
    return ["–" if value is None else f"{value:g}{unit}".replace(".", ",") for value, unit in cells]


@pytest.mark.parametrize("asked", ASKED)
def test_every_number_of_the_page_is_in_the_open_data(site: FlaskClient, asked: str) -> None:
    data = site.get(f"/data/figures.json?{asked}").get_json()
    page = site.get(f"/figures?{asked}").text
    parts = dict(re.findall(r'<section class="card" aria-labelledby="([\w-]+)">(.*?)</section>', page, re.DOTALL))
    rows = {f"by-{group}": data[group] for group in GROUPS if group in data}
    rows |= {"time": data["months"][::-1]} if data["months"] else {}
    assert rows.keys() <= parts.keys()
    for name, of_part in rows.items():
        shown = re.findall(r'<tr><th scope="row"[^>]*>(.+?)</th>(.*?)</tr>', parts[name])
        found = [
            (unescape(re.sub("<[^>]+>", "", head)), re.findall(r"<td[^>]*>([^<]*)</td>", cells))
            for head, cells in shown
        ]
        assert found == [(row.get("name") or row["key"], written(row, COLUMNS)) for row in of_part], name
    if data["total"]:
        assert re.findall(r"<b>([^<]*)</b>", parts["sum"]) == written(data["total"], TILES)
    else:
        assert "không công bố riêng" in parts["sum"]
    table = list(csv.DictReader(io.StringIO(site.get(f"/data/figures.csv?{asked}").text.removeprefix("\ufeff"))))
    for group in (group for group in GROUPS if group in data):
        lines = [{name: line[name] for name in ("key", "arrived")} for line in table if line["part"] == group]
        assert lines == [{"key": row["key"], "arrived": str(row["arrived"])} for row in data[group]]


@pytest.mark.parametrize("period_id", ["2026-01", "2026-03", "2026-Q1", "2026-02-w3"])
def test_what_is_published_is_what_the_desk_counts(year: FiguresYear, site: FlaskClient, period_id: str) -> None:
    desk = ReadFigures(year.store, year.clock)(CITY, period_of(period_id))
    data = site.get(f"/data/figures.json?period={period_id}").get_json()
    events = [name for name in ROW_NUMBERS if name not in {"otherwise", "open", "overdue"}]
    assert {name: data["total"][name] for name in events} == {name: desk.total.number(name) for name in events}
    for group in (group for group in GROUPS if group in data):
        rows = {row.key: row for row in desk.groups[group]}
        assert len(data[group]) > 1
        for row in data[group]:
            if row["key"] != REST:
                assert {name: row[name] for name in events} == {name: rows[row["key"]].number(name) for name in events}
        for name in events:
            assert sum(row[name] for row in data[group]) == sum(row.number(name) for row in desk.groups[group])


def test_the_map_has_every_ward_by_its_name_with_its_number_and_a_link(site: FlaskClient) -> None:
    wards = {ward.code: ward.name for ward in reference.directory().wards}
    page = site.get("/figures?period=2026-Q1").text
    data = {row["key"]: row for row in site.get("/data/figures.json?period=2026-Q1").get_json()["wards"]}
    links = re.findall(r'<a href="/results\?ward=([^"]+)" tabindex="-1"><title>([^<]+)</title>', page)
    assert dict(links) == {
        code: f"{name}: {data[code]['arrived'] if code in data else 'ít, không nêu riêng'}"
        for code, name in wards.items()
    }
    assert ">Hoàn Kiếm</text>" in page
    shown = next(code for code in data if code in wards)
    assert f'<a href="/results?ward={shown}">{wards[shown]}</a>' in page  # in the table too, for keyboards


def test_the_first_page_shows_the_latest_four_weeks(site: FlaskClient, year: FiguresYear) -> None:
    page = site.get("/").text
    assert "Kết quả từ 1/3/2026 đến 31/3/2026" in page
    total = site.get("/data/figures.json?period=2026-03").get_json()["total"]
    assert f"<b>{total['arrived']}</b>" in page
    assert f"<b>{total['handled']}</b>" in page


def test_a_site_without_figures_says_so() -> None:
    empty = site_of(FiguresYear(seed=1, a_day=1))
    for path in ("/", "/figures", "/figures?unit=SXD"):
        assert "Chưa có số liệu" in empty.get(path).text
    assert empty.get("/data/figures.json").get_json()["total"] is None
    assert empty.get("/data/figures.csv").status_code == 200


def test_a_period_that_is_not_published_and_an_unknown_unit_are_answered(site: FlaskClient) -> None:
    for asked, status in (
        ("period=2026-04", 400), ("period=ever", 400), ("period=2026-01-15", 400), ("unit=nobody", 404),
        ("unit=SXD&period=2026-01-w1", 200), ("unit=SXD&period=2026-Q1", 200), ("from=2026-01-02&to=2026-01-03", 400),
        ("ward=PX-00004", 400),
    ):  # fmt: skip
        assert site.get(f"/figures?{asked}").status_code == status, asked
        assert site.get(f"/en/figures?{asked}").status_code == status, asked


def test_every_column_is_in_the_data_dictionary(site: FlaskClient) -> None:
    page = site.get("/data").text
    heads = next(csv.reader([site.get("/data/figures.csv").text.removeprefix("\ufeff").splitlines()[0]]))
    described = site.get("/data/openapi.json").get_json()["components"]["schemas"]["Figures"]["properties"]
    assert heads == list(described)
    assert all(f'<th scope="row" class="code">{head}</th>' in page for head in heads)
