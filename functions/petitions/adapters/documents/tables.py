"""`ports.TableWriter` and `ports.SheetWriter`."""

from __future__ import annotations

from datetime import datetime

from petitions.adapters.documents.list_paper import list_paper
from petitions.adapters.documents.number_workbook import workbook
from petitions.adapters.documents.paper import paper
from petitions.adapters.documents.workbook import workbook as list_workbook
from petitions.domain.files.sheets import Sheet
from petitions.ports.documents import NumberTable


class TableFiles:
    """`ports.TableWriter` over XlsxWriter and fpdf2."""

    def workbook(self, table: NumberTable) -> bytes:
        """Return the table as XLSX."""
        return workbook(table)

    def paper(self, table: NumberTable) -> bytes:
        """Return the table as PDF."""
        return paper(table)


class SheetFiles:
    """`ports.SheetWriter` over XlsxWriter and fpdf2."""

    def workbook(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the list as XLSX."""
        return list_workbook(sheet, made_at)

    def paper(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the list as PDF."""
        return list_paper(sheet, made_at)
