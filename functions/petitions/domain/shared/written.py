"""Parse ids, keys, days, instants and numbers from a request, for every function with pages.

A parser returns None for an invalid value, so that the page can answer with a message of its own.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TypeVar

LONGEST_ID = 200
"""The most characters of an id. Firestore takes 1,500 bytes, and an id made of two others stays below that."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years allowed. Within them, arithmetic with days and time zones cannot leave the range of dates."""

_RESERVED = re.compile(r"__.*__|\.\.?")
_KEY = re.compile(r"[0-9A-Za-z_-]{8,100}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

D = TypeVar("D", bound=date)


def is_id(text: str) -> bool:
    """Return whether the text can be the id of a document: printable, without a slash, not reserved by Firestore."""
    fits = 0 < len(text) <= LONGEST_ID and text.isprintable()
    return fits and "/" not in text and _RESERVED.fullmatch(text) is None


def is_key(text: str) -> bool:
    """Return whether the text can be the key of a form, by which a second submission of the form is recognised."""
    return _KEY.fullmatch(text) is not None and is_id(text)


def written_day(text: str) -> date | None:
    """Return the day written as 2026-11-30, or None for any other text."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return _within(date.fromisoformat(text))
    except ValueError:
        return None


def written_instant(text: str) -> datetime | None:
    """Return the instant written in ISO 8601, naive if without a time zone, or None for any other text."""
    try:
        return _within(datetime.fromisoformat(text))
    except ValueError:
        return None


def written_number(text: str, digits: int) -> int | None:
    """Return the whole number of at most `digits` digits, without a sign, or None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def _within(day: D) -> D | None:
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
