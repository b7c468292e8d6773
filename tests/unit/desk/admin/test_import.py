"""Import of 500 officers from a spreadsheet with 12 faulty lines, creating exactly the previewed accounts."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from petitions.adapters.reference import directory
from petitions.domain.officers.officer import Officer
from tests.unit.desk.office import Browser, Office
from tests.workbooks import table_book

HEAD = ["Họ tên", "Thư điện tử", "Đơn vị", "Vai trò"]
UNITS = directory()
PLACES = [unit.code for unit in UNITS.units if unit.kind != "special"] + [ward.name for ward in UNITS.wards]
FAULTY = {
    7: (0, ""), 40: (1, "khong-co-thu"), 41: (1, ""), 99: (2, "Sở Không Có"), 150: (2, ""), 201: (3, "giám đốc"),
    250: (3, ""), 333: (1, "u002@hanoi.gov.vn"), 402: (2, "OOS"), 498: (1, "a b@hanoi.gov.vn"), 501: (3, "citizen"),
}  # fmt: skip
"""The faulty lines with (column, wrong text). Line 333 repeats the address of line 2, so that both are faulty."""


def rows(faulty: dict[int, tuple[int, str]]) -> list[list[str]]:
    made = [HEAD]
    for line in range(2, 502):
        role = "Lãnh đạo đơn vị" if line % 5 == 0 else "cán bộ xử lý"
        made.append([f"Cán bộ số {line}", f"u{line:03}@hanoi.gov.vn", PLACES[line % len(PLACES)], role])
    for line, (place, content) in faulty.items():
        made[line - 1][place] = content
    return made


def as_csv(table: list[list[str]]) -> bytes:
    return ("\ufeff" + "\r\n".join(";".join(row) for row in table)).encode()


def send(admin: Browser, content: bytes, name: str) -> TestResponse:
    return admin.submit("/admin/import", do="read", file=(io.BytesIO(content), name))


def hidden(page: str) -> tuple[str, str]:
    text = re.search(r'<input type="hidden" name="table" value="([^"]*)">', page)
    mark = re.search(r'name="previewed" value="([^"]+)"', page)
    assert text
    assert mark
    return unescape(text[1]), mark[1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_500_officers_with_12_faulty_lines_name_every_fault_and_write_nothing(kind: str) -> None:
    office = Office()
    admin, before = office.at_desk("admin"), dict(office.store.documents)
    table = rows(FAULTY)
    answer = send(admin, as_csv(table) if kind == "csv" else table_book(table), f"can-bo.{kind}")
    assert answer.status_code == 400
    named = [int(item) for item in re.findall(r'<th scope="row">Dòng (\d+)</th>', answer.text)]
    assert named == sorted({2, *FAULTY})
    assert len(named) == 12
    assert "12 lỗi ở 12 dòng" in answer.text
    assert 'value="apply"' not in answer.text
    text = unescape(answer.text.split('spellcheck="false" aria-invalid="true">\n')[1].split("</textarea>")[0])
    assert "Cán bộ số 500" in text  # nothing that was sent is lost
    assert admin.submit("/admin/import", do="apply", table=text, previewed="x").status_code == 400
    assert office.store.documents == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_previewed_table_is_written_completely_and_a_repetition_changes_nothing(kind: str) -> None:
    office = Office()
    admin, table = office.at_desk("admin"), rows({})
    shown = send(admin, as_csv(table) if kind == "csv" else table_book(table), f"can-bo.{kind}")
    assert (shown.status_code, "Thêm <b>500</b>, sửa <b>0</b>" in shown.text) == (200, True)
    text, mark = hidden(shown.text)
    people, audited = len(office.store.paths("officers")), len(office.store.paths("audit"))
    assert admin.submit("/admin/import", do="apply", table=text, previewed=mark).status_code == 303
    assert len(office.store.paths("officers")) == people + 500
    assert len(office.store.paths("audit")) == audited + 500
    again = admin.submit("/admin/import", do="apply", table=text, previewed=mark)
    assert (again.status_code, "đã đổi từ lúc xem trước" in again.text) == (409, True)
    assert "không còn gì để ghi" in admin.submit("/admin/import", do="read", table=text).text
    assert len(office.store.paths("officers")) == people + 500
    assert "u002@hanoi.gov.vn" in admin.see("/admin?page=5").text


def test_officer_added_meanwhile_causes_another_preview() -> None:
    office = Office()
    admin = office.at_desk("admin")
    text = "Họ tên,Email,Đơn vị,Vai trò\nVũ Hà,ha@hanoi.gov.vn,SXD,officer\n"
    _, mark = hidden(admin.submit("/admin/import", do="read", table=text).text)
    new = {"name": "Vũ Hà", "email": "ha@hanoi.gov.vn", "unit": "SYT", "role": "officer"}
    assert admin.submit("/admin/officers/new", **new).status_code == 303
    before = dict(office.store.documents)
    assert admin.submit("/admin/import", do="apply", table=text, previewed=mark).status_code == 409
    more = f"{text}Vũ Hạnh,hanh@hanoi.gov.vn,SXD,officer\n"
    assert admin.submit("/admin/import", do="apply", table=more, previewed=mark).status_code == 409
    assert office.store.documents == before


@pytest.mark.parametrize(("where", "written"), [("before", 0), ("after", 500)])
def test_a_crash_at_the_commit_leaves_all_or_nothing(where: str, written: int) -> None:
    office = Office()
    admin, people = office.at_desk("admin"), len(office.store.paths("officers"))
    text, mark = hidden(send(admin, as_csv(rows({})), "a.csv").text)
    office.store.crash = where
    assert admin.submit("/admin/import", do="apply", table=text, previewed=mark).status_code == 503
    assert len(office.store.paths("officers")) == people + written
    assert len(office.store.paths("audit")) == written


def test_a_role_that_does_not_fit_is_doubted_and_a_fault_keeps_everybody_out() -> None:
    office = Office()
    admin = office.at_desk("admin")
    table = "name,email,unit,role\nVũ Hà,ha@hanoi.gov.vn,PX-00004,coordinator\n"
    tried = admin.shown_after("/admin/import", do="read", table=table)["found"]
    (line,) = tried.table.lines
    assert (line.before, "mọi đơn vị" in line.doubts[0]) == (None, True)
    done = admin.submit("/admin/import", do="apply", table=table, previewed=tried.previewed)
    assert done.status_code == 303
    people = [Officer.model_validate(office.store.documents[path]) for path in office.store.paths("officers")]
    assert [person.unit for person in people if person.email == "ha@hanoi.gov.vn"] == ["PX-00004"]
    faulty = "name,email,unit,role\n,,,\nVũ Hà,x,SXD,officer\n"
    wrong = admin.shown_after("/admin/import", do="read", table=faulty)["found"]
    assert [fault.line for fault in wrong.table.faults] == [3]
    assert list(wrong.table.lines) == []


def test_invalid_or_too_large_table_is_refused_with_a_message() -> None:
    admin = Office().at_desk("admin")
    assert "không phải bảng XLSX hoặc CSV" in send(admin, b"PK\x03\x04 no book", "a.xlsx").text
    assert "lớn hơn 200 KB" in send(admin, b"x" * 200_001, "a.csv").text
    assert admin.see("/admin/import.csv").data.startswith(b"\xef\xbb\xbf")
    assert Office().at_desk("coordinator").see("/admin/import").status_code == 403


def test_a_unit_that_would_have_no_head_is_shown_before_anything_is_written() -> None:
    office = Office()
    admin = office.at_desk("admin")
    line = ["Trần Thu Hằng", "sxd-head@example.vn", "SXD", "cán bộ xử lý", "Chuyên viên"]
    page = unescape(send(admin, table_book([[*HEAD, "Chức vụ"], line]), "can-bo.xlsx").text)
    assert "Dòng 2, Trần Thu Hằng: Sở Xây dựng không còn lãnh đạo nào" in page
    assert "Chuyên viên" in page
    text, mark = hidden(page)
    done = admin.submit("/admin/import", do="apply", table=text, previewed=mark)
    assert done.status_code == 303
    stored = Officer.model_validate(office.store.documents["officers/sxd-head"])
    assert (stored.role, stored.position) == ("officer", "Chuyên viên")


def test_change_of_a_units_only_head_needs_confirmation_too() -> None:
    office = Office()
    admin, path = office.at_desk("admin"), "/admin/officers/sxd-head"
    assert "lãnh đạo duy nhất" in admin.see(path).text
    fields = {"name": "Trần Thu Hằng", "email": "sxd-head@example.vn", "unit": "SXD", "role": "officer"}
    asked = admin.submit(path, **fields)
    assert (asked.status_code, "Sở Xây dựng không còn lãnh đạo nào" in asked.text) == (400, True)
    assert office.store.documents["officers/sxd-head"]["role"] == "head"
    assert admin.submit(path, **fields, confirmed="1").status_code == 303
    assert office.store.documents["officers/sxd-head"]["role"] == "officer"
