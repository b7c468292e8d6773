"""Implementations of the protocols in `ports` that write tables and lists as files."""

from __future__ import annotations

from datetime import datetime

from petitions.adapters.documents.list_paper import list_paper
from petitions.adapters.documents.number_workbook import workbook
from petitions.adapters.documents.paper import paper
from petitions.adapters.documents.workbook import workbook as list_workbook
from petitions.domain.files.sheets import Sheet
from petitions.ports.documents import NumberTable


class TableFiles:
    """Writes tables of numbers with XlsxWriter and fpdf2. Implements `ports.TableWriter`."""

    def workbook(self, table: NumberTable) -> bytes:
        return workbook(table)

    def paper(self, table: NumberTable) -> bytes:
        return paper(table)


class SheetFiles:
    """Writes lists with XlsxWriter and fpdf2. Implements `ports.SheetWriter`."""

    def workbook(self, sheet: Sheet, made_at: datetime) -> bytes:
        return list_workbook(sheet, made_at)

    def paper(self, sheet: Sheet, made_at: datetime) -> bytes:
        return list_paper(sheet, made_at)
