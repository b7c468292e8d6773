"""The public database of a whole city on the Firestore emulator, and the public site over it with the real client."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from unittest import mock

from flask import Flask
from google.cloud.firestore_v1 import _helpers
from google.protobuf.json_format import MessageToDict

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.paths import ROOT
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.understanding import vocabulary
from petitions.domain.figures.published_figures import (
    CITY_NUMBERS,
    CITY_PATH,
    ROW_NUMBERS,
    CityFigures,
    PeriodTables,
    PublishedPeriod,
    PublishedRow,
    UnitFigures,
    tables_path,
    unit_path,
)
from petitions.domain.figures.published_periods import ended_periods, is_week
from petitions.domain.lifecycle.states import State
from petitions.domain.publishing.figure_names import FIGURE_NAMES_PATH, FigureNames
from petitions.domain.publishing.public import PublicResult, PublicStatus, status_path
from petitions.domain.publishing.published import (
    FACETS_PATH,
    IndexedPart,
    PublishedResult,
    ResultFacets,
    ResultStep,
    filter_key,
    result_path,
)
from petitions.domain.publishing.search_index import indexed, part_of, part_path
from petitions.usecases.publishing.public_view import PublicView
from petitions.usecases.shared.published_index import PublishedIndex
from tests.fakes import FakeClock
from tests.load.desk_city import NOW, code_of
from tests.unit.world import STORAGE

sys.path.append(str(ROOT / "functions" / "public_site"))
DATABASE = "public"
UNITS, FIELDS, WARDS = ("SYT", "SXD", "PX-00175", "PX-00004"), ("y_te", "xay_dung", "khac"), ("00175", "00004", "00166")
MATTERS = ("khai sinh", "giấy phép xây dựng", "viện phí", "học phí", "hộ kinh doanh", "đất đai", "rác thải", "tiếng ồn")
PLACES = ("Trung Kính", "Hàng Đào", "Cầu Giấy", "Láng Hạ", "Kim Mã")
VARIANTS = 240
A_PART = 2000
"""The number of results in one part of the index."""
_PLACE, _ID = "99999999999-KQ-PLACE", "KQ-IDENT"


def line(path: str, fields: dict[str, Any], database: str) -> str:
    encoded = {name: MessageToDict(value._pb) for name, value in _helpers.encode_dict(fields).items()}
    place: dict[str, Any] = {"project": CHECKED_PROJECT, "database": database, "path": path}
    return json.dumps({**place, "create_time": 1, "update_time": 1, "fields": encoded}) + "\n"


def id_of(number: int) -> str:
    digits = f"{number:012}"
    return f"KQ-{digits[:4]}-{digits[4:8]}-{digits[8:]}"


@cache
def variant(number: int) -> PublishedResult:
    """Return a result with a placeholder for its id, and with properties that follow from `number`."""
    unit, field, ward = UNITS[number % 4], FIELDS[number % 3], WARDS[number % 5 % 3]
    matter, place = MATTERS[number % 8], PLACES[number % 5]
    summary = f"Cán bộ một cửa hẹn trả kết quả thủ tục {matter} nhiều lần, người dân ở {place} phải đi lại nhiều lần."
    answer = f"Đã kiểm tra việc {matter} tại {place}, xin lỗi người dân và trả kết quả trong ngày. " * 3
    at = NOW - timedelta(days=number % 300, minutes=number)
    on = "on" if number % 4 else "late"
    filters = {"unit": unit, "field": field, "ward": ward, "outcome": "explained", "time": on}
    keys = [*(filter_key(*item) for item in filters.items())]
    keys += [filter_key("period", f"{at:%Y}"), filter_key("period", f"{at:%Y-%m}")]
    return PublishedResult(
        result_id=_ID,
        result=PublicResult(summary=summary, answer=answer, in_time=on == "on"),
        unit=unit,
        unit_name=f"Đơn vị {unit}",
        field=field,
        field_name=f"Lĩnh vực {field}",
        ward=ward,
        ward_name=f"Phường {ward}",
        steps=[ResultStep(step="filed", at=at - timedelta(days=9)), ResultStep(step="published", at=at)],
        published_at=at,
        keys=dict.fromkeys(keys, True),
        part=0,
    )


@cache
def _pattern(number: int) -> str:
    return line(result_path(_PLACE), variant(number).stored(), DATABASE)


@cache
def _status() -> str:
    status = PublicStatus(
        code="HN-CODE", state=State.IN_PROGRESS, unit="SYT", unit_name="Sở Y tế", filed_at=NOW, version=1
    )
    return line(status_path("HN-CODE"), status.stored(), DATABASE)


def stored(count: int) -> Iterator[bytes]:
    """Yield `count` results and statuses, their counts, names and figures, in the format of the emulator's import."""
    facets: Counter[str] = Counter()
    places: dict[str, int] = {}
    for number in range(count):
        made = variant(number % VARIANTS)
        place = f"{10**11 - int(made.published_at.timestamp()):011}-{id_of(number)}"
        yield _pattern(number % VARIANTS).replace(_PLACE, place).replace(_ID, id_of(number)).encode()
        yield _status().replace("HN-CODE", code_of(number)).encode()
        facets.update(made.keys)
        places[place] = number
    parts: list[IndexedPart] = []
    for first in range(0, count, A_PART):
        some = {
            place: indexed(variant(number % VARIANTS)) for place, number in list(places.items())[first : first + A_PART]
        }
        yield line(part_path(len(parts)), part_of(some).stored(), DATABASE).encode()
        parts.append(IndexedPart(results=len(some), revision=1))
    names = {key: key for key in facets if key.startswith(("unit", "field", "ward"))}
    yield line(
        FACETS_PATH, ResultFacets(total=count, counts=facets, names=names, parts=parts).stored(), DATABASE
    ).encode()
    for path, fields in _figures(count).items():
        yield line(path, fields, DATABASE).encode()


def _figures(count: int) -> Mapping[str, dict[str, Any]]:
    directory, fields = reference.directory(), reference.fields()
    wards = {ward.code: ward.name for ward in directory.wards}
    units = {item.code: item.name for item in directory.units}
    named = FigureNames(units=units, fields={field.code: field.name for field in fields.fields}, wards=wards)
    found = {FIGURE_NAMES_PATH: named.stored()}
    periods = [*ended_periods(NOW.date().replace(month=1, day=1), NOW.date())]
    numbers = dict.fromkeys((*ROW_NUMBERS, *CITY_NUMBERS), count)

    def row(key: str) -> PublishedRow:
        return PublishedRow(key=key, numbers=numbers, on_time_percent=100, median_hours=48)

    city = CityFigures(
        periods={period: PublishedPeriod(as_of=NOW, row=row(period)) for period in periods},
        latest=PublishedPeriod(as_of=NOW, row=row("")),
        last_week=max(period for period in periods if is_week(period)),
    )
    found[CITY_PATH] = city.stored()
    for period in (period for period in periods if not is_week(period)):
        tables = PeriodTables(units=[*map(row, units)], fields=[*map(row, named.fields)], wards=[*map(row, wards)])
        found[tables_path(period)] = tables.stored()
    for unit in UNITS:
        found[unit_path(unit)] = UnitFigures(
            periods={period: row(period) for period in periods if not is_week(period)}
        ).stored()
    return found


def load(server: FirestoreServer, count: int) -> None:
    url = f"http://127.0.0.1:{server.admin_port}/import"
    request = urllib.request.Request(url, b"".join(stored(count)), method="POST")
    with urllib.request.urlopen(request, timeout=1800) as response:
        response.read()


def site_of(server: FirestoreServer) -> Flask:
    from public_app import make_app  # noqa: PLC0415 - the folder has just been put on the path

    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
        store = FirestoreStore(CHECKED_PROJECT, DATABASE)
    view, here = PublicView(store, FakeClock(NOW), PublishedIndex(store, vocabulary.search_words())), "https://x.vn"
    return make_app(
        view, lambda _: "::1", public_url=here, citizen_url="https://c.vn", chat_url="https://z.vn", storage=STORAGE
    )


LOOK_UP, LOOK_UP_AS_DATA = "POST /", "POST /api/status"


def addresses() -> list[str]:
    """Return an address of every kind that costs reads. For an address beginning with POST, a code is sent."""
    here = [
        "/", "/results", "/results?unit=SYT", "/results?unit=SYT&time=late", "/results?q=khai+sinh",
        "/results?q=khai+sinh&field=y_te", "/results?q=khongco", f"/results/{id_of(5)}", "/results/KQ-9999-9999-9999",
        "/figures", "/figures?unit=SYT&period=2026-Q3", "/figures?period=2026-10-w4", LOOK_UP,
    ]  # fmt: skip
    data = [
        "/results.atom", "/results.atom?unit=SYT", "/sitemap.xml", "/data/results.csv", "/data/results.json?q=hoc+phi",
        "/data/figures.json", "/open311/v2/services.json", "/open311/v2/requests.json?page_size=200",
        f"/open311/v2/requests/{id_of(5)}.json", LOOK_UP_AS_DATA,
    ]  # fmt: skip
    return here + data


def costs(server: FirestoreServer, site: Flask) -> dict[str, tuple[int, int]]:
    client, found = site.test_client(), {}
    for path in addresses():
        server.admin("POST", "/counters/reset")
        route = path.removeprefix("POST ")
        answer = client.get(path) if route == path else client.post(route, data={"code": code_of(7)})
        assert answer.status_code in {200, 404}, path
        report = server.admin("GET", "/counters")
        counted = [item for name, item in report["methods"].items() if name == "RunAggregationQuery"]
        # The database bills a count as one read for a thousand documents. Here a count is one read.
        reads = report["reads"] - sum(item["reads"] for item in counted) + len(counted)
        found[path] = (sum(item["calls"] for item in report["methods"].values()), reads)
    return found


def most_documents(path: str) -> int:
    """Return the largest number of documents that a page at the given address may read, with any number of results."""
    if path.startswith("/sitemap"):
        return 502
    return 203 if path.startswith(("/data/results", "/open311")) else 60
