"""Tables as files: typed cells, correct totals, no formulas, and readable text."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import openpyxl

from petitions.adapters.documents.tables import TableFiles
from petitions.ports.documents import NumberTable, TableColumn, TableRow

HOSTILE = ('=HYPERLINK("http://x.test")', "+1+1", "-2", "@SUM(A1)", "\t=1", "http://x.test")
TABLE = NumberTable(
    title=HOSTILE[0],
    under=HOSTILE[1:3],
    caveats=("Cần đối chiếu",),
    columns=[TableColumn(head, "Nhóm", head) for head in HOSTILE],
    rows=[TableRow(name, [number] * 6) for number, name in ((3, "Tất cả"), (1, HOSTILE[3]), (2, HOSTILE[4]))],
    adds_up=[True] * 5 + [False],
    at=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    name_head="Đơn vị",
)  # fmt: skip


def test_no_text_is_a_formula_and_sums_are_the_only_formulas() -> None:
    content = TableFiles().workbook(TABLE)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    formulas = [cell for cell in cells if cell.data_type == "f"]
    assert [cell.value for cell in formulas] == [f"=SUM({letter}9:{letter}10)" for letter in "CDEFG"]
    assert {cell.value for cell in cells if cell.data_type == "s"} >= set(HOSTILE)
    assert all(cell.hyperlink is None for cell in cells)
    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Số liệu"]
    assert [cell.value for cell in shown[8]] == [None, "Tất cả", 3, 3, 3, 3, 3, 3]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]


def test_a_paper_brings_its_letters_and_every_page_its_head() -> None:
    rows = [TableRow(f"Ủy ban nhân dân phường số {number}", [number] * len(HOSTILE)) for number in range(150)]
    table = NumberTable(**{**vars(TABLE), "rows": rows})
    content = TableFiles().paper(table)
    assert content.startswith(b"%PDF-")
    assert content.count(b"/FontFile2") == 2
    assert content.count(b"/Type /Page\n") > 1
