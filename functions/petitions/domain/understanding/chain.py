"""A linear-chain model: the likeliest sequence of tags over the words of a message (Viterbi)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from petitions.domain.understanding.packed import STEP, Head

_REMEMBERED = 8192
"""Features whose rows are kept at hand: most are words that come again and again."""
_KEPT = 6
"""The tags from which the next word is reached; the others are far less likely."""


@dataclass(frozen=True, slots=True)
class Run:
    """The words from `first` up to and without `last` have the same tag."""

    tag: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Weights of features by tag, and of the steps between tags."""

    head: Head
    steps: tuple[tuple[float, ...], ...]
    """By tag and next tag, the weight of the step."""
    rows: dict[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    """The rows of features met lately."""

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Chain:
        """Return the chain read from its JSON. Raise KeyError, TypeError or ValueError if the shape is wrong."""
        head = Head.load(data)
        size = len(head.classes)
        steps = tuple(tuple(number * STEP for number in row) for row in data["steps"])
        if len(steps) != size or any(len(row) != size for row in steps):
            raise ValueError("the steps of a chain do not fit its tags")
        return cls(head, steps)

    def tags(self, words: Sequence[Iterable[str]]) -> list[str]:
        """Return the likeliest tags of words, given the features of each."""
        if not words:
            return []
        score, backs = self._weights(words[0]), []
        size = range(len(score))
        for features in words[1:]:
            best = nlargest(_KEPT, size, key=score.__getitem__)
            emission = self._weights(features)
            back = []
            for tag in size:
                before = best[0]
                most = score[before] + self.steps[before][tag]
                for other in best[1:]:
                    tried = score[other] + self.steps[other][tag]
                    if tried > most:
                        before, most = other, tried
                back.append(before)
                emission[tag] += most
            backs.append(back)
            score = emission
        tag = max(size, key=score.__getitem__)
        found = [tag]
        for back in reversed(backs):
            tag = back[tag]
            found.append(tag)
        return [self.head.classes[tag] for tag in reversed(found)]

    def _weights(self, features: Iterable[str]) -> list[float]:
        sums = list(self.head.bias)
        for name in features:
            row = self.rows.get(name)
            if row is None:
                if len(self.rows) >= _REMEMBERED:
                    self.rows.clear()
                row = self.rows[name] = self.head.row(name)
            for column, weight in row:
                sums[column] += weight
        return sums


def runs(tags: Sequence[str]) -> list[Run]:
    """Return the runs of equal tags."""
    found: list[Run] = []
    for at, tag in enumerate(tags):
        if found and found[-1].tag == tag:
            found[-1] = Run(tag, found[-1].first, at + 1)
        else:
            found.append(Run(tag, at, at + 1))
    return found


def spans(tags: Sequence[str]) -> list[Run]:
    """Return the spans that tags "B-name" and "I-name" mark, by name; "O" is outside of any."""
    found: list[Run] = []
    for at, tag in enumerate(tags):
        kind, _, name = tag.partition("-")
        if kind == "I" and found and found[-1].tag == name and found[-1].last == at:
            found[-1] = Run(name, found[-1].first, at + 1)
        elif name:
            found.append(Run(name, at, at + 1))
    return found
