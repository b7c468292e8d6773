"""Search words of petitions for officers: an array in the petition whose index is queried for one word.

Firestore has no full text. The index of words finds whole words, without marks and in any order, each of at least two
letters or digits. It does not find beginnings or parts of words, words of one letter, misspellings or synonyms, and of
a text only the first MOST_SEARCH_WORDS different words. A query takes one word of it; the others are checked in what
that word finds.
"""

from __future__ import annotations

from collections.abc import Collection

from petitions.domain.language.words import words

MOST_SEARCH_WORDS = 150
SHORTEST_SEARCH_WORD = 2


def search_words(*texts: str) -> list[str]:
    """Return the distinct words of the texts without marks, in order of appearance, at most MOST_SEARCH_WORDS."""
    found = dict.fromkeys(
        word.folded for text in texts for word in words(text) if len(word.folded) >= SHORTEST_SEARCH_WORD
    )
    return list(found)[:MOST_SEARCH_WORDS]


def marked_parts(text: str, wanted: Collection[str]) -> list[tuple[str, bool]]:
    """Return the text in pieces, each with whether it is one of the folded words that are wanted."""
    pieces, at = [], 0
    for word in words(text):
        if word.folded in wanted:
            pieces += [(text[at : word.start], False), (text[word.start : word.end], True)]
            at = word.end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def excerpt(text: str, wanted: Collection[str], most: int) -> str:
    """Return about `most` characters of the text, cut between words, from shortly before the first wanted word."""
    line = " ".join(text.split())
    first = next((word.start for word in words(line) if word.folded in wanted), 0)
    start = 0 if len(line) <= most or first < most // 2 else line.rfind(" ", 0, first - most // 4) + 1
    end = len(line) if len(line) - start <= most else line.rfind(" ", start, start + most)
    end = end if end > start else start + most
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
