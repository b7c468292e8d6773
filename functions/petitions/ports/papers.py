"""Interfaces for rendering and signing formal papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from petitions.domain.papers.paper import SignatureCheck
from petitions.domain.papers.sheet import Sheet


class PaperRenderer(Protocol):
    """A renderer of a paper's files. The same arguments give the same bytes. All methods raise Permanent on failure."""

    def pdf(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the page of the paper as PDF."""
        ...

    def docx(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the page of the paper as DOCX."""
        ...


@dataclass(frozen=True)
class Signing:
    """The data shown in a paper's signature."""

    unit: str
    """The code of the unit that signs."""
    officer: str
    """The id of the officer for whom it is signed."""
    reason: str
    place: str
    issuer: str
    """The name of the unit, as printed on the paper."""
    signer: str
    """The signer's name, as printed on the paper."""
    at: datetime


class PaperSigner(Protocol):
    """A service that signs PDF files with the office's certificate. `sign` raises NeedsHuman if it cannot."""

    def sign(self, pdf: bytes, signing: Signing) -> bytes:
        """Return the signed file: the given bytes, followed by the signature with its visible stamp."""
        ...

    def check(self, pdf: bytes, now: datetime) -> SignatureCheck:
        """Return the result of checking the file's signature.

        Never raise, even if the file is no PDF or was changed.
        """
        ...
