"""The dashboards: correct figures limited to the reader's rights, charts without inline styles, CSV tables."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any
from urllib.parse import quote

import pytest

from desk.words.figure_words import lasting
from petitions.domain.figures.figures_row import COUNTS, FiguresRow, percent
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace
from petitions.usecases.figures.check_figures import CheckFigures
from petitions.usecases.figures.read_figures import FiguresPage
from tests.unit.desk.office import Browser, CountingStore, Office
from tests.unit.desk.petition.entering import entered

ANSWER = "Sở đã kiểm tra, chấn chỉnh cán bộ một cửa và hẹn trả giấy khai sinh trong ngày mai."


def busy() -> Office:
    office = Office()
    answered, late = office.filed_in("VPUB"), office.filed_in("VPUB")
    coordinator, officer, head = (office.at_desk(who) for who in ("coordinator", "sxd-officer", "sxd-head"))
    for petition in (answered, late):
        assert coordinator.does(office.petition(petition.code), "accept").status_code == 303
        assert coordinator.does(office.petition(petition.code), "assign", unit="SXD").status_code == 303
    for action, fields in (("start", {}), ("submit_answer", {"text": ANSWER, "no_evidence": "Việc đã xong tại chỗ"})):
        assert officer.does(office.petition(answered.code), action, **fields).status_code == 303
    assert head.does(office.petition(answered.code), "approve", text="Đã xem").status_code == 303
    office.clock.advance(days=25)
    office.fold()
    return office


def figures(browser: Browser, query: str = "") -> FiguresPage:
    found: FiguresPage = browser.shown(f"/figures{query}")["found"]
    return found


def test_the_city_and_its_units_add_up() -> None:
    office = busy()
    found = figures(office.at_desk("inspector"))
    assert (found.unit, found.total.arrived, found.total.handled) == ("HANOI", 2, 1)
    assert (found.total.open, found.total.overdue, percent(*found.total.on_time)) == (1, 1, 50)
    units = {row.key: row for row in found.groups["units"]}
    assert (units["VPUB"].number("moved_out"), units["SXD"].arrived, units["SXD"].handled) == (2, 2, 1)
    assert units["SXD"].overdue == 1
    assert sum(step.row.arrived for step in found.steps) == 2
    assert sum(row.arrived for row in units.values()) - found.total.number("moved") == 2
    assert (found.open_before, found.open_after) == (0, 1)
    assert found.before.arrived == 0
    fields = {row.key: row.arrived for row in found.groups["fields"]}
    assert sum(fields.values()) == 2
    assert "SXD" not in fields
    own = figures(office.at_desk("sxd-head"))
    assert (own.unit, own.total.open) == ("SXD", 1)
    assert "units" not in own.groups


@pytest.mark.parametrize(
    "path",
    [
        "/figures?unit=SXD",
        "/figures.csv?unit=SXD",
        "/figures/list?unit=SXD&count=open",
    ],
)
def test_a_unit_sees_its_own_figures_alone(path: str) -> None:
    office = busy()
    assert office.at_desk("sxd-officer").see(path).status_code == 200
    assert office.at_desk("syt-head").see(path).status_code == 403
    assert office.at_desk("coordinator").see(path).status_code == 200


def test_the_page_shows_charts_and_tables_and_since_when() -> None:
    page = busy().at_desk("coordinator").see("/figures").text
    assert page.count('<svg width="100%"') >= 2
    assert page.count("<table") <= 5
    assert not re.search(r"<script(?! src=)|<style|\sstyle=", page)
    assert "tính đến" in page
    assert "Sở Xây dựng" in page


def test_the_page_shows_whether_last_nights_check_found_differences() -> None:
    office = Office()
    office.filed_in("VPUB")
    office.fold()
    coordinator, check = office.at_desk("coordinator"), CheckFigures(office.store, office.clock)
    assert "Đối chiếu đêm qua" not in coordinator.see("/figures").text
    assert check() == []
    assert "Đối chiếu đêm qua: khớp" in coordinator.see("/figures").text
    office.clock.advance(days=1)
    del office.store.documents["stats/HANOI"]
    found = len(check())
    assert found
    assert f"Đối chiếu đêm qua lệch {found} số" in office.at_desk("coordinator").see("/figures").text


def test_arrivals_are_counted_by_channel_and_listed() -> None:
    office = busy()
    coordinator = office.at_desk("coordinator")
    for number, channel in enumerate(("visit", "fax", "fax", "1022")):
        entered(office, coordinator, channel=channel, key=f"form-000{number}")
    office.fold()
    total = figures(coordinator).total
    via = {name: number for name in COUNTS if name.startswith("via_") and (number := total.number(name))}
    assert via == {"via_zalo": 2, "via_visit": 1, "via_fax": 2, "via_1022": 1}
    assert sum(via.values()) == total.number("received")
    assert not {"via_paper", "via_phone"} & COUNTS.keys()  # they stand with letters and calls
    page = coordinator.see("/figures?view=fields").text
    assert '<th scope="col">qua fax</th>' in page
    assert '<th scope="col">qua e-mail</th>' not in page  # nothing came so
    rows = list(csv.reader(io.StringIO(coordinator.see("/figures.csv?table=fields").text)))
    assert dict(zip(rows[0], rows[-1], strict=True))["qua fax"] == "2"
    assert len(coordinator.shown("/figures/list?count=via_fax")["found"].lines) == 2
    assert "Gửi tới qua fax" in coordinator.see("/figures/list?count=via_fax").text


def test_arrivals_without_a_channel_count_with_letters_and_calls() -> None:
    row = FiguresRow("", {"via_paper": 2, "via_letter": 3, "via_phone": 1, "via_telephone": 4, "via_zalo": 7})
    assert [row.number(f"via_{way}") for way in ("letter", "telephone", "zalo")] == [5, 5, 7]
    heads = next(csv.reader(io.StringIO(busy().at_desk("coordinator").see("/figures.csv").text)))
    ways = heads[heads.index("Zalo") :]
    assert ("đơn giấy" in ways, "điện thoại" in ways) == (False, False)
    assert ("bằng đơn, thư" in ways, "qua điện thoại" in ways) == (True, True)


def test_a_table_for_a_spreadsheet_holds_figures_alone() -> None:
    office = busy()
    answer = office.at_desk("coordinator").see("/figures.csv?table=units")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][:4] == ["Mã", "Đơn vị", "Đến", "Mở lại"]
    assert rows[1][:8] == ["SXD", "Sở Xây dựng", "2", "0", "1", "1", "0", "50%"]
    assert rows[-2][:3] == ["", "chuyển giữa các đơn vị", "-2"]
    assert rows[-1][:5] == ["", "tổng (không gồm hồ sơ anh/chị không được xem)", "2", "0", "1"]
    arrived = [int(row[2]) for row in rows[1:]]
    assert sum(arrived[:-1]) == arrived[-1]
    assert "Lan" not in answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    assert office.at_desk("coordinator").see("/figures.csv?table=people").status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        "period=5000w", "from=2026-11-01", "from=2026-11-02&to=2026-11-02", "from=2019-01-01&to=2026-11-02",
        "from=2026-11-02&to=2026-11-01", "from=2021-01-01&to=2026-12-01", "from=x&to=2026-11-01", "unit=NONE",
    ],
)  # fmt: skip
def test_a_period_that_is_none_is_refused_with_words(asked: str) -> None:
    browser = Office().at_desk("coordinator")
    for path in ("/figures", "/figures.csv"):
        assert browser.see(f"{path}?{asked}").status_code == 400
    assert "Xin chọn" in browser.see(f"/figures?{asked}").text or asked == "unit=NONE"


def test_every_number_on_the_page_leads_to_its_list_and_is_as_long() -> None:
    office = busy()
    late = next(petition for petition in office.petitions() if petition.state == "assigned")
    office.store.update(f"petitions/{late.code}", {"handler": "sxd-officer"})
    browser = office.at_desk("coordinator")
    pages = [browser.see(f"/figures?view={view}").text for view in ("", "all")]
    pages.append(browser.see("/figures?unit=SXD").text)
    links = [link for page in pages for link in re.findall(r'<a href="(/figures/list\?[^"]+)">(−?\d+)</a>', page)]
    assert len({link for link, _ in links}) >= 20
    assert {"stands", "handlers", "units"} <= {*re.findall(r"group=(\w+)", " ".join(link for link, _ in links))}
    for link, number in links:
        shown = browser.see(html.unescape(link)).text
        assert 'href="/figures?' in shown
        title = re.search(r"<h1>[^<]*: (\d+) <span", shown)
        assert title, link
        lines = shown.split("data-found")[1].split("</ol>")[0].count("<li>")
        assert (title[1], lines) == (number.removeprefix("−"), int(title[1])), link


def test_list_reveals_neither_step_nor_time_of_hidden_petitions() -> None:
    office = busy()
    moved = next(petition for petition in office.petitions() if petition.state == "assigned")
    assert office.at_desk("coordinator").does(moved, "reassign", unit="SYT", text="Thuộc y tế").status_code == 303
    office.fold()
    page = office.at_desk("sxd-head").see("/figures/list?count=arrived&period=12w").text
    assert "Đến: 2" in page
    assert moved.code not in page
    assert page.split("data-found")[1].split("</ol>")[0].count("<li>") == 1
    found = office.at_desk("sxd-head").shown("/figures/list?count=arrived&period=12w")["found"]
    assert (found.number, len(found.lines)) == (2, 1)
    assert office.at_desk("sxd-head").see("/figures/list?count=people").status_code == 400
    assert office.at_desk("sxd-head").see("/figures/list?count=open&group=fields").status_code == 400
    assert office.at_desk("sxd-head").see("/figures/list?count=open&after=x").status_code == 400


@pytest.mark.parametrize("who", ["sxd-head", "inspector"])
def test_list_continues_with_visible_petitions_and_names_no_hidden_one(who: str) -> None:
    """Every third petition was taken from the unit and is hidden from the reader, including the last of a page.

    The unit's own officers see the unit's total. Readers of all units get no count that includes petitions hidden from
    them.
    """
    office = Office()
    unit = {"sxd-head": "SXD", "inspector": "SNV"}[who]
    closed, seen = set[str](), set[str]()
    for number in range(120):
        code = office.filed_in("SXD").code
        (seen if number % 3 else closed).add(code)
        line = HistoryEntry.model_validate(office.store.documents[history_path(code, 1)])
        assert line.figures
        there = replace(line.figures, place=replace(line.figures.place, unit="SXD"))
        office.store.documents[history_path(code, 1)] = replace(line, figures=there).stored()
    while office.fold():
        continue
    for code in closed:
        office.store.documents[f"petitions/{code}"] |= {"accused": unit, "unit": "VPUB"}
    browser, shown, after = office.at_desk(who), list[str](), ""
    while True:
        path = f"/figures/list?count=arrived&period=12w&unit=SXD&after={quote(after)}"
        assert [code for code in closed if code in browser.see(path).text] == []
        found = browser.shown(path)["found"]
        shown += [line.petition.code for line in found.lines]
        if not (after := found.next):
            break
        assert len(found.lines) == 50
    words = "Không gồm hồ sơ anh/chị không được xem"
    of_city = who == "inspector"
    assert (words in browser.see("/figures").text) == of_city
    assert (words.lower() in browser.see("/figures.csv").text) == of_city
    assert (found.number, len(shown), set(shown)) == ({"sxd-head": 120, "inspector": 80}[who], 80, seen)


def test_an_answer_that_came_late_is_late_in_the_chart_and_not_in_the_colour_of_the_good() -> None:
    """The petition was accepted twelve working days late and answered in time, so it counts as late."""
    office = Office()
    petition = office.filed_in("SXD")
    office.clock.advance(days=18)
    officer, head = office.at_desk("sxd-officer"), office.at_desk("sxd-head")
    steps: list[tuple[Any, str, dict[str, str]]] = [
        (officer, "accept", {}), (officer, "assign", {"handler": "sxd-officer"}), (officer, "start", {}),
        (officer, "submit_answer", {"text": ANSWER, "no_evidence": "Việc đã xong tại chỗ"}),
        (head, "approve", {"text": "Đã xem"}),
    ]  # fmt: skip
    for who, action, fields in steps:
        assert who.does(office.petition(petition.code), action, **fields).status_code == 303, action
    office.fold()
    found = figures(office.at_desk("sxd-head")).total
    assert (found.handled, found.number("on_time"), found.number("late")) == (1, 0, 1)
    assert found.number("late_reception") == 1
    chart = office.at_desk("sxd-head").see("/figures").text.split('id="of-steps"')[1].split("</svg>")[0]
    assert chart.count('<rect class="late"') == 1
    assert '<rect class="good"' not in chart


def test_the_field_is_the_one_an_officer_decided_also_when_it_is_decided_anew() -> None:
    """Regression test: a petition about a birth certificate was counted under customs, the most likely department."""
    office = busy()
    answered = next(petition for petition in office.petitions() if petition.state == "answered")
    assert answered.classified
    browser = office.at_desk("coordinator")

    def handled() -> dict[str, int]:
        office.fold()
        return {row.key: row.handled for row in figures(browser).groups["fields"] if row.handled}

    assert handled() == {answered.classified.field: 1}
    assert browser.does(answered, "classify", field="thue", text="Về thuế").status_code == 303
    assert handled() == {"thue": 1}
    assert "Thuế, phí, lệ phí" in browser.see("/figures?view=fields").text
    assert browser.shown("/figures/list?count=handled&group=fields&key=thue")["found"].number == 1


def test_steps_before_the_first_petition_take_no_room() -> None:
    for period in ("26w", "53w"):
        found = figures(busy().at_desk("coordinator"), f"?period={period}")
        assert [step.row.arrived for step in found.steps] == [2]


def test_before_anything_happened_there_are_words() -> None:
    page = Office().at_desk("sxd-head").see("/figures").text
    assert "chưa có số liệu" in page
    assert "Chưa có hồ sơ nào" in page


def test_pages_cost_few_calls_of_firestore() -> None:
    office = busy()
    browser = office.at_desk("coordinator")
    store = office.store
    assert isinstance(store, CountingStore)
    for path in ("/figures", "/figures?view=all", "/boards/lateness", "/boards/reminders", "/boards/undelivered",
                 "/boards/letters"):  # fmt: skip
        office.clock.advance(seconds=61)  # the officers are read again
        store.calls = 0
        assert browser.see(path).status_code == 200
        assert store.calls <= 10, (path, store.calls)  # two queries, made twice, are about closed petitions


def given(office: Office, unit: str, late_by: int = 0) -> Petition:
    petition = office.filed_in("VPUB")
    office.clock.advance(days=late_by)
    coordinator = office.at_desk("coordinator")
    assert coordinator.does(office.petition(petition.code), "accept").status_code == 303
    assert coordinator.does(office.petition(petition.code), "assign", unit=unit).status_code == 303
    return petition


def test_first_screen_shows_late_petitions_by_place_and_step() -> None:
    office = busy()
    given(office, "SYT")
    office.filed_in("VPUB")
    office.clock.advance(days=25)
    office.fold()
    city = office.at_desk("coordinator").see("/figures").text
    where = city.split('id="where"')[1].split("</section>")[0]
    assert {"Sở Xây dựng", "Sở Y tế"} <= set(re.findall(r">([^<]+)</a></th>", where))
    why = city.split('id="why"')[1].split("</section>")[0]
    steps = dict(re.findall(r'<th scope="row">([^<]+)</th><td class="chart">.*?<td>(?:<a[^>]+>)?(\d+)', why))
    assert "Đang quá hạn 3" in why
    assert steps == {
        "Chờ tiếp nhận": "1", "Đang xử lý": "2", "Trễ tiếp nhận": "0", "Trễ chuyển": "0", "Trễ trả lời": "0",
    }  # fmt: skip
    own = office.at_desk("sxd-head").see("/figures").text
    assert "Đang quá hạn 1" in own
    assert "chưa giao cho ai" in own.split('id="where"')[1]
    late = next(petition for petition in office.petitions() if petition.state == "assigned")
    office.store.update(f"petitions/{late.code}", {"handler": "sxd-officer"})
    own = office.at_desk("sxd-head").see("/figures").text
    listed = re.search(r'Nguyễn Văn Thịnh</th><td class="late"><a href="([^"]+)">1</a>', own)
    assert listed
    assert late.code in office.at_desk("sxd-head").see(html.unescape(listed[1])).text


def test_inspectors_see_the_worst_units_first_and_others_the_most_overdue() -> None:
    office = busy()
    for _ in range(2):
        petition = given(office, "SYT", late_by=18)
        officer, head = office.at_desk("syt-officer"), office.at_desk("syt-head")
        steps: list[tuple[Any, str, dict[str, str]]] = [
            (officer, "start", {}),
            (officer, "submit_answer", {"text": ANSWER, "no_evidence": "Việc đã xong tại chỗ"}),
            (head, "approve", {"text": "Đã xem"}),
        ]  # fmt: skip
        for who, action, fields in steps:
            assert who.does(office.petition(petition.code), action, **fields).status_code == 303, action
    office.fold()

    def first(who: str) -> str:
        where = office.at_desk(who).see("/figures").text.split('id="where"')[1]
        return re.findall(r"<tr><th scope=\"row\"><a[^>]+>([^<]+)</a>", where)[0]  # type: ignore[no-any-return]

    assert (first("inspector"), first("coordinator")) == ("Sở Y tế", "Sở Xây dựng")


@pytest.mark.parametrize("who", ["coordinator", "inspector", "sxd-head", "sxd-officer"])
def test_the_tables_lie_behind_tabs_that_are_links(who: str) -> None:
    browser = busy().at_desk(who)
    tabs = re.findall(r'<a href="(/figures\?[^"]*)"(?: aria-current="page")?>', browser.see("/figures?period=26w").text)
    views = [tab.partition("view=")[2].partition("&")[0] for tab in tabs if "period=26w" in tab and "unit=" not in tab]
    offered = list(dict.fromkeys(views))
    units = ["units"] if who in {"coordinator", "inspector"} else []
    assert offered == ["", "steps", *units, "fields", "wards", "kinds", "method", "all"]
    for view in offered:
        page = browser.see(f"/figures?view={view}&period=26w").text
        assert page.count('aria-current="page"') == 1
        assert "26 tuần gần đây</option>" in page
    for view in ("units", "people"):
        assert browser.see(f"/figures?view={view}&unit=SXD").text.count('id="why"') == 1


def test_print_has_every_cell_of_the_files() -> None:
    office = busy()
    browser = office.at_desk("coordinator")
    printed = browser.see("/figures?view=all").text
    assert not re.search(r"<details(?! open)(?! class)(?! id)[^>]*><summary>(?:Thời gian|Gửi tới)", printed)
    for group in ("steps", "units", "fields", "wards", "kinds"):
        section = printed.split(f'id="of-{group}"')[1].split("</section>")[0]
        cells = {
            re.sub(r"<[^>]+>", "", item).replace("−", "-") for item in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", section)
        }
        rows = list(csv.reader(io.StringIO(browser.see(f"/figures.csv?table={group}").text.removeprefix("\ufeff"))))
        came = {
            name
            for name, total in zip(rows[0], rows[-1], strict=True)
            if not (name.startswith("qua ") and total == "0")
        }
        for row in rows[1:-1]:
            for name, value in zip(rows[0][1:], row[1:], strict=True):
                assert name not in came or html.escape(value) in cells, (group, name, value)


@pytest.mark.parametrize(
    ("most", "lines"),
    [
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (7, [0, 2, 4, 6, 8]),
        (31, [0, 10, 20, 30, 40]),
        (1_250, [0, 500, 1000, 1500]),
    ],
)
def test_petitions_are_counted_in_whole_numbers(most: int, lines: list[int]) -> None:
    from petitions.charts import bar, whole_numbers  # noqa: PLC0415 - conftest has put it on the path

    assert whole_numbers(most) == lines
    assert ('width="100.0%"' in str(bar(most, most, "late")), 'width="0.0%"' in str(bar(0, most, "late"))) == (
        True,
        True,
    )


@pytest.mark.parametrize(("hours", "words"), [(0.2, "1 giờ"), (2.6, "3 giờ"), (24, "1,0 ngày"), (60, "2,5 ngày")])
def test_durations_below_a_day_are_in_hours(hours: float, words: str) -> None:
    assert lasting(hours) == words
