"""Parse word lists written as text in code: words separated by spaces, phrases separated by commas.

Words in lower case without diacritics follow the spelling of `words.spellings`: “ki” for “ký”, “cd” for “cccd”.
"""

from __future__ import annotations

PhraseSet = frozenset[tuple[str, ...]]
"""A set of phrases, each of which is a tuple of words."""


def word_set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def phrase_set(listed: str) -> PhraseSet:
    return frozenset(tuple(phrase.split()) for phrase in listed.split(","))
