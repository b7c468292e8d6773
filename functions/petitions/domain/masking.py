"""Takes out of a petition's words what says who wrote it, for texts that leave the database as examples.

Known values (the name and phone given) and forms (long numbers, e-mail and web addresses). A name that nobody gave is
not recognised: what is masked is still a citizen's text and stays with the operator.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from petitions.domain.text import fold

_FORMS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[thư điện tử]"),
    (re.compile(r"(?:https?://|www\.)[^\s,;]+", re.IGNORECASE), "[liên kết]"),
    (re.compile(r"\+?\d(?:[ .\-()]{0,2}\d){7,}"), "[số]"),
)


def mask(text: str, names: Iterable[str]) -> str:
    """The text without the names, written with marks or without, and without what has one of the forms."""
    masked = unicodedata.normalize("NFC", text)
    for name in names:
        for spelling in {unicodedata.normalize("NFC", name), fold(name)}:
            written = r"\s+".join(re.escape(part) for part in spelling.split())
            if written:
                masked = re.sub(rf"(?<!\w){written}(?!\w)", "[tên]", masked, flags=re.IGNORECASE)
    for form, word in _FORMS:
        masked = form.sub(word, masked)
    return masked
