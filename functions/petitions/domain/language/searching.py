"""Words by which officers find petitions: an array in the petition, of which an index is asked for one."""

from __future__ import annotations

from petitions.domain.language.words import words

MOST_WORDS = 150
SHORTEST = 2


def search_words(*texts: str) -> list[str]:
    """The words of the texts without marks, each once, in order of appearance; the longest texts are cut."""
    found = dict.fromkeys(word.folded for text in texts for word in words(text) if len(word.folded) >= SHORTEST)
    return list(found)[:MOST_WORDS]
