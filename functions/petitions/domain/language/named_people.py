"""Recognise a person's name in a few words, such as those of a search. Names of streets and places do not count.

In doubt, words count as a name. A refused search can be worded in another way, but a name let through is seen by many.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from petitions.domain.language.name_words import GIVEN
from petitions.domain.language.words import fold

_WORD = re.compile(r"[^\W\d_]+")
SURNAMES = frozenset(
    """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh dao doan trinh truong mai luong luu ta
    thai phung tong lai quach cao dam nghiem vuong quang nong khuat khong ninh phi chu lam ha mac tang trieu giang
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
"""Frequent surnames. Rarer ones are left out, as they are too often everyday words."""
PLACES = frozenset(
    """
    đường phố ngõ ngách hẻm phường xã quận huyện thôn làng xóm chợ trường cầu hầm hồ viện bảo tàng đền chùa vườn
    nút sông duong pho ngo ngach phuong xa quan huyen thon lang xom cho truong cau ham ho vien den chua vuon nut
    song cư đô tdp vi
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
"""Words before the name of a place, and the first word of “vi phạm”."""
TITLES = frozenset({"ông", "bà", "anh", "chị", "cô", "chú", "bác", "cụ", "em", "thầy"})
MIDDLE = frozenset({"thị", "văn", "thi", "van"})
OFFICE_WORDS = frozenset({"ly"})
"""Surnames that precede a middle name in official words: “quản lý thị trường”."""
COMMON = frozenset({"nguyễn", "trần", "phạm", "huỳnh", "bùi", "ngô", "trịnh", "nguyen", "tran", "pham", "huynh", "bui"})
"""Surnames that begin a name even in lower case, if two more syllables of names follow."""
_SYLLABLES = 3
"""The number of syllables of a name in lower case."""


def names_somebody(text: str, places: Collection[str]) -> bool:
    """Return whether the words contain a person's name, with or without diacritics.

    `places` are names of places such as wards, in lower case without diacritics. Words that form one of them are no
    name.
    """
    return any(
        _begins_name(words, at)
        for words in _clauses(text)
        for at in sorted(set(range(len(words))) - _placed(words, places))
    )


def _placed(words: Sequence[str], places: Collection[str]) -> set[int]:
    spans = [range(at, at + length) for at in range(len(words)) for length in (2, 3)]
    return {at for span in spans if fold(" ".join(words[span.start : span.stop])) in places for at in span}


def _clauses(text: str) -> list[list[str]]:
    return [_WORD.findall(clause) for clause in re.split(r"[^\w\s]|\d", text)]


def _begins_name(words: Sequence[str], at: int) -> bool:
    word, after = words[at], words[at + 1 : at + _SYLLABLES]
    if word.lower() in PLACES or (at and words[at - 1].lower() in PLACES):
        return False
    if word.lower() in TITLES:
        return bool(after) and after[0][0].isupper() and fold(after[0]) in GIVEN
    if fold(word) not in SURNAMES or not after:
        return False
    if word[0].isupper() and after[0][0].isupper() and fold(after[0]) in GIVEN:
        return True
    if len(after) < _SYLLABLES - 1 or fold(after[1]) not in GIVEN:
        return False
    return (after[0].lower() in MIDDLE and fold(word) not in OFFICE_WORDS) or (
        word.lower() in COMMON and fold(after[0]) in GIVEN
    )
