"""Mask a petition's text before it leaves the database as an example.

Known values (such as the filer's name), web addresses and matches of the patterns of `redaction` are replaced. Other
names are not recognised, so a masked text is still a citizen's text and stays with the operator.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from petitions.domain.language.redaction import masked
from petitions.domain.language.words import fold

NAME_MASK, ADDRESS_MASK = "[tên]", "[địa chỉ]"
LINK = re.compile(r"(?:https?://|www\.)[^\s,;]+", re.IGNORECASE)


def mask(text: str, names: Iterable[str], addresses: Iterable[str] = ()) -> str:
    """Return the text with the given names and addresses, all links, and matches of the redaction patterns masked.

    Names and addresses are found with and without diacritics.
    """
    nameless = unicodedata.normalize("NFC", text)
    for name, shown in [*((item, NAME_MASK) for item in names), *((address, ADDRESS_MASK) for address in addresses)]:
        for spelling in {unicodedata.normalize("NFC", name), fold(name)}:
            written = r"\s+".join(re.escape(part) for part in spelling.split())
            if written:
                nameless = re.sub(rf"(?<!\w){written}(?!\w)", shown, nameless, flags=re.IGNORECASE)
    return masked(LINK.sub("[liên kết]", nameless))
