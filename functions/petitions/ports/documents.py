"""Interfaces for making workbooks (XLSX) and papers (PDF)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from petitions.domain.files.sheets import Sheet
from petitions.domain.management.management_sheet import ManagementSheet


@dataclass(frozen=True)
class TableColumn:
    """A column of numbers: its title, the title above it that it shares with its neighbours, and its definition."""

    head: str
    above: str
    definition: str


@dataclass(frozen=True)
class TableRow:
    """A row: its name and its numbers in the order of the columns."""

    name: str
    cells: Sequence[int]


@dataclass(frozen=True)
class NumberTable:
    """A table of numbers for printing. Its first row is the total of all rows."""

    title: str
    under: Sequence[str]
    """Lines of text below the title, such as the period."""
    caveats: Sequence[str]
    columns: Sequence[TableColumn]
    rows: Sequence[TableRow]
    adds_up: Sequence[bool]
    """For every column, whether its first cell is the sum of the other cells."""
    at: datetime
    """The time at which the table was made."""
    name_head: str
    """The title of the column with the rows' names."""


class TableWriter(Protocol):
    """A writer of tables of numbers as files."""

    def workbook(self, table: NumberTable) -> bytes:
        """Return an XLSX file with typed cells, a frozen header, and sums as its only formulas, with their values."""
        ...

    def paper(self, table: NumberTable) -> bytes:
        """Return the table as a PDF file."""
        ...


class ManagementPaper(Protocol):
    """A renderer of the monthly report."""

    def __call__(self, sheet: ManagementSheet) -> bytes:
        """Return the report as a PDF file of one page. The same sheet gives the same bytes."""
        ...


class SheetWriter(Protocol):
    """A writer of sheets, i.e. lists with cells of any type, as files."""

    def workbook(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return an XLSX file with typed cells and a frozen header, without formulas."""
        ...

    def paper(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the sheet as a PDF file."""
        ...
