"""Mask the names of people in a text, and the numbers of their houses.

A name is recognised by a form of address before it or by a middle name in it. Names of streets and places are not
masked.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from petitions.domain.language.masking import ADDRESS_MASK, NAME_MASK
from petitions.domain.language.name_words import GIVEN
from petitions.domain.language.named_people import COMMON, MIDDLE, OFFICE_WORDS, PLACES, SURNAMES, TITLES
from petitions.domain.language.words import fold

_WORD = re.compile(r"\w+")
_TITLES = TITLES | {"cháu", "dì", "cậu"}
_UNMARKED = frozenset({"ong", "ba", "chi", "co", "chu", "bac", "cu", "thay", "chau"})
"""Forms of address without diacritics, before a capitalised given name. In lower case they are everyday words."""
_CAPITAL_TITLES = frozenset({"ông", "ong", "chị", "bác", "chú", "cụ", "thầy"})
"""Forms of address that hardly ever begin the name of a street, so that capitalised ones count as well."""
_POSTS = frozenset(
    {
        *(("can", "bo"), ("bac", "si"), ("nhan", "vien"), ("chuyen", "vien"), ("co", "giao"), ("thay", "giao")),
        *(("to", "truong"), ("hieu", "truong"), ("to", "pho"), ("hieu", "pho"), ("chu", "tich"), ("y", "ta")),
    }
)
"""Posts, without diacritics, that may precede a given name: “cán bộ Lan”."""
OFFICES = frozenset(
    """
    trung_tam thanh_tra tu_phap cong_an van_phong van_hoa quan_ly bao_hiem bao_ve an_ninh hai_quan tai_nguyen tai_chinh
    y_te giao_duc giao_thong dien_luc thi_hanh thong_ke hanh_chinh quan_su dia_chinh xay_dung lao_dong thuong_binh
    chinh_sach tong_dai nha_nuoc ho_tich ha_noi mat_tran phuong xa phong truong doan trung_quoc han_quoc phi au my
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
"""Offices and their fields, without diacritics, that may follow a post like a name: “cán bộ Tư pháp”."""
_LONGEST = 6
"""The most words of a name."""
_LONGEST_SYLLABLE = 7
_FULL = 3
"""The number of words of a full name in lower case."""
_NAMING = frozenset({"tên", "là", "ten"})
"""Words before a full name without a form of address."""
_INTRODUCING = (
    *(f"{who} la" for who in ("toi", "em", "chau", "con", "minh", "toi ten", "chung toi")),
    *("ten toi", "toi ten", "ho ten", "ho va ten", "ten em", "ten chau", "my name is", "i am"),
)
"""Phrases, without diacritics, that introduce the writer's own name."""
_HOUSE = frozenset({"nhà", "nha"})
_NUMBER = frozenset({"số", "so", "sn"})
_ALLEYS = frozenset({"ngõ", "ngách", "hẻm", "ngo", "ngach", "hem", "kiệt", "tổ", "to"})
_LIVES = frozenset(
    """
    ở tại ngụ trú sống nhà địa chỉ hiện cư thường đang và số tôi em mình ấy ta o tai hien dang toi minh ay
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
"""Words that may stand between a person and the number of the person's house."""
_FARTHEST = 5
"""The most words of `_LIVES` between a person and the number."""
_LIVES_AT = frozenset({"ở", "ngụ", "trú", "sống"})
"""Words before the number of a home, even if no person is named. The address of an office is “tại số 14”."""
_KIN = frozenset({"mẹ", "bố", "cha", "chồng", "vợ", "nội", "ngoại", "gái", "trai", "me", "chong"})
"""Members of a family. A number beside one is that of a home: “mẹ tôi ở 33 Nguyễn Khang”."""
_FLATS = frozenset({"căn", "can"})
_OF_FLATS = frozenset({"hộ", "ho"})
_STREETS = frozenset({"phố", "đường", "pho", "duong"})
_FLAT_DIGITS = 3
"""The fewest digits of the number of a flat: “căn 1203” is one, “căn 2 phòng ngủ” is not."""
_LONGEST_NUMBER = 4
"""The most letters and digits of a house number. Longer numbers are phones or documents."""
_IN_A_NUMBER = frozenset({"/", "-", "."})
_BEFORE_NGUYEN = frozenset({"thai", "tay", "cao", "trung", "binh", "thao"})
"""Syllables that form a region or a brand with “Nguyen”: “Thái Nguyên”."""
_WHERE = frozenset({"ở", "gần", "đoạn", "dọc", "khu"})
"""Words that make a following name without a title a street: “ở Lê Văn Lương”."""
_OF_WOMEN = frozenset({"thị", "thi"})
"""The middle name of women, which hardly ever occurs in the name of a street."""
_SENTENCE_ENDS = frozenset('.!?\n:;|{}[]"“”')


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    text: str
    gap: str
    """The characters between the previous word and this one."""

    @property
    def low(self) -> str:
        return self.text.lower()

    @property
    def is_joined(self) -> bool:
        return self.gap.isspace() and "\n" not in self.gap

    @property
    def opens(self) -> bool:
        return not (self.start and _SENTENCE_ENDS.isdisjoint(self.gap))

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit() and len(self.text) <= _LONGEST_NUMBER


def introduces_somebody(text: str) -> bool:
    """Return whether the text has a phrase with which writers usually introduce themselves by name."""
    folded = f" {' '.join(fold(word) for word in _WORD.findall(text))} "
    return any(f" {phrase} " in folded for phrase in _INTRODUCING)


def without_people(text: str, places: Container[str] = ()) -> str:
    """Return the text with names of people replaced by NAME_MASK and house numbers by ADDRESS_MASK.

    `places` are names of places such as wards, in lower case without diacritics. They are kept.
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
        if named or _is_masked(text, words[at]) or words[at].low in _KIN:
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
    return text[max(0, word.start - 1) : word.end + 1] == NAME_MASK


def _name_at(words: Sequence[_Word], at: int, places: Container[str]) -> int:
    """Return the length in words of the person's name that begins at this index, or 0."""
    before = words[at - 1] if at and words[at].gap.strip() in {"", ":"} else None
    titled = before is not None and _is_title(words, at - 1)
    run = _run(words, at, titled=titled)
    if before is not None and not titled and (_is_place(before, words[at]) or _is_street(words, at)):
        return 0
    if not titled and any(fold(" ".join(one.text for one in words[at : at + length])) in places for length in (2, 3)):
        return 0
    if fold(words[at].text) in SURNAMES:
        addressed = before is not None and (before.low in _TITLES or before.low in _NAMING)
        if run >= _FULL and (words[at + 1].low in MIDDLE or addressed):
            return run
        small = _uncapitalised_name_at(words, at, titled=titled)
        if small:
            return small
    if titled:
        return 0 if words[at].text.isupper() else run
    if before is not None and (_is_after_post(words, at) or _is_after_unmarked(words, at, places)):
        return run
    return run if _is_turned_round(words, at, run) else 0


def _is_title(words: Sequence[_Word], at: int) -> bool:
    """Return whether this is a form of address. A capitalised one within a sentence mostly begins a street's name."""
    word = words[at]
    if word.low in _TITLES and (word.opens or not word.is_capital):
        return True
    before = words[at - 1] if at else None
    within_name = before is not None and word.is_joined and (before.is_capital or before.low in PLACES)
    return word.low in _CAPITAL_TITLES and word.text.istitle() and not within_name


def _is_after_post(words: Sequence[_Word], at: int) -> bool:
    """Return whether a post precedes a given name: “cán bộ Lan”, but not “cán bộ Tư pháp”."""
    if at < 2 or not words[at - 1].is_joined or (fold(words[at - 2].text), fold(words[at - 1].text)) not in _POSTS:  # noqa: PLR2004 - posts have two words
        return False
    return not _is_office(words, at)


def _is_office(words: Sequence[_Word], at: int) -> bool:
    return not OFFICES.isdisjoint("_".join(fold(one.text) for one in words[at : at + length]) for length in (1, 2))


def _is_after_unmarked(words: Sequence[_Word], at: int, places: Container[str]) -> bool:
    before, around = words[at - 1], words[max(0, at - 2) : at + 2]
    if before.low not in _UNMARKED or (before.is_capital and not before.opens):
        return False
    whole = fold(f"{before.text} {words[at].text}")
    return all(one.text.isascii() for one in around) and whole not in places and not _is_office(words, at)


def _is_turned_round(words: Sequence[_Word], at: int, run: int) -> bool:
    """Return whether a given name precedes a surname: “Hoa Nguyễn”, but not “Thái Nguyên”."""
    if run != 2 or words[at + 1].low not in COMMON or fold(words[at].text) in _BEFORE_NGUYEN:  # noqa: PLR2004 - two words
        return False
    joined = at > 0 and words[at].is_joined and words[at - 1].is_capital and not words[at - 1].opens
    return not joined and words[at].text.istitle() and fold(words[at].text) not in SURNAMES


def _is_place(before: _Word, name: _Word) -> bool:
    """Return whether a word such as “phố”, or a house number, makes the name after it a place.

    “cho” counts as “chợ”, a market, only if the name is written without diacritics too.
    """
    return before.is_number or (before.low in PLACES and not (before.text.isascii() and not name.text.isascii()))


def _is_street(words: Sequence[_Word], at: int) -> bool:
    after = words[at + 1].low if at + 1 < len(words) else ""
    return words[at - 1].low in _WHERE and words[at].is_joined and words[at].is_capital and after not in _OF_WOMEN


def _run(words: Sequence[_Word], at: int, *, titled: bool) -> int:
    """Return the number of capitalised words that form a name from this index on.

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


def _uncapitalised_name_at(words: Sequence[_Word], at: int, *, titled: bool) -> int:
    """Return the length in words of a full name that is not fully capitalised, or 0."""
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
    """Return the length in words of a house number, with its alleys, that begins at this index, or 0."""
    number = at
    while number < min(at + 2, len(words)) and words[number].low in _HOUSE | _NUMBER | _FLATS | _OF_FLATS:
        if number > at and not words[number].is_joined:
            break
        number += 1
    kinds = {word.low for word in words[at:number]}
    if number >= len(words) or not words[number].is_number or (kinds and not words[number].is_joined):
        return 0
    length = _numbers(words, number)
    if _is_house(words, at, kinds, range(number, number + length), beside_person=beside_person):
        return len(words[at:number]) + length
    return 0


def _is_house(words: Sequence[_Word], at: int, kinds: set[str], numbers: range, *, beside_person: bool) -> bool:
    """Return whether numbers belong to a home. `kinds` are the words before them, such as "số" and "nhà"."""
    number = words[numbers.start].text
    lives = at > 0 and words[at].is_joined and words[at - 1].low in _LIVES_AT
    if _FLATS & kinds:
        sure = "căn" in kinds or bool(_OF_FLATS & kinds) or lives or beside_person
        return sure and sum(map(str.isdigit, number)) >= _FLAT_DIGITS
    if _OF_FLATS & kinds:
        return False
    if _HOUSE & kinds and not _NUMBER & kinds:
        return _is_lettered(number) or _has_alley_or_street(words, numbers)
    if kinds:
        return "sn" in kinds or bool(_HOUSE & kinds) or beside_person or lives
    return beside_person and _has_alley_or_street(words, numbers)


def _is_lettered(number: str) -> bool:
    return number[:-1].isdigit() and number[-1].lower() in "abcdefgh"


def _has_alley_or_street(words: Sequence[_Word], numbers: range) -> bool:
    """Return whether these numbers include an alley or are followed by a street name."""
    if any(words[at].low in _ALLEYS for at in numbers):
        return True
    after = words[numbers.stop : numbers.stop + 2]
    if not after or not after[0].is_joined:
        return False
    if after[0].low in _STREETS or (after[0].is_capital and after[0].text.isalpha()):
        return True
    return len(after) > 1 and after[0].low in COMMON and fold(after[1].text) in GIVEN


def _numbers(words: Sequence[_Word], at: int) -> int:
    """Return the length in words of a number such as 14, 12/3 or 5B, including alleys after it."""
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
