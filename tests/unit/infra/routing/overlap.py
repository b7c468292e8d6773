"""A search for texts that share most of their words with others, without comparing all pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from petitions.domain.language.words import words
from petitions.domain.routing.linear_model import ngrams

MOST = 0.6
"""The share of common n-grams, of all that two texts have, above which they count as alike."""


class Overlap:
    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)
        self._grams = [_grams(text) for text in self._texts]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, grams in enumerate(self._grams):
            for gram in grams:
                self._holders[gram].append(number)

    def alike(self, text: str) -> list[str]:
        """Return the indexed texts that share more than `MOST` of their n-grams with this one."""
        mine = _grams(text)
        # A text without one of the rarest grams lacks more than 1 - MOST of mine, so it cannot be alike.
        rarest = sorted(mine, key=lambda gram: len(self._holders.get(gram, ())))[: int((1 - MOST) * len(mine)) + 1]
        candidates = {number for gram in rarest for number in self._holders.get(gram, ())}
        return [
            self._texts[number]
            for number in sorted(candidates)
            if len(mine & self._grams[number]) > MOST * len(mine | self._grams[number])
        ]


def _grams(text: str) -> frozenset[str]:
    return frozenset(ngrams([word.folded for word in words(text)]))
