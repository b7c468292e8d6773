"""Word lists as they are written in code: words between spaces, and phrases between commas.

Lists of folded words are written as they are folded: “ki” for “ký”, “cd” for “cccd” (`words.spellings`).
"""

from __future__ import annotations

PhraseSet = frozenset[tuple[str, ...]]
"""Phrases as tuples of words."""


def word_set(listed: str) -> frozenset[str]:
    """Return the words between spaces."""
    return frozenset(listed.split())


def phrase_set(listed: str) -> PhraseSet:
    """Return the phrases between commas."""
    return frozenset(tuple(phrase.split()) for phrase in listed.split(","))
