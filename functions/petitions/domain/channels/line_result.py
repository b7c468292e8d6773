"""What became, or would become, of each line of a file of many petitions: a table that officers read and pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from petitions.domain.files.sheets import csv_text
from petitions.domain.files.table_rows import csv_rows
from petitions.domain.petition.codes import find_code


class Found(StrEnum):
    """What a line is; the value is what officers read."""

    NEW = "Sẽ nhập"
    ALIKE = "Giống hồ sơ, dòng khác"
    KNOWN = "Đã có"
    FAULT = "Lỗi"
    FILED = "Đã nhập"
    LEFT_OUT = "Bỏ qua"


@dataclass(frozen=True)
class LineResult:
    """The result of one line."""

    line: int
    found: Found
    codes: Sequence[str] = ()
    """The petitions that it made, that have its number, or that are like it."""
    words: str = ""


_HEADS = ("Dòng", "Kết quả", "Mã hồ sơ", "Chi tiết")


def results_text(results: Iterable[LineResult]) -> str:
    """Return the results as a CSV table that no spreadsheet runs."""
    return csv_text(_HEADS, [(each.line, each.found.value, " ".join(each.codes), each.words) for each in results])


def read_results(text: str) -> list[LineResult]:
    """Return the results in such a table."""
    rows = csv_rows(text.removeprefix("\ufeff"))[1:]
    return [
        LineResult(int(line), Found(found), tuple(code for code in codes.split() if find_code(code) == code), words)
        for _, (line, found, codes, words) in rows
    ]
