"""Codes of petitions: `HN-YYMMDD-XXXX-XXXX`, Crockford base-32, with a check character at the end.

Seven random characters (35 bits) a day need no counter and cannot be guessed. The check is a sum with odd weights
modulo 32 over date and letters, which detects every single wrong character.
"""

from __future__ import annotations

import re
from datetime import date

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 7

_ALIKE = str.maketrans("OILU", "011V")
_LOOSE = re.compile(
    r"(?<![0-9A-Z])HN[\s.–-]*([0-9]{6})[\s.–-]*([0-9A-Z]{4})[\s.–-]*([0-9A-Z]{4})(?![0-9A-Z])", re.IGNORECASE
)
CODE_MASK = "[mã]"


def _check(digits: str) -> str:
    total = sum((2 * place + 1) * ALPHABET.index(letter) for place, letter in enumerate(digits))
    return ALPHABET[total % 32]


def make_code(day: date, letters: str) -> str:
    """Return the code of a petition filed on `day` (Hanoi's date) with seven random letters of ALPHABET.

    Raise ValueError for any other letters.
    """
    if len(letters) != RANDOM_CHARACTERS or any(letter not in ALPHABET for letter in letters):
        raise ValueError("seven characters of the alphabet are needed")
    stamp = day.strftime("%y%m%d")
    full = letters + _check(stamp + letters)
    return f"HN-{stamp}-{full[:4]}-{full[4:]}"


def as_letters(typed: str) -> str:
    """Replace the look-alike letters O, I, L, U in a typed text by 0, 1, 1, V. The text must be in capitals."""
    return typed.translate(_ALIKE)


def find_code(text: str) -> str | None:
    """Return the first well-formed code in a text, or None.

    The code may be written with spaces, in lower case, or with O for 0.
    """
    for found in _LOOSE.finditer(text.upper()):
        stamp = found[1]
        letters = as_letters(found[2] + found[3])
        if all(letter in ALPHABET for letter in letters) and _check(stamp + letters[:-1]) == letters[-1]:
            return f"HN-{stamp}-{letters[:4]}-{letters[4:]}"
    return None


def without_codes(text: str) -> str:
    """Return the text with all well-formed codes masked, because a code is enough to follow its petition."""

    def hidden(found: re.Match[str]) -> str:
        return CODE_MASK if find_code(found[0]) else found[0]

    return _LOOSE.sub(hidden, text)


def looks_like_code(text: str) -> bool:
    """Return whether the text contains something in the form of a code. Its check character may be wrong."""
    return _LOOSE.search(text.upper()) is not None
