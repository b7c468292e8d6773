"""Signs PDF files with pyHanko, in the format PAdES B-B (ETSI EN 319 142-1). Implements `ports.PaperSigner`.

The key is in a file, as on a laptop or for an office that keeps its key in our vault. A city-wide signing service would
need another adapter. Nothing is fetched: a B-B signature has no time stamp, and revocation is not checked.
"""

from __future__ import annotations

import base64
import io
import logging
from datetime import datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from petitions.adapters.papers.stamp import Stamp, stamp_place
from petitions.domain.papers.paper import SignatureCheck
from petitions.errors import ConfigError, NeedsHuman
from petitions.ports.papers import Signing

_FIELD = "ChuKySo"
_WHOLE_BOX = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID)
_UNREADABLE = (PdfError, SigningError, SignatureValidationError, ValueError, TypeError, KeyError, IndexError)


class KeyFileSigner:
    """Signs with the key in a PKCS #12 file, given in base 64 and without a password.

    Signatures count as trusted if they were made with the certificates in that file.
    """

    def __init__(self, key_file: str) -> None:
        """Read the signing key. Raise ConfigError if `key_file` is not a PKCS #12 file in base 64."""
        # The result of a failed check goes to the desk. The libraries' logs would repeat the file.
        for name in ("pyhanko", "pyhanko_certvalidator"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            signer = SimpleSigner.load_pkcs12_data(base64.b64decode(key_file), other_certs=[])
        except ValueError:
            signer = None
        if signer is None or signer.signing_cert is None:
            raise ConfigError(["PAPER_SIGNING_KEY is no PKCS #12 file in base 64"])
        self._signer = signer
        self._trusted = [signer.signing_cert, *signer.cert_registry]

    def sign(self, pdf: bytes, signing: Signing) -> bytes:
        """Return the PDF with its signature and visible stamp, appended as an incremental update.

        A PDF without a place for the stamp is signed without one. Raise NeedsHuman if the PDF cannot be signed.
        """
        about = PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm="sha256",
            location=signing.place,
            reason=signing.reason,
            subfilter=SigSeedSubFilter.PADES,
        )
        try:
            page, box = stamp_place(pdf) or (0, None)
            style = StaticStampStyle(0, background=Stamp(signing), background_layout=_WHOLE_BOX) if box else None
            field = SigFieldSpec(_FIELD, on_page=page, box=box)
            signer = PdfSigner(about, self._signer, stamp_style=style, new_field_spec=field)
            signed = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
        except _UNREADABLE as error:
            raise NeedsHuman(f"a paper was not signed: {type(error).__name__}", reason="paper_signing") from error
        return bytes(signed.getbuffer())

    def check(self, pdf: bytes, now: datetime) -> SignatureCheck:
        """Return the state of the signature in a PDF, and the name in its certificate.

        It is intact if exactly one signature is in the file, is valid, and covers the whole file. A file that cannot be
        read counts as not intact.
        """
        unknown = SignatureCheck(at=now, intact=False, trusted=False, signer="")
        try:
            (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
            context = ValidationContext(trust_roots=self._trusted, allow_fetching=False, moment=now)
            status = validate_pdf_signature(signature, context)
        except _UNREADABLE:
            return unknown
        whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        return SignatureCheck(
            at=now,
            intact=whole and status.intact and status.valid,
            trusted=status.trusted,
            signer=str(status.signing_cert.subject.native.get("common_name", "")),
        )
