"""An officer's search terms: a code or its beginning, a telephone number, an officer, a ward, or words.

A petition matches if it has every word in its codes, title, address, text, additions, answer or papers. It also matches
if it lies in the named ward and has every other word, or if the named officer handles it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.language.searching import PHONE_END, is_alike, name_words, search_words
from petitions.domain.language.words import fold, words
from petitions.domain.petition.codes import ALPHABET, as_letters, find_code, looks_like_code
from petitions.domain.petition.contacts import zalo_number
from petitions.domain.petition.petition import Petition
from petitions.domain.units.directory import Directory

_NATIONAL = re.compile(r"\bPAKN[. ]?(\d{8})[. ]?(\d{1,8})\b", re.ASCII | re.IGNORECASE)
_BEGINNING = re.compile(r"HN[\s.–-]{0,3}(\d{6})[\s.–-]{0,3}([0-9A-Z]{0,4})[\s.–-]{0,3}([0-9A-Z]{0,3})", re.ASCII)
_DAY_BEGUN = re.compile(r"HN[\s.–-]{0,3}(\d{1,5})", re.ASCII)
_SEPARATORS = str.maketrans(dict.fromkeys(" .-"))
_WITHOUT_ZERO, _LETTERS = 9, 8
"""The number of digits of a telephone number after its zero, and of letters of a code after its day."""
_KINDS = frozenset({"phuong", "xa"})
_FULL_NAME = 2
"""The fewest words of an officer's name. A given name alone occurs in too many texts."""
MOST_NAMED = 10
"""The most officers that a text may match. A text that matches more is not treated as a name."""


@dataclass(frozen=True)
class SearchTerms:
    """The parsed search text. A code stands alone. A text without any word of two letters matches nothing."""

    code: str | None = None
    wrong_code: bool = False
    """Whether the text looks like a code of this system but has a wrong letter."""
    beginning: str | None = None
    """The beginning of a code of this system, with at least the first digit of its date."""
    national: str | None = None
    """The code of a petition on the national portal."""
    phone: str | None = None
    phone_end: str | None = None
    """The digits of a text that has nothing else. A telephone number may end with them."""
    words: tuple[str, ...] = ()
    ward: str | None = None
    """The ward that the words name."""
    rest: tuple[str, ...] = ()
    """The words besides the name of the ward."""
    handlers: tuple[str, ...] = ()
    """The ids of the officers named in the text."""
    name: tuple[str, ...] = ()
    """The words of the text, if they are taken as a filer's name."""
    too_short: bool = False
    """Whether all words of the text have one letter."""

    @property
    def has_terms(self) -> bool:
        """Return whether there is anything to search for."""
        return bool(self.code or self.beginning or self.national or self.phone or self.words)

    def fits(self, petition: Petition) -> bool:
        """Return whether the petition has all the words, or lies in the named ward and has the remaining words."""
        known = set(petition.words)
        whole = bool(self.words) and all(word in known for word in self.words)
        return whole or (self.ward is not None and petition.ward == self.ward and all(e in known for e in self.rest))

    def fits_name(self, petition: Petition) -> bool:
        return bool(self.name) and set(self.name) <= set(name_words(petition.contact.name))

    def is_near_name(self, petition: Petition) -> bool:
        """Return whether the filer's name has all the words, one of which may be misspelt."""
        known = name_words(petition.contact.name)
        missing = [item for item in self.name if item not in known]
        return len(missing) <= 1 and all(any(is_alike(item, other) for other in known) for item in missing)

    def rank(self, petition: Petition) -> tuple[bool, int, bool]:
        """Return the sort key, largest for the best match.

        In this order it compares: phrase in the title, number of words in the title, phrase in the text.
        """
        phrase, title = " ".join(self.words), search_words(petition.title)
        in_title = phrase in fold(petition.title)
        return in_title, sum(word in title for word in self.words), phrase in fold(petition.content)


def read_terms(text: str, directory: Directory, officers: Mapping[str, str]) -> SearchTerms:
    """Return the parsed search text. `officers` maps the ids of officers to their names."""
    if code := find_code(text):
        return SearchTerms(code=code)
    if looks_like_code(text):
        return SearchTerms(wrong_code=True)
    if beginning := _beginning(text):
        return SearchTerms(beginning=beginning)
    if national := _NATIONAL.search(text):
        return SearchTerms(national=f"PAKN.{national[1]}.{national[2]}")
    ward, rest = _ward_in(text, directory)
    name, typed = tuple(name_words(text)), words(text)
    return SearchTerms(
        phone=zalo_number(text) or _without_zero(text),
        phone_end=_phone_end(text),
        words=_letters_of_code(text) or tuple(search_words(text)),
        ward=ward,
        rest=rest,
        handlers=_named(name, officers),
        name=name,
        too_short=bool(typed) and all(len(word.raw) == 1 for word in typed),
    )


def _digits_alone(text: str) -> str:
    found = text.strip().translate(_SEPARATORS)
    return found if found.isascii() and found.isdigit() else ""


def _without_zero(text: str) -> str | None:
    """Return a telephone number typed without its leading zero in Zalo's form, or None."""
    digits = _digits_alone(text)
    return f"84{digits}" if len(digits) == _WITHOUT_ZERO and not digits.startswith("0") else None


def _phone_end(text: str) -> str | None:
    digits = _digits_alone(text)
    return digits if PHONE_END <= len(digits) < _WITHOUT_ZERO else None


def _letters_of_code(text: str) -> tuple[str, ...]:
    """Return the last eight letters of a code, typed alone, as two search words. Empty for any other text."""
    letters = text.strip().upper()
    mixed = any(letter.isdigit() for letter in letters) and not letters.isdigit()
    if len(letters) != _LETTERS or not mixed or not set(letters) <= set(ALPHABET):
        return ()
    return tuple(search_words(f"{letters[:4]} {letters[4:]}"))


def _beginning(text: str) -> str | None:
    """Return the text with hyphens if all of it is the beginning of a code, otherwise None."""
    if day := _DAY_BEGUN.fullmatch(text.strip().upper()):
        return f"HN-{day[1]}"
    found = _BEGINNING.fullmatch(text.strip().upper())
    letters = as_letters(found[2] + found[3]) if found else ""
    if found is None or not set(letters) <= set(ALPHABET):
        return None
    return "-".join(part for part in ("HN", found[1], letters[:4], letters[4:]) if part)


def _named(name: tuple[str, ...], officers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of officers whose names have all these words. Empty for one word or too many officers."""
    if len(name) < _FULL_NAME:
        return ()
    found = [item for item, known in officers.items() if set(name) <= set(name_words(known))]
    return tuple(found) if len(found) <= MOST_NAMED else ()


def _ward_in(text: str, directory: Directory) -> tuple[str | None, tuple[str, ...]]:
    """Return the code of the ward named in the text (the longest name, then the first), and the remaining words."""
    typed = [word.folded for word in words(text)]
    found = []
    for ward in directory.wards:
        name = [word.folded for word in words(ward.bare)]
        places = (at for at in range(len(typed) - len(name) + 1) if typed[at : at + len(name)] == name)
        found += [(-len(name), at, ward.code) for at in places]
    if not found:
        return None, ()
    length, at, code = min(found)
    before = typed[: at - 1] if at and typed[at - 1] in _KINDS else typed[:at]
    return code, tuple(search_words(" ".join([*before, *typed[at - length :]])))
