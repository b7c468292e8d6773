"""Search words and keys of petitions for the officers' search. They replace full-text search, which Firestore lacks.

A text is found by whole words of at least two letters or digits, without diacritics and in any order. It is not found
by parts of words, misspellings or synonyms. Only the first MOST_SEARCH_WORDS different words of a petition are kept. A
name is found by its words, even misspelt ones.

A key represents a word in the petition's map of keys (`found_by`). A query may ask for any number of keys at once, and
Firestore then merges the single-field indexes. Keys are hashes, which keeps field names short and personal data out of
index names. Two words may share a key, so the caller must compare the words as well.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache

from petitions.domain.language.slips import SHORTEST, is_compared, is_one_slip, sound, without_one
from petitions.domain.language.words import words

MOST_SEARCH_WORDS = 1000
SHORTEST_SEARCH_WORD = 2
MOST_NAME_WORDS = 12
PHONE_END = 4
"""The number of last digits by which a phone number is found."""


class KeyKind(StrEnum):
    """The kind of value behind a search key, given by the first letter of the key."""

    WORD = "w"
    NAME = "n"
    """A word of the filer's name."""
    SLIP = "l"
    """A variant of a word of the filer's name: without one letter, or by its sound."""
    PHONE_END = "p"
    """The last digits of a telephone number of the filer."""
    OPEN_TO = "o"
    """A unit or role that may read the petition."""
    FILER_OPEN_TO = "f"
    """A unit or role that may also know the filer."""


@lru_cache(maxsize=1 << 16)
def search_key(kind: KeyKind, word: str) -> str:
    """Return the search key of a word: the letter of its kind and 8 hexadecimal digits. Words may share one."""
    return f"{kind}{zlib.crc32(word.encode()):08x}"


def search_words(*texts: str | None) -> list[str]:
    """Return the distinct words of the texts in lower case without diacritics, in order of appearance.

    Words of one letter are left out, and there are at most MOST_SEARCH_WORDS.
    """
    found = dict.fromkeys(
        word.folded for text in texts if text for word in words(text) if len(word.folded) >= SHORTEST_SEARCH_WORD
    )
    return list(found)[:MOST_SEARCH_WORDS]


def name_words(name: str) -> list[str]:
    """Return the distinct words of a name without diacritics, also of one letter, at most MOST_NAME_WORDS."""
    return list(dict.fromkeys(word.folded for word in words(name)))[:MOST_NAME_WORDS]


def name_keys(name: str) -> list[str]:
    """Return the search keys of the words of a name, followed by those of their misspelt variants."""
    found = name_words(name)
    like = dict.fromkeys(key for word in found for key in slip_keys(word))
    return [*(search_key(KeyKind.NAME, word) for word in found), *like]


def slip_keys(word: str) -> list[str]:
    """Return the search keys of the misspelt variants of a word.

    Two words that `is_alike` accepts share at least one of them. Words with digits or very many letters have none.
    """
    if not is_compared(word):
        return []
    forms = [word, *without_one(word)] if len(word) >= SHORTEST - 1 else [word]
    return [search_key(KeyKind.SLIP, item) for item in dict.fromkeys([*forms, f"~{sound(word)}"])]


def is_alike(one: str, other: str) -> bool:
    """Return whether two words, without diacritics, differ by one typing slip or sound the same."""
    if not (is_compared(one) and is_compared(other)):
        return False
    return sound(one) == sound(other) or (max(len(one), len(other)) >= SHORTEST and is_one_slip(one, other))


def marked_parts(text: str, wanted: Collection[str]) -> list[tuple[str, bool]]:
    """Split the text into pieces, paired with True for wanted words and False for the rest.

    `wanted` are words in lower case without diacritics.
    """
    pieces, at = [], 0
    for word in words(text):
        if word.folded in wanted:
            pieces += [(text[at : word.start], False), (text[word.start : word.end], True)]
            at = word.end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def excerpt(text: str, wanted: Collection[str], most: int) -> str:
    """Return about `most` characters of the text, from shortly before the first wanted word, cut between words.

    `wanted` are words in lower case without diacritics. Without any of them, the excerpt begins at the start of the
    text.
    """
    line = " ".join(text.split())
    first = next((word.start for word in words(line) if word.folded in wanted), 0)
    start = 0 if len(line) <= most or first < most // 2 else line.rfind(" ", 0, first - most // 4) + 1
    end = len(line) if len(line) - start <= most else line.rfind(" ", start, start + most)
    end = end if end > start else start + most
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
