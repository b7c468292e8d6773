"""Extract the words, pairs of words and subjects of a text for a search. Abbreviations are written out."""

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
"""The weights of words in `SearchWords.usual` (USUAL) and `SearchWords.empty` (EMPTY). Other words have 1."""

_Spellings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a text with its weight in a comparison."""

    folded: str
    """The word in lower case without diacritics."""
    key: str
    """The word in lower case, with its diacritics."""
    weight: float = 1.0
    """The weight of the word, lower for one that is common to many matters."""

    @property
    def marked(self) -> bool:
        """Whether the word was written with diacritics."""
        return self.key != self.folded


@dataclass(frozen=True)
class Terms:
    """The words of a text in their order, and the subjects that it mentions."""

    words: Sequence[Term]
    subjects: frozenset[str]
    """Identifiers ("#3") of the groups of `SearchWords.alike` that have a phrase in the text."""

    @property
    def pairs(self) -> list[tuple[Term, Term]]:
        """Pairs of neighbouring words, without repetitions."""
        return list({(one.folded, two.folded): (one, two) for one, two in pairwise(self.words)}.values())


class SearchWords(ReferenceModel):
    """Word lists for the comparison of texts, read from `data/search_words.json`."""

    version: str
    source: str
    abbreviations: dict[str, list[str]]
    """The short forms, in lower case, by full form."""
    alike: list[list[str]]
    """Groups of phrases with the same meaning in a search, such as everyday words and official ones."""
    usual: list[str]
    """Words and phrases that are common in matters of all kinds."""
    empty: list[str]
    """Words and phrases that tell nothing about the matter, such as those of a question."""

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> SearchWords:
        """Return the search words read from their document. Raise ReferenceFaults with all faults of the document."""
        return parse(cls, raw, "search_words")

    def terms(self, text: str) -> Terms:
        """Return the words and subjects of a text.

        Words of `empty` are left out. In a text without diacritics they stay, because "bao" may be part of "bao hiem".
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
        """All words of the phrases, without diacritics. They are never taken for misspellings."""
        phrases = [phrase for group in (*self.alike, self.usual, self.empty) for phrase in group]
        return frozenset(folded for phrase in (*phrases, *self.abbreviations) for _, folded in phrase_spellings(phrase))

    @cached_property
    def _full_forms(self) -> Mapping[str, str]:
        return {short: full for full, shorts in self.abbreviations.items() for short in shorts}

    @cached_property
    def _phrases(self) -> Mapping[tuple[str, str], list[tuple[_Spellings, str | float]]]:
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
