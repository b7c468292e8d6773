"""Formal papers of a petition as the JSON API answers them: how they stand, none of their words."""

from __future__ import annotations

from typing import Self

from petitions.domain.papers.paper import PAPER_LABELS, Paper, PaperKind, PaperState
from petitions.domain.units.directory import Directory
from schema.base import Answer, CopiedAnswer, Instant


class SignatureAnswer(CopiedAnswer):
    """What the last check of the signature found."""

    at: Instant
    intact: bool
    trusted: bool
    signer: str


class PaperAnswer(Answer):
    """A paper; number and year are null until it is issued, the hashes until its files are made."""

    id: str
    kind: PaperKind
    label: str
    state: PaperState
    unit: str
    unit_name: str
    drafted_at: Instant
    number: int | None
    year: int | None
    issued_at: Instant | None
    handed_at: Instant | None
    pdf_sha256: str | None
    docx_sha256: str | None
    signature: SignatureAnswer | None

    @classmethod
    def of(cls, paper: Paper, directory: Directory) -> Self:
        """Return how the paper stands."""
        return cls(
            id=paper.id, kind=paper.kind, label=PAPER_LABELS[paper.kind], state=paper.state, unit=paper.unit,
            unit_name=directory.name_of(paper.unit), drafted_at=paper.drafted_at, number=paper.number, year=paper.year,
            issued_at=paper.issued_at, handed_at=paper.handed_at,
            pdf_sha256=paper.pdf.sha256 if paper.pdf else None, docx_sha256=paper.docx.sha256 if paper.docx else None,
            signature=SignatureAnswer.of(paper.signature) if paper.signature else None,
        )  # fmt: skip


class PapersAnswer(Answer):
    """The papers of a petition, the oldest first; drafts for the unit that issues them alone."""

    papers: list[PaperAnswer]
