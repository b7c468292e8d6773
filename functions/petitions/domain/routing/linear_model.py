"""A linear model in plain Python: the odds of a few classes from a text's word pairs and concepts and what rules found.

Trained offline (infra/routing/train.py); the weights are whole numbers of `STEP` in petitions/data/routing_model.json.
Three heads: `tier` (whose level), `unit` (which department or agency), `kind` (what sort of text).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from petitions.domain.language.words import Word

STEP = 0.02
START, END = "<", ">"


def ngrams(tokens: Sequence[str]) -> dict[str, float]:
    """Single syllables and neighbouring pairs, each once, scaled so that long texts weigh no more than short ones."""
    around = (START, *tokens, END)
    found = dict.fromkeys((*tokens, *(f"{a} {b}" for a, b in pairwise(around))))
    value = 1 / math.sqrt(len(found)) if found else 0.0
    return dict.fromkeys(found, value)


def tokens(text: Sequence[Word], masks: Mapping[int, str]) -> list[str]:
    """The folded words of a text; a number is "0", and `masks` names what stands in place of some positions or ""."""
    shown = (masks.get(at, "0" if word.folded[0].isdigit() else word.folded) for at, word in enumerate(text))
    return [token for token in shown if token]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One question with its classes: `bias` and `weights` in steps; `evidence` is the weight of a rule's point."""

    classes: tuple[str, ...]
    bias: tuple[int, ...]
    evidence: float
    weights: Mapping[str, Sequence[int]] = field(repr=False)

    def odds(self, grams: Mapping[str, float], said: Mapping[str, float]) -> dict[str, float]:
        """The log odds of each class; `said` is what the rules give to classes."""
        sums = [0.0] * len(self.classes)
        for gram, value in grams.items():
            row = self.weights.get(gram)
            if row:
                for at in range(0, len(row), 2):
                    sums[row[at]] += value * row[at + 1]
        return {
            name: (bias + total) * STEP + self.evidence * said.get(name, 0.0)
            for name, bias, total in zip(self.classes, self.bias, sums, strict=True)
        }

    def speak(self, grams: Mapping[str, float], name: str) -> tuple[str, ...]:
        """The n-grams that speak for a class, loudest first."""
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
    """Log odds as probabilities that sum to 1."""
    most = max(odds.values(), default=0.0)
    raised = {name: math.exp(value - most) for name, value in odds.items()}
    total = sum(raised.values()) or 1.0
    return {name: value / total for name, value in raised.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One trained version. `threshold` is the confidence from which a decision is acted on without a person.

    `slope` and `shift` turn the log odds of the first unit into a confidence that was right as often as it says, in
    cross-validation.
    """

    version: str
    tier: Head
    unit: Head
    kind: Head
    slope: float
    shift: float
    threshold: float

    @classmethod
    def load(cls, raw: bytes | str | dict[str, Any]) -> Model:
        """Read a version from its JSON. Raises KeyError, TypeError or ValueError on data of another shape."""
        data: dict[str, Any] = raw if isinstance(raw, dict) else json.loads(raw)
        heads = {name: _head(data["heads"][name]) for name in ("tier", "unit", "kind")}
        return cls(
            version=str(data["version"]),
            slope=float(data["slope"]),
            shift=float(data["shift"]),
            threshold=float(data["threshold"]),
            **heads,
        )

    def confidence(self, share: float) -> float:
        """How sure a share of the first unit is, in 0..1."""
        share = min(max(share, 1e-6), 1 - 1e-6)
        return 1 / (1 + math.exp(-(self.slope * math.log(share / (1 - share)) + self.shift)))


def _head(row: Mapping[str, Any]) -> Head:
    return Head(tuple(row["classes"]), tuple(row["bias"]), float(row["evidence"]), row["weights"])
