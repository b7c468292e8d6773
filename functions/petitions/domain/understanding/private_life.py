"""Find and mask a person's age, illness or school class in a text.

An office, hospital or rule with the same words is not masked: “khoa tim mạch thu thêm tiền” stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from petitions.domain.language.words import Word
from petitions.domain.understanding.text import Text
from petitions.domain.understanding.vocabulary import PhraseSet, phrase_set

PRIVATE_MASK = "[riêng tư]"

_PEOPLE = phrase_set(
    """
    me, bo, cha, chong, vo toi, vo em, con toi, con em, con gai, con trai, em trai, em gai, chi gai, anh trai, ong noi,
    ba noi, ong ngoai, ba ngoai, toi, em, chau, ong ay, ba ay, ten, cu
    """
)
"""Words for people, without diacritics, in whose sentence an age or an illness is masked."""
_TREATED = phrase_set("nam vien, nhap vien, dieu tri, chay than, hoa tri, xa tri, nam khoa, nam benh vien")
_FALLS_ILL = phrase_set("bi, mac, bi benh, mac benh, bi mac, bi mac benh, bi chung")
_ILLNESSES = phrase_set(
    """
    ung thu, tai bien, dot qui, tieu duong, tim, tim mach, tam than, tram cam, hiv, lao phoi, suy than, viem gan,
    tu ki, thieu nang, dong kinh, parkinson, khuyet tat, liet, thoai hoa, benh tim, mu, cam diec, say thai, u nao,
    bai nao, bai liet, liet nua nguoi, liet giuong, suy tim, mang thai, mang bau, co bau, lang tai, cai nghien,
    nghien ngap, mo tim
    """
)
_SURE_ILLNESSES = frozenset({"hiv", "parkinson"})
"""Single words that always mean an illness."""
_DEPARTMENTS = phrase_set(
    "tim mach, ung buou, than, than kinh, san, nhi, tam than, truyen nhiem, noi, ngoai, hoi suc, cap cuu, ung thu, lao"
)
_HOSPITAL = frozenset({"benh", "vien", "khoa", "tai", "o", "bv", "trong"})
_LONGEST_NAME = 3
"""The most words of a hospital's name."""
_LONGEST_CLASS = 4


def without_private_life(text: str) -> str:
    """Return the text with people's ages, illnesses and school classes replaced by PRIVATE_MASK.

    Applying it twice changes nothing more.
    """
    whole = Text.of(text)
    pieces, copied = [], 0
    for first, last in _spans(whole):
        begin, end = whole.words[first].start, whole.words[last - 1].end
        if begin >= copied:
            pieces += [whole.raw[copied:begin], PRIVATE_MASK]
            copied = end
    return "".join([*pieces, whole.raw[copied:]]) if pieces else text


def tells_of_a_life(words: Sequence[Word]) -> bool:
    """Return whether the words contain the age, school class, illness or treatment of any person."""
    for at in range(len(words)):
        ill = _one(words, at, _ILLNESSES)
        if ill > 1 or (ill and words[at].folded in _SURE_ILLNESSES) or _one(words, at, _TREATED):
            return True
        if (falls := _one(words, at, _FALLS_ILL)) and _one(words, at + falls, _ILLNESSES):
            return True
    return any(True for _ in (*_ages(words), *_classes(words)))


def _spans(text: Text) -> Iterator[tuple[int, int]]:
    """Yield the indexes (first, after the last) of words to mask, in order. An age counts only beside an illness."""
    begin = 0
    for at in range(1, len(text.words) + 1):
        if at == len(text.words) or not _SENTENCE_ENDS.isdisjoint(text.gap(at)):
            sentence = text.words[begin:at]
            ill = list(_illnesses(sentence))
            ages = _ages(sentence) if ill else ()
            yield from sorted((begin + first, begin + last) for first, last in (*ill, *ages, *_classes(sentence)))
            begin = at


def _illnesses(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the spans of illnesses and treatments that follow a person in the sentence."""
    somebody = False
    for at in range(len(words)):
        somebody = somebody or _one(words, at, _PEOPLE) > 0
        if not somebody:
            continue
        if length := _one(words, at, _TREATED):
            yield at, _hospital(words, at + length, at)
        elif (ill := _one(words, at, _FALLS_ILL)) and (length := _one(words, at + ill, _ILLNESSES)):
            yield at + ill, at + ill + length


def _ages(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    for at, (word, following) in enumerate(pairwise(words)):
        if word.raw.isdigit() and following.folded == "tuoi":
            yield at, at + 1


def _classes(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the spans of names of school classes such as 3A. A grade without a letter does not count."""
    for at, (word, following) in enumerate(pairwise(words)):
        name = following.raw
        lettered = name[0].isdigit() and any(map(str.isalpha, name)) and len(name) <= _LONGEST_CLASS
        if word.folded == "lop" and lettered:
            yield at + 1, at + 2


_SENTENCE_ENDS = frozenset(".!?\n;")


def _one(words: Sequence[Word], at: int, phrases: PhraseSet) -> int:
    for length in (4, 3, 2, 1):
        if tuple(word.folded for word in words[at : at + length]) in phrases and len(words) >= at + length:
            return length
    return 0


def _hospital(words: Sequence[Word], at: int, first: int) -> int:
    if words[at - 1].folded == "khoa" and at > first:
        return at + _one(words, at, _DEPARTMENTS)
    while at < len(words) and words[at].folded in _HOSPITAL:
        at += 1
        if words[at - 1].folded == "khoa":
            at += _one(words, at, _DEPARTMENTS)
    end = at
    while end < min(at + _LONGEST_NAME, len(words)) and words[end].capital and not words[end].parted:
        end += 1
    return end
