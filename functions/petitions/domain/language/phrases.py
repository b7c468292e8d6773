"""Find known phrases in a text in one pass, with or without the diacritics.

Syllables are looked up without diacritics in a trie. Every match is then checked against the diacritics typed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from petitions.domain.language.language import is_english
from petitions.domain.language.words import Word, agrees, is_marked, phrase_spellings

QUESTION_MARK = "?"
_NEGATION_REACH = 4
_BESIDE_REACH = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a text: `start` and `end` (exclusive) are word indexes."""

    phrase: str
    start: int
    end: int
    faint: bool = False
    """Whether the match is a single syllable typed without diacritics, which could be one of many words."""


class PhraseBook:
    """A set of phrases to find in one pass. The diacritics typed must not contradict those of the phrase.

    The trie below a first word is built when a text first contains that word, so a cold start builds none.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        """Index the phrases by first word. "?" has no word and is skipped, because `scan` sees words only."""
        self._waiting: dict[str, list[str]] = {}
        self._built: dict[str, dict[Any, Any]] = {}
        folded: dict[str, str] = {}
        for phrase in dict.fromkeys(phrases):
            first = phrase.partition(" ")[0]
            key = folded.get(first)
            if key is None:
                key = folded[first] = next((part for _, part in phrase_spellings(first)), "")
            if key:
                self._waiting.setdefault(key, []).append(phrase)

    def _node(self, first: str) -> dict[Any, Any] | None:
        node = self._built.get(first)
        if node is None and first in self._waiting:
            node = self._built[first] = _trie(self._waiting[first])
        return node

    def scan(self, text: Sequence[Word]) -> list[Hit]:
        """Return all matches, including matches inside others, ordered by start and then length."""
        marked = is_marked(text) or is_english(text)
        hits: list[Hit] = []
        for start, word in enumerate(text):
            node = self._node(word.folded)
            end = start + 1
            while node is not None:
                for phrase, parts in node.get(None, ()):
                    span = text[start:end]
                    if all(agrees(w, *part, marked_text=marked) for w, part in zip(span, parts, strict=True)):
                        faint = len(parts) == 1 and parts[0][0] != parts[0][1] and not span[0].marked
                        hits.append(Hit(phrase, start, end, faint))
                if end == len(text) or text[end].parted:
                    break
                node = node.get(text[end].folded)
                end += 1
        return hits


def _trie(phrases: Sequence[str]) -> dict[Any, Any]:
    root: dict[Any, Any] = {}
    for phrase in phrases:
        parts = phrase_spellings(phrase)
        node = root
        for _, folded in parts[1:]:
            node = node.setdefault(folded, {})
        node.setdefault(None, []).append((phrase, parts))
    return root


def outermost(hits: Sequence[Hit], masks: Container[str]) -> list[Hit]:
    """Return the matches that are not inside a longer match of a phrase in `masks`.

    For example, "bến xe" hides "xe", and "vắc xin" hides "xin".
    """
    kept: list[Hit] = []
    cover = (-1, -1)
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        span = (hit.start, hit.end)
        if hit.end > cover[1] or span == cover:
            kept.append(hit)
        if hit.end > cover[1] and hit.phrase in masks:
            cover = span
    return kept


def beside(hits: Sequence[Hit], places: Container[str], near: Sequence[Hit]) -> list[Hit]:
    """Return the matches of `places` that stand right after a match in `near`, as in "trước cổng bệnh viện".

    Such phrases only describe a location.
    """
    ends = {mark.end + gap for mark in near for gap in range(_BESIDE_REACH)}
    return [hit for hit in hits if hit.phrase in places and hit.start in ends]


def denied(hits: Sequence[Hit], negations: Sequence[Hit]) -> list[Hit]:
    """Return the matches with a negation shortly before them, as in "tôi không phải tố cáo"."""
    return [hit for hit in hits if any(0 <= hit.start - no.end < _NEGATION_REACH for no in negations)]
