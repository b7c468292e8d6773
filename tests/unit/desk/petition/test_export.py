"""An exported list has the rows of its pages, typed cells and no formulas, and is recorded in the audit log."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from typing import Any
from unittest import mock

import openpyxl
import pytest

from infra.paths import ROOT
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.petition import LEGAL_BASIS_LABELS, LegalBasis
from petitions.domain.shared.records import HANOI, replace
from petitions.usecases.desk import read_work_list
from tests.unit.desk.busy import fill
from tests.unit.desk.office import Browser, Office

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a;=1", "＝1", "=cmd|' /C calc'!A0", '"=1', "a\n=1")
QUERIES = (
    "view=open", "view=open&sort=newest", "view=open&sort=handler", "view=overdue", "view=done", "view=approval",
    "view=open&state=new", "view=open&time=qua_han", "view=open&level=urgent&sort=-state", "view=mine&source=zalo",
)  # fmt: skip


@pytest.fixture(scope="module")
def office() -> Office:
    made = Office()
    fill(made, 60)
    return made


def rows(browser: Browser, query: str) -> list[list[str]]:
    answer = browser.see(f"/list.csv?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ho-so-')
    text = answer.get_data().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))[1:]


def book(browser: Browser, query: str) -> Any:
    answer = browser.see(f"/list.xlsx?{query}")
    assert answer.status_code == 200, answer.text
    return openpyxl.load_workbook(io.BytesIO(answer.get_data()))


def listed(browser: Browser, query: str) -> list[Any]:
    found: list[Any] = []
    after = ""
    while True:
        page = browser.shown(f"/?{query}&after={after.replace('+', '%2B')}")["listing"]
        found += page.lines
        if not page.next:
            return found
        after = page.next


@pytest.mark.parametrize("query", QUERIES)
def test_file_has_the_rows_of_the_pages_in_their_order(office: Office, query: str) -> None:
    head = office.at_desk("sxd-head")
    with mock.patch.object(read_work_list, "PAGE", 7), mock.patch.object(read_work_list, "AT_ONCE", 11):
        shown = listed(head, query)
        exported = rows(head, query)
    assert [item[0] for item in exported] == [item.code for item in shown]
    assert [item[1] for item in exported] == [item.title for item in shown]
    assert [item[2] for item in exported] == [STATE_LABELS[item.state] for item in shown]
    assert [row[0].value for row in book(head, query).worksheets[0].iter_rows(min_row=2)] == [
        item.code for item in shown
    ]


def test_cells_are_typed_and_the_heads_stay_in_sight(office: Office) -> None:
    coordinator = office.at_desk("coordinator")
    made = book(coordinator, "view=open")
    sheet, about = made.worksheets
    shown = {item.code: item for item in listed(coordinator, "view=open")}
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert sheet.auto_filter.ref == f"A1:S{len(shown) + 1}"
    heads = [cell.value for cell in sheet[1]]
    paused = 0
    for row in sheet.iter_rows(min_row=2):
        line = dict(zip(heads, row, strict=True))
        one = shown[line["Mã hồ sơ"].value]
        filed = one.filed_at.astimezone(HANOI).replace(tzinfo=None)
        assert line["Căn cứ xử lý dữ liệu"].value == LEGAL_BASIS_LABELS[LegalBasis(one.legal_basis)]
        assert line["Gửi lúc"].is_date
        assert abs((line["Gửi lúc"].value - filed).total_seconds()) < 1
        if one.paused:
            paused += 1
            assert line["Tình trạng hạn"].value.startswith("Chờ người gửi bổ sung đến ")
            assert line["Hạn"].value is line["Giờ làm việc còn lại"].value is None
        else:
            assert line["Hạn"].is_date
            assert line["Giờ làm việc còn lại"].data_type == "n"
            hours = one.left.total_seconds() / 3600
            assert line["Giờ làm việc còn lại"].value == pytest.approx(hours, abs=0.051)
            assert line["Tình trạng hạn"].value.endswith("làm việc")
    assert paused > 0
    description = {row[0].value: row[1].value for row in about.iter_rows()}
    assert description["Danh sách"] == "Đang mở"
    assert description["Số hồ sơ"] == str(len(shown))
    assert description["Người tải"] == "Nguyễn Thu Hương"


@pytest.mark.parametrize("title", DANGEROUS)
def test_no_cell_is_run_by_a_spreadsheet(title: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    office.store.update(f"petitions/{petition.code}", {"title": title})
    office.store.update("officers/sxd-officer", {"name": title})
    office.store.update(f"petitions/{petition.code}", {"handler": "sxd-officer"})
    office.clock.advance(seconds=61)
    head = office.at_desk("sxd-head")
    text = head.see("/list.csv?view=open").get_data().decode()[1:]
    for delimiter in ",;\t":  # cell separators differ by country
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            for cell in row:
                assert not cell.startswith(tuple("=+-@＝＋－＠\t\r")), (delimiter, cell)
    for row in book(head, "view=open").worksheets[0].iter_rows():
        assert [cell for cell in row if cell.data_type == "f"] == []
    if "\r" not in title:
        assert book(head, "view=open").worksheets[0]["B2"].value == title


def test_export_is_recorded_without_the_search_text(office: Office) -> None:
    officer = office.at_desk("sxd-officer")
    officer.submit("/", text="Nguyễn Thị Lan khai sinh", view="open", state="new")
    before = set(office.store.paths("audit"))
    officer.see("/list.xlsx?view=open&state=new&find=1")
    (entry,) = [office.store.documents[path] for path in set(office.store.paths("audit")) - before]
    assert (entry["what"], entry["action"], entry["officer"]) == ("export", "list_exported", "sxd-officer")
    assert entry["reason"] == "Đang mở, Mới, có từ tìm kiếm; 0 hồ sơ; xlsx"
    page = office.at_desk("inspector").see("/audit?what=export").text
    assert "Tải danh sách hồ sơ" in page
    assert "có từ tìm kiếm; 0 hồ sơ" in page


def test_inspectors_get_masked_titles() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    name = petition.contact.name
    office.store.update(f"petitions/{petition.code}", {"title": f"{name}, 0912345678, khai sinh chậm"})
    assert name in rows(office.at_desk("sxd-head"), "view=open")[0][1]
    for cell in (
        rows(office.at_desk("inspector"), "view=open")[0][1],
        book(office.at_desk("inspector"), "view=open").worksheets[0]["B2"].value,
    ):
        assert name not in cell
        assert "0912345678" not in cell
        assert "khai sinh chậm" in cell


@pytest.mark.parametrize("who", ["sxd-head", "coordinator", "inspector"])
def test_whole_content_is_in_the_file_without_the_filer(who: str) -> None:
    office = Office()
    petition = office.filed_in("SXD")
    name = petition.contact.name
    original = f"Cán bộ một cửa trả chậm, hẹn lại ba lần. {'Hồ sơ khai sinh nộp từ tháng trước. ' * 20}Tôi là {name}."
    office.store.update(f"petitions/{petition.code}", {"content": original})
    browser = office.at_desk(who)
    text = csv.DictReader(io.StringIO(browser.see("/list.csv?view=open").get_data().decode()[1:]))
    (line,) = text
    assert line["Tiêu đề"] == petition.title
    sheet = book(browser, "view=open").worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == "Nội dung")
    for content in (line["Nội dung"], sheet.cell(2, column).value):
        assert content == original.replace(name, "[đã ẩn]")


def test_no_file_identifies_the_filer(office: Office) -> None:
    contact = office.petitions()[0].contact
    for who in ("sxd-officer", "sxd-head", "coordinator", "inspector"):
        text = office.at_desk(who).see("/list.csv?view=open").get_data().decode()
        assert text.count("\n") > 20
        for secret in (contact.name, contact.phone, contact.phone[2:], contact.address):
            assert secret not in text


def test_another_units_list_is_not_to_be_had(office: Office) -> None:
    assert rows(office.at_desk("syt-officer"), "view=open&unit=SXD") == []
    assert office.at_desk("sxd-officer").see("/list.csv?view=queue").status_code == 400
    assert office.at_desk("admin").see("/list.csv").status_code == 403


def test_too_long_a_list_is_refused_in_words_before_it_is_read() -> None:
    office = Office()
    first = office.filed_in("SXD")
    for _ in range(12):
        code = make_code(first.filed_at.date(), office.ids.code_letters())
        office.store.create(f"petitions/{code}", replace(first, code=code).stored())
    officer = office.at_desk("sxd-officer")
    officer.see("/list.csv?view=open")
    with mock.patch.dict(office.timekeeping.chores.__dict__, exported_at_once=12):
        before, noted = office.store.calls, office.store.paths("audit")  # type: ignore[attr-defined]
        refused = officer.see("/list.csv?view=open")
        assert office.store.calls - before == 2  # type: ignore[attr-defined]  # a count, and the one in the menu
        assert refused.status_code == 400
        assert "Danh sách có hơn 12 hồ sơ" in refused.text
        assert "Làm ở nền" in refused.text
        assert officer.see("/list.csv?view=open&time=trong_han").status_code == 400  # needs reading the petitions
        assert office.store.paths("audit") == noted
    assert "đến 2.000 hồ sơ" in officer.see("/").text


def test_workbook_writer_is_loaded_by_the_first_export() -> None:
    code = (
        "import sys; sys.path[:0] = ['functions']; import desk.app, petitions.wiring.desk;"
        "print('xlsxwriter' in sys.modules, 'openpyxl' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
