"""Word and Excel files are distinguished from other ZIP files that claim to be such."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest

from petitions.domain.files.file_types import sniff
from tests import media

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"


def archive(*lists: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are alike
        for name, content in lists:
            made.writestr(name, content)
    return out.getvalue()


def types(*media_types: str, before: str = "") -> str:
    lines = "".join(
        f'<Override PartName="/word/{place}.xml" ContentType="{item}"/>' for place, item in enumerate(media_types)
    )
    return f'<?xml version="1.0"?>{before}<Types xmlns="{NAMESPACE}">{lines}</Types>'


def only(*media_types: str, before: str = "") -> bytes:
    return archive(("[Content_Types].xml", types(*media_types, before=before)))


def test_a_document_and_a_workbook() -> None:
    styles = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
    assert sniff(only(f"{WORD}.main+xml", styles)) == WORD
    assert sniff(only(f"{EXCEL}.main+xml".upper())) == EXCEL
    assert sniff(archive(("[content_types].XML", types(f"{WORD}.main+xml")))) == WORD


@pytest.mark.parametrize(
    "content",
    [
        only(MACROS),
        only(MACROS, f"{WORD}.main+xml"),
        only(f"{WORD}.main+xml", MACROS),
        only(f"{WORD}.main+xml", "application/vnd.ms-office.vbaProject"),
        only(f"{WORD}.main+xml", MACROS.replace("o", "&#111;")),
        only(f"{WORD}.main+xml", f"{EXCEL}.main+xml"),
        only("text/xml", before=f"<!-- {WORD}.main+xml -->"),
        only(f"x{WORD}.main+xml"),
        only(f"{WORD}.main+xml", before='<!DOCTYPE Types [<!ENTITY a "b">]>'),
        archive(("[Content_Types].xml", types(f"{WORD}.main+xml")), ("[Content_Types].xml", types(MACROS))),
        archive(("[Content_Types].xml", types(f"{WORD}.main+xml")), ("[CONTENT_TYPES].xml", types(MACROS))),
        archive(("[Content_Types].xml", types(f"{WORD}.main+xml")), ("/[Content_Types].xml", types(MACROS))),
        archive(("[Content_Types].xml", f"{WORD}.main+xml")),
        media.crowded_office(media.DOCX, 10_000),
    ],
)
def test_ambiguous_type_or_macros_are_refused(content: bytes) -> None:
    assert sniff(content) is None
