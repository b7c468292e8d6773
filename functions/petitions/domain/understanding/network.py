"""The output of the learned network, and the likeliest clauses and values computed from it.

The network itself is in `adapters/understanding/network.py` because it needs numpy, which the domain does not import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Protocol

from petitions.domain.understanding.features import SeenWord

Shares = Sequence[float]
"""The probabilities of the classes of one output of the network, in the order of the classes."""

OUTSIDE, BEGINS, INSIDE = "O", "B-", "I-"
"""The tag of words outside values, and the prefixes for a value's first word and its other words."""
PRESENCE = 0.5
"""The weight of the whole message's probabilities when the command of a word is chosen."""
CUT = 1.5
"""A bonus for beginning a clause, as a logarithm of a probability. Two clauses read as one would lose a command."""
_LEAST, _NEVER = 1e-9, -1e9


@dataclass(frozen=True, slots=True)
class Scores:
    """The probabilities that the neural network gives for one message. Sequences, except `whole`, go word by word."""

    heads: Mapping[str, Sequence[Shares]]
    """The probabilities of the classes, word by word, for each output ("command", "value", "topic" ...)."""
    logs: Mapping[str, Sequence[Shares]]
    """The logarithms of `heads`, for commands and values only."""
    starts: Sequence[float]
    """The probability, word by word, that a clause begins there."""
    whole: Shares
    """The probabilities that the message contains each of the commands."""


class Network(Protocol):
    """A trained neural network that finds commands and values in messages."""

    @property
    def version(self) -> str:
        """The version of the texts with which the network was trained."""
        ...

    @property
    def classes(self) -> Mapping[str, Sequence[str]]:
        """The classes of every output, by its name."""
        ...

    @property
    def harm(self) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        """Probability that a wrong choice does harm, by situation, command meant and command chosen."""
        ...

    def scores(self, words: Sequence[SeenWord], situation: str) -> Scores:
        """Return the probabilities for a message of at least one word."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """The words from `first` to `last` (exclusive) with a tag: a clause with its command, or a value with its field."""

    tag: str
    first: int
    last: int


def clauses(scores: Scores, classes: Sequence[str], values: Sequence[Run] = ()) -> list[Run]:
    """Return the most probable clauses of a message, tagged with their commands.

    Together they cover all words, and none cuts a value of `values`. Two neighbours may have the same command.
    """
    held = {at for value in values for at in range(value.first + 1, value.last)}
    size = range(len(classes))
    wholly = [PRESENCE * _log(share) for share in scores.whole]
    rows = scores.logs["command"]
    score = [share + whole for share, whole in zip(rows[0], wholly, strict=True)]
    backs: list[list[tuple[int, bool]]] = []
    for at, (row, start) in enumerate(zip(rows[1:], scores.starts[1:], strict=True), 1):
        before = max(size, key=score.__getitem__)
        begun, gone_on = (_NEVER, 0.0) if at in held else (score[before] + _log(start) + CUT, _log(1 - start))
        back = [(before, True) if begun > score[tag] + gone_on else (tag, False) for tag in size]
        score = [max(begun, score[tag] + gone_on) + row[tag] + wholly[tag] for tag in size]
        backs.append(back)
    tag, last = max(size, key=score.__getitem__), len(rows)
    found = []
    for at in range(len(backs), 0, -1):
        before, begins = backs[at - 1][tag]
        if begins:
            found.append(Run(classes[tag], at, last))
            last = at
        tag = before
    return [Run(classes[tag], 0, last), *reversed(found)]


def likely(scores: Scores, run: Run) -> list[float]:
    """Return the probabilities of a clause's commands, weighted by those of the whole message."""
    means = mean(scores.heads["command"], run.first, run.last)
    weighed = [share * whole**PRESENCE for share, whole in zip(means, scores.whole, strict=True)]
    total = sum(weighed)
    return [share / total for share in weighed]


def spans(logs: Sequence[Shares], classes: Sequence[str]) -> list[Run]:
    """Return the most probable values as runs, given the logarithms of the probabilities of every word's tags.

    The tags form a valid sequence: a word inside a value follows the first word of that value.
    """
    size = range(len(classes))
    of = [name[len(BEGINS) :] for name in classes]
    inside = [name.startswith(INSIDE) for name in classes]
    ahead = [[one for one in size if of[one] == of[tag] and classes[one] != OUTSIDE] for tag in size]
    score = [_NEVER if inside[tag] else logs[0][tag] for tag in size]
    backs = []
    for row in logs[1:]:
        best = max(size, key=score.__getitem__)
        back = [max(ahead[tag], key=score.__getitem__) if inside[tag] else best for tag in size]
        score = [score[back[tag]] + row[tag] for tag in size]
        backs.append(back)
    tags = [max(size, key=score.__getitem__)]
    for back in reversed(backs):
        tags.append(back[tags[-1]])
    tags.reverse()
    found: list[Run] = []
    for at, tag in enumerate(tags):
        if inside[tag]:
            found[-1] = Run(of[tag], found[-1].first, at + 1)
        elif classes[tag] != OUTSIDE:
            found.append(Run(of[tag], at, at + 1))
    return found


def mean(shares: Sequence[Shares], first: int, last: int) -> list[float]:
    """Return the mean of the words' probabilities from `first` to `last` (exclusive), by class."""
    rows = shares[first:last]
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


def _log(share: float) -> float:
    return log(max(share, _LEAST))
