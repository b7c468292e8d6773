"""Search words of petitions for officers: an array in the petition whose index is queried for one word."""

from __future__ import annotations

from petitions.domain.language.words import words

MOST_SEARCH_WORDS = 150
SHORTEST_SEARCH_WORD = 2


def search_words(*texts: str) -> list[str]:
    """Return the distinct words of the texts without marks, in order of appearance, at most MOST_WORDS of them."""
    found = dict.fromkeys(
        word.folded for text in texts for word in words(text) if len(word.folded) >= SHORTEST_SEARCH_WORD
    )
    return list(found)[:MOST_SEARCH_WORDS]
