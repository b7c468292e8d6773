from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.officers.list_layout import Column, Sort
from petitions.domain.petition.codes import make_code
from petitions.domain.shared.records import replace
from petitions.usecases.desk.work_list_query import SORTED_AT_MOST
from tests.unit.desk.busy import fill
from tests.unit.desk.office import Browser, Office

HEADS = re.compile(r'<th scope="col" class="([\w-]+)"([^>]*)><a class="sort" href="([^"]+)"[^>]*>([^<]+?)(?: <|<)')


@pytest.fixture(scope="module")
def office() -> Office:
    made = Office()
    fill(made, 40)
    return made


def heads(browser: Browser, path: str = "/") -> dict[str, str]:
    return {words: html.unescape(href) for _, _, href, words in HEADS.findall(browser.see(path).text)}


def test_the_columns_are_ones_own_on_every_machine_and_without_scripts(office: Office) -> None:
    officer = office.at_desk("sxd-officer")
    assert list(heads(officer)) == ["Thời hạn", "Trạng thái", "Người xử lý", "Mã"]
    assert list(heads(office.at_desk("inspector")))[2] == "Đơn vị"
    officer.see("/?view=open&state=new")
    kept = officer.submit("/layout", column=["code", "ward", "rating", "filed"], sort="oldest")
    assert kept.headers["Location"] == "/?view=open&state=new"  # the current list
    again = office.at_desk("sxd-officer")
    assert list(heads(again)) == ["Gửi lúc", "Nơi xảy ra", "Đánh giá", "Mã"]
    page = again.see("/?view=open").text
    assert 'aria-sort="ascending"><a class="sort" href="/?view=open' in page
    assert "Thời hạn" not in page.split("<table")[1].split("</thead>")[0]
    shown = [item.filed_at for item in again.listed("view=open&sort=oldest")]
    assert shown == sorted(shown)
    assert re.findall(r'<td class="code">([^<]+)', page) == [
        item.code for item in again.listed("view=open&sort=oldest")
    ]
    assert list(heads(office.at_desk("sxd-head"))) == ["Thời hạn", "Trạng thái", "Người xử lý", "Mã"]
    again.submit("/layout", sort="")
    assert list(heads(office.at_desk("sxd-officer"))) == ["Thời hạn", "Trạng thái", "Người xử lý", "Mã"]


def test_invalid_plan_is_refused_with_a_message(office: Office) -> None:
    officer = office.at_desk("sxd-officer")
    many = officer.submit("/layout", column=[column.value for column in Column])
    assert many.status_code == 400
    assert "tối đa 6 cột" in many.text
    assert officer.submit("/layout", column=["contact"]).status_code == 400
    assert "layout" not in office.store.documents["officers/syt-officer"] or not office.store.documents[
        "officers/syt-officer"
    ]["layout"].get("columns")


@pytest.mark.parametrize("column", list(Column))
def test_every_head_orders_the_list_and_turns_it_round(office: Office, column: Column) -> None:
    coordinator = office.at_desk("coordinator")
    coordinator.submit("/layout", column=[column.value], sort="")
    listed = {item.code for item in coordinator.listed("view=open")}
    name = next(iter(heads(coordinator, "/?view=open")))
    orders: list[tuple[str, bool, list[str]]] = []
    for direction in ("first", "second"):
        led = heads(coordinator, "/?view=open" if direction == "first" else orders[-1][0])[name]
        page = coordinator.see(led).text
        sort = Sort.named(re.search(r"sort=([\w-]+)", led)[1])  # type: ignore[index]
        assert sort is not None
        assert sort.column is column
        assert f'aria-sort="{"descending" if sort.down else "ascending"}"' in page
        codes = re.findall(r'id="r-([^"]+)"', page)
        assert set(codes) == listed
        orders.append((led, sort.down, codes))
    assert {order[1] for order in orders} == {True, False}
    if column in {Column.CODE, Column.FILED}:
        assert orders[0][2] == orders[1][2][::-1]


def test_orders_match_the_shown_values(office: Office) -> None:
    coordinator = office.at_desk("coordinator")
    for sort, shown in (("handler", "handler_name"), ("unit", "unit_name"), ("-level", "level"), ("ward", "ward")):
        lines = coordinator.listed(f"view=open&sort={sort}")
        values = [getattr(line, shown) or None for line in lines]
        known = [item for item in values if item is not None]
        assert values == known + [None] * (len(values) - len(known)), sort  # rows without a value come last
        places = [values.index(item) for item in known]
        assert places == sorted(places), sort  # equal rows are adjacent
    levels = [item.level for item in coordinator.listed("sort=level&view=open")]
    assert levels == sorted(levels, key=("urgent", "complex", "normal").index)


def test_list_too_long_to_sort_shows_this_and_keeps_its_order() -> None:
    office = Office()
    first = office.filed_in("SXD")
    for number in range(SORTED_AT_MOST - 1):
        code = make_code(first.filed_at.date(), office.ids.code_letters())
        level: Any = "urgent" if number % 5 == 0 else "normal"
        due = first.filed_at + timedelta(hours=number)
        copy = replace(first, code=code, level=level, due_at=due)
        office.store.create(f"petitions/{code}", copy.stored())
    officer = office.at_desk("sxd-officer")
    whole = officer.shown("/?sort=-code")["listing"]
    codes = [line.code for line in whole.lines]
    assert (whole.sort.name, whole.next, len(codes)) == ("-code", None, SORTED_AT_MOST)
    assert codes == sorted(codes, reverse=True)
    assert "nên chỉ xếp được" not in officer.see("/?sort=-code").text
    office.store.create("petitions/HN-261123-0000-0000", replace(first, code="HN-261123-0000-0000").stored())
    own = officer.shown("/")["listing"]
    assert own.next
    found = officer.shown("/?sort=-code")["listing"]
    assert found.sort.name == "due"
    assert [line.code for line in found.lines][: len(own.lines)] == [line.code for line in own.lines]
    assert found.next
    page = officer.see("/?sort=-code").text
    assert "có hơn 100 hồ sơ nên chỉ xếp được theo thời hạn hoặc ngày gửi" in page
    assert officer.shown("/?sort=newest")["listing"].sort.name == "newest"
