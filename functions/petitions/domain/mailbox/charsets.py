"""Decode Vietnamese mail, in which the declared character set is often missing or wrong.

Python has no codecs for TCVN 5712:1993 and VISCII (RFC 1456), which old programs still write.
"""

from __future__ import annotations

import codecs
import unicodedata

_TCVN = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
"""The characters for the bytes from 128 on, in TCVN and in VISCII."""
_CAPITALS = {
    _TCVN: {1: "Ú", 2: "Ụ", 4: "Ừ", 5: "Ử", 6: "Ữ", 17: "Ứ", 18: "Ự", 19: "Ỳ", 20: "Ỷ", 21: "Ỹ", 22: "Ý", 23: "Ỵ"},
    _VISCII: {2: "Ẳ", 5: "Ẵ", 6: "Ẫ", 20: "Ỷ", 25: "Ỹ", 30: "Ỵ"},
}
"""Capital letters that both sets place at the codes of control characters."""
_TABLES = {
    name: "".join(_CAPITALS[table].get(byte, chr(byte)) for byte in range(128)) + table
    for names, table in (("tcvn tcvn5712 tcvn57121 tcvn571211993 xviettcvn5712 xviettcvn", _TCVN),
                         ("viscii xviscii csviscii viscii111", _VISCII))
    for name in names.split()
}  # fmt: skip
_OFTEN_WRONG = frozenset({"", "ascii", "iso8859-1", "cp1252"})
"""Character sets declared by programs that in fact write UTF-8 or windows-1258."""


def decoded(content: bytes, charset: str | None) -> str:
    """Decode the bytes into text in NFC, with U+FFFD for undecodable bytes. Never raise.

    If no character set or a western one is declared, UTF-8 is tried first, because other text is hardly ever valid
    UTF-8.
    """
    table = _TABLES.get("".join(filter(str.isalnum, (charset or "").lower())))
    if table:
        return _composed("".join(map(table.__getitem__, content)))
    name = _codec(charset)
    for tried in ("utf-8", "cp1258") if name in _OFTEN_WRONG else (name, "utf-8"):
        try:
            return _composed(content.decode(tried))
        except ValueError:
            continue
    return _composed(content.decode(name or "utf-8", "replace"))


def _codec(charset: str | None) -> str:
    try:
        found = codecs.lookup(charset or "")
    except (LookupError, ValueError):
        return ""
    return found.name if found._is_text_encoding else ""  # noqa: SLF001 - `bytes.decode` asks the same


def _composed(text: str) -> str:
    """Return the text in NFC, without lone surrogates, which Firestore cannot store."""
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode()
