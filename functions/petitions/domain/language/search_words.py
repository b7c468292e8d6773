"""What a text says to a search: its words, neighbours and subjects, whatever short or everyday form they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from petitions.domain.language.words import Word, is_marked, phrase_spellings, words
from petitions.domain.shared.reference_data import ReferenceModel, parse

USUAL = 0.4
EMPTY = 0.3
"""What such a word counts beside others."""

_Spellings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a text."""

    folded: str
    """Without marks."""
    key: str
    """With its marks."""
    weight: float = 1.0
    """How much it counts: a word that many matters have less than others."""

    @property
    def marked(self) -> bool:
        """Return whether it was written with a mark."""
        return self.key != self.folded


@dataclass(frozen=True)
class Terms:
    """The words of a text in their order, and what it is about."""

    words: Sequence[Term]
    subjects: frozenset[str]
    """One for each group of SearchWords.alike of which the text has a phrase."""

    @property
    def pairs(self) -> list[tuple[Term, Term]]:
        """Return the neighbours, each pair once."""
        return list({(one.folded, two.folded): (one, two) for one, two in pairwise(self.words)}.values())


class SearchWords(ReferenceModel):
    """The words by which texts are compared: `data/search_words.json`."""

    version: str
    source: str
    abbreviations: dict[str, list[str]]
    """By full form, its short forms in lower case."""
    alike: list[list[str]]
    """Groups of phrases that mean the same to somebody who searches: everyday words beside official ones."""
    usual: list[str]
    """Words and phrases that matters of all kinds have."""
    empty: list[str]
    """Words and phrases that tell nothing of the matter, as those around a question."""

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> SearchWords:
        """Return the words read from their document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "search_words")

    def terms(self, text: str) -> Terms:
        """Return what a text says.

        Empty words are left out, but in a text without marks, where "bao" may be that of "bao hiem", they stay.
        """
        written = words(text, self._full_forms)
        marked = is_marked(word for word in written if word.raw.lower() not in self._full_forms)
        subjects: set[str] = set()
        weights = [1.0] * len(written)
        for start, word in enumerate(written):
            following = written[start + 1].folded if start + 1 < len(written) else ""
            for begin in ((word.folded, ""), (word.folded, following)):
                for phrase, meaning in self._phrases.get(begin, ()):
                    if not _begins(written, start, phrase, marked=marked):
                        continue
                    if isinstance(meaning, str):
                        subjects.add(meaning)
                    else:
                        for at in range(start, start + len(phrase)):
                            weights[at] = min(weights[at], meaning)
        kept = [
            Term(word.folded, word.key, weight)
            for word, weight in zip(written, weights, strict=True)
            if not marked or weight > EMPTY
        ]
        return Terms(kept, frozenset(subjects))

    @cached_property
    def known(self) -> frozenset[str]:
        """The folded words of all phrases, which are no slips."""
        phrases = [phrase for group in (*self.alike, self.usual, self.empty) for phrase in group]
        return frozenset(folded for phrase in (*phrases, *self.abbreviations) for _, folded in phrase_spellings(phrase))

    @cached_property
    def _full_forms(self) -> Mapping[str, str]:
        return {short: full for full, shorts in self.abbreviations.items() for short in shorts}

    @cached_property
    def _phrases(self) -> Mapping[tuple[str, str], list[tuple[_Spellings, str | float]]]:
        """The phrases by their first two folded words, each with its subject, or what its words count."""
        found: dict[tuple[str, str], list[tuple[_Spellings, str | float]]] = {}
        groups: list[tuple[str | float, list[str]]] = [(f"#{number}", group) for number, group in enumerate(self.alike)]
        for meaning, group in (*groups, (USUAL, self.usual), (EMPTY, self.empty)):
            for phrase in group:
                spelled = phrase_spellings(phrase)
                begin = (spelled[0][1], spelled[1][1] if len(spelled) > 1 else "")
                found.setdefault(begin, []).append((spelled, meaning))
        return found


def _begins(written: Sequence[Word], start: int, phrase: _Spellings, *, marked: bool) -> bool:
    if start + len(phrase) > len(written):
        return False
    return all(
        written[start + at].key == key or (written[start + at].folded == folded and not marked)
        for at, (key, folded) in enumerate(phrase)
    )
