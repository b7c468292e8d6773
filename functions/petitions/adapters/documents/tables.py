"""`ports.TableWriter`."""

from __future__ import annotations

from petitions.adapters.documents.number_workbook import workbook
from petitions.adapters.documents.paper import paper
from petitions.ports.documents import NumberTable


class TableFiles:
    """`ports.TableWriter` over XlsxWriter and fpdf2."""

    def workbook(self, table: NumberTable) -> bytes:
        """Return the table as XLSX."""
        return workbook(table)

    def paper(self, table: NumberTable) -> bytes:
        """Return the table as PDF."""
        return paper(table)
