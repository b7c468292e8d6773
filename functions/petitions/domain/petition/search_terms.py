"""What an officer searches for: a code, a telephone number, or words, of which some may name a ward.

A petition fits if it has every word in its code, title, address or text, or if it lies in the ward that is named and
has every other word. What citizens added later is not searched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from petitions.domain.language.searching import search_words
from petitions.domain.language.words import fold, words
from petitions.domain.petition.codes import find_code, looks_like_code
from petitions.domain.petition.contacts import zalo_number
from petitions.domain.petition.petition import Petition
from petitions.domain.units.directory import Directory

_NATIONAL = re.compile(r"\bPAKN[. ]?(\d{8})[. ]?(\d{1,8})\b", re.ASCII | re.IGNORECASE)
_KINDS = frozenset({"phuong", "xa"})


@dataclass(frozen=True)
class SearchTerms:
    """What the text asks for. A code stands alone; a text without words of two letters asks for nothing."""

    code: str | None = None
    wrong_code: bool = False
    """Whether it is written like a code of ours but is none: a letter is wrong."""
    national: str | None = None
    """The national portal's code."""
    phone: str | None = None
    words: tuple[str, ...] = ()
    ward: str | None = None
    """The ward that the words name."""
    rest: tuple[str, ...] = ()
    """The words beside its name."""

    @property
    def asks(self) -> bool:
        """Return whether it asks for anything."""
        return bool(self.code or self.national or self.phone or self.words)

    def fits(self, petition: Petition) -> bool:
        """Return whether the words, or the ward and the other words, are the petition's."""
        known = set(petition.words)
        whole = bool(self.words) and all(each in known for each in self.words)
        return whole or (self.ward is not None and petition.ward == self.ward and all(e in known for e in self.rest))

    def rank(self, petition: Petition) -> tuple[bool, int, bool]:
        """Return how well it fits: by the phrase in its title, the words in its title, the phrase in its text."""
        phrase, title = " ".join(self.words), search_words(petition.title)
        in_title = phrase in fold(petition.title)
        return in_title, sum(each in title for each in self.words), phrase in fold(petition.content)


def read_terms(text: str, directory: Directory) -> SearchTerms:
    """Return what the text asks for."""
    if code := find_code(text):
        return SearchTerms(code=code)
    if looks_like_code(text):
        return SearchTerms(wrong_code=True)
    if national := _NATIONAL.search(text):
        return SearchTerms(national=f"PAKN.{national[1]}.{national[2]}")
    ward, rest = _ward_in(text, directory)
    return SearchTerms(phone=zalo_number(text), words=tuple(search_words(text)), ward=ward, rest=rest)


def _ward_in(text: str, directory: Directory) -> tuple[str | None, tuple[str, ...]]:
    """Return the ward whose whole name stands in the text, the longest and first, and the words beside it."""
    said = [word.folded for word in words(text)]
    found = []
    for ward in directory.wards:
        name = [word.folded for word in words(ward.bare)]
        places = (at for at in range(len(said) - len(name) + 1) if said[at : at + len(name)] == name)
        found += [(-len(name), at, ward.code) for at in places]
    if not found:
        return None, ()
    length, at, code = min(found)
    before = said[: at - 1] if at and said[at - 1] in _KINDS else said[:at]
    return code, tuple(search_words(" ".join([*before, *said[at - length :]])))
