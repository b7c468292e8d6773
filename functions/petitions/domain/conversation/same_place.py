"""Addresses that refer to the place of the matter ("như trên", "17 ngõ đó"), and answers that name no place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from petitions.domain.language.words import Word
from petitions.domain.understanding.other_people import OtherPeople
from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.text import Text
from petitions.domain.understanding.vocabulary import word_set

NamesOfPlaces = Callable[[Text], Sequence[tuple[int, int]]]

_POINTING = word_set("tren do day vay giong cung cug same above here there y nt")
_AS_ABOVE = _POINTING | word_set(
    """
    nhu o dia chi toi em noi vua cho ay xay ra tai ngay van the luon as address place hom truoc nay nhe nha chu dau thi
    a no minh va ca nua thoi yes mi is right also chau con oi
    """
)
"""The words, without diacritics, of an address that only refers to the place named before.

Such an address has at least one word of `_POINTING`.
"""
_NOUNS = word_set(
    "ngo ngach hem pho duong xom thon to khu toa phuong xa quan lane alley street building ward tro cu nha"
)
"""Nouns before or behind a pointing word: "ngõ đó", "cùng phường", "chung cư đó"."""
_WIDE = word_set("phuong xa quan ward")
"""Those of `_NOUNS` that are separated by a comma from the words before."""
_THAT = word_set("do đó day đay đấy ay ấy nay này tren trên luon luôn kia")
"""Pointing words as typed, with or without diacritics. "đô" is not one."""
_HOUSES = word_set("so nha phong p can")
"""First words of a house number that may directly follow a pointing word."""
_SAME = word_set("cung cug same")
_HEADS = word_set("chung day khu nha xom toa")
"""First words of a two-word noun: "chung cư", "dãy trọ"."""
_BESIDE = _SAME | word_set("do day ay nay tren luon kia o tai ngay van the in cai")
_ENDS = word_set("nhé nhe nhá nha nè ne luôn luon ạ nghen nghe hen đó đấy á")
"""Words of courtesy at the end of an address, as typed. "Nha" is not one."""
_MARKS = " ,.;:-"


def is_place(value: str, text: Text, names: NamesOfPlaces) -> bool:
    """Return whether a value is a place. "anh Sơn công an phường Hà Đông" is none: it names a person with an office.

    Args:
        value: the value, which stands in the text or was made of it.
        text: the message.
        names: returns the spans of a text that hold names of places.
    """
    text = text if value in text.raw else Text.of(value)
    begin = text.raw.find(value)
    people = OtherPeople(text).subjects(names(text))
    headed = any(first <= begin <= last or (last < begin and text.raw[last:begin].isspace()) for first, last in people)
    return not (headed or telephones(Text.of(value).flat))


def mentions_people(text: Text, names: NamesOfPlaces) -> bool:
    """Return whether an answer about a place also mentions people."""
    return bool(OtherPeople(text).subjects(names(text)))


def is_as_above(value: str) -> bool:
    """Return whether an address only refers to the place named before: "như trên", "ở đó luôn"."""
    words = {word.folded for word in Text.of(value).words}
    return bool(words & _POINTING) and words <= _AS_ABOVE


def tidy_address(value: str) -> str:
    """Return an address without words of courtesy at its end: "15 ngõ 98 Tô Hiệu nhé" -> "15 ngõ 98 Tô Hiệu"."""
    words = Text.of(value).words
    kept = len(words)
    while kept > 1 and words[kept - 1].raw in _ENDS:
        kept -= 1
    return value[: words[kept - 1].end] if kept < len(words) else value


def beside_place(value: str, place: str | None) -> str | None:
    """Return in full an address that refers to `place`, or None if it does not.

    "17 ngõ đó" (17 in that lane) at "đầu ngõ 42 Vọng Thị" -> "17 ngõ 42 Vọng Thị"
    """
    if not place:
        return None
    words = Text.of(value).words
    pointed = next((found for at in range(len(words)) if (found := _pointed(words, at))), None)
    if pointed is None:
        return None
    begin, end, noun = pointed
    before, behind = value[: words[begin].start].strip(_MARKS), value[words[end - 1].end :].strip(_MARKS)
    own = ", ".join(filter(None, [before, behind]))
    if not any(character.isdigit() for character in own):
        return place
    whole = Text.of(place)
    at = next((at for at, word in enumerate(whole.words) if word.folded == noun), None)
    if at is None:
        return f"{own}, {place}"
    headed = at > 0 and whole.words[at - 1].folded in _HEADS
    return f"{own}{', ' if noun in _WIDE else ' '}{place[whole.words[at - headed].start :]}"


def _pointed(words: tuple[Word, ...], at: int) -> tuple[int, int, str] | None:
    """Return (begin, end, noun) of the words that refer to the place at this noun ("ngõ đó"), or None."""
    noun = words[at].folded
    if noun not in _NOUNS:
        return None
    begin, end = at, at + 1
    while end < len(words) and words[end].raw in _THAT:
        end += 1
    same = at > 0 and words[at - 1].folded in _SAME
    closed = end == len(words) or words[end].parted or words[end].folded in _HOUSES
    if not closed or (end == at + 1 and not same):
        return None  # "khu do thi", "ngõ Đỏ"
    if begin > 0 and words[begin - 1].folded in _HEADS:
        begin -= 1
    while begin > 0 and words[begin - 1].folded in _BESIDE:
        begin -= 1
    return begin, end, noun
