"""The dashboards: right figures for who may see them, charts under the strict policy, tables for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.unit.desk.office import CountingStore, Office

ANSWER = "Sở đã kiểm tra, chấn chỉnh cán bộ một cửa và hẹn trả giấy khai sinh trong ngày mai."


def busy() -> Office:
    """One answered and one overdue petition at SXD, one at SYT."""
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


def test_the_city_and_its_units_add_up() -> None:
    office = busy()
    found = office.at_desk("inspector").see("/api/figures").get_json()
    assert (found["unit"], found["total"]["received"], found["total"]["handled"]) == ("HANOI", 2, 1)
    assert (found["total"]["open"], found["total"]["overdue"], found["total"]["on_time"]) == (1, 1, 1.0)
    units = {row["key"]: row for row in found["tables"]["units"]}
    assert (units["VPUB"]["counts"]["moved_out"], units["SXD"]["received"], units["SXD"]["handled"]) == (2, 2, 1)
    assert units["SXD"]["overdue"] == 1
    assert sum(row["received"] for row in found["tables"]["weeks"]) == 2
    own = office.at_desk("sxd-head").see("/api/figures").get_json()
    assert (own["unit"], own["total"]["open"]) == ("SXD", 1)
    assert "units" not in own["tables"]


@pytest.mark.parametrize("path", ["/figures?unit=SXD", "/figures.csv?unit=SXD", "/api/figures?unit=SXD"])
def test_a_unit_sees_its_own_figures_alone(path: str) -> None:
    office = busy()
    assert office.at_desk("sxd-officer").see(path).status_code == 200
    assert office.at_desk("syt-head").see(path).status_code == 403
    assert office.at_desk("coordinator").see(path).status_code == 200


def test_the_page_shows_charts_and_tables_and_since_when() -> None:
    page = busy().at_desk("coordinator").see("/figures").text
    assert page.count("<svg viewBox=") >= 2
    assert not re.search(r"<script(?! src=)|<style|\sstyle=", page)
    assert "tính đến" in page
    assert "Sở Xây dựng" in page


def test_a_table_for_a_spreadsheet_holds_figures_alone() -> None:
    office = busy()
    answer = office.at_desk("coordinator").see("/figures.csv?table=units")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["Mã", "Đơn vị", "Tiếp nhận"]
    assert rows[1][:8] == ["SXD", "Sở Xây dựng", "2", "1", "1", "100%", "1", "1"]
    assert "Lan" not in answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    assert office.at_desk("coordinator").see("/figures.csv?table=people").status_code == 400
    assert office.at_desk("coordinator").see("/figures?weeks=5000").status_code == 400


def test_before_anything_happened_there_are_words() -> None:
    page = Office().at_desk("sxd-head").see("/figures").text
    assert "chưa có số liệu" in page
    assert "Chưa có hồ sơ nào" in page


def test_pages_cost_few_calls_of_firestore() -> None:
    office = busy()
    browser = office.at_desk("coordinator")
    store = office.store
    assert isinstance(store, CountingStore)
    for path in ("/figures", "/boards/triage", "/boards/lateness", "/boards/reminders", "/boards/undelivered",
                 "/boards/letters"):  # fmt: skip
        office.clock.advance(seconds=61)  # the officers are read again
        store.calls = 0
        assert browser.see(path).status_code == 200
        assert store.calls <= 6, (path, store.calls)


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (1, [0, 1]),
        (6, [0, 1, 2, 3, 4, 5, 6]),
        (7, [0, 2, 4, 6, 8]),
        (31, [0, 10, 20, 30, 40]),
        (1_250, [0, 500, 1000, 1500]),
    ],
)
def test_petitions_are_counted_in_whole_numbers(most: int, ticks: list[int]) -> None:
    from words.charts import _whole, bars  # noqa: PLC0415 - conftest has put it on the path

    assert _whole(most) == ticks
    assert f"Phường Láng: {most:,}".replace(",", ".") in str(bars([("Phường Láng", most)]))
