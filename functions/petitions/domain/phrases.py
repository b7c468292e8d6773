"""Phrases in a text: a trie over folded syllables, each hit checked against the marks that were written."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from petitions.domain.text import Word, agrees, is_english, is_marked, phrase_spellings

QUESTION_MARK = "?"
_NEGATION_REACH = 4
_BESIDE_REACH = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase in a text by word positions; `faint` when a single bare syllable could be many words."""

    phrase: str
    start: int
    end: int
    faint: bool = False


class PhraseBook:
    """Many phrases, found in one pass. A phrase is found as its folded words with no other mark than its own."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Build the trie; "?" stands for a question mark anywhere."""
        self._root: dict[Any, Any] = {}
        for phrase in dict.fromkeys(phrases):
            parts = phrase_spellings(phrase)
            node = self._root
            for _, folded in parts:
                node = node.setdefault(folded, {})
            if parts:
                node.setdefault(None, []).append((phrase, parts))

    def scan(self, text: Sequence[Word]) -> list[Hit]:
        """All hits, also those inside others, by start and then length."""
        marked = is_marked(text) or is_english(text)
        hits: list[Hit] = []
        for start in range(len(text)):
            node = self._root
            for end in range(start, len(text)):
                node = None if text[end].parted and end > start else node.get(text[end].folded)  # type: ignore[assignment]
                if node is None:
                    break
                for phrase, parts in node.get(None, ()):
                    span = text[start : end + 1]
                    if all(agrees(w, *part, marked_text=marked) for w, part in zip(span, parts, strict=True)):
                        faint = len(parts) == 1 and parts[0][0] != parts[0][1] and not span[0].marked
                        hits.append(Hit(phrase, start, end + 1, faint))
        return hits


def outermost(hits: Sequence[Hit], masks: Container[str]) -> list[Hit]:
    """The hits that do not lie inside a longer one of `masks`: "bến xe" leaves no "xe", "vắc xin" no "xin"."""
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
    """Hits of `places` that only say where something is: "trước cổng bệnh viện", "near the market"."""
    ends = {mark.end + gap for mark in near for gap in range(_BESIDE_REACH)}
    return [hit for hit in hits if hit.phrase in places and hit.start in ends]


def denied(hits: Sequence[Hit], negations: Sequence[Hit]) -> list[Hit]:
    """Hits with a negation close before them: "tôi không phải tố cáo"."""
    return [hit for hit in hits if any(0 <= hit.start - no.end < _NEGATION_REACH for no in negations)]
