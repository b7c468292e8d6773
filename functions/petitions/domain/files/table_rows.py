"""The rows of a table that somebody sent as CSV or XLSX, with their line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from petitions.domain.files.csv_files import NoTable, decoded
from petitions.domain.files.xlsx_files import MOST_UNPACKED, FormulaCell, NoWorkbook, is_workbook, sheet_rows
from petitions.domain.language.words import fold

NO_TABLE = "Tệp không phải bảng XLSX hoặc CSV đọc được. Xin lưu lại từ Excel thành .xlsx hoặc “CSV UTF-8”."
_SEPARATORS = ",;\t"

Rows = list[tuple[int, list[str]]]


def table_rows(content: bytes, most_unpacked: int = MOST_UNPACKED, formula: str | None = None) -> Rows:
    """Return the rows of an XLSX or CSV file that have any text, with their numbers.

    A formula that was saved without its value is read as `formula`. Raise ValueError, in Vietnamese, for any other
    file, and for such a formula if `formula` is None.
    """
    try:
        return sheet_rows(content, most_unpacked, formula) if is_workbook(content) else csv_rows(decoded(content))
    except FormulaCell as error:
        words = f"Ô {error.cell} là công thức chưa có giá trị: xin dán giá trị thay cho công thức, rồi gửi lại."
        raise ValueError(words) from error
    except (NoWorkbook, NoTable, csv.Error) as error:
        raise ValueError(NO_TABLE) from error


def csv_rows(text: str) -> Rows:
    """Return the rows that have any text, with the line at which each row begins.

    Raise csv.Error for malformed CSV, or NoTable if the text contains NUL.
    """
    if "\0" in text:
        raise NoTable
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.split("\n") if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    reader, rows, begins = csv.reader(io.StringIO(text), delimiter=separator, strict=True), [], 1
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append((begins, row))
        begins = reader.line_num + 1
    return rows


def columns(heads: Mapping[str, tuple[str, ...]], head: Sequence[str]) -> dict[str, int]:
    """Return the position of every column by its key in `heads`, found by its title. Missing ones are left out.

    Case, diacritics, and a star or colon after a title make no difference.
    """
    written = [fold(item.strip("* :")) for item in head]
    wanted = {name: {fold(item) for item in known} for name, known in heads.items()}
    found = {name: next((at for at, item in enumerate(written) if item in known), -1) for name, known in wanted.items()}
    return {name: at for name, at in found.items() if at >= 0}
