"""Make the files that a simulated citizen sends: a silent recording, a one-page PDF, a photo. Standard library only."""

from __future__ import annotations

from pathlib import Path

from infra.paths import ROOT

PHOTO = ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg"
AMR_START = b"#!AMR\n"
AMR_FRAME = b"\x04" + bytes(12)
"""A frame of silence in AMR: 20 ms at 4.75 kbit/s (RFC 4867 5.3)."""
AMR_FRAMES_A_SECOND = 50
PDF_OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
)


def recording(seconds: int) -> bytes:
    """Return a silent voice message in AMR, the format of Zalo's recordings."""
    return AMR_START + AMR_FRAME * (AMR_FRAMES_A_SECOND * seconds)


def document(name: str) -> bytes:
    """Return the content of the file at this path, or made-up content if there is none.

    The made-up content is a photo for a JPEG name, otherwise an empty one-page PDF.
    """
    path = Path(name)
    if path.is_file():
        return path.read_bytes()
    return PHOTO.read_bytes() if path.suffix.lower() in {".jpg", ".jpeg"} else _pdf()


def _pdf() -> bytes:
    content, starts = b"%PDF-1.4\n", []
    for number, one in enumerate(PDF_OBJECTS, 1):
        starts.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    count = len(starts) + 1
    return content + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, len(content))
    )
