"""`ports.PaperRenderer`."""

from __future__ import annotations

from datetime import datetime

from petitions.adapters.papers.docx import docx_of
from petitions.adapters.papers.pdf import pdf_of
from petitions.domain.papers.sheet import Sheet


class FileRenderer:
    """The two files of a paper."""

    def pdf(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the page as PDF."""
        return pdf_of(sheet, made_at)

    def docx(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the page as DOCX."""
        return docx_of(sheet, made_at)
