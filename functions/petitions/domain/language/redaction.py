"""Patterns of personal data in free text, to mask such data everywhere except in the original.

They are used for titles, guidance, logs, digests and exports. The module imports only the standard library, because the
webhook's logs need it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Pattern:
    """A kind of personal data, such as phone numbers, with its mask."""

    kind: str
    form: re.Pattern[str]
    """The expression that matches this kind of data."""
    mask: str
    """The text that replaces a match."""


def _pattern(kind: str, form: str, mask: str) -> Pattern:
    return Pattern(kind, re.compile(form, re.IGNORECASE), mask)


PHONE_MASK = "[điện thoại]"

# Codes of petitions are not masked: HN-261124-ABCD-EFGH, PAKN.20261124.0001.
_OURS = r"(?<![0-9A-Za-z])(?<!HN-)(?<!PAKN[.])"
_END = r"(?![0-9A-Za-z])"

_DOT_IN_A_NAME = re.compile(r"(?<=\w)\.(?=[^\W\d])")
_ANYTHING = re.compile(r"[@\d]")

PATTERNS: tuple[Pattern, ...] = (
    _pattern("email", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", "[email]"),
    # Two digits of the province, one or two letters (series), 4 or 5 digits: 29A-123.45, 29-B1 123.45, 30F1 2345.
    _pattern("plate", rf"{_OURS}[1-9]\d[ -]?[A-Z][A-Z1-9]?[ .-]?(?:\d{{3}}[.]?\d{{2}}|\d{{4}}){_END}", "[biển số]"),
    _pattern(
        "account",
        r"(?<=\b)(?:stk|s[ốo] t[àa]i kho[ảa]n|s[ốo] tk|t[àa]i kho[ảa]n(?: ng[âa]n h[àa]ng)?|account(?: number)?)"
        r"[^\d\n]{0,20}\d(?:[ .-]?\d){5,18}",
        "[tài khoản]",
    ),
    # Căn cước has 12 digits, the first three for a province. CMND has 9 digits.
    _pattern("citizen_id", rf"{_OURS}0\d{{2}}(?:[ .-]?\d){{9}}{_END}", "[số giấy tờ]"),
    _pattern("phone", rf"{_OURS}(?:\+?84|0)[ .()-]*(?:\d[ .()-]*){{8,9}}\d{_END}", PHONE_MASK),
    _pattern("old_id", rf"{_OURS}\d{{3}}[ .-]?\d{{3}}[ .-]?\d{{3}}{_END}", "[số giấy tờ]"),
    # Zalo ids, accounts and anything else of that form.
    _pattern("long_number", rf"{_OURS}\+?\d(?:[ .-]?\d){{8,}}{_END}", "[số]"),
)


MASKS = frozenset(item.mask for item in PATTERNS)


def masked(text: str) -> str:
    """Return the text with every match of the patterns masked."""
    # Every match has a digit or an @, and most words of a log have neither.
    if _ANYTHING.search(text) is None:
        return text
    for pattern in PATTERNS:
        text = pattern.form.sub(pattern.mask, text)
    return text


def without_links(text: str) -> str:
    """Return the text with spaces in every web and mail address, so that no mail program makes it a link."""
    return _DOT_IN_A_NAME.sub(". ", text).replace("://", ": //").replace("@", " @ ")
