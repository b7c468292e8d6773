"""Officers from a spreadsheet: columns in any order, units by name, and errors with line numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.adapters.reference import directory
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.entries import doubts
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.officer_table import MOST_LINES, OfficerTable, read_officers, table_text
from petitions.domain.shared.records import HANOI, replace
from tests.fakes import FakeClock
from tests.workbooks import table_book

UNITS = directory()
ADMIN = Officer(id="admin", name="Đặng Quốc Bảo", email="admin@example.vn", unit="VPUB", role=Role.ADMIN)
KNOWN = Officer(id="known", name="Trần Thu Hằng", email="hang@example.vn", unit="SXD", role=Role.HEAD)
GONE = Officer(
    id="gone", name="Lê Cũ", email="cu@example.vn", unit="SXD", role=Role.OFFICER,
    left_at=FakeClock().now().astimezone(HANOI),
)  # fmt: skip
HEAD = "Họ và tên,Thư điện tử,Đơn vị,Vai trò\n"


def read(text: str) -> OfficerTable:
    return read_officers(text, [ADMIN, KNOWN, GONE], UNITS, ADMIN)


def test_columns_in_any_order_units_by_code_or_name_roles_by_word() -> None:
    table = read(
        "Ghi chú;VAI TRO;Email;Don vi;Tên\n"
        "x;Cán bộ xử lý;A@example.vn;sở xây dựng;  Phạm   Thu Trang \n"
        "\n"
        "y;head;b@example.vn;Phường Ba Đình;Vũ Hà\n"
        "z;lãnh đạo đơn vị;c@example.vn;UBND phường Ba Đình;Vũ Hạnh\n"
    )
    assert table.faults == ()
    entries = [(line.line, line.entry.name, line.entry.email, line.entry.unit, line.entry.role) for line in table.lines]
    ward = next(item.code for item in UNITS.wards if item.name == "Phường Ba Đình")
    assert entries == [
        (2, "Phạm Thu Trang", "a@example.vn", "SXD", "officer"),
        (4, "Vũ Hà", "b@example.vn", ward, "head"),
        (5, "Vũ Hạnh", "c@example.vn", ward, "head"),
    ]
    assert table.unused == ("Ghi chú",)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (",a@example.vn,SXD,officer", "họ tên"),
        ("Vũ Hà,,SXD,officer", "Thiếu địa chỉ thư"),
        ("Vũ Hà,không có,SXD,officer", "“không có” chưa đúng"),
        ("Vũ Hà,a@example.vn,Sở Không Có,officer", "“Sở Không Có”"),
        ("Vũ Hà,a@example.vn,,officer", "Thiếu đơn vị"),
        ("Vũ Hà,a@example.vn,OOS,officer", "“OOS”"),
        ("Vũ Hà,a@example.vn,SXD,giám đốc", "“giám đốc”"),
        ("Vũ Hà,a@example.vn,SXD,system", "“system”"),
        ("Lê Cũ,cu@example.vn,SXD,officer", "Tài khoản của Lê Cũ đã ngừng"),
        ("Đặng Quốc Bảo,admin@example.vn,VPUB,coordinator", "Không tự đổi vai trò"),
        ("Vũ Hà,a@example.vn", "Thiếu đơn vị"),
    ],
)
def test_a_fault_is_named_by_its_line(line: str, words: str) -> None:
    table = read(f"{HEAD}Vũ Hạnh,hanh@example.vn,SXD,officer\n{line}\n")
    assert table.lines == ()
    assert {fault.line for fault in table.faults} == {3}
    assert any(words in fault.words for fault in table.faults)


def test_twins_name_each_other() -> None:
    table = read(HEAD + "".join(f"Vũ Hà {name},A@example.vn,SXD,officer\n" for name in "abc"))
    assert [(fault.line, fault.words) for fault in table.faults] == [
        (2, "Địa chỉ thư “a@example.vn” lặp lại ở dòng 3, 4."),
        (3, "Địa chỉ thư “a@example.vn” lặp lại ở dòng 2, 4."),
        (4, "Địa chỉ thư “a@example.vn” lặp lại ở dòng 2, 3."),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Bảng trống"),
        (HEAD, "chỉ có dòng tiêu đề"),
        ("Họ tên,Đơn vị\nVũ Hà,SXD\n", "thiếu cột “Thư điện tử”, “Vai trò”"),
        (f"{HEAD}\0", "không phải bảng"),
        (f'{HEAD}"Vũ Hà', "không phải bảng"),
        (HEAD + "Vũ Hà,a@example.vn,SXD,officer\n" * (MOST_LINES + 1), f"tối đa {MOST_LINES}"),
    ],
)
def test_invalid_table_is_reported(text: str, words: str) -> None:
    (fault,) = read(text).faults
    assert (fault.line, words in fault.words) == (1, True)


def test_who_is_known_is_changed_and_who_is_the_same_is_left_alone() -> None:
    table = read(f"{HEAD}Trần Thu Hằng,HANG@example.vn,SXD,head\n")
    assert [line.has_effect for line in table.lines] == [False]
    (moved,) = read(f"{HEAD}Trần Thu Hằng,hang@example.vn,SYT,head\n").lines
    assert (moved.changes, moved.before) == ({"unit": "SYT"}, KNOWN)
    assert "không đi theo" in moved.doubts[0]


def test_a_role_that_reaches_beyond_the_unit_is_doubted_elsewhere() -> None:
    ward = UNITS.wards[0].code
    assert doubts(Role.COORDINATOR, "VPUB", UNITS) == []
    assert doubts(Role.OFFICER, ward, UNITS) == []
    (doubt,) = doubts(Role.COORDINATOR, ward, UNITS)
    assert UNITS.name_of(ward) in doubt
    assert all(doubts(role, ward, UNITS) for role in (Role.INSPECTOR, Role.ADMIN))
    (line,) = read(f"{HEAD}Vũ Hà,a@example.vn,{ward},cán bộ điều phối\n").lines
    assert line.doubts == (doubt,)


NO_HEAD = "Sở Xây dựng không còn lãnh đạo nào"
SECOND = Officer(id="second", name="Phạm Phó", email="pho@example.vn", unit="SXD", role=Role.HEAD)


@pytest.mark.parametrize("line", ["hang@example.vn,SXD,officer", "hang@example.vn,SYT,head"])
def test_a_unit_that_loses_its_only_head_is_warned_about(line: str) -> None:
    (planned,) = read(f"{HEAD}Trần Thu Hằng,{line}\n").lines
    assert any(NO_HEAD in words for words in planned.doubts)


def test_a_head_may_go_when_another_stays_or_comes() -> None:
    demoted = "Trần Thu Hằng,hang@example.vn,SXD,officer\n"
    table = read(f"{HEAD}{demoted}Vũ Hà,a@example.vn,SXD,head\n")
    assert [line.doubts for line in table.lines] == [(), ()]
    (planned,) = read_officers(HEAD + demoted, [ADMIN, KNOWN, SECOND], UNITS, ADMIN).lines
    assert planned.doubts == ()
    both = read_officers(f"{HEAD}{demoted}Phạm Phó,pho@example.vn,SXD,officer\n", [ADMIN, KNOWN, SECOND], UNITS, ADMIN)
    assert all(any(NO_HEAD in words for words in line.doubts) for line in both.lines)
    gone = replace(SECOND, left_at=GONE.left_at)
    (planned,) = read_officers(HEAD + demoted, [ADMIN, KNOWN, gone], UNITS, ADMIN).lines
    assert any(NO_HEAD in words for words in planned.doubts)


def test_an_office_may_be_given_and_an_empty_cell_leaves_it() -> None:
    head = HEAD.replace("\n", ",Chức vụ\n")
    known = replace(KNOWN, position="Giám đốc")

    def read_with(line: str) -> OfficerTable:
        return read_officers(head + line, [ADMIN, known], UNITS, ADMIN)

    (new,) = read_with("Vũ Hà,a@example.vn,SXD,head, Phó  Giám đốc \n").lines
    assert new.entry.position == "Phó Giám đốc"
    (kept,) = read_with("Trần Thu Hằng,hang@example.vn,SXD,head,\n").lines
    assert not kept.has_effect
    (changed,) = read_with("Trần Thu Hằng,hang@example.vn,SXD,head,Quyền Giám đốc\n").lines
    assert changed.changes == {"position": "Quyền Giám đốc"}
    (fault,) = read_with(f"Vũ Hà,a@example.vn,SXD,head,{'x' * 101}\n").faults
    assert "chức vụ" in fault.words


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
ROWS = st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1, max_size=12)


@given(rows=ROWS)
def test_a_file_and_its_text_have_the_same_lines_whether_csv_or_workbook(rows: list[list[str]]) -> None:
    shown = [["Họ tên", "Thư điện tử", "Đơn vị", "Vai trò"], [], *rows]
    kept = [(number, [" ".join(cell.split()) for cell in row]) for number, row in enumerate(shown, 1)]
    kept = [(number, row) for number, row in kept if any(row)]
    text = table_text(table_book(shown))
    assert table_text(text.encode()) == text
    faults = {fault.line for fault in read(text).faults}
    assert faults <= {number for number, _ in kept}
