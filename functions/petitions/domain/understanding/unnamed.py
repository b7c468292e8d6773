"""Mask the people named in a text, and the numbers of their houses.

A name is recognised by a form of address before it or by a middle name in it. Streets and places with names are not
people. A text is read once, word by word.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from petitions.domain.language.masking import ADDRESS_MASK, NAME_MASK
from petitions.domain.language.words import fold
from petitions.domain.understanding.name_words import GIVEN
from petitions.domain.understanding.named_people import COMMON, MIDDLE, OFFICE_WORDS, PLACES, SURNAMES, TITLES

_WORD = re.compile(r"\w+")
_TITLES = TITLES | {"cháu", "dì", "cậu"}
_LONGEST = 6
"""The most words of a name."""
_LONGEST_SYLLABLE = 7
_FULL = 3
"""The words of a full name in small letters."""
_NAMING = frozenset({"tên", "là", "ten"})
"""Words before a full name that has no form of address."""
_INTRODUCING = (
    *(f"{who} la" for who in ("toi", "em", "chau", "con", "minh", "toi ten", "chung toi")),
    *("ten toi", "toi ten", "ho ten", "ho va ten", "ten em", "ten chau", "my name is", "i am"),
)
"""Phrases, without marks, before the writer's own name."""
_HOUSE = frozenset({"nhà", "nha"})
_NUMBER = frozenset({"số", "so", "sn"})
_ALLEYS = frozenset({"ngõ", "ngách", "hẻm", "ngo", "ngach", "hem", "kiệt", "tổ", "to"})
_LIVES = frozenset({"ở", "tại", "ngụ", "trú", "sống", "nhà", "địa", "chỉ", "hiện", "cư", "thường", "đang", "và", "số"})
"""Words that may stand between a person and the number of their house."""
_FARTHEST = 5
"""The most of these words between a person and the number."""
_LIVES_AT = frozenset({"ở", "ngụ", "trú", "sống"})
"""Words that make the number after them a home even without a person. The address of an office is “tại số 14”."""
_LONGEST_NUMBER = 4
"""The most letters and digits of the number of a house. Longer ones are telephones and papers."""
_IN_A_NUMBER = frozenset({"/", "-", "."})
_WHERE = frozenset({"ở", "gần", "đoạn", "dọc", "khu"})
"""Words after which a name without a title is a street: “ở Lê Văn Lương”."""
_OF_WOMEN = frozenset({"thị", "thi"})
"""The middle name of women, which is hardly ever in the name of a street."""
_SENTENCE_ENDS = frozenset('.!?\n:;|{}[]"“”')


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    text: str
    gap: str
    """The characters between this word and the one before."""

    @property
    def low(self) -> str:
        return self.text.lower()

    @property
    def is_joined(self) -> bool:
        return self.gap.isspace() and "\n" not in self.gap

    @property
    def opens(self) -> bool:
        """Whether it begins a text, a sentence or a line."""
        return not (self.start and _SENTENCE_ENDS.isdisjoint(self.gap))

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit() and len(self.text) <= _LONGEST_NUMBER


def introduces_somebody(text: str) -> bool:
    """Return whether the text has a phrase that usually introduces the writer's own name."""
    folded = f" {' '.join(fold(word) for word in _WORD.findall(text))} "
    return any(f" {phrase} " in folded for phrase in _INTRODUCING)


def without_people(text: str, places: Container[str] = ()) -> str:
    """Return the text with names of people replaced by NAME_MASK and numbers of houses by ADDRESS_MASK.

    `places` are folded names of places, such as wards, which are kept.
    """
    words = _words(text)
    pieces, at, copied, person_at = [], 0, 0, -_FARTHEST
    while at < len(words):
        named = _name_at(words, at, places)
        numbered = 0 if named else _house_at(words, at, beside_person=at - person_at <= _FARTHEST)
        length = named or numbered
        if length:
            pieces += [text[copied : words[at].start], NAME_MASK if named else ADDRESS_MASK]
            copied = words[at + length - 1].end
        if named or _is_masked(text, words[at]):
            person_at = at + max(named, 1)
        elif words[at].low not in _LIVES:
            person_at = -_FARTHEST
        at += max(length, 1)
    return "".join([*pieces, text[copied:]])


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    end = 0
    for match in _WORD.finditer(text):
        found.append(_Word(match.start(), match.end(), match[0], text[end : match.start()]))
        end = match.end()
    return found


def _is_masked(text: str, word: _Word) -> bool:
    """Return whether the word is part of a name mask that is already in the text."""
    return text[max(0, word.start - 1) : word.end + 1] == NAME_MASK


def _name_at(words: Sequence[_Word], at: int, places: Container[str]) -> int:
    """Return the length in words of a person's name that begins here, or 0."""
    before = words[at - 1] if at and words[at].gap.strip() in {"", ":"} else None
    titled = before is not None and before.low in _TITLES and (before.opens or not before.is_capital)
    run = _run(words, at, titled=titled)
    if before is not None and not titled and (_is_place(before, words[at]) or _is_street(words, at)):
        return 0
    if not titled and any(fold(" ".join(one.text for one in words[at : at + length])) in places for length in (2, 3)):
        return 0
    if fold(words[at].text) in SURNAMES:
        addressed = before is not None and (before.low in _TITLES or before.low in _NAMING)
        if run >= _FULL and (words[at + 1].low in MIDDLE or addressed):
            return run
        small = _small(words, at, titled=titled)
        if small:
            return small
    return run if titled and not words[at].text.isupper() else 0


def _is_place(before: _Word, name: _Word) -> bool:
    """Return whether a word such as “phố” or the number of a house makes the name after it a place.

    “cho” counts as “chợ”, a market, only if the name is written without marks too.
    """
    return before.is_number or (before.low in PLACES and not (before.text.isascii() and not name.text.isascii()))


def _is_street(words: Sequence[_Word], at: int) -> bool:
    """Return whether the word before a name makes it a street: “ở Lê Văn Lương”."""
    after = words[at + 1].low if at + 1 < len(words) else ""
    return words[at - 1].low in _WHERE and words[at].is_joined and words[at].is_capital and after not in _OF_WOMEN


def _run(words: Sequence[_Word], at: int, *, titled: bool) -> int:
    """Return the number of capitalised words that form a name from here on.

    They must be known syllables of names, except initials, a word after a middle name, and the first one after a title.
    """
    length = 0
    while at + length < len(words) and length < _LONGEST:
        word = words[at + length]
        if (length and not word.is_joined) or not word.is_capital or not word.text.isalpha():
            break
        known = (syllable := fold(word.text)) in GIVEN or syllable in SURNAMES
        after_middle = length > 0 and words[at + length - 1].low in MIDDLE
        if not (known or (length and len(word.text) == 1) or after_middle or (titled and not length)):
            break
        if len(word.text) > _LONGEST_SYLLABLE:
            break
        length += 1
    return length


def _small(words: Sequence[_Word], at: int, *, titled: bool) -> int:
    """Return the length in words of a full name that is not all capitalised, or 0."""
    three = words[at : at + _FULL]
    if len(three) < _FULL or not all(word.is_joined for word in three[1:]) or fold(three[2].text) not in GIVEN:
        return 0
    surname, middle = three[0], three[1]
    if surname.low not in COMMON and fold(surname.text) in COMMON:  # “nguyên văn lời”
        return 0
    if not surname.is_capital and surname.low in PLACES:
        return 0
    if middle.low in MIDDLE and fold(surname.text) not in OFFICE_WORDS:
        return _FULL
    return _FULL if titled and surname.low in COMMON and fold(middle.text) in GIVEN else 0


def _house_at(words: Sequence[_Word], at: int, *, beside_person: bool) -> int:
    """Return the length in words of the number of a house with its alleys that begins here, or 0."""
    kinds = [words[at].low]
    if at + 1 < len(words) and words[at + 1].is_joined and words[at + 1].low in _HOUSE | _NUMBER:
        kinds.append(words[at + 1].low)
    number = at + len(kinds)
    if not _NUMBER.intersection(kinds) or not _HOUSE.union(_NUMBER).issuperset(kinds):
        return 0
    if number >= len(words) or not (words[number].is_number and words[number].is_joined):
        return 0
    lives = at > 0 and words[at].is_joined and words[at - 1].low in _LIVES_AT
    of_house = "sn" in kinds or not _HOUSE.isdisjoint(kinds)
    return len(kinds) + _numbers(words, number) if beside_person or lives or of_house else 0


def _numbers(words: Sequence[_Word], at: int) -> int:
    """Return the length in words of a number such as 14, 12/3 or 5B, with the alleys after it."""
    end = at + 1
    while end < len(words):
        word, after = words[end], words[end + 1] if end + 1 < len(words) else None
        if word.is_number and word.gap in _IN_A_NUMBER:
            end += 1
        elif word.low in _ALLEYS and after is not None and after.is_number and after.is_joined:
            end += 2
        else:
            break
    return end - at
