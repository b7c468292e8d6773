"""The rendering and signing of formal papers, as use cases need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from petitions.domain.papers.paper import SignatureCheck
from petitions.domain.papers.sheet import Sheet


class PaperRenderer(Protocol):
    """The files of a paper. The same arguments give the same bytes. Raise Permanent for what cannot be rendered."""

    def pdf(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the page as PDF."""
        ...

    def docx(self, sheet: Sheet, made_at: datetime) -> bytes:
        """Return the page as DOCX."""
        ...


@dataclass(frozen=True)
class Signing:
    """What the signature says beside who signs."""

    unit: str
    """The code of the unit in whose name is signed."""
    officer: str
    """The id of the officer who ordered it."""
    reason: str
    place: str
    issuer: str
    """The name of the unit, as it is on the paper."""
    signer: str
    """The name of who signs, as it is on the paper."""
    at: datetime


class PaperSigner(Protocol):
    """A service that signs PDF files with the office's certificate. Raise NeedsHuman if it cannot."""

    def sign(self, pdf: bytes, signing: Signing) -> bytes:
        """Return the signed file: the given bytes and, after them, the signature with its visible stamp."""
        ...

    def check(self, pdf: bytes, now: datetime) -> SignatureCheck:
        """Return what its signature says; never raises for a file that is none or was changed."""
        ...
