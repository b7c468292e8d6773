"""The rendering and signing of formal papers, as use cases need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from petitions.domain.papers.paper import SignatureCheck
from petitions.domain.papers.sheet import Sheet


class PaperRenderer(Protocol):
    """The files of a paper. The same arguments give the same bytes. Methods raise Permanent if rendering fails."""

    def pdf(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the page as PDF."""
        ...

    def docx(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the page as DOCX."""
        ...


@dataclass(frozen=True)
class Signing:
    """The contents of a signature."""

    unit: str
    """The code of the unit that signs."""
    officer: str
    """The id of the officer behind the signature."""
    reason: str
    place: str
    issuer: str
    """The name of the unit, as it is on the paper."""
    signer: str
    """The signer's name, as it is on the paper."""
    at: datetime


class PaperSigner(Protocol):
    """A service that signs PDF files with the office's certificate. Raise NeedsHuman if it cannot."""

    def sign(self, pdf: bytes, signing: Signing) -> bytes:
        """Return the signed file: the given bytes and, after them, the signature with its visible stamp."""
        ...

    def check(self, pdf: bytes, now: datetime) -> SignatureCheck:
        """Check the file's signature. Never raises, even if the file is no PDF or was changed."""
        ...
