"""Split Vietnamese text into words, with spellings for comparison and positions in the text.

A word has three spellings: the raw characters, the strict `key` (diacritics kept, the tone moved to the end, so that
"hoà" and "hòa" are equal) and the loose `folded` (no diacritics, đ as d). A word without diacritics may stand for any
accented one, but only in a text that is written without diacritics altogether.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_SPACES = re.compile(r"\s+")
_REPEATED = re.compile(r"(.)\1{2,}")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_FINAL_Y = re.compile(r"^(b|c|d|h|k|kh|l|m|n|nh|ph|qu|s|t|th|tr|v|x)y$")
_PARTING = frozenset(',.;:!?()\n"“”…')
_MARKED_SHARE = 0.15


def normal(text: str) -> str:
    """Return the text in the form for storage: Unicode NFC, no invisible characters, white space collapsed."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", text))).strip()


def shortened(text: str, most: int) -> str:
    """Return the text on one line. A longer one is cut between words to `most` characters and gets an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "…"


def fold(text: str) -> str:
    """Return the text for loose comparison: lower case without diacritics, white space collapsed.

    "Đường  Láng" -> "duong lang"
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    lowered = _INVISIBLE.sub("", bare).lower().replace("đ", "d")
    # Lower-casing adds a mark to a few capitals (İ).
    return _SPACES.sub(" ", "".join(c for c in lowered if not unicodedata.combining(c))).strip()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, with its spellings and its position."""

    raw: str
    """The word as written (NFC)."""
    key: str
    """The strict spelling: lower case, diacritics kept, the tone moved to the end."""
    folded: str
    """The loose spelling: lower case without diacritics."""
    start: int
    end: int
    parted: bool = False
    """Whether a comma, full stop or the like comes before the word, so that no phrase continues across it."""

    @property
    def marked(self) -> bool:
        """Whether the word is written with diacritics."""
        return self.key != self.folded

    @property
    def capital(self) -> bool:
        return self.raw[:1].isupper()


@lru_cache(maxsize=8192)
def spellings(raw: str) -> tuple[str, str]:
    """Return the strict key and the folded form of a word: "Đổi" -> ("đôi" + the tone, "doi").

    Spellings that differ only in a final i or y are equal: "mỹ" and "mĩ" have the same result.
    """
    lowered = _REPEATED.sub(r"\1", raw.lower())
    if lowered.isascii():
        base = folded = lowered
        tone = ""
    else:
        letters: list[str] = []
        bare: list[str] = []
        tone = ""
        for character in unicodedata.normalize("NFD", lowered):
            if character in _TONES:
                tone = character
            else:
                letters.append(character)
                if not unicodedata.combining(character):
                    bare.append("d" if character == "đ" else character)
        base = unicodedata.normalize("NFC", "".join(letters))
        folded = "".join(bare)
    if folded.endswith("y") and _FINAL_Y.match(folded):
        base, folded = base[:-1] + "i", folded[:-1] + "i"
    return base + tone, folded


def phrase_spellings(phrase: str) -> tuple[tuple[str, str], ...]:
    """Return the spellings of a phrase's words in order, as (key, folded)."""
    plain = phrase.replace(" ", "")
    if plain.isalnum() and unicodedata.is_normalized("NFC", phrase):
        return tuple(map(spellings, phrase.split()))
    return tuple(spellings(match) for match in _WORD.findall(unicodedata.normalize("NFC", phrase)))


def words(text: str, replace: Mapping[str, str] | None = None) -> tuple[Word, ...]:
    """Return the words of a text in order.

    `replace` maps short forms in lower case to their full forms of one or more words. An expanded word keeps the raw
    spelling and position of its short form.
    """
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        raw = match[0]
        full = replace.get(raw.lower()) if replace else None
        for part in full.split() if full else (raw,):
            key, folded = spellings(part)
            if folded:
                parted = match.start() > last + 1 and not _PARTING.isdisjoint(text[last : match.start()])
                found.append(Word(raw, key, folded, match.start(), match.end(), parted))
                last = match.end()
    return tuple(found)


def is_marked(text: Iterable[Word]) -> bool:
    """Return whether a text is written with Vietnamese diacritics, judged by the share of words that have any."""
    counted = [word.marked for word in text if word.folded.isalpha()]
    return bool(counted) and sum(counted) >= max(1, len(counted) * _MARKED_SHARE)


def agrees(written: Word, key: str, folded: str, *, marked_text: bool) -> bool:
    """Return whether a written word may be the word with these spellings.

    Its diacritics must be the same. Without diacritics it also matches, but only in a text that has none (`marked_text`
    is False).
    """
    if written.key == key:
        return True
    if written.folded != folded:
        return False
    return not written.marked and not marked_text
