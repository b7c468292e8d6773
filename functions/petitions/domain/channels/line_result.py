"""The result of every line in a file of many petitions, checked or imported, and the table that shows the results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from petitions.domain.files.sheets import csv_text
from petitions.domain.files.table_rows import csv_rows
from petitions.domain.petition.codes import find_code


class Found(StrEnum):
    """The result for one line of a file, such as new, known or faulty. The value is the text shown to officers."""

    NEW = "Sẽ nhập"
    ALIKE = "Giống hồ sơ, dòng khác"
    KNOWN = "Đã có"
    FAULT = "Lỗi"
    FILED = "Đã nhập"
    LEFT_OUT = "Bỏ qua"


@dataclass(frozen=True)
class LineResult:
    """The result of checking or importing one line of the file."""

    line: int
    found: Found
    codes: Sequence[str] = ()
    """The codes of petitions that the line made, that have its number, or that resemble it."""
    words: str = ""
    text: str = ""
    """The opening words of the petition in the line."""
    unit: str = ""
    """The name of the unit that would get the petition."""
    beside: Sequence[str] = ()
    """The beginnings of the petitions in `codes`, in order, or of the similar line. "" for one that the reader may not
    see.
    """


_HEADS = ("Dòng", "Kết quả", "Mã hồ sơ", "Chi tiết", "Nội dung", "Đơn vị dự kiến", "Nội dung đã có")
LONGEST_BEGINNING = 160


def beginning(text: str) -> str:
    """Return the first words of a text on one line, at most LONGEST_BEGINNING characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_BEGINNING else f"{line[:LONGEST_BEGINNING].rsplit(' ', 1)[0]} …"


def results_text(results: Iterable[LineResult]) -> str:
    """Return the results as a CSV table in which no cell runs as a formula."""
    rows = [
        (
            result.line,
            result.found.value,
            " ".join(result.codes),
            result.words,
            result.text,
            result.unit,
            "\n".join(result.beside),
        )
        for result in results
    ]
    return csv_text(_HEADS, rows)


def read_results(text: str) -> list[LineResult]:
    """Return the results read from a table of `results_text`."""
    rows = csv_rows(text.removeprefix("\ufeff"))[1:]
    return [
        LineResult(
            int(line),
            Found(found),
            tuple(code for code in codes.split() if find_code(code) == code),
            words,
            text,
            unit,
            tuple(beside.split("\n")) if beside else (),
        )
        for _, (line, found, codes, words, text, unit, beside) in rows
    ]
