"""The renderer of formal papers for use cases."""

from __future__ import annotations

from datetime import datetime

from petitions.adapters.papers.docx import docx_of
from petitions.adapters.papers.pdf import pdf_of
from petitions.domain.papers.sheet import Sheet


class FileRenderer:
    """Renders formal papers as PDF and DOCX. Implements `ports.PaperRenderer`."""

    def pdf(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the paper as PDF. Raise Permanent if it cannot be rendered."""
        return pdf_of(sheet, made_at)

    def docx(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the paper as DOCX. Raise Permanent if it cannot be rendered."""
        return docx_of(sheet, made_at)
