"""The reader of Excel workbooks accepts Excel's own files and rejects harmful ones."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.domain.files.table_rows import table_rows
from petitions.domain.files.xlsx_files import MOST_UNPACKED, NoWorkbook, is_workbook, sheet_rows
from tests.workbooks import NS, shared_strings, workbook


def sheet(rows: str) -> str:
    return f"<worksheet {NS}><sheetData>{rows}</sheetData></worksheet>"


def test_shared_rich_inline_and_plain_cells_at_their_places() -> None:
    strings = f"<sst {NS}><si><r><t>Họ </t></r><r><t>tên</t></r><rPh><t>x</t></rPh></si><si><t>Thư</t></si></sst>"
    rows = sheet(
        '<row r="2"><c r="B2" t="s"><v>0</v></c><c r="D2" t="s"><v>1</v></c></row>'
        '<row r="3"><c r="B3"/></row>'
        '<row r="7"><c t="inlineStr"><is><t>Trần Mới</t></is></c><c r="D7"><v>5</v></c></row>'
    )
    assert sheet_rows(workbook(rows, strings)) == [(2, ["", "Họ tên", "", "Thư"]), (7, ["Trần Mới", "", "", "5"])]


def test_the_first_sheet_is_the_one_that_the_book_names_first() -> None:
    book = workbook(sheet('<row><c t="inlineStr"><is><t>A</t></is></c></row>'), target="/xl/worksheets/other.xml")
    assert sheet_rows(book) == [(1, ["A"])]
    assert is_workbook(book)


ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "aaaaaaaaaa"}">' for n in range(9))
OUTSIDE = '<!ENTITY f SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("declared", [ENTITIES, OUTSIDE])
@pytest.mark.parametrize("part", ["sheet", "strings"])
def test_a_document_type_is_refused_before_its_entities_unfold(declared: str, part: str) -> None:
    evil = f"<!DOCTYPE x [{declared}]><worksheet {NS}><sheetData><row><c><v>&f;</v></c></row></sheetData></worksheet>"
    book = workbook(evil) if part == "sheet" else workbook(sheet("<row/>"), evil)
    with pytest.raises(NoWorkbook) as refused:
        sheet_rows(book)
    assert "document type" in str(refused.value.__cause__)


def test_compressed_bomb_is_read_up_to_the_cap() -> None:
    book = workbook(sheet(" " * (MOST_UNPACKED + 1)))
    assert len(book) < 20_000
    with pytest.raises(NoWorkbook) as refused:
        sheet_rows(book)
    assert "too large" in str(refused.value.__cause__)


def test_other_compressions_encryption_and_missing_parts_are_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    for content in (b"", b"PK\x03\x04", b"PK\x03\x04" + bytes(400), packed.getvalue(), workbook("<worksheet")):
        with pytest.raises(NoWorkbook):
            sheet_rows(content)


@given(st.data())
def test_a_damaged_book_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    whole = bytearray(workbook(sheet('<row r="2"><c r="B2" t="s"><v>0</v></c></row>'), shared_strings(["Họ tên"])))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        rows = sheet_rows(bytes(whole[: data.draw(st.integers(1, len(whole)))]))
    except NoWorkbook:
        return
    assert all(isinstance(cell, str) for _, cells in rows for cell in cells)


def test_a_formula_without_its_value_is_named_by_its_cell() -> None:
    computed = '<row r="2"><c r="B2"><f>A1+1</f><v>5</v></c></row>'
    assert table_rows(workbook(sheet(computed))) == [(2, ["", "5"])]
    with pytest.raises(ValueError, match="Ô B3 là công thức"):
        table_rows(workbook(sheet('<row r="3"><c r="B3"><f>A1&amp;A2</f></c></row>')))
