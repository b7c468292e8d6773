"""Takes out of a petition's words what says who wrote it, for texts that leave the database as examples.

Known values (the name and phone given), web addresses and the registry of forms (`redaction`). A name that
nobody gave is not recognised: what is masked is still a citizen's text and stays with the operator.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from petitions.domain.language.redaction import masked
from petitions.domain.language.words import fold

_LINK = re.compile(r"(?:https?://|www\.)[^\s,;]+", re.IGNORECASE)


def mask(text: str, names: Iterable[str]) -> str:
    """The text without the names, written with marks or without, without links and what the registry knows."""
    nameless = unicodedata.normalize("NFC", text)
    for name in names:
        for spelling in {unicodedata.normalize("NFC", name), fold(name)}:
            written = r"\s+".join(re.escape(part) for part in spelling.split())
            if written:
                nameless = re.sub(rf"(?<!\w){written}(?!\w)", "[tên]", nameless, flags=re.IGNORECASE)
    return masked(_LINK.sub("[liên kết]", nameless))
