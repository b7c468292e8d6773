"""Rank texts by their similarity to a query, and find texts about the same matter as another text.

The comparison tolerates one wrong letter, missing diacritics, misspellings that sound right, words written together,
abbreviations, and everyday words for official ones. Rare words count more than usual ones, titles more than bodies, and
neighbouring words more than separate ones.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from petitions.domain.language.search_words import SearchWords, Term, Terms
from petitions.domain.language.slips import LONGEST, Spellings

MOST_WORDS = 400
"""The most words of a query that are looked up."""
SAME_SHARE = 0.6
"""The least share of the shorter text's pairs of words that a text about the same matter has, too."""

_FEWEST_PAIRS = 5
"""A text with fewer pairs of words is never taken for the same as another."""
_TITLE, _LABELS, _BODY = 1.0, 0.5, 0.4
"""The weights of a word in the title, the labels and the body of a text."""
_MARKS, _PAIR, _SUBJECT = 0.4, 0.6, 2.2
"""The weights of equal diacritics, of two neighbouring words and of a subject. A word has 1."""
_DOUBT = 0.5
"""The factor for words similar to a word of the query that is itself known."""
_LENGTH = 0.2
"""The influence of a text's length on its score, from 0 to 1."""
_FITS = 0.2
"""The share of the best score from which a text is returned."""
_MOST_FORMS = 8
_SHORTEST_PART = 2
_MOST_COMPARED = 20


@dataclass(frozen=True)
class IndexedText:
    """A text in the index, with its title, body and labels."""

    title: str
    body: str = ""
    labels: str = ""
    """The names of the offices, fields and places that the text belongs to."""


@dataclass(frozen=True)
class _Query:
    terms: Terms
    forms: Mapping[str, Mapping[str, float]]
    """The words that may be meant by a word of the query, with their weights."""


class Likeness:
    """An index that finds the texts most similar to a query.

    Each text has a name, and equal scores are ordered by it.
    """

    def __init__(self, vocabulary: SearchWords, texts: Mapping[str, IndexedText] | None = None) -> None:
        self._vocabulary = vocabulary
        self._texts: dict[str, IndexedText] = {}
        self._found: dict[str, dict[str, float]] = defaultdict(dict)
        """The names of the texts with a term and the weight of the term there, by term."""
        self._lengths: dict[str, int] = {}
        self._words = 0
        self._spellings = Spellings()
        for name, text in (texts or {}).items():
            self.put(name, text)

    def put(self, name: str, text: IndexedText) -> None:
        """Add a text, or replace the one with this name."""
        if self._texts.get(name) == text:
            return
        self.drop(name)
        counts, length = self._counts(text)
        for term, count in counts.items():
            self._found[term][name] = count
        self._texts[name], self._lengths[name] = text, length
        self._words += length
        self._spellings.add(counts)

    def drop(self, name: str) -> None:
        """Remove the text with this name, if there is one."""
        text = self._texts.pop(name, None)
        if text is None:
            return
        self._words -= self._lengths.pop(name)
        for term in self._counts(text)[0]:
            del self._found[term][name]
            if not self._found[term]:
                del self._found[term]

    def nearest(self, query: str) -> list[str]:
        """Return the names of the texts that are similar to the query, the most similar first."""
        return self._ranked(self._asked(query))

    def same(self, query: str) -> list[str]:
        """Return the names of the texts whose titles are about the same matter as the query, the nearest first.

        At least `SAME_SHARE` of the word pairs in the shorter text must be in the longer one. Very short texts never
        match.
        """
        asked = self._asked(query)
        return [name for name in self._ranked(asked)[:_MOST_COMPARED] if self._share(asked, name) >= SAME_SHARE]

    def _asked(self, query: str) -> _Query:
        terms = self._vocabulary.terms(query)
        words = [part for word in terms.words for part in self._parts(word)]
        forms = {word.folded: self._forms(word.folded) for word in words[:MOST_WORDS]}
        return _Query(Terms(words[:MOST_WORDS], terms.subjects), forms)

    def _ranked(self, asked: _Query) -> list[str]:
        scores: Counter[str] = Counter()
        for terms in self._looked_up(asked):
            scores.update(self._best(terms))
        usual = max(1.0, self._words / max(1, len(self._texts)))
        scored = {name: score / (1 - _LENGTH + _LENGTH * self._lengths[name] / usual) for name, score in scores.items()}
        best = max(scored.values(), default=0)
        fitting = [(name, score / best) for name, score in scored.items() if score >= _FITS * best]
        return [name for name, _ in sorted(fitting, key=lambda found: (-round(found[1], 3), found[0]))]

    def _counts(self, text: IndexedText) -> tuple[dict[str, float], int]:
        title, body, labels = (self._vocabulary.terms(part) for part in (text.title, text.body, text.labels))
        counts: dict[str, float] = {}
        for terms, share in ((body, _BODY), (labels, _LABELS), (title, _TITLE)):
            counts |= dict.fromkeys(_terms(terms), share)
        for terms, share in ((labels, _LABELS), (title, _TITLE)):
            counts |= dict.fromkeys((_pair(one.folded, two.folded) for one, two in terms.pairs), share)
        return counts, len({word.folded for word in (*title.words, *body.words)})

    def _parts(self, word: Term) -> Sequence[Term]:
        if len(word.folded) > LONGEST or self._knows(word.folded) or self._spellings.near(word.folded):
            return [word]
        for at in range(_SHORTEST_PART, len(word.folded) - _SHORTEST_PART + 1):
            one, two = word.folded[:at], word.folded[at:]
            if _pair(one, two) in self._found:
                return [Term(one, one), Term(two, two)]
        return [word]

    def _knows(self, folded: str) -> bool:
        return folded in self._found or folded in self._vocabulary.known

    def _forms(self, folded: str) -> dict[str, float]:
        near = self._spellings.near(folded)
        nearest = sorted(near, key=lambda form: (-near[form], -len(self._found.get(form, ()))))[:_MOST_FORMS]
        doubt = _DOUBT if self._knows(folded) else 1
        return {folded: 1.0} | {form: near[form] * doubt for form in nearest}

    def _looked_up(self, asked: _Query) -> Iterator[Mapping[str, float]]:
        for word in {word.folded: word for word in asked.terms.words}.values():
            meant = {word.folded: 1.0} if self._knows(word.folded) else asked.forms[word.folded]
            yield {form: word.weight * count for form, count in meant.items()}
            if word.marked:
                yield {_exact(word): word.weight * _MARKS}
        for one, two in asked.terms.pairs:
            yield {
                _pair(first, second): _PAIR * max(one.weight, two.weight) * count * other
                for first, count in asked.forms[one.folded].items()
                for second, other in asked.forms[two.folded].items()
            }
        for subject in sorted(asked.terms.subjects):
            yield {subject: _SUBJECT}

    def _best(self, terms: Mapping[str, float]) -> dict[str, float]:
        best: dict[str, float] = {}
        for term, share in terms.items():
            there = self._found.get(term)
            if there:
                rarity = share * math.log(1 + len(self._texts) / len(there))
                for name, count in there.items():
                    best[name] = max(best.get(name, 0), rarity * count)
        return best

    def _share(self, asked: _Query, name: str) -> float:
        title = {_pair(one.folded, two.folded) for one, two in self._vocabulary.terms(self._texts[name].title).pairs}
        pairs = asked.terms.pairs
        fewest = min(len(pairs), len(title))
        both = sum(
            any(_pair(*forms) in title for forms in product(asked.forms[one.folded], asked.forms[two.folded]))
            for one, two in pairs
        )
        return both / fewest if fewest >= _FEWEST_PAIRS else 0


def _terms(terms: Terms) -> Iterable[str]:
    yield from terms.subjects
    for word in terms.words:
        yield word.folded
        if word.marked:
            yield _exact(word)


def _exact(word: Term) -> str:
    return f"={word.key}"


def _pair(one: str, two: str) -> str:
    return f"{one} {two}"
