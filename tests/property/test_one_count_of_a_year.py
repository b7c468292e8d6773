"""After a year of the whole city, home page, figures, open data, report, scoring and desk show the same numbers.

All are compared with one plain recount.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

import pytest

from petitions.domain.figures.figures_row import FiguresRow, percent
from petitions.domain.figures.periods import DAY
from petitions.domain.figures.published_figures import REST
from petitions.domain.figures.published_periods import four_weeks
from petitions.domain.lifecycle.lifecycle import Action, State
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.shared.channel import Channel
from petitions.domain.shared.records import HANOI
from petitions.domain.units.directory import COORDINATORS
from petitions.usecases.figures.read_figures import FiguresPage
from tests.property.city_year import YEAR, CityYear
from tests.property.year_recount import CITY, Numbers, recount
from tests.property.year_ways import ON_ZALO, WAYS
from tests.unit.desk.office import Browser
from tests.unit.reports.making import do_jobs, management

pytestmark = pytest.mark.release

PETITIONS = 320
NAMES = ("arrived", "answered", "on_time_percent", "open", "overdue")
Months = dict[str, dict[str, Numbers]]


def at(day: date) -> datetime:
    return datetime.combine(day, time(), HANOI)


@pytest.fixture(scope="module")
def lived() -> tuple[CityYear, Months]:
    months: Months = {}

    def count(city: CityYear, first: date) -> None:
        before = (first - DAY).replace(day=1)
        months[f"{before:%Y-%m}"] = recount(city.store.documents, at(before), at(first))

    city = CityYear(each_month=count)
    city.live(PETITIONS, WAYS, ON_ZALO)
    return city, months


@pytest.fixture(scope="module")
def city(lived: tuple[CityYear, Months]) -> CityYear:
    return lived[0]


@pytest.fixture(scope="module")
def expected(city: CityYear) -> dict[str, Numbers]:
    return recount(city.store.documents, *map(at, YEAR))


def shown_numbers(numbers: Numbers) -> dict[str, int | None]:
    """Return the recounted numbers in the form in which the pages show them, by name."""
    values = (numbers.arrived, numbers.answered, percent(*numbers.on_time), numbers.open, numbers.overdue)
    return dict(zip(NAMES, values, strict=True))


def of(row: Mapping[str, Any]) -> dict[str, int | None]:
    return {name: row["handled" if name == "answered" else name] for name in NAMES}


def of_row(row: FiguresRow) -> dict[str, int | None]:
    values = (row.arrived, row.handled, percent(*row.on_time), row.open, row.overdue)
    return dict(zip(NAMES, values, strict=True))


def figures(browser: Browser, asked: Mapping[str, str]) -> FiguresPage:
    found: FiguresPage = browser.shown(f"/figures?{urlencode(asked)}")["found"]
    return found


def agree(shown: Mapping[str, int | None], numbers: Numbers) -> None:
    """Fail if a shown number differs from the recount. Hidden and unknown numbers are skipped."""
    wanted = shown_numbers(numbers)
    assert {name: value for name, value in shown.items() if value is not None} == {
        name: wanted[name] for name, value in shown.items() if value is not None
    }


def rows_of(table: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))


def cell_number(words: str) -> int | None:
    """Return the number in a cell, or None for an empty cell or a dash."""
    digits = words.strip().removesuffix("%")
    return int(digits) if digits.isdecimal() else None


YEAR_ASKED = {"from": YEAR[0].isoformat(), "to": YEAR[1].isoformat()}


def test_the_year_has_everything_that_can_happen(city: CityYear, expected: dict[str, Numbers]) -> None:
    actions = Counter(
        fields["action"] for path, fields in city.store.documents.items() if "/history/" in path
    )  # fmt: skip
    some = {Action.GIVE_BACK, Action.REASSIGN, Action.ASK_SUPPLEMENT, Action.SUPPLEMENT, Action.REOPEN, Action.WITHDRAW,
            Action.MERGE, Action.UNMERGE, Action.REFUSE, Action.TRANSFER_OUT, Action.SENT_BACK, Action.PUBLISH,
            Action.CLOSE, RecordedAction.RATED, RecordedAction.ESCALATED}  # fmt: skip
    assert {str_enum for str_enum in some if actions[str_enum] < 3} == set()
    petitions = city.petitions()
    assert {petition.source for petition in petitions} == {"zalo", "paper", "phone", "portal"}
    assert {petition.taken.channel for petition in petitions if petition.taken} == set(Channel)
    assert set(city.units) <= {*expected}
    whole_city = expected[CITY]
    assert whole_city.answered > whole_city.in_time > 0
    assert whole_city.open > whole_city.overdue > 0
    assert {State.AWAITING_CITIZEN, State.REOPENED, State.IN_PROGRESS} <= {petition.state for petition in petitions}
    assert whole_city.arrived < len(petitions), "some were carried into the year"


def test_the_desks_figures(city: CityYear, expected: dict[str, Numbers]) -> None:
    browser = city.at_desk("coordinator")
    desk = browser.client
    found = figures(browser, YEAR_ASKED)
    assert of_row(found.total) == shown_numbers(expected[CITY])
    units = {row.key: of_row(row) for row in found.groups["units"]}
    assert units == {unit: shown_numbers(numbers) for unit, numbers in expected.items() if unit != CITY}
    for unit in city.units:
        own = figures(browser, {**YEAR_ASKED, "unit": unit})
        assert of_row(own.total) == shown_numbers(expected[unit]), unit
    table = desk.get("/figures.csv", query_string={**YEAR_ASKED, "table": "units"}).text
    heads = dict(zip(NAMES, ("Đến", "Đã trả lời", "Tỷ lệ đúng hạn", "Đang mở", "Quá hạn"), strict=True))
    for row in rows_of(table):
        key = row["Mã"] or (CITY if row["Đơn vị"] == "tổng" else "")
        if key:
            assert {name: cell_number(row[head]) for name, head in heads.items()} == shown_numbers(expected[key]), key
    page = desk.get("/figures", query_string=YEAR_ASKED).text
    tiles = dict(re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", page))
    shown = {
        name: cell_number(re.sub("<[^>]+>", "", tiles[head]))
        for name, head in zip(NAMES, ("Đến", "Đã trả lời", "Đúng hạn", "Đang mở", "Quá hạn"), strict=True)
    }
    assert shown == shown_numbers(expected[CITY])
    assert "lúc hết kỳ" in page
    assert "count=overdue" not in page, "a list is of now"


def test_the_desks_board_and_its_lists(city: CityYear, expected: dict[str, Numbers]) -> None:
    desk = city.at_desk("coordinator")
    board = desk.shown("/boards/lateness")["found"]
    assert not board.more
    late = {unit.unit: len(unit.late) for unit in board.units}
    assert late == {unit: numbers.overdue for unit, numbers in expected.items() if unit != CITY and numbers.overdue}
    for name, number in (("open", expected[CITY].open), ("overdue", expected[CITY].overdue)):
        assert desk.shown(f"/figures/list?count={name}&period=4w")["found"].number == number
    for name, number in (("arrived", expected[CITY].arrived), ("handled", expected[CITY].answered)):
        asked = urlencode({"count": name, **YEAR_ASKED})
        assert desk.shown(f"/figures/list?{asked}")["found"].number == number


def test_each_month_as_it_was_when_it_ended(lived: tuple[CityYear, Months]) -> None:
    city, months = lived
    desk = city.at_desk("coordinator")
    for name, numbers in months.items():
        if name < f"{YEAR[0]:%Y-%m}":
            continue
        first = date.fromisoformat(f"{name}-01")
        asked = {"from": first.isoformat(), "to": (first + 32 * DAY).replace(day=1).isoformat()}
        found = figures(desk, asked)
        assert of_row(found.total) == shown_numbers(numbers[CITY]), name
        for row in found.groups["units"]:
            assert of_row(row) == shown_numbers(numbers.get(row.key, Numbers())), (name, row.key)


def test_the_report_for_those_who_lead(lived: tuple[CityYear, Months]) -> None:
    city, months = lived
    sheet = management(city)(max(months))
    for row in sheet.trend[1:]:
        numbers = months[row.month][CITY]
        counts = (row.counts["received"], row.counts["handled"], row.on_time, row.overdue)
        assert counts == (numbers.arrived, numbers.answered, percent(*numbers.on_time), numbers.overdue)
    assert (sheet.open_after, sheet.overdue) == (months[sheet.month][CITY].open, months[sheet.month][CITY].overdue)


def test_the_public_home_page(city: CityYear) -> None:
    weeks = four_weeks(f"{YEAR[0].year}-12-w4")
    numbers = recount(city.store.documents, at(weeks.since), at(weeks.until))[CITY]
    page = city.site.get("/").text
    listed = re.search(r'<ul class="figures">(.*?)</ul>', page, re.DOTALL)
    assert listed
    values = [cell_number(html.unescape(item)) for item in re.findall(r"<b>([^<]*)</b>", listed[1])]
    agree(dict(zip(NAMES, values, strict=False)), numbers)
    assert values[0] == numbers.arrived


def test_the_public_figures_and_open_data(lived: tuple[CityYear, Months], expected: dict[str, Numbers]) -> None:
    city, months = lived
    asked = {"period": str(YEAR[0].year)}
    found = city.site.get("/data/figures.json", query_string=asked).get_json()
    assert (found["since"], found["until"]) == tuple(day.isoformat() for day in YEAR)
    assert of(found["total"]) == shown_numbers(expected[CITY])
    shown = [row for row in found["units"] if row["key"] != REST]
    assert shown
    for row in shown:
        agree(of(row), expected[row["key"]])
    whole_table = Counter[str]()
    for row in found["units"]:
        whole_table.update({name: row["handled" if name == "answered" else name] for name in ("arrived", "answered")})
    assert whole_table == {
        name: sum(getattr(numbers, name) for unit, numbers in expected.items() if unit != CITY)
        for name in ("arrived", "answered")
    }
    for row in found["months"]:
        agree(of(row), months[row["key"]][CITY])
    for row in rows_of(city.site.get("/data/figures.csv", query_string=asked).text):
        key = {"total": CITY, "units": row["key"]}.get(row["part"])
        if key and key != REST:
            agree({name: cell_number(value) for name, value in of(row).items()}, expected[key])  # type: ignore[arg-type]
    page = city.site.get("/figures", query_string=asked).text
    listed = re.search(r'<ul class="figures">(.*?)</ul>', page, re.DOTALL)
    assert listed
    by_label = {
        label.strip(): cell_number(value) for value, label in re.findall(r"<b>([^<]*)</b>\s*([^<]+)<", listed[1])
    }
    assert {shown_numbers(expected[CITY])[name] for name in NAMES} <= set(by_label.values())


def test_the_official_report(city: CityYear, expected: dict[str, Numbers]) -> None:
    person = city.at_desk("coordinator")
    form = {"form": "II.05a", "period": "calendar_year", "name": str(YEAR[0].year), "key": city.ids.token()}
    place = person.submit("/reports", **form).headers["Location"]
    do_jobs(city, city.frozen)
    page = person.see(place).text
    files = {name: address for address, name in re.findall(r'<a href="([^"]+/files/\d+)" download>([^<]+)</a>', page)}
    report = json.loads(person.see(files["Kết quả, để đếm lại (JSON)"]).data)
    keys = [column["key"] for column in report["columns"]]
    rows = {row: dict(zip(keys, cells, strict=True)) for row, cells in report["rows"].items()}
    assert rows.keys() == {*expected}
    for unit, cells in rows.items():
        numbers = Numbers(
            arrived=cells["new"] + (cells["moved_in"] if unit != CITY else 0),
            answered=cells["handled"],
            in_time=cells["handled_on_time"],
            open=cells["in_process"],
            overdue=cells["in_process_overdue"],
        )
        assert numbers == expected[unit], unit
    good, decided = expected[CITY].on_time
    assert f"{percent(good, decided)}%</b> ({good} trên {decided})" in page


def test_the_scoring(city: CityYear, expected: dict[str, Numbers]) -> None:
    inspector = city.at_desk("inspector")
    assert inspector.submit("/scoring/make", name=str(YEAR[0].year), key=city.ids.token()).status_code == 303
    do_jobs(city, city.frozen)
    found = inspector.shown(f"/scoring/calendar-year-{YEAR[0].year}")["found"]
    units = {unit.unit: {part.criterion: part for part in unit.parts} for unit in found}
    for unit in {*expected} - {*units, CITY, COORDINATORS}:
        assert (expected[unit].on_time, expected[unit].open) == ((0, 0), 0), unit
    for unit, parts in units.items():
        assert (parts["on_time"].good, parts["on_time"].cases) == expected[unit].on_time, unit
        backlog = parts["no_backlog"]
        assert (backlog.cases, backlog.cases - backlog.good) == (expected[unit].open, expected[unit].overdue)
    ignored = [parts["heard"] for parts in units.values() if parts["heard"].good < parts["heard"].cases]
    assert ignored, "a contest that nobody decided costs somebody"
    satisfied = percent(*figures(city.at_desk("coordinator"), YEAR_ASKED).total.satisfied)
    good, rated = (sum(getattr(parts["satisfied"], name) for parts in units.values()) for name in ("good", "cases"))
    assert percent(good, rated) == satisfied
