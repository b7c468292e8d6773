"""A linear model in plain Python for the probability of a few classes, given word pairs, concepts and rules.

It is trained offline (infra/routing/train.py). The weights in petitions/data/routing_model.json are multiples of
`WEIGHT_STEP`. The model has four classifiers, called heads: `tier` (level of government), `unit` (department or
agency), `kind` (kind of text) and `misconduct` (whether the text accuses public servants).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from petitions.domain.language.words import Word

WEIGHT_STEP = 0.02
START, END = "<", ">"


def ngrams(tokens: Sequence[str]) -> dict[str, float]:
    """Return the distinct words and pairs of neighbours, scaled so that long texts weigh no more than short ones."""
    around = (START, *tokens, END)
    found = dict.fromkeys((*tokens, *(f"{a} {b}" for a, b in pairwise(around))))
    value = 1 / math.sqrt(len(found)) if found else 0.0
    return dict.fromkeys(found, value)


def marked_ngrams(text: Sequence[Word]) -> dict[str, float]:
    """Return the words that have marks and all pairs of neighbours as written, scaled like `ngrams`.

    An accusation and thanks often differ only in marks, such as "tiên" and "tiền".
    """
    raw = [word.raw.lower() for word in text]
    found = [f"={word}" for word, folded in zip(raw, text, strict=True) if word != folded.folded]
    found += [f"={one} {two}" for one, two in pairwise(raw)]
    value = 1 / math.sqrt(len(set(found))) if found else 0.0
    return dict.fromkeys(found, value)


def tokens(text: Sequence[Word], masks: Mapping[int, str]) -> list[str]:
    """Return the words of a text in lower case and without diacritics, with "0" for every number.

    `masks` maps positions to the words to put there instead. "" removes the word.
    """
    shown = (masks.get(at, "0" if word.folded[0].isdigit() else word.folded) for at, word in enumerate(text))
    return [token for token in shown if token]


@dataclass(frozen=True, slots=True, eq=False)
class ModelHead:
    """One classifier of the linear model, with its classes and weights."""

    classes: tuple[str, ...]
    bias: tuple[int, ...]
    """The constant of every class, in units of `WEIGHT_STEP`."""
    evidence: float
    """The factor for the weights given by the rules."""
    weights: Mapping[str, Sequence[int]] = field(repr=False)
    """By n-gram, a flat list that alternates class index and weight, in units of `WEIGHT_STEP`."""

    def odds(self, grams: Mapping[str, float], by_rules: Mapping[str, float]) -> dict[str, float]:
        """Return the log odds by class. `by_rules` are the weights of the rules by class."""
        sums = [0.0] * len(self.classes)
        for gram, value in grams.items():
            row = self.weights.get(gram)
            if row:
                for at in range(0, len(row), 2):
                    sums[row[at]] += value * row[at + 1]
        return {
            name: (bias + total) * WEIGHT_STEP + self.evidence * by_rules.get(name, 0.0)
            for name, bias, total in zip(self.classes, self.bias, sums, strict=True)
        }

    def speak(self, grams: Mapping[str, float], name: str) -> tuple[str, ...]:
        """Return the n-grams of a text that speak for the class, strongest first. Empty if the class is unknown."""
        if name not in self.classes:
            return ()
        wanted = self.classes.index(name)
        rows = []
        for gram in grams:
            row = self.weights.get(gram, ())
            own = next((row[at + 1] for at in range(0, len(row), 2) if row[at] == wanted), 0)
            if own > 0 and START not in gram and END not in gram:
                rows.append((-own * grams[gram], gram))
        return tuple(gram for _, gram in sorted(rows))


def shares(odds: Mapping[str, float]) -> dict[str, float]:
    """Return log odds as probabilities. They sum to 1."""
    most = max(odds.values(), default=0.0)
    raised = {name: math.exp(value - most) for name, value in odds.items()}
    total = sum(raised.values()) or 1.0
    return {name: value / total for name, value in raised.items()}


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """One trained version of the model."""

    version: str
    tier: ModelHead
    unit: ModelHead
    kind: ModelHead
    misconduct: ModelHead
    """The head with the classes `yes` and `no`. Its n-grams are those of `ngrams` and `marked_ngrams`."""
    closed: float
    """The likelihood of misconduct from which only coordinators may read a text."""
    doubted: float
    """The likelihood of misconduct from which a person must choose the unit."""
    slope: float
    """The factor that, with `shift`, turns log odds of the first unit into its hit rate in cross-validation."""
    shift: float
    threshold: float
    """The confidence from which the software routes without a person."""

    @classmethod
    def load(cls, raw: bytes | str | dict[str, Any]) -> LinearModel:
        """Return the model read from its JSON. Raise KeyError, TypeError or ValueError if the shape is wrong."""
        data: dict[str, Any] = raw if isinstance(raw, dict) else json.loads(raw)
        heads = {name: head_of(data["heads"][name]) for name in ("tier", "unit", "kind", "misconduct")}
        return cls(
            version=str(data["version"]),
            slope=float(data["slope"]),
            shift=float(data["shift"]),
            threshold=float(data["threshold"]),
            closed=float(data["closed"]),
            doubted=float(data["doubted"]),
            **heads,
        )

    def misconduct_of(self, grams: Mapping[str, float]) -> float:
        """Return the likelihood, 0 to 1, that a text reports misconduct, given its `ngrams` and `marked_ngrams`."""
        return shares(self.misconduct.odds(grams, {}))["yes"]

    def confidence(self, share: float) -> float:
        """Return the confidence, 0 to 1, that the first unit is right, given its probability."""
        share = min(max(share, 1e-6), 1 - 1e-6)
        return 1 / (1 + math.exp(-(self.slope * math.log(share / (1 - share)) + self.shift)))


def head_of(row: Mapping[str, Any]) -> ModelHead:
    """Return a head, i.e. one classifier, read from its JSON.

    Equal lists of weights are stored once, because most n-grams share a few lists.
    """
    known: dict[tuple[int, ...], tuple[int, ...]] = {}
    weights = {gram: known.setdefault(own := tuple(found), own) for gram, found in row["weights"].items()}
    return ModelHead(tuple(row["classes"]), tuple(row["bias"]), float(row["evidence"]), weights)
