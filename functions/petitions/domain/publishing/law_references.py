"""Find the numbers of legal texts in an answer, such as “20/2008/NĐ-CP”, and link to them."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

_NUMBER = re.compile(r"(?<![\w/])\d{1,4}/\d{4}/[A-ZĐ]{2,5}\d{0,2}(?:-[A-ZĐ]{2,10})?(?![\w/])")


def law_references(text: str) -> list[str]:
    """Return the distinct numbers of legal texts in order of appearance."""
    return list(dict.fromkeys(found[0] for found in _NUMBER.finditer(text)))


def law_link(number: str) -> str:
    """Return the URL of a search for the number in the national law database (PLATFORM 9.1)."""
    return f"https://vbpl.vn/tim-kiem?SearchIn=all&q={quote_plus(number)}"
